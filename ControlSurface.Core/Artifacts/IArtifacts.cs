using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Artifacts;

/// <summary>Artifacts as rules read them, with their reviews, comments and approvals.</summary>
public interface IArtifacts : IConflicts
{
    /// <summary>The numbers of the newest artifact, review, approval and comment; 0 before the first of each.</summary>
    int LastArtifact { get; }
    int LastReview { get; }
    int LastApproval { get; }
    int LastComment { get; }

    /// <summary>All artifacts, in the order of their ids.</summary>
    IEnumerable<Artifact> Artifacts { get; }

    Artifact? FindArtifact(ArtifactId id);

    /// <summary>The artifact that the review is of.</summary>
    Artifact? FindReviewed(ReviewId id);

    /// <summary>The item's artifacts, in the order of their ids.</summary>
    IEnumerable<Artifact> ArtifactsOf(ItemId item);
}
