using System.Globalization;
using System.Text;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Pages.Views;

/// <summary>Of what a shift report is, by whom, and where all of it stands.</summary>
/// <param name="Workspace">Null where there is only one.</param>
/// <param name="By">Who made it.</param>
/// <param name="Seq">The last event that it knows.</param>
/// <param name="Zone">The reader's: times in a message cannot be moved into it later.</param>
/// <param name="Site">The address that all others are relative to.</param>
public sealed record ShiftOf(
    string? Workspace,
    DateTimeOffset Until,
    string By,
    long Seq,
    TimeZoneInfo Zone,
    string Site
);

/// <summary>A shift report as plain text, to be copied into a message.</summary>
/// <param name="Title">What it is of.</param>
/// <param name="Head">From when until when, and in a sentence what may need somebody.</param>
/// <param name="Rest">How often each thing happened, what still needs somebody, and the queues.</param>
/// <param name="Short">Instead of the rest where there is no room for it: where it stands.</param>
public sealed record ShiftText(string Title, string Head, string Rest, string Short)
{
    // A message is read at a glance; the page has the others.
    private const int MostStill = 20;

    /// <summary>The report of what a reader sees.</summary>
    /// <param name="summary">What may need somebody, in a sentence.</param>
    public static ShiftText Of(SinceView view, string summary, ShiftOf of)
    {
        var title = of.Workspace is { } name ? $"Shift report, {name}" : "Shift report";
        var page = FormattableString.Invariant($"{of.Site}since?from={view.From.ToUnixTimeSeconds()}");
        var head = $"""
            {Clock(view.From, of.Zone)} until {Clock(of.Until, of.Zone)} ({of.Zone.Id})
            By {Marked.Plain(of.By)}

            {summary}
            """;
        var rest = new StringBuilder();
        foreach (var kind in view.Kinds)
            rest.AppendLine(
                CultureInfo.InvariantCulture,
                $"{kind.Name}: {Words.Count(kind.Count)}{(kind.Was is { } was ? $", was {Words.Count(was)}" : "")}"
            );
        Still(rest, view.Still, of);
        Queues(rest, view.Queues);
        rest.AppendLine().Append(CultureInfo.InvariantCulture, $"All of it: {page}");
        return new ShiftText(
            Marked.Plain(title)!,
            head,
            rest.ToString().Trim(),
            $"What happened, what still needs somebody and the queues: {page}"
        );
    }

    private static void Still(StringBuilder to, IReadOnlyList<StillView> still, ShiftOf of)
    {
        if (still.Count == 0)
            return;
        to.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Still needs somebody, {Words.Count(still.Count)}:");
        foreach (var one in still.Take(MostStill))
        {
            var what = Marked.Plain(ShownText.Short(one.What, 120));
            to.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {one.State}: {what} ({Marked.Plain(one.Of)}), since {Clock(one.At, of.Zone)}: {of.Site}{one.Href}"
            );
        }
        if (still.Count > MostStill)
            to.AppendLine(CultureInfo.InvariantCulture, $"- and {Words.Count(still.Count - MostStill)} more");
    }

    private static void Queues(StringBuilder to, QueuesThenView? queues)
    {
        if (queues is null)
            return;
        to.AppendLine().AppendLine("Queued now, and then:");
        foreach (var row in queues.Rows)
            to.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {Marked.Plain(row.Name)}: {Words.Count(row.Now)}, was {Words.Count(row.Then)}{(row.StaleNow > 0 ? $"; {Words.Count(row.StaleNow)} stale" : "")}"
            );
    }

    private static string Clock(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("ddd d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);
}
