using System.Diagnostics;

namespace ControlSurface.Core.Webhooks;

/// <summary>Each <see cref="WebhookEvent"/> as a sentence.</summary>
internal static class WebhookEventDescriptions
{
    internal static string Of(WebhookEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            WebhookEvent.Set e => $"{by} set the webhook {e.Id} to {new Uri(e.Url).Host}.",
            WebhookEvent.Disabled e => $"The webhook {e.Id} was disabled{Phrases.Because(e.Why)}.",
            WebhookEvent.Deleted e => $"{by} deleted the webhook {e.Id}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
