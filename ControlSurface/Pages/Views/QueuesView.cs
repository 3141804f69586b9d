using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One queue in the list.</summary>
/// <param name="Through">Arrived and done a minute, over the last hour or as long as the queue is there.</param>
/// <param name="PausedWords">Who paused it and why; null while it runs.</param>
public sealed record QueueRow(
    string Name,
    string State,
    int Owned,
    int Queued,
    DateTimeOffset? OldestAt,
    int Stale,
    int HandedOff,
    string Through,
    string Lease,
    string? PausedWords,
    DateTimeOffset? PausedAt
);

/// <summary>All queues.</summary>
public sealed record QueuesView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<QueueRow> Rows,
    string? StoppedWords
) : IView<QueuesView>
{
    /// <summary>All queues that the viewer may see.</summary>
    public static QueuesView From(Board board, Viewer you, DateTimeOffset now)
    {
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name)).ToList();
        var flow = queues.Select(queue => Flow.Of(queue, now)).ToList();
        return new QueuesView(
            board.Seq,
            [Owned(queues), Queued(queues), Arrived(flow), Stale(queues, flow), Lapsed(flow), Paused(queues)],
            [.. queues.Zip(flow, (queue, through) => Row(queue, through, board))],
            board.Stopped is { } stop
                ? $"{board.NameOf(stop.By)} stopped the line ({stop.Scope.ToString().ToLowerInvariant()}): {stop.Why}"
                : null
        );
    }

    private static FigureView Owned(List<QueueBoard> queues)
    {
        var allowed = queues.Sum(queue => queue.Queue.Policy.MaxActive ?? 0);
        var isLimited = queues.Count > 0 && queues.TrueForAll(queue => queue.Queue.Policy.MaxActive is not null);
        var owned = queues.Sum(queue => queue.LiveCount);
        return new(
            "Owned",
            Words.Count(owned),
            isLimited ? $"of {Words.Count(allowed)} allowed" : "",
            Icons.CircleDot,
            Hue.Work,
            "./?q=" + Uri.EscapeDataString(NowFilter.OwnedWords),
            owned == 0
        );
    }

    private static FigureView Queued(List<QueueBoard> queues)
    {
        var queued = queues.Sum(queue => queue.CountOf(ItemState.Queued));
        var oldest = queues.Min(queue => queue.OldestQueuedAt);
        return new(
            "Queued",
            Words.Count(queued),
            oldest is null ? "" : "oldest",
            Icons.CircleDashed,
            Hue.Idle,
            "./?state=queued",
            queued == 0,
            At: oldest
        );
    }

    private static FigureView Arrived(List<Flow> flow) =>
        new(
            "Arrived a minute",
            Rate(flow.Sum(one => one.CreatedPerMinute)),
            $"done {Rate(flow.Sum(one => one.CompletionsPerMinute))}",
            Icons.ArrowRight,
            Hue.Idle,
            "history?type=item.created&minutes=60",
            flow.TrueForAll(one => one.Created == 0)
        );

    private static FigureView Stale(List<QueueBoard> queues, List<Flow> flow)
    {
        var stale = queues.Sum(queue => queue.CountOf(ItemState.Stale));
        return new(
            "Stale",
            Words.Count(stale),
            $"{Words.Count(flow.Sum(one => one.Stale))} in the last hour",
            Icons.TimerOff,
            Hue.Bad,
            "desk?show=stale",
            stale == 0
        );
    }

    private static FigureView Lapsed(List<Flow> flow) =>
        new(
            "Lapsed claims",
            Words.Count(flow.Sum(one => one.Lapses)),
            "last hour",
            Icons.Hourglass,
            Hue.Wait,
            "history?type=lease.lapsed&minutes=60",
            flow.TrueForAll(one => one.Lapses == 0)
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

    private static QueueRow Row(QueueBoard queue, Flow through, Board board) =>
        new(
            queue.Name,
            queue.Queue.Pause is null ? "running" : "paused",
            queue.LiveCount,
            queue.CountOf(ItemState.Queued),
            queue.OldestQueuedAt,
            queue.CountOf(ItemState.Stale),
            queue.CountOf(ItemState.HandedOff),
            $"{Rate(through.CreatedPerMinute)} / {Rate(through.CompletionsPerMinute)}",
            Words.Left(TimeSpan.FromSeconds(queue.Queue.Policy.LeaseSeconds)),
            queue.Queue.Pause is { } pause ? $"was paused by {board.NameOf(pause.By)}: “{pause.Why}”" : null,
            queue.Queue.Pause?.At
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
