using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.House;

/// <summary>A command made from what is there: leases are named by number, their token and run are looked up.</summary>
internal delegate Command Ask(Story story);

/// <summary>
/// Given, when, then over a plain workspace: decide and evolve at instants that the story names, in seconds after
/// <see cref="People.T0"/>. What is due by an instant has happened before anybody acts at it.
/// </summary>
internal sealed class Story
{
    private readonly List<Event> _happened = [];
    private Decision? _decision;

    internal Workspace At { get; } = new();
    internal DateTimeOffset Now { get; private set; } = People.T0;
    internal Refusal? Refusal => _decision?.Refusal;
    internal IReadOnlyList<Event> Happened => _happened;

    /// <summary>All that happened so far, with its place.</summary>
    internal List<Recorded> Journal { get; } = [];

    /// <summary>Everybody is known; the queues crm and web are there, crm with this policy.</summary>
    internal static Story Given(PolicyChange? crm = null)
    {
        var story = new Story();
        foreach (var who in People.All)
            story.Send(new PrincipalCommand.Sync(who), Caller.System);
        story.Does(People.Mona, _ => new QueueCommand.Set("crm", crm ?? new PolicyChange(), null));
        return story.Does(People.Mona, _ => new QueueCommand.Set("web", new PolicyChange(), null));
    }

    /// <summary>An item in crm, created by Sam.</summary>
    internal Story AnItem(Func<ItemCommand.Create, ItemCommand.Create>? but = null) =>
        Does(People.Sam, _ => (but ?? (c => c))(new ItemCommand.Create("crm", "Answer the mail")));

    /// <summary>Somebody does something, and it is accepted.</summary>
    internal Story Does(Principal who, Ask ask, double? at = null)
    {
        When(who, ask, at);
        Assert.True(_decision!.Refusal is null, $"{who.Name} was refused: {_decision.Refusal}");
        return this;
    }

    /// <summary>Time passes until then.</summary>
    internal Story Until(double at)
    {
        _happened.Clear();
        PassTo(at);
        return this;
    }

    /// <summary>The act that the story is about.</summary>
    internal Story When(Principal who, Ask ask, double? at = null, string[]? keyQueues = null)
    {
        if (at is { } then)
            PassTo(then);
        _happened.Clear();
        Send(ask(this), new Caller(who.Id, keyQueues));
        return this;
    }

    internal Story ThenAccepted()
    {
        Assert.Null(_decision!.Refusal);
        return this;
    }

    /// <summary>Refused with that code, and nothing has happened.</summary>
    internal T ThenRefused<T>()
        where T : Refusal
    {
        Assert.Empty(_happened);
        return Assert.IsType<T>(_decision!.Refusal);
    }

    /// <summary>Accepted, and nothing has happened.</summary>
    internal Story ThenNothingHappened()
    {
        Assert.Null(_decision?.Refusal);
        Assert.Empty(_happened);
        return this;
    }

    /// <summary>Just these types of events, in this order.</summary>
    internal Story ThenHappened(params string[] types)
    {
        Assert.Null(_decision?.Refusal);
        Assert.Equal(types, _happened.Select(e => e.Type));
        return this;
    }

    internal T Reply<T>()
        where T : Reply => Assert.IsType<T>(_decision!.Reply);

    internal Story AndItem(int item, Action<Item> looks)
    {
        looks(Item(item));
        return this;
    }

    internal Story AndItemIs(int item, ItemState state)
    {
        Assert.Equal(state, Item(item).State);
        return this;
    }

    internal Story AndLease(int lease, Action<Lease> looks)
    {
        looks(Lease(lease));
        return this;
    }

    internal Item Item(int number) => At.FindItem(new ItemId(number))!;

    internal Lease Lease(int number) => At.FindLease(new LeaseId(number))!;

    private void PassTo(double at)
    {
        var then = People.T0.AddMilliseconds(Math.Round(at * 1_000));
        // Each end at its own instant, as the engine's alarm has it.
        while (At.NextDueAt is { } due && due <= then)
        {
            Now = due > Now ? due : Now;
            Happens(At.DecideDue(Now)!, PrincipalId.System);
        }
        Now = then;
    }

