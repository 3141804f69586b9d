using System.Diagnostics;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The single writer of a workspace (DESIGN.md, The way of a change). One thread takes all commands that wait and decides
/// them in order; another makes each batch durable, lets the picture follow, answers, and publishes. While one batch is
/// being written the next is decided, but nobody sees it before it is on disk.
/// </summary>
public sealed partial class Engine : IAsyncDisposable
{
    private const int ArchivedAtOnce = 500;
    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly EngineOptions _options;
    private readonly EngineClock _clock;
    private readonly ITimer _alarm;
    private readonly ITimer _heartbeat;
    private readonly Thread _decider;
    private readonly Thread _writer;
    private readonly ITimer? _pulse;
    private readonly RecentKeys _keys;
    private readonly KeyFilter _used = new();
    private readonly WaitQueue _waits = new();
    private readonly WaitCounts _waitCounts;
    private readonly LockLine _locks = new();

    // The decider waits at the gate, the writer at its own: whoever brings work wakes only the one who is to do it.
    private readonly object _gate = new();
    private readonly object _writersGate = new();
    private bool _writerIsDue;
    private Queue<object> _inbox = new();
    private Queue<object> _taken = new();

    private Workspace _workspace;
    private Batch? _handed;
    private bool _isWriting;
    private bool _mustReset;
    private bool _isStopping;
    private bool _wakesDue;
    private volatile bool _isWritable = true;
    private volatile bool _isDraining;
    private volatile Exception? _fatal;
    private bool _beatIsDue;
    private DateTimeOffset _alarmAt = DateTimeOffset.MaxValue;
    private volatile bool _alarmRang;
    private bool _deciderIsDone;
    private PendingCommand? _deciding;

