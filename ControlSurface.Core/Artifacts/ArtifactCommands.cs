namespace ControlSurface.Core.Artifacts;

/// <summary>A call on an artifact or a content (API.md, Contents and artifacts).</summary>
public abstract record ArtifactCommand : Command
{
    private ArtifactCommand() { }

    /// <summary>Creates an artifact with its version 1.</summary>
    /// <param name="Name">Its name, up to 200 characters.</param>
    /// <param name="Item">The item that it belongs to; null for none.</param>
    /// <param name="Target">The target path that it becomes when it is applied; null where it has none.</param>
    /// <param name="ContentType">Its media type.</param>
    /// <param name="Content">The content of version 1.</param>
    /// <param name="Sources">What it was made from; empty for none.</param>
    /// <param name="Run">The caller's run; null for none.</param>
    /// <param name="Token">The fencing token of the caller's lease on the item; null for none.</param>
    public sealed record Create(
        string Name,
        ItemId? Item,
        string? Target,
        string ContentType,
        Proposed Content,
        IReadOnlyList<Source> Sources,
        string? Run,
        long? Token
    ) : ArtifactCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.CreateArtifact;

        internal override Refusal? Outside(IQueueGate gate) =>
            Item is { } item ? gate.Item(item) : gate.Queue(name: null);
    }

    /// <summary>
    /// Publishes a version. On an older base than the current version it is refused as
    /// <see cref="ArtifactRefusal.VersionConflict"/> and its content kept, or merged where the policy says so.
    /// </summary>
    public sealed record Publish : ArtifactCommand
    {
        /// <summary>The artifact.</summary>
        public required ArtifactId Artifact { get; init; }

        /// <summary>The version that the content was made from, from 1.</summary>
        public required int BaseVersion { get; init; }

        /// <summary>The content, with a merge that was tried where the base is old.</summary>
        public required Proposed Content { get; init; }

        /// <summary>The caller's run; null for none.</summary>
        public string? Run { get; init; }

        /// <summary>The fencing token of the caller's lease on the item; null for none.</summary>
        public long? Token { get; init; }

        /// <summary>Up to 4,000 characters; null for none.</summary>
        public string? Note { get; init; }

        /// <summary>What it was made from; null for the sources of the version before.</summary>
        public IReadOnlyList<Source>? Sources { get; init; }

        /// <summary>The person's version that an agent has read, or the seq of the item's change that the holder has read; null for neither.</summary>
        public long? Acknowledges { get; init; }

        /// <summary>A person who has the artifact open for editing, according to presence; null for nobody.</summary>
        public PrincipalId? EditedBy { get; init; }

        /// <inheritdoc/>
        public override Verb Verb => Verb.Publish;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Lets an agent publish once on a person's version. People only.</summary>
    /// <param name="Version">The version; only the current one is accepted.</param>
    /// <param name="Principal">The agent; null for any.</param>
    public sealed record Permit(ArtifactId Artifact, int Version, PrincipalId? Principal) : ArtifactCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.PermitPublish;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Stores a content under its hash; writes no event.</summary>
    /// <param name="Content">The content.</param>
    public sealed record Keep(Proposed Content) : ArtifactCommand
    {
        /// <inheritdoc/>
        public override Verb Verb => Verb.KeepContent;

        // A content belongs to no queue until something names it.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
