using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Benchmarks;

/// <summary>From the instant at which a command was decided to a hub client's having its event, with many connections.</summary>
internal static class HubBenchmark
{
    private const int Commits = 100;

    // Until both sides are compiled; not counted.
    private const int WarmUp = 50;

    internal static int Run(string[] args)
    {
        var connections = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        using var server = ServerProcess.Start();
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", "{}");
        MeasureAsync(server.Address, key, connections).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(Uri address, string key, int connections)
    {
        var seen = new ConcurrentBag<double>();
        var received = 0;
        var open = new List<HubConnection>();
        var reading = new List<Task>();
        using var stop = new CancellationTokenSource();
        for (var k = 0; k < connections; k++)
        {
            var connection = new HubConnectionBuilder()
                .WithUrl(
                    new Uri(address, "/hubs/live"),
                    hub =>
                    {
                        hub.Headers["Authorization"] = "Bearer " + key;
                        hub.SkipNegotiation = true;
                        hub.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
                    }
                )
                .Build();
            await connection.StartAsync();
            open.Add(connection);
            var events = connection.StreamAsync<JsonElement>(
                "Subscribe",
                new { topics = new[] { "all" }, notices = false },
                stop.Token
            );
            reading.Add(
                Task.Run(async () =>
                {
                    try
                    {
                        await foreach (var happened in events)
                        {
                            seen.Add(
                                (
                                    DateTimeOffset.UtcNow - happened.GetProperty("at").GetDateTimeOffset()
                                ).TotalMilliseconds
                            );
                            Interlocked.Increment(ref received);
                        }
                    }
                    catch (OperationCanceledException) { }
                })
            );
        }
        await Task.Delay(2_000);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await CommitAsync(http, address, WarmUp);
        await Task.Delay(1_000);
        seen.Clear();
        received = 0;
        await CommitAsync(http, address, Commits);
        await Task.Delay(2_000);
        var latencies = seen.Order().ToList();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"hub: {connections} connections, {Commits} commits, {received} events received: p50 {latencies[latencies.Count / 2]:F1} ms, p99 {latencies[latencies.Count * 99 / 100]:F1} ms, max {latencies[^1]:F1} ms"
            )
        );
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        foreach (var connection in open)
            await connection.DisposeAsync();
    }

    private static async Task CommitAsync(HttpClient http, Uri address, int times)
    {
        for (var k = 0; k < times; k++)
        {
            using var body = new StringContent(
                """{"queue":"bench","title":"Seen by many"}""",
                Encoding.UTF8,
                "application/json"
            );
            using var answer = await http.PostAsync(new Uri(address, "/api/v1/items"), body);
            answer.EnsureSuccessStatusCode();
            await Task.Delay(200);
        }
    }
}
