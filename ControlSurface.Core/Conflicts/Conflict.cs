using System.Collections.Immutable;

namespace ControlSurface.Core.Conflicts;

/// <summary>The kinds of collision (API.md, Conflicts).</summary>
public enum ConflictKind
{
    /// <summary>Two versions were made from the same base.</summary>
    OverlappingEdit,

    /// <summary>A target or source changed outside after work, an artifact or an action was based on it.</summary>
    SourceChanged,

    /// <summary>Something outside changed a target that live work or a prepared action is about to change.</summary>
    HandledElsewhere,

    /// <summary>A permit or lease ended before the action's outcome was reported: it may or may not have happened.</summary>
    LateResult,

    /// <summary>An approval fell before the approved action began.</summary>
    ApprovalOutdated,

    /// <summary>Another action with the same kind, target and payload is being applied, or was applied.</summary>
    DuplicateAction,

    /// <summary>A holder whose lease was over sent a content.</summary>
    FencedWrite,

    /// <summary>Somebody saw another content outside than the one that was approved.</summary>
    VerificationMismatch,
}

/// <summary>How a conflict can be settled (API.md, Conflicts): what is offered for a kind stands in <see cref="ConflictKinds"/>.</summary>
public enum ConflictResolution
{
    /// <summary>What is there stays.</summary>
    KeepCurrent,

    /// <summary>A content that was refused and kept becomes the current version.</summary>
    TakeProposed,

    /// <summary>A merge becomes the current version.</summary>
    Merge,

    /// <summary>The work is done again, or the new version reviewed.</summary>
    Retry,

    /// <summary>Somebody saw outside that the action was applied.</summary>
    MarkApplied,

    /// <summary>Somebody saw outside that the action was not applied.</summary>
    MarkNotApplied,

    /// <summary>It was none.</summary>
    Dismiss,

    /// <summary>Its cause went away by itself: nobody chooses this.</summary>
    Overtaken,
}

/// <summary>The state words of a conflict (API.md, Conflicts).</summary>
public enum ConflictState
{
    /// <summary>Nobody has taken it yet.</summary>
    Open,

    /// <summary>Somebody is looking at it.</summary>
    InReview,

    /// <summary>A person resolved it.</summary>
    Resolved,

    /// <summary>A person closed it without changing anything.</summary>
    Dismissed,

    /// <summary>Its cause is gone, so that it resolved itself.</summary>
    Overtaken,
}

/// <summary>One side of a collision: a version, a content that was refused and kept, or a change outside.</summary>
/// <param name="Label">A word or two for people: <c>current</c>, <c>proposed</c>, <c>approved</c>.</param>
/// <param name="Artifact">The artifact; null where there is none.</param>
/// <param name="Version">The version; null for a content that was refused, and for a change outside.</param>
/// <param name="ContentHash">The hash of the content; null where there is none here.</param>
/// <param name="By">Who made it.</param>
/// <param name="ByName">Their name, as it was then.</param>
/// <param name="At">When they made it.</param>
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
    /// <summary>Whether it is a content that was refused and kept, which a resolution can still take.</summary>
    public bool IsProposal => Version is null && Artifact is not null && ContentHash is not null;
}

/// <summary>A collision that somebody has to read: what competes, since when, and what waits for it (DESIGN.md, 7).</summary>
public sealed record Conflict
{
    /// <summary>Its id: <c>C-9</c>.</summary>
    public required ConflictId Id { get; init; }

    /// <summary>What collided.</summary>
    public required ConflictKind Kind { get; init; }

    /// <summary>Its state now.</summary>
    public required ConflictState State { get; init; }

    /// <summary>The item whose work collided; null for none.</summary>
    public required ItemId? Item { get; init; }

    /// <summary>The queue that it belonged to when it opened; null for none. Where it is now: <see cref="IConflicts.QueueOf"/>.</summary>
    public required string? Queue { get; init; }

    /// <summary>The target path on which it collided; null for none.</summary>
    public required string? Target { get; init; }

    /// <summary>The artifact; null for none.</summary>
    public required ArtifactId? Artifact { get; init; }

    /// <summary>The id of the action that it affects; null for none.</summary>
    public required string? Action { get; init; }

    /// <summary>What makes it one collision however often it is retried: kind, place, and base version or action.</summary>
    public required string Key { get; init; }

    /// <summary>The version that the competing ones were made from; null where there is none.</summary>
    public required int? Base { get; init; }

    /// <summary>What happened, in a sentence for people.</summary>
    public required string What { get; init; }

    /// <summary>The hash of the clean merge of all competing contents with the version of <see cref="MergedOn"/>; null where there is none.</summary>
    public required string? MergedHash { get; init; }

    /// <summary>Seq of its last event; <c>seenSeq</c> compares with it.</summary>
    public required long Seq { get; init; }

    /// <summary>When it opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When its last event happened.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>All that compete, in the order in which they came; the index is the <c>{k}</c> of API.md.</summary>
    public ImmutableList<Competing> Competing { get; init; } = [];

    /// <summary>The hash of the version that <see cref="MergedHash"/> was merged with; the merge holds while that is the current one.</summary>
    public string? MergedOn { get; init; }

    /// <summary>The contents that were refused and kept, in the order in which they came; each content once.</summary>
    public IEnumerable<Competing> Proposals => Competing.Where(c => c.IsProposal).DistinctBy(c => c.ContentHash);

    /// <summary>Who took it into review; null for nobody.</summary>
    public PrincipalId? TakenBy { get; init; }

    /// <summary>How it was settled; null while it is open.</summary>
    public ConflictResolution? Resolution { get; init; }

    /// <summary>The note of whoever resolved it, or why its cause is gone; null while it is open.</summary>
    public string? Note { get; init; }

    /// <summary>Who resolved it, or whose act removed its cause; null while it is open.</summary>
    public PrincipalId? ResolvedBy { get; init; }

    /// <summary>When it was resolved; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>All its events, oldest first.</summary>
    public ImmutableList<Recorded> Log { get; init; } = [];

    /// <summary>Whether somebody still has to settle it.</summary>
    public bool IsOpen => State is ConflictState.Open or ConflictState.InReview;
}
