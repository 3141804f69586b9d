namespace ControlSurface.Core.Items;

/// <summary>Why a change or a claim of an item was refused (API.md, Refusals).</summary>
public abstract record ItemRefusal : Refusal
{
    private ItemRefusal() { }

    /// <summary>409: the item cannot be claimed or changed in its state.</summary>
    /// <param name="State">The item's state.</param>
    /// <param name="Why">What keeps it.</param>
    /// <param name="RetryAfter">In how many seconds it may be otherwise; null where nobody knows.</param>
    /// <param name="WaitingFor">What it waits for, in words; null where there is no more to say.</param>
    public sealed record NotClaimable(
        ItemState State,
        NotClaimableReason Why,
        int? RetryAfter,
        string? WaitingFor = null
    ) : ItemRefusal
    {
        /// <inheritdoc/>
        public override string Code => "not_claimable";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: the item changed after what the caller read.</summary>
    /// <param name="Seq">The item's seq now.</param>
    public sealed record ItemChanged(long Seq) : ItemRefusal
    {
        /// <inheritdoc/>
        public override string Code => "item_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: the item cannot be completed while something about it is open.</summary>
    /// <param name="Actions">Ids of actions that are applying or ambiguous.</param>
    /// <param name="Conflicts">Ids of open conflicts.</param>
    /// <param name="Approvals">Ids of approvals that are valid and not spent.</param>
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
