using System.Buffers;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// One day of random commands on a workspace, decided and evolved as the engine does, with no disk and no threads. Every event is
/// read by the ledger and by what is checked in production; a day adds the laws that it is about.
/// </summary>
internal abstract class RandomDay(ulong seed) : IDay
{
    private readonly List<string> _story = [];
    private readonly List<Recorded> _journal = [];
    private readonly List<Breach> _breaches = [];

    public IReadOnlyList<Breach> Breaches => _breaches;

    public IReadOnlyList<Recorded> Journal => _journal;

    /// <summary>Plays the same day again.</summary>
    protected ulong Seed { get; } = seed;

    /// <summary>Decides what is tried; the same for the same seed.</summary>
    protected Random Random { get; } = new((int)seed);

    protected Workspace At { get; } = new();

    /// <summary>What the journal says, kept apart from the workspace.</summary>
    protected Ledger Ledger { get; } = new();

    protected DateTimeOffset Now { get; set; } = People.T0;

    /// <summary>Plays the day and compares its journal and its snapshot with the state that they lead to.</summary>
    internal RandomDay Play(int steps = 80)
    {
        try
        {
            Open();
            for (var k = 0; k < steps; k++)
                Step();
            CheckReplay();
        }
        catch (Exception crash)
        {
            Broken(0, crash.ToString());
        }
        return this;
    }

    /// <summary>People, queues and work to begin with.</summary>
    protected abstract void Open();

    /// <summary>Tries something.</summary>
    protected abstract void Step();

    /// <summary>Compares a decision with the state before it.</summary>
    protected virtual void OnDecided(Command command, Decision decision) { }

    /// <summary>Looks at the state after one event.</summary>
    protected virtual void OnHappened(Event happened) { }

    /// <summary>Looks at the state after all events of one decision.</summary>
    protected virtual void OnCarriedOut() { }

    /// <summary>Looks at a state that was read back from the journal or a snapshot.</summary>
    protected virtual void OnReadBack(Workspace other) { }

    protected Decision Send(Caller by, Command command)
    {
        LetHappenWhatIsDue();
        var decision = At.Decide(command, by, Now);
        _story.Add($"{Now:HH:mm:ss} {by.Id} {Told(command)}: {decision.Refusal?.Code ?? "yes"}");
        OnDecided(command, decision);
        Happen(decision.Events, by.Id);
        return decision;
    }

    /// <summary>A command in the story of a breach.</summary>
    protected virtual string Told(Command command) => command.ToString()!;

    protected void LetHappenWhatIsDue()
    {
        while (At.DecideDue(Now) is { } due)
            Happen(due, PrincipalId.System);
    }

    /// <summary>Lets time pass, and everything happen at the instant at which it is due.</summary>
    protected void PassTo(DateTimeOffset then)
    {
        while (At.NextDueAt is { } due && due <= then)
        {
            Now = due > Now ? due : Now;
            Happen(At.DecideDue(Now)!, PrincipalId.System);
        }
        Now = then;
        _story.Add(string.Create(CultureInfo.InvariantCulture, $"{(then - People.T0).TotalSeconds} s"));
    }

    protected void Broken(int law, string what)
    {
        if (_breaches.Exists(b => b.Law == law))
            return;
        var story = string.Join('\n', _story);
        _breaches.Add(new Breach(law, Seed, what, () => story));
    }

    /// <summary>A workspace made from a journal alone, each event written and read as on disk.</summary>
    /// <param name="after">Gets the workspace after each event.</param>
    internal static Workspace Replay(IReadOnlyList<Recorded> journal, Action<Workspace>? after = null)
    {
        var again = new Workspace();
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var recorded in journal)
        {
            bytes.ResetWrittenCount();
            EventJson.Write(bytes, recorded.Event);
            again.Evolve(recorded with { Event = EventJson.Read(recorded.Event.Type, bytes.WrittenSpan) });
            after?.Invoke(again);
        }
        return again;
    }

    private void Happen(IReadOnlyList<Event> events, PrincipalId by)
    {
        foreach (var happened in events)
        {
            var recorded = new Recorded(At.Seq + 1, Now, by, happened);
            _journal.Add(recorded);
            Ledger.Read(recorded, Broken);
            Stage.GuardedBy(At, recorded, Broken);
            At.Evolve(recorded);
            OnHappened(happened);
        }
        OnCarriedOut();
    }

    private void CheckReplay()
    {
        var digest = Digest.Of(At.ToState());
        var restored = Workspace.From(StateJson.Read(StateJson.Write(At.ToState())));
        foreach (var (other, from) in new[] { (Replay(_journal), "journal"), (restored, "snapshot") })
        {
            if (!Digest.Of(other.ToState()).AsSpan().SequenceEqual(digest))
                Broken(8, $"the {from} gives another state");
            OnReadBack(other);
        }
    }
}
