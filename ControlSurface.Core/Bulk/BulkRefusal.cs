namespace ControlSurface.Core.Bulk;

/// <summary>Why a bulk job was refused (API.md, Refusals).</summary>
public abstract record BulkRefusal : Refusal
{
    private BulkRefusal() { }

    /// <summary>409: the job would have another number of ids than the caller expects.</summary>
    /// <param name="Count">How many it would have now.</param>
    public sealed record CountChanged(int Count) : BulkRefusal
    {
        /// <inheritdoc/>
        public override string Code => "count_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
