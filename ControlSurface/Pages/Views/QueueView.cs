using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>One queue: figures, an hour of flow, policy, pause.</summary>
/// <param name="Policy">The policy as it is; the page shows it with what is being typed.</param>
/// <param name="PolicySeq">The seq of the policy, sent with an edit as <c>ifSeq</c>.</param>
public sealed record QueueView(
    [property: NotDrawn] long Seq,
    string Name,
    string State,
    Pause? Pause,
    string? PausedBy,
    IReadOnlyList<FigureView> Figures,
    [property: NotDrawn] IReadOnlyList<ChartView> Charts,
    QueuePolicy Policy,
    long PolicySeq,
    bool MaySet,
    bool MayPause,
    IReadOnlyList<LineView> IfSwitched,
    QueueWaiting Waiting,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<QueueView>
{
    /// <summary>The queue; null where there is none, or none that the viewer may see. Under the picture's lock.</summary>
    public static QueueView? From(Workspace at, string name, Viewer you, DateTimeOffset now) =>
        From(Board.Of(at), name, you, now, IfSwitchedIn(at, name, you, now));

    /// <summary>The same from a board, with what a switch would do and with the queue's past, where that is known.</summary>
    public static QueueView? From(
        Board board,
        string name,
        Viewer you,
        DateTimeOffset now,
        IReadOnlyList<LineView> ifSwitched,
        QueuesPast? past = null
    )
    {
        if (!you.MaySee(name) || board.FindQueue(name) is not { } queue)
            return null;
        var pause = queue.Queue.Pause;
        return new QueueView(
            board.Seq,
            name,
            pause is null ? "running" : "paused",
            pause,
            pause is null ? null : board.NameOf(pause.By),
            FiguresOf(
                queue,
                board.OpenConflicts.Where(conflict => conflict.Queue == name).ToList(),
                past ?? QueuesPast.Unknown,
                now
            ),
            ChartsOf(queue, now),
            queue.Queue.Policy,
            queue.Queue.PolicySeq,
            you.May(Verb.SetQueue),
            you.May(pause is null ? Verb.PauseQueue : Verb.ResumeQueue),
            ifSwitched,
            QueueWaiting.Of(board, queue, you, now),
            // What waits grows older with time alone.
            queue.OldestQueuedAt
                is null
                ? null
                : now.AddMinutes(1)
        );
    }

    /// <summary>
    /// What pausing or resuming the queue would do now, found by trying the command. Under the picture's lock.
    /// </summary>
    public static IReadOnlyList<LineView> IfSwitchedIn(Workspace at, string name, Viewer you, DateTimeOffset now)
    {
        if (at.FindQueue(name) is not { } room)
            return [];
        var isPaused = room.Queue.Pause is not null;
        QueueCommand command = isPaused
            ? new QueueCommand.ResumeQueue(name)
            : new QueueCommand.PauseQueue(name, "trial");
        var decision = at.Decide(command, you.Caller, now);
        var waiting = room.CountOf(ItemState.Queued);
        return isPaused ? IfResumed(decision.Events, waiting) : IfPaused(decision.Events, at, waiting, now);
    }

    private static IReadOnlyList<LineView> IfPaused(
        IReadOnlyList<Event> events,
        Workspace at,
        int waiting,
        DateTimeOffset now
    ) =>
        [
            new(
                Icons.Ban,
                waiting == 0
                    ? "No new claims; nothing is queued."
                    : $"No new claims; {Words.Plural(waiting, "item")} {(waiting == 1 ? "stays" : "stay")} queued."
            ),
            .. ClockLines.Stopped(events, at, ResumeCause.Queue, now),
        ];

    private static IReadOnlyList<LineView> IfResumed(IReadOnlyList<Event> events, int waiting) =>
        [
            new(
                Icons.CircleDashed,
                waiting == 0
                    ? "Claims are taken again; nothing is queued."
                    : $"Claims are taken again; {Words.Plural(waiting, "item")} {(waiting == 1 ? "is" : "are")} queued."
            ),
            .. ClockLines.Started(events),
        ];

    private static List<FigureView> FiguresOf(
        QueueBoard queue,
        IReadOnlyList<Core.Conflicts.Conflict> conflicts,
        QueuesPast then,
        DateTimeOffset now
    )
    {
        var here = $"queue={Uri.EscapeDataString(queue.Name)}";
        return
        [
            Owned(queue, here, then),
            Queued(queue, here, then),
            Stale(queue, here, then),
            HandedOff(queue, here, then),
            OpenConflicts(conflicts, here, then),
            BlockedOrParked(queue, here, then),
            Done(queue, here, then, now),
        ];
    }

    private static FigureView Owned(QueueBoard queue, string here, QueuesPast then) =>
        then.Beside(
            new FigureView(
                "Owned",
                Words.Count(queue.LiveCount),
                $"{Words.Plural(queue.LiveCount - queue.LiveByPeople, "agent")}, {Words.Plural(queue.LiveByPeople, "person", "people")}",
                Icons.CircleDot,
                Hue.Work,
                $"./?{here}&q={Uri.EscapeDataString(NowFilter.OwnedWords)}",
                queue.LiveCount == 0
            ),
            Measure.Owned,
            queue.LiveCount
        );

    private static FigureView Queued(QueueBoard queue, string here, QueuesPast then) =>
        then.Beside(
            new FigureView(
                "Queued",
                Words.Count(queue.CountOf(ItemState.Queued)),
                queue.OldestQueuedAt is null ? "" : "oldest",
                Icons.CircleDashed,
                Hue.Idle,
                $"./?{here}&state=queued",
                queue.CountOf(ItemState.Queued) == 0,
                At: queue.OldestQueuedAt
            ),
            Measure.Queued,
            queue.CountOf(ItemState.Queued)
        );

    private static FigureView Stale(QueueBoard queue, string here, QueuesPast then)
    {
        var stale = queue.CountOf(ItemState.Stale);
        return then.Beside(
            new FigureView(
                "Stale",
                Words.Count(stale),
                stale == 0 ? "none" : "oldest",
                Icons.TimerOff,
                Hue.Bad,
                $"desk?show=stale&{here}",
                stale == 0,
                At: stale == 0 ? null : queue.Owned[0].Lease!.StaleAt
            ),
            Measure.StaleNow,
            stale
        );
    }

    private static FigureView HandedOff(QueueBoard queue, string here, QueuesPast then) =>
        then.Beside(
            new FigureView(
                "Handed off",
                Words.Count(queue.CountOf(ItemState.HandedOff)),
                "",
                Icons.ArrowRightLeft,
                Hue.Wait,
                $"desk?show=handed_off&{here}",
                queue.CountOf(ItemState.HandedOff) == 0
            ),
            Measure.HandedOffNow,
            queue.CountOf(ItemState.HandedOff)
        );

    private static FigureView OpenConflicts(
        IReadOnlyList<Core.Conflicts.Conflict> conflicts,
        string here,
        QueuesPast then
    ) =>
        then.Beside(
            new FigureView(
                "Open conflicts",
                Words.Count(conflicts.Count),
                conflicts.Count == 0 ? "" : "oldest",
                Icons.OctagonAlert,
                Hue.Bad,
                $"conflicts?{here}&q={Uri.EscapeDataString("state:open,in_review")}",
                conflicts.Count == 0,
                At: conflicts.Count == 0 ? null : conflicts.Min(conflict => conflict.OpenedAt)
            ),
            Measure.ConflictsNow,
            conflicts.Count
        );

    private static FigureView BlockedOrParked(QueueBoard queue, string here, QueuesPast then)
    {
        var rest = queue.CountOf(ItemState.Blocked) + queue.CountOf(ItemState.Parked);
        return then.Beside(
            new FigureView(
                "Blocked or parked",
                Words.Count(rest),
                "",
                Icons.Lock,
                Hue.Idle,
                $"./?{here}&q={Uri.EscapeDataString("state:blocked,parked")}",
                rest == 0
            ),
            Measure.RestsNow,
            rest
        );
    }

    private static FigureView Done(QueueBoard queue, string here, QueuesPast then, DateTimeOffset now)
    {
        var through = QueuesView.Flow.Of(queue, now);
        return then.Beside(
            new FigureView(
                "Done, last hour",
                Words.Count(through.Completions),
                $"{QueuesView.Rate(through.CompletionsPerMinute)} a minute",
                Icons.CircleCheck,
                Hue.Good,
                $"history?type=item.completed&minutes=60&{here}",
                through.Completions == 0
            ),
            Measure.Completed,
            through.Completions
        );
    }

    private static List<ChartView> ChartsOf(QueueBoard queue, DateTimeOffset now)
    {
        // The current minute is incomplete: drawn, it would always look like a fall.
        var last = now.ToUnixTimeSeconds() / 60 - 1;
        var byMinute = queue.Flow.ToDictionary(minute => minute.Minute);
        var minutes = Enumerable.Range(0, 60).Select(i => last - 59 + i).ToList();
        var at = minutes.Select(minute => DateTimeOffset.FromUnixTimeSeconds(minute * 60)).ToList();
        var began = queue.Queue.CreatedAt.ToUnixTimeSeconds() / 60;
        IReadOnlyList<double?> Values(Func<FlowMinute, int> of) =>
            [
                .. minutes.Select(minute =>
                    minute < began ? (double?)null
                    : byMinute.TryGetValue(minute, out var one) ? of(one)
                    : 0
                ),
            ];
        var through = QueuesView.Flow.Of(queue, now);
        return
        [
            new(
                "Flow",
                $"{QueuesView.Rate(through.ClaimsPerMinute)} / {QueuesView.Rate(through.CompletionsPerMinute)}",
                "claimed / completed a minute",
                $"Claims {QueuesView.Rate(through.ClaimsPerMinute)} and completions {QueuesView.Rate(through.CompletionsPerMinute)} a minute over {(through.Minutes == 60 ? "the last hour" : Words.Plural(through.Minutes, "minute"))}",
                "",
                at,
                [
                    new("claimed", Hue.Work, false, Values(m => m.Claims)),
                    new("completed", Hue.Good, true, Values(m => m.Completions)),
                ]
            ),
            new(
                "Arrivals",
                QueuesView.Rate(through.CreatedPerMinute),
                "created a minute",
                $"{Words.Plural(through.Created, "item")} created and {Words.Count(through.Completions)} completed in the last hour",
                "",
                at,
                [
                    new("created", null, false, Values(m => m.Created)),
                    new("completed", Hue.Good, true, Values(m => m.Completions)),
                ]
            ),
            new(
                "Stale and lapsed",
                $"{Words.Count(through.Stale)} / {Words.Count(through.Lapses)}",
                "in the last hour",
                $"{Words.Plural(through.Stale, "lease")} went stale and {Words.Plural(through.Lapses, "claim")} lapsed in the last hour",
                "",
                at,
                [
                    new("stale", Hue.Bad, false, Values(m => m.Stale)),
                    new("lapsed", Hue.Wait, true, Values(m => m.Lapses)),
                ]
            ),
        ];
    }
}
