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
    private DateTimeOffset _prunedAt;
    private readonly Queue<(long Seq, Item Item)> _leaving = new();

    private void WriteLoop()
    {
        try
        {
            WriteUntilStopped();
        }
        catch (Exception bug)
        {
            // The disk may hold something else than the picture: never carry on from memory (DESIGN.md, 3).
            Fail(bug);
        }
        if (_fatal is not null && _handed is { } lost)
            RefuseAll(lost);
    }

    private void WriteUntilStopped()
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
                // A leader that writes has the journal: it wakes this thread for the upkeep.
                beat = _beats && !_isLedWriting;
                _beats &= !beat;
                _isKeepingHouse = beat;
                isLast = _deciderIsDone;
                if (_fatal is not null)
                    break;
            }
            if (beat)
            {
                KeepHouse();
                lock (_gate)
                    _isKeepingHouse = false;
            }
            if (batch is not null)
                Write(batch);
            else if (isLast)
                break; // One wake-up can carry both the heartbeat and the stop; the decider may not signal again.
            else
                continue;
            lock (_gate)
            {
                _handed = null;
                EndWriting();
            }
        }
        if (_fatal is null)
            CloseHouse();
    }

    private void Write(Batch batch)
    {
        if (IsDurable(batch))
            CompletionWorkers.Answer(batch.Answers);
    }

    /// <summary>Writes a batch, where it has anything to write, and answers who only looked. False where the journal refused it.</summary>
    private bool IsDurable(Batch batch)
    {
        if ((batch.Events.Count > 0 || batch.Contents.Count > 0) && !Append(batch))
            return false;
        foreach (var look in batch.Looks)
            look.Complete();
        return true;
    }

    /// <summary>Writes the batch, and only then publishes and answers it. False where the journal refused it.</summary>
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
            // Nobody knows what is on disk: never carry on from memory (DESIGN.md, 3).
            Fail(unknown);
            RefuseAll(batch);
            return false;
        }
        Figures.Appended(Stopwatch.GetElapsedTime(started), batch.Events.Count);
        if (batch.Events.Count == 0)
            return true;
        Picture.Follow(batch.Events, batch.Records);
        foreach (var answer in batch.Kept)
            _used.Add(answer.Principal, answer.Key);
        _keys.Commit(batch.Kept, batch.Events[^1].Seq);
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
            ForgetKeys(batch);
        }
        RefuseAll(batch, why.Message);
    }

    private void ForgetKeys(Batch batch)
    {
        foreach (var (pending, _) in batch.Answers)
        {
            if (pending.Request.Key is { } key)
                _keys.Forget(pending.Request.Caller.Id, key.Key);
        }
    }

    /// <summary>Why the journal last refused a write; null where it never did.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Goes back to the committed state. Nobody has seen what was decided since.</summary>
    private Batch Reset(Batch decided)
    {
        _mustReset = false;
        ForgetKeys(decided);
        RefuseAll(decided, LastRefusal);
        // Items that were about to be archived stay. Decide all waiting claims again: a change may have been missed.
        _leaving.Clear();
        _waits.AskEverybody();
        _workspace = Picture.Read(at => Workspace.From(at.ToState()));
        _workspace.Subscribe(_waits);
        OweAgain();
        // A wait that never reached the disk does not exist: its caller must not wait for its end.
        foreach (var pending in _locks.Without(_workspace))
            Leave(pending, new Refusal.Unavailable("The journal cannot be written; nothing was done."), Now);
        return new Batch(_workspace.Seq);
    }

    private void RefuseAll(Batch batch, string? why = null)
    {
        Refusal refusal = _fatal is not null
            ? Over
            : new Refusal.Unavailable($"The journal cannot be written ({why}); nothing was done.");
        foreach (var look in batch.Looks)
            look.Fail(new JournalRefusedException(why ?? "The journal cannot be written."));
        foreach (var (pending, outcome) in batch.Answers)
            pending.Refuse(refusal, outcome.Now, Picture.Seq);
    }

    // The journal that another writer has told that nothing was written; after any other failure nobody knows.
    private Refusal Over =>
        _fatal is JournalFencedException
            ? new Refusal.Unavailable("The workspace is open elsewhere by now; nothing was done.")
            : new Refusal.OutcomeUnknown();

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
        if (one is RequestLane lane)
            lane.TakeAll().ForEach(pending => Refuse(pending, fatal));
        else if (one is Look look)
            look.Fail(fatal ?? new JournalRefusedException("The server is stopping."));
        else if (fatal is not null)
            ((PendingCommand)one).Refuse(Over, Now, Picture.Seq);
        else
            ((PendingCommand)one).Refuse(Stopping, Now, Picture.Seq);
    }

    private bool _beats;

    // The decider beats before the writer: it must have read the clock at the instant that the mark names.
    private void Beat()
    {
        lock (_gate)
        {
            _beatIsDue = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void BeatWriter()
    {
        lock (_gate)
            _beats = true;
        WakeWriter();
    }

    /// <summary>
    /// Once a second, between batches: marks that the server is up, which proves that the journal can be written, and does upkeep.
    /// </summary>
    private void KeepHouse()
    {
        var now = Now;
        try
        {
            var upTo = new DateTimeOffset(Interlocked.Read(ref _markUpTo), TimeSpan.Zero);
            _journal.MarkUp(upTo);
            LastMarkAt = upTo;
            Interlocked.Exchange(ref _markedAt, _time.GetTimestamp());
            if (now - _prunedAt > TimeSpan.FromSeconds(10))
            {
                _prunedAt = now;
                _journal.PruneAnswers(now - _options.KeepAnswers);
                RefillFilter();
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
            // Due things wait meanwhile, but waiting claims still end at their time.
            Wake();
        }
        catch (Exception unknown)
        {
            Fail(unknown);
        }
    }

    /// <summary>The instant of the last mark that the journal took, which proved that it could be written.</summary>
    public DateTimeOffset LastMarkAt { get; private set; }

    private long _markedAt;

    /// <summary>How long ago the journal took its last mark, by the steady clock; more than a second or two means that it hangs.</summary>
    public TimeSpan SinceMark => _time.GetElapsedTime(Interlocked.Read(ref _markedAt));

    /// <summary>
    /// Since when nothing proves that the picture is still the workspace's: another process may have opened it and gone on. Null while that
    /// is proved, and where no other process can.
    /// </summary>
    public DateTimeOffset? UnprovedSince =>
        _options.ProvedFor is { } proved && (_fatal is not null || SinceMark > proved) ? LastMarkAt : null;

    private void CloseHouse()
    {
        try
        {
            EndSnapshot();
            if (Picture.Seq > _lastSnapshot)
                _journal.Save(MakeSnapshot(Picture.Read(at => at.ToState())));
            _journal.MarkUp(new DateTimeOffset(Interlocked.Read(ref _markUpTo), TimeSpan.Zero));
        }
        catch (Exception failed)
        {
            // The journal is complete all the same; the next start only replays more of it.
            LastRefusal = failed.Message;
        }
    }
}
