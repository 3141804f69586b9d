using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>What waited for one cause in one queue.</summary>
/// <param name="Queue">Empty for what belongs to none.</param>
/// <param name="Name">The cause, in a word.</param>
/// <param name="Ms">How long in all, what still waits included.</param>
/// <param name="Come">How many an hour began to wait.</param>
/// <param name="Go">How many an hour stopped waiting, in whatever way.</param>
/// <param name="Open">How many wait now.</param>
/// <param name="OldestAt">Since when the oldest of them waits.</param>
/// <param name="LongestMs">The longest that ended, in milliseconds; null where none did.</param>
/// <param name="Href">What waits now, as a list.</param>
public sealed record WaitRow(
    string Queue,
    WaitCause Cause,
    string Name,
    long Ms,
    double Come,
    double Go,
    int Open,
    DateTimeOffset? OldestAt,
    long? LongestMs,
    string Href
);

/// <summary>What waited of one kind: a review by who was asked, a conflict by what collided, a lock by its mode.</summary>
public sealed record WaitKindRow(string Cause, string Kind, long Ms, long Come, long Go);

/// <summary>What a person, or a group of them, ended the waiting of.</summary>
/// <param name="Who">"You", or a role with how many of it.</param>
public sealed record SettledRow(string Who, string Cause, long Count, long MeanMs);

