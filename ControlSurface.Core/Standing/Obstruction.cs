using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Standing;

/// <summary>Something in the way of an action, and the conflict that it is.</summary>
internal sealed record Obstruction(ConflictKind Kind, string Why)
{
    /// <summary>The action that is or was the same; null where it is the target that moved.</summary>
    internal string? Other { get; private init; }

    /// <summary>How far that action was; null where there is none.</summary>
    internal ActionState? OtherIs { get; private init; }

    /// <summary>What stands in the way of an action whatever is approved: the target moved, or it is done elsewhere.</summary>
    internal static Obstruction? Of(IActions at, WorkAction action, DateTimeOffset now)
    {
        if (at.HasMoved(action))
            return new Obstruction(
                ConflictKind.SourceChanged,
                $"{action.Target} is at {at.TargetVersion(action.Target)} now, not at {action.ExpectedTargetVersion}."
            );
        foreach (var other in at.ActionsAt(action.Target))
        {
            if (other.Id == action.Id || other.Kind != action.Kind || other.PayloadHash != action.PayloadHash)
                continue;
            if (other.Written == ActionState.Applying)
                return new Obstruction(
                    ConflictKind.DuplicateAction,
                    $"{NameOf(at, other, action)} is the same on {action.Target}, and is being applied."
                )
                {
                    Other = other.Id,
                    OtherIs = other.Written,
                };
            if (other.Written == ActionState.Applied && IsSince(other, action))
                return new Obstruction(
                    ConflictKind.DuplicateAction,
                    $"{NameOf(at, other, action)} was the same on {action.Target}, and was applied."
                )
                {
                    Other = other.Id,
                    OtherIs = other.Written,
                };
        }
        return null;
    }

    // The sentence is read by whoever sees this action; they need not see the queue of the other.
    private static string NameOf(IActions at, WorkAction other, WorkAction action) =>
        at.QueueOf(other) == at.QueueOf(action) ? other.Id : "An action of another queue";

    // Applied since the version that the action expects: one that expects what came of the other is another step.
    private static bool IsSince(WorkAction done, WorkAction action) =>
        action.ExpectedTargetVersion is not { } expected
        || !string.Equals(done.ObservedTargetVersion, expected, StringComparison.Ordinal);
}
