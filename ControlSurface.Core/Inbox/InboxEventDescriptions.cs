using System.Diagnostics;

namespace ControlSurface.Core.Inbox;

/// <summary>Each <see cref="InboxEvent"/> as a sentence.</summary>
internal static class InboxEventDescriptions
{
    internal static string Of(InboxEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            InboxEvent.WasRead => $"{by} read what was in their inbox.",
            InboxEvent.WasSet => $"{by} changed what they want to hear of.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
