namespace ControlSurface.Core.Engine;

/// <summary>Lanes: requests of one sender that are decided in their order (<see cref="RequestLane"/>).</summary>
public sealed partial class Engine
{
    private RequestLane? _decidingLane;

    /// <summary>A lane for requests whose order matters.</summary>
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

    /// <summary>Decides a share of the lane, and puts it at the end of the line where it has more.</summary>
    /// <returns>The instant of the last decision; the given one where there was none.</returns>
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
        // What became free by itself belongs to whoever has waited for it, not to whoever asks at that moment.
        if (_waits.Count > 0)
            ServeWaits(batch, now, pending.Request.Command);
        DecideOne(batch, _deciding = pending, now);
        _deciding = null;
        AnswerLockWaits(batch, now);
        if (_waits.Count > 0)
            ServeWaits(batch, now);
        return now;
    }

    // It was let in before: neither a drain nor a full line keeps out what is left of it.
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
