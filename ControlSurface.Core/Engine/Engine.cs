using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The single writer of a workspace (DESIGN.md, The way of a change). One thread takes all waiting commands and decides them in order;
/// another writes each batch, evolves the picture by it, answers and publishes. While one batch is being written the next is decided,
/// but nobody sees it before it is on disk. A command that comes while both are idle is led through both steps by one thread of the pool.
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

    // The decider waits at one gate and the writer at another, so that new work wakes only the thread that does it.
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
    private readonly CancellationTokenSource _draining = new();
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
        LastMarkAt = Now;
        _markUpTo = LastMarkAt.UtcTicks;
        _workspace.Subscribe(_waits);
        Picture = new Picture(picture);
        _lastSnapshot = workspace.Seq;
        _itemsInSnapshot = workspace.Items().Count();
        _markedAt = time.GetTimestamp();
        _alarm = time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _heartbeat = time.CreateTimer(_ => Beat(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        // Where the steady clock is another one, it wakes the engine too: a gap in it must be a gap of the process.
        if (!ReferenceEquals(options.Heartbeat, time))
            _pulse = options.Heartbeat.CreateTimer(_ => Wake(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _leader = new Leader(this);
        _decider = new Thread(DecideLoop) { IsBackground = true, Name = "engine: decide" };
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "engine: write" };
    }

    /// <summary>The committed state: everything outside the engine reads it.</summary>
    public Picture Picture { get; }

    /// <summary>The committed batches, in order.</summary>
    public Feed Feed { get; } = new();

    /// <summary>Counters since the start.</summary>
    public EngineFigures Figures { get; } = new();

    /// <summary>The engine's instant, which never steps back and is never earlier than a decided event.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>
    /// How far the engine's instant is ahead of the wall clock, because somebody set that back or it was wrong when the journal was
    /// written; zero where it is not ahead.
    /// </summary>
    public TimeSpan AheadOfWall => _clock.AheadOfWall;

    /// <summary>
    /// Whether the journal can be written: false from a refused write until one succeeds, and once <see cref="Fatal"/> is set.
    /// </summary>
    public bool IsWritable => _isWritable && _fatal is null;

    /// <summary>Why the process must end; null while it need not.</summary>
    public Exception? Fatal => _fatal;

    /// <summary>Whether the server is about to stop and takes nothing new.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Cancelled when draining begins: waits outside the engine end at once.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>How many claims wait for an item.</summary>
    public int WaitingClaims => _waits.Count;

    /// <summary>
    /// Decides the request in its turn, and answers once the outcome is on disk and in the picture. A caller's mistake is a refusal in
    /// the outcome, never an exception.
    /// </summary>
    /// <param name="waiting">Ends a claim's wait for an item; a command that was sent is decided all the same.</param>
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
    /// Reads the engine's own workspace after everything due was decided, and answers once that state is on disk. Where the engine takes
    /// nothing new, or the write is refused, it reads the picture instead.
    /// </summary>
    /// <param name="look">Must be pure and short, and return values.</param>
    /// <param name="waiting">Ends the wait with an exception.</param>
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
            // The state that it read was dropped: read the committed state instead.
            return Picture.Read(at => look(at, Now));
        }
    }

    /// <summary>Stops taking new commands, and refuses the requests that wait at once.</summary>
    public void Drain()
    {
        _isDraining = true;
        _ = _draining.CancelAsync(); // Those who wait go on elsewhere: this may be the engine's own thread.
        Wake();
    }

    /// <summary>Finishes the taken commands, saves a snapshot and the mark, and stops both threads.</summary>
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
        // Where the engine failed, a snapshot may still be on its way into a journal that is about to be closed.
        if (_snapshot is { } made)
            await made.ConfigureAwait(false);
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

    /// <summary>The answer while <see cref="IsDraining"/>: another machine has the workspace sooner than a server is back.</summary>
    public Refusal Stopping =>
        new Refusal.Unavailable("The server is stopping.", RetryAfter: _options.ProvedFor is null ? 5 : 1);

    private static Refusal NotWritable =>
        new Refusal.Unavailable("The journal cannot be written at the moment; nothing was done.");

    private Refusal? Enqueue(object work)
    {
        lock (_gate)
        {
            if (_fatal is not null)
                return Over;
            if (_isDraining)
                return Stopping;
            if (!_isWritable && work is PendingCommand { Request.DryRun: false })
                return NotWritable;
            if (_inbox.Count >= _options.MaxWaiting)
                return new Refusal.Unavailable("Too many requests are waiting; nothing was done.");
            _inbox.Enqueue(work);
            if (_inbox.Count > 1)
                return null;
            if (!MayLead)
            {
                Monitor.PulseAll(_gate);
                return null;
            }
            _isLed = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(_leader, preferLocal: false);
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
