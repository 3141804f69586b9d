using System.Diagnostics;
using System.Globalization;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace Benchmarks;

/// <summary>The engine without disk and HTTP: whole cycles of six commands, sent by several callers.</summary>
internal static class EngineBenchmark
{
    private const int Callers = 256;

    internal static int Run(string[] args)
    {
        var commands = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_200_000;
        Measure(commands / 10);
        Measure(commands);
        return 0;
    }

    private static void Measure(int commands)
    {
        var engine = World.Start(
            new NullJournal(),
            new EngineOptions { ArchiveAfter = TimeSpan.FromMilliseconds(200) }
        );
        var cycles = commands / 6 / Callers;
        var started = Stopwatch.GetTimestamp();
        Task.WaitAll([.. Enumerable.Range(0, Callers).Select(_ => CyclesAsync(engine, cycles))]);
        var took = Stopwatch.GetElapsedTime(started);
        var done = cycles * 6 * Callers;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"engine: {done} commands in {took.TotalSeconds:F2} s = {done / took.TotalSeconds:N0}/s, {engine.Figures.Batches} batches"
            )
        );
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static async Task CyclesAsync(Engine engine, int cycles)
    {
        for (var k = 0; k < cycles; k++)
        {
            var created = await World.SendAsync<ItemReply>(engine, new ItemCommand.Create("work", "Answer a ticket"));
            var granted = await World.SendAsync<GrantReply>(
                engine,
                new ClaimCommand.One(created.Item.Item.Id, Run: null, LeaseSeconds: null)
            );
            var (lease, token) = (granted.Lease.Lease.Id, granted.Lease.Lease.Token);
            await World.SendAsync<LeaseReply>(engine, new LeaseCommand.Start(lease, null, token));
            await World.SendAsync<LeaseReply>(
                engine,
                new LeaseCommand.Renew(lease, null, token, new ProgressNote("1 of 2", null))
            );
            await World.SendAsync<LeaseReply>(
                engine,
                new LeaseCommand.Renew(lease, null, token, new ProgressNote("2 of 2", null))
            );
            await World.SendAsync<LeaseReply>(
                engine,
                new LeaseCommand.Complete(lease, null, token, null, LeaveOpen: false)
            );
        }
    }
}

/// <summary>A workspace with one queue and one agent.</summary>
internal static class World
{
    internal static readonly Caller Agent = new(new PrincipalId(1));
    private static readonly Caller Manager = new(new PrincipalId(2));

    internal static Engine Start(IJournal journal, EngineOptions? options = null)
    {
        var engine = Engine.Open(journal, TimeProvider.System, options);
        Must(
            engine,
            new PrincipalCommand.Sync(
                new Principal(Agent.Id, "agent", PrincipalKind.Agent, Roles.Agent, null, PrincipalState.Active)
            ),
            Caller.System
        );
        Must(
            engine,
            new PrincipalCommand.Sync(
                new Principal(Manager.Id, "manager", PrincipalKind.Person, Roles.Manager, null, PrincipalState.Active)
            ),
            Caller.System
        );
        Must(engine, new QueueCommand.Set("work", new PolicyChange { MaxQuietRenewals = 1_000_000 }, null), Manager);
        return engine;
    }

    internal static async Task<T> SendAsync<T>(Engine engine, Command command)
        where T : Reply
    {
        var outcome = await engine.SendAsync(new Request(command, Agent) { IsQuick = true });
        return outcome.Reply as T ?? throw new InvalidOperationException(outcome.Refusal?.ToString());
    }

    private static void Must(Engine engine, Command command, Caller caller)
    {
        var outcome = engine.SendAsync(new Request(command, caller)).GetAwaiter().GetResult();
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.ToString());
    }
}
