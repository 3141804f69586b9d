using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Artifacts;

/// <summary>What can happen to an artifact itself.</summary>
public abstract record ArtifactEvent(ArtifactId Artifact, ItemId? Item) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ArtifactEventDescriptions.Of(this, by, nameOf);

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
        public override LeaseId? UnderLease => Lease;
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
