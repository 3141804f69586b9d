using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Webhooks;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Webhooks;

/// <summary>
/// Tells webhooks of events, each at least once (Standard Webhooks 1.0.0): follows the journal, makes deliveries out, sends what is due, and
/// tries again for three days. What goes wrong outside holds nothing up inside.
/// </summary>
internal sealed partial class WebhookSender(
    Engine engine,
    IJournalHistory journal,
    Outbox outbox,
    WebhookSecrets secrets,
    WebhookAddresses addresses,
    HttpMessageInvoker http,
    TimeProvider time,
    ILogger<WebhookSender> log
) : BackgroundService, IWebhooks
{
    private const int PageSize = 500;
    private const int MostAtOnce = 50;
    private const int MostLanes = 16;
    private const int WrittenEvery = 10_000;
    private const int LongestData = 16 * 1024;
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RoundPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>How long after each attempt the next one comes.</summary>
    internal static readonly IReadOnlyList<TimeSpan> Retries =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    private readonly SemaphoreSlim _woken = new(0);
    private bool _isHeldUp;

    // Of these only the one that follows takes and gives.
    private readonly Dictionary<string, long> _seenAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Seq, long Written)> _reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _lanes = new(StringComparer.Ordinal);

    public string SecretOf(Webhook webhook) => secrets.Of(webhook);

    public string? KeepAddress(string webhook, string url)
    {
        var (now, used) = engine.Picture.Read(at =>
            (
                at.FindWebhook(webhook)?.AddressId,
                at.Webhooks.Select(w => w.AddressId).OfType<string>().ToHashSet(StringComparer.Ordinal)
            )
        );
        return addresses.Keep(url, now, used.Contains);
    }

    public (IReadOnlyList<Delivery> Page, int Total) Deliveries(
        string webhook,
        string? state,
        long? before,
        int limit
    ) => outbox.Of(webhook, state, before, limit);

    public int RedeliverFailed(Webhook webhook)
    {
        var count = outbox.RetryFailed(webhook.Id, Now);
        Wake();
        return count;
    }

    public async Task<int> RedeliverAsync(Webhook webhook, long from, long to, CancellationToken abandoned)
    {
        var count = 0;
        for (var seen = from - 1; seen < to; )
        {
            var page = await journal.ReadAsync(seen, PageSize, abandoned).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            var wanted = Wanted(webhook, page.Where(e => e.Seq <= to));
            outbox.Add([new Owed(webhook.Id, wanted, Position: null)], Now);
            count += wanted.Count;
            seen = page[^1].Seq;
        }
        Wake();
        return count;
    }

    public override void Dispose()
    {
        base.Dispose();
        _woken.Dispose();
    }

    private DateTimeOffset Now => time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // With the engine, not with the application: another machine may have the workspace a moment later, and tells then.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, engine.Draining);
        var stopping = over.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var subscription = engine.Feed.Subscribe(capacity: 4_096);
                Forget();
                await FollowAsync(subscription, stopping).ConfigureAwait(false);
                if (!subscription.Lagged)
                    break; // The engine has stopped.
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // The outbox cannot be written, or the journal not read: nothing is sent that is not written down. Whatever it was, the
                // server goes on without it.
                HeldUp(failure);
                await Task.Delay(Patience, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(_lanes.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(FeedSubscription subscription, CancellationToken stopping)
    {
        do
        {
            await MakeOutAsync(stopping).ConfigureAwait(false);
            SendDue(stopping);
        } while (await WaitAsync(subscription, stopping).ConfigureAwait(false));
    }

    // Until something is committed, or due, or sent, or asked for again; false once nothing more will come.
    private async Task<bool> WaitAsync(FeedSubscription subscription, CancellationToken stopping)
    {
        var next = _lanes.Count < MostLanes ? outbox.NextDue(_lanes.ContainsKey) - Now : null;
        var wait =
            next is not { } known || known > LongestWait ? LongestWait
            : known < TimeSpan.Zero ? TimeSpan.Zero
            : known;
        using var due = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stopping);
        var moved = subscription.Batches.WaitToReadAsync(either.Token).AsTask();
        var woken = _woken.WaitAsync(either.Token);
        await Task.WhenAny(moved, woken).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(moved, woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        while (subscription.Batches.TryRead(out _))
        {
            // What they say is read from the journal, where it is complete.
        }
        if (subscription.Batches.Completion.IsCompleted)
            return false;
        // With a commit each millisecond it is written twenty times a second and not a thousand: real time, as it is about disks.
        await Task.Delay(RoundPause, TimeProvider.System, stopping).ConfigureAwait(false);
        return true;
    }

    // What was committed is read once for all of them, and written down in one go.
    private async Task MakeOutAsync(CancellationToken stopping)
    {
        var (webhooks, end) = engine.Picture.Read(at => (at.Webhooks.Where(w => w.Disabled is null).ToList(), at.Seq));
        foreach (var webhook in webhooks)
            Meet(webhook);
        foreach (var gone in GoneSince())
            Settle(gone);
        // A disabled one stays where it is, and is told of what it missed once it is set again.
        while (webhooks.Count > 0 && webhooks.Min(w => _reached[w.Id].Seq) is var seen && seen < end)
        {
            var (page, last) = await ReadPastDamageAsync(seen, stopping).ConfigureAwait(false);
            if (last == seen)
                return;
            var owed = new List<Owed>();
            var reached = new List<(string Webhook, long Seq, long Written)>();
            foreach (var webhook in webhooks)
            {
                var (from, written) = _reached[webhook.Id];
                var wanted = Wanted(webhook, page.Where(e => e.Seq > from));
                var to = Math.Max(from, last);
                // Where nothing was wanted nothing is lost by reading it once more.
                var isWritten = wanted.Count > 0 || to - written >= WrittenEvery;
                if (isWritten)
                    owed.Add(new Owed(webhook.Id, wanted, to));
                reached.Add((webhook.Id, to, isWritten ? to : written));
            }
            if (owed.Count > 0)
            {
                outbox.Add(owed, Now);
                GoesOn();
            }
            // After the write: a page that the outbox refused is read again.
            foreach (var (webhook, seq, written) in reached)
                _reached[webhook] = (seq, written);
        }
    }

    /// <summary>What follows, up to what cannot be read. That is passed over: nobody can be told of it, and of what follows everybody can.</summary>
    private async Task<(IReadOnlyList<LiveEvent> Page, long Last)> ReadPastDamageAsync(
        long seen,
        CancellationToken stopping
    )
    {
        for (var size = PageSize; ; size /= 2)
        {
            try
            {
                var page = await journal.ReadAsync(seen, size, stopping).ConfigureAwait(false);
                return (page, page.Count == 0 ? seen : page[^1].Seq);
            }
            catch (Exception damage) when (IsDamage(damage))
            {
                if (size > 1)
                    continue;
                LogUnreadable(seen + 1, damage.Message);
                return ([], seen + 1);
            }
        }
    }

    // Of one that was deleted and made again nothing is owed from before; what was held while one was disabled is due again.
    private void Meet(Webhook webhook)
    {
        if (_seenAt.GetValueOrDefault(webhook.Id) == webhook.Seq)
            return;
        Settle(webhook.Id);
        // An outbox that is ahead was kept while the journal was put back to an older copy: what happens from here on is told.
        var end = engine.Picture.Read(at => at.Seq);
        outbox.PutBack(webhook.Id, end);
        var written = Math.Min(Math.Max(outbox.PositionOf(webhook.Id) ?? 0, webhook.From), end);
        if (!_reached.TryGetValue(webhook.Id, out var known) || known.Seq < webhook.From)
            _reached[webhook.Id] = (written, written);
        outbox.Resume(webhook.Id, Now);
        _seenAt[webhook.Id] = webhook.Seq;
    }

    private List<string> GoneSince()
    {
        List<string> known;
        lock (_settling)
            known = [.. _settled.Keys];
        return engine.Picture.Read(at => known.Where(id => at.FindWebhook(id) is null).ToList());
    }

    private static List<(long Seq, string Type)> Wanted(Webhook webhook, IEnumerable<LiveEvent> events) =>
        [.. events.Where(e => webhook.Wants(e.Type, e.Queue)).Select(e => (e.Seq, e.Type))];

    // To one address in order and one at a time, each in a lane of its own: a slow one holds up only itself.
    private void SendDue(CancellationToken stopping)
    {
        foreach (var (webhook, lane) in _lanes.ToList())
        {
            if (lane.IsCompleted)
                _lanes.Remove(webhook);
        }
        foreach (var webhook in outbox.WithDue(Now, _lanes.ContainsKey, MostLanes - _lanes.Count))
            _lanes[webhook] = RunLaneAsync(webhook, stopping);
    }

    private async Task RunLaneAsync(string webhook, CancellationToken stopping)
    {
        try
        {
            foreach (var delivery in outbox.Due(webhook, Now, MostAtOnce))
            {
                // It may have been deleted or changed since: what waited of it went with that.
                Settle(webhook);
                if (!outbox.IsWaiting(delivery.Id))
                    continue;
                if (await TryAsync(delivery, stopping).ConfigureAwait(false) is { } tried)
                    outbox.Tried(tried);
                else
                    outbox.Drop(webhook, delivery.Id);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Sent again at the next start: at least once.
        }
        catch (Exception failure)
        {
            HeldUp(failure);
            await Task.Delay(Patience, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Wake();
        }
    }

    // One record is damaged, and stays so: only what rests on it is given up.
    private static bool IsDamage(Exception failure) =>
        failure is JournalCorruptException or DamagedRecordException or JsonException;

    private void Wake()
    {
        try
        {
            _woken.Release();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    // Null where the webhook does not ask for it any more.
    private async Task<Delivery?> TryAsync(Delivery delivery, CancellationToken stopping)
    {
        if (engine.Picture.Read(at => at.FindWebhook(delivery.Webhook)) is not { } webhook)
            return null;
        if (webhook.Disabled is not null)
            return delivery with { DueAt = null };
        IReadOnlyList<LiveEvent> page;
        try
        {
            page = await journal.ReadAsync(delivery.Seq - 1, 1, stopping).ConfigureAwait(false);
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            return delivery with
            {
                State = "failed",
                DueAt = null,
                Error = "The event cannot be read from the journal: run doctor.",
            };
        }
        if (page.Count == 0)
            return delivery with { State = "failed", DueAt = null, Error = "The journal has no such event." };
        if (!webhook.Wants(page[0].Type, page[0].Queue))
            return null;
        if ((webhook.AddressId is { } kept ? addresses.Find(kept) : webhook.Url) is not { } url)
        {
            await DisableAsync(webhook, "Its address is not known any more: set it again.", stopping)
                .ConfigureAwait(false);
            return delivery with { DueAt = null };
        }
        var tried = delivery with { Attempts = delivery.Attempts + 1, TriedAt = Now, Status = null, Error = null };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            using var request = RequestOf(webhook, url, page[0]);
            using var answer = await http.SendAsync(request, patience.Token).ConfigureAwait(false);
            await ReadAwayAsync(answer, patience.Token).ConfigureAwait(false);
            tried = tried with { Status = (int)answer.StatusCode };
            if (answer.IsSuccessStatusCode)
                return tried with { State = "delivered", DueAt = null };
            if (answer.StatusCode != HttpStatusCode.Gone)
                return Again(tried with { Error = $"Answered {tried.Status}." }, AskedFor(answer));
            await DisableAsync(webhook, "The address answered 410 Gone.", stopping).ConfigureAwait(false);
            return tried with { State = "failed", DueAt = null, Error = "Answered 410: nobody is there any more." };
        }
        catch (Exception failure)
            when (failure
                    is HttpRequestException
                        or IOException
                        or OperationCanceledException
                        or System.Net.Sockets.SocketException
            )
        {
            stopping.ThrowIfCancellationRequested();
            var why = failure is OperationCanceledException ? "No answer within 15 s." : failure.Message;
            return Again(tried with { Error = why.Length > 300 ? why[..300] : why }, askedFor: null);
        }
    }

    private Task DisableAsync(Webhook webhook, string why, CancellationToken stopping) =>
        engine.SendAsync(new Request(new WebhookCommand.Disable(webhook.Id, why), Caller.System), stopping);

    private HttpRequestMessage RequestOf(Webhook webhook, string url, LiveEvent happened)
    {
        var body = BodyOf(happened);
        var id = "evt_" + happened.Seq.ToString(CultureInfo.InvariantCulture);
        var timestamp = Now.ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", secrets.Sign(webhook, id, timestamp, body, Now));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ControlSurface", "1"));
        return request;
    }

    // The event as every reader of the journal has it; of a long one only where it is, since who is told can look.
    private static byte[] BodyOf(LiveEvent happened)
    {
        var whole = JsonElement.Parse(happened.Json.Span);
        return JsonBytes.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", happened.Type);
            writer.WritePropertyName("timestamp");
            whole.GetProperty("at").WriteTo(writer);
            writer.WriteStartObject("data");
            foreach (var member in whole.EnumerateObject())
            {
                if (member.Name != "data" || happened.Json.Length <= LongestData)
                    member.WriteTo(writer);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private Delivery Again(Delivery tried, TimeSpan? askedFor)
    {
        if (tried.Attempts > Retries.Count)
            return tried with { State = "failed", DueAt = null };
        var wait = Retries[tried.Attempts - 1];
        if (askedFor is { } asked && asked > wait)
            wait = asked < Retries[^1] ? asked : Retries[^1];
        // Not all of them at the same instant, when the other side comes back.
        var spread = 1 + ((Random.Shared.NextDouble() - 0.5) / 5);
        return tried with { DueAt = Now + (wait * spread) };
    }

    private TimeSpan? AskedFor(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - Now
            : null;

    // A connection is used again once its answer was read; more than this nobody has to say to an event.
    private static async Task ReadAwayAsync(HttpResponseMessage answer, CancellationToken patience)
    {
        using var body = await answer.Content.ReadAsStreamAsync(patience).ConfigureAwait(false);
        var buffer = new byte[8 * 1024];
        for (var read = 0; read < LongestAnswer; )
        {
            var more = await body.ReadAsync(buffer, patience).ConfigureAwait(false);
            if (more == 0)
                return;
            read += more;
        }
    }

    private void Forget()
    {
        var there = engine.Picture.Read(at => at.Webhooks.Select(w => w.Id).ToHashSet(StringComparer.Ordinal));
        outbox.Forget([.. outbox.Known().Where(id => !there.Contains(id))], Now - Kept);
    }

    // Said once for as long as it lasts, and not with each try.
    private void HeldUp(Exception failure)
    {
        if (!Interlocked.Exchange(ref _isHeldUp, true))
            LogHeldUp(failure.Message);
    }

    private void GoesOn()
    {
        if (_isHeldUp && Interlocked.Exchange(ref _isHeldUp, false))
            LogGoesOn();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Webhooks are held up: the outbox or the journal cannot be used just now ({Why}). Nothing is lost; it is tried again every 15 s."
    )]
    private partial void LogHeldUp(string why);

    [LoggerMessage(
        LogLevel.Error,
        "Event {Seq} cannot be read, and no webhook is told of it ({Why}). Run doctor; once it is mended, redeliver from it."
    )]
    private partial void LogUnreadable(long seq, string why);

    [LoggerMessage(LogLevel.Information, "Webhooks are sent again.")]
    private partial void LogGoesOn();
}
