namespace ControlSurface.Core.Engine;

/// <summary>Time in which nobody could use what they held: the process stood still, or the wall clock was set forward.</summary>
internal readonly record struct ClockGap(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// The engine's instant, to the millisecond. It goes on by the steady clock from the later of the journal's last instant and the
/// wall clock, and follows the wall clock forward: it never steps back and never stands still. A gap between two readings that
/// is longer than the bound is told apart from time that passed (API.md, Stopped clocks): a stopped process, or a wall clock
/// that somebody set forward. Safe from any thread; one thread alone calls <see cref="Read"/>.
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

    /// <param name="heartbeat">The steady clock in whose gaps the process stood still.</param>
    /// <param name="longest">A longer gap is not time that passed.</param>
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

    /// <summary>The engine's instant now; looks for no gap.</summary>
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

    /// <summary>Reads all clocks: one heartbeat.</summary>
    /// <param name="gap">What of the time since the last reading nobody could use; null where all of it passed as it should.</param>
    internal DateTimeOffset Read(out ClockGap? gap)
    {
        lock (_lock)
        {
            // The wall clock first: a stop between the two readings is then seen by the steady one, and made up for by the next.
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
