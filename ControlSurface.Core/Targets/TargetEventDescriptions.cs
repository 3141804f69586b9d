using System.Diagnostics;

namespace ControlSurface.Core.Targets;

/// <summary>Each <see cref="TargetEvent"/> as a sentence.</summary>
internal static class TargetEventDescriptions
{
    internal static string Of(TargetEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            TargetEvent.Changed e =>
                $"{e.By ?? by} changed {e.Target} to {e.Version}{(e.Counts ? "" : e.IsHeld ? ", while an action on it is being applied" : ", which is only noted")}{Phrases.Because(e.Note)}.",
            TargetEvent.Released e => e.IsOwn
                ? $"The change of {e.Target} to {e.Version} was the action's own."
                : $"{e.Target} is at {e.Version}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
