using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Queues;

/// <summary>How a lease used its time.</summary>
/// <param name="UntilStart">From its grant to its first act; null where it never came to one.</param>
/// <param name="Longest">The longest time without a renewal while its clock ran.</param>
/// <param name="Life">From its grant to its end.</param>
/// <param name="MostQuiet">The most quiet renewals in a row.</param>
public sealed record TermUse(bool IsPerson, TimeSpan? UntilStart, TimeSpan Longest, TimeSpan Life, int MostQuiet);

/// <summary>What there was in an hour.</summary>
/// <param name="MostOwned">The most items that were in work at once.</param>
/// <param name="MostInReview">The most items that waited on a review at once.</param>
/// <param name="Claims">How many claims were granted.</param>
public sealed record HourUse(long MostOwned, long MostInReview, long Claims);

/// <summary>
/// How the leases and reviews of a queue used their time in the last week. Counts what another policy would have done to
/// them; each sentence begins with a space and is empty where there was nothing to count.
/// </summary>
/// <param name="Reviews">How long each review waited for its decision.</param>
public sealed record LastWeek(IReadOnlyList<TermUse> Terms, IReadOnlyList<TimeSpan> Reviews)
{
    /// <summary>The hours in which something happened; the others were as the hour before them.</summary>
    public IReadOnlyList<HourUse> Hours { get; init; } = [];

    /// <summary>How many attempts each item took that changed in the last week and is still at hand.</summary>
    public IReadOnlyList<int> Attempts { get; init; } = [];

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

    internal string OfApprovals(int approvals) =>
        Reviews.Count == 0 || approvals == 0
            ? ""
            : $" In the last week {Amounts.Plural(Reviews.Count, "review")} {(Reviews.Count == 1 ? "was" : "were")} decided; {(Reviews.Count == 1 ? "it" : "they")} would have needed {Amounts.Plural((long)Reviews.Count * approvals, "approval")}.";

    internal string OfAttempts(int most) =>
        Sentence(
            Attempts.Count(attempts => attempts >= most),
            Attempts.Count,
            "item that is still at hand",
            "items that are still at hand",
            "had that many attempts"
        );

    internal string OfActive(int most) => OfHours(hour => hour.MostOwned, most, "in work", "claims would have waited");

    internal string OfWaitingReview(int most) =>
        OfHours(hour => hour.MostInReview, most, "in review", "nothing would have been claimed");

    // Within an hour claims may come together: this counts the fewest hours that it could have been.
    internal string OfRate(int claims)
    {
        if (Hours.Count == 0)
            return "";
        var busiest = Hours.Max(hour => hour.Claims);
        var affected = Hours.Count(hour => hour.Claims > claims * 60L);
        return $" In the last week the busiest hour had {Amounts.Plural(busiest, "claim")}; {(affected == 0 ? "none" : Amounts.Count(affected))} had more than that allows.";
    }

    private string OfHours(Func<HourUse, long> of, int most, string where, string what)
    {
        if (Hours.Count == 0)
            return "";
        var affected = Hours.Count(hour => of(hour) > most);
        var peak = Amounts.Plural(Hours.Max(of), "item");
        return affected == 0
            ? $" In the last week {peak} {(Hours.Max(of) == 1 ? "was" : "were")} {where} at most: nothing would have waited."
            : $" In the last week {peak} were {where} at most: in {Amounts.Plural(affected, "hour")} {what}.";
    }

    private static string Sentence(int affected, int all, string one, string many, string what) =>
        all == 0
            ? ""
            : $" In the last week {(affected == 0 ? "none" : Amounts.Count(affected))} of {Amounts.Count(all)} {(all == 1 ? one : many)} {what}.";
}
