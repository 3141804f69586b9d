using System.Diagnostics;

namespace ControlSurface.Core.Actions;

/// <summary>An action as callers read it. Values only.</summary>
/// <param name="Action">The stored record.</param>
/// <param name="State">The state that it is in now, given its version and target.</param>
/// <param name="CurrentTargetVersion">The version that its target is known to be at; null where nobody reported one.</param>
public sealed record ActionView(WorkAction Action, ActionState State, string? CurrentTargetVersion)
{
    /// <summary>The action as it is now in that workspace.</summary>
    public static ActionView Of(IActions at, WorkAction action) =>
        new(action, at.StateOf(action), at.TargetVersion(action.Target));
}
