using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Artifacts;

/// <summary>What can happen to an artifact. Closed over the rooms that say something about one.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Item">The item that it belongs to while that is in memory; null for none.</param>
public abstract record OnArtifact(ArtifactId Artifact, ItemId? Item) : Event
{
    public override ItemId? ItemId => Item;
}

/// <summary>What can happen to an artifact itself.</summary>
public abstract record ArtifactEvent(ArtifactId Artifact, ItemId? Item) : OnArtifact(Artifact, Item)
{
    /// <summary>There, still without a version: the first is published in the same write.</summary>
    public sealed record Created(
        ArtifactId Artifact,
        ItemId? Item,
        string? Queue,
        string Name,
        string? Target,
        string ContentType
    ) : ArtifactEvent(Artifact, Item)
    {
        public override string Type => "artifact.created";
    }

    /// <param name="UsesPermit">It used up the leave that a person had given for it.</param>
    public sealed record VersionPublished(
        ArtifactId Artifact,
        ItemId? Item,
        int Version,
        string ContentHash,
        long Length,
        string Name,
        PrincipalKind ByKind,
        string? Run,
        LeaseId? Lease,
        string? Note,
        int? Base,
        IReadOnlyList<Source> Sources,
        VersionKind Kind,
        int? ChangedLines,
        bool UsesPermit
    ) : ArtifactEvent(Artifact, Item)
    {
        public override string Type => "artifact.versionPublished";
    }

    /// <summary>The same content rests on other versions of its sources now.</summary>
    public sealed record SourcesRecorded(ArtifactId Artifact, ItemId? Item, int Version, IReadOnlyList<Source> Sources)
        : ArtifactEvent(Artifact, Item)
    {
        public override string Type => "artifact.sourcesRecorded";
    }

    /// <summary>A person lets an agent publish once on this version.</summary>
    public sealed record PermitGiven(ArtifactId Artifact, ItemId? Item, int Version, PrincipalId? Principal)
        : ArtifactEvent(Artifact, Item)
    {
        public override string Type => "artifact.permitGiven";
    }
}
