using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>How many queued items have waited for a length of time.</summary>
/// <param name="Words">The length: "under 1 min", "1 to 5 min".</param>
public sealed record AgeBar(string Words, int Count);

/// <summary>A queued item that is among those which wait longest.</summary>
public sealed record LongestRow(string Item, string Title, int Priority, DateTimeOffset Since);

/// <summary>Somebody with live leases in the queue.</summary>
/// <param name="Since">When the oldest of these leases was granted.</param>
/// <param name="Href">The work that they hold here.</param>
public sealed record WorkerRow(HolderView Who, int Count, DateTimeOffset Since, string Href);

/// <summary>What waits in one queue now, by age, and who works it.</summary>
/// <param name="Longest">The ten that wait longest, the longest first.</param>
/// <param name="Workers">Who holds most first.</param>
public sealed record QueueWaiting(
    IReadOnlyList<AgeBar> Ages,
    IReadOnlyList<LongestRow> Longest,
    IReadOnlyList<WorkerRow> Workers
)
{
    private const int Most = 10;

    // The first that an age is below is its own; the last has no end.
    private static readonly IReadOnlyList<(TimeSpan Below, string Words)> Lengths =
    [
        (TimeSpan.FromMinutes(1), "under 1 min"),
        (TimeSpan.FromMinutes(5), "1 to 5 min"),
        (TimeSpan.FromMinutes(15), "5 to 15 min"),
        (TimeSpan.FromHours(1), "15 to 60 min"),
        (TimeSpan.FromHours(4), "1 to 4 h"),
        (TimeSpan.FromHours(24), "4 to 24 h"),
        (TimeSpan.MaxValue, "over 1 day"),
    ];

    /// <summary>Of one queue of a board, at an instant.</summary>
    public static QueueWaiting Of(Board board, QueueBoard queue, Viewer you, DateTimeOffset now)
    {
        List<Item> waiting =
        [
            .. board
                .UnownedIn(queue.Name)
                .Where(item => item.State == ItemState.Queued)
                .OrderBy(item => item.ReadyAt)
                .ThenBy(item => item.Id),
        ];
        var counts = new int[Lengths.Count];
        foreach (var item in waiting)
            counts[PlaceOf(now - item.ReadyAt)]++;
        return new QueueWaiting(
            waiting.Count == 0 ? [] : [.. Lengths.Select((length, k) => new AgeBar(length.Words, counts[k]))],
            [
                .. waiting
                    .Take(Most)
                    .Select(item => new LongestRow(item.Id.Text, item.Title, item.Priority, item.ReadyAt)),
            ],
            WorkersOf(queue, you)
        );
    }

    private static int PlaceOf(TimeSpan age)
    {
        var place = 0;
        while (age >= Lengths[place].Below)
            place++;
        return place;
    }

    private static IReadOnlyList<WorkerRow> WorkersOf(QueueBoard queue, Viewer you) =>
        [
            .. queue
                .Owned.Select(item => item.Lease!)
                .Where(lease => lease.IsLive)
                .GroupBy(lease => lease.Holder.Id)
                .Select(held => new WorkerRow(
                    LeaseWords.Of(held.First().Holder, you) with
                    {
                        Run = null,
                    },
                    held.Count(),
                    held.Min(lease => lease.ClaimedAt),
                    $"./?queue={Uri.EscapeDataString(queue.Name)}&owner={held.Key.Text}"
                ))
                .OrderByDescending(row => row.Count)
                .ThenBy(row => row.Who.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(row => row.Href, StringComparer.Ordinal),
        ];
}
