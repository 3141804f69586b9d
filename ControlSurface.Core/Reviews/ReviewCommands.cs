using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Reviews;

/// <summary>A call on a review or a comment (API.md, Reviews and approvals).</summary>
public abstract record ReviewCommand : Command
{
    private ReviewCommand() { }

    /// <summary>Asks for a review of the current version. Where one is open already, the named reviewers join it.</summary>
    /// <param name="Version">The version, from 1.</param>
    /// <param name="Run">The caller's run; null for none.</param>
    /// <param name="Token">The fencing token of the caller's lease on the item, which is suspended until a decision; null for none.</param>
    /// <param name="Note">A note to the reviewers, up to 4,000 characters; null for none.</param>
    /// <param name="Reviewers">Ids of principals or words of roles; empty for every role that may decide.</param>
    /// <param name="DueSeconds">Seconds from now until it is due, 1 to 30 days; null for the queue's <c>reviewDueSeconds</c>.</param>
    public sealed record Request(
        ArtifactId Artifact,
        int Version,
        string? Run,
        long? Token,
        string? Note,
        IReadOnlyList<string> Reviewers,
        int? DueSeconds
    ) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.RequestReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Says that the caller is reviewing it. Others may still decide.</summary>
    /// <param name="Review">An open review.</param>
    public sealed record Take(ReviewId Review) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.TakeReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    /// <summary>Asks other people instead of those who are asked now.</summary>
    /// <param name="Review">An open review.</param>
    /// <param name="To">Ids of principals or words of roles; at least one.</param>
    /// <param name="Why">The reason, up to 4,000 characters; required.</param>
    public sealed record Reassign(ReviewId Review, IReadOnlyList<string> To, string Why) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.ReassignReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    /// <summary>Reminds the reviewers.</summary>
    /// <param name="Review">An open review.</param>
    public sealed record Remind(ReviewId Review) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.RemindReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    /// <summary>Ends a review without a decision, and resumes the lease that waits for it. Whoever asked for it may, and a manager.</summary>
    /// <param name="Review">The review; one that has ended stays as it is.</param>
    /// <param name="Why">The reason, up to 4,000 characters; null for none.</param>
    public sealed record Withdraw(ReviewId Review, string? Why) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.WithdrawReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    /// <summary>Comments on a version.</summary>
    /// <param name="Version">The version, from 1.</param>
    /// <param name="Body">The comment, up to 4,000 characters; required.</param>
    /// <param name="Anchor">The passage that it is on; null for the version as a whole.</param>
    /// <param name="Suggestion">Text to put in place of the quote, up to 100,000 characters; null for none. It needs an anchor.</param>
    /// <param name="Blocks">Whether it keeps the version from being approved until it is resolved.</param>
    public sealed record AddComment(
        ArtifactId Artifact,
        int Version,
        string Body,
        Anchor? Anchor,
        string? Suggestion,
        bool Blocks
    ) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Answers below a comment.</summary>
    /// <param name="Version">The version, from 1.</param>
    /// <param name="Body">The answer, up to 4,000 characters; required.</param>
    public sealed record Reply(ArtifactId Artifact, int Version, CommentId Comment, string Body) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Settles a comment. One that blocks: only by whoever made it, or who may decide.</summary>
    /// <param name="Version">The version, from 1.</param>
    public sealed record Resolve(ArtifactId Artifact, int Version, CommentId Comment) : ReviewCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Publishes a comment's suggestion as a version by whoever accepts it.</summary>
    /// <param name="Version">The version, from 1.</param>
    /// <param name="Content">The current version with the suggestion in place of the quote; null where the edge could not make it.</param>
    /// <param name="OnHash">The hash of the content that the suggestion was put into; null where there is none.</param>
    /// <param name="IsAmbiguous">The edge could not make the content because the quote occurs more than once.</param>
    public sealed record Accept(
        ArtifactId Artifact,
        int Version,
        CommentId Comment,
        Proposed? Content,
        string? OnHash,
        bool IsAmbiguous = false
    ) : ReviewCommand
    {
        /// <summary>The run of the lease; null for none.</summary>
        public string? Run { get; init; }

        /// <summary>The fencing token; null for none. An agent needs it where the item is leased.</summary>
        public long? Token { get; init; }

        /// <summary>What the caller acknowledges, as in <c>POST /artifacts/{id}/versions</c>; null for nothing.</summary>
        public long? Acknowledges { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.AcceptSuggestion;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }
}

/// <summary>A comment that comes with a decision.</summary>
/// <param name="Body">The comment, up to 4,000 characters; required.</param>
/// <param name="Anchor">The passage that it is on; null for the version as a whole.</param>
/// <param name="Suggestion">Text to put in place of the quote, up to 100,000 characters; null for none. It needs an anchor.</param>
/// <param name="Blocks">Whether it keeps the version from being approved until it is resolved.</param>
public sealed record NewComment(string Body, Reviews.Anchor? Anchor, string? Suggestion, bool Blocks);
