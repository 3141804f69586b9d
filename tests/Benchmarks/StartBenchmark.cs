using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;

namespace Benchmarks;

/// <summary>How long a start takes with many events behind a snapshot.</summary>
internal static class StartBenchmark
{
    private const int Leases = 1_000;

    internal static int Run(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var path = Directory.CreateTempSubdirectory("controlsurface-start-").FullName;
        Fill(path, events);
        for (var k = 0; k < 3; k++)
        {
            using var folder = DataFolder.Open(path);
            using var journal = SqliteStorage.Open(folder.Path).Journal;
            var started = Stopwatch.GetTimestamp();
            var engine = Engine.Open(journal, TimeProvider.System);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"start: {journal.LastSeq} events, engine open in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms"
                )
            );
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        Directory.Delete(path, recursive: true);
        return 0;
    }

    private static void Fill(string path, int events)
    {
        using var folder = DataFolder.Open(path);
        using var journal = SqliteStorage.Open(folder.Path).Journal;
        var engine = World.Start(journal, new EngineOptions { SnapshotEvery = long.MaxValue });
        var leases = new List<(LeaseId Id, long Token)>();
        for (var k = 0; k < Leases; k++)
        {
            var created = World
                .SendAsync<ItemReply>(engine, new ItemCommand.Create("work", "One of many"))
                .GetAwaiter()
                .GetResult();
            var granted = World
                .SendAsync<GrantReply>(engine, new ClaimCommand.One(created.Item.Item.Id, null, null))
                .GetAwaiter()
                .GetResult();
            leases.Add((granted.Lease.Lease.Id, granted.Lease.Lease.Token));
        }
        for (var round = 0; journal.LastSeq < events; round++)
        {
            var step = new ProgressNote(round.ToString(CultureInfo.InvariantCulture), null);
            World
                .SendAsync<RenewalsReply>(
                    engine,
                    new RenewMany([.. leases.Select(l => new LeaseCommand.Renew(l.Id, null, l.Token, step))])
                )
                .GetAwaiter()
                .GetResult();
        }
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
