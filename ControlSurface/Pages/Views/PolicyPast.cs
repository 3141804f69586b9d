using ControlSurface.Core.Queues;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>Looks up how a queue's leases and reviews used the last week.</summary>
public static class PolicyPast
{
    // The newest are enough to show what another policy would have done.
    private const int Most = 20_000;

    /// <summary>The last seven days; unknown for a moment after a start, while the projections are not ready.</summary>
    public static LastWeek Of(IProjections projections, string queue, DateTimeOffset now)
    {
        try
        {
            var since = now.AddDays(-7);
            return new LastWeek(projections.TermsOf(queue, since, Most), projections.ReviewWaitsOf(queue, since, Most));
        }
        catch (ProjectionsNotReadyException)
        {
            return LastWeek.Unknown;
        }
    }
}
