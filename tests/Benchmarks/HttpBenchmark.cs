using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Benchmarks;

/// <summary>
/// Durable cycles over HTTP against a server of its own process: create, claim, start, three renewals with progress,
/// complete; each request with an idempotency key, each answer after the disk.
/// </summary>
internal static class HttpBenchmark
{
    internal static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        int[] counts = args.Length > 1 ? [int.Parse(args[1], CultureInfo.InvariantCulture)] : [1, 16, 64];
        using var server = ServerProcess.Start();
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", """{"maxQuietRenewals":1000}""");
        server.MakeQueue("single", "{}");
        _ = Measure(server.Address, key, callers: 64, seconds: 20, CycleAsync); // until the code is compiled for good; not counted
        foreach (var callers in counts)
        {
            var before = server.CpuTime;
            var (cycles, latencies, took) = Measure(server.Address, key, callers, seconds, CycleAsync);
            var cpu = server.CpuTime - before;
            latencies.Sort();
            Say(
                $"http: {callers} callers: {cycles / took.TotalSeconds:N0} cycles/s, {latencies.Count / took.TotalSeconds:N0} durable requests/s, p50 {At(latencies, 0.50):F2} ms, p99 {At(latencies, 0.99):F2} ms; the server took {cpu / took:F2} cores, {cpu.TotalMicroseconds / latencies.Count:N0} µs a request"
            );
        }
        if (args.Length > 2)
            return 0;
        foreach (var path in (string[])["/healthz", "/api/v1/me"])
        {
            var (requests, _, took) = Measure(
                server.Address,
                key,
                callers: 64,
                seconds,
                async (http, _, _) => await http.GetAsync(path)
            );
            Say($"http: 64 callers: {requests / took.TotalSeconds:N0} requests/s of GET {path}, nothing written");
        }
        foreach (var callers in counts)
        {
            var (commands, latencies, took) = Measure(server.Address, key, callers, seconds, CreateAsync);
            latencies.Sort();
            Say(
                $"http: {callers} callers: {commands / took.TotalSeconds:N0} single durable commands/s, p50 {At(latencies, 0.50):F2} ms, p99 {At(latencies, 0.99):F2} ms"
            );
        }
        Batches(server, key);
        return 0;
    }

    private static void Batches(ServerProcess server, string key)
    {
        using var http = new LeanClient(server.Address, key);
        var renewals = new List<string>();
        for (var k = 0; k < 1_000; k++)
        {
            var (id, token) = ClaimAsync(http, "batch" + k.ToString(CultureInfo.InvariantCulture))
                .GetAwaiter()
                .GetResult();
            renewals.Add($$$"""{"leaseId":"{{{id}}}","token":{{{token}}},"progress":{"step":"STEP"}}""");
        }
        var started = Stopwatch.GetTimestamp();
        const int Rounds = 20;
        for (var round = 0; round < Rounds; round++)
        {
            var body =
                "{\"renewals\":["
                + string.Join(',', renewals).Replace("STEP", "round " + round, StringComparison.Ordinal)
                + "]}";
            _ = http.PostAsync("leases/renewals", body, "r" + round).AsTask().GetAwaiter().GetResult();
        }
        var took = Stopwatch.GetElapsedTime(started);
        Say(
            $"http: renewals in batches of 1,000: {Rounds * 1_000 / took.TotalSeconds:N0} renewals/s, {took.TotalMilliseconds / Rounds:F1} ms a batch"
        );
    }

    private static (int Cycles, List<double> Latencies, TimeSpan Took) Measure(
        Uri address,
        string key,
        int callers,
        int seconds,
        Func<LeanClient, string, List<double>, Task> once
    ) => Measure(() => new LeanClient(address, key), callers, seconds, once);

    /// <summary>Does it over and over, by so many callers at once for so long.</summary>
    internal static (int Cycles, List<double> Latencies, TimeSpan Took) Measure<TClient>(
        Func<TClient> open,
        int callers,
        int seconds,
        Func<TClient, string, List<double>, Task> once
    )
        where TClient : IDisposable
    {
        var all = new ConcurrentBag<List<double>>();
        var cycles = 0;
        var started = Stopwatch.GetTimestamp();
        var until = TimeSpan.FromSeconds(seconds);
        Task.WaitAll([
            .. Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        using var http = open();
                        var latencies = new List<double>();
                        all.Add(latencies);
                        for (var k = 0; Stopwatch.GetElapsedTime(started) < until; k++)
                        {
                            await once(http, $"{caller}-{callers}-{k}-{started}", latencies);
                            Interlocked.Increment(ref cycles);
                        }
                    })
                ),
        ]);
        return (cycles, [.. all.SelectMany(l => l)], Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Create, claim, start, three renewals, complete.</summary>
    internal static async Task CycleAsync(IPoster http, string name, List<double> latencies)
    {
        var answer = await Timed(
            http,
            "items",
            """{"queue":"bench","title":"Answer a ticket about an invoice"}""",
            name + "c",
            latencies
        );
        var item = Text(answer, "id");
        answer = await Timed(http, $"items/{item}/claim", "{}", name + "g", latencies);
        var (id, token) = Lease(answer);
        await Timed(http, $"leases/{id}/start", $$"""{"token":{{token}}}""", name + "s", latencies);
        for (var step = 1; step <= 3; step++)
            await Timed(
                http,
                $"leases/{id}/renew",
                $$$"""{"token":{{{token}}},"progress":{"step":"{{{step}}} of 3"}}""",
                name + "r" + step,
                latencies
            );
        await Timed(http, $"leases/{id}/complete", $$"""{"token":{{token}},"result":"sent"}""", name + "d", latencies);
    }

    // What a program sends that only puts work in: one durable command, and the next once it is answered.
    private static Task CreateAsync(LeanClient http, string name, List<double> latencies) =>
        Timed(http, "items", """{"queue":"single","title":"Answer a ticket about an invoice"}""", name, latencies)
            .AsTask();

    private static ValueTask<ReadOnlyMemory<byte>> Timed(
        IPoster http,
        string path,
        string body,
        string key,
        List<double> latencies
    ) => TimedAsync(latencies, () => http.PostAsync(path, body, key));

    /// <summary>Makes a call and notes how long its answer took.</summary>
    internal static async ValueTask<T> TimedAsync<T>(List<double> latencies, Func<ValueTask<T>> call)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await call();
        latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return answer;
    }

    private static async Task<(string Id, long Token)> ClaimAsync(LeanClient http, string name)
    {
        var created = await http.PostAsync("items", """{"queue":"bench","title":"A lease to renew"}""", name + "c");
        return Lease(await http.PostAsync($"items/{Text(created, "id")}/claim", "{}", name + "g"));
    }

    private static string Text(ReadOnlyMemory<byte> body, string member)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty(member).GetString()!;
    }

    private static (string Id, long Token) Lease(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        var lease = json.RootElement.GetProperty("lease");
        return (lease.GetProperty("id").GetString()!, lease.GetProperty("token").GetInt64());
    }

    /// <summary>The value below which that part of them lies.</summary>
    internal static double At(List<double> sorted, double part) =>
        sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * part)];

    private static void Say(FormattableString what) => Console.WriteLine(FormattableString.Invariant(what));
}
