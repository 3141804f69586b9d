using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;

namespace ControlSurface.Core.Reviews;

/// <summary>What can happen to a review.</summary>
public abstract record ReviewEvent(ArtifactId Artifact, ItemId? Item, ReviewId Review) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ReviewEventDescriptions.Of(this, by, nameOf);

    public sealed record Requested(
        ArtifactId Artifact,
        ItemId? Item,
        ReviewId Review,
        int Version,
        IReadOnlyList<Reviewer> Reviewers,
        string Name,
        string? Note,
        DateTimeOffset? DueAt,
        LeaseId? Lease
    ) : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.requested";
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>A newer version took its place; the same people are asked by <paramref name="By"/>.</summary>
    public sealed record Superseded(ArtifactId Artifact, ItemId? Item, ReviewId Review, ReviewId By)
        : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.superseded";
    }

    public sealed record Taken(ArtifactId Artifact, ItemId? Item, ReviewId Review) : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.taken";
    }

    public sealed record Reassigned(
        ArtifactId Artifact,
        ItemId? Item,
        ReviewId Review,
        IReadOnlyList<Reviewer> To,
        string? Why
    ) : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.reassigned";
    }

    public sealed record Reminded(ArtifactId Artifact, ItemId? Item, ReviewId Review)
        : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.reminded";
    }

    public sealed record Withdrawn(ArtifactId Artifact, ItemId? Item, ReviewId Review, string? Why)
        : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.withdrawn";
    }

    public sealed record Overdue(ArtifactId Artifact, ItemId? Item, ReviewId Review)
        : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.overdue";
    }

    public sealed record Decided(ArtifactId Artifact, ItemId? Item, ReviewId Review, ReviewDecision Outcome)
        : ReviewEvent(Artifact, Item, Review)
    {
        public override string Type => "review.decided";
    }
}

/// <summary>What can happen to comments.</summary>
public abstract record CommentEvent(ArtifactId Artifact, ItemId? Item, CommentId Comment) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        CommentEventDescriptions.Of(this, by, nameOf);

    public sealed record Added(
        ArtifactId Artifact,
        ItemId? Item,
        CommentId Comment,
        int Version,
        string Name,
        PrincipalKind ByKind,
        string Body,
        Anchor? Anchor,
        string? Suggestion,
        bool Blocks,
        bool IsQuestion = false
    ) : CommentEvent(Artifact, Item, Comment)
    {
        public override string Type => "comment.added";
    }

    public sealed record Replied(ArtifactId Artifact, ItemId? Item, CommentId Comment, string Name, string Body)
        : CommentEvent(Artifact, Item, Comment)
    {
        public override string Type => "comment.replied";
    }

    /// <param name="How"><c>resolved</c> or <c>accepted</c>.</param>
    public sealed record Resolved(ArtifactId Artifact, ItemId? Item, CommentId Comment, string How)
        : CommentEvent(Artifact, Item, Comment)
    {
        public override string Type => How == "accepted" ? "comment.accepted" : "comment.resolved";
    }
}
