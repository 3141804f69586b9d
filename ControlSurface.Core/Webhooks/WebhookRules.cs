using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Webhooks;

/// <summary>Decides calls on webhooks.</summary>
internal static class WebhookRules
{
    private const int Most = 100;
    private const int MostEvents = 100;
    private const int MostRedelivered = 10_000;
    private const int IdLength = 100;
    private const int UrlLength = 2_000;

    internal static Decision Decide(IRuleContext<IWebhookList> context, WebhookCommand command) =>
        command switch
        {
            WebhookCommand.Set c => Set(context, c),
            WebhookCommand.Delete c => context.At.FindWebhook(c.Id) is null
                ? new Refusal.NotFound("webhook", c.Id)
                : Decision.Accepted(new WebhookEvent.Deleted(c.Id), Reply.Done.Instance),
            WebhookCommand.Redeliver c => Redeliver(context, c),
            WebhookCommand.Disable => throw new UnreachableException(
                "the server's own: decided before anybody's rights are asked for"
            ),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    /// <summary>Disables a webhook whose address is gone. The server itself sends the command.</summary>
    internal static Decision Disable(IWebhookList at, WebhookCommand.Disable c) =>
        at.FindWebhook(c.Id) is not { Disabled: null }
            ? Decision.Unchanged(Reply.Done.Instance)
            : Decision.Accepted(new WebhookEvent.Disabled(c.Id, c.Why), Reply.Done.Instance);

    private static Decision Set(IRuleContext<IWebhookList> context, WebhookCommand.Set c)
    {
        var was = context.At.FindWebhook(c.Id);
        var bounds = new Bounds();
        bounds.Id("id", c.Id, IdLength);
        if (FaultOf(c.Url) is { } fault)
            bounds.Fault("url", fault);
        bounds.Count("events", c.Events.Count, MostEvents);
        foreach (var wanted in c.Events)
        {
            if (wanted is null)
                bounds.Fault("events", "must not contain null");
            else if (!context.At.EventTypes.Any(type => Webhook.Fits(wanted, type)))
                bounds.Fault("events", NearestNames.Fault(wanted, context.At.EventTypes));
        }
        bounds.SomeQueue("queues", c.Queues);
        bounds.Count("queues", c.Queues?.Count ?? 0, 1_000);
        foreach (var queue in c.Queues ?? [])
            bounds.Name("queues", queue);
        if (was is null && context.At.Webhooks.Count() >= Most)
            bounds.Fault("id", string.Create(CultureInfo.InvariantCulture, $"would be one more than {Most}"));
        if (bounds.Refusal is { } invalid)
            return invalid;
        var generation = was is null ? 1 : was.Generation + (c.Rotate ? 1 : 0);
        var happened = new WebhookEvent.Set(c.Id, Webhook.OriginOf(c.Url), c.Events, c.Queues, generation, c.AddressId);
        if (was is { Disabled: null } && !c.Rotate && IsAsItWas(was, c))
            return Decision.Unchanged(new WebhookReply(was, IsNewSecret: false, IsNew: false));
        var recorded = new Recorded(context.At.Seq + 1, context.Now, context.Who.Id, happened);
        return Decision.Accepted(
            happened,
            new WebhookReply(Evolve(was, happened, recorded), was is null || c.Rotate, was is null)
        );
    }

    private static Decision Redeliver(IRuleContext<IWebhookList> context, WebhookCommand.Redeliver c)
    {
        if (context.At.FindWebhook(c.Id) is not { } webhook)
            return new Refusal.NotFound("webhook", c.Id);
        var bounds = new Bounds();
        if (c.From < 1 || c.From > context.At.Seq)
            bounds.Fault("from", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to {context.At.Seq}"));
        if (c.To is { } to && (c.From is not { } from || to < from || to - from >= MostRedelivered))
            bounds.Fault("to", "must come with from, not be before it, and be less than 10,000 after it");
        return bounds.Refusal is { } invalid
            ? invalid
            : Decision.Unchanged(new WebhookReply(webhook, IsNewSecret: false, IsNew: false));
    }

    internal static Webhook Evolve(Webhook? was, WebhookEvent.Set e, Recorded recorded) =>
        new()
        {
            Id = e.Id,
            Url = e.Url,
            Events = e.Events,
            Queues = e.Queues,
            Generation = e.Generation,
            RotatedAt = e.Generation == (was?.Generation ?? 1) ? was?.RotatedAt : recorded.At,
            Disabled = null,
            By = recorded.By,
            At = was?.At ?? recorded.At,
            From = was?.From ?? recorded.Seq,
            Seq = recorded.Seq,
            AddressId = e.AddressId,
        };

    // Where the name leads is checked at each delivery, because that can change at any time.
    private static string? FaultOf(string url)
    {
        if (url.Length > UrlLength || !Uri.TryCreate(url, UriKind.Absolute, out var to))
            return "must be an absolute address of at most 2000 characters";
        if (to.UserInfo.Length > 0 || to.Fragment.Length > 0)
            return "must have no user and no fragment";
        return to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && to.IsLoopback)
            ? null
            : "must begin with https://";
    }

    private static bool IsAsItWas(Webhook was, WebhookCommand.Set c) =>
        was.Url == Webhook.OriginOf(c.Url)
        && was.AddressId == c.AddressId
        && was.Events.SequenceEqual(c.Events, StringComparer.Ordinal)
        && was.Queues is null == c.Queues is null
        && (was.Queues ?? []).SequenceEqual(c.Queues ?? [], StringComparer.Ordinal);
}
