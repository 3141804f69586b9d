namespace ControlSurface.Core.Engine;

/// <summary>
/// Leads a request through the engine on one thread of the pool while neither of the engine's own threads has anything to do: to wake
/// these two one after the other is most of what a lone request costs.
/// </summary>
/// <remarks>
/// There are two roles, and each is held by one thread at a time. Who decides touches the engine's workspace; who writes touches the
/// journal and what follows it. A leader takes the first and then the second. What comes while it writes is decided by the decider, as
/// always, and the batch that this makes is the writer's.
/// </remarks>
public sealed partial class Engine
{
    private readonly Leader _leader;

    // These four are read and written within the gate.
    // A leader has the role of who decides.
    private bool _isLed;

    // A leader has the role of who writes.
    private bool _isLedWriting;

    // The writer's thread does the upkeep of a second, for which it needs the journal for itself.
    private bool _isKeepingHouse;

    // The decider waits, and has nothing decided in hand.
    private bool _deciderIsIdle;

    // Call within the gate. The upkeep of a second comes first: a caller who sends without a pause must not keep it from the journal.
    private bool MayLead =>
        _deciderIsIdle
        && !_isLed
        && !_isWriting
        && !_isKeepingHouse
        && !_beats
        && !_mustReset
        && !_isStopping
        && _fatal is null;

    // Call within the gate: whether the decider has to wake up.
    private bool HasWork =>
        _inbox.Count > 0 || _wakesDue || _beatIsDue || _mustReset || _isStopping || _fatal is not null;

    private sealed class Leader(Engine engine) : IThreadPoolWorkItem
    {
        public void Execute() => engine.Lead();
    }

    private void Lead()
    {
        var batch = new Batch(_workspace.Seq);
        try
        {
            lock (_gate)
                (_inbox, _taken) = (_taken, _inbox);
            DecideTaken(batch);
        }
        catch (Exception bug)
        {
            // As in the decider: an event could not be evolved, and the half-made batch must not reach the disk.
            Fail(bug);
        }
        if (!EndDeciding(batch))
            return;
        // Callers are resumed on this thread, once the role of who writes is free for others.
        if (WriteLed(batch))
            CompletionWorkers.AnswerHere(batch.Answers);
    }

    /// <summary>Gives back the role of who decides.</summary>
    /// <returns>Whether the leader has the role of who writes now; otherwise the batch is not its own any more.</returns>
    private bool EndDeciding(Batch batch)
    {
        lock (_gate)
        {
            _isLed = false;
            if (HasWork)
                Monitor.PulseAll(_gate);
            if (_fatal is not null)
                RefuseAll(batch);
            if (_fatal is not null || batch.IsEmpty)
                return false;
            _isWriting = true;
            _isLedWriting = !_isKeepingHouse;
            if (_isLedWriting)
                return true;
            _handed = batch;
        }
        // The upkeep of a second began meanwhile. The writer goes on with the batch.
        WakeWriter();
        return false;
    }

    private bool WriteLed(Batch batch)
    {
        try
        {
            return IsDurable(batch);
        }
        catch (Exception bug)
        {
            // As in the writer: the disk may hold something else than the picture.
            Fail(bug);
            RefuseAll(batch);
            return false;
        }
        finally
        {
            bool beat;
            lock (_gate)
            {
                _isLedWriting = false;
                beat = _beats;
                EndWriting();
            }
            if (beat)
                WakeWriter();
        }
    }

    // Call within the gate. The decider is woken only where it has a batch in hand, or anything to do.
    private void EndWriting()
    {
        _isWriting = false;
        if (!_deciderIsIdle || HasWork)
            Monitor.PulseAll(_gate);
    }
}
