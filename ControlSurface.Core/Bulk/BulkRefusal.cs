namespace ControlSurface.Core.Bulk;

/// <summary>Why a bulk job was refused (API.md, Refusals).</summary>
public abstract record BulkRefusal : Refusal
{
    private BulkRefusal() { }

    /// <param name="Count">How many there are now.</param>
    public sealed record CountChanged(int Count) : BulkRefusal
    {
        /// <inheritdoc/>
        public override string Code => "count_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
