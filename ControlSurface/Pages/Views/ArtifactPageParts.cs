using ControlSurface.Components;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>What the reader looks at: it stays, whatever is published meanwhile.</summary>
/// <param name="From">The version that it is compared with; null for what is chosen for them.</param>
/// <param name="Known">The version that was current when they began to read: a later one arrived under their eyes.</param>
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
/// <param name="At">Said as an age that ticks, after the head; null for none.</param>
/// <param name="Since">The address of what differs since then; null for none.</param>
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
    string? OpenWords = null
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

/// <summary>A block that nobody can take back any more, and that the viewer may lift.</summary>
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
    string Attention,
    string? Taken,
    bool IsTakenByYou,
    bool MayTake,
    bool MayRemind,
    bool MayReassign
);

/// <summary>What the viewer may decide on the version that they read, found by trying.</summary>
/// <param name="ContentHash">Of what is on the screen: what is sent with the decision.</param>
/// <param name="ConsequencesHash">Of what is listed beside the button.</param>
/// <param name="WhyNot">In place of the button: why the viewer may not approve; null where they may.</param>
/// <param name="MayOverride">A manager may decide where nobody may.</param>
/// <param name="Completes">With this approval there are enough.</param>
/// <param name="Again">The version was approved and that was used: why approving once more is an act of its own; null where it was not.</param>
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
