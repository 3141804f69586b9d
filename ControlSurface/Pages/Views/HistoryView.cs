using System.Globalization;
using ControlSurface.Components;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Pages;

namespace ControlSurface.Pages.Views;

/// <summary>What the journal is narrowed to.</summary>
/// <param name="Type">Types of events, or the nouns before their dots, with commas between; null for all.</param>
/// <param name="By">Ids of principals, with commas between; null for all.</param>
/// <param name="Minutes">Only events of so many last minutes; null for all.</param>
/// <param name="Before">Only events with a lower seq; null for the newest.</param>
public sealed record HistoryFilter(
    string? Type = null,
    string? By = null,
    string? Item = null,
    long? Before = null,
    string? Queue = null,
    int? Minutes = null
)
{
    /// <summary>Events before this instant are left out; null for none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether the event is meant, and may be seen.</summary>
    /// <param name="maySee">Whether the item is of the queue that is asked for, and the viewer may see it.</param>
    public bool Takes(Recorded recorded, Func<ItemId, bool> maySee) =>
        (Type is null || Array.Exists(Type.Split(','), type => IsOf(recorded.Event.Type, type)))
        && (Since is null || recorded.At >= Since)
        && FilterView.Allows(By, recorded.By.Text)
        && (Item is null || recorded.Event.ItemId?.Text == Item)
        && (recorded.Event.ItemId is { } item ? maySee(item) : Queue is null);

    private static bool IsOf(string type, string meant) =>
        type == meant || (type.StartsWith(meant, StringComparison.Ordinal) && type[meant.Length] == '.');
}

/// <summary>A stretch of the journal, newest first.</summary>
/// <param name="Older">Where the next older stretch begins; null at the beginning of the journal.</param>
/// <param name="LookedBackAt">The instant of the oldest event that was looked at; null for the beginning of the journal.</param>
public sealed record HistoryView(
    [property: NotDrawn] long Seq,
    IReadOnlyList<TimelineEntry> Entries,
    long? Older,
    [property: NotDrawn] DateTimeOffset? LookedBackAt,
    IReadOnlyList<FilterView> Filters
) : IView<HistoryView>
{
    private const int Most = 200;
    private const int Stretch = 2_000;
    private const int Stretches = 10;
    private const int MostInFile = 100_000;

    /// <summary>
    /// Reads backwards until a page is full, at most twenty thousand events at once: further back is a link away, and says so.
    /// </summary>
    public static HistoryView From(IJournal journal, Board board, HistoryFilter filter, Viewer you)
    {
        var entries = new List<TimelineEntry>();
        var end = Math.Min(filter.Before ?? long.MaxValue, board.Seq + 1);
        var from = end;
        bool MaySee(ItemId id) =>
            Queue(board, journal, id) is not { } queue || (you.MaySee(queue) && FilterView.Allows(filter.Queue, queue));
        for (var i = 0; i < Stretches && from > 1 && entries.Count < Most; i++)
        {
            var until = from;
            from = Math.Max(1, from - Stretch);
            var taken = journal
                .ReadAfter(from - 1)
                .TakeWhile(recorded => recorded.Seq < until)
                .Where(recorded => filter.Takes(recorded, MaySee))
                .Select(recorded =>
                    Sight.Of(you.Scope, recorded.Event, id => Queue(board, journal, id)) is { } seen
                        ? recorded with
                        {
                            Event = seen,
                        }
                        : null
                )
                .OfType<Recorded>()
                .ToList();
            taken.Reverse();
            // Instants never decrease along the journal: further back there is nothing that is meant.
            var isFarEnough = filter.Since is { } since && journal.ReadAfter(from - 1).FirstOrDefault()?.At < since;
            foreach (var recorded in taken)
            {
                entries.Add(Timelines.InJournal(recorded, board.NameOf));
                if (entries.Count < Most)
                    continue;
                from = recorded.Seq;
                break;
            }
            if (isFarEnough && entries.Count < Most)
            {
                from = 1;
                break;
            }
        }
        return new HistoryView(
            board.Seq,
            entries,
            from > 1 ? from : null,
            from > 1 ? journal.ReadAfter(from - 1).FirstOrDefault()?.At : null,
            FiltersOf(board, filter, you)
        );
    }

    /// <summary>All that the filter takes, page after page, as far as to the beginning: the newest hundred thousand.</summary>
    public static IReadOnlyList<TimelineEntry> All(
        IJournal journal,
        Board board,
        HistoryFilter filter,
        Viewer you,
        CancellationToken leaving
    )
    {
        var all = new List<TimelineEntry>();
        long? before = null;
        do
        {
            leaving.ThrowIfCancellationRequested();
            var page = From(journal, board, filter with { Before = before }, you);
            all.AddRange(page.Entries);
            before = page.Older;
        } while (before is not null && all.Count < MostInFile);
        return all;
    }

    private static string? Queue(Board board, IJournal journal, ItemId id) =>
        board.Find(id)?.Queue ?? journal.FindArchived(id)?.Queue;

    private static IReadOnlyList<FilterView> FiltersOf(Board board, HistoryFilter filter, Viewer you) =>
        [
            new("Kind", "type", filter.Type, [.. Kinds.Select(kind => new ChoiceView(kind, kind))])
            {
                TakesSeveral = true,
            },
            new(
                "By",
                "by",
                filter.By,
                [
                    new ChoiceView("system", "the system"),
                    .. board
                        .Principals.Where(you.Scope.Sees)
                        .Take(40)
                        .Select(who => new ChoiceView(who.Id.Text, who.Name)),
                ]
            )
            {
                TakesSeveral = true,
            },
            new(
                "Queue",
                "queue",
                filter.Queue,
                [
                    .. board
                        .Queues.Where(queue => you.MaySee(queue.Name))
                        .Select(queue => new ChoiceView(queue.Name, queue.Name)),
                ]
            )
            {
                TakesSeveral = true,
            },
            new(
                "Within",
                "minutes",
                filter.Minutes is { } minutes ? Words.Count(minutes) : null,
                [new ChoiceView("60", "the last hour"), new ChoiceView("1440", "the last day")]
            ),
            .. filter is { Minutes: null, Since: { } since }
                ? [new FilterView("Since", "since", Seconds(since), [new ChoiceView(Seconds(since), Words.At(since))])]
                : Array.Empty<FilterView>(),
            new("Item", "item", filter.Item, filter.Item is { } item ? [new ChoiceView(item, item)] : []),
        ];

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static readonly string[] Kinds =
    [
        "item",
        "lease",
        "handoff",
        "checkpoint",
        "note",
        "queue",
        "workspace",
        "principal",
        "run",
        "lease.stale",
        "lease.takenOver",
        "item.completed",
        "conflict",
        "lock",
        "review",
        "approval",
        "action",
        "bulk",
    ];
}
