using ControlSurface.Components;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One version that waits, or that was decided on.</summary>
/// <param name="State">The item's state while the review waits; the approval's state where one fell or was given.</param>
/// <param name="Tag">Why the review is urgent, in words; null where it is not.</param>
/// <param name="DueAt">When the decision is due; null where it has no time.</param>
/// <param name="Unlike">The part that differs from what was approved before; null where nothing was.</param>
/// <param name="Acts">What its approval lets begin, in words: "send reply"; null for nothing.</param>
/// <param name="IsStopped">Approved now, some of it would not go through.</param>
/// <param name="Usual">How long reviews in its queue usually wait; null where too few were decided.</param>
/// <param name="IsLate">It waits for twice as long as is usual, or is overdue.</param>
public sealed record ReviewRow(
    string Artifact,
    string? Item,
    int Version,
    StateKind Kind,
    string State,
    string Name,
    string Href,
    string Queue,
    HolderView Author,
    string Change,
    string IfApproved,
    Hue? IfApprovedHue,
    DateTimeOffset Since,
    TimeSpan? Usual,
    bool IsLate,
    string Given,
    string? Tag,
    Hue? TagHue,
    string? Taken,
    long Seq
)
{
    /// <inheritdoc cref="ReviewRow"/>
    public DateTimeOffset? DueAt { get; init; }

    /// <inheritdoc cref="ReviewRow"/>
    public double? Unlike { get; init; }

    /// <inheritdoc cref="ReviewRow"/>
    public string? Acts { get; init; }

    /// <inheritdoc cref="ReviewRow"/>
    public bool IsStopped { get; init; }

    /// <summary>What it is about, where the list does not say it elsewhere in the row.</summary>
    public string? ActsTag => Acts is { } acts && acts != IfApproved ? acts : null;

    /// <summary>Why somebody should look at it before others, as the address says it.</summary>
    public IEnumerable<string> Attentions =>
        new[]
        {
            Tag == Overdue ? ReviewFilter.Overdue : null,
            Tag == NobodyCan ? ReviewFilter.NobodyEligible : null,
            IsStopped ? ReviewFilter.Stopped : null,
        }.OfType<string>();

    internal const string Overdue = "overdue";
    internal const string NobodyCan = "nobody can decide";
}

