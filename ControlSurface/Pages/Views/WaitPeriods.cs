using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>How a figure stands beside that of the period before.</summary>
public enum Change
{
    /// <summary>It is as much, or what little there is between them follows from the running hour or day.</summary>
    AsMuch,

    /// <summary>It is more, in all and by the hour.</summary>
    More,

    /// <summary>It is less, in all and by the hour.</summary>
    Less,
}

/// <summary>How long work waited, beside the period before.</summary>
/// <param name="WasMs">How long in the period before; null where there was nothing yet that could wait.</param>
public sealed record WaitedTime(long Ms, long? WasMs, Change Change);

/// <summary>The time that is shown, and the period before it, which has as many hours or days.</summary>
/// <param name="Before">The period before begins here and ends where the other begins.</param>
/// <param name="From">The beginning of an hour or day.</param>
/// <param name="Until">Now, within the last hour or day.</param>
internal sealed record WaitPeriods(DateTimeOffset Before, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>How long something that waits now has waited in the time that is shown.</summary>
    internal long MsOf(OpenWait open) => Overlap(open.Since, From, Until);

    /// <summary>The same in the period before.</summary>
    internal long WasMsOf(OpenWait open) => Overlap(open.Since, Before, From);

    /// <summary>Hours since something was made in the time that is shown, one at least: nothing could wait before.</summary>
    internal double HoursSince(DateTimeOffset? made) => Hours(made, From, Until);

    /// <summary>Whether something was there through all of the period before; else there is nothing to compare with.</summary>
    internal bool IsComparable(DateTimeOffset? made) => made <= Before;

    /// <param name="made">When that which waits could first wait; null where nothing is known of it.</param>
    internal WaitedTime Compare(long ms, long wasMs, DateTimeOffset? made) =>
        IsComparable(made) ? new(ms, wasMs, ChangeOf(ms, wasMs)) : new(ms, null, Change.AsMuch);

    // The last hour or day is still running. That alone makes nothing less, and what is more in spite of it is more.
    private Change ChangeOf(long ms, long wasMs)
    {
        var (rate, was) = (ms / (Until - From).TotalHours, wasMs / (From - Before).TotalHours);
        return ms > wasMs && rate > was ? Change.More
            : ms < wasMs && rate < was ? Change.Less
            : Change.AsMuch;
    }

    private static double Hours(DateTimeOffset? made, DateTimeOffset from, DateTimeOffset to) =>
        Math.Max(1, (to - (made > from ? made.Value : from)).TotalHours);

    private static long Overlap(DateTimeOffset since, DateTimeOffset from, DateTimeOffset to) =>
        Math.Max(0, (long)(to - (since > from ? since : from)).TotalMilliseconds);
}
