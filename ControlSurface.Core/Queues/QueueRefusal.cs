namespace ControlSurface.Core.Queues;

/// <summary>Why a change of a policy was refused (API.md, Refusals).</summary>
public abstract record QueueRefusal : Refusal
{
    private QueueRefusal() { }

    /// <summary>409 <c>item_changed</c>: somebody else changed the policy after the caller read it.</summary>
    /// <param name="Seq">The policy's seq now.</param>
    public sealed record QueueChanged(long Seq) : QueueRefusal
    {
        /// <inheritdoc/>
        public override string Code => "item_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
