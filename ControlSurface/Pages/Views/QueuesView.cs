using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>One queue in the list.</summary>
/// <param name="InPerHour">Arrived an hour, over the last hour or as long as the queue is there.</param>
/// <param name="OutPerHour">Done an hour, measured alike.</param>
/// <param name="PausedWords">Who paused it and why; null while it runs.</param>
/// <param name="Reasons">Why it may need somebody, the worst first; empty where nothing is wrong.</param>
/// <param name="InWork">Owned, but for what waits for a reviewer.</param>
/// <param name="InReview">Owned, and waiting for a reviewer.</param>
/// <param name="WasQueued">How many were queued at this hour yesterday; null where it is not known.</param>
/// <param name="Trend">The last 24 hours beside the 24 before; null where they are not known.</param>
public sealed record QueueRow(
    string Name,
    string State,
    int Owned,
    int Queued,
    DateTimeOffset? OldestAt,
    int Stale,
    int HandedOff,
    double InPerHour,
    double OutPerHour,
    string Lease,
    string? PausedWords,
    IReadOnlyList<QueueReason> Reasons,
    int InWork,
    int InReview,
    long? WasQueued,
    QueueTrend? Trend
)
{
    /// <summary>Somebody may have to do something about it.</summary>
    public bool NeedsSomebody => Reasons.Count > 0;

    /// <summary>Differs where something happened: rates and lines, which go on with time alone, make no row light up.</summary>
    public int Revision => HashCode.Combine(State, Owned, Queued, Stale, HandedOff, InReview, Weight);

    /// <summary>Whether its name or a reason has each of the words.</summary>
    /// <param name="words">Null for any.</param>
    public bool Has(string? words) =>
        words is null || WordsTyped.AreIn(words, [Name, PausedWords, .. Reasons.Select(reason => reason.Words)]);

    /// <summary>How bad it is; 0 where nothing is wrong.</summary>
    public int Weight => Reasons.Count == 0 ? 0 : Reasons[0].Weight * 1000 + Reasons.Skip(1).Sum(one => one.Weight);
}

