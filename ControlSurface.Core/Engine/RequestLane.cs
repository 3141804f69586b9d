namespace ControlSurface.Core.Engine;

/// <summary>
/// Requests that the engine decides one after another, in the order in which they were added, even where one of them needs a look-up on
/// disk. Many requests reach the engine by one wake-up, so that one write to disk takes many. The engine decides a share of a lane at a
/// time, so that other callers need not wait for all of it. Made by <see cref="Engine.OpenLane"/>; safe from any thread.
/// </summary>
public sealed class RequestLane
{
    /// <summary>How many requests of a lane are decided before other callers have a turn: half a millisecond of work.</summary>
    internal const int Share = 64;

    private readonly Engine _engine;
    private readonly Lock _lock = new();
    private readonly Queue<PendingCommand> _waiting = new();
    private PendingCommand? _lookedUp;
    private bool _isLookingUp;
    private bool _isSent;

    internal RequestLane(Engine engine) => _engine = engine;

    /// <summary>Adds a request; the engine sees it with the next <see cref="Send"/>.</summary>
    /// <param name="request">Its <see cref="Request.Wait"/> must be zero.</param>
    /// <returns>The outcome, once it is on disk and in the picture. A caller's mistake is a refusal in it, never an exception.</returns>
    public Task<Outcome> AddAsync(Request request)
    {
        var pending = _engine.PendingIn(this, request);
        lock (_lock)
            _waiting.Enqueue(pending);
        return pending.Answer;
    }

    /// <summary>Passes the added requests to the engine.</summary>
    public void Send()
    {
        lock (_lock)
        {
            if (_isSent || !HasNext)
                return;
            _isSent = true;
        }
        _engine.Send(this);
    }

    // Later requests must wait for the one that is being looked up.
    private bool HasNext => !_isLookingUp && (_lookedUp is not null || _waiting.Count > 0);

    /// <summary>The next request to decide; null for none, or while one is being looked up.</summary>
    internal PendingCommand? TakeNext()
    {
        lock (_lock)
        {
            if (_isLookingUp)
                return null;
            if (_lookedUp is { } first)
            {
                _lookedUp = null;
                return first;
            }
            return _waiting.TryDequeue(out var next) ? next : null;
        }
    }

    /// <summary>Ends a turn of the engine. True where there is more to decide: the engine must take the lane again.</summary>
    internal bool EndTurn()
    {
        lock (_lock)
            return _isSent = HasNext;
    }

    /// <summary>Notes that a request must be looked up: no other request of the lane is decided before it.</summary>
    internal void Hold()
    {
        lock (_lock)
            _isLookingUp = true;
    }

    /// <summary>Puts the request that was looked up first; null where it was answered instead.</summary>
    internal void GoOn(PendingCommand? lookedUp)
    {
        lock (_lock)
        {
            _isLookingUp = false;
            _lookedUp = lookedUp;
        }
        Send();
    }

    /// <summary>Takes out all waiting requests, without one that is being looked up at the moment.</summary>
    /// <param name="onlyWrites">Whether to leave the dry runs, and those whose key may have an answer already.</param>
    internal List<PendingCommand> TakeAll(bool onlyWrites = false)
    {
        lock (_lock)
        {
            List<PendingCommand> taken = [];
            if (_lookedUp is { } first && !(onlyWrites && NeedsNoWrite(first)))
            {
                taken.Add(first);
                _lookedUp = null;
            }
            for (var left = _waiting.Count; left > 0; left--)
            {
                var next = _waiting.Dequeue();
                if (onlyWrites && NeedsNoWrite(next))
                    _waiting.Enqueue(next);
                else
                    taken.Add(next);
            }
            if (!onlyWrites)
                _isSent = false;
            return taken;
        }
    }

    private static bool NeedsNoWrite(PendingCommand pending) => pending.Request.DryRun || pending.MustLookUp;
}
