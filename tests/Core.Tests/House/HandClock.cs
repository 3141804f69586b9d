namespace ControlSurface.Core.Tests.House;

/// <summary>
/// A wall clock and a steady clock that are moved by hand, apart from each other where a test wants that: a wall clock
/// that is set back or forward is not time that passed. Timers ring after the move, each once.
/// </summary>
internal sealed class HandClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<HandTimer> _timers = [];
    private DateTimeOffset _wall = start;
    private long _steady;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _wall;
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _steady;
    }

    /// <summary>Time passes: both clocks move and timers ring.</summary>
    internal void Pass(TimeSpan time)
    {
        lock (_lock)
        {
            _wall += time;
            _steady += time.Ticks;
        }
        Ring();
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    internal void Step(TimeSpan by)
    {
        lock (_lock)
            _wall += by;
        Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_lock)
            _timers.Add(timer);
        return timer;
    }

    private void Ring()
    {
        List<HandTimer> due;
        lock (_lock)
        {
            due = [.. _timers.Where(t => t.DueAt <= _steady)];
            foreach (var timer in due)
                timer.DueAt = timer.Period > 0 ? _steady + timer.Period : long.MaxValue;
        }
        foreach (var timer in due)
            timer.Call();
    }

    private sealed class HandTimer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        internal long DueAt { get; set; } = long.MaxValue;
        internal long Period { get; private set; }

        internal void Call() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                DueAt = dueTime < TimeSpan.Zero ? long.MaxValue : clock._steady + dueTime.Ticks;
                Period = Math.Max(0, period.Ticks);
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
