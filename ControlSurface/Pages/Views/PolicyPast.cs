using ControlSurface.Components;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>How leases and reviews of the last week used their time: what another policy would have done to them, counted.</summary>
public sealed record PolicyPast(IReadOnlyList<TermUse> Terms, IReadOnlyList<TimeSpan> Reviews)
{
    // Of more than these the newest tell as much.
    private const int Most = 20_000;

    /// <summary>Nothing is known of the last week.</summary>
    public static PolicyPast Unknown { get; } = new([], []);

    public static PolicyPast Of(IProjections projections, string queue, DateTimeOffset now)
    {
        try
        {
            return new PolicyPast(
                projections.TermsOf(queue, now.AddDays(-7), Most),
                projections.ReviewWaitsOf(queue, now.AddDays(-7), Most)
            );
        }
        catch (ProjectionsNotReadyException)
        {
            return Unknown; // It takes a moment after a start; the consequences are said without it.
        }
    }

    internal string OfLease(int seconds, bool isPerson)
    {
        var started = Terms.Where(term => term.IsPerson == isPerson && term.UntilStart is not null).ToList();
        return Said(
            started.Count(term => term.Longest.TotalSeconds > seconds),
            started.Count,
            isPerson ? "lease of a person" : "lease of an agent",
            isPerson ? "leases of people" : "leases of agents",
            "would have gone stale"
        );
    }

    internal string OfStart(int seconds) =>
        Said(
            Terms.Count(term => term.UntilStart is not { } until || until.TotalSeconds > seconds),
            Terms.Count,
            "claim",
            "claims",
            "would have gone back unstarted"
        );

    internal string OfQuiet(int renewals)
    {
        var agents = Terms.Where(term => !term.IsPerson).ToList();
        return Said(
            agents.Count(term => term.MostQuiet > renewals),
            agents.Count,
            "lease of an agent",
            "leases of agents",
            "had more quiet renewals than that in a row"
        );
    }

    // The rule lets suspended time pass; what is kept is the whole life, so the number is the most that it could have been.
    internal string OfLife(int seconds)
    {
        var agents = Terms.Where(term => !term.IsPerson).ToList();
        return Said(
            agents.Count(term => term.Life.TotalSeconds > seconds),
            agents.Count,
            "lease of an agent",
            "leases of agents",
            "lived longer, suspended time included"
        );
    }

    internal string OfReview(int seconds) =>
        Said(
            Reviews.Count(waited => waited.TotalSeconds > seconds),
            Reviews.Count,
            "review",
            "reviews",
            "would have been overdue"
        );

    private static string Said(int those, int all, string one, string many, string what) =>
        all == 0
            ? ""
            : $" In the last week {(those == 0 ? "none" : Words.Count(those))} of {Words.Count(all)} {(all == 1 ? one : many)} {what}.";
}
