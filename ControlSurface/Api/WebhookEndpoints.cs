using System.Globalization;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Webhooks;

namespace ControlSurface.Api;

/// <summary>API.md, People, keys and the outside: who is told outside of what happens here.</summary>
internal static class WebhookEndpoints
{
    /// <summary>The states of a delivery, as the API and its document say them.</summary>
    internal static readonly string[] DeliveryStates = ["waiting", "delivered", "failed"];

    private static readonly ApiReply Made = new(
        201,
        ApiJson.Of<WebhookBody>(),
        "Made; `secret` is said here and nowhere else."
    );

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListWebhooksOperation,
        GetWebhookOperation,
        SetWebhookOperation,
        DeleteWebhookOperation,
        ListDeliveriesOperation,
        RedeliverOperation,
    ];

    private static ApiOperation ListWebhooksOperation =>
        new()
        {
            Id = "listWebhooks",
            Method = "GET",
            Pattern = "/webhooks",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary = "Every webhook, by id.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<WebhookBody>>(), "Webhooks.")],
            Brief = ["id", "url", "disabled"],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetWebhookOperation =>
        new()
        {
            Id = "getWebhook",
            Method = "GET",
            Pattern = "/webhooks/{id}",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary = "One webhook.",
            Replies = [new(200, ApiJson.Of<WebhookBody>(), "The webhook.")],
            Brief = ["id", "url", "disabled"],
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation SetWebhookOperation =>
        new()
        {
            Id = "setWebhook",
            Method = "PUT",
            Pattern = "/webhooks/{id}",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary =
                "Makes a webhook, or changes all of it; a disabled one is sent to again. `rotate` gives it another secret, "
                + "beside which the one before signs for a day.",
            Body = ApiJson.Of<SetWebhookRequest>(),
            Replies = [Made, new(200, ApiJson.Of<WebhookBody>(), "Changed, or as it was.")],
            Handle = call => call.SendAsync(ApiJson.Of<SetWebhookRequest>(), static (c, b) => Settled(c, SetOf(c, b))),
        };

    private static ApiOperation DeleteWebhookOperation =>
        new()
        {
            Id = "deleteWebhook",
            Method = "DELETE",
            Pattern = "/webhooks/{id}",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary = "Deletes it, with what was still to be sent.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(204, null, "Deleted.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<EmptyRequest>(),
                    static (c, _) => Settled(c, new WebhookCommand.Delete(c.Route("id")))
                ),
        };

    private static ApiOperation ListDeliveriesOperation =>
        new()
        {
            Id = "listDeliveries",
            Method = "GET",
            Pattern = "/webhooks/{id}/deliveries",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary =
                "What was sent, is to be sent, or was given up; the newest first. What was delivered is kept for 30 days.",
            Query =
            [
                new("state", "string", "Only in this state.", DeliveryStates),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<DeliveryBody>>(), "Deliveries.")],
            Brief = ["id", "seq", "state", "status", "error"],
            Handle = call => call.ReadAsync(GetDeliveries),
        };

    private static ApiOperation RedeliverOperation =>
        new()
        {
            Id = "redeliver",
            Method = "POST",
            Pattern = "/webhooks/{id}/redeliver",
            Verb = Verb.SetWebhook,
            Tag = "Webhooks",
            Summary =
                "Sends what was given up once more; or, with `from`, what it wants of the events from one seq to another, up to 10,000. "
                + "Under the ids that they had.",
            Body = ApiJson.Of<RedeliverRequest>(),
            Replies = [new(202, ApiJson.Of<RedeliveredBody>(), "How many are on their way.")],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<RedeliverRequest>(),
                    static (c, b) => Redelivered(c, new WebhookCommand.Redeliver(c.Route("id"), b.From, b.To))
                ),
        };

    private static WebhookCommand.Set SetOf(ApiCall call, SetWebhookRequest b) =>
        new(call.Route("id"), b.Url, b.Events, b.Queues, b.Rotate ?? false, AddressOf(call, b.Url));

    // The sender learns of the change once it is committed. What was committed is carried out whole, whether or not its caller waits:
    // a repeat with the same key is answered from what was kept.
    private static Asked Settled(ApiCall call, WebhookCommand command) =>
        new(command)
        {
            Then = async _ =>
            {
                await call.Host.Webhooks.SettleAsync(call.Route("id"), CancellationToken.None);
                return null;
            },
        };

    private static Asked Redelivered(ApiCall call, WebhookCommand.Redeliver command) =>
        new(command) { Then = reply => RedeliverAsync(call, command, ((WebhookReply)reply).Webhook) };

    // Written down before the engine decides, as keys are: what the journal names is there. Whoever may not leaves nothing behind.
    private static string? AddressOf(ApiCall call, string url) =>
        !call.DryRun
        && Uri.TryCreate(url, UriKind.Absolute, out _)
        && call.Host.Engine.Picture.Read(at => at.FindPrincipal(call.Caller.Id)) is { } who
        && (Permissions.MayAsk(Verb.SetWebhook) & who.Roles) != Core.Vocabulary.Roles.None
            ? call.Host.Webhooks.KeepAddress(call.Route("id"), url)
            : null;

    private static async Task<Answer?> RedeliverAsync(ApiCall call, WebhookCommand.Redeliver c, Webhook webhook)
    {
        var count = c.From is { } from
            ? await call.Host.Webhooks.RedeliverAsync(webhook, from, c.To ?? from, CancellationToken.None)
            : call.Host.Webhooks.RedeliverFailed(webhook);
        return new Answer(StatusCodes.Status202Accepted, new RedeliveredBody(count), ApiJson.Of<RedeliveredBody>());
    }

    /// <summary>A webhook as it is answered: with its secret where that is new, unless the answer is kept or only tried.</summary>
    internal static Answer AnswerOf(ApiCall call, WebhookReply r, bool isKept)
    {
        var secret = r.IsNewSecret && !isKept && !call.DryRun ? call.Host.Webhooks.SecretOf(r.Webhook) : null;
        return new Answer(
            r.IsNew ? 201 : 200,
            WebhookBody.From(r.Webhook, secret),
            ApiJson.Of<WebhookBody>(),
            r.IsNew ? $"{ApiOperations.Root}/webhooks/{Uri.EscapeDataString(r.Webhook.Id)}" : null
        );
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var (all, seq) = call.Host.Engine.Picture.Read(at => (at.Webhooks.ToList(), at.Seq));
        var rest = call.Query("after") is { } after
            ? all.Where(w => string.CompareOrdinal(w.Id, after) > 0).ToList()
            : all;
        return Answer.Ok(
            new ListBody<WebhookBody>(
                [.. rest.Take(limit).Select(w => WebhookBody.From(w, secret: null))],
                rest.Count > limit ? rest[limit - 1].Id : null,
                all.Count,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<WebhookBody>>()
        );
    }

    private static Webhook? Find(ApiCall call) => call.Host.Engine.Picture.Read(at => at.FindWebhook(call.Route("id")));

    private static Answer Get(ApiCall call) =>
        Find(call) is not { } webhook ? call.Refuse(new Refusal.NotFound("webhook", call.Route("id")))
        : call.Invalid is { } invalid ? call.Refuse(invalid)
        : Answer.Ok(WebhookBody.From(webhook, secret: null), ApiJson.Of<WebhookBody>());

    private static Answer GetDeliveries(ApiCall call)
    {
        var limit = call.Limit;
        if (Find(call) is not { } webhook)
            return call.Refuse(new Refusal.NotFound("webhook", call.Route("id")));
        long? before = call.Query("after") is { } after ? call.WholeNumber("after", after, 1, long.MaxValue) : null;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var (page, total) = call.Host.Webhooks.Deliveries(webhook.Id, call.Query("state"), before, limit + 1);
        return Answer.Ok(
            new ListBody<DeliveryBody>(
                [.. page.Take(limit).Select(DeliveryBody.From)],
                page.Count > limit ? page[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null,
                total,
                limit,
                call.Host.Engine.Picture.Seq
            ),
            ApiJson.Of<ListBody<DeliveryBody>>()
        );
    }
}
