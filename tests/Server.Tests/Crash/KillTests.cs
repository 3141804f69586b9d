using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Server.Tests.Api;
using Server.Tests.Field;
using Xunit.Abstractions;

namespace Server.Tests.Crash;

/// <summary>
/// DESIGN.md 3 and 8 against real processes: SIGKILL at any instant under load, then a start on the same folder. Two
/// folders are worked at side by side. Alone: <c>dotnet test --filter Takes=minutes</c>; <c>CRASH_ROUNDS</c> and
/// <c>CRASH_SEED</c> make it shorter or other.
/// </summary>
[Collection(Alone.Name)]
[Trait("Takes", "minutes")]
public sealed class A_kill_at_any_instant_under_load_loses_nothing_that_was_acknowledged(ITestOutputHelper output)
{
    private const int Lanes = 2;

    // Twenty kills a folder in each run of the suite; tests/soak.sh asks for many more.
    private const int Rounds = 40;

    [Fact]
    public async Task In_rounds_of_creates_claims_renewals_completions_and_ended_runs()
    {
        var began = Stopwatch.GetTimestamp();
        var (rounds, seed) = (Setting("CRASH_ROUNDS", Rounds), Setting("CRASH_SEED", 0));
        var lanes = await Task.WhenAll(
            Enumerable.Range(0, Lanes).Select(lane => Lane.RunAsync(seed + lane, rounds / Lanes))
        );
        output.WriteLine(
            $"{lanes.Sum(l => l.Kills)} kills; {lanes.Sum(l => l.Acknowledged)} writes acknowledged, {lanes.Sum(l => l.Unanswered)} cut off "
                + $"({lanes.Sum(l => l.KeptUnanswered)} of them were on disk), {lanes.Sum(l => l.Events)} events; "
                + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"
        );
        Assert.Equal(rounds / Lanes * Lanes, lanes.Sum(l => l.Kills));
        Assert.True(lanes.Sum(l => l.Acknowledged) > 10 * rounds && lanes.Sum(l => l.Unanswered) > rounds);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    /// <summary>One write as it was sent, and what came back; null where the connection broke first.</summary>
    private sealed record Sent(string Path, object Body, string Key, Answer? Answer);

    /// <summary>One folder through all its kills.</summary>
    private sealed class Lane : IDisposable
    {
        private readonly string _folder = LiveServer.NewFolder();
        private readonly RemoteCaller _bot;
        private readonly Random _random;
        private long _checked;
        private int _keys;

        private Lane(int seed)
        {
            _random = new Random(seed);
            using var access = AccessStore.Open(_folder, TimeProvider.System);
            var bot = access.AddPrincipal("bot", PrincipalKind.Person, Roles.Manager, queues: null);
            _bot = new RemoteCaller(access.AddKey(bot.Id, "bot").Text);
        }

        internal int Kills { get; private set; }
        internal int Acknowledged { get; private set; }
        internal int Unanswered { get; private set; }
        internal int KeptUnanswered { get; private set; }
        internal long Events => _checked;

        internal static async Task<Lane> RunAsync(int seed, int rounds)
        {
            using var lane = new Lane(seed);
            try
            {
                var before = new ConcurrentBag<Sent>();
                for (var round = 0; round <= rounds; round++)
                {
                    await using var server = await ChildServer.StartAsync(lane._folder);
                    lane._bot.Address = server.Address;
                    if (round == 0)
                        (
                            await lane._bot.SendAsync(
                                HttpMethod.Put,
                                "/queues/crm",
                                // A claim that lapses because the machine is slow would be news that nobody sent.
                                new { maxLifetimeSeconds = 86_400, claimSeconds = 86_400 },
                                "queue"
                            )
                        ).Is(201);
                    await lane.CheckAsync([.. before]);
                    if (round == rounds)
                        break;
                    before = await lane.LoadUntilKilledAsync(server);
                }
                return lane;
            }
            finally
            {
                Directory.Delete(lane._folder, recursive: true);
            }
        }

        private async Task<ConcurrentBag<Sent>> LoadUntilKilledAsync(ChildServer server)
        {
            var sent = new ConcurrentBag<Sent>();
            var kill = Task.Delay(_random.Next(50, 500))
                .ContinueWith(_ => server.KillAsync(), TaskScheduler.Default)
                .Unwrap();
            await Task.WhenAll(Enumerable.Range(0, 6).Select(n => WorkAsync($"{Kills}-{n}", sent)));
            await kill;
            Kills++;
            return sent;
        }

        // Works until the server is gone: creates, claims, renews; then completes, or ends the run with all that it holds.
        private async Task WorkAsync(string worker, ConcurrentBag<Sent> sent)
        {
            for (var k = 0; ; k++)
            {
                var run = $"{worker}-{k}";
                var leases = new List<(string Id, long Token)>();
                for (var n = 0; n < 3; n++)
                {
                    var title = $"{run}-{n}";
                    if (
                        await TryAsync(
                            "/items",
                            new
                            {
                                queue = "crm",
                                title,
                                externalId = title,
                            },
                            sent
                        )
                        is not { } item
                    )
                        return;
                    var claim = await TryAsync($"/items/{item["id"].GetString()}/claim", new { run }, sent);
                    if (claim is null)
                        return;
                    leases.Add((claim["lease.id"].GetString()!, claim["lease.token"].GetInt64()));
                    var body = new
                    {
                        run,
                        token = leases[^1].Token,
                        progress = new { step = title },
                    };
                    if (await TryAsync($"/leases/{leases[^1].Id}/renew", body, sent) is null)
                        return;
                }
                var (id, token) = leases[0];
                if (
                    await TryAsync(
                        $"/leases/{id}/complete",
                        new
                        {
                            run,
                            token,
                            result = run,
                        },
                        sent
                    )
                    is null
                )
                    return;
                if (await TryAsync($"/runs/{run}/end", new { outcome = "killed" }, sent) is null)
                    return;
            }
        }

        private async Task<Answer?> TryAsync(string path, object body, ConcurrentBag<Sent> sent)
        {
            var key = $"key-{Interlocked.Increment(ref _keys)}";
            try
            {
                var answer = await _bot.PostAsync(path, body, key);
                Assert.True((int)answer.Status < 300, $"{path}: {answer.Text}");
                sent.Add(new Sent(path, body, key, answer));
                return answer;
            }
            catch (HttpRequestException)
            {
                sent.Add(new Sent(path, body, key, Answer: null));
                return null;
            }
        }

        private async Task CheckAsync(List<Sent> sent)
        {
            var events = await _bot.EventsAsync(_checked);
            CheckOrder(events);
            var bySeq = events.ToDictionary(e => e.GetProperty("seq").GetInt64());
            CheckWhole(bySeq);
            foreach (var one in sent.Where(s => s.Answer is not null))
                CheckIsThere(one, events, bySeq);
            // The same keys again, some at a time: the first answer, and nothing new.
            foreach (var some in sent.Where(s => s.Answer is not null).Chunk(16))
                await Task.WhenAll(some.Select(RepeatAsync));
            Assert.Empty(await _bot.EventsAsync(_checked + events.Count));
            foreach (var one in sent.Where(s => s.Answer is null))
            {
                Unanswered++;
                var again = await _bot.PostAsync(one.Path, one.Body, one.Key);
                if (again.Headers.ContainsKey("Idempotency-Replayed"))
                    KeptUnanswered++;
                Assert.True((int)again.Status < 300, again.Text);
            }
            Acknowledged += sent.Count(s => s.Answer is not null);
            var made = await _bot.EventsAsync(_checked + events.Count);
            CheckOrder(made, events.Count);
            // What was cut off was done once: by the first call, or by its repetition.
            var titles = events
                .Concat(made)
                .Where(Is("item.created"))
                .Select(e => e.GetProperty("data").GetProperty("title").GetString())
                .ToList();
            Assert.Equal(titles.Count, titles.Distinct().Count());
            _checked += events.Count + made.Count;
        }

        private void CheckOrder(List<JsonElement> events, int after = 0)
        {
            for (var k = 0; k < events.Count; k++)
                Assert.Equal(_checked + after + k + 1, events[k].GetProperty("seq").GetInt64());
        }

        // Each command's events are there all or none of them.
        private static void CheckWhole(Dictionary<long, JsonElement> bySeq)
        {
            foreach (var (seq, e) in bySeq)
            {
                var (type, item) = (e.GetProperty("type").GetString(), e.GetProperty("itemId").GetString());
                var next = bySeq.TryGetValue(seq + 1, out var after)
                    ? (after.GetProperty("type").GetString(), after.GetProperty("itemId").GetString())
                    : default;
                if (type == "lease.completed")
                    Assert.Equal(("item.completed", item), next);
                else if (type == "lease.started")
                    Assert.Equal(("lease.renewed", item), next);
                else if (type == "run.ended")
                    Assert.True(
                        bySeq.TryGetValue(seq + 1, out var one)
                            && Is("lease.runEnded")(one)
                            && bySeq.TryGetValue(seq + 2, out var two)
                            && Is("lease.runEnded")(two),
                        $"run.ended at {seq} is not followed by the two leases that it held"
                    );
            }
        }

        private static void CheckIsThere(Sent sent, List<JsonElement> events, Dictionary<long, JsonElement> bySeq)
        {
            var answer = sent.Answer!;
            if (sent.Path == "/items")
            {
                var created = bySeq[answer["seq"].GetInt64()];
                Assert.Equal(
                    ("item.created", answer["id"].GetString()),
                    (created.GetProperty("type").GetString(), created.GetProperty("itemId").GetString())
                );
            }
            else if (sent.Path.EndsWith("/claim", StringComparison.Ordinal))
            {
                var claimed = bySeq[answer["lease.token"].GetInt64()];
                Assert.Equal(
                    ("lease.claimed", answer["item.id"].GetString()),
                    (claimed.GetProperty("type").GetString(), claimed.GetProperty("itemId").GetString())
                );
            }
            else if (sent.Path.StartsWith("/leases/", StringComparison.Ordinal))
            {
                var type = sent.Path.EndsWith("/renew", StringComparison.Ordinal) ? "lease.renewed" : "lease.completed";
                var item = answer["lease.itemId"].GetString();
                Assert.Contains(events, e => Is(type)(e) && e.GetProperty("itemId").GetString() == item);
            }
            else
            {
                var run = answer["run"].GetString();
                Assert.Contains(
                    events,
                    e => Is("run.ended")(e) && e.GetProperty("data").GetProperty("run").GetString() == run
                );
            }
        }

        private async Task RepeatAsync(Sent sent)
        {
            var again = await _bot.PostAsync(sent.Path, sent.Body, sent.Key);
            Assert.True(again.Headers.ContainsKey("Idempotency-Replayed"), $"{sent.Path} was forgotten: {again.Text}");
            Assert.Equal(sent.Answer!.Status, again.Status);
            foreach (var member in sent.Answer.Json.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array)
                    Assert.Equal(member.Value.GetRawText(), again.Json.GetProperty(member.Name).GetRawText());
            }
        }

        private static Func<JsonElement, bool> Is(string type) => e => e.GetProperty("type").GetString() == type;

        public void Dispose() => _bot.Dispose();
    }
}
