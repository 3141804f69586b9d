namespace ControlSurface.Storage.Projections;

/// <summary>
/// A length of time by which waits are summed. Each wait is in the sums of every length; a long time is then read as few long
/// stretches and, at its beginning, some short ones. Each length is a multiple of the one before.
/// </summary>
/// <param name="Hours">How many hours each stretch has; the first began with 1970 (UTC).</param>
/// <param name="Kept">How long its sums are kept. A longer wait is laid out over this much only.</param>
internal sealed record WaitStretch(long Hours, TimeSpan Kept)
{
    private const long HourMs = 3_600_000;

    // The longest time that pages show by the hour (8 days) or by the day (90 days), and as much before it to compare with.
    internal static WaitStretch Hour { get; } = new(1, TimeSpan.FromDays(17));

    internal static WaitStretch Day { get; } = new(24, TimeSpan.FromDays(190));

    /// <summary>All of them, the shortest first.</summary>
    internal static IReadOnlyList<WaitStretch> All { get; } = [Hour, Day, new(8 * 24, Day.Kept)];

    private long Ms => Hours * HourMs;

    /// <summary>When a stretch begins.</summary>
    /// <param name="stretch">As <see cref="Of"/> names it.</param>
    internal static DateTimeOffset At(long stretch) => DateTimeOffset.FromUnixTimeMilliseconds(stretch * HourMs);

    /// <summary>The stretch that holds an instant: the hour since 1970 with which it begins.</summary>
    /// <param name="at">In milliseconds since 1970.</param>
    internal long Of(long at) => at / Ms * Hours;

    /// <summary>A span as parts of stretches: an instant within each, and how much of the span lies in it.</summary>
    internal IEnumerable<(long From, long Ms)> Laid(long from, long to)
    {
        from = Math.Max(from, to - (long)Kept.TotalMilliseconds);
        while (from < to)
        {
            var end = Math.Min(to, (from / Ms + 1) * Ms);
            yield return (from, end - from);
            from = end;
        }
    }

    /// <summary>
    /// All time since the beginning of the stretch that holds an instant, as the longest stretches that it is made of: those of each
    /// length begin with <c>From</c>, and end before <c>Until</c>.
    /// </summary>
    /// <param name="at">In milliseconds since 1970.</param>
    internal IEnumerable<(WaitStretch Length, long From, long Until)> Since(long at) => Parts(Of(at), long.MaxValue);

    /// <summary>The same of the time before the stretch that holds the second instant: short stretches stand at both ends.</summary>
    /// <param name="from">In milliseconds since 1970.</param>
    /// <param name="until">In milliseconds since 1970.</param>
    internal IEnumerable<(WaitStretch Length, long From, long Until)> Between(long from, long until) =>
        Parts(Of(from), Of(until));

    private IEnumerable<(WaitStretch Length, long From, long Until)> Parts(long from, long until)
    {
        if (from >= until)
            return [];
        if (All.FirstOrDefault(one => one.Hours > Hours) is not { } longer)
            return [(this, from, until)];
        var begin = (from + longer.Hours - 1) / longer.Hours * longer.Hours;
        var end = until == long.MaxValue ? until : until / longer.Hours * longer.Hours;
        if (begin >= end)
            return [(this, from, until)];
        List<(WaitStretch, long, long)> parts = [.. longer.Parts(begin, end)];
        if (begin > from)
            parts.Insert(0, (this, from, begin));
        if (end < until)
            parts.Add((this, end, until));
        return parts;
    }
}
