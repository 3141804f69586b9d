using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;

namespace Benchmarks;

/// <summary>Durable appends a second by rows in a batch, JSON and hashes included; and what the JSON of an event costs.</summary>
internal static class JournalBenchmark
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);

    /// <param name="rest">A folder on the disk to measure; the temporary one if left out.</param>
    internal static int Run(string[] rest)
    {
        var path = Path.Combine(
            rest is [var named] ? named : Path.GetTempPath(),
            "journal-" + Path.GetRandomFileName()
        );
        Write("lease.renewed", Renewed(1));
        Write("lease.started", new LeaseEvent.Started(new ItemId(1042), new LeaseId(77), T0));
        using (var folder = DataFolder.Open(path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
        {
            Appends(journal, 100, TimeSpan.FromSeconds(1)); // Warms up; not shown.
            foreach (var rows in new[] { 1, 10, 100, 500 })
                Console.WriteLine(Appends(journal, rows, TimeSpan.FromSeconds(4)));
            var reading = Stopwatch.StartNew();
            var count = journal.ReadAfter(0).Count();
            Show($"read back and checked: {count / reading.Elapsed.TotalSeconds:n0} rows/s");
        }
        Directory.Delete(path, recursive: true);
        foreach (var (commands, batch) in new[] { (4_000, 1), (40_000, 8), (100_000, 32), (500_000, 32) })
            Answered(path, commands, batch);
        return 0;
    }

    // As commands come: each with an answer of 600 bytes under a key that was never used.
    private static void Answered(string path, int commands, int batch)
    {
        TimeSpan cpu;
        var whole = Stopwatch.StartNew();
        using (var folder = DataFolder.Open(path))
        using (var storage = Storages.Default.Open(new StoragePlace(folder.Path)))
        {
            var journal = storage.Journal;
            var before = Environment.CpuUsage.TotalTime;
            for (var done = 0; done < commands; done += batch)
            {
                var events = new Recorded[batch];
                var answers = new KeptAnswer[batch];
                for (var k = 0; k < batch; k++)
                {
                    events[k] = new Recorded(done + k + 1, T0, new PrincipalId(4), Renewed(k + 1));
                    answers[k] = AnswerOf(done + k);
                }
                journal.Append(new JournalBatch(done, events, answers, []));
            }
            whole.Stop();
            cpu = Environment.CpuUsage.TotalTime - before;
        }
        var bytes = Directory.EnumerateFiles(path, "journal.db*").Sum(file => new FileInfo(file).Length);
        Show(
            $"{commands:n0} commands with answers, {batch} a batch: {commands / whole.Elapsed.TotalSeconds:n0} commands/s, {cpu.TotalMicroseconds / commands:n1} µs of processor and {(double)bytes / commands:n0} bytes on disk a command"
        );
        Directory.Delete(path, recursive: true);
    }

    // A key and a fingerprint that nothing shortens, and a body that many share in part, as in use.
    private static KeptAnswer AnswerOf(int number)
    {
        Span<byte> random = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number), random);
        var id = Convert.ToHexStringLower(random[..16]);
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"leaseId":"L-{{number}}","itemId":"W-{{number}}","token":{{number * 7L}},"state":"working","expiresAt":"2026-05-04T09:35:00.{{number % 1000:000}}Z","trace":"{{id[..8]}}"}"""
        );
        return new KeptAnswer(
            new PrincipalId(4),
            id,
            random.ToArray(),
            200,
            System.Text.Encoding.UTF8.GetBytes(
                body.PadRight(600, ' ').Replace("    ", ",\"n\"", StringComparison.Ordinal)
            ),
            null,
            T0
        );
    }

    private static string Appends(SqliteJournal journal, int rows, TimeSpan length)
    {
        var took = new List<double>();
        var whole = Stopwatch.StartNew();
        while (whole.Elapsed < length)
        {
            var follows = journal.LastSeq;
            var events = new Recorded[rows];
            for (var k = 0; k < rows; k++)
                events[k] = new Recorded(follows + k + 1, T0, new PrincipalId(4), Renewed(k + 1));
            var one = Stopwatch.GetTimestamp();
            journal.Append(new JournalBatch(follows, events, [], []));
            took.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
        }
        var seconds = whole.Elapsed.TotalSeconds;
        took.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rows} rows a batch: {took.Count / seconds:n0} batches/s, {took.Count * rows / seconds:n0} rows/s; p50 {took[took.Count / 2]:n2}, p99 {took[took.Count * 99 / 100]:n2}, max {took[^1]:n1} ms"
        );
    }

    private static LeaseEvent.Renewed Renewed(int item) =>
        new(new ItemId(item), new LeaseId(item), T0.AddMinutes(5), 0, new Progress(T0, "step 3 of 5", null));

    private static void Write(string name, Event happened)
    {
        const int Times = 300_000;
        var to = new ArrayBufferWriter<byte>();
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var k = 0; k < Times; k++)
            {
                to.ResetWrittenCount();
                EventJson.Write(to, happened);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times);
        }
        Show($"{name} as JSON: {best:n0} ns, {to.WrittenCount} bytes");
    }

    private static void Show(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
