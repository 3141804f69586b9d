namespace ControlSurface.Core.Engine;

/// <summary>A gap in which no holder could work: the process stood still, or somebody set the wall clock forward.</summary>
internal readonly record struct ClockGap(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// The engine's clock, to the millisecond. It starts at the later of the journal's last instant and the wall clock, goes on by the
/// steady clock, and follows the wall clock forward: it never steps back and never stands still. It reports a gap between two readings
/// that is longer than the bound (API.md, Stopped clocks): the process was stopped, or somebody set the wall clock forward. Safe from
/// any thread, but only one thread may call <see cref="Read"/>.
/// </summary>
internal sealed class EngineClock
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeProvider _heartbeat;
    private readonly TimeSpan _longest;
    private DateTimeOffset _last;
    private long _lastSteady;
    private long _lastBeat;

    /// <param name="heartbeat">The steady clock whose gaps tell that the process stood still.</param>
    /// <param name="notBefore">The clock starts at this instant or later.</param>
    /// <param name="longest">The longest time between two readings that is no gap.</param>
    internal EngineClock(TimeProvider time, TimeProvider heartbeat, DateTimeOffset notBefore, TimeSpan longest)
    {
        _time = time;
        _heartbeat = heartbeat;
        _longest = longest;
        var wall = time.GetUtcNow();
        _last = wall > notBefore ? wall : notBefore;
        _lastSteady = time.GetTimestamp();
        _lastBeat = heartbeat.GetTimestamp();
    }

    /// <summary>The engine's instant now; does not look for a gap.</summary>
    internal DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return Instant.Cut(Later(_last + _time.GetElapsedTime(_lastSteady), _time.GetUtcNow()));
        }
    }

    /// <summary>How far the engine's instant is ahead of the wall clock; zero where it is not.</summary>
    internal TimeSpan AheadOfWall
    {
        get
        {
            var ahead = Now - _time.GetUtcNow();
            return ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
        }
    }

    /// <summary>Reads all clocks and returns the engine's instant. Called at each heartbeat.</summary>
    /// <param name="gap">The gap since the last reading; null for none.</param>
    internal DateTimeOffset Read(out ClockGap? gap)
    {
        lock (_lock)
        {
            // Read the wall clock first: the steady clock then sees a stop between the two readings, and the next reading corrects it.
            var (wall, steady) = (_time.GetUtcNow(), _time.GetTimestamp());
            var beat = ReferenceEquals(_heartbeat, _time) ? steady : _heartbeat.GetTimestamp();
            var (was, stood) = (_last, _heartbeat.GetElapsedTime(_lastBeat, beat));
            var steadily = was + _time.GetElapsedTime(_lastSteady, steady);
            _last = Later(steadily, wall);
            (_lastSteady, _lastBeat) = (steady, beat);
            DateTimeOffset? from = null;
            if (_last - steadily > _longest)
                from = stood > _longest ? was : steadily;
            else if (stood > _longest)
                from = Later(was, _last - stood);
            gap = from is { } since && since < _last ? new ClockGap(Instant.Cut(since), Instant.Cut(_last)) : null;
            return Instant.Cut(_last);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
