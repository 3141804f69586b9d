using System.Diagnostics;

namespace ControlSurface.Core.Views;

/// <summary>Each <see cref="ViewEvent"/> as a sentence.</summary>
internal static class ViewEventDescriptions
{
    internal static string Of(ViewEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ViewEvent.Saved { Shared: true } e => $"{by} saved the view {e.Name} for everybody.",
            ViewEvent.Saved e => $"{by} saved the view {e.Name}.",
            ViewEvent.Deleted e => $"{by} deleted the view {e.Name}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
