namespace ControlSurface.Core.Engine;

// The decider's loop: it takes the commands that wait, decides them into a batch, and hands the batch to the writer.
public sealed partial class Engine
{
    private void DecideLoop()
    {
        try
        {
            DecideUntilStopped();
        }
        catch (Exception bug)
        {
            // The engine itself failed, since exceptions of rules are caught: the state in memory may be wrong.
            Fail(bug);
        }
        finally
        {
            RefuseTaken();
            lock (_gate)
            {
                _deciderIsDone = true;
                Monitor.PulseAll(_gate);
            }
            WakeWriter();
        }
    }

    // Only this thread may touch the taken commands and the waiting ones, so only it can answer them at the end.
    private void RefuseTaken()
    {
        List<object> left = [.. _taken, .. _waits.Clear(), .. _locks.Clear()];
        _taken.Clear();
        if (_deciding is { } lost)
            left.Add(lost);
        if (_decidingLane is { } lane)
            left.Add(lane);
        foreach (var one in left)
            Refuse(one, _fatal);
    }

    private void DecideUntilStopped()
    {
        var batch = new Batch(_workspace.Seq);
        try
        {
            while (TakeWaiting(ref batch, out var beat))
            {
                DecideTaken(batch);
                HandOver(ref batch);
                if (beat)
                    BeatWriter();
            }
        }
        catch (Exception bug)
        {
            // An event could not be evolved: the half-made batch must not reach the disk.
            Fail(bug);
            RefuseAll(batch);
        }
    }

    /// <summary>Waits until there is something to do and takes the waiting commands. False when the engine stops.</summary>
    private bool TakeWaiting(ref Batch batch, out bool beat)
    {
        beat = false;
        lock (_gate)
        {
            _deciderIsIdle = batch.IsEmpty;
            // With a batch in hand and the writer free, do not wait; while the writer is busy, more commands may join the batch. A leader
            // decides in this thread's place: not even after a failure may both do so.
            while (
                _isLed
                || (
                    _inbox.Count == 0
                    && !_wakesDue
                    && !_beatIsDue
                    && !_mustReset
                    && _fatal is null
                    && !(_isStopping && !_isWriting && batch.IsEmpty)
                    && (batch.IsEmpty || _isWriting)
                )
            )
                Monitor.Wait(_gate);
            _deciderIsIdle = false;
            // What a leader has decided is not in this thread's batch.
            if (batch.IsEmpty && batch.Follows != _workspace.Seq)
                batch = new Batch(_workspace.Seq);
            if (_fatal is not null)
            {
                RefuseAll(batch);
                return false;
            }
            if (_mustReset)
                batch = Reset(batch);
            if (_isStopping && _inbox.Count == 0 && batch.IsEmpty && !_isWriting)
            {
                _handed = null;
                Monitor.PulseAll(_gate);
                return false;
            }
            _wakesDue = false;
            (beat, _beatIsDue) = (_beatIsDue, false);
            if (batch.Size < _options.MaxBatch)
                (_inbox, _taken) = (_taken, _inbox);
        }
        return true;
    }

    private void HandOver(ref Batch batch)
    {
        lock (_gate)
        {
            // Once all is over nobody takes a batch any more: it is refused where it is.
            if (batch.IsEmpty || _isWriting || _mustReset || _fatal is not null)
            {
                // The writer is busy and the batch is full: wait for the writer, so that the batch stays bounded.
                while (_isWriting && batch.Size >= _options.MaxBatch && _fatal is null)
                    Monitor.Wait(_gate);
                if (batch.IsEmpty || _isWriting || _mustReset || _fatal is not null)
                    return;
            }
            _handed = batch;
            _isWriting = true;
            batch = new Batch(_workspace.Seq);
        }
        WakeWriter();
    }

    private void WakeWriter()
    {
        lock (_writersGate)
        {
            _writerIsDue = true;
            Monitor.Pulse(_writersGate);
        }
    }

    private void DecideTaken(Batch batch)
    {
        var now = Tick(batch);
        while (_taken.TryDequeue(out var next))
        {
            if (next is Look look)
            {
                Take(batch, look, now);
                continue;
            }
            now = next is RequestLane lane ? DecideLane(batch, lane, now) : DecideNext(batch, (PendingCommand)next);
        }
        if (_waits.Count > 0)
            ServeWaits(batch, now);
        EndLockWaits(batch, now);
        AnswerLockWaits(batch, now);
        ArchiveSettled(batch, now);
        SetAlarm();
    }

    private void Take(Batch batch, Look look, DateTimeOffset now)
    {
        try
        {
            look.Take(_workspace, now);
            batch.Looks.Add(look);
        }
        catch (Exception bug)
        {
            look.Fail(bug);
        }
    }
}
