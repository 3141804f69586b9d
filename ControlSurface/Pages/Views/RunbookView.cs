using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Runbook;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>One pattern in the list.</summary>
/// <param name="Spark">How often on each of the last 14 days, as the path of a line 96 by 20; null where nothing happened.</param>
public sealed record PatternRow(
    string Id,
    string State,
    string Name,
    string Under,
    string? Spark,
    int Week,
    int Before,
    string Lost,
    string Change,
    int? Since,
    long Seq
);

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
public sealed record RunbookView(
    IReadOnlyList<TabView> Tabs,
    IReadOnlyList<PatternRow> Rows,
    PatternDetail? Detail,
    bool MaySet,
    int All
) : IView<RunbookView>
{
    private const int Most = 500;
    private const int SparkDays = 14;

    /// <summary>Under the picture's lock.</summary>
    /// <param name="show"><c>absorbed</c>, or null for what is watched.</param>
    /// <param name="chosen">Id of the pattern that is read; null for the first.</param>
    public static RunbookView From(Workspace at, string? show, string? chosen, Viewer you, DateTimeOffset now)
    {
        var seen = at.Patterns.Where(p => you.MaySee(p.Queue)).ToList();
        var wanted = show == "absorbed" ? PatternState.Absorbed : PatternState.Watching;
        var listed = RunbookRules.Ranked(at, seen.Where(p => p.State == wanted), now).Take(Most).ToList();
        var read = seen.Find(p => p.Id == chosen) ?? (chosen is null && listed.Count > 0 ? listed[0] : null);
        return new RunbookView(
            [
                new(
                    "Watching",
                    seen.Count(p => p.State == PatternState.Watching),
                    "runbook",
                    wanted == PatternState.Watching
                ),
                new(
                    "Absorbed",
                    seen.Count(p => p.State == PatternState.Absorbed),
                    "runbook?show=absorbed",
                    wanted == PatternState.Absorbed
                ),
            ],
            [.. listed.Select(p => Row(at, p, now))],
            read is null ? null : DetailOf(at, read, now, you),
            you.May(Verb.SetRunbook),
            seen.Count
        );
    }

    /// <summary>A change in words.</summary>
    public static string Named(PatternChange change) => ConflictPageView.Named(WireNames.Of(change));

    private static PatternRow Row(Workspace at, Pattern p, DateTimeOffset now)
    {
        var (week, before) = p.Trend(now);
        return new PatternRow(
            p.Id,
            WireNames.Of(p.State),
            $"{NameOf(p)}{(p.Prefix.Length > 0 ? $" {(p.Kind == Pattern.LockWait ? "for" : "on")} {p.Prefix}" : "")}",
            p.Queue ?? "in no queue",
            SparkOf(p, now),
            week,
            before,
            Words.Age(RunbookRules.LostInWeek(at, p, now)),
            Named(p.Change ?? RunbookRules.SuggestionFor(p).Change),
            p.State == PatternState.Absorbed ? p.Since : null,
            p.Seq
        );
    }

    private static PatternDetail DetailOf(Workspace at, Pattern p, DateTimeOffset now, Viewer you)
    {
        var row = Row(at, p, now);
        var suggested = RunbookRules.SuggestionFor(p);
        var things = p.Kind == Pattern.LockWait ? "wait" : "conflict";
        var trend =
            row.Before == 0 ? "none the week before"
            : row.Before == row.Week ? "as many the week before"
            : string.Create(CultureInfo.InvariantCulture, $"{row.Before} the week before");
        return new PatternDetail(
            row,
            $"{Words.Plural(row.Week, things)} in 7 days, {trend}. {Words.Count(p.Count)} in all; {row.Lost} lost in 7 days.",
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

    private static string? SparkOf(Pattern p, DateTimeOffset now)
    {
        var today = PatternDay.Of(now);
        var counts = new long?[SparkDays];
        Array.Fill(counts, 0);
        foreach (var day in p.Days)
        {
            var at = day.Day - (today - SparkDays + 1);
            if (at is >= 0 and < SparkDays)
                counts[at] = day.Count;
        }
        var most = Spark.MostOf(counts);
        return most == 0 ? null : Spark.PathOf(counts, most);
    }
}
