using ControlSurface.Core.Webhooks;

namespace ControlSurface.Webhooks;

internal sealed partial class WebhookSender
{
    // As each was when what waits of it was last looked at: a change drops what is no longer asked for.
    private readonly Dictionary<string, Webhook> _settled = new(StringComparer.Ordinal);
    private readonly Lock _settling = new();

    public async Task SettleAsync(string webhook, CancellationToken abandoned)
    {
        Settle(webhook);
        if (engine.Picture.Read(at => at.FindWebhook(webhook)) is not { Queues: not null } now)
            return;
        // Which queue an event is of only the journal knows.
        var waiting = outbox.Waiting(webhook);
        for (var k = 0; k < waiting.Count; )
        {
            var page = await journal.ReadAsync(waiting[k].Seq - 1, PageSize, abandoned).ConfigureAwait(false);
            if (page.Count == 0)
                return;
            var unwanted = page.Where(e => !now.Wants(e.Type, e.Queue)).Select(e => e.Seq).ToHashSet();
            for (; k < waiting.Count && waiting[k].Seq <= page[^1].Seq; k++)
            {
                if (unwanted.Contains(waiting[k].Seq))
                    outbox.Drop(webhook, waiting[k].Id);
            }
        }
    }

    // What its type or its address says; of queues, each delivery is looked at once more when it is due.
    private void Settle(string webhook)
    {
        lock (_settling)
        {
            _settled.TryGetValue(webhook, out var was);
            if (engine.Picture.Read(at => at.FindWebhook(webhook)) is not { } now)
            {
                _settled.Remove(webhook);
                outbox.Forget([webhook], DateTimeOffset.MinValue);
                return;
            }
            if (was?.Seq == now.Seq)
                return;
            if (was is null)
                // What was made out before it was made was another's, of the same name.
                outbox.Drop(webhook, (_, madeAt) => madeAt < now.At);
            else if (was.From != now.From)
                outbox.Forget([webhook], DateTimeOffset.MinValue);
            else if (was.AddressId != now.AddressId || was.Url != now.Url)
                outbox.Drop(webhook, (_, _) => true);
            else
                outbox.Drop(
                    webhook,
                    (type, _) => now.Events.Count > 0 && !now.Events.Any(wanted => Webhook.Fits(wanted, type))
                );
            _settled[webhook] = now;
        }
    }
}
