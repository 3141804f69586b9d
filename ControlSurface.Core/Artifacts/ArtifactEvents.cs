using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Artifacts;

/// <summary>An event of an artifact's own: its creation, its versions and their sources.</summary>
/// <param name="Item">Its item while that is in memory; null for none.</param>
public abstract record ArtifactEvent(ArtifactId Artifact, ItemId? Item) : OnArtifact(Artifact, Item)
{
    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ArtifactEventDescriptions.Of(this, by, nameOf);

    /// <summary>The artifact exists, still without a version: version 1 is published in the same write.</summary>
    /// <param name="Queue">The queue of its item; null for none.</param>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Target">The target path that it becomes when it is applied; null where it has none.</param>
    /// <param name="ContentType">The media type of all its versions.</param>
    public sealed record Created(
        ArtifactId Artifact,
        ItemId? Item,
        string? Queue,
        string Name,
        string? Target,
        string ContentType
    ) : ArtifactEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "artifact.created";
    }

    /// <summary>A new version, which is the current one from now on.</summary>
    public sealed record VersionPublished(ArtifactId Artifact, ItemId? Item) : ArtifactEvent(Artifact, Item)
    {
        /// <inheritdoc cref="ArtifactVersion.Number"/>
        public required int Version { get; init; }

        /// <inheritdoc cref="ArtifactVersion.ContentHash"/>
        public required string ContentHash { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Length"/>
        public required long Length { get; init; }

        /// <summary>The name of who published it, as it was then.</summary>
        public required string Name { get; init; }

        /// <inheritdoc cref="ArtifactVersion.ByKind"/>
        public required PrincipalKind ByKind { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Run"/>
        public required string? Run { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Lease"/>
        public required LeaseId? Lease { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Note"/>
        public required string? Note { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Base"/>
        public required int? Base { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Sources"/>
        public required IReadOnlyList<Source> Sources { get; init; }

        /// <inheritdoc cref="ArtifactVersion.Kind"/>
        public required VersionKind Kind { get; init; }

        /// <inheritdoc cref="ArtifactVersion.ChangedLines"/>
        public required int? ChangedLines { get; init; }

        /// <summary>An agent published it on a person's leave, which is used up by it.</summary>
        public required bool UsesPermit { get; init; }

        /// <inheritdoc/>
        public override string Type => "artifact.versionPublished";

        /// <inheritdoc/>
        public override LeaseId? UnderLease => Lease;
    }

    /// <summary>The current content was sent again with other sources: the version stays and has these from now on.</summary>
    /// <param name="Version">The current version.</param>
    /// <param name="Sources">All its sources from now on.</param>
    public sealed record SourcesRecorded(ArtifactId Artifact, ItemId? Item, int Version, IReadOnlyList<Source> Sources)
        : ArtifactEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "artifact.sourcesRecorded";
    }

    /// <summary>A person let an agent publish once on this version.</summary>
    /// <param name="Principal">The agent; null for any.</param>
    public sealed record PermitGiven(ArtifactId Artifact, ItemId? Item, int Version, PrincipalId? Principal)
        : ArtifactEvent(Artifact, Item)
    {
        /// <inheritdoc/>
        public override string Type => "artifact.permitGiven";
    }
}
