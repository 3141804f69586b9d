using System.Net;
using System.Text.Json;
using ControlSurface.Core.Principals;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Storage;

/// <summary>
/// Where work waited equals what a small program counts that knows nothing of the projection: it reads the events as agents do, pairs
/// what begins a wait with what ends it, and measures each wait against each hour.
/// </summary>
public sealed class Where_work_waited
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task On_a_random_journal_every_hour_day_queue_cause_and_kind_is_what_is_counted_by_hand(int seed)
    {
        var clock = new JumpingClock(LiveServer.T0);
        await using var server = await LiveServer.OpenAsync(clock);
        var days = await RandomDays.OfAsync(server, clock, seed);
        await days.RunAsync(steps: 170);
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);
        var counted = ByHand.Count(await days.Mia.EventsAsync());
        Assert.True(counted.Causes.Count >= 4, $"only {string.Join(", ", counted.Causes)} came up");

        foreach (var byDay in (bool[])[false, true])
        {
            var waits = Of(server).WaitsSince(LiveServer.T0, byDay, queues: null);
            Assert.Equal(counted.Parts(byDay ? 24 : 1), Parts(waits));
            Assert.Equal(counted.Open(), Open(waits));
            Assert.Equal(counted.Settled(), Settled(waits));
        }
        // Of one queue alone, only that.
        var law = Of(server).WaitsSince(LiveServer.T0, byDay: false, ["law"]);
        Assert.Equal(counted.Parts(1).Where(part => part.Contains(" law ", StringComparison.Ordinal)), Parts(law));
        Assert.Empty(Of(server).WaitsSince(LiveServer.T0, byDay: false, []).Waited);
    }

    [Fact]
    public async Task It_is_the_same_after_the_file_was_lost()
    {
        var clock = new JumpingClock(LiveServer.T0);
        await using var server = await LiveServer.OpenAsync(clock);
        var days = await RandomDays.OfAsync(server, clock, seed: 4);
        await days.RunAsync(steps: 60);
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);
        var before = Of(server).WaitsSince(LiveServer.T0, byDay: true, queues: null);
        await server.StopAsync();
        File.Delete(Path.Combine(server.Folder, "projections.db"));
        await server.StartAsync();
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);

        var after = Of(server).WaitsSince(LiveServer.T0, byDay: true, queues: null);
        Assert.Equal((Parts(before), Open(before)), (Parts(after), Open(after)), new Listed());
    }

    private sealed class Listed : IEqualityComparer<(List<string>, List<string>)>
    {
        public bool Equals((List<string>, List<string>) x, (List<string>, List<string>) y) =>
            x.Item1.SequenceEqual(y.Item1) && x.Item2.SequenceEqual(y.Item2);

        public int GetHashCode((List<string>, List<string>) obj) => obj.Item1.Count;
    }

    private static IProjections Of(LiveServer server) => server.Host.App.Services.GetRequiredService<IProjections>();

    private static List<string> Parts(Waits waits) =>
        [
            .. waits
                .Waited.Select(one =>
                    Line(
                        one.From.ToUnixTimeMilliseconds(),
                        one.Queue,
                        one.Cause.ToString().ToLowerInvariant(),
                        one.Kind,
                        one.Ms,
                        one.Come,
                        one.Gone
                    )
                )
                .Order(StringComparer.Ordinal),
        ];

    private static List<string> Open(Waits waits) =>
        [
            .. waits
                .Open.Select(one =>
                    FormattableString.Invariant(
                        $"{one.Cause.ToString().ToLowerInvariant()} {one.Queue} {one.Kind} {one.Since.ToUnixTimeMilliseconds()}"
                    )
                )
                .Order(StringComparer.Ordinal),
        ];

    private static List<string> Settled(Waits waits) =>
        [
            .. waits
                .Settled.Select(one =>
                    FormattableString.Invariant(
                        $"{one.By} {one.Cause.ToString().ToLowerInvariant()} {one.Count} {one.Ms}"
                    )
                )
                .Order(StringComparer.Ordinal),
        ];

    private static string Line(long from, string queue, string cause, string kind, long ms, long come, long gone) =>
        FormattableString.Invariant($"{from} {cause} {queue} {kind} {ms} ms, {come} came, {gone} went");

    /// <summary>Counts from the events alone.</summary>
    private sealed class ByHand
    {
        private sealed record Span(string Cause, string Queue, string Kind, long From, long? To, int By)
        {
            // A review may be given to others: it came as one kind, and goes as another.
            internal string CameAs { get; } = Kind;
        }

        private readonly List<Span> _spans = [];

        internal HashSet<string> Causes => [.. _spans.Select(span => span.Cause)];

        internal static ByHand Count(List<JsonElement> events)
        {
            var queueOf = new Dictionary<string, string>(StringComparer.Ordinal);
            var open = new Dictionary<string, int>(StringComparer.Ordinal);
            var byHand = new ByHand();
            foreach (var happened in events)
            {
                var (type, data) = (happened.GetProperty("type").GetString()!, happened.GetProperty("data"));
                var at = happened.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds();
                var by = Number(happened.GetProperty("by"));
                string Queue() => queueOf.GetValueOrDefault(Text(happened, "itemId") ?? "", "");
                void Begin(string key, string cause, string kind, string? queue = null)
                {
                    if (open.ContainsKey(key))
                        return;
                    open[key] = byHand._spans.Count;
                    byHand._spans.Add(new Span(cause, queue ?? Queue(), kind, at, null, 0));
                }
                void End(string key)
                {
                    if (open.Remove(key, out var k))
                        byHand._spans[k] = byHand._spans[k] with { To = at, By = by };
                }
                void Reasons(bool question, bool pause)
                {
                    var lease = Text(data, "lease")!;
                    if (question)
                        Begin("question " + lease, "question", "question");
                    else
                        End("question " + lease);
                    if (pause)
                        Begin("pause " + lease, "pause", "pause");
                    else
                        End("pause " + lease);
                }
                switch (type)
                {
                    case "item.created" or "item.edited":
                        queueOf[Text(happened, "itemId")!] = Text(data, "queue")!;
                        break;
                    case "review.requested":
                        Begin("review " + Text(data, "review"), "review", "anybody");
                        break;
                    case "review.reassigned" when open.TryGetValue("review " + Text(data, "review"), out var given):
                        byHand._spans[given] = byHand._spans[given] with { Kind = Asked(data.GetProperty("to")) };
                        break;
                    case "review.decided" or "review.withdrawn" or "review.superseded":
                        End("review " + Text(data, "review"));
                        break;
                    case "conflict.opened":
                        Begin(
                            "conflict " + Text(data, "conflict"),
                            "conflict",
                            Text(data, "kind")!,
                            Text(data, "queue")
                        );
                        break;
                    case "conflict.resolved" or "conflict.dismissed" or "conflict.overtaken":
                        End("conflict " + Text(data, "conflict"));
                        break;
                    case "lock.waited":
                        Begin(
                            "lock " + happened.GetProperty("seq").GetInt64(),
                            "lock",
                            Text(data.GetProperty("locks")[0], "mode")!
                        );
                        break;
                    case "lock.acquired"
                    or "lock.gaveUp"
                        when data.TryGetProperty("wait", out var wait) && wait.ValueKind == JsonValueKind.Number:
                        End("lock " + wait.GetInt64());
                        break;
                    case "lease.suspended" or "lease.resumed":
                        var reasons = data.GetProperty("reasons").GetRawText();
                        Reasons(
                            reasons.Contains("waiting_on_human", StringComparison.Ordinal),
                            reasons.Contains("paused_by_policy", StringComparison.Ordinal)
                        );
                        break;
                    case "item.parked" when data.TryGetProperty("attemptsUsedUp", out var used) && used.GetBoolean():
                        Begin("attempts " + Text(happened, "itemId"), "attempts", "attempts");
                        break;
                    case "item.unparked" or "item.requeued" or "item.cancelled" or "item.completed" or "item.snoozed":
                        End("attempts " + Text(happened, "itemId"));
                        break;
                }
                if (type.StartsWith("lease.", StringComparison.Ordinal) && IsOver(type))
                    Reasons(question: false, pause: false);
                if (type is "lease.claimed" or "lease.takenOver" or "lease.accepted")
                    End("attempts " + Text(happened, "itemId"));
            }
            return byHand;
        }

        internal List<string> Parts(long hours)
        {
            var size = hours * 3_600_000;
            var parts = new Dictionary<(long, string, string, string), (long Ms, long Come, long Gone)>();
            foreach (var span in _spans)
            {
                void Add(long at, long ms, long come, long gone)
                {
                    var kind = come > 0 ? span.CameAs : span.Kind;
                    var key = (at / size * size, span.Cause, span.Queue, kind);
                    var known = parts.GetValueOrDefault(key);
                    parts[key] = (known.Ms + ms, known.Come + come, known.Gone + gone);
                }
                Add(span.From, 0, 1, 0);
                if (span.To is not { } to)
                    continue;
                Add(to, 0, 0, 1);
                for (var begin = span.From / size * size; begin < to; begin += size)
                {
                    var ms = Math.Min(to, begin + size) - Math.Max(span.From, begin);
                    if (ms > 0)
                        Add(begin, ms, 0, 0);
                }
            }
            return
            [
                .. parts
                    .Select(part =>
                        Line(
                            part.Key.Item1,
                            part.Key.Item3,
                            part.Key.Item2,
                            part.Key.Item4,
                            part.Value.Ms,
                            part.Value.Come,
                            part.Value.Gone
                        )
                    )
                    .Order(StringComparer.Ordinal),
            ];
        }

        internal List<string> Open() =>
            [
                .. _spans
                    .Where(span => span.To is null)
                    .Select(span => FormattableString.Invariant($"{span.Cause} {span.Queue} {span.Kind} {span.From}"))
                    .Order(StringComparer.Ordinal),
            ];

        internal List<string> Settled() =>
            [
                .. _spans
                    .Where(span => span.To is not null)
                    .GroupBy(span => (span.By, span.Cause))
                    .Select(group =>
                        FormattableString.Invariant(
                            $"{group.Key.By} {group.Key.Cause} {group.Count()} {group.Sum(span => span.To!.Value - span.From)}"
                        )
                    )
                    .Order(StringComparer.Ordinal),
            ];

        private static string Asked(JsonElement to) =>
            to.EnumerateArray().Select(one => Text(one, "role")).FirstOrDefault(role => role is not null) ?? "person";

        private static bool IsOver(string type) =>
            type
                is "lease.stale"
                    or "lease.released"
                    or "lease.completed"
                    or "lease.handedOff"
                    or "lease.lost"
                    or "lease.revoked"
                    or "lease.requeued"
                    or "lease.lapsed"
                    or "lease.expired"
                    or "lease.cancelled"
                    or "lease.runEnded"
                    or "lease.principalEnded";

        private static int Number(JsonElement by) =>
            PrincipalId.TryParse(
                (by.ValueKind == JsonValueKind.Object ? by.GetProperty("id") : by).GetString(),
                out var id
            )
                ? id.Number
                : PrincipalId.System.Number;

        private static string? Text(JsonElement of, string name) =>
            of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }

    /// <summary>Agents and people who do one thing after another by chance, over some days. What is refused is part of life.</summary>
    private sealed class RandomDays(
        LiveServer server,
        JumpingClock clock,
        Random chance,
        TestCaller mia,
        TestCaller bot,
        TestCaller sue
    )
    {
        private readonly List<string> _items = [];
        private readonly List<Held> _held = [];
        private readonly List<(string Id, Held Under)> _artifacts = [];
        private readonly List<Task> _waiting = [];

        internal TestCaller Mia => mia;

        internal static async Task<RandomDays> OfAsync(LiveServer server, JumpingClock clock, int seed)
        {
            var policy = new
            {
                leaseSeconds = 7200,
                maxAttempts = 1,
                maxSuspendSeconds = 20_000,
            };
            var (mia, bot, _, sue) = await server.StaffAsync(policy);
            (await mia.PutAsync("/queues/law", policy)).Is(201);
            return new RandomDays(server, clock, new Random(seed), mia, bot, sue);
        }

        internal async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                await StepAsync();
                if (chance.Next(3) == 0)
                    clock.Jump(TimeSpan.FromSeconds(chance.Next(1, 5_000) + chance.Next(1000) / 1000d));
            }
            // Whoever still waits for a lock waits no longer than this.
            clock.Jump(TimeSpan.FromSeconds(60));
            await Task.WhenAll(_waiting);
            await server.Host.Engine.AskAsync(static (_, _) => true);
        }

        private async Task StepAsync()
        {
            switch (chance.Next(15))
            {
                case 0 or 1:
                    _items.Add(await mia.CreateAsync("Work", chance.Next(2) == 0 ? "crm" : "law"));
                    break;
                case 2 or 3 when _items.Count > 0:
                    var item = OneOf(_items);
                    var granted = await bot.PostAsync($"/items/{item}/claim", new { run = (string?)null });
                    if (granted.Status != HttpStatusCode.OK)
                        break;
                    _held.Add(Held.From(bot, granted));
                    await _held[^1].DoAsync("start");
                    break;
                case 4 when _held.Count > 0:
                    await Under("suspend", new { reason = "waiting_on_human" });
                    break;
                case 5 when _held.Count > 0:
                    await Under("resume", null);
                    break;
                case 6 when _held.Count > 0:
                    var held = Lately();
                    var made = await bot.PostAsync(
                        "/artifacts",
                        new
                        {
                            name = "Reply",
                            itemId = held.Item,
                            contentType = "text/plain",
                            content = "one\n",
                            token = held.Token,
                        }
                    );
                    if (made.Status != HttpStatusCode.Created)
                        break;
                    var artifact = made["id"].GetString()!;
                    _artifacts.Add((artifact, held));
                    await bot.PostAsync($"/artifacts/{artifact}/versions/1/review", new { token = held.Token });
                    break;
                case 7 when _artifacts.Count > 0:
                    await mia.PostAsync(
                        $"/artifacts/{OneOf(_artifacts).Id}/versions/1/decisions",
                        new { decision = "request_changes", comment = "Once more." }
                    );
                    break;
                case 8:
                    await mia.PostAsync("/queues/crm/pause", new { why = "Lunch." });
                    break;
                case 9:
                    await mia.PostAsync("/queues/crm/resume");
                    break;
                case 10 when _held.Count > 0:
                    await Under("release", chance.Next(2) == 0 ? new { outcome = "failed" } : null);
                    break;
                case 11 when _items.Count > 0:
                    await sue.PostAsync($"/items/{OneOf(_items)}/unpark", new { why = "Again." });
                    break;
                case 12 when _held.Count > 0:
                    var locks = Lately();
                    _waiting.Add(
                        bot.PostAsync(
                            $"/leases/{locks.Lease}/locks",
                            new
                            {
                                token = locks.Token,
                                waitSeconds = 50,
                                targets = new[] { new { target = "crm:order", mode = "exclusive" } },
                            }
                        )
                    );
                    await server.Host.Engine.AskAsync(static (_, _) => true);
                    break;
                case 13 when _artifacts.Count > 0:
                    // A late version of a lease that is over is kept in a conflict; one of a live lease takes the review's place.
                    var (id, under) = OneOf(_artifacts);
                    await bot.PostAsync(
                        $"/artifacts/{id}/versions",
                        new
                        {
                            baseVersion = 1,
                            content = $"two {chance.Next()}\n",
                            token = under.Token,
                        }
                    );
                    await SettleAsync();
                    break;
                case 14 when _artifacts.Count > 0:
                    var open = (await mia.GetAsync("/reviews")).Is(200)["items"].EnumerateArray().ToList();
                    if (open.Count > 0)
                        await mia.PostAsync(
                            $"/reviews/{OneOf(open).GetProperty("id").GetString()}/reassign",
                            new { to = chance.Next(2) == 0 ? mia.Id : "reviewer", why = "Yours." }
                        );
                    break;
            }
        }

        private async Task SettleAsync()
        {
            if (chance.Next(2) == 0)
                return;
            if ((await mia.GetAsync("/conflicts")).Is(200)["items"].EnumerateArray().ToList() is not [var one, ..])
                return;
            await mia.PostAsync(
                $"/conflicts/{one.GetProperty("id").GetString()}/resolve",
                new
                {
                    resolution = "dismiss",
                    seenSeq = one.GetProperty("seq").GetInt64(),
                    note = "Seen.",
                }
            );
        }

        private Task Under(string act, object? body) => Lately().DoAsync(act, body);

        // What was claimed long ago is mostly over.
        private Held Lately() => _held[^(1 + chance.Next(Math.Min(3, _held.Count)))];

        private T OneOf<T>(List<T> of) => of[chance.Next(of.Count)];
    }
}
