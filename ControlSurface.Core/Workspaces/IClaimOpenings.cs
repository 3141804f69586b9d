using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Is told by a workspace of the changes after which a waiting claim may be served or refused. All other changes cost a waiting claim
/// nothing.
/// </summary>
internal interface IClaimOpenings
{
    /// <summary>An item is queued: it became available, or it changed while it was.</summary>
    void ItemReady(Item item);

    /// <summary>A limit of the queue may let another claim through: a lease stopped counting, or a review was decided.</summary>
    void SlotFreed(string queue);

    /// <summary>The queue's policy changed, or it was paused or resumed.</summary>
    void QueueChanged(string queue);

    /// <summary>A principal changed, or one of its runs ended or was reopened.</summary>
    /// <param name="run">The run; null where the principal itself changed.</param>
    void CallerChanged(PrincipalId who, string? run);

    /// <summary>The whole line was stopped or went on.</summary>
    void LineChanged();
}
