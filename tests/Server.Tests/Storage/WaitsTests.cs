using System.Text.Json;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using ControlSurface.Pages.Views;
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
        var counted = await CountedAsync(server, days);
        Assert.True(counted.Causes.Count >= 4, $"only {string.Join(", ", counted.Causes)} came up");
        Same(counted, Of(server), clock.GetUtcNow(), hours: 1, before: TimeSpan.FromDays(5));
        Same(counted, Of(server), clock.GetUtcNow(), hours: 24, before: TimeSpan.FromDays(40));

        // What waited all the while is in each of many days, and in longer stretches.
        clock.Jump(TimeSpan.FromDays(20));
        await days.RunAsync(steps: 40);
        Same(await CountedAsync(server, days), Of(server), clock.GetUtcNow(), hours: 24, before: TimeSpan.FromDays(40));
        Assert.Empty(Of(server).WaitsSince(LiveServer.T0, before: null, byDay: false, []).ByQueue);
    }

    [Fact]
    public void Any_time_is_made_of_long_stretches_and_short_ones_at_its_beginning_without_a_gap()
    {
        var chance = new Random(7);
        foreach (var finest in WaitStretch.All)
        {
            for (var k = 0; k < 200; k++)
            {
                var at = LiveServer
                    .T0.AddHours(chance.Next(10_000))
                    .AddMinutes(chance.Next(60))
                    .ToUnixTimeMilliseconds();
                var next = finest.Of(at);
                foreach (var (length, from, until) in finest.Since(at))
                {
                    Assert.Equal((next, 0), (from, from % length.Hours));
                    Assert.True(until > from);
                    next = until;
                }
                Assert.Equal(long.MaxValue, next);
                Assert.InRange(
                    finest.Since(at).SkipLast(1).Sum(one => (one.Until - one.From) / one.Length.Hours),
                    0,
                    30
                );
            }
        }
    }

    [Fact]
    public void Any_time_between_two_is_made_of_long_stretches_and_short_ones_at_both_ends_without_a_gap()
    {
        var chance = new Random(8);
        foreach (var finest in WaitStretch.All)
        {
            for (var k = 0; k < 200; k++)
            {
                var from = LiveServer.T0.AddHours(chance.Next(10_000)).ToUnixTimeMilliseconds();
                var until = LiveServer.T0.AddHours(chance.Next(10_000)).ToUnixTimeMilliseconds();
                var next = finest.Of(from);
                foreach (var (length, begin, end) in finest.Between(from, until))
                {
                    Assert.Equal((next, 0, 0), (begin, begin % length.Hours, end % length.Hours));
                    Assert.True(end > begin);
                    next = end;
                }
                Assert.Equal(Math.Max(finest.Of(from), finest.Of(until)), next);
                Assert.InRange(finest.Between(from, until).Count(), 0, 5);
            }
        }
    }

    /// <summary>What a manager reads: the time that is shown and the one before it, what still waits included in both.</summary>
    [Fact]
    public async Task The_page_says_of_both_periods_and_of_each_hour_what_is_counted_by_hand()
    {
        var clock = new JumpingClock(LiveServer.T0);
        await using var server = await LiveServer.OpenAsync(clock);
        var days = await RandomDays.OfAsync(server, clock, seed: 3);
        await days.RunAsync(steps: 60);
        clock.Jump(TimeSpan.FromDays(5));
        await days.RunAsync(steps: 60);
        clock.Jump(TimeSpan.FromDays(9));
        await days.RunAsync(steps: 50);
        var counted = await CountedAsync(server, days);
        var now = clock.GetUtcNow();
        var board = server.Host.Engine.Picture.Read(static at => Board.Of(at));
        var you = Viewer.On(board, board.Principals.First(who => who.Roles.HasFlag(Roles.Manager)).Id);
        foreach (var range in ChartRange.All.Take(2))
        {
            var view = WaitsView.Of(Of(server), board, you, range, null, null, TimeZoneInfo.Utc, now);
            var before = view.From - range.Step * range.Steps;
            foreach (var row in view.Causes)
            {
                Assert.Equal(counted.Ms(view.From, now, now, row.Word), row.Waited.Ms);
                Assert.Equal(counted.Ms(before, view.From, now, row.Word), row.Waited.WasMs);
                var (come, gone) = counted.Flow(view.From, DateTimeOffset.MaxValue, row.Word);
                var (cameBefore, goneBefore) = counted.Flow(before, view.From, row.Word);
                var (hours, hoursBefore) = ((now - view.From).TotalHours, (view.From - before).TotalHours);
                Assert.Equal(
                    new WaitFlow(come / hours, gone / hours, cameBefore / hoursBefore, goneBefore / hoursBefore),
                    row.Flow
                );
            }
            foreach (var row in view.Rows)
            {
                Assert.Equal(counted.Ms(view.From, now, now, WaitWords.Word(row.Cause), row.Queue), row.Waited.Ms);
                Assert.Equal(
                    counted.Ms(before, view.From, now, WaitWords.Word(row.Cause), row.Queue),
                    row.Waited.WasMs
                );
            }
            Assert.Equal(view.Causes.Sum(row => row.Waited.WasMs), view.Queues.Sum(row => row.Waited.WasMs));
            Assert.Equal(view.Causes.Sum(row => row.Waited.WasMs), view.Kinds.Sum(row => row.Waited.WasMs));
            Assert.Equal(Hours(counted, view, range, now), view.Heat.Rows.SelectMany(row => row.Cells).Select(Value));
        }
        Assert.Contains(
            WaitsView.Of(Of(server), board, you, ChartRange.All[1], null, null, TimeZoneInfo.Utc, now).Causes,
            row => row.Waited is { Ms: > 0, WasMs: > 0 }
        );

        static string Value(HeatCell cell) => cell.Words is null ? "none" : cell.Value;
    }

    // Whole days (UTC) from the first to the last, hour by hour; an hour that is not shown is none.
    private static IEnumerable<string> Hours(ByHand counted, WaitsView view, ChartRange range, DateTimeOffset now)
    {
        var first = new DateTimeOffset(view.From.UtcDateTime.Date, TimeSpan.Zero);
        var end = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
        for (var hour = first; hour < end; hour += range.Step)
            yield return hour < view.From || hour > now
                ? "none"
                : WaitWords.Hours(counted.Ms(hour, hour + range.Step, now));
    }

    private static async Task<ByHand> CountedAsync(LiveServer server, RandomDays days)
    {
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);
        return ByHand.Count(await days.Mia.EventsAsync());
    }

    // From each hour or day on, and from long before: what is told apart by time alone and by queue alone differs from one to the next
    // by just what was in that hour or day.
    private static void Same(ByHand counted, IProjections written, DateTimeOffset last, int hours, TimeSpan before)
    {
        var size = TimeSpan.FromHours(hours);
        var starts = Enumerable
            .Range(0, (int)((last - LiveServer.T0) / size) + 2)
            .Select(k => LiveServer.T0 + size * k)
            .Prepend(LiveServer.T0 - before);
        foreach (var from in starts)
        {
            foreach (var queues in (string[]?[])[null, ["law"], ["crm", "law"]])
            {
                // As long a time before, and one that is no multiple of any stretch.
                var earlier = from - (last - from) / size / 3 * size - size * 5;
                var waits = written.WaitsSince(from, earlier, byDay: hours == 24, queues);
                var only = counted.Since(from, hours, queues);
                Assert.Equal(counted.Between(earlier, from, hours, queues).ByQueue(), ByQueue(waits.Before));
                Assert.Equal(only.ByTime(), ByTime(waits));
                Assert.Equal(only.ByQueue(), ByQueue(waits.ByQueue));
                Assert.Equal(only.Settled(), Settled(waits));
                Assert.Equal(counted.Open(queues), Open(waits));
            }
        }
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
        var before = Of(server).WaitsSince(LiveServer.T0, LiveServer.T0.AddDays(-9), byDay: true, queues: null);
        await server.StopAsync();
        File.Delete(Path.Combine(server.Folder, "projections.db"));
        await server.StartAsync();
        while (Of(server).Seq < server.Host.Engine.Picture.Seq)
            await Task.Delay(10);

        var after = Of(server).WaitsSince(LiveServer.T0, LiveServer.T0.AddDays(-9), byDay: true, queues: null);
        Assert.Equal(
            (ByTime(before), ByQueue([.. before.ByQueue, .. before.Before]), Settled(before), Open(before)),
            (ByTime(after), ByQueue([.. after.ByQueue, .. after.Before]), Settled(after), Open(after)),
            new Listed()
        );
    }

    private sealed class Listed : IEqualityComparer<(List<string>, List<string>, List<string>, List<string>)>
    {
        public bool Equals(
            (List<string>, List<string>, List<string>, List<string>) x,
            (List<string>, List<string>, List<string>, List<string>) y
        ) =>
            x.Item1.SequenceEqual(y.Item1)
            && x.Item2.SequenceEqual(y.Item2)
            && x.Item3.SequenceEqual(y.Item3)
            && x.Item4.SequenceEqual(y.Item4);

        public int GetHashCode((List<string>, List<string>, List<string>, List<string>) obj) => obj.Item1.Count;
    }

    private static IProjections Of(LiveServer server) => server.Host.App.Services.GetRequiredService<IProjections>();

    // In the order in which they are given.
    private static List<string> ByTime(Waits waits) =>
        [
            .. waits.ByTime.Select(one =>
                Line(
                    one.From.ToUnixTimeMilliseconds(),
                    one.Cause.ToString().ToLowerInvariant(),
                    one.Ms,
                    one.Come,
                    one.Gone
                )
            ),
        ];

    private static List<string> ByQueue(IReadOnlyList<WaitedIn> sums) =>
        [
            .. sums.Select(one =>
                    Line(
                        one.Cause.ToString().ToLowerInvariant(),
                        one.Queue,
                        one.Kind,
                        one.Ms,
                        one.Come,
                        one.Gone,
                        one.LongestMs
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

    private static string Line(long from, string cause, long ms, long come, long gone) =>
        FormattableString.Invariant($"{from} {cause} {ms} ms, {come} came, {gone} went");

    private static string Line(string cause, string queue, string kind, long ms, long come, long gone, long longest) =>
        FormattableString.Invariant(
            $"{cause} {queue} {kind} {ms} ms, {come} came, {gone} went, the longest {longest} ms"
        );

    /// <summary>Counts from the events alone.</summary>
    private sealed class ByHand
    {
        internal sealed record Span(string Cause, string Queue, string Kind, long From, long? To, int By)
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

        /// <summary>What falls into the stretches from the one on that holds an instant, in these queues.</summary>
        internal Counted Since(DateTimeOffset from, int hours, string[]? queues) =>
            Between(from, DateTimeOffset.MaxValue, hours, queues);

        /// <summary>The same up to the stretch that holds another instant, which is not in it any more.</summary>
        internal Counted Between(DateTimeOffset from, DateTimeOffset until, int hours, string[]? queues)
        {
            var size = hours * 3_600_000L;
            var first = from.ToUnixTimeMilliseconds() / size * size;
            var end = until.ToUnixTimeMilliseconds() / size * size;
            var parts = new Dictionary<Part, Sums>();
            foreach (var span in In(queues))
            {
                void Add(long at, string kind, Sums more)
                {
                    var key = new Part(at / size * size, span.Cause, span.Queue, kind);
                    if (key.From >= first && key.From < end)
                        parts[key] = parts.GetValueOrDefault(key, new Sums(0, 0, 0, 0)).And(more);
                }
                Add(span.From, span.CameAs, new Sums(0, 1, 0, 0));
                if (span.To is not { } to)
                    continue;
                Add(to, span.Kind, new Sums(0, 0, 1, to - span.From));
                for (var begin = span.From / size * size; begin < to; begin += size)
                    Add(begin, span.Kind, new Sums(Math.Min(to, begin + size) - Math.Max(span.From, begin), 0, 0, 0));
            }
            return new Counted(
                parts,
                [.. In(queues).Where(span => span.To / size * size >= first && span.To / size * size < end)]
            );
        }

        /// <summary>How long work waited between two instants, what still waits up to now.</summary>
        internal long Ms(
            DateTimeOffset from,
            DateTimeOffset to,
            DateTimeOffset now,
            string? cause = null,
            string? queue = null
        ) =>
            _spans
                .Where(span => (cause ?? span.Cause) == span.Cause && (queue ?? span.Queue) == span.Queue)
                .Sum(span =>
                {
                    var until = Math.Min(span.To ?? now.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
                    return Math.Max(0, until - Math.Max(span.From, from.ToUnixTimeMilliseconds()));
                });

        /// <summary>How many began to wait, and how many stopped, from one instant on and before another.</summary>
        internal (double Come, double Gone) Flow(DateTimeOffset from, DateTimeOffset to, string cause)
        {
            var (first, end) = (from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds());
            var these = _spans.Where(span => span.Cause == cause).ToList();
            return (
                these.Count(span => span.From >= first && span.From < end),
                these.Count(span => span.To >= first && span.To < end)
            );
        }

        internal List<string> Open(string[]? queues) =>
            [
                .. In(queues)
                    .Where(span => span.To is null)
                    .Select(span => FormattableString.Invariant($"{span.Cause} {span.Queue} {span.Kind} {span.From}"))
                    .Order(StringComparer.Ordinal),
            ];

        private IEnumerable<Span> In(string[]? queues) =>
            _spans.Where(span => queues?.Contains(span.Queue, StringComparer.Ordinal) is not false);

        internal sealed record Part(long From, string Cause, string Queue, string Kind);

        internal sealed record Sums(long Ms, long Come, long Gone, long Longest)
        {
            internal Sums And(Sums more) =>
                new(Ms + more.Ms, Come + more.Come, Gone + more.Gone, Math.Max(Longest, more.Longest));
        }

        /// <summary>What was counted since an instant.</summary>
        internal sealed class Counted
        {
            private readonly Dictionary<Part, Sums> _parts;
            private readonly List<Span> _over;

            internal Counted(Dictionary<Part, Sums> parts, List<Span> over) => (_parts, _over) = (parts, over);

            internal List<string> ByTime() =>
                [
                    .. _parts
                        .GroupBy(part => (part.Key.From, Cause: Enum.Parse<WaitCause>(part.Key.Cause, true)))
                        .OrderBy(group => group.Key)
                        .Select(group => (group.Key, Sums: Sum(group)))
                        .Select(one =>
                            Line(
                                one.Key.From,
                                one.Key.Cause.ToString().ToLowerInvariant(),
                                one.Sums.Ms,
                                one.Sums.Come,
                                one.Sums.Gone
                            )
                        ),
                ];

            internal List<string> ByQueue() =>
                [
                    .. _parts
                        .GroupBy(part => (part.Key.Cause, part.Key.Queue, part.Key.Kind))
                        .Select(group => (group.Key, Sums: Sum(group)))
                        .Select(one =>
                            Line(
                                one.Key.Cause,
                                one.Key.Queue,
                                one.Key.Kind,
                                one.Sums.Ms,
                                one.Sums.Come,
                                one.Sums.Gone,
                                one.Sums.Longest
                            )
                        )
                        .Order(StringComparer.Ordinal),
                ];

            internal List<string> Settled() =>
                [
                    .. _over
                        .GroupBy(span => (span.By, span.Cause))
                        .Select(group =>
                            FormattableString.Invariant(
                                $"{group.Key.By} {group.Key.Cause} {group.Count()} {group.Sum(span => span.To!.Value - span.From)}"
                            )
                        )
                        .Order(StringComparer.Ordinal),
                ];

            private static Sums Sum(IEnumerable<KeyValuePair<Part, Sums>> parts) =>
                parts.Select(part => part.Value).Aggregate((one, other) => one.And(other));
        }

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
}
