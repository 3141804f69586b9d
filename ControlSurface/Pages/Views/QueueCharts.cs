using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>How far back a queue's charts go.</summary>
/// <param name="Key">In the address: <c>7d</c>.</param>
/// <param name="Steps">Points of each chart.</param>
/// <param name="IsByDay">Each a day (UTC), or an hour.</param>
public sealed record ChartRange(string Key, string Name, int Steps, bool IsByDay)
{
    /// <summary>The ranges beside the last hour, which is shown by the minute.</summary>
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("24h", "24 hours", 24, false),
        new("7d", "7 days", 168, false),
        new("30d", "30 days", 30, true),
        new("90d", "90 days", 90, true),
    ];

    /// <summary>How long one step lasts.</summary>
    public TimeSpan Step => IsByDay ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);

    /// <summary>What one step is called: <c>day</c> or <c>hour</c>.</summary>
    public string Unit => IsByDay ? "day" : "hour";
}

/// <summary>A queue over days and weeks, from what is counted by the hour; each peak leads to the event behind it.</summary>
public static class QueueCharts
{
    /// <param name="queue">Of now: what the last point of a level says.</param>
    /// <exception cref="ProjectionsNotReadyException">The figures are being made.</exception>
    public static IReadOnlyList<ChartView> Of(
        IProjections projections,
        QueueBoard queue,
        ChartRange range,
        DateTimeOffset now
    )
    {
        var ticks = range.Step.Ticks;
        var last = new DateTimeOffset(now.UtcTicks / ticks * ticks, TimeSpan.Zero);
        var first = last - range.Step * (range.Steps - 1);
        var at = new Points(
            [.. Enumerable.Range(0, range.Steps).Select(k => first + range.Step * k)],
            range,
            queue.Queue.CreatedAt,
            projections.FiguresOf(queue.Name, first, range.IsByDay),
            projections.LevelsBefore(queue.Name, first),
            queue,
            now
        );
        return
        [
            at.Levels(
                "Depth",
                "at the end of each " + range.Unit,
                ("queued", null, Measure.Queued, queue.CountOf(ItemState.Queued)),
                ("owned", Hue.Work, Measure.Owned, queue.LiveCount),
                ("in review", Hue.Wait, Measure.InReview, queue.CountOf(ItemState.WaitingOnReview))
            ) with
            {
                Goal = queue.Queue.Policy.MaxActive,
                GoalName = "most that may be owned",
            },
            at.Oldest(),
            at.Counts(
                "Flow",
                ("created", null, Measure.Created),
                ("claimed", Hue.Work, Measure.Claimed),
                ("completed", Hue.Good, Measure.Completed)
            ),
            at.Counts(
                "Stale and lapsed",
                ("stale", Hue.Bad, Measure.Stale),
                ("lapsed", Hue.Wait, Measure.Lapsed),
                ("taken over", Hue.Work, Measure.TakenOver)
            ),
            at.Counts(
                "Collisions",
                ("conflicts", Hue.Bad, Measure.Conflicts),
                ("approvals fallen", Hue.Wait, Measure.ApprovalsFallen)
            ),
            at.Waits("Waits by broad locks", "wait", Measure.LockWaits, Hue.Wait, "lock", isMean: false),
            at.Waits("Review wait", "review", Measure.ReviewWaits, Hue.Wait, "review", isMean: true) with
            {
                Goal = queue.Queue.Policy.ReviewDueSeconds / 60d,
                GoalName = "due",
            },
        ];
    }

