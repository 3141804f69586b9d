using System.Diagnostics;

namespace ControlSurface.Core.Actions;

/// <summary>An action as outsiders see it: the record, and the state that it is in now.</summary>
public sealed record ActionView(WorkAction Action, ActionState State, string? CurrentTargetVersion)
{
    public static ActionView Of(IActions at, WorkAction action) =>
        new(action, at.StateOf(action), at.TargetVersion(action.Target));
}
