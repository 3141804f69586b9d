using ControlSurface.Components;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Live;
using ControlSurface.Storage.Projections;

namespace ControlSurface.Pages.Views;

/// <summary>For whom something waits: whom reviews ask, or whose act ends what waits.</summary>
/// <param name="Asked">"Reviewers", "One person, by name", "People who settle conflicts"; "You" for the reader's own.</param>
/// <param name="Roles">The roles of those, in words; null where the name says it, or the reader's own.</param>
/// <param name="Waited">How long all of it waited in the time that is shown; null for the reader's own, which is counted for its role.</param>
/// <param name="Open">How many wait now.</param>
/// <param name="OldestAt">Since when the oldest of them.</param>
/// <param name="Href">What waits now, as a list.</param>
public sealed record ForWhomRow(
    string Asked,
    string? Roles,
    WaitedTime? Waited,
    int Open,
    DateTimeOffset? OldestAt,
    string Href
);

/// <summary>The words and the reader's own row of "For whom it waits"; the sums are those of <see cref="WaitRows"/>.</summary>
internal static class ForWhom
{
    /// <summary>Whom a review asks, by the word of its kind.</summary>
    internal static string NameOf(string kind) =>
        kind switch
        {
            "reviewer" => "Reviewers",
            "support" => "Support",
            "manager" => "Managers",
            "admin" => "Admins",
            "person" => "People, by name",
            "anybody" => "Anybody who may decide",
            _ => kind,
        };

    /// <summary>Who ends what waits for that cause, and their roles in words; null for a lock, which nobody is asked for.</summary>
    internal static (string Name, string? Roles)? Of(WaitCause cause, string kind) =>
        cause switch
        {
            WaitCause.Review => (NameOf(kind), kind == "anybody" ? May(Verb.Decide) : null),
            WaitCause.Question => ("People who answer questions", May(Verb.AcknowledgeNote)),
            WaitCause.Conflict => ("People who settle conflicts", May(Verb.ResolveConflict)),
            WaitCause.Pause => ("People who end pauses", May(Verb.ResumeQueue)),
            WaitCause.Attempts => ("People who take up used-up attempts", May(Verb.UnparkItem)),
            WaitCause.Lock => null,
        };

    /// <summary>The list of what waits for them now.</summary>
    internal static string ListOf(WaitCause cause, string kind, string? queue) =>
        cause is not WaitCause.Review
            ? WaitWords.ListOf(cause, queue)
            : new ReviewFilter(Queue: QueueOf(queue), Asked: kind).Address("open");

    /// <summary>What waits for the reader's own decision; null where they give none, or reviews are not shown.</summary>
    internal static ForWhomRow? Yours(Board board, Viewer you, string? queue, WaitCause? cause)
    {
        if (!you.May(Verb.Decide) || cause is not (null or WaitCause.Review))
            return null;
        var open = board
            .OpenReviews.Where(review =>
                you.MaySee(review.Queue) && (queue is null || review.Queue == queue) && board.IsFor(review, you)
            )
            .ToList();
        return new ForWhomRow(
            "You",
            null,
            null,
            open.Count,
            open.Count == 0 ? null : open.Min(review => review.Review.RequestedAt),
            ListOf(WaitCause.Review, ReviewFilter.Me, queue)
        );
    }

    // Agents may answer questions too, but nothing waits for an agent here.
    private static string May(Verb verb) => Permissions.InWords(Permissions.MayAsk(verb) & ~Roles.Agent);

    private static string? QueueOf(string? queue) => queue is "" ? FilterView.None : queue;
}
