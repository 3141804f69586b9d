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

    internal static WaitStretch Hour { get; } = new(1, TimeSpan.FromDays(9));

    internal static WaitStretch Day { get; } = new(24, TimeSpan.FromDays(100));

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
    /// length begin with <c>From</c>, and end where the next length begins.
    /// </summary>
    /// <param name="at">In milliseconds since 1970.</param>
    internal IEnumerable<(WaitStretch Length, long From, long Until)> Since(long at)
    {
        var from = Of(at);
        foreach (var length in All.Where(one => one.Hours >= Hours))
        {
            var longer = All.FirstOrDefault(one => one.Hours > length.Hours)?.Hours;
            var until = longer is { } hours ? (from + hours - 1) / hours * hours : long.MaxValue;
            if (until > from)
                yield return (length, from, until);
            from = until;
        }
    }
}
