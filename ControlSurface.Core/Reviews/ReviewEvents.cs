using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Reviews;

/// <summary>An event of one review.</summary>
/// <param name="Artifact">The artifact that is reviewed.</param>
/// <param name="Item">Its item while that is in memory; null for none.</param>
public abstract record ReviewEvent(ArtifactId Artifact, ItemId? Item, ReviewId Review) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ReviewEventDescriptions.Of(this, by, nameOf);

    /// <summary>Somebody asked for a review of a version, or a newer version took over the review of an older one.</summary>
    public sealed record Requested(ArtifactId Artifact, ItemId? Item, ReviewId Review)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc cref="Reviews.Review.Version"/>
        public required int Version { get; init; }

        /// <inheritdoc cref="Reviews.Review.Reviewers"/>
        public required IReadOnlyList<Reviewer> Reviewers { get; init; }

        /// <inheritdoc cref="Reviews.Review.RequestedByName"/>
        public required string Name { get; init; }

        /// <summary>The principal who asked for the review that this one supersedes; null where it supersedes none.</summary>
        public PrincipalId? AskedBy { get; init; }

        /// <inheritdoc cref="Reviews.Review.Note"/>
        public required string? Note { get; init; }

        /// <inheritdoc cref="Reviews.Review.DueAt"/>
        public required DateTimeOffset? DueAt { get; init; }

        /// <inheritdoc cref="Reviews.Review.Lease"/>
        public required LeaseId? Lease { get; init; }

        /// <inheritdoc/>
        public override string Type => "review.requested";

        /// <inheritdoc/>
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>A newer version came; the review of it asks the same people.</summary>
    /// <param name="By">The review of the newer version.</param>
    public sealed record Superseded(ArtifactId Artifact, ItemId? Item, ReviewId Review, ReviewId By)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.superseded";
    }

    /// <summary>Somebody said that they are reviewing it. Others may still decide.</summary>
    public sealed record Taken(ArtifactId Artifact, ItemId? Item, ReviewId Review) : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.taken";
    }

    /// <summary>Other people are asked from now on; nobody has it taken any more.</summary>
    /// <param name="To">Everybody who is asked from now on.</param>
    /// <param name="Why">The reason; null where a second request merely added people.</param>
    public sealed record Reassigned(
        ArtifactId Artifact,
        ItemId? Item,
        ReviewId Review,
        IReadOnlyList<Reviewer> To,
        string? Why
    ) : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.reassigned";
    }

    /// <summary>Somebody reminded the reviewers.</summary>
    public sealed record Reminded(ArtifactId Artifact, ItemId? Item, ReviewId Review)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.reminded";
    }

    /// <summary>The review ended without a decision: whoever asked for it no longer needs one.</summary>
    /// <param name="Why">The reason; null where none was given.</param>
    public sealed record Withdrawn(ArtifactId Artifact, ItemId? Item, ReviewId Review, string? Why)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.withdrawn";
    }

    /// <summary>The review's due time passed while it was open. Recorded once.</summary>
    public sealed record Overdue(ArtifactId Artifact, ItemId? Item, ReviewId Review)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.overdue";
    }

    /// <summary>A decision ended the review: enough approvals, a request for changes, or a rejection.</summary>
    /// <param name="Outcome">Any but <see cref="ReviewDecision.Ask"/>, which keeps a review open.</param>
    public sealed record Decided(ArtifactId Artifact, ItemId? Item, ReviewId Review, ReviewDecision Outcome)
        : ReviewEvent(Artifact, Item, Review)
    {
        /// <inheritdoc/>
        public override string Type => "review.decided";
    }
}

/// <summary>An event of one comment.</summary>
/// <param name="Artifact">The artifact that is commented on.</param>
/// <param name="Item">Its item while that is in memory; null for none.</param>
public abstract record CommentEvent(ArtifactId Artifact, ItemId? Item, CommentId Comment) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        CommentEventDescriptions.Of(this, by, nameOf);

    /// <summary>Somebody commented on a version, or asked a question with the decision <c>ask</c>.</summary>
    public sealed record Added(ArtifactId Artifact, ItemId? Item, CommentId Comment)
        : CommentEvent(Artifact, Item, Comment)
    {
        /// <inheritdoc cref="Reviews.Comment.Version"/>
        public required int Version { get; init; }

        /// <inheritdoc cref="Reviews.Comment.Name"/>
        public required string Name { get; init; }

        /// <inheritdoc cref="Reviews.Comment.ByKind"/>
        public required PrincipalKind ByKind { get; init; }

        /// <inheritdoc cref="Reviews.Comment.Body"/>
        public required string Body { get; init; }

        /// <inheritdoc cref="Reviews.Comment.Anchor"/>
        public required Anchor? Anchor { get; init; }

        /// <inheritdoc cref="Reviews.Comment.Suggestion"/>
        public required string? Suggestion { get; init; }

        /// <inheritdoc cref="Reviews.Comment.Blocks"/>
        public required bool Blocks { get; init; }

        /// <inheritdoc cref="Reviews.Comment.IsQuestion"/>
        public bool IsQuestion { get; init; }

        /// <inheritdoc/>
        public override string Type => "comment.added";
    }

    /// <summary>Somebody answered below a comment.</summary>
    /// <param name="Name">The name of who answered, as it was then.</param>
    /// <param name="Body">The answer, up to 4,000 characters.</param>
    public sealed record Replied(ArtifactId Artifact, ItemId? Item, CommentId Comment, string Name, string Body)
        : CommentEvent(Artifact, Item, Comment)
    {
        /// <inheritdoc/>
        public override string Type => "comment.replied";
    }

    /// <summary>A comment was settled, so that it blocks nothing any more.</summary>
    /// <param name="How">How it was settled.</param>
    public sealed record Resolved(ArtifactId Artifact, ItemId? Item, CommentId Comment, CommentResolution How)
        : CommentEvent(Artifact, Item, Comment)
    {
        /// <inheritdoc/>
        public override string Type => How == CommentResolution.Accepted ? "comment.accepted" : "comment.resolved";
    }
}
