using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Resolving;

/// <summary>Which ways of its kind are open to one conflict now, and which is safest (<see cref="ConflictKinds"/>).</summary>
public static class NextSteps
{
    internal static IReadOnlyList<ConflictResolution> OptionsFor(ITargets at, Conflict conflict)
    {
        if (!conflict.IsOpen)
            return [];
        var options = new List<ConflictResolution>(ConflictKinds.Of(conflict.Kind).Offered);
        if (conflict.Artifact is null || !conflict.Proposals.Any())
            options.RemoveAll(o => o is ConflictResolution.TakeProposed or ConflictResolution.Merge);
        // A version is put to review with or without work that goes back.
        var isReviewed = conflict is { Kind: ConflictKind.ApprovalOutdated, Artifact: not null };
        if (!isReviewed && (conflict.Item is null || at.InMemory(conflict.Item) is null))
            options.Remove(ConflictResolution.Retry);
        return options;
    }

    internal static NextStep SafestFor(ITargets at, Conflict conflict, IReadOnlyList<ConflictResolution> options)
    {
        // A clean merge loses nothing of any side; it was tried with the version of then.
        if (
            conflict is { MergedHash: not null, MergedOn: { } on, Artifact: { } id }
            && at.FindArtifact(id)?.Current.ContentHash == on
            && options.Contains(ConflictResolution.Merge)
        )
            return new NextStep(
                ConflictResolution.Merge,
                "Take the merge: it is clean.",
                conflict.Proposals.Count() > 1
                    ? $"All {conflict.Proposals.Count() + 1} contents are in it, and none touches another."
                    : "Both changes are in it, and neither touches the other."
            );
        var safest = ConflictKinds.Of(conflict.Kind).Safest;
        return options.Count == 0 || options.Contains(safest.Code) ? safest : safest with { Code = options[0] };
    }
}
