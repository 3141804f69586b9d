using System.Runtime.CompilerServices;
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

    // What the groups were made from, so that the next view can tell which of them are the same without making them again.
    private GroupsMade Made { get; set; } = GroupsMade.None;

    /// <summary>What is to be set up first, in place of the list; null where work was claimed before.</summary>
    public FirstRunView? FirstRun { get; init; }

    /// <inheritdoc/>
    public void Adopt(NowView newer)
    {
        Same.Adopt(Groups, newer.Groups);
        Made = newer.Made;
    }

    /// <summary>The view of a workspace as it is now.</summary>
    public static NowView From(Workspace at, NowFilter filter, Viewer you, DateTimeOffset now) =>
        From(Board.Of(at), filter, you, now);

    /// <param name="then">The past moment that the board is of; null for now.</param>
    /// <param name="past">How much there was yesterday; null where that is not told.</param>
    /// <param name="before">
    /// The view that is shown until then; null for none. Its groups, and its rows, are the ones of the new view where they are the same:
    /// a commit in one queue draws one group.
    /// </param>
    public static NowView From(
        Board board,
        NowFilter filter,
        Viewer you,
        DateTimeOffset now,
        PastMoment? then = null,
        QueuesPast? past = null,
        NowView? before = null
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
        var made = new GroupsMade(you, then, hopeless, queues.Count);
        foreach (var queue in queues)
        {
            counts.Add(queue, you, now);
            if (list is null || !list.HasQueue(queue.Name))
                continue;
            var rows = list.In(board, queue);
            if (rows.Count > 0)
                groups.Add(made.Add(board, queue, rows, before?.Made));
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
            Made = made,
            FirstRun = then is null ? FirstRunView.From(board, you) : null,
            Fault = fault,
            Kept = filter.Words is { Length: > 0 } kept
                ? SavedViews.Find(board.Views, "now", kept, you.Id, you.May(Verb.ShareView))
                : null,
        };
    }

    private static List<FilterView> FiltersOf(Board board, List<QueueBoard> queues, NowFilter filter, Query? words)
    {
        var choices = ChoiceLists.Of(board.ChoicesIn(queues), queues);
        FilterView Several(string name, string parameter, string? chosen, IReadOnlyList<ChoiceView> of) =>
            new(name, parameter, chosen, of) { TakesSeveral = true, Said = SavedViews.Said(words, parameter) };
        return
        [
            Several("Queue", "queue", filter.Queue, choices.Queues),
            Several("State", "state", filter.State, States),
            Several("Owner", "owner", filter.Owner, choices.Owners),
            Several("Label", "label", filter.Label, choices.Labels),
        ];
    }

    // Made once for each board, for all pages that see the same queues of it.
    private sealed record ChoiceLists(
        IReadOnlyList<ChoiceView> Queues,
        IReadOnlyList<ChoiceView> Owners,
        IReadOnlyList<ChoiceView> Labels
    )
    {
        private static readonly ConditionalWeakTable<BoardChoices, ChoiceLists> Made = [];

        internal static ChoiceLists Of(BoardChoices choices, List<QueueBoard> queues) =>
            Made.TryGetValue(choices, out var made)
                ? made
                : Made.GetValue(
                    choices,
                    of => new ChoiceLists(
                        [.. queues.Select(queue => new ChoiceView(queue.Name, queue.Name))],
                        [.. of.Owners.Select(owner => new ChoiceView(owner.Id.Text, owner.Name))],
                        [.. of.Labels.Select(label => new ChoiceView(label, label))]
                    )
                );
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
