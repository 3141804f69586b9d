using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>What the runbook's list is narrowed to.</summary>
/// <param name="Show"><c>absorbed</c>; null for what is watched.</param>
/// <param name="Path">Only waits for locks on this path, watched or absorbed; <see cref="NoTarget"/> for those on no target.</param>
/// <param name="Period">With a path: the days that are counted.</param>
/// <param name="Queue">With a path: only waits of this queue's work; null for all queues.</param>
/// <param name="Text">Only those that have each of these words; null for all.</param>
public sealed record RunbookFilter(
    string? Show = null,
    string? Path = null,
    LockPeriod? Period = null,
    string? Queue = null,
    string? Text = null
)
{
    /// <summary>Stands in an address for a path that has no words.</summary>
    public const string NoTarget = "~";

    /// <summary>The list of what made a row of "Time lost by path".</summary>
    public static string AddressOf(string path, LockPeriod period, string? queue) =>
        $"runbook?waits={Uri.EscapeDataString(path.Length == 0 ? NoTarget : path)}&days={period.Key}"
        + (queue is null ? "" : $"&queue={Uri.EscapeDataString(queue)}");

    /// <summary>Whether the pattern is in the list, whatever happened in it within the period.</summary>
    public bool Takes(Pattern pattern) =>
        Path is null
            ? pattern.State == (Show == "absorbed" ? PatternState.Absorbed : PatternState.Watching)
            : pattern.Kind == Pattern.LockWait
                && pattern.Prefix == (Path == NoTarget ? "" : Path)
                && (Queue is null || pattern.Queue == Queue);
}

/// <summary>One pattern in the list.</summary>
/// <param name="Count">How often it happened: in 7 days, or in the period that the list is narrowed to.</param>
/// <param name="Before">How often in the 7 days before; null where the list is narrowed to a period.</param>
/// <param name="Spark">How often on each of the last 14 days, as the path of a line 96 by 20; null where nothing happened.</param>
public sealed record PatternRow(
    string Id,
    string State,
    string Name,
    string Under,
    string? Spark,
    int Count,
    int? Before,
    string Lost,
    string Change,
    int? Since,
    long Seq
)
{
    /// <summary>How often on each of the last 14 days, the oldest first.</summary>
    public required IReadOnlyList<long> Days { get; init; }

    /// <summary>What the line shows, in words.</summary>
    public string DaysSaid
    {
        get
        {
            var most = Days.Max();
            var last = Days[^1] == 0 ? "none today" : $"{Words.Count(Days[^1])} today";
            return $"{Words.Count(Days.Sum())} in {Days.Count} days, at most {Words.Count(most)} a day, {last}";
        }
    }
}

/// <summary>One of a pattern's conflicts.</summary>
public sealed record PatternCase(string Id, string State, string What, DateTimeOffset At);

/// <summary>A pattern as it is read and edited.</summary>
public sealed record PatternDetail(
    PatternRow Row,
    string Facts,
    string Suggested,
    string Why,
    PatternChange Chosen,
    string? Guidance,
    string? SetWords,
    string? AbsorbedWords,
    IReadOnlyList<PatternCase> Latest,
    string? LocksHref
);

