using System.Data.Common;
using System.Threading.Channels;
using ControlSurface.Core.Engine;

namespace ControlSurface.Live;

/// <summary>
/// Stands between the engine's feed and all who listen: makes each event's JSON once and hands it to every listener whose
/// topics it touches. A listener that is too slow is closed at its last seq and resumes from there (DESIGN.md, Feed).
/// </summary>
public sealed class LiveFeed(Engine engine, IJournal journal, ILogger<LiveFeed> log) : LastingWork(log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private LiveListener[] _listeners = [];
    private long _handed;

    /// <summary>How many listen.</summary>
    public int Count => _listeners.Length;

    /// <summary>Somebody listens, and nobody did a moment ago.</summary>
    internal event EventHandler? Began;

    /// <summary>Listens from the next event on; <see cref="LiveListener.From"/> says after which seq that is.</summary>
    public LiveListener Listen(TopicFilter topics, int capacity = 4_096)
    {
        LiveListener listener;
        bool isFirst;
        lock (_lock)
        {
            listener = new LiveListener(this, topics, _handed, capacity);
            isFirst = _listeners.Length == 0;
            _listeners = [.. _listeners, listener];
        }
        if (isFirst)
            Began?.Invoke(this, EventArgs.Empty);
        return listener;
    }

    /// <summary>A notice that is not in the journal, for whoever listens now.</summary>
    public void Notify(LiveEvent notice)
    {
        foreach (var listener in _listeners)
            listener.Offer(notice);
    }

    internal void Remove(LiveListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners.Where(l => l != listener)];
    }

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 65_536, IsWanted);
            SkipTo(engine.Picture.Seq);
            try
            {
                await foreach (var batch in subscription.Batches.ReadAllAsync(stopping).ConfigureAwait(false))
                    Hand(batch);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception away)
                when (away is JournalRefusedException or DamagedRecordException or DbException or IOException)
            {
                // The queue of an archived item cannot be looked up just now: listeners resume from the journal, each from its own seq.
                await Task.Delay(Patience, TimeProvider.System, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            if (!subscription.Lagged)
                break;
        }
        foreach (var listener in _listeners)
            listener.Dispose();
    }

    // What lies between was offered to nobody: whoever listens already, as after we fell behind the engine itself, may not be left
    // with a gap and resumes from the journal.
    private void SkipTo(long seq)
    {
        lock (_lock)
        {
            if (seq <= _handed)
                return;
            _handed = seq;
            foreach (var listener in _listeners)
                listener.Lag();
        }
    }

    // Where nobody listens, nobody is woken.
    private bool IsWanted(IReadOnlyList<Recorded> batch)
    {
        if (_listeners.Length > 0)
            return true;
        lock (_lock)
        {
            // Asked and answered under the one lock: somebody who came between would start before what they are never offered.
            if (_listeners.Length > 0)
                return true;
            _handed = Math.Max(_handed, batch[^1].Seq);
            return false;
        }
    }

    private void Hand(IReadOnlyList<Recorded> batch)
    {
        // The last one may have left since the batch was wanted.
        if (!IsWanted(batch))
            return;
        var events = LiveEvent.AllFrom(batch, engine.Picture, journal);
        lock (_lock)
        {
            foreach (var happened in events)
            {
                if (happened.Seq <= _handed)
                    continue;
                foreach (var listener in _listeners)
                    listener.Offer(happened);
                _handed = happened.Seq;
            }
        }
    }
}

/// <summary>One listener: a stream, a hub subscription.</summary>
public sealed class LiveListener : IDisposable
{
    private readonly LiveFeed _feed;
    private readonly Channel<LiveEvent> _events;

    internal LiveListener(LiveFeed feed, TopicFilter topics, long from, int capacity)
    {
        _feed = feed;
        Topics = topics;
        From = from;
        _events = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
    }

    /// <summary>What it listens to.</summary>
    public TopicFilter Topics { get; }

    /// <summary>Events up to this seq are in the journal; later ones come here.</summary>
    public long From { get; }

    /// <summary>What came, in order; completes when disposed, when the server stops, or when it was too slow.</summary>
    public ChannelReader<LiveEvent> Events => _events.Reader;

    /// <summary>It was too slow: whoever listens resumes after the last seq they saw.</summary>
    public bool Lagged { get; private set; }

    internal void Offer(LiveEvent happened)
    {
        if (Topics.Of(happened) is { } seen && !_events.Writer.TryWrite(seen))
            Lag();
    }

    internal void Lag()
    {
        Lagged = true;
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Writer.TryComplete();
        _feed.Remove(this);
    }
}
