using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Live;

/// <summary>
/// From the one feed to the many pages (OPERATIONS.md, 2.1 and B9). One subscription for the process; per round one shared
/// <see cref="Board"/> and one set of what was touched; per circuit one coalesced drawing, at most four a second. Drawings run on
/// <see cref="DrawingThreads"/>, never on the engine's, and a page that fails is its own circuit's matter.
/// </summary>
public sealed partial class LiveFanOut : IAsyncDisposable
{
    /// <summary>Least time between two drawings of one page that its viewer did not cause.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Whoever is held back is drawn within this time after the pause is over.
    private static readonly TimeSpan TickPause = TimeSpan.FromMilliseconds(50);

    // A page on which nothing changed still says, a little later, up to which event it is true.
    internal static readonly TimeSpan SeqPause = TimeSpan.FromSeconds(2);

    // With a commit each millisecond the board is copied twenty times a second and not a thousand.
    private static readonly TimeSpan RoundPause = TimeSpan.FromMilliseconds(50);
    private const int FeedCapacity = 4_096;

    // Pacing is about processors, not about leases: it goes by real time also where a test holds the clock.
    private readonly TimeProvider _pace = TimeProvider.System;
    private readonly Engine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger<LiveFanOut> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Lock _boardLock = new();
    private readonly ITimer _tick;
    private readonly Task _following;

    // One for as long as it is not disposed, and one for each page that is posted.
    private readonly TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _draws = 1;
    private LiveFollower[] _followers = [];
    private volatile Board _board;
    private bool _wasWritable = true;
    private bool _wasProved = true;
    private bool _hasMissed;

