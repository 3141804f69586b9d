using System.Diagnostics;

namespace ControlSurface.Core.Queues;

/// <summary>Each <see cref="WorkspaceEvent"/> as a sentence.</summary>
internal static class WorkspaceEventDescriptions
{
    internal static string Of(WorkspaceEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            WorkspaceEvent.Stopped e =>
                $"{by} stopped the line ({e.Scope.ToString().ToLowerInvariant()}){Phrases.Because(e.Why)}.",
            WorkspaceEvent.Drained e => $"{by} had the server take nothing new{Phrases.Because(e.Why)}.",
            WorkspaceEvent.LineStarted => $"{by} let the line go on.",
            WorkspaceEvent.Resumed e =>
                $"The server was away from {Phrases.Clock(e.DownFrom)} to {Phrases.Clock(e.DownTo)}; {Phrases.Number(e.Extended.Count)} clocks got that time back.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