/// <summary>What recurs, most time lost first, and one of it whole.</summary>
/// <param name="Narrowed">What the list is narrowed to, with its sum; null where it is not.</param>
public sealed record RunbookView(
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<PatternRow> Rows,
    PatternDetail? Detail,
    bool MaySet,
    int All,
    string? Narrowed = null
) : IView<RunbookView>
{
    private const int Most = 500;
    private const int SparkDays = 14;

    /// <summary>Under the picture's lock.</summary>
    /// <param name="chosen">Id of the pattern that is read; null for the first.</param>
    public static RunbookView From(Workspace at, RunbookFilter filter, string? chosen, Viewer you, DateTimeOffset now)
    {
        var seen = at.Patterns.Where(p => you.MaySee(p.Queue)).ToList();
        var period = filter.Path is null ? null : filter.Period ?? LockPeriod.Of(key: null);
        var taken = seen.Where(filter.Takes);
        IEnumerable<Pattern> ranked = period is null
            ? RunbookRules.Ranked(at, taken, now)
            : taken
                .Where(p => period.CountOf(p, now) > 0)
                .OrderByDescending(p => period.LostMsOf(p, now))
                .ThenBy(p => p.Id, StringComparer.Ordinal);
        if (filter.Text is { } words)
            ranked = ranked.Where(p =>
                WordsTyped.AreIn(
                    words,
                    p.Id,
                    NameOf(p),
                    p.Prefix,
                    p.Queue,
                    Named(p.Change ?? RunbookRules.SuggestionFor(p).Change)
                )
            );
        var listed = ranked.Take(Most).ToList();
        var read = seen.Find(p => p.Id == chosen) ?? (chosen is null && listed.Count > 0 ? listed[0] : null);
        return new RunbookView(
            [
                Tab("Watching", PatternState.Watching, "runbook"),
                Tab("Absorbed", PatternState.Absorbed, "runbook?show=absorbed"),
            ],
            [.. listed.Select(p => Row(at, p, now, period))],
            read is null ? null : DetailOf(at, read, now, you),
            you.May(Verb.SetRunbook),
            seen.Count,
            period is null ? null : Sum(filter, period, listed, now)
        );
        TabView Tab(string name, PatternState state, string href) =>
            new(
                name,
                seen.Count(p => p.State == state),
                href,
                period is null && (filter.Show == "absorbed") == (state == PatternState.Absorbed)
            );
    }

    private static string Sum(RunbookFilter filter, LockPeriod period, List<Pattern> listed, DateTimeOffset now)
    {
        var on = filter.Path == RunbookFilter.NoTarget ? "no target" : filter.Path;
        var of = filter.Queue is { } queue ? $", of work in {queue}" : "";
        var lost = Words.Age(TimeSpan.FromMilliseconds(listed.Sum(p => period.LostMsOf(p, now))));
        var waits = Words.Plural(listed.Sum(p => period.CountOf(p, now)), "wait");
        return $"Only waits for locks on {on}{of}: {waits} ended since {Words.At(period.SinceAt(now))}, {lost} lost.";
    }

    /// <summary>A change in words.</summary>
    public static string Named(PatternChange change) => ConflictPageView.Named(WireNames.Of(change));

    private static PatternRow Row(Workspace at, Pattern p, DateTimeOffset now, LockPeriod? period = null)
    {
        var (week, before) = p.Trend(now);
        var days = DaysOf(p, now);
        var lost = period is null
            ? RunbookRules.LostInWeek(at, p, now)
            : TimeSpan.FromMilliseconds(period.LostMsOf(p, now));
        return new PatternRow(
            p.Id,
            WireNames.Of(p.State),
            $"{NameOf(p)}{(p.Prefix.Length > 0 ? $" {(p.Kind == Pattern.LockWait ? "for" : "on")} {p.Prefix}" : "")}",
            p.Queue ?? "in no queue",
            SparkOf(days),
            period?.CountOf(p, now) ?? week,
            period is null ? before : null,
            Words.Age(lost),
            Named(p.Change ?? RunbookRules.SuggestionFor(p).Change),
            period is null && p.State == PatternState.Absorbed ? p.Since : null,
            p.Seq
        )
        {
            Days = days,
        };
    }

    private static PatternDetail DetailOf(Workspace at, Pattern p, DateTimeOffset now, Viewer you)
    {
        var row = Row(at, p, now);
        var suggested = RunbookRules.SuggestionFor(p);
        var things = p.Kind == Pattern.LockWait ? "wait" : "conflict";
        var trend =
            row.Before == 0 ? "none the week before"
            : row.Before == row.Count ? "as many the week before"
            : string.Create(CultureInfo.InvariantCulture, $"{row.Before} the week before");
        return new PatternDetail(
            row,
            $"{Words.Plural(row.Count, things)} in 7 days, {trend}. {Words.Count(p.Count)} in all; {row.Lost} lost in 7 days.",
            Named(suggested.Change),
            suggested.Why,
            p.Change ?? suggested.Change,
            p.Guidance,
            p is { SetBy: { } by, SetAt: { } set } ? $"Set by {at.NameOf(by)}, {Words.At(set)}" : null,
            p.AbsorbedAt is { } absorbed
                ? $"Absorbed at {Words.Stamp(absorbed)}; {(p.Since == 0 ? "it has not recurred since" : $"it has recurred {(p.Since == 1 ? "once" : $"{Words.Count(p.Since)} times")} since")}."
                : null,
            [
                .. p
                    .Latest.Select(at.FindConflict)
                    .OfType<Conflict>()
                    .Where(c => you.MaySee(at.QueueOf(c)))
                    .Reverse()
                    .Select(c => new PatternCase(c.Id.Text, WireNames.Of(c.State), c.What, c.OpenedAt)),
            ],
            p.Kind == Pattern.LockWait ? LockViews.Address(p.Prefix.TrimEnd('/')) : null
        );
    }

    private static string NameOf(Pattern p) => p.Kind == Pattern.LockWait ? "Waits" : ConflictPageView.Named(p.Kind);

    private static long[] DaysOf(Pattern p, DateTimeOffset now)
    {
        var today = PatternDay.Of(now);
        var counts = new long[SparkDays];
        foreach (var day in p.Days)
        {
            var at = day.Day - (today - SparkDays + 1);
            if (at is >= 0 and < SparkDays)
                counts[at] = day.Count;
        }
        return counts;
    }

    private static string? SparkOf(long[] days)
    {
        var most = days.Max();
        return most == 0 ? null : Spark.PathOf([.. days.Select(count => (long?)count)], most);
    }
}
