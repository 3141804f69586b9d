using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Drafting;

/// <summary>A command together with the contents that it names by their hashes.</summary>
/// <param name="Command">The command, made from the picture as it was when the draft was made.</param>
/// <param name="Contents">Contents that the engine keeps in the same write; empty for none.</param>
public sealed record Draft(Command Command, IReadOnlyList<ContentData> Contents)
{
    /// <summary>
    /// The content would be larger than <see cref="ContentTexts.LimitBytes"/>. The command is then a
    /// <see cref="MalformedCommand"/>, so that authority is still checked before size (API.md, Refusals).
    /// </summary>
    public bool IsTooLarge { get; init; }

    /// <summary>
    /// The command rests on the version that the caller read: it is refused where a newer one came, and not made again on that.
    /// </summary>
    public bool IsPinned { get; init; }
}

/// <summary>A content that somebody wants to publish as the next version of an artifact.</summary>
/// <param name="BaseVersion">The version that the author read, from 1.</param>
/// <param name="Content">At most <see cref="ContentTexts.LimitBytes"/>.</param>
public sealed record NewVersion(ArtifactId Artifact, int BaseVersion, ContentData Content)
{
    /// <summary>The run that holds the lease; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>The fencing token of the author's lease on the item; null for none.</summary>
    public long? Token { get; init; }

    /// <summary>What the author says of the version; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Targets that the version rests on; null keeps those of the current version.</summary>
    public IReadOnlyList<Source>? Sources { get; init; }

    /// <summary>The person's version, or the seq of the item's change, that an agent has read; null for none.</summary>
    public long? Acknowledges { get; init; }
}

/// <summary>The lease that an agent writes under; nothing for a person.</summary>
/// <param name="Run">The run that holds the lease; null for none.</param>
/// <param name="Token">The fencing token; null for none.</param>
/// <param name="Acknowledges">The person's version, or the seq of the item's change, that an agent has read; null for none.</param>
public readonly record struct UnderToken(string? Run, long? Token, long? Acknowledges);

/// <summary>How somebody wants to settle a conflict.</summary>
/// <param name="Way">One of the conflict's <c>options</c>; null for a word that is none, which is refused.</param>
/// <param name="SeenSeq">Seq of the conflict that was read.</param>
public sealed record Resolution(ConflictId Conflict, ConflictResolution? Way, long SeenSeq, string Note)
{
    /// <summary>Place of the competing content that <c>take_proposed</c> takes, from 0; null where only one competes.</summary>
    public int? K { get; init; }

    /// <summary>
    /// The settled text of <c>merge</c>; null for the clean merge of all that competes, which is then made here.
    /// </summary>
    public ContentData? Content { get; init; }

    /// <summary>
    /// Hash of the current version that <see cref="Content"/> was settled on; null for the version that is current when the
    /// draft is made.
    /// </summary>
    public string? OnHash { get; init; }
}
