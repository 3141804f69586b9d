using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Benchmarks;

/// <summary>
/// What finished work takes on disk: cycles over HTTP, each request under a key that is a UUID, as programs make them.
/// </summary>
internal static class DiskBenchmark
{
    private static readonly (string Name, string Table, string Length)[] Parts =
    [
        ("events", "batches", "length(hash) + length(data)"),
        ("answers that wait", "recent", "length(data)"),
        ("answers in portions, their keys", "answer_blocks", "length(keys)"),
        ("answers in portions, the rest", "answer_blocks", "length(data)"),
        ("index by item", "item_events", "length(data)"),
        ("snapshots", "snapshots", "length(state)"),
        ("archive", "archive", "length(data)"),
    ];

    internal static int Run(string[] args)
    {
        var works = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20_000;
        var callers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 16;
        using var server = ServerProcess.Start();
        var key = server.AddKey("agent", "agent");
        server.MakeQueue("bench", """{"maxQuietRenewals":1000}""");
        var before = server.CpuTime;
        var left = works;
        Task.WaitAll([
            .. Enumerable
                .Range(0, callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var http = new WithUuids(new LeanClient(server.Address, key));
                        while (Interlocked.Decrement(ref left) >= 0)
                            await HttpBenchmark.CycleAsync(http, "", []);
                    })
                ),
        ]);
        var cpu = server.CpuTime - before;
        server.Stop();
        var file = Path.Combine(server.Folder, "journal.db");
        Say(
            $"disk: {works} works by {callers} callers, {cpu.TotalMicroseconds / works / 7:F0} µs of the server's processor a command"
        );
        using (var journal = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            journal.Open();
            using (var checkpoint = journal.CreateCommand())
            {
                // What is in the log yet is a part of the file too.
                checkpoint.CommandText = "pragma wal_checkpoint(truncate)";
                checkpoint.ExecuteNonQuery();
            }
            foreach (var (name, table, length) in Parts)
            {
                using var sum = journal.CreateCommand();
#pragma warning disable CA2100 // The table above is all that is put in.
                sum.CommandText = $"select count(*), coalesce(sum({length}), 0) from {table}";
#pragma warning restore CA2100
                using var row = sum.ExecuteReader();
                row.Read();
                Say(
                    $"disk: {name}: {row.GetInt64(0)} rows, {row.GetInt64(1) * 1000d / works / 1e6:F3} MB for 1,000 works"
                );
            }
        }
        Say($"disk: the file: {new FileInfo(file).Length * 1000d / works / 1e6:F3} MB for 1,000 works");
        if (args.Length > 2)
            File.Copy(file, args[2], overwrite: true);
        return 0;
    }

    private static void Say(FormattableString what) => Console.WriteLine(FormattableString.Invariant(what));

    /// <summary>Gives each request a key of its own, whatever key it was to have.</summary>
    private sealed class WithUuids(LeanClient http) : IPoster
    {
        public ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key) =>
            http.PostAsync(path, body, Guid.NewGuid().ToString());

        public void Dispose() => http.Dispose();
    }
}
