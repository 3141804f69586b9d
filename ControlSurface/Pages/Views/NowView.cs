using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Views;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>What Now is narrowed to: the members stand in the address bar under their own names.</summary>
/// <param name="View">One of <see cref="NowFilter.Mine"/>, …; null for all.</param>
/// <param name="State">An item's state word; null for everything that is owned.</param>
/// <param name="Owner">A principal's id.</param>
/// <param name="Text">The words of a query (<see cref="Query"/>).</param>
public sealed record NowFilter(
    string? View = null,
    string? Queue = null,
    string? State = null,
    string? Owner = null,
    string? Label = null,
    string? Text = null
)
{
    public const string Mine = "mine";
    public const string Expiring = "expiring";
    public const string People = "people";

    /// <summary>The words for what has a live lease: what "owned" counts.</summary>
    public const string OwnedWords = "state:claimed,leased,suspended,waiting_on_review,applying";

    /// <summary>The words for what is over: searched only where it is asked for.</summary>
    public const string SettledWords = "state:completed,cancelled";

    /// <summary>Whether it names a state, in the address or in words.</summary>
    public bool NamesState => State is not null || Text?.Contains("state:", StringComparison.Ordinal) == true;

    /// <summary>The address of the same words among what is over.</summary>
    public string AmongSettled => $"./?q={Uri.EscapeDataString($"{SettledWords} {Words}".Trim())}";

    public bool IsAny =>
        View is null && Queue is null && State is null && Owner is null && Label is null && Text is null;

    /// <summary>As a sentence quotes it: <c>owner: Elena, state: applying</c>.</summary>
    public string Said(Board board) =>
        string.Join(
            ", ",
            new[]
            {
                View is null ? null : $"view: {View}",
                Queue is null ? null : $"queue: {Queue}",
                State is null ? null : $"state: {State.Replace('_', ' ')}",
                Owner is null ? null : $"owner: {NameOf(board, Owner)}",
                Label is null ? null : $"label: {Label}",
                Text,
            }.OfType<string>()
        );

    /// <summary>All of it as the words of a query; null where a part has no words: what is about to expire changes by the second.</summary>
    public string? Words =>
        View == Expiring
            ? null
            : string.Join(
                ' ',
                new[]
                {
                    View switch
                    {
                        Mine => "owner:me",
                        People => "owner:people",
                        _ => null,
                    },
                    SavedViews.Term("queue", Queue),
                    SavedViews.Term("state", State),
                    SavedViews.Term("owner", Owner),
                    SavedViews.Term("label", Label),
                    Text?.Trim(),
                }.OfType<string>()
            );

    private static string NameOf(Board board, string owner) =>
        PrincipalId.TryParse(owner, out var id) ? board.NameOf(id) : owner;
}

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

    public void Adopt(NowView newer) => Same.Adopt(Groups, newer.Groups);

    /// <summary>The same from a workspace.</summary>
    public static NowView From(Workspace at, NowFilter filter, Viewer you, DateTimeOffset now) =>
        From(Board.Of(at), filter, you, now);

    /// <param name="then">The past moment that the board is of; null for now.</param>
    public static NowView From(
        Board board,
        NowFilter filter,
        Viewer you,
        DateTimeOffset now,
        DateTimeOffset? then = null
    )
    {
        var queues = board.Queues.Where(queue => you.MaySee(queue.Name)).ToList();
        var words = Query.Read(QuerySubject.Items, filter.Text ?? "", out var fault);
        var groups = new List<WorkGroup<WorkRowView>>();
        // An item is never "waiting on review" without saying so where nobody can end the wait (FIELD.md, 21).
        var hopeless = board
            .OpenReviews.Where(review => review is { Attention: "nobody_eligible", Item: not null })
            .Select(review => review.Item!.Value)
            .ToHashSet();
        var unowned = filter.IsAny
            ? []
            : board
                .Items.Where(item => item.Lease is null)
                .GroupBy(item => item.Queue, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var counts = new Counts();
        foreach (var queue in queues)
        {
            counts.Add(queue, you, now);
            if (
                words is null
                || (filter.Queue is { } only && !string.Equals(only, queue.Name, StringComparison.Ordinal))
            )
                continue;
            var rows = Narrow(unowned, queue, filter, words, you, now);
            if (rows.Count > 0)
                groups.Add(Group(queue, rows, you, then, hopeless));
        }
        return new NowView(
            board.Seq,
            counts.Figures(board, you, filter, then is not null),
            counts.Tabs(filter),
            FiltersOf(board, queues, filter),
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
        if (hopeless.Count > 0 && items.Count(item => hopeless.Contains(item.Id)) is > 0 and var stuck)
            facts.Insert(0, $"{Words.Plural(stuck, "review")} that nobody can decide on");
        if (queue.Queue.Pause is not null)
            facts.Insert(0, "paused");
        var rows = new LazyRows<Item, WorkRowView>(
            items,
            item => LeaseWords.Row(item, you, then, hopeless.Contains(item.Id))
        );
        return new WorkGroup<WorkRowView>(
            queue.Name,
            facts,
            rows,
            items.Count,
            $"queues/{Uri.EscapeDataString(queue.Name)}"
        );
    }

    private static IReadOnlyList<Item> Narrow(
        IReadOnlyDictionary<string, List<Item>> unowned,
        QueueBoard queue,
        NowFilter filter,
        Query words,
        Viewer you,
        DateTimeOffset now
    )
    {
        // Without a filter it is what somebody owns; a view is of leases. Any other filter searches all that is open, and a
        // named state whatever it names.
        if (filter.IsAny || (filter.View is not null && filter.State is null && !words.Names("state")))
            return
            [
                .. queue.Owned.Where(item =>
                    IsInView(item, filter.View, you, now) && IsMeant(item, filter) && words.Takes(item, you.Id, now)
                ),
            ];
        var named = filter.State is not null || words.Names("state");
        var from = unowned
            .GetValueOrDefault(queue.Name, [])
            .Concat(queue.Owned)
            .Where(item =>
                filter.State is null ? named || item.Settled is null : WireNames.Of(item.State) == filter.State
            );
        return
        [
            .. from.Where(item =>
                IsInView(item, filter.View, you, now) && IsMeant(item, filter) && words.Takes(item, you.Id, now)
            ),
        ];
    }

    private static bool IsInView(Item item, string? view, Viewer you, DateTimeOffset now) =>
        view switch
        {
            NowFilter.Mine => item.Lease?.Holder.Id == you.Id,
            NowFilter.Expiring => item.Lease is { } lease && LeaseWords.Clock(lease, you)?.IsExpiring(now) == true,
            NowFilter.People => item.Lease?.Holder.Kind == PrincipalKind.Person,
            _ => true,
        };

    private static bool IsMeant(Item item, NowFilter filter) =>
        (filter.Owner is null || item.Lease?.Holder.Id.Text == filter.Owner)
        && (filter.Label is null || item.Labels.Contains(filter.Label, StringComparer.Ordinal));

    private static List<FilterView> FiltersOf(Board board, List<QueueBoard> queues, NowFilter filter)
    {
        var owners = new SortedDictionary<PrincipalId, string>();
        var labels = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in queues.SelectMany(queue => queue.Owned))
        {
            owners.TryAdd(item.Lease!.Holder.Id, item.Lease.Holder.Name);
            foreach (var label in item.Labels)
                labels.Add(label);
        }
        return
        [
            new("Queue", "queue", filter.Queue, [.. queues.Select(queue => new ChoiceView(queue.Name, queue.Name))]),
            new("State", "state", filter.State, States),
            new(
                "Owner",
                "owner",
                filter.Owner,
                [
                    .. owners
                        .OrderBy(owner => owner.Value, StringComparer.OrdinalIgnoreCase)
                        .Select(owner => new ChoiceView(owner.Key.Text, owner.Value))
                        .Take(Most),
                ]
            ),
            new("Label", "label", filter.Label, [.. labels.Select(label => new ChoiceView(label, label)).Take(Most)]),
        ];
    }

    // More choices than that are found faster by typing.
    private const int Most = 40;

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

    /// <summary>What the strip and the tabs count, gathered in one walk over the leases.</summary>
    private sealed class Counts
    {
        private int _people;
        private int _mine;
        private int _expiring;
        private int _rows;
        private int _stale;
        private int _inReview;
        private int _queued;
        private DateTimeOffset? _soonest;
        private DateTimeOffset? _oldestStale;
        private DateTimeOffset? _oldestQueued;
        private DateTimeOffset? _oldestInReview;

        internal int Owned { get; private set; }

        internal int Stale => _stale;

        internal DateTimeOffset? NextExpiring { get; private set; }

        internal void Add(QueueBoard queue, Viewer you, DateTimeOffset now)
        {
            Owned += queue.LiveCount;
            _people += queue.LiveByPeople;
            _rows += queue.Owned.Count;
            _stale += queue.CountOf(ItemState.Stale);
            _inReview += queue.CountOf(ItemState.WaitingOnReview);
            _queued += queue.CountOf(ItemState.Queued);
            _oldestQueued = Earlier(_oldestQueued, queue.OldestQueuedAt);
            foreach (var item in queue.Owned)
                Add(item.Lease!, you, now);
        }

        private void Add(Lease lease, Viewer you, DateTimeOffset now)
        {
            if (lease.Holder.Id == you.Id)
                _mine++;
            if (lease.State == LeaseState.Stale)
                _oldestStale = Earlier(_oldestStale, lease.StaleAt);
            if (lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview))
                _oldestInReview = Earlier(_oldestInReview, lease.SuspendedAt);
            if (lease is not { State: LeaseState.Active, ExpiresAt: { } end })
                return;
            var last = lease.LeaseSeconds < 300 ? lease.LeaseSeconds * 0.2 : 60;
            if ((end - now).TotalSeconds > last)
            {
                NextExpiring = Earlier(NextExpiring, end.AddSeconds(-last));
                return;
            }
            _expiring++;
            _soonest = Earlier(_soonest, end);
        }

        internal IReadOnlyList<FigureView> Figures(Board board, Viewer you, NowFilter filter, bool isPast)
        {
            var conflicts = board.OpenConflicts.Where(conflict => you.MaySee(board.QueueOf(conflict))).ToList();
            var taken = conflicts.Count(conflict => conflict.TakenBy is not null);
            var ambiguous = board.Ambiguous.Where(action => you.MaySee(board.QueueOf(action))).ToList();
            return
            [
                new(
                    "Owned now",
                    Words.Count(Owned),
                    $"{Words.Count(_people)} by people",
                    Icons.CircleDot,
                    Hue.Work,
                    "./?q=" + Uri.EscapeDataString(NowFilter.OwnedWords),
                    Owned == 0,
                    filter.Text == NowFilter.OwnedWords
                ),
                new(
                    "Expiring in 1 min",
                    Words.Count(_expiring),
                    _soonest is null || isPast ? "" : "soonest",
                    Icons.Hourglass,
                    Hue.Wait,
                    "./?view=expiring",
                    _expiring == 0,
                    filter.View == NowFilter.Expiring,
                    isPast ? null : _soonest,
                    IsCountdown: true
                ),
                new(
                    "Stale",
                    Words.Count(_stale),
                    _oldestStale is null || isPast ? "" : "oldest",
                    Icons.TimerOff,
                    Hue.Bad,
                    "desk?show=stale",
                    _stale == 0,
                    filter.State == "stale",
                    isPast ? null : _oldestStale
                ),
                new(
                    "Waiting on review",
                    Words.Count(_inReview),
                    _oldestInReview is null || isPast ? "" : "oldest",
                    Icons.Eye,
                    Hue.Wait,
                    "./?state=waiting_on_review",
                    _inReview == 0,
                    filter.State == "waiting_on_review",
                    isPast ? null : _oldestInReview
                ),
                new(
                    "Open conflicts",
                    Words.Count(conflicts.Count),
                    taken > 0 ? $"{Words.Count(taken)} taken" : "",
                    Icons.OctagonAlert,
                    Hue.Bad,
                    "conflicts?q=" + Uri.EscapeDataString("state:open,in_review"),
                    conflicts.Count == 0
                ),
                new(
                    "Ambiguous actions",
                    Words.Count(ambiguous.Count),
                    ambiguous.Count > 0 ? "look outside" : "",
                    Icons.CircleQuestionMark,
                    Hue.Open,
                    // Each has its conflict, where it is settled.
                    "conflicts?q=" + Uri.EscapeDataString("kind:late_result state:open,in_review"),
                    ambiguous.Count == 0
                ),
                new(
                    "Queued",
                    Words.Count(_queued),
                    _oldestQueued is null || isPast ? "" : "oldest",
                    Icons.CircleDashed,
                    Hue.Idle,
                    "./?state=queued",
                    _queued == 0,
                    filter.State == "queued",
                    isPast ? null : _oldestQueued
                ),
            ];
        }

        internal IReadOnlyList<TabView> Tabs(NowFilter filter) =>
            [
                new("All work", _rows, "./", filter.IsAny),
                new("Mine", _mine, "./?view=mine", filter.View == NowFilter.Mine),
                new("Expiring", _expiring, "./?view=expiring", filter.View == NowFilter.Expiring),
                new("Held by people", _people, "./?view=people", filter.View == NowFilter.People, IsOptional: true),
            ];

        private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
            a is null ? b
            : b is null || a < b ? a
            : b;
    }
}
