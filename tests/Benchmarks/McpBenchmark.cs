using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ModelContextProtocol.Client;

namespace Benchmarks;

/// <summary>
/// The same durable command by a tool and over HTTP, by clients of the same kind, against a server of its own process: what
/// the protocol costs.
/// </summary>
internal static class McpBenchmark
{
    internal static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        using var server = ServerProcess.Start();
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", "{}");
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        RunAsync(server.Address, http, seconds).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(Uri address, HttpClient http, int seconds)
    {
        var client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(address, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                },
                http
            )
        );
        await using (client)
        {
            var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["queue"] = "bench",
                ["title"] = "Answer a ticket about an invoice",
            };
            var items = new Uri(address, "/api/v1/items");
            async Task ByToolAsync() => await client.CallToolAsync("create_item", arguments);
            async Task OverHttpAsync()
            {
                using var body = new StringContent(
                    """{"queue":"bench","title":"Answer a ticket about an invoice"}""",
                    Encoding.UTF8,
                    "application/json"
                );
                using var answer = await http.PostAsync(items, body);
                await answer.Content.ReadAsByteArrayAsync();
            }
            foreach (var callers in (int[])[1, 16])
            {
                await MeasureAsync("over HTTP", OverHttpAsync, callers, 3, says: false);
                await MeasureAsync("by a tool", ByToolAsync, callers, 3, says: false);
                await MeasureAsync("over HTTP", OverHttpAsync, callers, seconds, says: true);
                await MeasureAsync("by a tool", ByToolAsync, callers, seconds, says: true);
            }
        }
    }

    private static async Task MeasureAsync(string how, Func<Task> once, int callers, int seconds, bool says)
    {
        var started = Stopwatch.GetTimestamp();
        var until = TimeSpan.FromSeconds(seconds);
        var each = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    var latencies = new List<double>();
                    while (Stopwatch.GetElapsedTime(started) < until)
                    {
                        var at = Stopwatch.GetTimestamp();
                        await once();
                        latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                    }
                    return latencies;
                })
        );
        var took = Stopwatch.GetElapsedTime(started);
        var all = each.SelectMany(l => l).Order().ToList();
        if (says)
            Console.WriteLine(
                FormattableString.Invariant(
                    $"mcp: {callers} callers {how}: {all.Count / took.TotalSeconds:N0} durable commands/s, p50 {all[all.Count / 2]:F2} ms, p99 {all[all.Count * 99 / 100]:F2} ms"
                )
            );
    }
}
