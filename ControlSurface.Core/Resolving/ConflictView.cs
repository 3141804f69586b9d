using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Resolving;

/// <summary>A conflict as callers read it, with the resolutions that it has. Values only.</summary>
/// <param name="Conflict">The stored record.</param>
/// <param name="SafestNextStep">The resolution with the least risk, and why.</param>
/// <param name="Options">The words of the resolutions that are accepted now; empty once it is closed.</param>
/// <param name="Pattern">The runbook's pattern that counts it; null where there is none.</param>
public sealed record ConflictView(
    Conflict Conflict,
    NextStep SafestNextStep,
    IReadOnlyList<ConflictResolution> Options,
    Pattern? Pattern
)
{
    private const int MostEdits = 50;

    /// <summary>The events that led to it and those of its own, oldest first; filled by <see cref="Whole"/> only, else empty.</summary>
    public IReadOnlyList<Recorded> Timeline { get; init; } = [];

    /// <summary>The view with its timeline, which is searched for in all events of the artifact.</summary>
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
                    // Others: change nothing that is at odds here.
                    _ => false,
                }
            )
            .ToList();
        return [.. edits.Skip(Math.Max(0, edits.Count - MostEdits)).Concat(conflict.Log).OrderBy(r => r.Seq)];
    }

    /// <summary>The conflict as it is now in that workspace, without its timeline.</summary>
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
