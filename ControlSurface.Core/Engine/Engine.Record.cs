using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

// Events: each is checked against the laws and then changes the engine's workspace; a broken law takes its whole decision back.
public sealed partial class Engine
{
    /// <summary>Records what was decided together; where a law would be broken, none of it, and the law is returned.</summary>
    private LawBrokenException? RecordAll(Batch batch, IReadOnlyList<Event> events, PrincipalId by, DateTimeOffset now)
    {
        var before = batch.Events.Count;
        try
        {
            foreach (var happened in events)
                Record(batch, happened, by, now);
            // Whoever waits for locks is told once all of it stands: what is taken back ended no wait.
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

    // A check that fails has not shown that the event is good: it refuses the command that it was asked about, and nothing else.
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

    // Rare, and so simple rather than quick: back to what is on disk, and from there once more to where it was before.
    private void TakeBack(Batch batch, int events)
    {
        if (batch.Events.Count == events)
            return; // The first of them was refused: nothing had changed.
        lock (_gate)
        {
            while (_isWriting && !_mustReset && _fatal is null)
                Monitor.Wait(_gate);
        }
        batch.Events.RemoveRange(events, batch.Events.Count - events);
        batch.Records.RemoveRange(events, batch.Records.Count - events);
        _workspace = Picture.Read(at => Workspace.From(at.ToState()));
        // After a refused write this batch comes to nothing as well, and is refused as soon as it is looked at.
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
