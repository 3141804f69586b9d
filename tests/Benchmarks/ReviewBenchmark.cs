using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// What a reviewed work is made of, as durable commands over HTTP: claim, draft, publish a second version, prepare, look at
/// the consequences, approve, begin, complete. The figures of publish, decide and begin are told one by one.
/// </summary>
internal static class ReviewBenchmark
{
    private static readonly string[] Told = ["publish", "decide", "begin"];

    internal static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        using var server = ServerProcess.Start();
        var agent = server.AddKey("agent", "agent");
        var reviewer = server.AddKey("reviewer", "person", "reviewer");
        server.MakeQueue("reviewed", "{}");
        _ = Measure(server.Address, agent, reviewer, callers: 16, seconds: 15); // until the code is compiled; not counted
        foreach (var callers in (int[])[1, 16, 64])
        {
            var (works, all, took) = Measure(server.Address, agent, reviewer, callers, seconds);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"review: {callers} callers: {works / took:N0} reviewed works/s"
                )
            );
            foreach (var verb in Told)
            {
                List<double> latencies = [.. all.SelectMany(timings => timings[verb])];
                latencies.Sort();
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"review: {callers} callers: {verb}: p50 {latencies[latencies.Count / 2]:F2} ms, p99 {latencies[latencies.Count * 99 / 100]:F2} ms, of {latencies.Count:N0}"
                    )
                );
            }
        }
        return 0;
    }

    private static (int Works, IReadOnlyCollection<Dictionary<string, List<double>>> Timings, double Seconds) Measure(
        Uri address,
        string agentKey,
        string reviewerKey,
        int callers,
        int seconds
    )
    {
        var all = new ConcurrentBag<Dictionary<string, List<double>>>();
        var works = 0;
        var started = Stopwatch.GetTimestamp();
        Task.WaitAll([
            .. Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        using var agent = new LeanClient(address, agentKey);
                        using var reviewer = new LeanClient(address, reviewerKey);
                        var timings = Told.ToDictionary(verb => verb, _ => new List<double>(), StringComparer.Ordinal);
                        all.Add(timings);
                        for (var k = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; k++)
                        {
                            await WorkAsync(agent, reviewer, $"{caller}-{callers}-{k}-{started}", timings);
                            Interlocked.Increment(ref works);
                        }
                    })
                ),
        ]);
        return (works, all, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task WorkAsync(
        LeanClient agent,
        LeanClient reviewer,
        string name,
        Dictionary<string, List<double>> timings
    )
    {
        var item = Text(
            await agent.PostAsync("items", """{"queue":"reviewed","title":"Answer a ticket"}""", name + "i"),
            "id"
        );
        var (lease, token) = Lease(await agent.PostAsync($"items/{item}/claim", "{}", name + "l"));
        var artifact = Text(
            await agent.PostAsync(
                "artifacts",
                $$"""{"name":"Reply","itemId":"{{item}}","contentType":"text/plain","content":"Dear Ann, {{name}}","token":{{token}}}""",
                name + "a"
            ),
            "id"
        );
        var hash = "";
        await Timed(
            "publish",
            async () =>
                hash = Text(
                    await agent.PostAsync(
                        $"artifacts/{artifact}/versions",
                        $$"""{"baseVersion":1,"content":"Dear Ann,\nwe refund 39.50.\n{{name}}","token":{{token}}}""",
                        name + "p"
                    ),
                    "contentHash",
                    "versions"
                )
        );
        await agent.PutAsync(
            $"actions/send-{name}",
            $$"""{"kind":"send","target":"mail:{{name}}","itemId":"{{item}}","artifactId":"{{artifact}}","version":2,"token":{{token}}}"""
        );
        var consequences = Text(
            await reviewer.GetAsync($"/api/v1/artifacts/{artifact}/versions/2/consequences"),
            "consequencesHash"
        );
        await Timed(
            "decide",
            () =>
                reviewer
                    .PostAsync(
                        $"artifacts/{artifact}/versions/2/decisions",
                        $$"""{"decision":"approve","contentHash":"{{hash}}","consequencesHash":"{{consequences}}"}""",
                        name + "d"
                    )
                    .AsTask()
        );
        var permit = "";
        await Timed(
            "begin",
            async () =>
                permit = Text(
                    await agent.PostAsync($"actions/send-{name}/begin", $$"""{"token":{{token}}}""", name + "b"),
                    "permit"
                )
        );
        await agent.PostAsync(
            $"actions/send-{name}/complete",
            $$"""{"permit":"{{permit}}","receipt":"1"}""",
            name + "c"
        );
        await agent.PostAsync($"leases/{lease}/complete", $$"""{"token":{{token}}}""", name + "e");

        async Task Timed(string verb, Func<Task> act)
        {
            var started = Stopwatch.GetTimestamp();
            await act();
            timings[verb].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    // A member of the body, or of the last entry of one of its lists.
    private static string Text(ReadOnlyMemory<byte> body, string member, string? lastOf = null)
    {
        using var json = JsonDocument.Parse(body);
        var from = json.RootElement;
        if (lastOf is not null)
            from = from.GetProperty(lastOf)[from.GetProperty(lastOf).GetArrayLength() - 1];
        return from.GetProperty(member).GetString()!;
    }

    private static (string Id, long Token) Lease(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        var lease = json.RootElement.GetProperty("lease");
        return (lease.GetProperty("id").GetString()!, lease.GetProperty("token").GetInt64());
    }
}
