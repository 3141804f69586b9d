using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Reviews;

/// <summary>What can be asked of reviews and comments (API.md, Reviews and approvals).</summary>
public abstract record ReviewCommand : Command
{
    private ReviewCommand() { }

    /// <param name="Reviewers">Ids of principals or names of roles; empty for whoever may decide.</param>
    /// <param name="DueSeconds">From now; null for what the queue's policy says.</param>
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
        public override Verb Verb => Verb.RequestReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    public sealed record Take(ReviewId Review) : ReviewCommand
    {
        public override Verb Verb => Verb.TakeReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    public sealed record Reassign(ReviewId Review, IReadOnlyList<string> To, string Why) : ReviewCommand
    {
        public override Verb Verb => Verb.ReassignReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    public sealed record Remind(ReviewId Review) : ReviewCommand
    {
        public override Verb Verb => Verb.RemindReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    public sealed record Withdraw(ReviewId Review, string? Why) : ReviewCommand
    {
        public override Verb Verb => Verb.WithdrawReview;

        internal override Refusal? Outside(IQueueGate gate) => gate.Review(Review);
    }

    public sealed record AddComment(
        ArtifactId Artifact,
        int Version,
        string Body,
        Anchor? Anchor,
        string? Suggestion,
        bool Blocks
    ) : ReviewCommand
    {
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    public sealed record Reply(ArtifactId Artifact, int Version, CommentId Comment, string Body) : ReviewCommand
    {
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    public sealed record Resolve(ArtifactId Artifact, int Version, CommentId Comment) : ReviewCommand
    {
        public override Verb Verb => Verb.Comment;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Publishes the suggestion as a version by whoever accepts it.</summary>
    /// <param name="Content">The current version with the suggestion in place of the quote.</param>
    /// <param name="OnHash">The content that it was put into.</param>
    /// <param name="IsAmbiguous">There is no content because the quote stands there more than once.</param>
    public sealed record Accept(
        ArtifactId Artifact,
        int Version,
        CommentId Comment,
        Proposed? Content,
        string? OnHash,
        bool IsAmbiguous = false
    ) : ReviewCommand
    {
        public override Verb Verb => Verb.AcceptSuggestion;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }
}

/// <summary>A comment that comes with a decision.</summary>
public sealed record NewComment(string Body, Reviews.Anchor? Anchor, string? Suggestion, bool Blocks);
