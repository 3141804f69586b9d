namespace ControlSurface.Live;

/// <summary>One page's place in the fan-out: what concerns it, how to draw it, and when it was drawn last.</summary>
public sealed class LiveFollower : IDisposable
{
    private readonly LiveFanOut _fanOut;
    private readonly Func<Touched, bool> _concerns;
    private readonly Func<Task> _draw;
    private int _isPosted;
    private long _changesAt = long.MaxValue; // ticks: read by another thread than the one that writes it
    private long _shownSeq;
    private volatile bool _isPaused;
    private volatile bool _isDirty;

    internal LiveFollower(LiveFanOut fanOut, Func<Touched, bool> concerns, Func<Task> draw)
    {
        _fanOut = fanOut;
        Draw = () => _fanOut.Draw(this);
        _concerns = concerns;
        _draw = draw;
    }

    /// <summary>When the view changes although nothing is committed, as where a lease enters its last minute; null for never.</summary>
    public DateTimeOffset? ChangesAt
    {
        set => Interlocked.Exchange(ref _changesAt, value?.UtcTicks ?? long.MaxValue);
    }

    /// <summary>The last event that is shown; the page sets it whenever it has drawn.</summary>
    public long ShownSeq
    {
        get => Interlocked.Read(ref _shownSeq);
        set => Interlocked.Exchange(ref _shownSeq, value);
    }

    internal bool IsDirty => _isDirty;

    /// <summary>Draws it, on the thread that calls.</summary>
    internal Action Draw { get; }

    /// <summary>Real time at which it was posted last, in the ticks of the system's steady clock.</summary>
    internal long PostedAt { get; private set; }

    /// <summary>The connection is down: nothing is drawn for nobody. <see cref="Resume"/> catches up.</summary>
    public void Pause() => _isPaused = true;

    /// <summary>The connection is back: the page is drawn from the present state.</summary>
    public void Resume()
    {
        _isPaused = false;
        _isDirty = true;
        _fanOut.Offer(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _fanOut.Leave(this);

    internal void Touch(Touched touched)
    {
        if (_concerns(touched))
            _isDirty = true;
    }

    internal bool HasChangedBy(DateTimeOffset now) => Interlocked.Read(ref _changesAt) <= now.UtcTicks;

    internal void Touch() => _isDirty = true;

    /// <summary>Whether it may be queued now: true once until it was drawn.</summary>
    internal bool TryPost() => !_isPaused && Interlocked.Exchange(ref _isPosted, 1) == 0;

    internal async Task DrawAsync(long now)
    {
        _isDirty = false;
        PostedAt = now;
        try
        {
            await _draw().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isPosted, 0);
        }
    }
}
