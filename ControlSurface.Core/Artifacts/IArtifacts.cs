using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Artifacts;

/// <summary>Artifacts as rules read them, with their reviews, comments and approvals.</summary>
public interface IArtifacts : IConflicts
{
    /// <summary>The number of the newest artifact; 0 before the first.</summary>
    int LastArtifact { get; }

    /// <summary>The number of the newest review; 0 before the first.</summary>
    int LastReview { get; }

    /// <summary>The number of the newest approval; 0 before the first.</summary>
    int LastApproval { get; }

    /// <summary>The number of the newest comment; 0 before the first.</summary>
    int LastComment { get; }

    /// <summary>All artifacts, in the order of their ids.</summary>
    IEnumerable<Artifact> Artifacts { get; }

    /// <summary>The artifact with that id; null where there is none.</summary>
    Artifact? FindArtifact(ArtifactId id);

    /// <summary>The artifact that the review is of; null where there is no such review.</summary>
    Artifact? FindReviewed(ReviewId id);

    /// <summary>The item's artifacts, in the order of their ids.</summary>
    IEnumerable<Artifact> ArtifactsOf(ItemId item);
}
