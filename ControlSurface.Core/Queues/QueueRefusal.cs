namespace ControlSurface.Core.Queues;

/// <summary>Why a change of a policy was refused (API.md, Refusals).</summary>
public abstract record QueueRefusal : Refusal
{
    private QueueRefusal() { }

    /// <summary>A policy was changed by somebody else since the caller read it.</summary>
    public sealed record QueueChanged(long Seq) : QueueRefusal
    {
        /// <inheritdoc/>
        public override string Code => "item_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
