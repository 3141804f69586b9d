using ControlSurface.Components;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>The order of the list of queues, as its address names it.</summary>
public enum QueueOrder
{
    /// <summary>What may need somebody first.</summary>
    Worst,

    /// <summary>By name.</summary>
    Name,

    /// <summary>Where most is queued first.</summary>
    Queued,

    /// <summary>Where something has waited longest first.</summary>
    Oldest,

    /// <summary>Where most is owned first.</summary>
    Owned,

    /// <summary>Where most is stale first.</summary>
    Stale,

    /// <summary>Where most work is that is not done first, whoever it waits for.</summary>
    Work,

    /// <summary>Where most more comes than goes first.</summary>
    Hour,
}

/// <summary>How much there was in the queues before.</summary>
/// <param name="Yesterday">At the end of this hour yesterday, and what happened in it; empty where it is not known.</param>
/// <param name="Before">At an instant half an hour to one and a half before now; empty where it is not known.</param>
/// <param name="At">That instant.</param>
public sealed record QueuesPast(IReadOnlyList<LevelThen> Yesterday, IReadOnlyList<LevelThen> Before, DateTimeOffset At)
{
    /// <summary>Each queue by the hour, today beside yesterday; a queue of which nothing is known is not among them.</summary>
    public IReadOnlyDictionary<string, QueueTrend> Trends { get; init; } =
        new Dictionary<string, QueueTrend>(StringComparer.Ordinal);

    // Asked for each row at each look.
    private readonly Dictionary<string, long> _queuedYesterday = QueuedBy(Yesterday);
    private readonly Dictionary<string, long> _queuedBefore = QueuedBy(Before);

    /// <summary>Nothing is known of it.</summary>
    public static QueuesPast Unknown { get; } = new([], [], default);

    /// <summary>What the projections know of it.</summary>
    /// <param name="zone">The reader's, by whose clocks yesterday is meant.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static QueuesPast Of(
        IProjections projections,
        IReadOnlyList<string> queues,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        // Levels are known as they were at the end of an hour: of the last that has been over for long enough to measure by.
        var hour = new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        var at = now - hour >= TimeSpan.FromMinutes(30) ? hour : hour.AddHours(-1);
        return new QueuesPast(Then(projections, queues, now, zone), projections.LevelsAt(queues, at.AddTicks(-1)), at)
        {
            Trends = QueueTrend.Of(projections, queues, now, zone),
        };
    }

    /// <summary>How much there was at this hour yesterday alone, for figures that say no more.</summary>
    /// <param name="zone">The reader's, by whose clocks yesterday is meant.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static QueuesPast OfYesterday(
        IProjections projections,
        IReadOnlyList<string> queues,
        DateTimeOffset now,
        TimeZoneInfo zone
    ) => new(Then(projections, queues, now, zone), [], default);

    private static IReadOnlyList<LevelThen> Then(
        IProjections projections,
        IReadOnlyList<string> queues,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        var then = SameHour.Yesterday(now, zone);
        return projections.LevelsAt(queues, then) is { Count: > 0 } levels
            ? [.. levels, .. projections.CountsIn(queues, then)]
            : [];
    }

    /// <summary>Of these queues alone.</summary>
    public QueuesPast Only(HashSet<string> queues) =>
        new(
            [.. Yesterday.Where(level => queues.Contains(level.Queue))],
            [.. Before.Where(level => queues.Contains(level.Queue))],
            At
        )
        {
            Trends = Trends,
        };

    /// <summary>How many were queued in one of them at this hour yesterday; null where it is not known.</summary>
    public long? QueuedIn(string queue) => _queuedYesterday.TryGetValue(queue, out var queued) ? queued : null;

    /// <summary>How many more are queued each hour than before; 0 where it is not known, negative where it shrinks.</summary>
    public int GrowthOf(string queue, int queued, DateTimeOffset now) =>
        _queuedBefore.TryGetValue(queue, out var then) && now > At
            ? (int)Math.Round((queued - then) / (now - At).TotalHours)
            : 0;

    private static Dictionary<string, long> QueuedBy(IReadOnlyList<LevelThen> levels) =>
        levels
            .Where(level => level.Measure == Measure.Queued)
            .ToDictionary(level => level.Queue, level => level.Value, StringComparer.Ordinal);

    /// <summary>A figure with how much it was yesterday before the rest of its detail, and whether that is more; as it is where that is not known.</summary>
    /// <param name="now">How much it is.</param>
    /// <param name="say">The words of an amount, where they are not those of a count.</param>
    internal FigureView Beside(FigureView figure, Measure measure, long now, Func<long, string>? say = null)
    {
        var isLevel = measure >= Measure.Queued;
        var then = Yesterday.Where(level => level.Measure == measure).ToList();
        // What did not happen in an hour has no row: it was 0, if the queue's levels of that hour are known.
        if (then.Count == 0 && (isLevel || Yesterday.Count == 0))
            return figure;
        var was = then.Sum(level => level.Value);
        var words = $"was {(say ?? Words.Count)(was)} {(isLevel ? "at" : "in")} this hour yesterday";
        return figure with
        {
            Detail = figure.Detail.Length == 0 ? words : $"{words}; {figure.Detail}",
            Step = now.CompareTo(was),
        };
    }
}
