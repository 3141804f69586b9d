namespace ControlSurface.Core.Artifacts;

/// <summary>What can be asked of artifacts (API.md, Contents and artifacts).</summary>
public abstract record ArtifactCommand : Command
{
    private ArtifactCommand() { }

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
        public override Verb Verb => Verb.CreateArtifact;

        internal override Refusal? Outside(IQueueGate gate) =>
            Item is { } item ? gate.Item(item) : gate.Queue(name: null);
    }

    /// <param name="EditedBy">A person who has it open for editing just now, as presence says; null for nobody.</param>
    /// <param name="Acknowledges">The person's version that an agent has read, or the seq of the item's change.</param>
    public sealed record Publish(
        ArtifactId Artifact,
        int BaseVersion,
        Proposed Content,
        string? Run,
        long? Token,
        string? Note,
        IReadOnlyList<Source>? Sources,
        long? Acknowledges,
        PrincipalId? EditedBy = null
    ) : ArtifactCommand
    {
        public override Verb Verb => Verb.Publish;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <param name="Principal">Which agent may; null for any.</param>
    public sealed record Permit(ArtifactId Artifact, int Version, PrincipalId? Principal) : ArtifactCommand
    {
        public override Verb Verb => Verb.PermitPublish;

        internal override Refusal? Outside(IQueueGate gate) => gate.Artifact(Artifact);
    }

    /// <summary>Keeps a content by its hash; nothing else follows from it.</summary>
    public sealed record Keep(Proposed Content) : ArtifactCommand
    {
        public override Verb Verb => Verb.KeepContent;

        // A content belongs to no queue until something names it.
        internal override Refusal? Outside(IQueueGate gate) => null;
    }
}
