using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>Looks up how a queue's leases and reviews used the last week.</summary>
public static class PolicyPast
{
    // The newest are enough to show what another policy would have done.
    private const int Most = 20_000;

    /// <summary>The last seven days; unknown for a moment after a start, while the projections are not ready.</summary>
    /// <param name="board">The items of now.</param>
    public static LastWeek Of(IProjections projections, Board board, string queue, DateTimeOffset now)
    {
        try
        {
            var since = now.AddDays(-7);
            return new LastWeek(projections.TermsOf(queue, since, Most), projections.ReviewWaitsOf(queue, since, Most))
            {
                Hours = HoursOf(projections, queue, since),
                Attempts =
                [
                    .. board
                        .Items.Where(item => item.Queue == queue && item.UpdatedAt >= since && item.Attempts > 0)
                        .Select(item => item.Attempts),
                ],
            };
        }
        catch (ProjectionsNotReadyException)
        {
            return LastWeek.Unknown;
        }
    }

    private static IReadOnlyList<HourUse> HoursOf(IProjections projections, string queue, DateTimeOffset since) =>
        [
            .. projections
                .FiguresOf(queue, since, byDay: false)
                .GroupBy(figure => figure.From)
                .Select(hour =>
                {
                    var by = hour.ToDictionary(figure => figure.Measure);
                    return new HourUse(
                        by.GetValueOrDefault(Measure.Owned)?.Peak ?? 0,
                        by.GetValueOrDefault(Measure.InReview)?.Peak ?? 0,
                        by.GetValueOrDefault(Measure.Claimed)?.Count ?? 0
                    );
                }),
        ];
}
