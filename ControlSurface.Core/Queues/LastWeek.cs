using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Queues;

/// <summary>How a lease used its time.</summary>
/// <param name="UntilStart">From its grant to its first act; null where it never came to one.</param>
/// <param name="Longest">The longest time without a renewal while its clock ran.</param>
/// <param name="Life">From its grant to its end.</param>
/// <param name="MostQuiet">The most quiet renewals in a row.</param>
public sealed record TermUse(bool IsPerson, TimeSpan? UntilStart, TimeSpan Longest, TimeSpan Life, int MostQuiet);

/// <summary>
/// How the leases and reviews of a queue used their time in the last week. Counts what another policy would have done to
/// them; each sentence begins with a space and is empty where there was nothing to count.
/// </summary>
/// <param name="Reviews">How long each review waited for its decision.</param>
public sealed record LastWeek(IReadOnlyList<TermUse> Terms, IReadOnlyList<TimeSpan> Reviews)
{
    /// <summary>Nothing is known of the last week.</summary>
    public static LastWeek Unknown { get; } = new([], []);

    internal string OfLease(int seconds, bool isPerson)
    {
        var started = Terms.Where(term => term.IsPerson == isPerson && term.UntilStart is not null).ToList();
        return Sentence(
            started.Count(term => term.Longest.TotalSeconds > seconds),
            started.Count,
            isPerson ? "lease of a person" : "lease of an agent",
            isPerson ? "leases of people" : "leases of agents",
            "would have gone stale"
        );
    }

    internal string OfStart(int seconds) =>
        Sentence(
            Terms.Count(term => term.UntilStart is not { } until || until.TotalSeconds > seconds),
            Terms.Count,
            "claim",
            "claims",
            "would have gone back unstarted"
        );

    internal string OfQuiet(int renewals)
    {
        var agents = Terms.Where(term => !term.IsPerson).ToList();
        return Sentence(
            agents.Count(term => term.MostQuiet > renewals),
            agents.Count,
            "lease of an agent",
            "leases of agents",
            "had more quiet renewals than that in a row"
        );
    }

    // The rule lets suspended time pass; the record has the whole life, so this counts the most leases that it could have been.
    internal string OfLife(int seconds)
    {
        var agents = Terms.Where(term => !term.IsPerson).ToList();
        return Sentence(
            agents.Count(term => term.Life.TotalSeconds > seconds),
            agents.Count,
            "lease of an agent",
            "leases of agents",
            "lived longer, suspended time included"
        );
    }

    internal string OfReview(int seconds) =>
        Sentence(
            Reviews.Count(waited => waited.TotalSeconds > seconds),
            Reviews.Count,
            "review",
            "reviews",
            "would have been overdue"
        );

    private static string Sentence(int affected, int all, string one, string many, string what) =>
        all == 0
            ? ""
            : $" In the last week {(affected == 0 ? "none" : Amounts.Count(affected))} of {Amounts.Count(all)} {(all == 1 ? one : many)} {what}.";
}
