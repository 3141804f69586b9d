using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>The counts of the strip and of the tabs, made from what the board knows of each queue: no page looks at all leases.</summary>
/// <param name="then">The past moment that is counted: no age is counted from now, and each figure leads to a list of then.</param>
internal sealed class NowCounts(PastMoment? then)
{
    private readonly bool _isPast = then is not null;
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
        var facts = queue.Facts;
        Owned += queue.LiveCount;
        _people += queue.LiveByPeople;
        _rows += queue.Owned.Count;
        _stale += queue.CountOf(ItemState.Stale);
        _inReview += queue.CountOf(ItemState.WaitingOnReview);
        _queued += queue.CountOf(ItemState.Queued);
        _oldestQueued = OwnedFacts.Earlier(_oldestQueued, queue.OldestQueuedAt);
        _mine += facts.CountOf(you.Id);
        _oldestStale = OwnedFacts.Earlier(_oldestStale, facts.OldestStale);
        _oldestInReview = OwnedFacts.Earlier(_oldestInReview, facts.OldestInReview);
        var (expiring, soonest, next) = facts.Expiring(now);
        _expiring += expiring;
        _soonest = OwnedFacts.Earlier(_soonest, soonest);
        NextExpiring = OwnedFacts.Earlier(NextExpiring, next);
    }

    /// <summary>The strip of figures.</summary>
    /// <param name="past">How much there was yesterday.</param>
    internal IReadOnlyList<FigureView> Figures(Board board, Viewer you, NowFilter filter, QueuesPast past) =>
        [
            OwnedNow(filter, past),
            Expiring(filter),
            StaleNow(filter, past),
            InReview(filter, past),
            Conflicts(board, you, filter, past),
            Ambiguous(board, you, filter),
            Queued(filter, past),
        ];

    private string List(NowFilter of) => then?.AddressOf(of) ?? "./?" + of.Query;

    private FigureView OwnedNow(NowFilter filter, QueuesPast past) =>
        past.Beside(
            new FigureView(
                _isPast ? "Owned then" : "Owned now",
                Words.Count(Owned),
                $"{Words.Count(_people)} by people",
                Icons.CircleDot,
                Hue.Work,
                List(new NowFilter(Text: NowFilter.OwnedWords)),
                Owned == 0,
                filter.Text == NowFilter.OwnedWords
            ),
            Measure.Owned,
            Owned
        );

    private FigureView Expiring(NowFilter filter) =>
        new(
            "Expiring in 1 min",
            Words.Count(_expiring),
            _soonest is null || _isPast ? "" : "soonest",
            Icons.Hourglass,
            Hue.Wait,
            List(new NowFilter(NowFilter.Expiring)),
            _expiring == 0,
            filter.View == NowFilter.Expiring,
            _isPast ? null : _soonest,
            IsCountdown: true
        );

    private FigureView StaleNow(NowFilter filter, QueuesPast past) =>
        past.Beside(
            new FigureView(
                "Stale",
                Words.Count(_stale),
                _oldestStale is null || _isPast ? "" : "oldest",
                Icons.TimerOff,
                Hue.Bad,
                _isPast ? List(new NowFilter(State: "stale")) : "desk?show=stale",
                _stale == 0,
                filter.State == "stale",
                _isPast ? null : _oldestStale
            ),
            Measure.StaleNow,
            _stale
        );

    private FigureView InReview(NowFilter filter, QueuesPast past) =>
        past.Beside(
            new FigureView(
                "Waiting on review",
                Words.Count(_inReview),
                _oldestInReview is null || _isPast ? "" : "oldest",
                Icons.Eye,
                Hue.Wait,
                List(new NowFilter(State: "waiting_on_review")),
                _inReview == 0,
                filter.State == "waiting_on_review",
                _isPast ? null : _oldestInReview
            ),
            Measure.InReview,
            _inReview
        );

    private FigureView Conflicts(Board board, Viewer you, NowFilter filter, QueuesPast past)
    {
        var conflicts = board.OpenConflicts.Where(conflict => you.MaySee(board.QueueOf(conflict))).ToList();
        var taken = conflicts.Count(conflict => conflict.TakenBy is not null);
        return past.Beside(
            new FigureView(
                "Open conflicts",
                Words.Count(conflicts.Count),
                taken > 0 ? $"{Words.Count(taken)} taken" : "",
                Icons.OctagonAlert,
                Hue.Bad,
                then is null
                    ? "conflicts?q=" + Uri.EscapeDataString("state:open,in_review")
                    : $"{then.AddressOf(filter)}#{PastTroubles.ConflictsId}",
                conflicts.Count == 0
            ),
            Measure.ConflictsNow,
            conflicts.Count
        );
    }

    private FigureView Ambiguous(Board board, Viewer you, NowFilter filter)
    {
        var ambiguous = board.Ambiguous.Where(action => you.MaySee(board.QueueOf(action))).ToList();
        return new(
            "Ambiguous actions",
            Words.Count(ambiguous.Count),
            ambiguous.Count > 0 ? "look outside" : "",
            Icons.CircleQuestionMark,
            Hue.Open,
            // Each ambiguous action has a conflict, and is settled there.
            then is null
                ? "conflicts?q=" + Uri.EscapeDataString("kind:late_result state:open,in_review")
                : $"{then.AddressOf(filter)}#{PastTroubles.ActionsId}",
            ambiguous.Count == 0
        );
    }

    private FigureView Queued(NowFilter filter, QueuesPast past) =>
        past.Beside(
            new FigureView(
                "Queued",
                Words.Count(_queued),
                _oldestQueued is null || _isPast ? "" : "oldest",
                Icons.CircleDashed,
                Hue.Idle,
                List(new NowFilter(State: "queued")),
                _queued == 0,
                filter.State == "queued",
                _isPast ? null : _oldestQueued
            ),
            Measure.Queued,
            _queued
        );

    /// <param name="inView">How many are in the view that the filter names.</param>
    internal IReadOnlyList<TabView> Tabs(NowFilter filter, Func<int> inView) =>
        [
            new("All work", _rows, "./", filter.IsAny),
            new("Mine", _mine, "./?view=mine", filter.View == NowFilter.Mine),
            new("Expiring", _expiring, "./?view=expiring", filter.View == NowFilter.Expiring),
            new("Held by people", _people, "./?view=people", filter.View == NowFilter.People),
            // Reached from figures; shown as a tab only while selected.
            .. filter.FigureView is { } name
                ? [new(char.ToUpperInvariant(name[0]) + name[1..], inView(), "./?view=" + filter.View, IsCurrent: true)]
                : Array.Empty<TabView>(),
        ];
}
