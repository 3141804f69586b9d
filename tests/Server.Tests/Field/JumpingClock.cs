namespace Server.Tests.Field;

/// <summary>
/// A clock that tests move, for days in a second: what repeats fires once for each jump and not once for each period in it, as on a
/// machine that was busy.
/// </summary>
internal sealed class JumpingClock(DateTimeOffset from) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private long _ticks = from.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, and fires in the order of their instants what is due by then.</summary>
    internal void Jump(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        while (NextDue() is { } timer)
            timer.Fire();
    }

    private Timer? NextDue()
    {
        lock (_lock)
        {
            var now = GetTimestamp();
            var next = _timers.Where(timer => timer.DueAt <= now).MinBy(timer => timer.DueAt);
            next?.Passed(now);
            return next;
        }
    }

    private sealed class Timer(JumpingClock clock, Action fire) : ITimer
    {
        private TimeSpan _period;

        internal long DueAt { get; private set; } = long.MaxValue;

        internal void Fire() => fire();

        internal void Passed(long now) => DueAt = _period > TimeSpan.Zero ? now + _period.Ticks : long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                DueAt = dueTime < TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
                clock._timers.Remove(this);
                if (DueAt != long.MaxValue)
                    clock._timers.Add(this);
            }
            if (dueTime == TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(_ => clock.Jump(TimeSpan.Zero));
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
