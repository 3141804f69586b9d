using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>
/// The durable cycles of <see cref="HttpBenchmark"/> by many agents of one program: over a connection each, over a few connections with HTTP/2, and
/// over as few with a stream of commands on each. Beside the rate it tells what the server used for each command.
/// </summary>
internal static class StreamBenchmark
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";

    internal static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var agents = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 64;
        var connections = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 4;
        var rounds = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1;
        var port = FreePorts.Next();
        using var server = ServerProcess.Start([
            .. ServerProcess.NoLimit,
            string.Create(CultureInfo.InvariantCulture, $"--ControlSurface:Http2Port={port}"),
        ]);
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", """{"maxQuietRenewals":1000}""");
        var second = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var ways = Ways(server.Address, second, key, connections);
        foreach (var (_, open) in ways) // until the code is compiled for good; not counted
            _ = Measure(open, agents, 8);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (way, open) in ways)
            {
                var (cpu, allocated) = (server.CpuTime, AllocatedBy(server));
                var (cycles, latencies, took) = Measure(open, agents, seconds);
                (cpu, allocated) = (server.CpuTime - cpu, AllocatedBy(server) - allocated);
                latencies.Sort();
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"stream: {agents} agents, {way}: {cycles / took.TotalSeconds:N0} cycles/s, {latencies.Count / took.TotalSeconds:N0} durable commands/s, p50 {HttpBenchmark.At(latencies, 0.50):F2} ms, p99 {HttpBenchmark.At(latencies, 0.99):F2} ms; the server took {cpu / took:F2} cores, {cpu.TotalMicroseconds / latencies.Count:N1} µs and {allocated / latencies.Count:N0} bytes a command"
                    )
                );
            }
        }
        return 0;
    }

    /// <summary>The ways in which many agents of one program may send: the name of each, and what opens its connections and an agent's part in them.</summary>
    internal static (string Way, Func<(Func<IPoster> Next, IDisposable[] Open)> Open)[] Ways(
        Uri address,
        Uri second,
        string key,
        int connections
    ) =>
        [
            ("HTTP/1.1, a connection each", () => (() => new LeanClient(address, key), [])),
            (
                $"HTTP/2, {connections} connections",
                () => Shared(connections, () => new Http2Client(second, key), http => new Kept(http))
            ),
            (
                $"POST /commands, {connections} connections",
                () => Shared(connections, () => new LineClient(address, key), line => line.Agent())
            ),
        ];

    private static (int Cycles, List<double> Latencies, TimeSpan Took) Measure(
        Func<(Func<IPoster> Next, IDisposable[] Open)> open,
        int agents,
        int seconds
    )
    {
        var (next, opened) = open();
        try
        {
            return HttpBenchmark.Measure(next, agents, seconds, HttpBenchmark.CycleAsync);
        }
        finally
        {
            foreach (var one in opened)
                one.Dispose();
        }
    }

    private static (Func<IPoster> Next, IDisposable[] Open) Shared<T>(
        int connections,
        Func<T> open,
        Func<T, IPoster> part
    )
        where T : IDisposable
    {
        var all = Enumerable.Range(0, connections).Select(_ => open()).ToArray();
        var last = -1;
        return (() => part(all[Interlocked.Increment(ref last) % all.Length]), [.. all]);
    }

    private static double AllocatedBy(ServerProcess server)
    {
        using var http = new HttpClient();
        var figures = http.GetStringAsync(new Uri(server.Address, "/metrics")).GetAwaiter().GetResult();
        foreach (var line in figures.Split('\n'))
        {
            if (line.StartsWith(Allocated, StringComparison.Ordinal))
                return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException("No figure of allocations: " + new StringBuilder(figures, 0, 500, 500));
    }

    /// <summary>A connection of several agents: none of them closes it.</summary>
    private sealed class Kept(IPoster shared) : IPoster
    {
        public ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key) =>
            shared.PostAsync(path, body, key);

        public void Dispose() { }
    }
}
