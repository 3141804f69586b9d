using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace Server.Tests.Clusters;

/// <summary>
/// A day on which callers and a reader of the stream work through all machines while things go wrong. At its end the whole journal is
/// held against what they were told: each acknowledged write is there once and no other, tokens only grew, the stream missed nothing.
/// </summary>
internal sealed class RecordedDay : IDisposable
{
    private readonly TestMachines _machines;
    private readonly ITestOutputHelper _output;
    private readonly Dictionary<string, List<TimeSpan>> _waits = new(StringComparer.Ordinal);
    private readonly RecordedCaller[] _callers;
    private readonly RecordedStream _stream;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<long> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _before = new(StringComparer.Ordinal);
    private List<Task> _working = [];

    private RecordedDay(TestMachines machines, ITestOutputHelper output, int callers)
    {
        (_machines, _output) = (machines, output);
        First = new RecordedCaller(machines, "first");
        _callers = [.. Enumerable.Range(1, callers).Select(k => new RecordedCaller(machines, $"agent-{k}"))];
        _stream = new RecordedStream(machines);
    }

    /// <summary>Whoever measures; what this caller created counts too.</summary>
    internal RecordedCaller First { get; }

    /// <summary>Makes the queue.</summary>
    internal static async Task<RecordedDay> DawnAsync(TestMachines machines, ITestOutputHelper output, int callers = 3)
    {
        var day = new RecordedDay(machines, output, callers);
        await day.First.SettleAsync(
            "/queues/crm",
            new { claimSeconds = 86_400, maxLifetimeSeconds = 86_400 },
            HttpMethod.Put
        );
        return day;
    }

    /// <summary>From now on everybody works. Items that are there already are none of theirs.</summary>
    /// <param name="pause">What each caller does between two items.</param>
    internal async Task BeginAsync(TimeSpan pause = default)
    {
        foreach (var happened in await First.EventsAsync(_machines.Addresses[0]))
        {
            if (TypeOf(happened) == "item.created")
                _before.Add(ItemOf(happened));
        }
        _working = [.. _callers.Select(caller => caller.WorkAsync(pause, _stop.Token)), _stream.FollowAsync(_end.Task)];
    }

    /// <summary>Measures how long it takes until the next write is acknowledged.</summary>
    /// <param name="over">
    /// Where it takes a while: one write follows another until it is over, and the longest counts. The first may be
    /// acknowledged by a machine that has not heard yet that it stops.
    /// </param>
    internal async Task MeasureAsync(string what, Task? over = null)
    {
        var longest = TimeSpan.Zero;
        do
        {
            var began = Stopwatch.GetTimestamp();
            await First.SettleAsync(
                "/targets/changes",
                new { target = "crm:x", version = Guid.NewGuid().ToString("N") }
            );
            var took = Stopwatch.GetElapsedTime(began);
            longest = took > longest ? took : longest;
        } while (over is { IsCompleted: false });
        if (!_waits.TryGetValue(what, out var waits))
            _waits[what] = waits = [];
        waits.Add(longest);
    }

    /// <summary>How long the callers' commands took until they were acknowledged, in order.</summary>
    internal List<TimeSpan> Waits => [.. _callers.SelectMany(caller => caller.Waits).Order()];

    /// <summary>Stops the work, and holds the journal against it.</summary>
    internal async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_working.SkipLast(1));
        var events = await First.EventsAsync(_machines.Addresses[0]);
        _end.SetResult(events.Count);
        await _working[^1].WaitAsync(TimeSpan.FromSeconds(60));
        Tell();
        Check([.. _callers, First], events);
        // Neither missed nor twice, whichever machine told it.
        Assert.Equal(events.Select(SeqOf), _stream.Heard.Take(events.Count));
    }

    public void Dispose()
    {
        foreach (var caller in (RecordedCaller[])[.. _callers, First])
            caller.Dispose();
        _stream.Dispose();
        _stop.Dispose();
    }

    /// <summary>Adds lines to the tables that docs/TESTING.md and docs/BENCHMARKS.md have.</summary>
    internal static void Tell(ITestOutputHelper output, IReadOnlyList<string> lines)
    {
        output.WriteLine(string.Join('\n', lines));
        if (Environment.GetEnvironmentVariable("CLUSTER_TABLE") is { Length: > 0 } file)
            File.AppendAllLines(file, lines);
    }

    private void Tell()
    {
        if (_waits.Count == 0)
            return;
        List<string> lines = ["| what | times | median | longest |", "|---|---|---|---|"];
        foreach (var (what, waits) in _waits)
        {
            waits.Sort();
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {waits.Count} | {waits[waits.Count / 2].TotalSeconds:0.00} s | {waits[^1].TotalSeconds:0.00} s |"
                )
            );
        }
        lines.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{_callers.Sum(caller => caller.Created.Count)} items were created, granted and completed by {_callers.Length} callers meanwhile; a reader of the stream resumed {_stream.Resumed} times.\n"
            )
        );
        Tell(_output, lines);
    }

    private void Check(RecordedCaller[] callers, List<JsonElement> events)
    {
        var created = callers.SelectMany(caller => caller.Created).ToList();
        var granted = callers.SelectMany(caller => caller.Granted).ToList();
        // Each acknowledged write once, and none that nobody sent.
        Assert.Equal(
            created.Order(StringComparer.Ordinal),
            Items("item.created").Where(item => !_before.Contains(item)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            granted.Select(grant => (grant.Item, grant.Token)).Order(),
            Of("lease.claimed").Select(e => (ItemOf(e), SeqOf(e))).Order()
        );
        Assert.Equal(
            callers.SelectMany(caller => caller.Completed).Order(StringComparer.Ordinal),
            Items("lease.completed").Order(StringComparer.Ordinal)
        );
        // Numbers without a gap: no two machines wrote at the same place.
        Assert.Equal(Enumerable.Range(1, events.Count).Select(seq => (long)seq), events.Select(SeqOf));
        foreach (var caller in callers)
            Assert.Equal(
                caller.Granted.Select(grant => grant.Token).Order(),
                caller.Granted.Select(grant => grant.Token)
            );

        IEnumerable<JsonElement> Of(string type) => events.Where(e => TypeOf(e) == type);
        IEnumerable<string> Items(string type) => Of(type).Select(ItemOf);
    }

    private static string TypeOf(JsonElement happened) => happened.GetProperty("type").GetString()!;

    private static string ItemOf(JsonElement happened) => happened.GetProperty("itemId").GetString()!;

    private static long SeqOf(JsonElement happened) => happened.GetProperty("seq").GetInt64();
}