/// <summary>The list of reviews: approvals that fell, then reviews that wait, what is due first, then those that the viewer decided.</summary>
public sealed record ReviewListView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<FilterView> Filters,
    IReadOnlyList<WorkGroup<ReviewRow>> Groups,
    int ForYou,
    int Open,
    bool IsNarrowed,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<ReviewListView>
{
    private const int MostDecided = 50; // the rest is in History
    private const int FewestForUsual = 3; // fewer say nothing about what is usual
    private static readonly TimeSpan SoonestLate = TimeSpan.FromMinutes(1);

    DateTimeOffset? IView<ReviewListView>.ChangesAt => ChangesAt;

    /// <summary>The list; under the picture's lock, since what approving would do is found by trying.</summary>
    public static ReviewListView From(Workspace at, ReviewFilter filter, Viewer you, DateTimeOffset now)
    {
        var seen = at.Artifacts.Where(artifact => you.MaySee(artifact.Queue)).ToList();
        var usual = UsualWaits(seen);
        var open = OpenReviews(at, seen);
        List<Entry> entries =
        [
            .. open.Select(review => EntryOf(at, review, usual, you, now)),
            .. Unasked(at, seen, you, now)
                .Select(row => new Entry(Fell, row, IsYours: true, IsOpen: false, IsDecided: false)),
            .. DecidedBy(at, seen, you, now)
                .Select(row => new Entry(Decided, row, IsYours: true, IsOpen: false, IsDecided: true)),
        ];
        var shown = entries
            .Where(entry => IsShown(entry, filter))
            .ToLookup(entry => entry.Group, entry => entry.Row, StringComparer.Ordinal);
        return new ReviewListView(
            at.Seq,
            TabsOf(entries, filter),
            FiltersOf(entries, filter),
            [.. Order.Where(shown.Contains).Select(name => GroupOf(name, [.. shown[name]]))],
            entries.Count(e => e.IsYours && !e.IsDecided),
            open.Count,
            !filter.IsAny,
            NextLate(entries.Select(e => e.Row), now)
        );
    }

    private static List<ReviewView> OpenReviews(Workspace at, List<Artifact> seen) =>
        InOrder(at, seen.Where(artifact => artifact.OpenReview is not null)).ToList();

    // The earliest due first, then the least like what was approved before, then the one that waits longest.
    private static IEnumerable<ReviewView> InOrder(Workspace at, IEnumerable<Artifact> inReview) =>
        inReview
            .Select(artifact =>
                (Review: ReviewView.Of(at, artifact, artifact.OpenReview!), Unlike: Unlikeness.Of(artifact))
            )
            .OrderBy(one => one.Review.Review.DueAt ?? DateTimeOffset.MaxValue)
            .ThenByDescending(one => one.Unlike)
            .ThenBy(one => one.Review.Review.RequestedAt)
            .ThenBy(one => one.Review.Review.Id)
            .Select(one => one.Review);

    private static bool IsFor(Workspace at, ReviewView review, Viewer you) =>
        you.Principal is { } reader && ReviewsAwaited.IsFor(at, review, reader);

    /// <summary>The open review that the viewer reads next, in the order of the list; null where none asks them. Under the picture's lock.</summary>
    internal static NextReview? NextFor(Workspace at, Viewer you) =>
        InOrder(at, at.InReview)
            .Where(review => IsFor(at, review, you))
            .Select(review => new NextReview(review.Artifact, review.Review.RequestedAt))
            .FirstOrDefault();

    private static Entry EntryOf(
        Workspace at,
        ReviewView review,
        IReadOnlyDictionary<string, TimeSpan> usual,
        Viewer you,
        DateTimeOffset now
    )
    {
        var artifact = at.FindArtifact(review.Artifact)!;
        var row = Waiting(at, artifact, review, usual, you, now);
        var fell = row is { Kind: StateKind.Approval, State: "invalidated" };
        var isHopeless = review.Attention == ReviewAttention.NobodyEligible;
        var isYours = IsFor(at, review, you);
        var group =
            fell && isYours ? Fell
            : isHopeless ? Nobody
            : isYours ? ForYouName
            : Others;
        return new Entry(
            group,
            row,
            isYours || ReviewsAwaited.IsForWhoAsks(review, you),
            IsOpen: true,
            IsDecided: false
        )
        {
            Asked = Reviewer.KindOf(review.Review.Reviewers),
            IsForYou = isYours,
        };
    }

    private static bool IsShown(Entry entry, ReviewFilter filter) =>
        filter.Show switch
        {
            "decided" => entry.IsDecided,
            "all" => !entry.IsDecided,
            "open" => entry.IsOpen,
            _ => entry.IsYours && !entry.IsDecided,
        }
        && IsAsked(entry, filter.Asked)
        && Matches(entry.Row, filter);

    private static bool IsAsked(Entry entry, string? asked) =>
        FilterView.Each(asked) is not { } some
        || some.Contains(entry.Asked, StringComparer.Ordinal)
        || (entry.IsForYou && some.Contains(ReviewFilter.Me, StringComparer.Ordinal));

    private static TabView[] TabsOf(List<Entry> entries, ReviewFilter filter) =>
        [
            new(
                "For me",
                entries.Count(e => e.IsYours && !e.IsDecided),
                filter.Address(null),
                filter.Show is not ("all" or "open" or "decided")
            ),
            new("All", entries.Count(e => !e.IsDecided), filter.Address("all"), filter.Show == "all"),
            // Reached from figures; shown as a tab only while selected.
            .. filter.Show == "open"
                ? [new("Open reviews", entries.Count(e => e.IsOpen), filter.Address("open"), IsCurrent: true)]
                : Array.Empty<TabView>(),
            new("Decided by me", entries.Count(e => e.IsDecided), filter.Address("decided"), filter.Show == "decided"),
        ];

    private static WorkGroup<ReviewRow> GroupOf(string name, List<ReviewRow> rows) =>
        new(name, Facts(name, rows), rows, rows.Count);

    /// <param name="Group">The heading that it stands under.</param>
    /// <param name="IsYours">The viewer can do something about it, or decided on it.</param>
    /// <param name="IsOpen">Somebody asked for the review, and nobody has decided.</param>
    private sealed record Entry(string Group, ReviewRow Row, bool IsYours, bool IsOpen, bool IsDecided)
    {
        /// <summary>Whom it asks; null where nobody is asked any more.</summary>
        public string? Asked { get; init; }

        /// <summary>It waits for the viewer's decision.</summary>
        public bool IsForYou { get; init; }
    }

    private const string Fell = "Approved before, changed since";
    private const string Nobody = "Nobody who was asked can decide now";
    private const string ForYouName = "Waits for you";
    private const string Others = "Waits for others";
    private const string Decided = "Decided by you";
    private static readonly string[] Order = [Fell, Nobody, ForYouName, Others, Decided];

    /// <summary>The order of what waits, in words.</summary>
    public const string Said = "due first, then least like what was approved before, then oldest";

    private static List<string> Facts(string group, List<ReviewRow> rows) =>
        group switch
        {
            Fell => [Words.Count(rows.Count), "the approval fell when a later version arrived"],
            Nobody => [Words.Count(rows.Count), "a manager has to ask somebody else, or decide"],
            Decided => [Words.Count(rows.Count), "newest first"],
            _ => [Words.Count(rows.Count), Said],
        };

    private static ReviewRow Waiting(
        Workspace at,
        Artifact artifact,
        ReviewView view,
        IReadOnlyDictionary<string, TimeSpan> usual,
        Viewer you,
        DateTimeOffset now
    )
    {
        var review = view.Review;
        var standing = ApprovalStanding.Of(at, artifact);
        var fell = standing.State == StandingState.Invalidated && standing.Version < artifact.Current.Number;
        var (tag, hue) = view.Attention switch
        {
            ReviewAttention.NobodyEligible => (ReviewRow.NobodyCan, Hue.Bad),
            ReviewAttention.Overdue => (ReviewRow.Overdue, Hue.Wait),
            ReviewAttention.Ok => ((string?)null, (Hue?)null),
        };
        var wait = Usual(artifact, usual);
        var row = Row(at, artifact, standing, you, now) with
        {
            Kind = fell ? StateKind.Approval : StateKind.Item,
            State = fell ? "invalidated" : "waiting_on_review",
            Since = review.RequestedAt,
            DueAt = review.DueAt,
            Usual = wait,
            IsLate =
                view.Attention == ReviewAttention.Overdue
                || (LateAt(review.RequestedAt, wait) is { } late && now >= late),
            Tag = tag,
            TagHue = hue,
            Taken = review.TakenBy is { } who
                ? who == you.Id
                    ? "taken by you"
                    : $"taken by {at.NameOf(who)}"
                : null,
        };
        return row;
    }

    // An approval of the viewer that fell, and nobody asked for a new one.
    private static IEnumerable<ReviewRow> Unasked(Workspace at, List<Artifact> seen, Viewer you, DateTimeOffset now)
    {
        foreach (var artifact in seen)
        {
            if (!ReviewsAwaited.IsFallenOf(artifact, you.Id))
                continue;
            yield return Row(at, artifact, ApprovalStanding.Of(at, artifact), you, now) with
            {
                Kind = StateKind.Approval,
                State = "invalidated",
                Since = ApprovalStanding.FallOf(artifact)!.At,
                Tag = "not asked for again",
            };
        }
    }

    private static IEnumerable<ReviewRow> DecidedBy(
        Workspace at,
        List<Artifact> seen,
        Viewer you,
        DateTimeOffset now
    ) =>
        seen.Select(artifact => (artifact, Verdict: artifact.Verdicts.LastOrDefault(v => v.By == you.Id)))
            .Where(one =>
                one.Verdict is { Decision: not ReviewDecision.Ask } && now - one.Verdict.At < TimeSpan.FromDays(7)
            )
            .OrderByDescending(one => one.Verdict!.Seq)
            .Take(MostDecided)
            .Select(one =>
            {
                var (artifact, verdict) = (one.artifact, one.Verdict!);
                var approval = artifact.Approvals.LastOrDefault(a => a.Id == verdict.Approval);
                return Row(at, artifact, ApprovalStanding.Of(at, artifact), you, now) with
                {
                    Version = verdict.Version,
                    Href = ArtifactWords.Address(artifact.Id, verdict.Version),
                    Kind = StateKind.Approval,
                    State =
                        approval is not null ? WireNames.Of(approval.State)
                        : verdict.Decision == ReviewDecision.Reject ? "rejected"
                        : "changes_requested",
                    Since = verdict.At,
                };
            });

    private static ReviewRow Row(
        Workspace at,
        Artifact artifact,
        ApprovalStanding standing,
        Viewer you,
        DateTimeOffset now
    )
    {
        var current = artifact.Current;
        var tried = Consequences.Of(at, artifact, current, you.Id, now);
        var (words, hue) = ArtifactWords.InShort(tried);
        var isOf = standing.Version == current.Number;
        return new ReviewRow(
            artifact.Id.Text,
            artifact.Item?.Text,
            current.Number,
            StateKind.Approval,
            WireNames.Of(standing.State),
            artifact.Name,
            ArtifactWords.Address(artifact.Id, current.Number),
            artifact.Queue ?? "",
            ArtifactWords.Author(current, you),
            current.Base is null ? "new"
                : current.ChangedLines is { } changed ? Words.Plural(changed, "line")
                : "",
            words,
            hue,
            current.At,
            Usual: null,
            IsLate: false,
            isOf
                ? $"{Words.Count(standing.Given)} of {Words.Count(standing.Required)}"
                : $"0 of {Words.Count(tried.Rules.Sum(rule => rule.Required))}",
            Tag: null,
            TagHue: null,
            Taken: null,
            artifact.Seq
        )
        {
            Unlike = Unlikeness.ApprovedBefore(artifact) is null ? null : Unlikeness.Of(artifact),
            Acts = ArtifactWords.Acts(tried),
            IsStopped = hue is not null,
        };
    }

    // The median wait of the last reviews, so that one forgotten over a weekend does not count much.
    private static Dictionary<string, TimeSpan> UsualWaits(List<Artifact> artifacts) =>
        artifacts
            .SelectMany(artifact => artifact.Reviews.Select(review => (artifact.Queue, review)))
            .Where(one => one.review is { State: ReviewState.Decided, EndedAt: not null })
            .GroupBy(one => one.Queue ?? "", StringComparer.Ordinal)
            .Where(group => group.Count() >= FewestForUsual)
            .ToDictionary(
                group => group.Key,
                group =>
                {
                    var waits = group
                        .OrderByDescending(one => one.review.EndedAt)
                        .Take(50)
                        .Select(one => one.review.EndedAt!.Value - one.review.RequestedAt)
                        .Order()
                        .ToList();
                    return waits[waits.Count / 2];
                },
                StringComparer.Ordinal
            );

    private static TimeSpan? Usual(Artifact artifact, IReadOnlyDictionary<string, TimeSpan> usual) =>
        usual.TryGetValue(artifact.Queue ?? "", out var wait) ? wait : null;

    // Late after twice the usual wait, but never before SoonestLate.
    private static DateTimeOffset? LateAt(DateTimeOffset since, TimeSpan? usual) =>
        usual is { } wait ? since + (wait * 2 > SoonestLate ? wait * 2 : SoonestLate) : null;

    private static DateTimeOffset? NextLate(IEnumerable<ReviewRow> rows, DateTimeOffset now) =>
        rows.Where(row => row is { IsLate: false, Usual: not null })
            .Select(row => LateAt(row.Since, row.Usual))
            .Where(at => at > now)
            .Min();

    private static bool Matches(ReviewRow row, ReviewFilter filter) =>
        FilterView.Allows(filter.Queue, row.Queue)
        && FilterView.Allows(filter.Author, row.Author.Name)
        && FilterView.Allows(filter.Kind, row.Acts)
        && (FilterView.Each(filter.Attention) is not { } some || row.Attentions.Any(some.Contains))
        && (
            filter.Text is not { } text
            || $"{row.Artifact} {row.Item} {row.Name} {row.Queue} {row.Author.Full}".Contains(
                text.Trim(),
                StringComparison.OrdinalIgnoreCase
            )
        );

    private static List<ChoiceView> Kinds(List<ReviewRow> all) =>
        [
            .. ChoiceView.Each(all.Select(row => row.Acts)),
            .. all.Exists(row => row.Acts is null)
                ? [new ChoiceView(FilterView.None, "no action")]
                : Array.Empty<ChoiceView>(),
        ];

    private static FilterView[] FiltersOf(List<Entry> entries, ReviewFilter filter)
    {
        var all = entries.ConvertAll(entry => entry.Row);
        return
        [
            new("Queue", "queue", filter.Queue, ChoiceView.Queues(all.Select(row => row.Queue)))
            {
                TakesSeveral = true,
            },
            new(
                "Asked",
                "asked",
                filter.Asked,
                [
                    new(ReviewFilter.Me, "Me"),
                    .. entries
                        .Select(entry => entry.Asked)
                        .OfType<string>()
                        .Distinct(StringComparer.Ordinal)
                        .Order(StringComparer.Ordinal)
                        .Select(kind => new ChoiceView(kind, ForWhom.NameOf(kind))),
                ]
            )
            {
                TakesSeveral = true,
            },
            new(
                "Attention",
                "attention",
                filter.Attention,
                [
                    new(ReviewFilter.Overdue, "Overdue"),
                    new(ReviewFilter.NobodyEligible, "Nobody can decide"),
                    new(ReviewFilter.Stopped, "Would not go through"),
                ]
            )
            {
                TakesSeveral = true,
            },
            new("Kind", "kind", filter.Kind, Kinds(all)) { TakesSeveral = true },
            new("Author", "author", filter.Author, ChoiceView.Each(all.Select(row => row.Author.Name)))
            {
                TakesSeveral = true,
            },
        ];
    }
}
