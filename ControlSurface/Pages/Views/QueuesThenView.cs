using ControlSurface.Core.Items;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>How much there was in a queue at an instant, and how much there is now.</summary>
/// <param name="Name">The queue, or how many others stand in one row.</param>
public sealed record QueueThenRow(string Name, bool IsQueue, long Then, long Now, long StaleThen, long StaleNow);

/// <summary>The queues then and now, those that changed most first.</summary>
/// <param name="At">The full hour that is nearest to the instant: levels are known at the end of each.</param>
public sealed record QueuesThenView(DateTimeOffset At, IReadOnlyList<QueueThenRow> Rows)
{
    private const int Most = 8;

    /// <returns>Null where nothing is known of then, or where it was less than an hour ago.</returns>
    /// <exception cref="ProjectionsNotReadyException">It is being written down.</exception>
    public static QueuesThenView? Of(
        IProjections projections,
        Board board,
        Viewer you,
        DateTimeOffset from,
        DateTimeOffset now
    )
    {
        var nearest = from.UtcTicks + TimeSpan.TicksPerHour / 2;
        var at = new DateTimeOffset(nearest / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        if (now - at < TimeSpan.FromHours(1))
            return null;
        List<QueueBoard> seen = [.. board.Queues.Where(queue => you.MaySee(queue.Name))];
        var levels = projections
            .LevelsAt([.. seen.Select(queue => queue.Name)], at.AddTicks(-1))
            .ToDictionary(level => (level.Queue, level.Measure), level => level.Value);
        // A queue that was made since then had nothing; one of which nothing is known is left out.
        List<QueueThenRow> rows =
        [
            .. seen.Where(queue => queue.Queue.CreatedAt >= at || levels.ContainsKey((queue.Name, Measure.Queued)))
                .Select(queue => new QueueThenRow(
                    queue.Name,
                    IsQueue: true,
                    levels.GetValueOrDefault((queue.Name, Measure.Queued)),
                    queue.CountOf(ItemState.Queued),
                    levels.GetValueOrDefault((queue.Name, Measure.StaleNow)),
                    queue.CountOf(ItemState.Stale)
                ))
                .OrderByDescending(row => Math.Abs(row.Now - row.Then))
                .ThenByDescending(row => Math.Max(row.StaleThen, row.StaleNow))
                .ThenBy(row => row.Name, StringComparer.Ordinal),
        ];
        // With no level of then all there is to say is what there is now, which the list of queues says.
        return levels.Count == 0 || rows.Count == 0 ? null : new QueuesThenView(at, Shortened(rows));
    }

    private static List<QueueThenRow> Shortened(List<QueueThenRow> rows)
    {
        if (rows.Count <= Most + 1)
            return rows;
        var others = rows.Skip(Most).ToList();
        return
        [
            .. rows.Take(Most),
            new QueueThenRow(
                $"{Components.Words.Count(others.Count)} others",
                IsQueue: false,
                others.Sum(row => row.Then),
                others.Sum(row => row.Now),
                others.Sum(row => row.StaleThen),
                others.Sum(row => row.StaleNow)
            ),
        ];
    }
}
