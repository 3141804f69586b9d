namespace ControlSurface.Core.Engine;

/// <summary>
/// Requests that the engine decides one after another, in the order in which they were added, whatever has to be looked up for one of
/// them. Many reach the engine by one wake-up, and so one write to disk takes many. The engine takes a share of a lane at a time, so
/// that nobody waits for all that another sends. Made by <see cref="Engine.OpenLane"/>; safe from any thread.
/// </summary>
public sealed class RequestLane
{
    /// <summary>So many are decided before whoever else waits has a turn: half a millisecond of work.</summary>
    internal const int Share = 64;

    private readonly Engine _engine;
    private readonly Lock _lock = new();
    private readonly Queue<PendingCommand> _waiting = new();
    private PendingCommand? _lookedUp;
    private bool _isLookingUp;
    private bool _isSent;

    internal RequestLane(Engine engine) => _engine = engine;

    /// <summary>Adds a request; the engine sees it with the next <see cref="Send"/>.</summary>
    /// <param name="request">It waits for nothing: its <see cref="Request.Wait"/> is zero.</param>
    /// <returns>What becomes of it, once that is on disk and the picture has it. Never faults for what a caller did.</returns>
    public Task<Outcome> AddAsync(Request request)
    {
        var pending = _engine.PendingIn(this, request);
        lock (_lock)
            _waiting.Enqueue(pending);
        return pending.Answer;
    }

    /// <summary>Lets the engine see what was added.</summary>
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

    // What comes next must wait for what is looked up.
    private bool HasNext => !_isLookingUp && (_lookedUp is not null || _waiting.Count > 0);

    /// <summary>The next to be decided; null where none is, or one is being looked up.</summary>
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

    /// <summary>Ends a turn of the engine; true where there is more to decide, for which the engine takes the lane again.</summary>
    internal bool EndTurn()
    {
        lock (_lock)
            return _isSent = HasNext;
    }

    /// <summary>One of them has to be looked up: nothing of the lane is decided before it.</summary>
    internal void Hold()
    {
        lock (_lock)
            _isLookingUp = true;
    }

    /// <summary>What was looked up comes first; null where it was answered.</summary>
    internal void GoOn(PendingCommand? lookedUp)
    {
        lock (_lock)
        {
            _isLookingUp = false;
            _lookedUp = lookedUp;
        }
        Send();
    }

    /// <summary>Takes out all that waits, and what is looked up at the moment stays away.</summary>
    /// <param name="onlyWrites">Leaves those that would change nothing.</param>
    internal List<PendingCommand> TakeAll(bool onlyWrites = false)
    {
        lock (_lock)
        {
            List<PendingCommand> taken = [];
            if (_lookedUp is { } first && !(onlyWrites && first.Request.DryRun))
            {
                taken.Add(first);
                _lookedUp = null;
            }
            for (var left = _waiting.Count; left > 0; left--)
            {
                var next = _waiting.Dequeue();
                if (onlyWrites && next.Request.DryRun)
                    _waiting.Enqueue(next);
                else
                    taken.Add(next);
            }
            if (!onlyWrites)
                _isSent = false;
            return taken;
        }
    }
}
