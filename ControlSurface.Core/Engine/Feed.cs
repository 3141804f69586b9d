using System.Threading.Channels;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Hands each committed batch, in order, to whoever subscribes, and never waits for them (DESIGN.md). A subscription that
/// falls behind its bound is closed with <see cref="FeedSubscription.Lagged"/>: it resumes from the last seq it saw.
/// </summary>
public sealed class Feed
{
    private readonly Lock _lock = new();
    private FeedSubscription[] _subscriptions = [];

    /// <summary>How many subscriptions there are.</summary>
    public int Count => _subscriptions.Length;

    /// <summary>Follows from the next committed batch on. Subscribe first, then look at the picture: nothing is missed.</summary>
    /// <param name="capacity">Batches that may wait before the subscription counts as lagging.</param>
    public FeedSubscription Subscribe(int capacity)
    {
        var subscription = new FeedSubscription(this, capacity);
        lock (_lock)
            _subscriptions = [.. _subscriptions, subscription];
        return subscription;
    }

    internal void Publish(IReadOnlyList<Recorded> committed)
    {
        foreach (var subscription in _subscriptions)
            subscription.Offer(committed);
    }

    internal void Remove(FeedSubscription subscription)
    {
        lock (_lock)
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
    }

    internal void Complete()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }
}

/// <summary>One follower of the feed.</summary>
public sealed class FeedSubscription : IDisposable
{
    private readonly Feed _feed;
    private readonly Channel<IReadOnlyList<Recorded>> _batches;

    internal FeedSubscription(Feed feed, int capacity)
    {
        _feed = feed;
        _batches = Channel.CreateBounded<IReadOnlyList<Recorded>>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = false }
        );
    }

    /// <summary>Committed batches in order. Completes when disposed, when the server stops, or when too far behind.</summary>
    public ChannelReader<IReadOnlyList<Recorded>> Batches => _batches.Reader;

    /// <summary>It was too slow: batches after the last one that it can still read were not kept for it.</summary>
    public bool Lagged { get; private set; }

    internal void Offer(IReadOnlyList<Recorded> committed)
    {
        if (_batches.Writer.TryWrite(committed))
            return;
        Lagged = true;
        Dispose();
    }

    public void Dispose()
    {
        _batches.Writer.TryComplete();
        _feed.Remove(this);
    }
}
