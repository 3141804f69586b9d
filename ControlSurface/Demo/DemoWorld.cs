using ControlSurface.Core.Principals;
using ControlSurface.Demo.Scenes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlSurface.Demo;

/// <summary>
/// A simulated day: agents and people that work on this server through its public API alone, until it stops. It starts
/// once the server listens.
/// </summary>
internal sealed class DemoWorld(
    DemoMode mode,
    IDemoAccess access,
    IServer server,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DemoWorld> log
) : BackgroundService
{
    private const string Intake = "triage-agent";
    private const string Manager = "Priya Nair";
    private static readonly string[] Support = ["Mara Lindqvist", "Jun Sato"];
    private readonly DemoStage _stage = new(mode.Seed);
    private int _paces;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await HasStartedAsync(stoppingToken))
            return;
        if (DemoAddress.Of(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) is not { } address)
        {
            log.NoAddress();
            return;
        }
        log.Opening(address, mode.Seed);
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            await PlayAsync(http, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, and the day with it.
        }
    }

    private async Task PlayAsync(HttpClient http, CancellationToken stopping)
    {
        var (manages, managerName) = await JoinAsync(http, Manager, PrincipalKind.Person, Roles.Manager, stopping);
        var manager = new DemoManager(manages, managerName, _stage, Pace(), log);
        await manager.OpenAsync(stopping);
        var (triage, intakeName) = await JoinAsync(http, Intake, PrincipalKind.Agent, Roles.Agent, stopping);
        var intake = new DemoIntake(
            triage,
            intakeName,
            new SceneWriter(mode.Seed),
            _stage,
            Pace(),
            new Random(mode.Seed),
            log
        );
        await intake.FillAsync(stopping);
        var watch = new DemoWatch(triage, _stage, Pace());
        await watch.LookAsync(stopping);
        if (mode.IsSmall)
        {
            await PlayAloneAsync(http, stopping);
            return;
        }
        var loops = new List<Task>
        {
            KeepAtItAsync(Intake, intake.WorkAsync, stopping),
            KeepAtItAsync(Intake, watch.WorkAsync, stopping),
            KeepAtItAsync(Manager, manager.WorkAsync, stopping),
        };
        foreach (var name in Support)
        {
            var (client, called) = await JoinAsync(http, name, PrincipalKind.Person, Roles.Support, stopping);
            var person = new DemoPerson(client, called, _stage, Pace(), time, log);
            loops.Add(KeepAtItAsync(called, person.WorkAsync, stopping));
        }
        foreach (var craft in Crafts.All)
        {
            var (client, _) = await JoinAsync(http, craft.Agent, PrincipalKind.Agent, Roles.Agent, stopping);
            for (var k = 0; k < craft.Workers; k++)
            {
                var worker = new DemoWorker(client, craft, FirstRun(craft) + k, _stage, Pace(), time, log);
                loops.Add(KeepAtItAsync(craft.Agent, worker.WorkAsync, stopping));
            }
        }
        await DraftAsync(http, manager, loops, stopping);
        await ClashAsync(http, manager, loops, stopping);
        await Task.WhenAll(loops);
    }

    private async Task PlayAloneAsync(HttpClient http, CancellationToken stopping)
    {
        var craft = Crafts.All[0];
        var (client, _) = await JoinAsync(http, craft.Agent, PrincipalKind.Agent, Roles.Agent, stopping);
        var worker = new DemoWorker(client, craft, FirstRun(craft), _stage, Pace(), time, log);
        await KeepAtItAsync(craft.Agent, worker.WorkAsync, stopping);
    }

    // Drafts that wait for a person, in a queue of their own.
    private async Task DraftAsync(HttpClient http, DemoManager manager, List<Task> loops, CancellationToken stopping)
    {
        await manager.OpenAsync(Drafts.Queue, Drafts.Policy, stopping);
        var (agent, name) = await JoinAsync(http, Drafts.Agent, PrincipalKind.Agent, Roles.Agent, stopping);
        for (var k = 0; k < Drafts.Drafters; k++)
        {
            var drafter = new DemoDrafter(agent, k, Pace(), log);
            loops.Add(KeepAtItAsync(name, drafter.WorkAsync, stopping));
        }
        var (client, her) = await JoinAsync(http, Drafts.Reviewer, PrincipalKind.Person, Roles.Reviewer, stopping);
        var reviewer = new DemoReviewer(client, Pace(), new Random(mode.Seed), time, log);
        loops.Add(KeepAtItAsync(her, reviewer.WorkAsync, stopping));
    }

    // Pages on which an agent and two people get in each other's way.
    private async Task ClashAsync(HttpClient http, DemoManager manager, List<Task> loops, CancellationToken stopping)
    {
        await manager.OpenAsync(Clashes.Queue, Clashes.Policy, stopping);
        var (agent, name) = await JoinAsync(http, Clashes.Agent, PrincipalKind.Agent, Roles.Agent, stopping);
        var (editor, _) = await JoinAsync(http, Clashes.Editor, PrincipalKind.Person, Roles.Reviewer, stopping);
        var (support, _) = await JoinAsync(http, Clashes.Support, PrincipalKind.Person, Roles.Support, stopping);
        var clash = new DemoClash(agent, editor, support, Pace(), log);
        loops.Add(KeepAtItAsync(name, clash.WorkAsync, stopping));
    }

    private async Task<(DemoClient Client, string Name)> JoinAsync(
        HttpClient http,
        string name,
        PrincipalKind kind,
        Roles roles,
        CancellationToken stopping
    )
    {
        var member = await access.JoinAsync(name, kind, roles);
        if (member.Name != name)
            log.NameTaken(name, member.Name);
        var client = new DemoClient(new DemoHttp(http, member.Key, time));
        while (!await client.IsKnownAsync(stopping))
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, stopping);
        return (client, member.Name);
    }

    /// <summary>Whatever goes wrong for one of them, the others go on, and it tries again.</summary>
    private async Task KeepAtItAsync(string who, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await work(stopping);
            }
            catch (Exception stumbled) when (!stopping.IsCancellationRequested)
            {
                log.Stumbled(stumbled, who);
            }
            await Task.Delay(TimeSpan.FromSeconds(5), time, stopping);
        }
    }

    private async Task<bool> HasStartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        using var onStop = stopping.Register(() => started.TrySetCanceled(stopping));
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return started.Task.IsCompletedSuccessfully;
    }

    private DemoPace Pace() => new(new Random(unchecked((mode.Seed * 31) + ++_paces)), time);

    // Three hexadecimal digits, as short as people read them out.
    private int FirstRun(Craft craft) => 0x200 + (0x100 * Crafts.All.ToList().IndexOf(craft)) + (mode.Seed % 0x80);
}
