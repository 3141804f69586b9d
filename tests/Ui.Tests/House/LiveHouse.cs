using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Api;

namespace Ui.Tests;

/// <summary>
/// A house that works: the real engine with its threads, feed and pages, a journal in memory, and a clock that stands until it is
/// moved. Mara (support) looks unless a test says otherwise.
/// </summary>
public abstract class LiveHouse : House, IAsyncLifetime
{
    protected static readonly PrincipalId Mara = new(1);
    protected static readonly PrincipalId Priya = new(2);
    protected static readonly PrincipalId Vera = new(3);
    protected static readonly PrincipalId Agent = new(4);
    protected static readonly PrincipalId Jun = new(5);

    private readonly InMemoryJournal _journal = new();

    protected LiveHouse()
    {
        DefaultWaitTimeout = TimeSpan.FromSeconds(20); // how long a busy machine may take, never how long a test does
        Engine = Engine.Open(_journal, Clock);
        Services.AddSingleton(Engine);
        Services.AddSingleton<IJournal>(_journal);
        Services.AddSingleton<IProjections, NoProjections>();
        Services.AddScoped<ICurrentViewer>(_ => new SignedIn(this));
        Services.AddLivePages();
    }

    protected Engine Engine { get; }

    /// <summary>Who is signed in; null for nobody. Read when a page starts.</summary>
    protected PrincipalId? Viewer { get; set; } = Mara;

    public virtual async Task InitializeAsync()
    {
        await Know(Mara, "Mara Lindqvist", PrincipalKind.Person, Roles.Support);
        await Know(Priya, "Priya Nair", PrincipalKind.Person, Roles.Manager);
        await Know(Vera, "Vera Holm", PrincipalKind.Person, Roles.Viewer);
        await Know(Agent, "reply-agent", PrincipalKind.Agent, Roles.Agent);
        await Know(Jun, "Jun Sato", PrincipalKind.Person, Roles.Support);
        await Do(Priya, new QueueCommand.Set("replies", new PolicyChange(), IfSeq: null));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Engine.DisposeAsync();
    }

    /// <summary>Carries a command out, or fails the test with the refusal.</summary>
    protected async Task<Outcome> Do(PrincipalId by, Command command)
    {
        var outcome = await Engine.SendAsync(new Request(command, new Caller(by)));
        Assert.Null(outcome.Refusal);
        return outcome;
    }

    /// <summary>A new item; its id.</summary>
    protected async Task<ItemId> Item(string title, string queue = "replies", string[]? labels = null) =>
        ((ItemReply)(await Do(Priya, new ItemCommand.Create(queue, title) { Labels = labels ?? [] })).Reply!)
            .Item
            .Item
            .Id;

    /// <summary>Claimed and started, with one progress.</summary>
    protected async Task<Lease> Work(ItemId item, PrincipalId? by = null, string? run = "7f3", int? leaseSeconds = 300)
    {
        var who = by ?? Agent;
        var granted = (GrantReply)(await Do(who, new ClaimCommand.One(item, run, leaseSeconds))).Reply!;
        var lease = granted.Lease.Lease;
        await Do(who, new LeaseCommand.Start(lease.Id, run, lease.Token));
        await Do(who, new LeaseCommand.Renew(lease.Id, run, lease.Token, new ProgressNote("3 of 5", null)));
        return Engine.Picture.Read(at => at.FindLease(lease.Id)!);
    }

    /// <summary>Stale work that left a checkpoint with everything in it.</summary>
    protected async Task<ItemId> Stale(string title)
    {
        var item = await Item(title);
        var lease = await Work(item, leaseSeconds: 60);
        await Do(
            Agent,
            new LeaseCommand.RecordCheckpoint(lease.Id, "7f3", lease.Token)
            {
                Summary = "Amount agrees.",
                Evidence = [new Evidence("Return receipt", null, null, "seen", null)],
                Validations = [new Validation("amount equals order", ValidationOutcome.Passed, null)],
                OpenQuestions = ["Should the fee be refunded?"],
                NextStep = "confirm the refund",
            }
        );
        Clock.Advance(TimeSpan.FromSeconds(61));
        // The alarm rings on the engine's thread; the next answer comes after what was due.
        await Engine.AskAsync((_, _) => true);
        return item;
    }

    protected Task Know(PrincipalId id, string name, PrincipalKind kind, Roles roles) =>
        Engine.SendAsync(
            new Request(
                new PrincipalCommand.Sync(new Principal(id, name, kind, roles, null, PrincipalState.Active)),
                Caller.System
            )
        );

    private sealed class SignedIn(LiveHouse house) : ICurrentViewer
    {
        public ValueTask<PrincipalId?> FindAsync() => ValueTask.FromResult(house.Viewer);
    }
}
