using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>One kind of what happened: how often, and the newest of it.</summary>
/// <param name="Name">What it is, as a heading: "Went stale".</param>
/// <param name="Href">Where all of it stands.</param>
/// <param name="Noun">What there is one of, where somebody may have to do something about it: "lease"; null for the rest.</param>
/// <param name="Verb">What each of them did, after its number: "went stale".</param>
public sealed record SinceKind(
    Happening What,
    string Name,
    string Icon,
    long Count,
    string Href,
    string? Noun,
    string? Verb,
    IReadOnlyList<TimelineEntry> Newest
)
{
    /// <summary>How often in as long a time before; null where there is nothing to compare with.</summary>
    public long? Was { get; init; }

    /// <summary>Whether somebody may have to do something about it.</summary>
    public bool IsLoud => Noun is not null;

    /// <summary>How many did what, as a sentence has it: "2 leases went stale".</summary>
    public string Said =>
        Noun is null ? $"{Words.Count(Count)} {Name.ToLowerInvariant()}" : $"{Words.Plural(Count, Noun)} {Verb}";
}

/// <summary>What happened since an instant, by what it is: what may need somebody first, then what is done, decided and changed.</summary>
/// <param name="From">The instant, which is itself included.</param>
/// <param name="Still">What came since then and still needs somebody, as the board has it now.</param>
/// <param name="Queues">How much there was in the queues then, beside now; null where it is not known.</param>
/// <param name="ChangesAt">When to look again, while the newest events are not counted yet; null where they are.</param>
public sealed record SinceView(
    DateTimeOffset From,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<SinceKind> Kinds,
    IReadOnlyList<StillView> Still,
    QueuesThenView? Queues,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<SinceView>
{
    /// <summary>How many of each kind are told; the history has the others.</summary>
    public const int MostTold = 10;

    // What is written down follows a commit by a moment, and says nothing when it has.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // What happened is kept for so long.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <param name="known">Events that were read before: none changes, and none is read twice while a page is open.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    internal static SinceView Of(
        IProjections projections,
        IJournal journal,
        KnownEvents known,
        Board board,
        Viewer you,
        DateTimeOffset from,
        DateTimeOffset now
    )
    {
        IReadOnlyList<string>? queues = you.Scope.IsLimited
            ? [.. board.Queues.Select(queue => queue.Name).Where(name => you.MaySee(name))]
            : null;
        DateTimeOffset? again = projections.Seq < board.Seq ? now + Patience : null;
        var happened = projections.HappenedSince(from, null, queues, MostTold).ToDictionary(one => one.What);
        var was = Before(projections, board, queues, from, now);
        List<SinceKind> kinds =
        [
            .. All.Where(kind => happened.ContainsKey(kind.What))
                .Select(kind =>
                    kind with
                    {
                        Count = happened[kind.What].Count,
                        Was = was is null ? null : was.GetValueOrDefault(kind.What),
                        Href = Address(kind.What, from),
                        Newest = Told(journal, known, board, you, happened[kind.What].Newest),
                    }
                ),
        ];
        known.Forget();
        return new SinceView(
            from,
            FiguresOf(kinds, was, from),
            kinds,
            StillView.Since(board, you, from),
            QueuesThenView.Of(projections, board, you, from, now),
            again
        );
    }

    // How often in as long a time before. Where there was no queue yet nothing could happen, and nothing is compared.
    private static Dictionary<Happening, long>? Before(
        IProjections projections,
        Board board,
        IReadOnlyList<string>? queues,
        DateTimeOffset from,
        DateTimeOffset now
    )
    {
        var before = from - (now - from);
        var isKnown =
            before >= now - Kept
            && board.Queues.Any(one =>
                one.Queue.CreatedAt <= before && queues?.Contains(one.Name, StringComparer.Ordinal) is not false
            );
        return isKnown
            ? projections.HappenedSince(before, from, queues, most: 0).ToDictionary(one => one.What, one => one.Count)
            : null;
    }

    private static readonly IReadOnlyList<SinceKind> All =
    [
        Kind(Happening.WentStale, "Went stale", Icons.TimerOff, "lease", "went stale"),
        Kind(Happening.ConflictOpened, "Conflicts opened", Icons.OctagonAlert, "conflict", "opened"),
        Kind(Happening.ActionAmbiguous, "May have happened", Icons.CircleQuestionMark, "action", "may have happened"),
        Kind(Happening.ApprovalFell, "Approvals that fell", Icons.ShieldX, "approval", "fell"),
        Kind(Happening.Parked, "Parked", Icons.CircleMinus, "item", "parked"),
        Kind(Happening.Completed, "Completed", Icons.CircleCheck),
        Kind(Happening.ActionApplied, "Applied outside", Icons.CheckCheck),
        Kind(Happening.ConflictSettled, "Conflicts settled", Icons.Check),
        Kind(Happening.Cancelled, "Cancelled", Icons.Ban),
        Kind(Happening.Decided, "Decisions", Icons.ShieldCheck),
        Kind(Happening.TakenOver, "Taken over", Icons.Hand),
        Kind(Happening.HandedOff, "Handed off", Icons.ArrowRightLeft),
        Kind(Happening.PolicySet, "Policies changed", Icons.Settings),
        Kind(Happening.PausedOrResumed, "Paused and resumed", Icons.CirclePause),
    ];

    private static SinceKind Kind(Happening what, string name, string icon, string? noun = null, string? verb = null) =>
        new(what, name, icon, Count: 0, Href: "", noun, verb, []);

    private static string Address(Happening what, DateTimeOffset from) =>
        FormattableString.Invariant(
            $"history?type={string.Join(',', HappeningTypes.All[what])}&since={from.ToUnixTimeSeconds()}"
        );

    // What one reads at a glance: what may need somebody, and how much is done.
    private static IReadOnlyList<FigureView> FiguresOf(
        IReadOnlyList<SinceKind> kinds,
        Dictionary<Happening, long>? was,
        DateTimeOffset from
    )
    {
        return
        [
            Figure("Completed", Happening.Completed, Hue.Good),
            Figure("Decisions", Happening.Decided, Hue.Work),
            Figure("Went stale", Happening.WentStale, Hue.Bad),
            Figure("Conflicts opened", Happening.ConflictOpened, Hue.Bad),
            Figure("Approvals that fell", Happening.ApprovalFell, Hue.Wait),
            Figure("May have happened", Happening.ActionAmbiguous, Hue.Open),
        ];

        FigureView Figure(string label, Happening what, Hue hue)
        {
            var kind = All.First(one => one.What == what);
            var count = kinds.FirstOrDefault(one => one.What == what)?.Count ?? 0;
            return new FigureView(
                label,
                Words.Count(count),
                was is null ? "" : $"was {Words.Count(was.GetValueOrDefault(what))}",
                kind.Icon,
                hue,
                Address(what, from),
                IsZero: count == 0
            );
        }
    }

    private static List<TimelineEntry> Told(
        IJournal journal,
        KnownEvents known,
        Board board,
        Viewer you,
        IReadOnlyList<long> seqs
    )
    {
        var told = new List<TimelineEntry>();
        foreach (var seq in seqs)
        {
            var one = known.Find(seq, () => Read(journal, seq));
            if (Sight.Of(you.Scope, one.Recorded.Event, id => ItemOf(board, journal, one, id)?.Queue) is not { } seen)
                continue;
            var line = Timelines.InJournal(one.Recorded with { Event = seen }, board.NameOf);
            told.Add(
                seen.ItemId is { } of && ItemOf(board, journal, one, of) is { } item
                    ? line with
                    {
                        What = item.Title,
                        By = $"{item.Id.Text} · {item.Queue}",
                    }
                    : line
            );
        }
        return told;
    }

    private static Recorded Read(IJournal journal, long seq)
    {
        var row = journal.FindEvents(new EventQuery(seq - 1, Limit: 1)).Rows[0];
        return new Recorded(row.Seq, row.At, row.By, EventJson.Read(row.Type, row.Data.Span));
    }

    private static Item? ItemOf(Board board, IJournal journal, KnownEvent of, ItemId id) =>
        board.Find(id) ?? of.ArchivedOf(id, () => journal.FindArchived(id));
}