    /// <summary>Follows the feed at once; makes no board for pages until one joins.</summary>
    public LiveFanOut(Engine engine, TimeProvider time, ILogger<LiveFanOut> log)
    {
        _engine = engine;
        _time = time;
        _log = log;
        var subscription = engine.Feed.Subscribe(FeedCapacity);
        _board = engine.Picture.Read(Board.Of);
        _tick = _pace.CreateTimer(_ => Tick(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _following = FollowAsync(subscription);
    }

    /// <summary>How many pages follow.</summary>
    public int Count => _followers.Length;

    /// <summary>The newest board that was made for everyone; never older than what touched the page that asks.</summary>
    public Board Board => _board;

    /// <summary>A board with everything up to <paramref name="seq"/>, and with all that is committed if null.</summary>
    public Board BoardAt(long? seq = null)
    {
        var wanted = seq ?? _engine.Picture.Seq;
        if (_board is { } known && known.Seq >= wanted)
            return known;
        lock (_boardLock)
        {
            if (_board.Seq < wanted)
                Share(_engine.Picture.Read(Next));
            return _board;
        }
    }

    /// <summary>Reads the picture together with the board of the same seq: what is drawn from both is of one moment.</summary>
    /// <param name="look">
    /// Gets that board and the picture, under the picture's lock: short, and returns values. It leaves the board's queues alone, which
    /// are sorted after it.
    /// </param>
    public T Read<T>(Func<Board, Workspace, T> look)
    {
        lock (_boardLock)
        {
            var (board, seen) = _engine.Picture.Read(at => Next(at) is var next ? (next, look(next, at)) : default);
            Share(board);
            return seen;
        }
    }

    private Board Next(Workspace at) => _board is var known && known.Seq == at.Seq ? known : Board.Of(at, known);

    // Sorted outside the picture's lock, and before anybody else has it.
    private void Share(Board board)
    {
        if (board == _board)
            return;
        try
        {
            board.SortAfter(_board);
        }
        catch (Exception bug)
        {
            // It is sorted from nothing as soon as somebody looks: a bug in going on from the last board must freeze no page.
            LogUnsorted(_log, bug);
        }
        _board = board;
    }

    /// <summary>Follows from now on. Follow first and look second, and nothing is missed.</summary>
    /// <param name="concerns">Whether a change can be seen on the page at all; runs on the fan-out's thread: quick and pure.</param>
    /// <param name="draw">Looks again on the circuit's dispatcher, and draws only if the view differs. Must not throw.</param>
    public LiveFollower Follow(Func<Touched, bool> concerns, Func<Task> draw)
    {
        var follower = new LiveFollower(this, concerns, draw);
        lock (_lock)
        {
            // Nobody looks at most workspaces: they cost nothing.
            if (_followers.Length == 0)
                _tick.Change(TickPause, TickPause);
            _followers = [.. _followers, follower];
        }
        return follower;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _tick.DisposeAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        EndDraw();
        await _drawn.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    internal void Leave(LiveFollower follower)
    {
        lock (_lock)
        {
            _followers = [.. _followers.Where(f => f != follower)];
            if (_followers.Length == 0)
                _tick.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    internal void Offer(LiveFollower follower)
    {
        if (
            _stop.IsCancellationRequested
            || !follower.IsDirty
            || _pace.GetElapsedTime(follower.PostedAt) < Pause
            || !follower.TryPost()
        )
            return;
        Interlocked.Increment(ref _draws);
        DrawingThreads.Shared.Post(follower.Draw);
    }

    // Not awaited: a circuit that is busy draws later and must not keep the thread from the others. An idle one draws before this returns.
    internal void Draw(LiveFollower follower)
    {
        if (!_stop.IsCancellationRequested)
            _ = DrawAsync(follower);
        EndDraw();
    }

    private void EndDraw()
    {
        if (Interlocked.Decrement(ref _draws) == 0)
            _drawn.TrySetResult();
    }

    private async Task FollowAsync(FeedSubscription subscription)
    {
        try
        {
            while (true)
            {
                while (await subscription.Batches.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
                {
                    Round(subscription);
                    await Task.Delay(RoundPause, _pace, _stop.Token).ConfigureAwait(false);
                }
                if (!subscription.Lagged)
                    return; // The engine has stopped.
                subscription = _engine.Feed.Subscribe(FeedCapacity);
                _hasMissed = true;
                Round(subscription);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            subscription.Dispose();
        }
    }

    private void Round(FeedSubscription subscription)
    {
        try
        {
            var touched = _hasMissed ? Touched.All() : new Touched();
            while (subscription.Batches.TryRead(out var batch))
                touched.Add(batch);
            Tell(touched);
            _hasMissed = false;
        }
        catch (Exception bug)
        {
            // Pages go on showing what they show, with its seq; the next round tells them all.
            _hasMissed = true;
            LogRound(_log, bug);
        }
    }

    private void Tell(Touched touched)
    {
        if (_followers.Length == 0)
            return;
        // Made before anyone is told, so that whoever draws finds it.
        BoardAt();
        _engine.Picture.Read(at => AddQueues(at, touched));
        foreach (var follower in _followers)
        {
            try
            {
                follower.Touch(touched);
                Offer(follower);
            }
            catch (Exception failed)
            {
                LogFailed(_log, failed); // One page's bug is no other page's silence.
            }
        }
    }

    private static bool AddQueues(Workspace at, Touched touched)
    {
        foreach (var id in touched.Items)
        {
            if (at.FindItem(id) is { } item)
                touched.AddQueue(item.Queue);
        }
        return true;
    }

    // Twenty times a second: whoever was held back, whose view changes with time alone, and who still shows an old seq.
    private void Tick()
    {
        var now = _time.GetUtcNow();
        var writable = _engine.IsWritable;
        var proved = _engine.UnprovedSince is null;
        var all = writable != _wasWritable || proved != _wasProved;
        (_wasWritable, _wasProved) = (writable, proved);
        var seq = _engine.Picture.Seq;
        foreach (var follower in _followers)
        {
            if (
                all
                || follower.HasChangedBy(now)
                || (follower.ShownSeq < seq && _pace.GetElapsedTime(follower.PostedAt) >= SeqPause)
            )
                follower.Touch();
            Offer(follower);
        }
    }

    private async Task DrawAsync(LiveFollower follower)
    {
        try
        {
            await follower.DrawAsync(_pace.GetTimestamp()).ConfigureAwait(false);
        }
        catch (Exception failed)
            when (failed is ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            LogGone(_log, failed);
        }
        catch (Exception failed)
        {
            LogFailed(_log, failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A page had gone before it was drawn")]
    private static partial void LogGone(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A board could not go on from the last one")]
    private static partial void LogUnsorted(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The pages could not be told what has changed")]
    private static partial void LogRound(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A page could not be drawn")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
