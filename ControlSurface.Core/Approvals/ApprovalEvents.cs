using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Approvals;

/// <summary>What can happen to decisions and approvals.</summary>
public abstract record ApprovalEvent(ArtifactId Artifact, ItemId? Item) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ApprovalEventDescriptions.Of(this, by, nameOf);

    /// <summary>A decision that approves nothing.</summary>
    public sealed record Decided(
        ArtifactId Artifact,
        ItemId? Item,
        int Version,
        string ContentHash,
        ReviewDecision Decision,
        string Name,
        string? Comment
    ) : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "decision.given";
    }

    /// <param name="Completes">With it there are enough.</param>
    public sealed record Given(
        ArtifactId Artifact,
        ItemId? Item,
        ApprovalId Approval,
        int Version,
        string ContentHash,
        string ConsequencesHash,
        IReadOnlyList<Cover> Covers,
        int Uses,
        string Name,
        string? Comment,
        DateTimeOffset? ExpiresAt,
        string? Override,
        string? Confirmed,
        bool Completes
    ) : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.given";
    }

    /// <summary>A block by somebody who can no longer decide counts no more.</summary>
    /// <param name="Decision">Seq of the decision that blocked.</param>
    /// <param name="Of">The name of whoever blocked.</param>
    /// <param name="Name">The name of whoever lifts it.</param>
    /// <param name="Completes">Without the block the approvals are enough.</param>
    public sealed record BlockLifted(
        ArtifactId Artifact,
        ItemId? Item,
        int Version,
        long Decision,
        string Of,
        string Name,
        string Why,
        bool Completes
    ) : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "decision.lifted";
    }

    /// <summary>They no longer hold; in the same write as what made them fall.</summary>
    public sealed record Invalidated(
        ArtifactId Artifact,
        ItemId? Item,
        IReadOnlyList<ApprovalId> Approvals,
        int? Version,
        string? Target,
        string Why
    ) : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.invalidated";
    }

    /// <summary>Used by an action that began. Together: one use of each.</summary>
    public sealed record Spent(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals, string Action)
        : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.spent";
    }

    /// <summary>The action had no effect, and the version is still current: the use comes back.</summary>
    public sealed record Restored(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals, string Action)
        : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.restored";
    }

    public sealed record Revoked(ArtifactId Artifact, ItemId? Item, ApprovalId Approval, string Why)
        : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.revoked";
    }

    public sealed record Expired(ArtifactId Artifact, ItemId? Item, IReadOnlyList<ApprovalId> Approvals)
        : ApprovalEvent(Artifact, Item)
    {
        public override string Type => "approval.expired";
    }
}

/// <summary>What can be asked of decisions and approvals.</summary>
public abstract record ApprovalCommand : Command
{
    private ApprovalCommand() { }

    /// <param name="Decision">Null for a word that is none: it is refused with the words that there are.</param>
    /// <param name="ConsequencesHash">What was shown beside the button; needed to approve.</param>
    /// <param name="Edited">A small correction, published and approved in the one write.</param>
    /// <param name="Override">Why a manager decides where nobody is eligible.</param>
    /// <param name="Confirmed">What the approver has not seen and confirms all the same; null for nothing.</param>
    public sealed record Decide(
        ArtifactId Artifact,
        int Version,
        ReviewDecision? Decision,
        string ContentHash,
        string? ConsequencesHash,
        string? Comment,
        IReadOnlyList<NewComment> Comments,
        Proposed? Edited = null,
        string? Override = null,
        string? Confirmed = null
    ) : ApprovalCommand
    {
        public override Verb Verb => Override is null ? Verb.Decide : Verb.OverrideReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    public sealed record Revoke(ArtifactId Artifact, ApprovalId Approval, string Why) : ApprovalCommand
    {
        public override Verb Verb => Verb.RevokeApproval;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Lifts the block of somebody who was ended, or may no longer decide here (API.md, Settled since, Decisions).</summary>
    /// <param name="Decision">Seq of the decision that blocks.</param>
    public sealed record Lift(ArtifactId Artifact, int Version, long Decision, string Why) : ApprovalCommand
    {
        public override Verb Verb => Verb.OverrideReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }
}