/// <summary>Where work waited over a stretch of time: by queue, cause, kind and hour; what comes against what goes.</summary>
/// <param name="From">With the beginning of this hour or day it begins.</param>
/// <param name="Until">Up to this instant.</param>
/// <param name="Grows">Where more comes than goes, each a sentence.</param>
public sealed record WaitsView(
    DateTimeOffset From,
    DateTimeOffset Until,
    ChartRange Range,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<ChartView> Charts,
    IReadOnlyList<string> Grows,
    IReadOnlyList<WaitRow> Rows,
    IReadOnlyList<WaitKindRow> Kinds,
    IReadOnlyList<SettledRow> Yours,
    IReadOnlyList<SettledRow> Groups,
    IReadOnlyList<FilterView> Filters,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<WaitsView>
{
    /// <summary>A group's figures are shown from so many people on, so that no figure is one person's.</summary>
    public const int LeastGroup = 5;

    // What is written down follows a commit by a moment, and says nothing when it has.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly IReadOnlyList<(WaitCause Cause, string Name, string Icon, Hue? Hue)> Causes =
    [
        (WaitCause.Review, "Review", Icons.Eye, Components.Hue.Wait),
        (WaitCause.Question, "Question", Icons.MessageSquare, Components.Hue.Work),
        (WaitCause.Conflict, "Conflict", Icons.OctagonAlert, Components.Hue.Bad),
        (WaitCause.Lock, "Lock", Icons.Lock, Components.Hue.Idle),
        (WaitCause.Pause, "Pause", Icons.CirclePause, null),
        (WaitCause.Attempts, "Attempts used up", Icons.CircleMinus, Components.Hue.Open),
    ];

    /// <param name="queue">In this queue alone; null for all that the reader sees.</param>
    /// <param name="cause">For this cause alone; null for all.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static WaitsView Of(
        IProjections projections,
        Board board,
        Viewer you,
        ChartRange range,
        string? queue,
        WaitCause? cause,
        DateTimeOffset now
    )
    {
        var ticks = range.Step.Ticks;
        var last = new DateTimeOffset(now.UtcTicks / ticks * ticks, TimeSpan.Zero);
        var from = last - range.Step * (range.Steps - 1);
        DateTimeOffset? again = projections.Seq < board.Seq ? now + Patience : null;
        List<string> seen = [.. board.Queues.Select(one => one.Name).Where(you.MaySee)];
        IReadOnlyList<string>? queues =
            queue is not null ? [.. seen.Where(name => name == queue)]
            : you.Scope.IsLimited ? seen
            : null;
        var waits = Only(projections.WaitsSince(from, range.IsByDay, queues), cause);
        var rows = RowsOf(waits, from, now, name => HoursOf(board, name, from, now));
        return new WaitsView(
            from,
            now,
            range,
            FiguresOf(waits, from, now, queue),
            ChartsOf(waits, from, range, now),
            [.. rows.Where(IsGrowing).Take(5).Select(Sentence)],
            rows,
            KindsOf(waits, from, now),
            Settled(waits, board, who => who.Id == you.Id, _ => "You", least: 1),
            Settled(waits, board, who => who.Id != you.Id, RoleOf, LeastGroup),
            [
                new("Queue", "queue", queue, [.. seen.Select(name => new ChoiceView(name, name))]),
                new(
                    "Cause",
                    "cause",
                    cause is { } one ? Word(one) : null,
                    [.. Causes.Select(known => new ChoiceView(Word(known.Cause), known.Name))]
                ),
            ],
            again
        );
    }

    /// <summary>The cause that an address names; null for none.</summary>
    public static WaitCause? CauseOf(string? word) =>
        Causes.FirstOrDefault(known => Word(known.Cause) == word) is { Name: not null } found ? found.Cause : null;

    /// <summary>A length of waiting: <c>48 s</c>, <c>6 min</c>, <c>12.4 h</c>, <c>1,204 h</c>.</summary>
    public static string Long(long ms)
    {
        var time = TimeSpan.FromMilliseconds(ms);
        return time.TotalHours switch
        {
            < 1 => Words.Age(time),
            < 100 => time.TotalHours.ToString("0.0", CultureInfo.InvariantCulture) + " h",
            _ => Words.Count((long)Math.Round(time.TotalHours)) + " h",
        };
    }

    /// <summary>How many an hour: <c>6.2</c>, <c>0.05</c>, <c>0</c>.</summary>
    public static string Rate(double anHour) =>
        anHour.ToString(anHour < 1 ? "0.##" : "0.#", CultureInfo.InvariantCulture);

    private static string Word(WaitCause cause) => cause.ToString().ToLowerInvariant();

    private static Waits Only(Waits waits, WaitCause? cause) =>
        cause is not { } one
            ? waits
            : new Waits(
                [.. waits.ByTime.Where(sum => sum.Cause == one)],
                [.. waits.ByQueue.Where(sum => sum.Cause == one)],
                [.. waits.Open.Where(open => open.Cause == one)],
                [.. waits.Settled.Where(settled => settled.Cause == one)]
            );

    // Nothing could wait in a queue before it was made: its rates are of the hours since then, and of one at least.
    private static double HoursOf(Board board, string queue, DateTimeOffset from, DateTimeOffset now)
    {
        var made = board.FindQueue(queue)?.Queue.CreatedAt ?? from;
        return Math.Max(1, (now - (made > from ? made : from)).TotalHours);
    }

    private static long MsOf(OpenWait open, DateTimeOffset from, DateTimeOffset to) =>
        Math.Max(0, (long)(to - (open.Since > from ? open.Since : from)).TotalMilliseconds);

    private static List<WaitRow> RowsOf(
        Waits waits,
        DateTimeOffset from,
        DateTimeOffset now,
        Func<string, double> hoursOf
    )
    {
        var open = waits.Open.ToLookup(one => (one.Queue, one.Cause));
        var over = waits.ByQueue.ToLookup(one => (one.Queue, one.Cause));
        return
        [
            .. open.Select(one => one.Key)
                .Union(over.Select(one => one.Key))
                .Select(key =>
                {
                    var (parts, still) = (over[key].ToList(), open[key].ToList());
                    var hours = hoursOf(key.Queue);
                    var longest = parts.Select(part => part.LongestMs).DefaultIfEmpty().Max();
                    return new WaitRow(
                        key.Queue,
                        key.Cause,
                        NameOf(key.Cause),
                        parts.Sum(part => part.Ms) + still.Sum(one => MsOf(one, from, now)),
                        parts.Sum(part => part.Come) / hours,
                        parts.Sum(part => part.Gone) / hours,
                        still.Count,
                        still.Count == 0 ? null : still.Min(one => one.Since),
                        parts.Any(part => part.Gone > 0) ? longest : null,
                        ListOf(key.Cause, key.Queue)
                    );
                })
                .OrderByDescending(row => row.Ms)
                .ThenBy(row => row.Queue, StringComparer.Ordinal)
                .ThenBy(row => row.Cause),
        ];
    }

    private static bool IsGrowing(WaitRow row) => row.Open > 0 && row.Come > row.Go && row.Cause is not WaitCause.Pause;

    private static string Sentence(WaitRow row)
    {
        var (one, many) = row.Cause switch
        {
            WaitCause.Review => ("review", "reviews"),
            WaitCause.Question => ("question", "questions"),
            WaitCause.Conflict => ("conflict", "conflicts"),
            WaitCause.Lock => ("wait for a lock", "waits for locks"),
            _ => ("item without attempts", "items without attempts"),
        };
        var come = Rate(row.Come) is "1" ? $"1 {one} an hour comes" : $"{Rate(row.Come)} {many} an hour come";
        var where = row.Queue.Length == 0 ? "" : $" in {row.Queue}";
        var (go, wait) = (Rate(row.Go) is "1" ? "goes" : "go", row.Open == 1 ? "waits" : "wait");
        return $"{come}{where}, {Rate(row.Go)} {go}; {Words.Count(row.Open)} {wait} now.";
    }

    private static List<WaitKindRow> KindsOf(Waits waits, DateTimeOffset from, DateTimeOffset now)
    {
        var parts = waits
            .ByQueue.Select(one => (one.Cause, one.Kind, one.Ms, one.Come, one.Gone))
            .Concat(waits.Open.Select(one => (one.Cause, one.Kind, MsOf(one, from, now), 0L, 0L)));
        return
        [
            .. parts
                .GroupBy(one => (one.Cause, one.Kind))
                .Select(kind => new WaitKindRow(
                    NameOf(kind.Key.Cause),
                    kind.Key.Kind.Replace('_', ' '),
                    kind.Sum(one => one.Item3),
                    kind.Sum(one => one.Item4),
                    kind.Sum(one => one.Item5)
                ))
                .OrderByDescending(kind => kind.Ms)
                .ThenBy(kind => kind.Cause, StringComparer.Ordinal)
                .ThenBy(kind => kind.Kind, StringComparer.Ordinal),
        ];
    }

    private static List<SettledRow> Settled(
        Waits waits,
        Board board,
        Func<Principal, bool> isMeant,
        Func<Principal, string> groupOf,
        int least
    )
    {
        var people = waits
            .Settled.Select(one => (one, Who: board.FindPrincipal(new PrincipalId(one.By))))
            .Where(pair => pair.Who is { Kind: PrincipalKind.Person } who && isMeant(who));
        return
        [
            .. people
                .GroupBy(pair => (Group: groupOf(pair.Who!), pair.one.Cause))
                .Select(group => (group.Key, Of: group.Select(pair => pair.one).ToList()))
                // Counted are the people who did this very thing: a group in which only one did it would be that one.
                .Where(group => group.Of.Select(one => one.By).Distinct().Count() >= least)
                .Select(group =>
                {
                    var (count, ms) = (group.Of.Sum(one => one.Count), group.Of.Sum(one => one.Ms));
                    var size = group.Of.Select(one => one.By).Distinct().Count();
                    return new SettledRow(
                        least == 1 ? group.Key.Group : $"{group.Key.Group}, {Words.Count(size)} people",
                        NameOf(group.Key.Cause),
                        count,
                        count == 0 ? 0 : ms / count
                    );
                })
                .OrderBy(row => row.Who, StringComparer.Ordinal)
                .ThenByDescending(row => row.Count),
        ];
    }

    // The one role by which somebody is counted: the widest that they have.
    private static string RoleOf(Principal who) =>
        ((Roles, string)[])
            [
                (Roles.Admin, "Admins"),
                (Roles.Manager, "Managers"),
                (Roles.Support, "Support"),
                (Roles.Reviewer, "Reviewers"),
            ]
            is var known
        && known.FirstOrDefault(one => (who.Roles & one.Item1) != Roles.None) is { Item2: { } name }
            ? name
            : "Others";

    private static string NameOf(WaitCause cause) => Causes.First(known => known.Cause == cause).Name;

    /// <summary>What waits now for a cause, as a list of just that.</summary>
    /// <param name="queue">Empty for what belongs to none; null for all.</param>
    private static string ListOf(WaitCause cause, string? queue)
    {
        var of = queue is null ? "" : "queue=" + (queue.Length == 0 ? FilterView.None : Uri.EscapeDataString(queue));
        return cause switch
        {
            WaitCause.Review => Address("review", "show=open"),
            WaitCause.Conflict => Address("conflicts", "q=" + Uri.EscapeDataString("state:open,in_review")),
            WaitCause.Lock => Address("locks"),
            WaitCause.Pause => Address("./", "view=" + NowFilter.Paused),
            WaitCause.Question => Address("./", "view=" + NowFilter.Asking),
            WaitCause.Attempts => Address("./", "q=" + Uri.EscapeDataString("attention:attempts_exhausted")),
        };

        string Address(string path, string? by = null) =>
            string.Join('&', new[] { by, of }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } query
                ? $"{path}?{query}"
                : path;
    }

    private static IReadOnlyList<FigureView> FiguresOf(
        Waits waits,
        DateTimeOffset from,
        DateTimeOffset now,
        string? queue
    ) =>
        [
            .. Causes.Select(known =>
            {
                var open = waits.Open.Where(one => one.Cause == known.Cause).ToList();
                var ms =
                    waits.ByQueue.Where(one => one.Cause == known.Cause).Sum(one => one.Ms)
                    + open.Sum(one => MsOf(one, from, now));
                return new FigureView(
                    known.Name,
                    ms == 0 ? "0" : Long(ms),
                    open.Count == 0 ? "none waits now" : $"{Words.Count(open.Count)} now, oldest",
                    known.Icon,
                    known.Hue ?? Components.Hue.Idle,
                    ListOf(known.Cause, queue),
                    IsZero: ms == 0,
                    At: open.Count == 0 ? null : open.Min(one => one.Since)
                );
            }),
        ];

    private static IReadOnlyList<ChartView> ChartsOf(
        Waits waits,
        DateTimeOffset from,
        ChartRange range,
        DateTimeOffset now
    )
    {
        List<DateTimeOffset> at = [.. Enumerable.Range(0, range.Steps).Select(k => from + range.Step * k)];
        return
        [
            HoursBy(waits, at, range, now),
            Flow(waits, at, range, WaitCause.Review, "Reviews: demand and capacity"),
            Flow(waits, at, range, WaitCause.Conflict, "Conflicts: demand and capacity"),
        ];
    }

    private static ChartView HoursBy(
        Waits waits,
        IReadOnlyList<DateTimeOffset> at,
        ChartRange range,
        DateTimeOffset now
    )
    {
        var causes = Causes
            .Select(known => (known.Name, known.Hue, Ms: MsBy(waits, at, range, known.Cause, now)))
            .Where(cause => cause.Ms.Exists(ms => ms > 0))
            .ToList();
        var sum = causes.Sum(cause => cause.Ms.Sum());
        // Fractions of an hour are read badly, and have no room beside the axis.
        var highest = at.Select((_, k) => causes.Sum(cause => cause.Ms[k])).DefaultIfEmpty().Max();
        var (unit, ms) = highest < 3_600_000 ? (" min", 60_000d) : (" h", 3_600_000d);
        return new ChartView(
            "Waited",
            sum == 0 ? "none" : Long(sum),
            $"in {range.Name}, by cause",
            $"Work waited {Long(sum)} in the last {range.Name}: "
                + string.Join(", ", causes.Select(cause => $"{Long(cause.Ms.Sum())} for {cause.Name}")),
            unit,
            at,
            [
                .. causes.Select(cause => new SeriesView(
                    cause.Name,
                    cause.Hue,
                    false,
                    [.. cause.Ms.Select(waited => (double?)(waited / ms))]
                )),
            ],
            IsStacked: true
        );
    }

    private static List<long> MsBy(
        Waits waits,
        IReadOnlyList<DateTimeOffset> at,
        ChartRange range,
        WaitCause cause,
        DateTimeOffset now
    )
    {
        var over = waits.ByTime.Where(one => one.Cause == cause).ToDictionary(one => one.From, one => one.Ms);
        var open = waits.Open.Where(one => one.Cause == cause).ToList();
        return
        [
            .. at.Select(start =>
                over.GetValueOrDefault(start)
                + open.Sum(one => MsOf(one, start, start + range.Step < now ? start + range.Step : now))
            ),
        ];
    }

    private static ChartView Flow(
        Waits waits,
        IReadOnlyList<DateTimeOffset> at,
        ChartRange range,
        WaitCause cause,
        string title
    )
    {
        var sums = waits.ByTime.Where(one => one.Cause == cause).ToDictionary(one => one.From);
        var come = at.Select(start => sums.GetValueOrDefault(start)?.Come ?? 0).ToList();
        var gone = at.Select(start => sums.GetValueOrDefault(start)?.Gone ?? 0).ToList();
        return new ChartView(
            title,
            $"{Words.Count(come.Sum())} / {Words.Count(gone.Sum())}",
            $"came / went in {range.Name}",
            $"{Words.Count(come.Sum())} came and {Words.Count(gone.Sum())} went in the last {range.Name}",
            "",
            at,
            [
                new SeriesView("came", Components.Hue.Wait, false, [.. come.Select(one => (double?)one)]),
                new SeriesView("went", Components.Hue.Good, true, [.. gone.Select(one => (double?)one)]),
            ]
        );
    }
}
