using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;

namespace Benchmarks;

/// <summary>Managed memory for each live lease, and after many completed items.</summary>
internal static class MemoryBenchmark
{
    internal static int Run(string[] args)
    {
        var leases = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var engine = World.Start(
            new NullJournal(),
            new EngineOptions { ArchiveAfter = TimeSpan.FromMilliseconds(200) }
        );
        var empty = Used();
        Task.WaitAll([.. Enumerable.Range(0, 100).Select(_ => OwnAsync(engine, leases / 100))]);
        var full = Used();
        Say($"{leases} live leases: {(full - empty) / leases:N0} bytes each, engine and picture together");
        for (var round = 1; round <= 4; round++)
        {
            Task.WaitAll([.. Enumerable.Range(0, 100).Select(_ => CompleteAsync(engine, 2_500))]);
            Say(
                $"after {round * 250_000:N0} completed items: {(Least() - full) / 1024.0 / 1024:F1} MiB more, {engine.Picture.Read(at => at.ItemCount)} items in memory"
            );
        }
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    // Live bytes: what is fragmented after work came and went is the collector's to use again.
    private static long Used()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    // A snapshot that is being written beside is as large as what is in memory: the least of a few looks has none.
    private static long Least()
    {
        var least = long.MaxValue;
        for (var look = 0; look < 6; look++)
        {
            Thread.Sleep(1_000);
            least = Math.Min(least, Used());
        }
        return least;
    }

    private static async Task OwnAsync(Engine engine, int count)
    {
        for (var k = 0; k < count; k++)
        {
            var lease = await ClaimAsync(engine);
            await World.SendAsync<LeaseReply>(engine, new LeaseCommand.Start(lease.Id, null, lease.Token));
        }
    }

    private static async Task CompleteAsync(Engine engine, int count)
    {
        for (var k = 0; k < count; k++)
        {
            var lease = await ClaimAsync(engine);
            await World.SendAsync<LeaseReply>(
                engine,
                new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false)
            );
        }
    }

    private static async Task<Lease> ClaimAsync(Engine engine)
    {
        var created = await World.SendAsync<ItemReply>(engine, new ItemCommand.Create("work", "Answer a ticket"));
        var granted = await World.SendAsync<GrantReply>(engine, new ClaimCommand.One(created.Item.Item.Id, null, null));
        return granted.Lease.Lease;
    }

    private static void Say(FormattableString what) =>
        Console.WriteLine("memory: " + FormattableString.Invariant(what));
}
