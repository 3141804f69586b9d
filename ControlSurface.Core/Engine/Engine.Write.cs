using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

public sealed partial class Engine
{
    private long _lastSnapshot;
    private DateTimeOffset _prunedAt;
    private Task<Snapshot>? _snapshot;
    private readonly Queue<(long Seq, Item Item)> _leaving = new();

    private void WriteLoop()
    {
        while (true)
        {
            lock (_writersGate)
            {
                while (!_writerIsDue)
                    Monitor.Wait(_writersGate);
                _writerIsDue = false;
            }
            Batch? batch;
            bool beat;
            bool isLast;
            lock (_gate)
            {
                batch = _handed;
                beat = _beats;
                _beats = false;
                isLast = _deciderIsDone;
                if (_fatal is not null)
                    break;
            }
            if (beat)
                KeepHouse();
            if (batch is not null)
                Write(batch);
            else if (isLast)
                break; // Told by the same wake-up as a beat may have been: there may be no other.
            else
                continue;
            lock (_gate)
            {
                _handed = null;
                _isWriting = false;
                Monitor.PulseAll(_gate);
            }
        }
        if (_fatal is null)
            CloseHouse();
        else if (_handed is { } lost)
            RefuseAll(lost);
    }

    private void Write(Batch batch)
    {
        if ((batch.Events.Count > 0 || batch.Contents.Count > 0) && !Append(batch))
            return;
        foreach (var look in batch.Looks)
            look.Complete();
        AnswerCrew.Answer(batch.Answers);
    }

