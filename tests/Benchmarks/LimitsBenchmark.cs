using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Benchmarks;

/// <summary>
/// What others wait for their answers while one principal is at all of its limits: streams, waits and requests are asked for without
/// end, and whatever is refused is asked for again at once.
/// </summary>
internal static class LimitsBenchmark
{
    private const int Streams = 400;
    private const int Waits = 300;
    private const int Flooding = 16;

    internal static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var perSecond = args.Length > 1 ? args[1] : "500";
        using var server = ServerProcess.Start(
            $"--ControlSurface:Limits:RequestsPerSecond={perSecond}",
            $"--ControlSurface:Limits:RequestBurst={perSecond}",
            "--ControlSurface:Limits:Waits=100",
            "--ControlSurface:Limits:Streams=100"
        );
        server.MakeQueue("bench", "{}");
        server.MakeQueue("empty", "{}");
        MeasureAsync(server, TimeSpan.FromSeconds(seconds), perSecond).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task MeasureAsync(ServerProcess server, TimeSpan time, string perSecond)
    {
        var (others, greedy) = (server.AddKey("others", "agent"), server.AddKey("greedy", "agent"));
        await OthersAsync(server.Address, others, TimeSpan.FromSeconds(3)); // until both sides are compiled; not counted
        foreach (var what in (string[])["requests", "waits", "streams", "all"])
        {
            var alone = await OthersAsync(server.Address, others, time);
            using var stop = new CancellationTokenSource();
            var flood = FloodAsync(server.Address, greedy, what, stop.Token);
            await Task.Delay(2_000);
            var beside = await OthersAsync(server.Address, others, time);
            await stop.CancelAsync();
            var (served, refused) = await flood;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"limits: one at its limit of {what}, {perSecond} requests/s each: others alone {alone}; beside it {beside}. It had {served} served and {refused} refused."
                )
            );
        }
    }

    // One write after another, as an agent does; a pause between, so that the generator takes little of the machine.
    private static async Task<string> OthersAsync(Uri address, string key, TimeSpan time)
    {
        using var http = Client(key);
        var took = new List<double>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var from = Stopwatch.GetTimestamp();
            using var body = new StringContent(
                """{"queue":"bench","title":"Of others"}""",
                Encoding.UTF8,
                "application/json"
            );
            using var answer = await http.PostAsync(new Uri(address, "/api/v1/items"), body);
            answer.EnsureSuccessStatusCode();
            took.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            await Task.Delay(5);
        }
        took.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{took.Count} writes, p50 {took[took.Count / 2]:F2} ms, p99 {took[took.Count * 99 / 100]:F2} ms"
        );
    }

    private static async Task<(long Served, long Refused)> FloodAsync(
        Uri address,
        string key,
        string what,
        CancellationToken stop
    )
    {
        long served = 0;
        long refused = 0;
        using var http = Client(key);
        async Task AskAsync(Func<HttpRequestMessage> make, TimeSpan pause)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var request = make();
                    using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
                    if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                        Interlocked.Increment(ref refused);
                    else
                        Interlocked.Increment(ref served);
                    // A stream that was opened stays open until the end.
                    if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
                        await answer.Content.CopyToAsync(System.IO.Stream.Null, stop);
                    await Task.Delay(pause, stop);
                }
                catch (Exception ended)
                    when (ended is OperationCanceledException or HttpRequestException or IOException)
                {
                    // Stopped, or turned away: asked again unless it is over.
                }
            }
        }
        HttpRequestMessage Stream()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/api/v1/events?after=0"));
            request.Headers.Accept.ParseAdd("text/event-stream");
            return request;
        }
        HttpRequestMessage Wait() =>
            new(HttpMethod.Post, new Uri(address, "/api/v1/queues/empty/claims"))
            {
                Content = new StringContent("""{"waitSeconds":50}""", Encoding.UTF8, "application/json"),
            };
        HttpRequestMessage Write() =>
            new(HttpMethod.Post, new Uri(address, "/api/v1/items"))
            {
                Content = new StringContent(
                    """{"queue":"bench","title":"Of one"}""",
                    Encoding.UTF8,
                    "application/json"
                ),
            };
        await Task.WhenAll([
            .. Enumerable
                .Range(0, what is "streams" or "all" ? Streams : 0)
                .Select(_ => AskAsync(Stream, TimeSpan.FromSeconds(1))),
            .. Enumerable
                .Range(0, what is "waits" or "all" ? Waits : 0)
                .Select(_ => AskAsync(Wait, TimeSpan.FromSeconds(1))),
            .. Enumerable
                .Range(0, what is "requests" or "all" ? Flooding : 0)
                .Select(_ => AskAsync(Write, TimeSpan.FromMilliseconds(10))),
        ]);
        return (served, refused);
    }

    private static HttpClient Client(string key)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}
