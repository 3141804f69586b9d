namespace ControlSurface.Core.Engine;

/// <summary>Decides the requests of lanes: those of one sender in their order (<see cref="RequestLane"/>).</summary>
public sealed partial class Engine
{
    private RequestLane? _decidingLane;

    /// <summary>Opens a lane for requests of one sender whose order matters.</summary>
    public RequestLane OpenLane() => new(this);

    internal PendingCommand PendingIn(RequestLane lane, Request request)
    {
        var pending = new PendingCommand(request) { Lane = lane, LookedAt = _keys.Committed };
        pending.MustLookUp = request.Key is { } key && _used.MayBeUsed(request.Caller.Id, key.Key);
        return pending;
    }

    internal void Send(RequestLane lane)
    {
        if (!_isWritable)
            RefuseEach(lane.TakeAll(onlyWrites: true), NotWritable);
        if (Enqueue(lane) is { } refusal)
            RefuseEach(lane.TakeAll(), refusal);
    }

    /// <summary>Decides a share of the lane's requests, and puts the lane at the end of the line where it has more.</summary>
    /// <returns>The instant of the last decision; <paramref name="now"/> where there was none.</returns>
    private DateTimeOffset DecideLane(Batch batch, RequestLane lane, DateTimeOffset now)
    {
        _decidingLane = lane;
        for (var k = 0; k < RequestLane.Share && lane.TakeNext() is { } next; k++)
            now = DecideNext(batch, next);
        _decidingLane = null;
        if (lane.EndTurn() && !TryPutBack(lane))
            Refuse(lane, _fatal);
        return now;
    }

    private DateTimeOffset DecideNext(Batch batch, PendingCommand pending)
    {
        var now = Tick(batch);
        // Serve waiting claims first: an item that became free belongs to them, not to the claim that comes at this moment.
        if (_waits.Count > 0)
            ServeWaits(batch, now, pending.Request.Command);
        DecideOne(batch, _deciding = pending, now);
        _deciding = null;
        AnswerLockWaits(batch, now);
        if (_waits.Count > 0)
            ServeWaits(batch, now);
        return now;
    }

    // The lane was taken before: neither a drain nor a full line keeps out its remaining requests.
    private bool TryPutBack(RequestLane lane)
    {
        lock (_gate)
        {
            if (_fatal is not null)
                return false;
            _inbox.Enqueue(lane);
            return true;
        }
    }

    private void RefuseEach(List<PendingCommand> refused, Refusal why)
    {
        foreach (var pending in refused)
            pending.Refuse(why, Now, Picture.Seq);
    }
}