    private sealed class Points(
        IReadOnlyList<DateTimeOffset> at,
        ChartRange range,
        DateTimeOffset since,
        IReadOnlyList<Figure> figures,
        IReadOnlyList<Figure> before,
        QueueBoard queue,
        DateTimeOffset now
    )
    {
        private readonly Dictionary<(DateTimeOffset, Measure), Figure> _figures = figures.ToDictionary(figure =>
            (figure.From, figure.Measure)
        );

        internal ChartView Counts(string title, params (string Name, Hue? Hue, Measure Measure)[] series)
        {
            var sums = series.Select(one => Sum(one.Measure)).ToList();
            return new ChartView(
                title,
                string.Join(" / ", sums.Select(sum => Words.Count(sum))),
                string.Join(" / ", series.Select(one => one.Name)) + $" in {range.Name}",
                $"{string.Join(", ", series.Select((one, k) => $"{Words.Count(sums[k])} {one.Name}"))} in the last {range.Name}",
                "",
                at,
                [
                    .. series.Select(
                        (one, k) =>
                            new SeriesView(one.Name, one.Hue, k == 1, Values(one.Measure, figure => figure.Count, 0))
                    ),
                ]
            )
            {
                Peak = series
                    .Select(one => PeakOf(one.Measure, figure => figure.Count, one.Name))
                    .OfType<(long Value, PeakView Peak)>()
                    .OrderByDescending(peak => peak.Value)
                    .FirstOrDefault()
                    .Peak,
            };
        }

        internal ChartView Levels(
            string title,
            string detail,
            params (string Name, Hue? Hue, Measure Measure, long Now)[] series
        ) =>
            new(
                title,
                string.Join(" / ", series.Select(one => Words.Count(one.Now))),
                string.Join(" / ", series.Select(one => one.Name)) + ", now",
                $"{string.Join(", ", series.Select(one => $"{Words.Count(one.Now)} {one.Name}"))} now; {detail} over {range.Name}",
                "",
                at,
                [
                    .. series.Select(
                        (one, k) =>
                            new SeriesView(
                                one.Name,
                                one.Hue,
                                k == 1,
                                Carried(one.Measure, figure => figure.Count, one.Now)
                            )
                    ),
                ]
            )
            {
                Peak = Highest(series[0].Measure) is { } figure
                    ? new PeakView(
                        $"Most queued: {Words.Count(figure.Peak)}, {When(figure.From)}",
                        Board(figure.PeakSeq)
                    )
                    : null,
            };

        internal ChartView Oldest()
        {
            var oldest = queue.OldestQueuedAt is { } ready ? now - ready : TimeSpan.Zero;
            return new ChartView(
                "Oldest queued",
                queue.OldestQueuedAt is null ? "nothing waits" : Words.Age(oldest),
                queue.OldestQueuedAt is null ? "" : "waits the oldest, now",
                queue.OldestQueuedAt is null
                    ? "Nothing is queued now"
                    : $"The oldest queued item has waited {Words.Age(oldest)}",
                "",
                at,
                [new SeriesView("longest wait, in minutes", Hue.Wait, false, Waited(oldest))]
            )
            {
                Peak = Highest(Measure.OldestQueuedMs) is { Peak: > 0 } figure
                    ? new PeakView(
                        $"Longest: {Words.Age(TimeSpan.FromMilliseconds(figure.Peak))}, {When(figure.From)}",
                        Board(figure.PeakSeq)
                    )
                    : null,
            };
        }

        internal ChartView Waits(string title, string thing, Measure measure, Hue hue, string type, bool isMean)
        {
            var all = _figures.Values.Where(figure => figure.Measure == measure).ToList();
            var count = all.Sum(figure => figure.Count);
            var sum = TimeSpan.FromMilliseconds(all.Sum(figure => figure.SumMs));
            var shown = isMean && count > 0 ? sum / count : sum;
            var longest = all.MaxBy(figure => figure.Peak);
            return new ChartView(
                title,
                count == 0 ? "none" : Words.Age(shown),
                $"{(isMean ? "on average" : "lost")}, {Words.Plural(count, thing)} in {range.Name}",
                $"{Words.Plural(count, thing)}, {Words.Age(shown)} {(isMean ? "on average" : "lost in all")}, in the last {range.Name}",
                "",
                at,
                isMean
                    ?
                    [
                        new SeriesView(
                            "average, in minutes",
                            hue,
                            false,
                            Values(measure, figure => figure.SumMs / 60_000d / figure.Count, null)
                        ),
                        new SeriesView(
                            "longest, in minutes",
                            null,
                            true,
                            Values(measure, figure => figure.Peak / 60_000d, null)
                        ),
                    ]
                    :
                    [
                        new SeriesView(
                            "lost, in minutes",
                            hue,
                            false,
                            Values(measure, figure => figure.SumMs / 60_000d, 0)
                        ),
                    ]
            )
            {
                Peak = longest is { Peak: > 0 }
                    ? new PeakView(
                        $"Longest: {Words.Age(TimeSpan.FromMilliseconds(longest.Peak))}, {When(longest.From)}",
                        Journal(type, longest.PeakSeq)
                    )
                    : null,
            };
        }

        private long Sum(Measure measure) =>
            _figures.Values.Where(figure => figure.Measure == measure).Sum(figure => figure.Count);

        private Figure? Highest(Measure measure) =>
            _figures.Values.Where(figure => figure.Measure == measure).MaxBy(figure => figure.Peak);

        private (long, PeakView)? PeakOf(Measure measure, Func<Figure, long> value, string name) =>
            _figures.Values.Where(figure => figure.Measure == measure).MaxBy(value) is { } most && value(most) > 0
                ? (
                    value(most),
                    new PeakView(
                        $"Most: {Words.Count(value(most))} {name}, {When(most.From)}",
                        Journal(TypeOf(measure), most.PeakSeq)
                    )
                )
                : null;

        // Where there was no queue nothing is known; where there was and nothing happened it is nothing.
        private List<double?> Values(Measure measure, Func<Figure, double> value, double? nothing) =>
            [
                .. at.Select(from =>
                    from + range.Step <= since ? null
                    : _figures.TryGetValue((from, measure), out var figure) ? value(figure)
                    : nothing
                ),
            ];

        // Where nothing happens nothing changes: a level stays until the next event.
        private List<double?> Carried(Measure measure, Func<Figure, double> value, double now)
        {
            double? level = before.FirstOrDefault(figure => figure.Measure == measure) is { } known
                ? value(known)
                : null;
            var values = new List<double?>(at.Count);
            foreach (var from in at)
            {
                if (_figures.TryGetValue((from, measure), out var figure))
                    level = value(figure);
                values.Add(from + range.Step <= since ? null : level ?? 0);
            }
            values[^1] = now;
            return values;
        }

        // Who waits goes on waiting while nothing happens: until the end of the stretch, or until now.
        private List<double?> Waited(TimeSpan untilNow)
        {
            double? ready = before.FirstOrDefault(figure => figure.Measure == Measure.OldestReadyAt)?.Count;
            var values = new List<double?>(at.Count);
            foreach (var from in at)
            {
                if (_figures.TryGetValue((from, Measure.OldestReadyAt), out var last))
                    ready = last.Count;
                var end = from + range.Step < now ? from + range.Step : now;
                var waits = ready is > 0 ? Math.Max(0, end.ToUnixTimeMilliseconds() - ready.Value) : 0;
                var peak = _figures.TryGetValue((from, Measure.OldestQueuedMs), out var most) ? most.Peak : 0;
                values.Add(from + range.Step <= since ? null : Math.Max(waits, peak) / 60_000d);
            }
            values[^1] = Math.Max(values[^1] ?? 0, untilNow.TotalMinutes);
            return values;
        }

        private string When(DateTimeOffset from) =>
            range.IsByDay
                ? from.UtcDateTime.ToString("d MMM '(UTC)'", CultureInfo.InvariantCulture)
                : $"in the {range.Unit} from {Words.At(from)}";

        private string Journal(string type, long seq) =>
            $"history?type={type}&queue={Uri.EscapeDataString(queue.Name)}&before={(seq + 1).ToString(CultureInfo.InvariantCulture)}";

        private static string Board(long seq) => "history?at=" + seq.ToString(CultureInfo.InvariantCulture);

        private static string TypeOf(Measure measure) =>
            measure switch
            {
                Measure.Created => "item.created",
                Measure.Claimed => "lease",
                Measure.Completed => "item.completed",
                Measure.Cancelled => "item.cancelled",
                Measure.Stale => "lease.stale",
                Measure.Lapsed => "lease.lapsed",
                Measure.TakenOver => "lease.takenOver",
                Measure.Conflicts => "conflict.opened",
                Measure.ApprovalsFallen => "approval.invalidated",
                _ => "item",
            };
    }
}
