namespace ControlSurface.Core.Approvals;

/// <summary>Why a decision was refused (API.md, Refusals).</summary>
public abstract record ApprovalRefusal : Refusal
{
    private ApprovalRefusal() { }

    /// <summary>409: the version that the caller saw is not the current one.</summary>
    /// <param name="Version">The current version.</param>
    /// <param name="ContentHash">The hash of its content.</param>
    public sealed record VersionChanged(int Version, string ContentHash) : ApprovalRefusal
    {
        /// <inheritdoc/>
        public override string Code => "version_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>409: approving would let other actions begin, or under other rules, than the caller saw.</summary>
    /// <param name="ConsequencesHash">The hash of the consequences now.</param>
    public sealed record ConsequencesChanged(string ConsequencesHash) : ApprovalRefusal
    {
        /// <inheritdoc/>
        public override string Code => "consequences_changed";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <summary>403: a change since the last approved version is the caller's own, and the queue's policy does not let them approve it.</summary>
    /// <param name="Eligible">Who may decide instead.</param>
    public sealed record SelfApproval(IReadOnlyList<PrincipalId> Eligible) : ApprovalRefusal
    {
        /// <inheritdoc/>
        public override string Code => "self_approval";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    /// <summary>409: comments that block the version are open.</summary>
    /// <param name="Comments">Their ids.</param>
    public sealed record CommentsOpen(IReadOnlyList<CommentId> Comments) : ApprovalRefusal
    {
        /// <inheritdoc/>
        public override string Code => "comments_open";

        /// <inheritdoc/>
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
