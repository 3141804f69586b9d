namespace ControlSurface.Core.Conflicts;

/// <summary>What is safest to do next, and why.</summary>
/// <param name="Code">The way to settle the conflict.</param>
/// <param name="Text">The same as a sentence.</param>
/// <param name="Why">A sentence.</param>
public sealed record NextStep(ConflictResolution Code, string Text, string Why);

/// <summary>A change that may keep a collision from recurring (API.md, Runbook).</summary>
public enum PatternChange
{
    /// <summary>Lock less: only what is really changed.</summary>
    NarrowerLock,

    /// <summary>Start the work at a better moment, or only once.</summary>
    BetterTrigger,

    /// <summary>Change the queue's policy.</summary>
    QueuePolicy,

    /// <summary>Say more clearly who does what.</summary>
    ClearerHandoff,
}

/// <summary>What usually helps against collisions that recur, and why.</summary>
/// <param name="Change">What to change.</param>
/// <param name="Why">A sentence.</param>
public sealed record Suggestion(PatternChange Change, string Why);

/// <summary>All that is decided by the kind of a conflict alone. Its word is the name of the kind (<see cref="WireNames"/>).</summary>
/// <param name="Offered">The ways to settle it, in the order in which they are offered.</param>
/// <param name="Safest">The safest step where the contents do not merge cleanly.</param>
/// <param name="Usual">What usually helps where it recurs.</param>
public sealed record ConflictKindRow(IReadOnlyList<ConflictResolution> Offered, NextStep Safest, Suggestion Usual);

/// <summary>The table of the kinds of conflict: one row for each. The compiler asks for the row of a new kind.</summary>
public static class ConflictKinds
{
    private static readonly ConflictKindRow[] Rows = [.. Enum.GetValues<ConflictKind>().Select(Row)];

    /// <summary>The row of a kind.</summary>
    public static ConflictKindRow Of(ConflictKind kind) => Rows[(int)kind];

    // Long on purpose: one arm for each case of a closed set, and nothing else.
    private static ConflictKindRow Row(ConflictKind kind) =>
        kind switch
        {
            ConflictKind.OverlappingEdit => new(
                [
                    ConflictResolution.KeepCurrent,
                    ConflictResolution.TakeProposed,
                    ConflictResolution.Merge,
                    ConflictResolution.Dismiss,
                ],
                new NextStep(
                    ConflictResolution.KeepCurrent,
                    "Keep the current version, and read what was proposed.",
                    "What is there was read by whoever approved or edited it; the other rests on an older version."
                ),
                new Suggestion(
                    PatternChange.NarrowerLock,
                    "Work begins without a lock and finds the other edit only when it publishes: a lock on the one page before reading would have kept them apart."
                )
            ),
            ConflictKind.SourceChanged => new(
                [ConflictResolution.Retry, ConflictResolution.KeepCurrent, ConflictResolution.Dismiss],
                new NextStep(
                    ConflictResolution.Retry,
                    "Have it done again on the source as it is now.",
                    "What was made rests on a version of the source that is no longer there."
                ),
                new Suggestion(
                    PatternChange.BetterTrigger,
                    "Work begins before its source is final: begin when the source has changed, not before it does."
                )
            ),
            ConflictKind.HandledElsewhere => new(
                [ConflictResolution.KeepCurrent, ConflictResolution.Retry, ConflictResolution.Dismiss],
                new NextStep(
                    ConflictResolution.KeepCurrent,
                    "Leave it as it was done elsewhere.",
                    "Doing it again would be the second time for whoever receives it."
                ),
                new Suggestion(
                    PatternChange.ClearerHandoff,
                    "People and agents take up the same thing by different ways: say who takes what, before both do."
                )
            ),
            ConflictKind.LateResult => new(
                [ConflictResolution.MarkApplied, ConflictResolution.MarkNotApplied],
                new NextStep(
                    ConflictResolution.MarkApplied,
                    "Look in the real system, then say what you saw.",
                    "Nobody here knows whether it happened; applying it again may be the second time."
                ),
                new Suggestion(
                    PatternChange.QueuePolicy,
                    "The lease or the permit ends before the work does: longer ones, or renewals while it is applied, would cover it."
                )
            ),
            ConflictKind.ApprovalOutdated => new(
                [ConflictResolution.Retry, ConflictResolution.Dismiss],
                new NextStep(
                    ConflictResolution.Retry,
                    "Have the new version reviewed.",
                    "What was approved is not what is there now, so nothing may be applied."
                ),
                new Suggestion(
                    PatternChange.QueuePolicy,
                    "Versions are changed after they were approved: ask for the review when the work is done, or let small edits stand."
                )
            ),
            ConflictKind.DuplicateAction => new(
                [ConflictResolution.KeepCurrent, ConflictResolution.Retry, ConflictResolution.Dismiss],
                new NextStep(
                    ConflictResolution.KeepCurrent,
                    "Leave it at the one that is done.",
                    "The same action on the same target would be the second time."
                ),
                new Suggestion(
                    PatternChange.BetterTrigger,
                    "The same thing is set off twice: one trigger, or one externalId for both, would have made one item of it."
                )
            ),
            ConflictKind.FencedWrite => new(
                [
                    ConflictResolution.KeepCurrent,
                    ConflictResolution.TakeProposed,
                    ConflictResolution.Merge,
                    ConflictResolution.Dismiss,
                ],
                new NextStep(
                    ConflictResolution.KeepCurrent,
                    "Keep what the present owner has, and read what came late.",
                    "It was written by somebody who no longer owned the work."
                ),
                new Suggestion(
                    PatternChange.QueuePolicy,
                    "Work goes on after its lease: a longer lease, or renewals in between, would have kept it."
                )
            ),
            ConflictKind.VerificationMismatch => new(
                [ConflictResolution.KeepCurrent, ConflictResolution.Retry, ConflictResolution.Dismiss],
                new NextStep(ConflictResolution.Retry, "Have it put right.", "What is there is not what was approved."),
                new Suggestion(
                    PatternChange.ClearerHandoff,
                    "What is outside is not what was approved: whoever applies it has to be told what exactly was."
                )
            ),
        };
}