    /// <summary>Makes the batch durable, and only then lets anybody see it. False where it came to nothing.</summary>
    private bool Append(Batch batch)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            if (!_isWritable)
                throw new JournalRefusedException("An earlier batch was refused.");
            _journal.Append(
                new JournalBatch(batch.Follows, batch.Events, batch.Kept, batch.Archived) { Contents = batch.Contents }
            );
        }
        catch (JournalRefusedException refused)
        {
            Refuse(batch, refused);
            return false;
        }
        catch (Exception unknown)
        {
            // Nobody can say what is on disk: never carry on from memory (DESIGN.md, 3).
            Fail(unknown);
            RefuseAll(batch);
            return false;
        }
        Figures.Appended(Stopwatch.GetElapsedTime(started), batch.Events.Count);
        if (batch.Events.Count == 0)
            return true;
        Picture.Follow(batch.Events, batch.Records);
        _keys.Committed(batch.Kept);
        Feed.Publish(batch.Events);
        return true;
    }

    private void Refuse(Batch batch, JournalRefusedException why)
    {
        Figures.WriteRefused();
        LastRefusal = why.Message;
        lock (_gate)
        {
            _isWritable = false;
            _mustReset = true;
            foreach (var (work, _) in batch.Answers)
            {
                if (work.Request.Key is { } key)
                    _keys.Forget(work.Request.Caller.Id, key.Key);
            }
        }
        RefuseAll(batch, why.Message);
    }

    /// <summary>Why the journal last refused a write; null if it never did.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Back to what is on disk: everything decided since was never seen by anybody.</summary>
    private Batch Reset(Batch decided)
    {
        _mustReset = false;
        foreach (var (work, _) in decided.Answers)
        {
            if (work.Request.Key is { } key)
                _keys.Forget(work.Request.Caller.Id, key.Key);
        }
        RefuseAll(decided, LastRefusal);
        // What was leaving stays; and what opened while nobody could be served may have been missed.
        _leaving.Clear();
        _asksEveryone = true;
        _workspace = Picture.Read(at => Workspace.From(at.ToState()));
        // A wait that never reached the disk is none, and nobody must go on waiting for its end.
        foreach (var work in _locks.Without(_workspace))
            Leave(work, new Refusal.Unavailable("The journal cannot be written; nothing was done."), Now);
        return new Batch(_workspace.Seq);
    }

    private void RefuseAll(Batch batch, string? why = null)
    {
        Refusal refusal = _fatal is not null
            ? new Refusal.OutcomeUnknown()
            : new Refusal.Unavailable($"The journal cannot be written ({why}); nothing was done.");
        foreach (var look in batch.Looks)
            look.Fail(new JournalRefusedException(why ?? "The journal cannot be written."));
        foreach (var (work, outcome) in batch.Answers)
            work.Refuse(refusal, outcome.Now, Picture.Seq);
    }

    private void Fail(Exception why)
    {
        List<object> left;
        lock (_gate)
        {
            if (_fatal is not null)
                return;
            _fatal = why;
            left = [.. _inbox];
            _inbox.Clear();
            Monitor.PulseAll(_gate);
        }
        WakeWriter();
        foreach (var one in left)
            Refuse(one, why);
        _options.OnFatal?.Invoke(why);
    }

    private void Refuse(object one, Exception? fatal)
    {
        if (one is Look look)
            look.Fail(fatal ?? new JournalRefusedException("The server is stopping."));
        else if (fatal is not null)
            ((Work)one).Refuse(new Refusal.OutcomeUnknown(), Now, Picture.Seq);
        else
            ((Work)one).Refuse(new Refusal.Unavailable("The server is stopping.", RetryAfter: 5), Now, Picture.Seq);
    }

    private bool _beats;

    private void Beat()
    {
        lock (_gate)
            _beats = true;
        WakeWriter();
    }

    /// <summary>Once a second, between batches: the mark that the server is up, which proves the journal; and upkeep.</summary>
    private void KeepHouse()
    {
        var now = Now;
        try
        {
            _journal.MarkUp(now);
            LastMarkAt = now;
            Interlocked.Exchange(ref _markedAt, _time.GetTimestamp());
            if (now - _prunedAt > TimeSpan.FromSeconds(10))
            {
                _prunedAt = now;
                _journal.PruneAnswers(now - _options.KeepAnswers);
            }
            KeepSnapshot();
            if (!_isWritable)
            {
                _isWritable = true;
                Wake();
            }
        }
        catch (JournalRefusedException refused)
        {
            LastRefusal = refused.Message;
            _isWritable = false;
            // Nothing happens by itself meanwhile, but a wait still ends when it was to end.
            Wake();
        }
        catch (Exception unknown)
        {
            Fail(unknown);
        }
    }

    /// <summary>When the journal was last proved writable.</summary>
    public DateTimeOffset LastMarkAt { get; private set; }

    private long _markedAt;

    /// <summary>How long ago the journal was last proved writable, by the steady clock; longer than a second or two means that it hangs.</summary>
    public TimeSpan SinceMark => _time.GetElapsedTime(Interlocked.Read(ref _markedAt));

    private void CloseHouse()
    {
        try
        {
            if (Picture.Seq > _lastSnapshot)
                _journal.Save(MakeSnapshot(Picture.Read(at => at.ToState())));
            _journal.MarkUp(Now);
        }
        catch (JournalRefusedException refused)
        {
            // The journal itself is whole; the next start replays more of it.
            LastRefusal = refused.Message;
        }
    }

    // Making a snapshot of a big workspace takes a while: that is done beside, and only saving it between two batches.
    private void KeepSnapshot()
    {
        if (_snapshot is { IsCompleted: true } made)
        {
            _snapshot = null;
            _journal.Save(made.GetAwaiter().GetResult());
        }
        else if (_snapshot is null && Picture.Seq - _lastSnapshot >= _options.SnapshotEvery)
        {
            var state = Picture.Read(at => at.ToState());
            _lastSnapshot = state.Seq;
            _snapshot = Task.Run(() => MakeSnapshot(state));
        }
    }

    private static Snapshot MakeSnapshot(WorkspaceState state) =>
        new(state.Seq, Digest.Of(state), StateJson.Write(state));

    /// <summary>Archived items that the command names, so that a late call hears how they ended (DESIGN.md).</summary>
    private IReadOnlyList<Item> Recall(Command command)
    {
        switch (command)
        {
            case LeaseCommand c when _workspace.FindItemOf(c.Lease) is null:
                return Leaving(i => i.FindLease(c.Lease) is not null) ?? Found(_journal.FindArchived(c.Lease));
            case MalformedCommand { Lease: { } lease } when _workspace.FindItemOf(lease) is null:
                return Leaving(i => i.FindLease(lease) is not null) ?? Found(_journal.FindArchived(lease));
            case RenewMany c:
                return
                [
                    .. c
                        .Renewals.Where(r => _workspace.FindItemOf(r.Lease) is null)
                        .SelectMany(r =>
                            Leaving(i => i.FindLease(r.Lease) is not null) ?? Found(_journal.FindArchived(r.Lease))
                        ),
                ];
            case ItemCommand.Create c:
                return RecallForCreate(c);
            case ItemCommand.Edit { DependsOn: { IsNamed: true, Value: { } named } } c:
                return [.. RecallOne(c.Item), .. named.SelectMany(RecallNamed)];
            default:
                return ItemOf(command) is { } id ? RecallOne(id) : [];
        }
    }

    private List<Item> RecallForCreate(ItemCommand.Create c)
    {
        var recalled = new List<Item>();
        if (c.ExternalId is { } id)
        {
            var known = _workspace.FindByExternalId(c.Queue, id);
            if (known is null)
            {
                recalled.AddRange(
                    Leaving(i => i.Queue == c.Queue && i.ExternalId == id) ?? Found(_journal.FindArchived(c.Queue, id))
                );
                known = recalled.FirstOrDefault();
            }
            // Opened again, it has to learn how the work that it waited for ended, also where that is archived by now.
            if (known is { Settled: not null })
                recalled.AddRange(known.OpenDependencies.SelectMany(RecallOne));
        }
        recalled.AddRange((c.DependsOn ?? []).SelectMany(RecallNamed));
        return recalled;
    }

    private IReadOnlyList<Item> RecallNamed(string named) => ItemId.TryParse(named, out var id) ? RecallOne(id) : [];

    private IReadOnlyList<Item> RecallOne(ItemId id) =>
        _workspace.IsInMemory(id) ? [] : Leaving(i => i.Id == id) ?? Found(_journal.FindArchived(id));

    // Archived in a batch that is not on disk yet: neither in memory nor in the journal for this one moment.
    private IReadOnlyList<Item>? Leaving(Func<Item, bool> isIt)
    {
        foreach (var (_, item) in _leaving)
        {
            if (isIt(item))
                return [item];
        }
        return null;
    }

    private static IReadOnlyList<Item> Found(Item? item) => item is null ? [] : [item];

    private ItemId? ItemOf(Command command) =>
        command switch
        {
            ArtifactCommand.Create c => c.Item,
            ArtifactCommand.Publish c => _workspace.FindArtifact(c.Artifact)?.Item,
            ReviewCommand.Request c => _workspace.FindArtifact(c.Artifact)?.Item,
            ActionCommand.Prepare c => c.Item ?? (c.Artifact is { } of ? _workspace.FindArtifact(of)?.Item : null),
            ActionCommand c => _workspace.FindAction(c.Action)?.Item,
            ItemCommand.Edit c => c.Item,
            ItemCommand.Requeue c => c.Item,
            ItemCommand.Cancel c => c.Item,
            ItemCommand.Park c => c.Item,
            ItemCommand.Unpark c => c.Item,
            ItemCommand.Snooze c => c.Item,
            ClaimCommand.One c => c.Item,
            ClaimCommand.TakeOver c => c.Item,
            ClaimCommand.Accept c => c.Item,
            ClaimCommand.Decline c => c.Item,
            Notes.NoteCommand.Add c => c.Item,
            Notes.NoteCommand.Acknowledge c => c.Item,
            MalformedCommand c => c.Item,
            _ => null,
        };
}
