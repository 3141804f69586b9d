using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Resolving;

/// <summary>A conflict as outsiders see it, with what may be done about it.</summary>
/// <param name="Pattern">What it is one more of, with what the runbook says; null where none was counted.</param>
public sealed record ConflictView(
    Conflict Conflict,
    NextStep SafestNextStep,
    IReadOnlyList<string> Options,
    Pattern? Pattern
)
{
    private const int MostEdits = 50;

    /// <summary>What led to it and what became of it, oldest first; empty where nobody reads it (<see cref="Whole"/>).</summary>
    public IReadOnlyList<Recorded> Timeline { get; init; } = [];

    /// <summary>With the order of what happened, which is looked for in all that was done to the artifact.</summary>
    public static ConflictView Whole(ITargets at, Conflict conflict) =>
        Of(at, conflict) with
        {
            Timeline = TimelineOf(at, conflict),
        };

    // What happened to the conflict, and the versions and approvals that made it one: at most 50 of those.
    private static IReadOnlyList<Recorded> TimelineOf(ITargets at, Conflict conflict)
    {
        if (conflict.Artifact is not { } id || at.FindArtifact(id) is not { } artifact)
            return conflict.Log;
        var first = conflict.Base ?? conflict.Competing.Select(c => c.Version).Min() ?? artifact.Current.Number;
        var isOfApproval = conflict.Kind == ConflictKind.ApprovalOutdated;
        var edits = artifact
            .Log.Where(r =>
                r.Event switch
                {
                    ArtifactEvent.VersionPublished e => e.Version >= first,
                    ApprovalEvent.Given e => isOfApproval && e.Version >= first,
                    ApprovalEvent.Invalidated => isOfApproval,
                    _ => false,
                }
            )
            .ToList();
        return [.. edits.Skip(Math.Max(0, edits.Count - MostEdits)).Concat(conflict.Log).OrderBy(r => r.Seq)];
    }

    public static ConflictView Of(ITargets at, Conflict conflict)
    {
        var options = NextSteps.OptionsFor(at, conflict);
        return new ConflictView(
            conflict,
            NextSteps.SafestFor(at, conflict, options),
            options,
            RunbookRules.Find(at, conflict)
        );
    }
}
