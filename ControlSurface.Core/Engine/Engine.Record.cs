using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

// Events: each is checked against the laws and then changes the engine's workspace; a broken law takes its whole decision back.
public sealed partial class Engine
{
    /// <summary>Records the events of one decision. Where one would break a law, records none of them and returns the exception.</summary>
    private LawBrokenException? RecordAll(Batch batch, IReadOnlyList<Event> events, PrincipalId by, DateTimeOffset now)
    {
        var before = batch.Events.Count;
        try
        {
            foreach (var happened in events)
                Record(batch, happened, by, now);
            // Answer lock waits only once all events are recorded: a decision that is taken back ended no wait.
            foreach (var happened in events)
                _locks.Saw(happened);
            return null;
        }
        catch (LawBrokenException broken)
        {
            TakeBack(batch, before);
            return broken;
        }
    }

    private void Record(Batch batch, Event happened, PrincipalId by, DateTimeOffset now)
    {
        var recorded = new Recorded(_workspace.Seq + 1, now, by, happened);
        if (LawBrokenBy(recorded) is { } law)
            throw new LawBrokenException(law);
        batch.Records.Add(_workspace.Evolve(recorded, _decisionCache));
        batch.Events.Add(recorded);
    }

    // A check that throws has not shown that the event is good: it refuses this one command.
    private string? LawBrokenBy(Recorded recorded)
    {
        try
        {
            return _options.Check(_workspace, recorded);
        }
        catch (Exception bug)
        {
            return $"a check failed: {bug}";
        }
    }

    // Rare, and therefore simple rather than fast: go back to the committed state and evolve by the earlier events once more.
    private void TakeBack(Batch batch, int events)
    {
        if (batch.Events.Count == events)
            return; // The first event was refused: nothing had changed.
        lock (_gate)
        {
            while (_isWriting && !_mustReset && _fatal is null)
                Monitor.Wait(_gate);
        }
        batch.Events.RemoveRange(events, batch.Events.Count - events);
        batch.Records.RemoveRange(events, batch.Records.Count - events);
        _workspace = Picture.Read(at => Workspace.From(at.ToState()));
        // After a refused write this batch is refused as well, as soon as the writer takes it.
        if (_workspace.Seq == batch.Follows)
        {
            foreach (var recorded in batch.Events)
                _workspace.Evolve(recorded);
        }
        _workspace.Subscribe(_waits);
        _waits.AskEverybody();
        OweAgain();
    }
}
