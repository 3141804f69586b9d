using ControlSurface.Core.Webhooks;
using ControlSurface.Webhooks;

namespace ControlSurface.Api.Bodies;

/// <summary>An address outside that is told of events.</summary>
/// <param name="Url">Scheme and host; what else the address has is kept where secrets are, and never said again.</param>
/// <param name="Events">Event types or <c>noun.*</c>; empty for all.</param>
/// <param name="Queues">Only what is of these queues; null for all.</param>
/// <param name="Disabled">Why nothing is sent; null while it is.</param>
/// <param name="Secret">What signatures are checked with: only in the answer that made it.</param>
internal sealed record WebhookBody(
    string Id,
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyList<string>? Queues,
    string? Disabled,
    string By,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RotatedAt,
    long Seq,
    string? Secret
)
{
    internal static WebhookBody From(Webhook w, string? secret) =>
        new(w.Id, Webhook.OriginOf(w.Url), w.Events, w.Queues, w.Disabled, w.By.Text, w.At, w.RotatedAt, w.Seq, secret);
}

/// <summary>One event on its way to a webhook.</summary>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextAt">When it is tried next; null once it is over, or while the webhook is disabled.</param>
/// <param name="Status">Of the last answer; null where none came.</param>
internal sealed record DeliveryBody(
    long Id,
    long Seq,
    string Type,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TriedAt,
    DateTimeOffset? NextAt,
    int? Status,
    string? Error
)
{
    internal static DeliveryBody From(Delivery d) =>
        new(d.Id, d.Seq, d.Type, d.State, d.Attempts, d.MadeAt, d.TriedAt, d.DueAt, d.Status, d.Error);
}

internal sealed record RedeliveredBody(int Count);

/// <summary>What an outside system sent says nothing of interest.</summary>
/// <param name="Ignored">Why.</param>
internal sealed record IgnoredBody(string Ignored);

/// <summary>The server takes nothing new. Start it again to go on.</summary>
internal sealed record DrainBody(bool Draining, string? Why);