/// <summary>All queues.</summary>
public sealed record QueuesView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<QueueRow> Rows,
    QueueOrder Order,
    bool IsReversed,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<QueuesView>
{
    /// <summary>Of those that need somebody, the one that does most; null where none does.</summary>
    public QueueRow? Worst => Rows.Where(row => row.NeedsSomebody).MaxBy(row => row.Weight);

    /// <summary>How many need somebody.</summary>
    public int NeedSomebody => Rows.Count(row => row.NeedsSomebody);

    /// <summary>
    /// How many of how many need somebody, up to the name of the worst, and what stands between that name and its reason; all of a sentence
    /// where none does.
    /// </summary>
    public (string Before, string Between) Says
    {
        get
        {
            var of = $"{Words.Count(NeedSomebody)} of {Words.Plural(Rows.Count, "queue")}";
            return NeedSomebody switch
            {
                0 when Rows.Count == 1 => ("The queue runs as usual.", ""),
                0 => ($"All {Words.Count(Rows.Count)} queues run as usual.", ""),
                1 => ($"{of} needs somebody: ", ", "),
                _ => ($"{of} need somebody. The first is ", ": "),
            };
        }
    }

    /// <summary>All queues that the viewer may see.</summary>
    /// <param name="past">How much there was before.</param>
    /// <param name="order">In which order they stand.</param>
    /// <param name="isReversed">The other way round.</param>
    public static QueuesView From(
        Board board,
        Viewer you,
        DateTimeOffset now,
        QueuesPast past,
        QueueOrder order = QueueOrder.Worst,
        bool isReversed = false
    )
    {
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name)).ToList();
        var flow = queues.Select(queue => Flow.Of(queue, now)).ToList();
        var then = past.Only([.. queues.Select(queue => queue.Name)]);
        var reasons = QueueReasons.In(board, then, now);
        return new QueuesView(
            board.Seq,
            [
                Owned(queues, then),
                Queued(queues, then),
                Arrived(flow, then),
                Stale(queues, flow, then),
                Lapsed(flow, then),
                Paused(queues),
            ],
            Sorted(
                queues.Zip(flow, (queue, through) => Row(queue, through, board, reasons(queue), then)),
                order,
                isReversed
            ),
            order,
            isReversed,
            // Reasons grow with time alone: "no agent has claimed for 5 min", "paused for 3 min".
            queues.Count == 0
                ? null
                : now.AddMinutes(1)
        );
    }

    private static IReadOnlyList<QueueRow> Sorted(IEnumerable<QueueRow> rows, QueueOrder order, bool isReversed)
    {
        // Where nothing waits, nothing is old: such a queue is last, whichever way the others stand.
        var whole = rows.OrderBy(row => order == QueueOrder.Oldest && row.OldestAt is null);
        var sorted = order switch
        {
            QueueOrder.Name when isReversed => whole.ThenByDescending(
                row => row.Name,
                StringComparer.OrdinalIgnoreCase
            ),
            QueueOrder.Name => whole.ThenBy(row => row.Name, StringComparer.OrdinalIgnoreCase),
            _ when isReversed => whole.ThenBy(row => MuchOf(row, order)),
            _ => whole.ThenByDescending(row => MuchOf(row, order)),
        };
        return [.. sorted.ThenBy(row => row.Name, StringComparer.Ordinal)];
    }

    private static double MuchOf(QueueRow row, QueueOrder order) =>
        order switch
        {
            QueueOrder.Worst => row.Weight,
            QueueOrder.Name => 0,
            QueueOrder.Queued => row.Queued,
            QueueOrder.Oldest => row.OldestAt is { } at ? -at.ToUnixTimeMilliseconds() : 0,
            QueueOrder.Owned => row.Owned,
            QueueOrder.Stale => row.Stale,
            QueueOrder.Work => row.Queued + row.Owned + row.HandedOff + row.Stale,
            QueueOrder.Hour => row.InPerHour - row.OutPerHour,
        };

    private static FigureView Owned(List<QueueBoard> queues, QueuesPast then)
    {
        var allowed = queues.Sum(queue => queue.Queue.Policy.MaxActive ?? 0);
        var isLimited = queues.Count > 0 && queues.TrueForAll(queue => queue.Queue.Policy.MaxActive is not null);
        var owned = queues.Sum(queue => queue.LiveCount);
        return then.Beside(
            new FigureView(
                "Owned",
                Words.Count(owned),
                isLimited ? $"{Words.Count(allowed)} allowed" : "",
                Icons.CircleDot,
                Hue.Work,
                "./?q=" + Uri.EscapeDataString(NowFilter.OwnedWords),
                owned == 0
            ),
            Measure.Owned,
            owned
        );
    }

    private static FigureView Queued(List<QueueBoard> queues, QueuesPast then)
    {
        var queued = queues.Sum(queue => queue.CountOf(ItemState.Queued));
        var oldest = queues.Min(queue => queue.OldestQueuedAt);
        return then.Beside(
            new FigureView(
                "Queued",
                Words.Count(queued),
                oldest is null ? "" : "oldest",
                Icons.CircleDashed,
                Hue.Idle,
                "./?state=queued",
                queued == 0,
                At: oldest
            ),
            Measure.Queued,
            queued
        );
    }

    private static FigureView Arrived(List<Flow> flow, QueuesPast then) =>
        then.Beside(
            new FigureView(
                "Arrived per minute",
                Rate(flow.Sum(one => one.CreatedPerMinute)),
                $"done {Rate(flow.Sum(one => one.CompletionsPerMinute))}",
                Icons.ArrowRight,
                Hue.Idle,
                "history?type=item.created&minutes=60",
                flow.TrueForAll(one => one.Created == 0)
            ),
            Measure.Created,
            flow.Sum(one => one.Created),
            was => Rate(was / 60.0)
        );

    private static FigureView Stale(List<QueueBoard> queues, List<Flow> flow, QueuesPast then)
    {
        var stale = queues.Sum(queue => queue.CountOf(ItemState.Stale));
        return then.Beside(
            new FigureView(
                "Stale",
                Words.Count(stale),
                $"{Words.Count(flow.Sum(one => one.Stale))} in the last hour",
                Icons.TimerOff,
                Hue.Bad,
                "desk?show=stale",
                stale == 0
            ),
            Measure.StaleNow,
            stale
        );
    }

    private static FigureView Lapsed(List<Flow> flow, QueuesPast then) =>
        then.Beside(
            new FigureView(
                "Lapsed claims",
                Words.Count(flow.Sum(one => one.Lapses)),
                "last hour",
                Icons.Hourglass,
                Hue.Wait,
                "history?type=lease.lapsed&minutes=60",
                flow.TrueForAll(one => one.Lapses == 0)
            ),
            Measure.Lapsed,
            flow.Sum(one => one.Lapses)
        );

    private static FigureView Paused(List<QueueBoard> queues)
    {
        var paused = queues.Count(queue => queue.Queue.Pause is not null);
        return new(
            "Paused",
            Words.Count(paused),
            paused == 0 ? "all run" : "",
            Icons.CirclePause,
            Hue.Wait,
            "queues?state=paused",
            paused == 0
        );
    }

    private static QueueRow Row(
        QueueBoard queue,
        Flow through,
        Board board,
        IReadOnlyList<QueueReason> reasons,
        QueuesPast then
    ) =>
        new(
            queue.Name,
            queue.Queue.Pause is null ? "running" : "paused",
            queue.LiveCount,
            queue.CountOf(ItemState.Queued),
            queue.OldestQueuedAt,
            queue.CountOf(ItemState.Stale),
            queue.CountOf(ItemState.HandedOff),
            Math.Round(through.CreatedPerMinute * 60, 1),
            Math.Round(through.CompletionsPerMinute * 60, 1),
            Words.Left(TimeSpan.FromSeconds(queue.Queue.Policy.LeaseSeconds)),
            queue.Queue.Pause is { } pause ? $"by {board.NameOf(pause.By)}: “{pause.Why}”" : null,
            reasons,
            queue.LiveCount - queue.CountOf(ItemState.WaitingOnReview),
            queue.CountOf(ItemState.WaitingOnReview),
            then.QueuedIn(queue.Name),
            then.Trends.GetValueOrDefault(queue.Name)
        );

    /// <summary>A rate as people read it: two places where it is less than one, or few would read as none.</summary>
    internal static string Rate(double aMinute) =>
        aMinute.ToString(aMinute < 1 ? "0.##" : "0.#", CultureInfo.InvariantCulture);

    /// <summary>What went through a queue in the last hour.</summary>
    /// <param name="Minutes">How long was measured: an hour, or as long as the queue is there; at least 1.</param>
    internal sealed record Flow(int Created, int Claims, int Completions, int Stale, int Lapses, int Minutes)
    {
        internal double CreatedPerMinute => (double)Created / Minutes;
        internal double ClaimsPerMinute => (double)Claims / Minutes;
        internal double CompletionsPerMinute => (double)Completions / Minutes;

        internal static Flow Of(QueueBoard queue, DateTimeOffset now)
        {
            // The room forgets a minute when the next event comes, so a quiet queue has to be cut here.
            var from = now.ToUnixTimeSeconds() / 60 - 59;
            var kept = queue.Flow.Where(minute => minute.Minute >= from).ToList();
            return new Flow(
                kept.Sum(minute => minute.Created),
                kept.Sum(minute => minute.Claims),
                kept.Sum(minute => minute.Completions),
                kept.Sum(minute => minute.Stale),
                kept.Sum(minute => minute.Lapses),
                QueueRoom.MeasuredMinutes(queue.Queue.CreatedAt, now, most: 60)
            );
        }
    }
}
