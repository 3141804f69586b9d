using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Resolving;

/// <summary>A resolution that is suggested for a conflict.</summary>
/// <param name="Code">The resolution's word.</param>
/// <param name="Text">What to do, in a sentence.</param>
/// <param name="Why">Why that is safest, in a sentence.</param>
public sealed record NextStep(string Code, string Text, string Why);

/// <summary>Which resolutions a kind of conflict has, and which is safest: the table, and nothing decided elsewhere.</summary>
public static class NextSteps
{
    private static readonly IReadOnlyDictionary<ConflictKind, string[]> Offered = new SortedDictionary<
        ConflictKind,
        string[]
    >
    {
        [ConflictKind.OverlappingEdit] = ["keep_current", "take_proposed", "merge", "dismiss"],
        [ConflictKind.SourceChanged] = ["retry", "keep_current", "dismiss"],
        [ConflictKind.HandledElsewhere] = ["keep_current", "retry", "dismiss"],
        [ConflictKind.LateResult] = ["mark_applied", "mark_not_applied"],
        [ConflictKind.ApprovalOutdated] = ["retry", "dismiss"],
        [ConflictKind.DuplicateAction] = ["keep_current", "retry", "dismiss"],
        [ConflictKind.FencedWrite] = ["keep_current", "take_proposed", "merge", "dismiss"],
        [ConflictKind.VerificationMismatch] = ["keep_current", "retry", "dismiss"],
    };

    private static readonly IReadOnlyDictionary<ConflictKind, NextStep> Safest = new SortedDictionary<
        ConflictKind,
        NextStep
    >
    {
        [ConflictKind.OverlappingEdit] = new(
            "keep_current",
            "Keep the current version, and read what was proposed.",
            "What is there was read by whoever approved or edited it; the other rests on an older version."
        ),
        [ConflictKind.SourceChanged] = new(
            "retry",
            "Have it done again on the source as it is now.",
            "What was made rests on a version of the source that is no longer there."
        ),
        [ConflictKind.HandledElsewhere] = new(
            "keep_current",
            "Leave it as it was done elsewhere.",
            "Doing it again would be the second time for whoever receives it."
        ),
        [ConflictKind.LateResult] = new(
            "mark_applied",
            "Look in the real system, then say what you saw.",
            "Nobody here knows whether it happened; applying it again may be the second time."
        ),
        [ConflictKind.ApprovalOutdated] = new(
            "retry",
            "Have the new version reviewed.",
            "What was approved is not what is there now, so nothing may be applied."
        ),
        [ConflictKind.DuplicateAction] = new(
            "keep_current",
            "Leave it at the one that is done.",
            "The same action on the same target would be the second time."
        ),
        [ConflictKind.FencedWrite] = new(
            "keep_current",
            "Keep what the present owner has, and read what came late.",
            "It was written by somebody who no longer owned the work."
        ),
        [ConflictKind.VerificationMismatch] = new(
            "retry",
            "Have it put right.",
            "What is there is not what was approved."
        ),
    };

    internal static IReadOnlyList<string> OptionsFor(ITargets at, Conflict conflict)
    {
        if (!conflict.IsOpen)
            return [];
        var options = new List<string>(Offered[conflict.Kind]);
        if (conflict.Artifact is null || !conflict.Proposals.Any())
            options.RemoveAll(o => o is "take_proposed" or "merge");
        // A version is put to review with or without work that goes back.
        var isReviewed = conflict is { Kind: ConflictKind.ApprovalOutdated, Artifact: not null };
        if (!isReviewed && (conflict.Item is null || at.InMemory(conflict.Item) is null))
            options.Remove("retry");
        return options;
    }

    internal static NextStep SafestFor(ITargets at, Conflict conflict, IReadOnlyList<string> options)
    {
        // A clean merge loses nothing of any side; it was tried with the version of then.
        if (
            conflict is { MergedHash: not null, MergedOn: { } on, Artifact: { } id }
            && at.FindArtifact(id)?.Current.ContentHash == on
            && options.Contains("merge")
        )
            return new NextStep(
                "merge",
                "Take the merge: it is clean.",
                conflict.Proposals.Count() > 1
                    ? $"All {conflict.Proposals.Count() + 1} contents are in it, and none touches another."
                    : "Both changes are in it, and neither touches the other."
            );
        var safest = Safest[conflict.Kind];
        return options.Count == 0 || options.Contains(safest.Code) ? safest : safest with { Code = options[0] };
    }
}
