using System.Threading.Channels;

namespace ControlSurface.Core.Engine;

/// <summary>
/// Hands each committed batch, in order, to its subscribers and never waits for them (DESIGN.md). A subscription that is too slow is
/// closed (<see cref="FeedSubscription.Lagged"/>); its owner goes on from the last seq that it read.
/// </summary>
public sealed class Feed
{
    private readonly Lock _lock = new();
    private FeedSubscription[] _subscriptions = [];

    /// <summary>How many subscriptions are open.</summary>
    public int Count => _subscriptions.Length;

    /// <summary>
    /// Opens a subscription from the next committed batch on. Subscribe first and read the picture second, so that nothing is
    /// missed.
    /// </summary>
    /// <param name="capacity">How many batches may wait to be read; one more closes the subscription as lagging.</param>
    /// <param name="wants">
    /// Whether the reader wants a batch; null for all. To wake a reader costs more than most of them do with a batch. Called by whoever
    /// writes, before anyone is answered: it must be quick and must not throw.
    /// </param>
    public FeedSubscription Subscribe(int capacity, Func<IReadOnlyList<Recorded>, bool>? wants = null)
    {
        var subscription = new FeedSubscription(this, capacity, wants);
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

/// <summary>A subscription to the feed with one reader. Disposing it ends it.</summary>
public sealed class FeedSubscription : IDisposable
{
    private readonly Feed _feed;
    private readonly Func<IReadOnlyList<Recorded>, bool>? _wants;
    private readonly Channel<IReadOnlyList<Recorded>> _batches;

    internal FeedSubscription(Feed feed, int capacity, Func<IReadOnlyList<Recorded>, bool>? wants)
    {
        _feed = feed;
        _wants = wants;
        _batches = Channel.CreateBounded<IReadOnlyList<Recorded>>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = false }
        );
    }

    /// <summary>The committed batches in order. Completes when the subscription is disposed or lags, or the server stops.</summary>
    public ChannelReader<IReadOnlyList<Recorded>> Batches => _batches.Reader;

    /// <summary>Whether the reader was too slow: batches after the last one that it can still read are missing.</summary>
    public bool Lagged { get; private set; }

    internal void Offer(IReadOnlyList<Recorded> committed)
    {
        if (_wants?.Invoke(committed) is false || _batches.Writer.TryWrite(committed))
            return;
        Lagged = true;
        Dispose();
    }

    /// <summary>Ends the subscription; batches that were handed out can still be read. Harmless when called again.</summary>
    public void Dispose()
    {
        _batches.Writer.TryComplete();
        _feed.Remove(this);
    }
}
