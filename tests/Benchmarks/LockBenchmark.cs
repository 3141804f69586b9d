using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;

namespace Benchmarks;

/// <summary>Locks on the engine alone: among 0, 1,000 and 100,000 that are held, and with many who wait for one target.</summary>
internal static class LockBenchmark
{
    private const int PerLease = 100;

    internal static int Run(string[] args)
    {
        var held = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var engine = World.Start(new NullJournal());
        Pairs(engine, 0);
        Fill(engine, 0, held / 100 / PerLease);
        Pairs(engine, held / 100);
        Fill(engine, held / 100 / PerLease, held / PerLease);
        Pairs(engine, held);
        Line(engine, 1_000);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    // Eight levels deep, ten at each.
    private static string Path(int n) =>
        "repo:"
        + string.Join('/', n.ToString("D7", CultureInfo.InvariantCulture).Select(digit => "d" + digit))
        + "/file.cs";

    private static void Fill(Engine engine, int from, int to)
    {
        for (var k = from; k < to; k++)
        {
            var lease = LeaseAsync(engine).GetAwaiter().GetResult();
            var paths = Enumerable.Range(k * PerLease, PerLease).Select(Path);
            LockAsync(engine, lease, [.. paths]).GetAwaiter().GetResult();
        }
    }

    private static void Pairs(Engine engine, int held)
    {
        const int Callers = 64;
        const int Each = 400;
        var leases = Enumerable.Range(0, Callers).Select(_ => LeaseAsync(engine).GetAwaiter().GetResult()).ToList();
        for (var round = 0; round < 2; round++)
        {
            var started = Stopwatch.GetTimestamp();
            Task.WaitAll([
                .. leases.Select(
                    async (lease, c) =>
                    {
                        for (var k = 0; k < Each; k++)
                        {
                            var path = Path(5_000_000 + (c * Each) + k);
                            await LockAsync(engine, lease, path);
                            var unlock = new LockCommand.Unlock(lease.Id, null, lease.Token, [path]);
                            await World.SendAsync<UnlockedReply>(engine, unlock);
                        }
                    }
                ),
            ]);
            var took = Stopwatch.GetElapsedTime(started);
            if (round > 0)
                Say($"{held} locks held: {Callers * Each * 2 / took.TotalSeconds:N0} locks and unlocks a second");
        }
    }

    private static void Line(Engine engine, int waiters)
    {
        var first = LeaseAsync(engine).GetAwaiter().GetResult();
        LockAsync(engine, first, "repo:one").GetAwaiter().GetResult();
        var started = Stopwatch.GetTimestamp();
        var waits = new List<(Lease Lease, Task<Outcome> Served)>();
        for (var k = 0; k < waiters; k++)
        {
            var lease = LeaseAsync(engine).GetAwaiter().GetResult();
            var ask = new LockCommand.Acquire(
                lease.Id,
                null,
                lease.Token,
                [new RequestedLock("repo:one", LockMode.Exclusive)],
                55,
                OverStale: false
            );
            waits.Add((lease, engine.SendAsync(new Request(ask, World.Agent) { Wait = TimeSpan.FromSeconds(55) })));
        }
        engine.AskAsync((_, _) => true).GetAwaiter().GetResult();
        var stood = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        var has = first;
        foreach (var (lease, served) in waits)
        {
            var unlock = new LockCommand.Unlock(has.Id, null, has.Token, ["repo:one"]);
            World.SendAsync<UnlockedReply>(engine, unlock).GetAwaiter().GetResult();
            if (served.GetAwaiter().GetResult().Refusal is { } refusal)
                throw new InvalidOperationException(refusal.ToString());
            has = lease;
        }
        var took = Stopwatch.GetElapsedTime(started);
        Say(
            $"{waiters} in line for one target: {stood.TotalMilliseconds / waiters:F2} ms to claim, start and get in line; {took.TotalMilliseconds / waiters:F2} ms from unlock to the next one served"
        );
    }

    private static async Task<Lease> LeaseAsync(Engine engine)
    {
        var created = await World.SendAsync<ItemReply>(engine, new ItemCommand.Create("work", "Change a file"));
        var granted = await World.SendAsync<GrantReply>(
            engine,
            new ClaimCommand.One(created.Item.Item.Id, null, 3_600)
        );
        return granted.Lease.Lease;
    }

    private static Task LockAsync(Engine engine, Lease lease, params string[] paths) =>
        World.SendAsync<LockedReply>(
            engine,
            new LockCommand.Acquire(
                lease.Id,
                null,
                lease.Token,
                [.. paths.Select(p => new RequestedLock(p, LockMode.Exclusive))],
                0,
                OverStale: false
            )
        );

    private static void Say(FormattableString what) => Console.WriteLine("locks: " + FormattableString.Invariant(what));
}