    private Engine(IJournal journal, Workspace workspace, Workspace picture, TimeProvider time, EngineOptions options)
    {
        _journal = journal;
        _workspace = workspace;
        _time = time;
        _options = options;
        _keys = new RecentKeys(options.RecentKeys);
        _waitCounts = new WaitCounts(options.MaxWaitsPerPrincipal);
        _clock = new EngineClock(
            time,
            options.Heartbeat,
            NotBefore(workspace, journal, time, options),
            options.LongestGap
        );
        _markUpTo = Now.UtcTicks;
        _workspace.Subscribe(_waits);
        Picture = new Picture(picture);
        _lastSnapshot = workspace.Seq;
        _markedAt = time.GetTimestamp();
        _alarm = time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _heartbeat = time.CreateTimer(_ => Beat(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        // Where the steady clock is another one, it wakes the engine too: a gap in it must be a gap of the process.
        if (!ReferenceEquals(options.Heartbeat, time))
            _pulse = options.Heartbeat.CreateTimer(_ => Wake(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _decider = new Thread(DecideLoop) { IsBackground = true, Name = "engine: decide" };
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "engine: write" };
    }

    /// <summary>The committed state, for all reading.</summary>
    public Picture Picture { get; }

    /// <summary>Every committed batch, in order.</summary>
    public Feed Feed { get; } = new();

    /// <summary>Counts since the start.</summary>
    public EngineFigures Figures { get; } = new();

    /// <summary>The engine's instant: it goes on by the steady clock, and is never earlier than what was decided.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>
    /// How far the engine's instant is ahead of the wall clock: that was set back, or was wrong when the journal was written. Zero
    /// where it is not.
    /// </summary>
    public TimeSpan AheadOfWall => _clock.AheadOfWall;

    /// <summary>False from a refused write until the journal takes one again.</summary>
    public bool IsWritable => _isWritable && _fatal is null;

    /// <summary>Why the process must end, from the moment that it must; null while it need not.</summary>
    public Exception? Fatal => _fatal;

    /// <summary>The server is about to stop: nothing new is taken.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Claims that wait for something to claim.</summary>
    public int WaitingClaims => _waits.Count;

    /// <summary>
    /// Decides the request, in its turn, and answers once that is on disk and the picture has it. Never throws for what
    /// a caller did.
    /// </summary>
    /// <param name="waiting">Ends a wait for something to claim, not the command: what was sent is decided.</param>
    public async Task<Outcome> SendAsync(Request request, CancellationToken waiting = default)
    {
        var pending = new PendingCommand(request) { LookedAt = _keys.Committed };
        // Whether a key was used is read from disk, if at all, where neither a socket nor the engine waits for it.
        if (request.Key is { } key && _used.MayBeUsed(request.Caller.Id, key.Key))
            LookUpBeside(pending);
        else if (Enqueue(pending) is { } refusal)
            return new Outcome(Reply: null, refusal, Now, Picture.Seq);
        if (!waiting.CanBeCanceled || request.Wait <= TimeSpan.Zero)
            return await pending.Answer.ConfigureAwait(false);
        await using var registration = waiting.Register(() => Abandon(pending)).ConfigureAwait(false);
        return await pending.Answer.ConfigureAwait(false);
    }

    /// <summary>
    /// Looks at the engine's own workspace after what is due was decided; the answer comes once that is on disk.
    /// </summary>
    /// <param name="look">Pure, short, and returns values.</param>
    /// <param name="waiting">Ends the wait.</param>
    public async Task<T> AskAsync<T>(Func<Workspace, DateTimeOffset, T> look, CancellationToken waiting = default)
    {
        var work = new Look<T>(look);
        if (Enqueue(work) is not null)
            return Picture.Read(at => look(at, Now));
        try
        {
            return await work.Answer.WaitAsync(waiting).ConfigureAwait(false);
        }
        catch (JournalRefusedException)
        {
            // What it saw never came to be; what is on disk is still there to be looked at.
            return Picture.Read(at => look(at, Now));
        }
    }

    /// <summary>Stops taking anything new; waiting claims are told at once.</summary>
    public void Drain()
    {
        _isDraining = true;
        Wake();
    }

    /// <summary>Finishes what was taken, keeps a snapshot and the mark, and stops both threads.</summary>
    public async ValueTask DisposeAsync()
    {
        Drain();
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        await Task.Run(() =>
            {
                _decider.Join();
                _writer.Join();
            })
            .ConfigureAwait(false);
        await _alarm.DisposeAsync().ConfigureAwait(false);
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
        if (_pulse is not null)
            await _pulse.DisposeAsync().ConfigureAwait(false);
        Feed.Complete();
    }

    private Outcome Replay(KeptAnswer kept, IdempotencyKey key)
    {
        Figures.Replayed();
        return kept.Fingerprint.AsSpan().SequenceEqual(key.Fingerprint)
            ? new Outcome(Reply: null, Refusal: null, Now, Picture.Seq) { Replayed = kept }
            : new Outcome(Reply: null, new Refusal.IdempotencyKeyReused(), Now, Picture.Seq);
    }

    private Refusal? Enqueue(object work)
    {
        lock (_gate)
        {
            if (_fatal is not null)
                return new Refusal.OutcomeUnknown();
            if (_isDraining)
                return new Refusal.Unavailable("The server is stopping.", RetryAfter: 5);
            if (!_isWritable && work is PendingCommand { Request.DryRun: false })
                return new Refusal.Unavailable("The journal cannot be written at the moment; nothing was done.");
            if (_inbox.Count >= _options.MaxWaiting)
                return new Refusal.Unavailable("Too many requests are waiting; nothing was done.");
            _inbox.Enqueue(work);
            if (_inbox.Count == 1)
                Monitor.PulseAll(_gate);
        }
        return null;
    }

    private void Abandon(PendingCommand pending)
    {
        pending.IsAbandoned = true;
        _waits.Abandon(pending);
        _locks.SomeoneLeft = true;
        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            _wakesDue = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Ring()
    {
        _alarmRang = true;
        Wake();
    }

    private void DecideLoop()
    {
        try
        {
            DecideUntilStopped();
        }
        catch (Exception bug)
        {
            // Not a rule, which would have been caught, but the engine itself: what is in memory may be wrong.
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

    // Only this thread may touch what it took and who waits in line, so only it can tell them that all is over.
    private void RefuseTaken()
    {
        List<object> left = [.. _taken, .. _waits.Clear(), .. _locks.Clear()];
        _taken.Clear();
        if (_deciding is { } lost)
            left.Add(lost);
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
            // An event that could not be evolved: what it was in the middle of must not reach the disk.
            Fail(bug);
            RefuseAll(batch);
        }
    }

    /// <summary>Waits for something to do; takes what waits. False when it is time to stop.</summary>
    private bool TakeWaiting(ref Batch batch, out bool beat)
    {
        beat = false;
        lock (_gate)
        {
            // With a batch in hand and the writer free there is no reason to wait; with the writer busy, more may join.
            while (
                _inbox.Count == 0
                && !_wakesDue
                && !_beatIsDue
                && !_mustReset
                && _fatal is null
                && !(_isStopping && !_isWriting && batch.IsEmpty)
                && (batch.IsEmpty || _isWriting)
            )
                Monitor.Wait(_gate);
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
            if (batch.IsEmpty || _isWriting || _mustReset)
            {
                // The writer is busy and the batch is full: wait for it rather than grow without bound.
                while (_isWriting && batch.Size >= _options.MaxBatch && _fatal is null)
                    Monitor.Wait(_gate);
                if (batch.IsEmpty || _isWriting || _mustReset)
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
            now = Tick(batch);
            var pending = (PendingCommand)next;
            // What became free by itself belongs to whoever has waited for it, not to whoever asks at that moment.
            if (_waits.Count > 0)
                ServeWaits(batch, now, pending.Request.Command);
            DecideOne(batch, _deciding = pending, now);
            _deciding = null;
            AnswerLockWaits(batch, now);
            if (_waits.Count > 0)
                ServeWaits(batch, now);
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

    private void DecideOne(Batch batch, PendingCommand pending, DateTimeOffset now)
    {
        var request = pending.Request;
        if (request.Key is { } key && IsKnown(pending, key, now))
            return;
        if (TryRehydrate(pending) is not { } rehydrated)
            return; // Looked up beside: it comes again.
        if (TryDecide(batch, pending, WithWaits(request), rehydrated, now) is not { } decision)
            return;
        if (decision.Reply is LockWaitReply inLine)
        {
            WaitForLocks(batch, pending, decision, inLine, now);
            return;
        }
        if (
            decision.Reply is NothingToClaimReply nothing
            && request.Wait > TimeSpan.Zero
            && !request.DryRun
            && !pending.IsAbandoned
            && !_isDraining
        )
            WaitForClaim(batch, pending, nothing, now);
        else
            Settle(batch, pending, decision, now);
    }

    // What the last decision foresaw: its events are recorded next, or never.
    private DecisionCache _decisionCache = new();

    /// <summary>What the command comes to; null where a rule failed on it, which refuses this one command and nothing else.</summary>
    private Decision? TryDecide(
        Batch batch,
        PendingCommand pending,
        Command command,
        IReadOnlyList<Items.Item> rehydrated,
        DateTimeOffset now
    )
    {
        try
        {
            var context = new DecisionContext(pending.Request.Caller, now) { Rehydrated = rehydrated };
            (var decision, _decisionCache) = _workspace.Deliberate(command, context);
            return decision;
        }
        catch (Exception bug)
        {
            RefuseForFault(batch, pending, bug, now);
            return null;
        }
    }

    // Deciding changes nothing, so there is nothing to take back: the next command is decided as if this one had not come.
    private void RefuseForFault(Batch batch, PendingCommand pending, Exception bug, DateTimeOffset now)
    {
        if (pending.Request.Key is { } key)
            _keys.Forget(pending.Request.Caller.Id, key.Key);
        batch.Answers.Add((pending, new Outcome(Reply: null, new Refusal.InternalError(), now, _workspace.Seq)));
        Tell(pending.Request.Command.GetType().Name, pending.Request.Command, pending.Request.Caller.Id, bug);
    }

    // On another thread: a log that is slow must not keep everybody waiting.
    private void Tell(string what, Command? command, PrincipalId? by, Exception bug)
    {
        Figures.Faulted();
        if (_options.OnFault is { } told)
            ThreadPool.UnsafeQueueUserWorkItem(
                _ => told(new RuleFault(what, command is null ? "" : CommandShape.Of(command), by, bug)),
                state: null
            );
    }

    // Whether a claim of the run waits is known here alone: waits for something to claim are not in the journal.
    private Command WithWaits(Request request) =>
        request.Command is RunCommand.End end && _waits.HasRun(end.Principal ?? request.Caller.Id, end.Run)
            ? end with
            {
                Waits = true,
            }
            : request.Command;

    /// <param name="hasWaited">What it waited for was written before, so that its answer is kept all the same.</param>
    private void Settle(
        Batch batch,
        PendingCommand pending,
        Decision decision,
        DateTimeOffset now,
        bool hasWaited = false
    )
    {
        var request = pending.Request;
        var wrote = (decision.Events.Count > 0 || hasWaited) && !request.DryRun;
        var seq = _workspace.Seq + (request.DryRun ? 0 : decision.Events.Count);
        var outcome = new Outcome(decision.Reply, decision.Refusal, now, seq) { Wrote = wrote };
        if (request.Key is { } key && wrote && request.Render is { } render)
        {
            // Rendered before anything is recorded: where that fails, nothing has happened.
            try
            {
                outcome = outcome with { Rendered = render(outcome) };
            }
            catch (Exception bug)
            {
                RefuseForFault(batch, pending, bug, now);
                return;
            }
        }
        if (wrote && RecordAll(batch, decision.Events, request.Caller.Id, now) is { } broken)
        {
            RefuseForFault(batch, pending, broken, now);
            return;
        }
        Keep(batch, request, outcome);
        Figures.Decided(decision.Refusal is not null);
        if (Keeps(request, decision))
            batch.Contents.AddRange(request.Contents.Select(c => new KeptContent(c, request.Caller.Id, now)));
        batch.Answers.Add((pending, outcome));
    }

    private void Keep(Batch batch, Request request, Outcome outcome)
    {
        if (request.Key is not { } key)
            return;
        if (outcome.Rendered is null)
        {
            _keys.Forget(request.Caller.Id, key.Key);
            return;
        }
        _keys.Serve(request.Caller.Id, key.Key);
        batch.Kept.Add(Kept(request.Caller.Id, key, outcome));
    }

    private static KeptAnswer Kept(PrincipalId who, IdempotencyKey key, Outcome outcome)
    {
        var rendered = outcome.Rendered!;
        return new KeptAnswer(
            who,
            key.Key,
            key.Fingerprint,
            rendered.Status,
            rendered.Body,
            rendered.Location,
            outcome.Now
        );
    }

    // Whatever rests on a content has it: the events of the command, or the refusal that says it was kept.
    private static bool Keeps(Request request, Decision decision) =>
        request.Contents.Count > 0
        && !request.DryRun
        && (decision.Refusal is null || decision.Refusal.KeptAs is not null || decision.Events.Count > 0);

    private void Leave(PendingCommand pending, Refusal why, DateTimeOffset now)
    {
        if (pending.Request.Key is { } key)
            _keys.Forget(pending.Request.Caller.Id, key.Key);
        pending.Refuse(why, now, _workspace.Seq);
    }

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
