using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Approvals;

/// <summary>A decision on a version, or the end of one (API.md, Reviews and approvals).</summary>
public abstract record ApprovalCommand : Command
{
    private ApprovalCommand() { }

    /// <summary>Decides on the current version of an artifact. Another content or other consequences than the caller saw are refused.</summary>
    public sealed record Decide : ApprovalCommand
    {
        /// <summary>The artifact.</summary>
        public required ArtifactId Artifact { get; init; }

        /// <summary>The version that was read; only the current one is accepted.</summary>
        public required int Version { get; init; }

        /// <summary>The decision; null where the request had another word, which is refused with the valid ones.</summary>
        public required ReviewDecision? Decision { get; init; }

        /// <summary>The hash of the content that was read.</summary>
        public required string ContentHash { get; init; }

        /// <summary>The hash of the consequences that were shown; required to approve, else null.</summary>
        public string? ConsequencesHash { get; init; }

        /// <summary>Up to 4,000 characters. Every decision but an approval needs it, or <see cref="Comments"/>.</summary>
        public string? Comment { get; init; }

        /// <summary>Comments on passages, added in the same write; at most 1,000.</summary>
        public IReadOnlyList<NewComment> Comments { get; init; } = [];

        /// <summary>The approver's small correction, published and approved in the one write; null for none. Only with an approval.</summary>
        public Proposed? Edited { get; init; }

        /// <summary>Why a manager approves though nobody is eligible; null for an ordinary decision. Only with an approval.</summary>
        public string? Override { get; init; }

        /// <summary>What the approver has not seen and approves all the same; null for nothing.</summary>
        public string? Confirmed { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Override is null ? Verb.Decide : Verb.OverrideReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Takes an approval back. Its approver may, and a manager.</summary>
    /// <param name="Approval">The approval; one that no longer holds stays as it is.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Revoke(ArtifactId Artifact, ApprovalId Approval, string Why) : ApprovalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.RevokeApproval;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Lifts the block of somebody who was ended, or may no longer decide here (API.md, Settled since, Decisions).</summary>
    /// <param name="Version">The version that is blocked; only the current one is accepted.</param>
    /// <param name="Decision">Seq of the decision that blocks it.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Lift(ArtifactId Artifact, int Version, long Decision, string Why) : ApprovalCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.OverrideReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }
}
