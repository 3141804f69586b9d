using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>What waited for one cause, in all queues that are shown.</summary>
/// <param name="Word">The cause in the address.</param>
/// <param name="Share">Its part of all waiting, from 0 to 1.</param>
/// <param name="Open">How many wait now.</param>
/// <param name="OldestAt">Since when the oldest of them waits.</param>
/// <param name="Href">What waits now, as a list.</param>
public sealed record WaitCauseRow(
    WaitCause Cause,
    string Name,
    string Word,
    string Icon,
    WaitedTime Waited,
    double Share,
    WaitFlow Flow,
    int Open,
    DateTimeOffset? OldestAt,
    string Href
);

/// <summary>What comes against what goes: demand and capacity.</summary>
/// <param name="Come">How many an hour began to wait.</param>
/// <param name="Go">How many an hour stopped waiting, in whatever way.</param>
/// <param name="WasCome">As <paramref name="Come"/> in the period before; null where there is nothing to compare with.</param>
/// <param name="WasGo">As <paramref name="Go"/> in the period before.</param>
public sealed record WaitFlow(double Come, double Go, double? WasCome, double? WasGo);

/// <summary>What waited in one queue.</summary>
/// <param name="Queue">Empty for what belongs to none; null for all those that have no row of their own.</param>
/// <param name="MostFor">For what most of it waited, and how much of it: "review, 88 %".</param>
public sealed record WaitQueueRow(string? Queue, string Name, WaitedTime Waited, string MostFor);

/// <summary>What waited for one cause in one queue.</summary>
/// <param name="Queue">Empty for what belongs to none.</param>
/// <param name="Name">The cause, in a word.</param>
/// <param name="LongestMs">The longest that ended, in milliseconds; null where none did.</param>
/// <param name="Href">What waits now, as a list.</param>
public sealed record WaitRow(
    string Queue,
    WaitCause Cause,
    string Name,
    WaitedTime Waited,
    WaitFlow Flow,
    int Open,
    DateTimeOffset? OldestAt,
    long? LongestMs,
    string Href
);

/// <summary>What waited of one kind: a review by who was asked, a conflict by what collided, a lock by its mode.</summary>
public sealed record WaitKindRow(string Cause, string Kind, WaitedTime Waited, long Come, long Go);

/// <summary>What a person, or a group of them, ended the waiting of.</summary>
/// <param name="Who">"You", or a role with how many of it.</param>
public sealed record SettledRow(string Who, string Cause, long Count, long MeanMs);

/// <summary>Where work waited over a stretch of time, beside the period before; what comes against what goes.</summary>
/// <param name="From">With the beginning of this hour or day it begins.</param>
/// <param name="Until">Up to this instant.</param>
/// <param name="Headline">How long in all, and how much more or less than before.</param>
/// <param name="Where">For what and where most of it waited; null where nothing did.</param>
/// <param name="Open">How many wait now.</param>
/// <param name="Queues">Empty where one queue is chosen.</param>
/// <param name="Grows">Where more comes than goes, each a sentence.</param>
public sealed record WaitsView(
    DateTimeOffset From,
    DateTimeOffset Until,
    ChartRange Range,
    string Headline,
    string? Where,
    int Open,
    DateTimeOffset? OldestAt,
    IReadOnlyList<WaitCauseRow> Causes,
    HeatView Heat,
    ChartView Flow,
    IReadOnlyList<WaitQueueRow> Queues,
    IReadOnlyList<string> Grows,
    IReadOnlyList<WaitRow> Rows,
    IReadOnlyList<WaitKindRow> Kinds,
    IReadOnlyList<SettledRow> Yours,
    IReadOnlyList<SettledRow> Groups,
    IReadOnlyList<FilterView> Filters,
    [property: NotDrawn] DateTimeOffset? ChangesAt
) : IView<WaitsView>
{
    /// <summary>For whom it waits.</summary>
    public IReadOnlyList<ForWhomRow> ForWhom { get; init; } = [];

    /// <summary>Whose work waits now.</summary>
    public IReadOnlyList<WaitingHolderRow> Holders { get; init; } = [];

    /// <summary>A group's figures are shown from so many people on, so that no figure is one person's.</summary>
    public const int LeastGroup = 5;

    // What is written down follows a commit by a moment, and says nothing when it has.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <param name="queue">In this queue alone; null for all that the reader sees.</param>
    /// <param name="cause">For this cause alone; null for all.</param>
    /// <param name="zone">The reader's, in which hours have their day.</param>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static WaitsView Of(
        IProjections projections,
        Board board,
        Viewer you,
        ChartRange range,
        string? queue,
        WaitCause? cause,
        TimeZoneInfo zone,
        DateTimeOffset now
    )
    {
        var ticks = range.Step.Ticks;
        var last = new DateTimeOffset(now.UtcTicks / ticks * ticks, TimeSpan.Zero);
        var from = last - range.Step * (range.Steps - 1);
        var periods = new WaitPeriods(from - range.Step * range.Steps, from, now);
        DateTimeOffset? again = projections.Seq < board.Seq ? now + Patience : null;
        List<string> seen = [.. board.Queues.Select(one => one.Name).Where(you.MaySee)];
        IReadOnlyList<string>? queues =
            queue is not null ? [.. seen.Where(name => name == queue)]
            : you.Scope.IsLimited ? seen
            : null;
        var waits = Only(projections.WaitsSince(from, periods.Before, range.IsByDay, queues), cause);
        var hours = new WaitHours(waits, periods, range);
        var rows = new WaitRows(new WaitSums(waits, periods), periods, board, queue, queues);
        var byQueue = rows.ByQueueAndCause();
        var causes = rows.ByCause(cause);
        return new WaitsView(
            from,
            now,
            range,
            rows.Headline(range.Name),
            rows.Where(byQueue),
            rows.All.Open,
            rows.All.OldestAt,
            causes,
            WaitHeat.Of(hours, range, zone),
            WaitRows.Flow(waits, hours.At, range, causes),
            queue is null ? rows.ByQueue() : [],
            [.. byQueue.Where(WaitRows.IsGrowing).Take(5).Select(WaitRows.Sentence)],
            byQueue,
            rows.ByKind(),
            WaitPeople.Of(waits, board, who => who.Id == you.Id, _ => "You", least: 1),
            WaitPeople.Of(waits, board, who => who.Id != you.Id, WaitPeople.RoleOf, LeastGroup),
            FiltersOf(seen, queue, cause),
            again
        )
        {
            ForWhom = rows.ForWhom(Views.ForWhom.Yours(board, you, queue, cause)),
            Holders = WorkWaits.Of(board, you, queue, cause),
        };
    }

    private static List<FilterView> FiltersOf(List<string> seen, string? queue, WaitCause? cause) =>
        [
            new("Queue", "queue", queue, [.. seen.Select(name => new ChoiceView(name, name))]),
            new(
                "Cause",
                "cause",
                cause is { } one ? WaitWords.Word(one) : null,
                [.. WaitWords.Causes.Select(known => new ChoiceView(WaitWords.Word(known.Cause), known.Name))]
            ),
        ];

    private static Waits Only(Waits waits, WaitCause? cause) =>
        cause is not { } one
            ? waits
            : new Waits(
                [.. waits.ByTime.Where(sum => sum.Cause == one)],
                [.. waits.ByQueue.Where(sum => sum.Cause == one)],
                [.. waits.Before.Where(sum => sum.Cause == one)],
                [.. waits.Open.Where(open => open.Cause == one)],
                [.. waits.Settled.Where(settled => settled.Cause == one)]
            );
}
