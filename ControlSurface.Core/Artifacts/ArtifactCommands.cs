using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Artifacts;

/// <summary>
/// A three-way merge that was tried outside Decide, with the versions that it was tried on, so that the rule can see
/// whether it still holds (docs/decisions, merges outside Decide).
/// </summary>
/// <param name="CurrentHash">The content that the proposal was merged with.</param>
/// <param name="MergedHash">The merged content where it is clean; null where it is not, or cannot be merged.</param>
public sealed record MergeOffer(string CurrentHash, string? MergedHash, long MergedLength)
{
    /// <summary>More contents than this are not merged together: the conflict is settled by hand.</summary>
    public const int MostTogether = 8;

    /// <summary>Hashes of the other contents that compete on the same base, in the order in which they came.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>
    /// The clean merge of the current version, <see cref="Others"/> and the proposal; null where they do not merge cleanly.
    /// </summary>
    public string? JointHash { get; init; }

    /// <summary>
    /// Hashes of the contents that already compete on that base, without <paramref name="proposed"/>: the merge must hold them
    /// too. Empty where they are more than <see cref="MostTogether"/>.
    /// </summary>
    public static IReadOnlyList<string> OthersOn(Workspace at, Artifact artifact, int baseVersion, string proposed)
    {
        if (at.FindConflictByKey(ConflictKey(artifact.Id, baseVersion)) is not { IsOpen: true } conflict)
            return [];
        List<string> others = [.. conflict.Proposals.Select(p => p.ContentHash!).Where(hash => hash != proposed)];
        return others.Count < MostTogether ? others : [];
    }

    /// <summary>What makes writes on one old base one collision.</summary>
    internal static string ConflictKey(ArtifactId artifact, int baseVersion) =>
        $"{WireNames.Of(ConflictKind.OverlappingEdit)}|{artifact}|{baseVersion}";
}

/// <summary>A content that a command brings or names: it is stored before, or with, the events that rest on it.</summary>
/// <param name="ChangedLines">Lines that differ from the base that the command names; null where that cannot be said.</param>
/// <param name="Merge">A merge with the version that was current; null where none was tried.</param>
public sealed record Proposed(string Hash, long Length, int? ChangedLines = null, MergeOffer? Merge = null);

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
    }

    /// <param name="Principal">Which agent may; null for any.</param>
    public sealed record Permit(ArtifactId Artifact, int Version, PrincipalId? Principal) : ArtifactCommand
    {
        public override Verb Verb => Verb.PermitPublish;
    }

    /// <summary>Keeps a content by its hash; nothing else follows from it.</summary>
    public sealed record Keep(Proposed Content) : ArtifactCommand
    {
        public override Verb Verb => Verb.KeepContent;
    }
}