    internal void Send(Command command, Caller by)
    {
        while (At.DecideDue(Now) is { } due)
            Happens(due, PrincipalId.System);
        _decision = At.Decide(command, by, Now);
        Happens(_decision.Events, by.Id);
    }

    /// <summary>Something that nobody asked for happens now.</summary>
    internal void Happens(Event happened) => Happens([happened], PrincipalId.System);

    private void Happens(IReadOnlyList<Event> events, PrincipalId by)
    {
        foreach (var happened in events)
        {
            var recorded = new Recorded(At.Seq + 1, Now, by, happened);
            Journal.Add(recorded);
            At.Evolve(recorded);
            _happened.Add(happened);
        }
    }
}

/// <summary>What can be asked, in as few words as a story needs.</summary>
internal static class Asks
{
    internal static Ask Claim(int item, string? run = null, int? leaseSeconds = null) =>
        _ => new ClaimCommand.One(new ItemId(item), run, leaseSeconds);

    internal static Ask ClaimNext(string? run = null, params string[] labels) =>
        _ => new ClaimCommand.Next("crm", run, null, labels);

    internal static Ask TakeOver(int item, string why = "it is stale", bool force = false, string? run = null) =>
        _ => new ClaimCommand.TakeOver(new ItemId(item), run, why, force);

    internal static Ask Accept(int item) => _ => new ClaimCommand.Accept(new ItemId(item), null);

    internal static Ask Decline(int item) => _ => new ClaimCommand.Decline(new ItemId(item), "no time");

    internal static Ask Start(int lease, long? ack = null) =>
        s => new LeaseCommand.Start(s.Lease(lease).Id, s.Lease(lease).Holder.Run, s.Lease(lease).Token, ack);

    internal static Ask Renew(int lease, string? step = null, int? leaseSeconds = null, long? ack = null) =>
        s => new LeaseCommand.Renew(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            step is null ? null : new ProgressNote(step, null),
            leaseSeconds,
            ack
        );

    internal static Ask Suspend(int lease, string reason = "blocked") =>
        s => new LeaseCommand.Suspend(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            WireNames.Find<HolderReason>(reason),
            null
        );

    internal static Ask Resume(int lease, bool withdrawReview = false) =>
        s => new LeaseCommand.Resume(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            Acknowledges: null,
            withdrawReview
        );

    internal static Ask Checkpoint(int lease, string summary = "half done", params string[] questions) =>
        s => new LeaseCommand.RecordCheckpoint(s.Lease(lease).Id, s.Lease(lease).Holder.Run, s.Lease(lease).Token)
        {
            Summary = summary,
            OpenQuestions = questions,
            NextStep = "the other half",
        };

    internal static Ask HandOff(int lease, Principal? to = null, string? role = null) =>
        s => new LeaseCommand.HandOff(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            to?.Id.Text,
            role,
            "yours now"
        );

    internal static Ask Release(int lease, bool failed = false, int? rest = null) =>
        s => new LeaseCommand.Release(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            null,
            failed ? ReleaseOutcome.Failed : ReleaseOutcome.GivenBack,
            rest
        );

    internal static Ask Complete(int lease, string? result = null, long? ack = null) =>
        s => new LeaseCommand.Complete(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            result,
            LeaveOpen: false,
            ack
        );

    internal static Ask Requeue(int item, string why = "try again") =>
        _ => new ItemCommand.Requeue(new ItemId(item), why);

    internal static Ask Cancel(int item, string why = "not needed") =>
        _ => new ItemCommand.Cancel(new ItemId(item), why);

    internal static Ask Park(int item) => _ => new ItemCommand.Park(new ItemId(item), "later");

    internal static Ask Unpark(int item) => _ => new ItemCommand.Unpark(new ItemId(item), "now");

    internal static Ask Snooze(int item, double until) =>
        _ => new ItemCommand.Snooze(new ItemId(item), People.T0.AddSeconds(until), "after lunch");

    internal static Ask Edit(int item, Func<ItemCommand.Edit, ItemCommand.Edit> but) =>
        s => but(new ItemCommand.Edit(new ItemId(item), s.Item(item).Seq));

    internal static Ask Policy(PolicyChange change, long? ifSeq = null) =>
        _ => new QueueCommand.Set("crm", change, ifSeq);

    internal static Ask Does(Command command) => _ => command;
}
