using ControlSurface.Core.Webhooks;

namespace ControlSurface.Webhooks;

/// <summary>What the API asks of webhooks beyond what the engine decides.</summary>
internal interface IWebhooks
{
    /// <summary>What the receiver checks signatures with; to be said once.</summary>
    string SecretOf(Webhook webhook);

    /// <summary>Writes the whole address of a webhook down where secrets are, before anything is decided on it.</summary>
    /// <returns>The name under which it is kept, the one that it has where it is the same; null where nothing keeps addresses.</returns>
    string? KeepAddress(string webhook, string url) => null;

    /// <summary>A webhook was set or deleted: what waits and is no longer asked for is dropped before the answer goes out.</summary>
    Task SettleAsync(string webhook, CancellationToken abandoned) => Task.CompletedTask;

    /// <summary>Deliveries, the newest first.</summary>
    /// <param name="state">Only those; null for all.</param>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    (IReadOnlyList<Delivery> Page, int Total) Deliveries(string webhook, string? state, long? before, int limit);

    /// <summary>Sends what was given up once more.</summary>
    /// <returns>How many deliveries that is.</returns>
    int RedeliverFailed(Webhook webhook);

    /// <summary>Sends what the webhook wants of these events once more.</summary>
    /// <returns>How many there are.</returns>
    Task<int> RedeliverAsync(Webhook webhook, long from, long to, CancellationToken abandoned);
}
