namespace ControlSurface.Core.Items;

/// <summary>Why a change or a claim of an item was refused (API.md, Refusals).</summary>
public abstract record ItemRefusal : Refusal
{
    private ItemRefusal() { }

    /// <param name="State">The item's state word.</param>
    /// <param name="Why">blocked, parked, not_before, conflict, limit, handed_off, completed, cancelled or not_stale.</param>
    /// <param name="WaitingFor">What it waits for, in words, where there is more to say.</param>
    public sealed record NotClaimable(string State, string Why, int? RetryAfter, string? WaitingFor = null)
        : ItemRefusal
    {
        /// <inheritdoc/>
        public override string Code => "not_claimable";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Seq">The item's current seq.</param>
    public sealed record ItemChanged(long Seq) : ItemRefusal
    {
        /// <inheritdoc/>
        public override string Code => "item_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record Unsettled(
        IReadOnlyList<string> Actions,
        IReadOnlyList<ConflictId> Conflicts,
        IReadOnlyList<ApprovalId> Approvals
    ) : ItemRefusal
    {
        /// <inheritdoc/>
        public override string Code => "unsettled";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
