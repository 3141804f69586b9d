using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Learns from a workspace what a claim that waits could be given now, or must be refused now. Everything else that happens is
/// of no concern to a claim that waits, and costs it nothing.
/// </summary>
internal interface IClaimOpenings
{
    /// <summary>The item is queued: it became available, or changed while it was.</summary>
    void ItemReady(Item item);

    /// <summary>A limit of the queue may have opened: a lease stopped counting, or a review was decided.</summary>
    void SlotFreed(string queue);

    /// <summary>The queue's policy changed, or it was paused or resumed.</summary>
    void QueueChanged(string queue);

    /// <summary>The principal changed, or one of their runs ended.</summary>
    /// <param name="run">Only this run; null for all of the principal's.</param>
    void CallerChanged(PrincipalId who, string? run);

    /// <summary>The whole line was stopped or went on.</summary>
    void LineChanged();
}
