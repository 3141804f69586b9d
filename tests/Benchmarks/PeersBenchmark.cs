using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Benchmarks;

/// <summary>
/// The parts of <c>peers/run.sh</c> that are written in C#: it drives this server or a queue written by hand on PostgreSQL, measures the disk, and
/// makes the table. The script starts and ends the servers. Each measurement is one line on the standard output, see <see cref="PeerFigure"/>.
/// </summary>
internal static class PeersBenchmark
{
    private const int Connections = 4;
    private static readonly int[] CallerCounts = [1, 16, 64];

    internal static int Run(string[] args)
    {
        switch (args)
        {
            case ["server", var address, var second, var manager, var agent, var process, var seconds, var warm]:
                Server(
                    new Uri(address),
                    new Uri(second),
                    manager,
                    agent,
                    Number(process),
                    Number(seconds),
                    Number(warm)
                );
                return 0;
            case ["postgres", var connection, var process, var seconds, var warm]:
                Postgres(connection, Number(process), Number(seconds), Number(warm));
                return 0;
            case ["flushes", var folder, var when]:
                Flushes(folder, when);
                return 0;
            case ["table", var file]:
                Console.Write(PeersTable.From(File.ReadLines(file).Select(PeerFigure.Parse)));
                return 0;
            default:
                Console.Error.WriteLine(
                    "usage: Benchmarks peers server ADDRESS HTTP2 MANAGER AGENT PID SECONDS WARM | postgres CONNECTION PID SECONDS WARM | flushes FOLDER before|after | table FILE"
                );
                return 2;
        }
    }

    private static void Server(
        Uri address,
        Uri second,
        string manager,
        string agent,
        int process,
        int seconds,
        int warm
    )
    {
        if (!ServerProcess.IsReady(address))
            throw new InvalidOperationException("The server did not become ready within 30 s.");
        using (var http = new LeanClient(address, manager))
            http.PutAsync("queues/bench", """{"maxQuietRenewals":1000}""").AsTask().GetAwaiter().GetResult();
        var ways = StreamBenchmark.Ways(address, second, agent, Connections);
        for (var k = 0; k < ways.Length; k++)
        {
            Warm(ways[k].Open, warm, HttpBenchmark.CycleAsync);
            foreach (var callers in k == 0 ? CallerCounts : [CallerCounts[^1]])
                Measure(
                    $"ControlSurface, {ways[k].Way}",
                    ways[k].Open,
                    callers,
                    seconds,
                    process,
                    HttpBenchmark.CycleAsync
                );
        }
        Measure<LeanClient>(
            "`GET /healthz` of ControlSurface, nothing written",
            () => (() => new LeanClient(address, agent), []),
            CallerCounts[^1],
            seconds,
            process,
            (http, _, latencies) => HttpBenchmark.TimedAsync(latencies, () => http.GetAsync("/healthz")).AsTask(),
            isDurable: false
        );
    }

    private static void Postgres(string connection, int process, int seconds, int warm)
    {
        PostgresQueue.Make(connection);
        Func<(Func<PostgresQueue>, IDisposable[])> open = () => (() => new PostgresQueue(connection), []);
        Warm(open, warm, (queue, _, latencies) => queue.CycleAsync(latencies));
        PostgresQueue.Tidy(connection);
        foreach (var callers in CallerCounts)
            Measure(
                PeersTable.Postgres,
                open,
                callers,
                seconds,
                process,
                (queue, _, latencies) => queue.CycleAsync(latencies)
            );
        Measure(
            "`select 1` of PostgreSQL, nothing written",
            open,
            CallerCounts[^1],
            seconds,
            process,
            (queue, _, latencies) => queue.NothingAsync(latencies),
            isDurable: false
        );
    }

    /// <summary>Until the code is compiled for good and the caches are filled; not counted.</summary>
    private static void Warm<T>(
        Func<(Func<T> Next, IDisposable[] Open)> open,
        int seconds,
        Func<T, string, List<double>, Task> once
    )
        where T : IDisposable =>
        Opened(open, CallerCounts[^1], next => HttpBenchmark.Measure(next, CallerCounts[^1], seconds, once));

    private static void Measure<T>(
        string name,
        Func<(Func<T> Next, IDisposable[] Open)> open,
        int callers,
        int seconds,
        int process,
        Func<T, string, List<double>, Task> once,
        bool isDurable = true
    )
        where T : IDisposable
    {
        var server = new ProcessorTime(process);
        var (cpu, own) = (server.Used(), Environment.CpuUsage.TotalTime);
        var (cycles, latencies, took) = Opened(
            open,
            callers,
            next =>
            {
                (cpu, own) = (server.Used(), Environment.CpuUsage.TotalTime);
                return HttpBenchmark.Measure(next, callers, seconds, once);
            }
        );
        (cpu, own) = (server.Used() - cpu, Environment.CpuUsage.TotalTime - own);
        latencies.Sort();
        Console.WriteLine(
            new PeerFigure(name, callers, isDurable ? cycles : 0, latencies.Count, took.TotalSeconds)
            {
                P50 = HttpBenchmark.At(latencies, 0.50),
                P99 = HttpBenchmark.At(latencies, 0.99),
                ServerSeconds = cpu.TotalSeconds,
                GeneratorSeconds = own.TotalSeconds,
            }.ToLine()
        );
    }

    /// <summary>Opens a client for each caller before the measurement begins: a connection to PostgreSQL takes milliseconds.</summary>
    private static TResult Opened<T, TResult>(
        Func<(Func<T> Next, IDisposable[] Open)> open,
        int callers,
        Func<Func<T>, TResult> measure
    )
        where T : IDisposable
    {
        var (next, shared) = open();
        try
        {
            var clients = new ConcurrentQueue<T>(Enumerable.Range(0, callers).Select(_ => next()));
            return measure(() =>
                clients.TryDequeue(out var client)
                    ? client
                    : throw new InvalidOperationException("More callers than clients.")
            );
        }
        finally
        {
            foreach (var one in shared)
                one.Dispose();
        }
    }

    /// <summary>How often the disk says "written" when one asks it one after another: 4 KiB more of a file and a flush.</summary>
    private static void Flushes(string folder, string when)
    {
        var path = Path.Combine(folder, "flushes");
        var latencies = new List<double>();
        var started = Stopwatch.GetTimestamp();
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var page = new byte[4096];
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
            {
                var began = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, page, latencies.Count * (long)page.Length);
                RandomAccess.FlushToDisk(file);
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        latencies.Sort();
        Console.WriteLine(
            new PeerFigure($"4 KiB appended and flushed, the disk alone, {when}", 1, 0, latencies.Count, took)
            {
                P50 = HttpBenchmark.At(latencies, 0.50),
                P99 = HttpBenchmark.At(latencies, 0.99),
            }.ToLine()
        );
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
