namespace ControlSurface.Core.Approvals;

/// <summary>Why a decision was refused (API.md, Refusals).</summary>
public abstract record ApprovalRefusal : Refusal
{
    private ApprovalRefusal() { }

    /// <summary>What the caller saw is not the current version.</summary>
    public sealed record VersionChanged(int Version, string ContentHash) : ApprovalRefusal
    {
        public override string Code => "version_changed";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    public sealed record ConsequencesChanged(string ConsequencesHash) : ApprovalRefusal
    {
        public override string Code => "consequences_changed";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }

    /// <param name="Eligible">Who may decide instead.</param>
    public sealed record SelfApproval(IReadOnlyList<PrincipalId> Eligible) : ApprovalRefusal
    {
        public override string Code => "self_approval";
        public override RefusalStatus Status => RefusalStatus.NotAllowed;
    }

    public sealed record CommentsOpen(IReadOnlyList<CommentId> Comments) : ApprovalRefusal
    {
        public override string Code => "comments_open";
        public override RefusalStatus Status => RefusalStatus.AtOdds;
    }
}
