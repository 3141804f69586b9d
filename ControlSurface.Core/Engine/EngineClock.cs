using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Engine;

/// <summary>
/// The engine's instant: the wall clock to the millisecond, that never steps back. A step forward that the steady clock
/// does not share is told apart from time that passed (API.md, Claims and leases).
/// </summary>
internal sealed class EngineClock
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _step;
    private DateTimeOffset _last;
    private DateTimeOffset _lastWall;
    private long _lastSteady;

    internal EngineClock(TimeProvider time, DateTimeOffset notBefore, TimeSpan step)
    {
        _time = time;
        _step = step;
        _last = notBefore;
        _lastWall = time.GetUtcNow();
        _lastSteady = time.GetTimestamp();
    }

    /// <summary>Reads both clocks.</summary>
    /// <param name="stepped">From where to where the wall clock jumped, if it did.</param>
    internal DateTimeOffset Read(out (DateTimeOffset From, DateTimeOffset To)? stepped)
    {
        var wall = _time.GetUtcNow();
        var steady = _time.GetTimestamp();
        var gained = wall - _lastWall - _time.GetElapsedTime(_lastSteady, steady);
        (_lastWall, _lastSteady) = (wall, steady);
        var was = _last;
        var now = Instant.Cut(wall);
        if (now > _last)
            _last = now;
        var from = Instant.Cut(_last - gained);
        if (from < was)
            from = was;
        stepped = gained > _step && _last > from ? (from, _last) : null;
        return _last;
    }
}
