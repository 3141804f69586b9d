using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Webhooks;

/// <summary>Webhooks as rules read them, with the events that they can subscribe to.</summary>
public interface IWebhookList : IPrincipals
{
    /// <summary>Every webhook, by id; disabled ones too.</summary>
    IEnumerable<Webhook> Webhooks { get; }

    /// <summary>The webhook with that id; null where there is none.</summary>
    Webhook? FindWebhook(string id);

    /// <summary>The names of all events, in ordinal order.</summary>
    IReadOnlyList<string> EventTypes { get; }
}
