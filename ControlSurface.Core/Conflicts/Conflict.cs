using System.Collections.Immutable;
using System.Diagnostics;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Conflicts;

/// <summary>What collided (API.md, Conflicts).</summary>
public enum ConflictKind
{
    OverlappingEdit,
    SourceChanged,
    HandledElsewhere,
    LateResult,
    ApprovalOutdated,
    DuplicateAction,
    FencedWrite,
    VerificationMismatch,
}

/// <summary>API.md, Conflicts.</summary>
public enum ConflictState
{
    Open,
    InReview,
    Resolved,
    Dismissed,
    Overtaken,
}

/// <summary>One of the things that collided: a version, a content that was refused and kept, or a change outside.</summary>
/// <param name="Length">Bytes of the content; null where it is not known.</param>
public sealed record Competing(
    string Label,
    ArtifactId? Artifact,
    int? Version,
    string? ContentHash,
    PrincipalId By,
    string ByName,
    DateTimeOffset At,
    long? Length = null
)
{
    /// <summary>Whether this is a content that was refused and kept, and can still be taken.</summary>
    public bool IsProposal => Version is null && Artifact is not null && ContentHash is not null;
}

/// <summary>A collision that somebody reads: what competes, since when, what it holds up (DESIGN.md, 7).</summary>
/// <param name="Key">What makes it one collision however often it is retried: kind, place, and base or action.</param>
/// <param name="Base">The version that the competing ones were made from; null where there is none.</param>
/// <param name="MergedHash">The clean merge of all that competes with the version of <see cref="MergedOn"/>, where there is one.</param>
public sealed record Conflict(
    ConflictId Id,
    ConflictKind Kind,
    ConflictState State,
    ItemId? Item,
    string? Queue,
    string? Target,
    ArtifactId? Artifact,
    string? Action,
    string Key,
    int? Base,
    string What,
    string? MergedHash,
    long Seq,
    DateTimeOffset OpenedAt,
    DateTimeOffset UpdatedAt
)
{
    public ImmutableList<Competing> Competing { get; init; } = [];

    /// <summary>Hash of the version that <see cref="MergedHash"/> was merged with; the merge holds while it is current.</summary>
    public string? MergedOn { get; init; }

    /// <summary>The contents that were refused and kept, in the order in which they came; each content once.</summary>
    public IEnumerable<Competing> Proposals => Competing.Where(c => c.IsProposal).DistinctBy(c => c.ContentHash);
    public PrincipalId? TakenBy { get; init; }
    public string? Resolution { get; init; }
    public string? Note { get; init; }
    public PrincipalId? ResolvedBy { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What happened to it, oldest first.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    public bool IsOpen => State is ConflictState.Open or ConflictState.InReview;
}

/// <summary>What can happen to a conflict.</summary>
public abstract record ConflictEvent(ConflictId Conflict, ItemId? Item) : Event, IItemEffect
{
    Item IItemEffect.ApplyTo(Item item) =>
        this switch
        {
            Opened => item with { OpenConflicts = item.OpenConflicts + 1 },
            Resolved or Overtaken => item with { OpenConflicts = item.OpenConflicts - 1 },
            Joined or Taken => item,
            _ => throw new UnreachableException(GetType().Name),
        };

    /// <inheritdoc/>
    public override string Describe(string by, Func<PrincipalId, string> nameOf) =>
        ConflictEventDescriptions.Of(this, by, nameOf);

    public override ItemId? ItemId => Item;

    public sealed record Opened(
        ConflictId Conflict,
        ItemId? Item,
        ConflictKind Kind,
        string? Queue,
        string? Target,
        ArtifactId? Artifact,
        string? Action,
        string Key,
        int? Base,
        string What,
        string? MergedHash,
        IReadOnlyList<Competing> Competing,
        string? MergedOn = null
    ) : ConflictEvent(Conflict, Item)
    {
        public override string Type => "conflict.opened";
    }

    /// <summary>The same collision brought another content.</summary>
    /// <param name="MergedHash">The clean merge of all that competes from now on; null where there is none.</param>
    public sealed record Joined(
        ConflictId Conflict,
        ItemId? Item,
        Competing Competing,
        string? MergedHash,
        string? MergedOn = null
    ) : ConflictEvent(Conflict, Item)
    {
        public override string Type => "conflict.joined";
    }

    public sealed record Taken(ConflictId Conflict, ItemId? Item) : ConflictEvent(Conflict, Item)
    {
        public override string Type => "conflict.taken";
    }

    public sealed record Resolved(ConflictId Conflict, ItemId? Item, string Resolution, string? Note)
        : ConflictEvent(Conflict, Item)
    {
        public override string Type => Resolution == "dismiss" ? "conflict.dismissed" : "conflict.resolved";
    }

    /// <summary>Its cause is gone: it resolves itself, visibly.</summary>
    public sealed record Overtaken(ConflictId Conflict, ItemId? Item, string Why) : ConflictEvent(Conflict, Item)
    {
        public override string Type => "conflict.overtaken";
    }
}
