using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Conflicts;

namespace ControlSurface.Core.Standing;

/// <summary>Why an action cannot begin whatever is approved, and the kind of conflict that this is.</summary>
internal sealed record Obstruction(ConflictKind Kind, string Why)
{
    /// <summary>The other action that does the same; null where the target moved.</summary>
    internal string? Other { get; private init; }

    /// <summary>The state of the other action; null where there is none.</summary>
    internal ActionState? OtherIs { get; private init; }

    /// <summary>What is in the way: its target moved, or another action does or did the same. Null for nothing.</summary>
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

    // Readers of this action may not see the queue of the other one.
    private static string NameOf(IActions at, WorkAction other, WorkAction action) =>
        at.QueueOf(other) == at.QueueOf(action) ? other.Id : "An action of another queue";

    // An action that expects the version which the other one produced is a further step, not the same one again.
    private static bool IsSince(WorkAction done, WorkAction action) =>
        action.ExpectedTargetVersion is not { } expected
        || !string.Equals(done.ObservedTargetVersion, expected, StringComparison.Ordinal);
}
