using ControlSurface.Components;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Reviews;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>The versions that the reader looks at. A version that is published meanwhile does not change them.</summary>
/// <param name="From">The version to compare with, as the reader chose it; null to let the page choose.</param>
/// <param name="Known">The version that was current when the reader opened the page; a later one arrived since.</param>
public sealed record Pin(ArtifactId Artifact, int Version, int? From, int Known);

/// <summary>One version on the rail.</summary>
/// <param name="Word">What became of it, as "last approved" or "changes asked".</param>
public sealed record VersionTab(
    int Number,
    string Icon,
    Hue Hue,
    string Word,
    string By,
    DateTimeOffset At,
    string Href,
    bool IsReading
);

/// <summary>Something to know before deciding: what came, what fell, who was first.</summary>
/// <param name="At">Shown after the head as an age that ticks; null for none.</param>
/// <param name="Since">The address of what differs since then; null for none.</param>
/// <param name="Settle">The open conflict that is about the same; null for none.</param>
public sealed record ArtifactNotice(
    string Kind,
    Hue Hue,
    string Icon,
    string Head,
    string Text,
    DateTimeOffset? At = null,
    string? Since = null,
    string? SinceWords = null,
    string? Open = null,
    string? OpenWords = null,
    ConflictId? Settle = null
);

/// <summary>One rule and how far it is met.</summary>
public sealed record RuleLine(string Words, bool IsMet, bool IsHopeless);

/// <summary>One approval that was given.</summary>
/// <param name="MayRevoke">The viewer may take it back.</param>
public sealed record ApprovalLine(
    ApprovalId Id,
    string State,
    string Who,
    DateTimeOffset At,
    string? Ended,
    string? Comment,
    bool MayRevoke
);

/// <summary>A blocking decision that its author can no longer change, and that the viewer may lift.</summary>
/// <param name="Decision">Seq of the decision that blocks.</param>
public sealed record LiftLine(int Version, long Decision, string Who, string Why);

/// <summary>One comment with its place in the text that is read.</summary>
public sealed record CommentLine(Core.Reviews.Comment Comment, HolderView By, bool MayResolve, bool MayAccept);

/// <summary>The open review of the version.</summary>
public sealed record ReviewLine(
    ReviewId Id,
    string Asked,
    string By,
    DateTimeOffset At,
    string? Note,
    DateTimeOffset? DueAt,
    ReviewAttention Attention,
    string? Taken,
    bool IsTakenByYou,
    bool MayTake,
    bool MayRemind,
    bool MayReassign
);

/// <summary>The review to read next.</summary>
/// <param name="RequestedAt">Since when it waits.</param>
public sealed record NextReview(ArtifactId Artifact, DateTimeOffset RequestedAt);

/// <summary>The decisions that the viewer may make on the version, found by trying each one.</summary>
/// <param name="ContentHash">Hash of the content on the screen; sent with the decision.</param>
/// <param name="ConsequencesHash">Hash of the consequences listed beside the button; sent with an approval.</param>
/// <param name="WhyNot">Why the viewer may not approve, shown in place of the button, or why only an override would do; null where an approval does.</param>
/// <param name="MayOverride">A manager may decide where nobody may. It then stands before an approval, which would not be enough.</param>
/// <param name="Completes">Whether this approval is the last one needed.</param>
/// <param name="Again">Why a second approval is needed after the first was spent; null where none was spent.</param>
public sealed record DecisionLine(
    int Version,
    string ContentHash,
    string ConsequencesHash,
    bool MayApprove,
    bool MaySay,
    bool MayOverride,
    string? WhyNot,
    bool Completes,
    string? Again = null
);
