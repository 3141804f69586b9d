namespace ControlSurface.Pages.Views;

/// <summary>Yesterday at the same time by the clock on a reader's wall: 23 or 25 hours ago where the clocks changed in between.</summary>
internal static class SameHour
{
    // A day and its yesterday, and the hour by which one of them may be longer.
    private static readonly TimeSpan Compared = TimeSpan.FromHours(49);

    /// <summary>The instant at which the clocks of the zone showed the same time on the day before.</summary>
    /// <remarks>
    /// A time that they skipped then is 24 hours ago. Of a time that they showed twice then it is the one with the same offset, or the first.
    /// </remarks>
    internal static DateTimeOffset Yesterday(DateTimeOffset at, TimeZoneInfo zone)
    {
        var here = TimeZoneInfo.ConvertTime(at, zone);
        var then = here.DateTime.AddDays(-1);
        if (zone.IsInvalidTime(then))
            return at.AddDays(-1).ToUniversalTime();
        var offset =
            !zone.IsAmbiguousTime(then) ? zone.GetUtcOffset(then)
            : zone.GetAmbiguousTimeOffsets(then) is var both && both.Contains(here.Offset) ? here.Offset
            : both.Max();
        return new DateTimeOffset(then, offset).ToUniversalTime();
    }

    /// <summary>A zone by which every yesterday of the last day is the same: UTC for all in whose zones the clocks did not change.</summary>
    /// <remarks>What is found for one reader is then true for all others.</remarks>
    internal static TimeZoneInfo ZoneFor(TimeZoneInfo zone, DateTimeOffset now) =>
        zone.GetUtcOffset(now) == zone.GetUtcOffset(now - Compared) ? TimeZoneInfo.Utc : zone;
}
