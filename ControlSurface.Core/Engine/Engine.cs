using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
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
    private readonly RecentKeys _keys = new();
    private readonly KeyFilter _used = new();
    private readonly ClaimLine _line = new();
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
    private long _nowTicks;
    private DateTimeOffset _alarmAt = DateTimeOffset.MaxValue;
    private volatile bool _alarmRang;
    private bool _deciderIsDone;
    private bool _asksEveryone;
    private Work? _deciding;

    private Engine(IJournal journal, Workspace workspace, Workspace picture, TimeProvider time, EngineOptions options)
    {
        _journal = journal;
        _workspace = workspace;
        _time = time;
        _options = options;
        _clock = new EngineClock(time, workspace.At, options.ClockStep);
        _nowTicks = _clock.Read(out _).UtcTicks;
        Picture = new Picture(picture);
        _lastSnapshot = workspace.Seq;
        _markedAt = time.GetTimestamp();
        _alarm = time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _heartbeat = time.CreateTimer(_ => Beat(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _decider = new Thread(DecideLoop) { IsBackground = true, Name = "engine: decide" };
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "engine: write" };
    }

    /// <summary>The committed state, for all reading.</summary>
    public Picture Picture { get; }

    /// <summary>Every committed batch, in order.</summary>
    public Feed Feed { get; } = new();

    /// <summary>Counts since the start.</summary>
    public EngineFigures Figures { get; } = new();

    /// <summary>The engine's last instant: never earlier than what was decided.</summary>
    public DateTimeOffset Now =>
        new(Math.Max(Interlocked.Read(ref _nowTicks), Instant.Cut(_time.GetUtcNow()).UtcTicks), TimeSpan.Zero);

    /// <summary>False from a refused write until the journal takes one again.</summary>
    public bool IsWritable => _isWritable && _fatal is null;

    /// <summary>The server is about to stop: nothing new is taken.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Claims that wait for something to claim.</summary>
    public int WaitingClaims => _line.Count;

    /// <summary>
    /// Decides the request, in its turn, and answers once that is on disk and the picture has it. Never throws for what
    /// a caller did.
    /// </summary>
    /// <param name="waiting">Ends a wait for something to claim, not the command: what was sent is decided.</param>
    public async Task<Outcome> SendAsync(Request request, CancellationToken waiting = default)
    {
        var lookedAt = _keys.Generation;
        if (request.Key is { } key && FindAnswer(request.Caller.Id, key.Key) is { } kept)
            return Replay(kept, key);
        var work = new Work(request) { LookedAt = lookedAt };
        if (Enqueue(work) is { } refusal)
            return new Outcome(Reply: null, refusal, Now, Picture.Seq);
        if (!waiting.CanBeCanceled || request.Wait <= TimeSpan.Zero)
            return await work.Answer.ConfigureAwait(false);
        await using var registration = waiting.Register(() => Abandon(work)).ConfigureAwait(false);
        return await work.Answer.ConfigureAwait(false);
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
        Feed.Complete();
    }

    private KeptAnswer? FindAnswer(PrincipalId who, string key) =>
        _used.MayBeUsed(who, key) ? _journal.FindAnswer(who, key) : null;

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
            if (!_isWritable && work is Work { Request.DryRun: false })
                return new Refusal.Unavailable("The journal cannot be written at the moment; nothing was done.");
            if (_inbox.Count >= _options.MaxWaiting)
                return new Refusal.Unavailable("Too many requests are waiting; nothing was done.");
            _inbox.Enqueue(work);
            if (_inbox.Count == 1)
                Monitor.PulseAll(_gate);
        }
        return null;
    }

    private void Abandon(Work work)
    {
        work.IsAbandoned = true;
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
        List<object> left = [.. _taken, .. _line.Clear(), .. _locks.Clear()];
        _taken.Clear();
        if (_deciding is { } lost)
            left.Add(lost);
        foreach (var one in left)
            Refuse(one, _fatal);
    }

    private void DecideUntilStopped()
    {
        var batch = new Batch(_workspace.Seq);
        while (true)
        {
            if (!TakeWaiting(ref batch))
                return;
            try
            {
                DecideTaken(batch);
            }
            catch (Exception bug)
            {
                // A rule that throws is a bug; what it was in the middle of must not reach the disk.
                Fail(bug);
                RefuseAll(batch);
                return;
            }
            HandOver(ref batch);
        }
    }

    /// <summary>Waits for something to do; takes what waits. False when it is time to stop.</summary>
    private bool TakeWaiting(ref Batch batch)
    {
        lock (_gate)
        {
            // With a batch in hand and the writer free there is no reason to wait; with the writer busy, more may join.
            while (
                _inbox.Count == 0
                && !_wakesDue
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
                look.Take(_workspace, now);
                batch.Looks.Add(look);
                continue;
            }
            now = Tick(batch);
            // What became free by itself belongs to whoever has waited for it, not to whoever asks at that moment.
            if (_line.Count > 0)
                ServeLine(batch, now);
            DecideOne(batch, _deciding = (Work)next, now);
            _deciding = null;
            AnswerLockWaits(batch, now);
            if (_line.Count > 0)
                ServeLine(batch, now);
        }
        if (_line.Count > 0)
            ServeLine(batch, now);
        EndLockWaits(batch, now);
        AnswerLockWaits(batch, now);
        ArchiveSettled(batch, now);
        SetAlarm();
    }

    /// <summary>Reads the clock once and lets everything happen that is due by then.</summary>
    private DateTimeOffset Tick(Batch batch)
    {
        var now = _clock.Read(out var stepped);
        Interlocked.Exchange(ref _nowTicks, now.UtcTicks);
        // While nothing can be written nothing happens by itself either: it is decided once there is room again.
        if (!_isWritable)
            return now;
        if (stepped is { } jump && _workspace.DecideGivenBack(jump.From, jump.To) is { Extended.Count: > 0 } given)
            Record(batch, given, PrincipalId.System, now);
        while (_workspace.DecideDue(now) is { } due)
        {
            foreach (var happened in due)
                Record(batch, happened, PrincipalId.System, now);
        }
        return now;
    }

    private void DecideOne(Batch batch, Work work, DateTimeOffset now)
    {
        var request = work.Request;
        if (request.Key is { } key && Known(batch, work, key, now))
            return;
        _workspace.Recalled = Recall(request.Command);
        var decision = _workspace.Decide(WithWaits(request), request.Caller, now);
        _workspace.Recalled = [];
        if (decision.Reply is Reply.LockWait inLine)
        {
            WaitForLocks(batch, work, decision, inLine, now);
            return;
        }
        if (
            decision.Reply is Reply.NothingToClaim nothing
            && request.Wait > TimeSpan.Zero
            && !request.DryRun
            && !work.IsAbandoned
            && !_isDraining
        )
        {
            work.Deadline = now + request.Wait;
            work.RetryAt = nothing.RetryAfter is { } seconds ? now.AddSeconds(seconds) : null;
            if (request.Key is { } waitingKey)
                _keys.Serve(request.Caller.Id, waitingKey.Key);
            _line.Add(work, _workspace.FindQueue(((ClaimCommand.Next)request.Command).Queue)!.Openings);
            return;
        }
        Settle(batch, work, decision, now);
    }

    // Whether a claim of the run waits is known here alone: waits for something to claim are not in the journal.
    private Command WithWaits(Request request) =>
        request.Command is RunCommand.End end && _line.Waits(end.Principal ?? request.Caller.Id, end.Run)
            ? end with
            {
                Waits = true,
            }
            : request.Command;

    /// <param name="hasWaited">What it waited for was written before, so that its answer is kept all the same.</param>
    private void Settle(Batch batch, Work work, Decision decision, DateTimeOffset now, bool hasWaited = false)
    {
        var request = work.Request;
        Figures.Decided(decision.Refusal is not null);
        var wrote = (decision.Events.Count > 0 || hasWaited) && !request.DryRun;
        if (wrote)
        {
            foreach (var happened in decision.Events)
                Record(batch, happened, request.Caller.Id, now);
        }
        if (Keeps(request, decision))
            batch.Contents.AddRange(request.Contents.Select(c => new KeptContent(c, request.Caller.Id, now)));
        var outcome = new Outcome(decision.Reply, decision.Refusal, now, _workspace.Seq) { Wrote = wrote };
        if (request.Key is { } key)
        {
            if (wrote)
            {
                _keys.Serve(request.Caller.Id, key.Key);
                outcome = Keep(batch, request, key, outcome);
            }
            else
            {
                _keys.Forget(request.Caller.Id, key.Key);
            }
        }
        batch.Answers.Add((work, outcome));
    }

    private static Outcome Keep(Batch batch, Request request, IdempotencyKey key, Outcome outcome)
    {
        if (request.Render is not { } render)
            return outcome;
        var rendered = render(outcome);
        batch.Kept.Add(
            new KeptAnswer(
                request.Caller.Id,
                key.Key,
                key.Fingerprint,
                rendered.Status,
                rendered.Body,
                rendered.Location,
                outcome.Now
            )
        );
        return outcome with { Rendered = rendered };
    }

    // Whatever rests on a content has it: the events of the command, or the refusal that says it was kept.
    private static bool Keeps(Request request, Decision decision) =>
        request.Contents.Count > 0
        && !request.DryRun
        && (decision.Refusal is null || decision.Refusal.KeptAs is not null || decision.Events.Count > 0);

    /// <summary>Whether the key was served already or is being served; answers if so.</summary>
    private bool Known(Batch batch, Work work, IdempotencyKey key, DateTimeOffset now)
    {
        var who = work.Request.Caller.Id;
        if (_keys.IsServing(who, key.Key))
        {
            work.Refuse(new Refusal.RequestInProgress(), now, _workspace.Seq);
            return true;
        }
        if (!_keys.MayBeKept(who, key.Key, work.LookedAt) || _journal.FindAnswer(who, key.Key) is not { } kept)
            return false;
        batch.Answers.Add((work, Replay(kept, key)));
        return true;
    }

    private void ServeLine(Batch batch, DateTimeOffset now)
    {
        var everyone = _isDraining || _asksEveryone;
        _asksEveryone = false;
        _line.AskAgain(
            _workspace,
            now,
            everyone,
            work =>
            {
                if (_isDraining)
                {
                    Leave(work, new Refusal.Unavailable("The server is stopping.", RetryAfter: 5), now);
                    return true;
                }
                if (!_isWritable && !work.IsAbandoned)
                {
                    // What would be granted could not be written: they go on waiting, and are asked once there is room.
                    _asksEveryone = true;
                    if (now < work.Deadline)
                        return false;
                    Leave(work, new Refusal.Unavailable("The journal cannot be written at the moment."), now);
                    return true;
                }
                if (work.IsAbandoned)
                {
                    // Nobody hears it; but whoever hung up may ask again under the same key, and must not be in progress.
                    Leave(work, new Refusal.Unavailable("The caller has gone."), now);
                    return true;
                }
                var decision = _workspace.Decide(work.Request.Command, work.Request.Caller, now);
                if (decision.Reply is Reply.NothingToClaim nothing && now < work.Deadline)
                {
                    work.RetryAt = nothing.RetryAfter is { } seconds ? now.AddSeconds(Math.Max(1, seconds)) : null;
                    return false;
                }
                Settle(batch, work, decision, now);
                return true;
            }
        );
    }

    private void Leave(Work work, Refusal why, DateTimeOffset now)
    {
        if (work.Request.Key is { } key)
            _keys.Forget(work.Request.Caller.Id, key.Key);
        work.Refuse(why, now, _workspace.Seq);
    }

    private void ArchiveSettled(Batch batch, DateTimeOffset now)
    {
        while (_leaving.TryPeek(out var left) && left.Seq <= Picture.Seq)
            _leaving.Dequeue();
        if (!_isWritable || _workspace.OldestSettledAt is not { } oldest || oldest > now - _options.ArchiveAfter)
            return;
        foreach (var archived in _workspace.DecideArchive(now - _options.ArchiveAfter, ArchivedAtOnce))
        {
            var item = _workspace.FindItem(archived.Item)!;
            batch.Archived.Add(item);
            _leaving.Enqueue((_workspace.Seq + 1, item));
            Record(batch, archived, PrincipalId.System, now);
        }
        // More than one batch may leave at once: the rest in the next, so that nobody waits for housekeeping.
        if (batch.Archived.Count >= ArchivedAtOnce)
            Wake();
    }

    private void Record(Batch batch, Event happened, PrincipalId by, DateTimeOffset now)
    {
        var recorded = new Recorded(_workspace.Seq + 1, now, by, happened);
        batch.Records.Add(_workspace.Evolve(recorded));
        batch.Events.Add(recorded);
        _locks.Saw(happened);
    }

    private void SetAlarm()
    {
        var next = _workspace.NextDueAt ?? DateTimeOffset.MaxValue;
        if (_line.Count > 0 && _line.NextAt() is { } wait && wait < next)
            next = wait;
        if (_workspace.OldestSettledAt is { } oldest && oldest + _options.ArchiveAfter is var archive && archive < next)
            next = archive;
        if (!_isWritable)
            next = DateTimeOffset.MaxValue;
        if (next == _alarmAt && !_alarmRang)
            return;
        _alarmRang = false;
        _alarmAt = next;
        var now = Now;
        var due =
            next == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan
            : next <= now ? TimeSpan.FromMilliseconds(1)
            : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling((next - now).TotalMilliseconds), int.MaxValue));
        _alarm.Change(due, Timeout.InfiniteTimeSpan);
    }
}
