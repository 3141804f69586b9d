using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>A stretch on a line of time that several lives share.</summary>
/// <param name="Left">Where it begins, in percent of the line.</param>
/// <param name="Width">How long it is, in percent of the line.</param>
/// <param name="Kind">Whose it is, and what: <c>work</c>, <c>other</c>, <c>idle</c>, <c>wait</c>, <c>open</c> or <c>bad</c>.</param>
public sealed record LaneSpan(string Left, string Width, string Kind, string Title);

/// <summary>The life of one item on that line.</summary>
/// <param name="Now">How it stands now, in a few words.</param>
/// <param name="Said">The whole of it for those who do not see it.</param>
/// <param name="Life">The whole of it, from its beginning on.</param>
public sealed record LaneView(string Item, IReadOnlyList<LaneSpan> Spans, string Now, string Said, ItemLife Life);

/// <summary>The lives of all that a run holds, under each other on one line of time.</summary>
/// <param name="From">Where the line begins: a while before the run's first work on any of them.</param>
/// <param name="Until">Where it ends.</param>
public sealed record RunLives(
    IReadOnlyList<LaneView> Lanes,
    DateTimeOffset From,
    DateTimeOffset Until,
    DateTimeOffset? ChangesAt
)
{
    // More lines than these nobody compares; the list above has each.
    private const int Most = 20;

    /// <summary>The lives of these items; null where there is nothing to draw. Under the picture's lock.</summary>
    /// <param name="holder">The run's holder in full: <c>reply-agent run 7f3</c>.</param>
    public static RunLives? Of(Workspace at, IReadOnlyList<Item> held, string holder, Viewer you, DateTimeOffset now)
    {
        List<(Item Item, ItemLife Life)> lives =
        [
            .. held.Take(Most)
                .Select(item => (item, ItemLife.Of(Timelines.Of(item, at, you).Reverse(), now)))
                .Where(one => one.Item2.Spans.Count > 0),
        ];
        if (lives.Count == 0)
            return null;
        var until = lives.Max(one => one.Life.Until);
        var own = lives
            .SelectMany(one => one.Life.Spans)
            .Where(span => span.Who == holder)
            .Select(span => span.From)
            .DefaultIfEmpty(until)
            .Min();
        var first = lives.Min(one => one.Life.Spans[0].From);
        // An item that lay there for days would press all that the run did into the last pixels.
        var from = own - (until - own) / 2 is var before && before > first ? before : first;
        return new RunLives(
            [.. lives.Select(one => Lane(one.Item, one.Life, holder, from, until))],
            from,
            until,
            lives.Min(one => one.Life.ChangesAt)
        );
    }

    private static LaneView Lane(Item item, ItemLife life, string holder, DateTimeOffset from, DateTimeOffset until)
    {
        var last = life.Spans[^1];
        var now = $"{Lower(last.Words)} {Words.Age(life.LengthOf(last))}";
        var whole = Math.Max(1, (until - from).TotalMilliseconds);
        string Percent(TimeSpan part) =>
            (Math.Clamp(part.TotalMilliseconds / whole, 0, 1) * 100).ToString("0.##", CultureInfo.InvariantCulture);
        return new LaneView(
            item.Id.Text,
            [
                .. life
                    .Spans.Where(span => (span.To ?? until) > from)
                    .Select(span =>
                    {
                        var begins = span.From > from ? span.From : from;
                        return new LaneSpan(
                            Percent(begins - from),
                            Percent((span.To ?? until) - begins),
                            span.Hue == Hue.Work && span.Who != holder ? "other" : span.Hue.Class(),
                            $"{span.Words}{(span.Who is { } who ? $", {who}" : "")}: {Words.Age(life.LengthOf(span))}"
                        );
                    }),
            ],
            now,
            $"{item.Id.Text}: {string.Join("; ", life.Sums.Select(sum => $"{sum.Words} {Words.Age(sum.Length)}"))}; now {now}",
            life
        );
    }

    private static string Lower(string words) => char.ToLowerInvariant(words[0]) + words[1..];
}
