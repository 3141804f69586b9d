using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
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
        using var server = ServerProcess.Start();
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", """{"maxQuietRenewals":1000}""");
        _ = Measure(server.Address, key, callers: 16, seconds: 5); // warms the server up; not counted
        foreach (var callers in (int[])[1, 16, 64])
        {
            var (cycles, latencies, took) = Measure(server.Address, key, callers, seconds);
            latencies.Sort();
            Say(
                $"http: {callers} callers: {cycles / took.TotalSeconds:N0} cycles/s, {latencies.Count / took.TotalSeconds:N0} durable requests/s, p50 {At(latencies, 0.50):F2} ms, p99 {At(latencies, 0.99):F2} ms"
            );
        }
        Batches(server, key);
        return 0;
    }

    private static void Batches(ServerProcess server, string key)
    {
        using var http = Client(server.Address, key);
        var renewals = new List<string>();
        for (var k = 0; k < 1_000; k++)
        {
            var lease = ClaimAsync(http, "batch" + k.ToString(CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
            renewals.Add($$$"""{"leaseId":"{{{lease.Id}}}","token":{{{lease.Token}}},"progress":{"step":"STEP"}}""");
        }
        var started = Stopwatch.GetTimestamp();
        const int Rounds = 20;
        for (var round = 0; round < Rounds; round++)
        {
            var body =
                "{\"renewals\":["
                + string.Join(',', renewals).Replace("STEP", "round " + round, StringComparison.Ordinal)
                + "]}";
            _ = SendAsync(http, HttpMethod.Post, "leases/renewals", body, "r" + round).GetAwaiter().GetResult();
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
        int seconds
    )
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
                        using var http = Client(address, key);
                        var latencies = new List<double>();
                        all.Add(latencies);
                        for (var k = 0; Stopwatch.GetElapsedTime(started) < until; k++)
                        {
                            await CycleAsync(http, $"{caller}-{callers}-{k}-{started}", latencies);
                            Interlocked.Increment(ref cycles);
                        }
                    })
                ),
        ]);
        return (cycles, [.. all.SelectMany(l => l)], Stopwatch.GetElapsedTime(started));
    }

    private static async Task CycleAsync(HttpClient http, string name, List<double> latencies)
    {
        async Task<JsonDocument> Timed(string path, string body, string step)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await SendAsync(http, HttpMethod.Post, path, body, name + step);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return answer;
        }
        using var created = await Timed(
            "items",
            """{"queue":"bench","title":"Answer a ticket about an invoice"}""",
            "c"
        );
        var item = created.RootElement.GetProperty("id").GetString();
        using var granted = await Timed($"items/{item}/claim", "{}", "g");
        var lease = granted.RootElement.GetProperty("lease");
        var id = lease.GetProperty("id").GetString();
        var token = lease.GetProperty("token").GetInt64().ToString(CultureInfo.InvariantCulture);
        (await Timed($"leases/{id}/start", $$"""{"token":{{token}}}""", "s")).Dispose();
        for (var step = 1; step <= 3; step++)
            (
                await Timed(
                    $"leases/{id}/renew",
                    $$$"""{"token":{{{token}}},"progress":{"step":"{{{step}}} of 3"}}""",
                    "r" + step
                )
            ).Dispose();
        (await Timed($"leases/{id}/complete", $$"""{"token":{{token}},"result":"sent"}""", "d")).Dispose();
    }

    private static async Task<(string Id, long Token)> ClaimAsync(HttpClient http, string name)
    {
        using var created = await SendAsync(
            http,
            HttpMethod.Post,
            "items",
            """{"queue":"bench","title":"A lease to renew"}""",
            name + "c"
        );
        using var granted = await SendAsync(
            http,
            HttpMethod.Post,
            $"items/{created.RootElement.GetProperty("id").GetString()}/claim",
            "{}",
            name + "g"
        );
        var lease = granted.RootElement.GetProperty("lease");
        return (lease.GetProperty("id").GetString()!, lease.GetProperty("token").GetInt64());
    }

    private static async Task<JsonDocument> SendAsync(
        HttpClient http,
        HttpMethod method,
        string path,
        string body,
        string key
    )
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(bytes)
            : throw new InvalidOperationException(
                $"{path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}"
            );
    }

    private static HttpClient Client(Uri address, string key)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 })
        {
            BaseAddress = new Uri(address, "/api/v1/"),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static double At(List<double> sorted, double part) =>
        sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * part)];

    private static void Say(FormattableString what) => Console.WriteLine(FormattableString.Invariant(what));
}
