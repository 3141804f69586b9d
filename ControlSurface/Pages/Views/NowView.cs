using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>Now: who owns what, grouped by queue, what ends first at the top.</summary>
public sealed record NowView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<FilterView> Filters,
    IReadOnlyList<WorkGroup<WorkRowView>> Groups,
    int Shown,
    int Owned,
    int Stale,
    string? Narrowed,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<NowView>
{
    DateTimeOffset? IView<NowView>.ChangesAt => ChangesAt;

    /// <summary>What is wrong with the words typed; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The saved view that this is, if the reader may delete it.</summary>
    public SavedView? Kept { get; init; }

    /// <summary>What is to be set up first, in place of the list; null where work was claimed before.</summary>
    public FirstRunView? FirstRun { get; init; }

    /// <inheritdoc/>
    public void Adopt(NowView newer) => Same.Adopt(Groups, newer.Groups);

    /// <summary>The view of a workspace as it is now.</summary>
    public static NowView From(Workspace at, NowFilter filter, Viewer you, DateTimeOffset now) =>
        From(Board.Of(at), filter, you, now);

    /// <param name="then">The past moment that the board is of; null for now.</param>
    /// <param name="past">How much there was yesterday; null where that is not told.</param>
    public static NowView From(
        Board board,
        NowFilter filter,
        Viewer you,
        DateTimeOffset now,
        PastMoment? then = null,
        QueuesPast? past = null
    )
    {
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name)).ToList();
        var words = Query.Read(QuerySubject.Items, filter.Text ?? "", out var fault);
        var list = words is null ? null : new NowList(filter, words, you, now);
        var groups = new List<WorkGroup<WorkRowView>>();
        // An item is never "waiting on review" without saying so where nobody can end the wait (FIELD.md, 21).
        var hopeless = board
            .OpenReviews.Where(review =>
                review is { Attention: Core.Reviews.ReviewAttention.NobodyEligible, Item: not null }
            )
            .Select(review => review.Item!.Value)
            .ToHashSet();
        var counts = new NowCounts(then);
        foreach (var queue in queues)
        {
            counts.Add(queue, you, now);
            if (list is null || !list.HasQueue(queue.Name))
                continue;
            var rows = list.In(board, queue);
            if (rows.Count > 0)
                groups.Add(Group(board, queue, rows, you, then?.At, hopeless));
        }
        return new NowView(
            board.Seq,
            counts.Figures(board, you, filter, past ?? QueuesPast.Unknown),
            counts.Tabs(filter, () => NowList.InView(filter, queues, you, now)),
            FiltersOf(board, queues, filter, words),
            groups,
            groups.Sum(group => group.Total),
            counts.Owned,
            counts.Stale,
            filter.IsAny ? null : filter.Said(board),
            counts.NextExpiring
        )
        {
            FirstRun = then is null ? FirstRunView.From(board, you) : null,
            Fault = fault,
            Kept = filter.Words is { Length: > 0 } kept
                ? SavedViews.Find(board.Views, "now", kept, you.Id, you.May(Verb.ShareView))
                : null,
        };
    }

    private static WorkGroup<WorkRowView> Group(
        Board board,
        QueueBoard queue,
        IReadOnlyList<Item> items,
        Viewer you,
        DateTimeOffset? then,
        HashSet<ItemId> hopeless
    )
    {
        var facts = new List<string> { $"{Words.Count(queue.LiveCount)} owned" };
        if (queue.CountOf(ItemState.Queued) is > 0 and var waiting)
            facts.Add($"{Words.Count(waiting)} queued");
        facts.Add($"lease {Words.Left(TimeSpan.FromSeconds(queue.Queue.Policy.LeaseSeconds))}");
        if (queue.CountOf(ItemState.Stale) is > 0 and var stale)
            facts.Add($"{Words.Count(stale)} stale");
        if (hopeless.Count > 0 && StuckIn(board, queue, items, hopeless) is > 0 and var stuck)
            facts.Insert(0, $"{Words.Plural(stuck, "review")} that nobody can decide on");
        if (queue.Queue.Pause is not null)
            facts.Insert(0, "paused");
        var rows = new LazyRows<Item, WorkRowView>(
            items,
            item => LeaseWords.Row(item, you, then, hopeless.Contains(item.Id)),
            item => item.Id.Text
        );
        return new WorkGroup<WorkRowView>(
            queue.Name,
            facts,
            rows,
            items.Count,
            $"queues/{Uri.EscapeDataString(queue.Name)}"
        );
    }

    // Where all that is owned is listed, few are looked up instead of many looked at.
    private static int StuckIn(Board board, QueueBoard queue, IReadOnlyList<Item> listed, HashSet<ItemId> hopeless) =>
        ReferenceEquals(listed, queue.Owned)
            ? hopeless.Count(id => board.Find(id) is { Lease: not null } item && item.Queue == queue.Name)
            : listed.Count(item => hopeless.Contains(item.Id));

    private static List<FilterView> FiltersOf(Board board, List<QueueBoard> queues, NowFilter filter, Query? words)
    {
        var choices = board.ChoicesIn(queues);
        FilterView Several(string name, string parameter, string? chosen, IReadOnlyList<ChoiceView> of) =>
            new(name, parameter, chosen, of) { TakesSeveral = true, Said = SavedViews.Said(words, parameter) };
        return
        [
            Several(
                "Queue",
                "queue",
                filter.Queue,
                [.. queues.Select(queue => new ChoiceView(queue.Name, queue.Name))]
            ),
            Several("State", "state", filter.State, States),
            Several(
                "Owner",
                "owner",
                filter.Owner,
                [.. choices.Owners.Select(owner => new ChoiceView(owner.Id.Text, owner.Name))]
            ),
            Several("Label", "label", filter.Label, [.. choices.Labels.Select(label => new ChoiceView(label, label))]),
        ];
    }

    private static readonly IReadOnlyList<ChoiceView> States =
    [
        .. new[]
        {
            ItemState.Claimed,
            ItemState.Leased,
            ItemState.Suspended,
            ItemState.WaitingOnReview,
            ItemState.Stale,
            ItemState.HandedOff,
            ItemState.Queued,
            ItemState.Blocked,
            ItemState.Parked,
        }.Select(state => new ChoiceView(
            WireNames.Of(state),
            Components.States.Of(StateKind.Item, WireNames.Of(state)).Word
        )),
    ];
}
