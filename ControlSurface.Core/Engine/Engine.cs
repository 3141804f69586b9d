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
    private readonly LockWaiters _locks = new();

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

    private static Refusal NotWritable =>
        new Refusal.Unavailable("The journal cannot be written at the moment; nothing was done.");

    private Refusal? Enqueue(object work)
    {
        lock (_gate)
        {
            if (_fatal is not null)
                return new Refusal.OutcomeUnknown();
            if (_isDraining)
                return new Refusal.Unavailable("The server is stopping.", RetryAfter: 5);
            if (!_isWritable && work is PendingCommand { Request.DryRun: false })
                return NotWritable;
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
}
