using ControlSurface.Components;
using ControlSurface.Core.Queues;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>
/// A queue over the last 24 hours beside the same hours a day earlier: how many were queued, and how long the oldest had waited, at the end of each hour.
/// The oldest hour stands first; null where nothing is known. The running hour is not over: what is true now stands in its place.
/// </summary>
/// <param name="From">When the first of the last 24 hours begins.</param>
/// <param name="Depth">How many were queued.</param>
/// <param name="DepthThen">How many were queued a day earlier.</param>
/// <param name="AgeMs">How long the oldest had waited, in milliseconds.</param>
/// <param name="AgeMsThen">How long the oldest had waited a day earlier, in milliseconds.</param>
public sealed record QueueTrend(
    DateTimeOffset From,
    IReadOnlyList<long?> Depth,
    IReadOnlyList<long?> DepthThen,
    IReadOnlyList<long?> AgeMs,
    IReadOnlyList<long?> AgeMsThen
)
{
    /// <summary>How many hours a line has.</summary>
    public const int Hours = 24;

    // A day of 25 hours lies between an hour and the same a day earlier where the clocks went back.
    private const int Known = 2 * Hours + 1;
    private const long HourMs = 3_600_000;

    /// <summary>The trends of queues, from one look at what is counted by the hour.</summary>
    /// <param name="zone">The reader's: the hour that stands below another is the same of its clocks, the day before.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static IReadOnlyDictionary<string, QueueTrend> Of(
        IProjections projections,
        IReadOnlyList<string> queues,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        var running = new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        var first = running.AddHours(1 - Known);
        var levels = projections.QueuedByHour(queues, first).ToLookup(level => level.Queue);
        return queues
            .Select((name, k) => (name, Trend: Of(levels[k], first, zone)))
            .Where(one => one.Trend is not null)
            .ToDictionary(one => one.name, one => one.Trend!, StringComparer.Ordinal);
    }

    /// <summary>How many were queued, with what is queued now in the place of the running hour.</summary>
    public IReadOnlyList<long?> DepthUntil(int queued) => [.. Depth.SkipLast(1), queued];

    /// <summary>How long the oldest had waited, with what waits now in the place of the running hour.</summary>
    public IReadOnlyList<long?> AgeUntil(DateTimeOffset? oldestAt, DateTimeOffset now) =>
        [.. AgeMs.SkipLast(1), oldestAt is { } since ? Math.Max(0, (long)(now - since).TotalMilliseconds) : 0];

    /// <summary>A line and the one beside it in words: "24 hours: 0 to 15, now 12; the day before 2 to 9".</summary>
    public static string Aloud(IReadOnlyList<long?> line, IReadOnlyList<long?> then, Func<long, string> words)
    {
        var before = then.OfType<long>().Any() ? $"; the day before {Between(then)}" : "";
        return $"24 hours: {Between(line)}, now {(line[^1] is { } last ? words(last) : "not known")}{before}";

        string Between(IReadOnlyList<long?> values)
        {
            var known = values.OfType<long>().ToList();
            var (least, most) = (known.Min(), known.Max());
            return least == most ? words(most) : $"{words(least)} to {words(most)}";
        }
    }

    private static QueueTrend? Of(IEnumerable<HourLevel> levels, DateTimeOffset first, TimeZoneInfo zone)
    {
        var depth = new long?[Known];
        var readyAt = new long?[Known];
        var isKnown = false;
        foreach (var level in levels)
        {
            // What was before the first hour is how it began.
            var hour = Math.Max(0, (int)(level.Hour - first).TotalHours);
            var line = level.Measure == Measure.Queued ? depth : readyAt;
            if (level.Hour >= first || line[hour] is null)
                line[hour] = level.Value;
            isKnown = true;
        }
        if (!isKnown)
            return null;
        Carry(depth);
        Carry(readyAt);
        var age = new long?[Known];
        for (var k = 0; k < age.Length; k++)
        {
            var end = first.ToUnixTimeMilliseconds() + (k + 1) * HourMs;
            age[k] =
                readyAt[k] is not { } ready ? null
                : ready == 0 ? 0
                : Math.Max(0, end - ready);
        }
        var from = first.AddHours(Known - Hours);
        List<int> then =
        [
            .. Enumerable
                .Range(0, Hours)
                .Select(k => (int)Math.Floor((SameHour.Yesterday(from.AddHours(k), zone) - first).TotalHours)),
        ];
        return new QueueTrend(
            from,
            depth[^Hours..],
            [.. then.Select(hour => depth[hour])],
            age[^Hours..],
            [.. then.Select(hour => age[hour])]
        );
    }

    // Where nothing happens nothing changes: a level stays until the next hour in which something does.
    private static void Carry(long?[] line)
    {
        for (var k = 1; k < line.Length; k++)
            line[k] ??= line[k - 1];
    }
}
