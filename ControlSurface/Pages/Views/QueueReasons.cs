using ControlSurface.Components;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>Something in a queue that may need somebody.</summary>
/// <param name="Weight">How bad it is: the worst has the most.</param>
/// <param name="Words">In a few words: "growing 40 an hour".</param>
/// <param name="Href">Where somebody can do something about it.</param>
public sealed record QueueReason(int Weight, Hue Hue, string Icon, string Words, string Href);

/// <summary>What of a queue only a person can settle.</summary>
/// <param name="Conflicts">Conflicts that are open.</param>
/// <param name="Doubtful">Actions of which nobody knows whether they happened.</param>
/// <param name="Hopeless">Open reviews that nobody may decide now.</param>
public sealed record QueueTroubles(int Conflicts = 0, int Doubtful = 0, int Hopeless = 0);

/// <summary>Why a queue may need somebody now, the worst first. Each rule looks at what is true and guesses at nothing.</summary>
public static class QueueReasons
{
    // Shorter than this nobody worries that no agent has come.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    // Less than this an hour is no trend.
    private const int LeastGrowth = 3;

    // A review without a time of its own that waits for longer is late.
    private static readonly TimeSpan UsualReview = TimeSpan.FromHours(1);

    /// <summary>The reasons of each queue of a board.</summary>
    public static Func<QueueBoard, IReadOnlyList<QueueReason>> In(Board board, QueuesPast past, DateTimeOffset now)
    {
        var conflicts = board
            .OpenConflicts.CountBy(conflict => conflict.Queue ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var reviews = board
            .OpenReviews.GroupBy(review => review.Queue ?? "", StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.Min(review => review.Review.RequestedAt),
                StringComparer.Ordinal
            );
        var doubtful = board
            .Ambiguous.CountBy(action => board.QueueOf(action) ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var hopeless = board
            .OpenReviews.Where(review => review.Attention == ReviewAttention.NobodyEligible)
            .CountBy(review => review.Queue ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        return queue =>
            Of(
                queue,
                board.Stopped,
                new QueueTroubles(
                    conflicts.GetValueOrDefault(queue.Name),
                    doubtful.GetValueOrDefault(queue.Name),
                    hopeless.GetValueOrDefault(queue.Name)
                ),
                reviews.TryGetValue(queue.Name, out var asked) ? asked : null,
                past.GrowthOf(queue.Name, queue.CountOf(ItemState.Queued), now),
                now
            );
    }

    /// <summary>Why one queue may need somebody.</summary>
    /// <param name="stopped">How much of the line is stopped; null while it runs.</param>
    /// <param name="troubles">What of it only a person can settle.</param>
    /// <param name="growth">How many more are queued each hour; 0 where it is not known.</param>
    /// <param name="oldestReview">Since when the oldest open review of the queue waits; null where none does.</param>
    public static IReadOnlyList<QueueReason> Of(
        QueueBoard queue,
        LineStop? stopped,
        QueueTroubles troubles,
        DateTimeOffset? oldestReview,
        int growth,
        DateTimeOffset now
    )
    {
        var name = Uri.EscapeDataString(queue.Name);
        List<QueueReason> reasons = [.. Troubles(troubles, name)];
        var (page, reviews) = ($"queues/{name}", $"review?show=all&queue={name}");
        var queued = queue.CountOf(ItemState.Queued);
        if (stopped is { Scope: not StopScope.Begins })
            Add(100, Hue.Wait, Icons.CirclePause, "the line is stopped", page);
        if (queue.Queue.Pause is { } pause)
            Add(
                queued > 0 ? 90 : 20,
                Hue.Wait,
                Icons.CirclePause,
                $"paused for {Words.Age(now - pause.At)}{(queued > 0 ? $", {Words.Count(queued)} {(queued == 1 ? "waits" : "wait")}" : "")}",
                page
            );
        else if (queued > 0 && queue.Queue.Policy.MaxActive is { } most && queue.LiveCount >= most)
            Add(
                55,
                Hue.Wait,
                Icons.Hourglass,
                $"at its limit, {Words.Count(queue.LiveCount)} of {Words.Count(most)} owned",
                page
            );
        else if (queued > 0 && stopped is null && SinceClaim(queue, now) is { } silence)
            Add(80, Hue.Bad, Icons.Bot, silence, page);
        if (queue.CountOf(ItemState.Stale) is > 0 and var stale)
            Add(70, Hue.Bad, Icons.TimerOff, $"{Words.Count(stale)} stale", $"desk?show=stale&queue={name}");
        if (growth >= LeastGrowth)
            Add(60, Hue.Wait, Icons.ArrowUp, $"growing {Words.Count(growth)} an hour", page);
        var due = queue.Queue.Policy.ReviewDueSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualReview;
        if (oldestReview is { } asked && now - asked > due)
            Add(50, Hue.Wait, Icons.Eye, $"a review has waited {Words.Age(now - asked)}", reviews);
        if (queue.CountOf(ItemState.HandedOff) is > 0 and var handed)
            Add(
                40,
                Hue.Wait,
                Icons.ArrowRightLeft,
                $"{Words.Count(handed)} handed off and not accepted",
                $"desk?show=handed_off&queue={name}"
            );
        return [.. reasons.OrderByDescending(reason => reason.Weight)];

        void Add(int weight, Hue hue, string icon, string words, string href) =>
            reasons.Add(new QueueReason(weight, hue, icon, words, href));
    }

    private static IEnumerable<QueueReason> Troubles(QueueTroubles troubles, string name)
    {
        if (troubles.Doubtful > 0)
            yield return new QueueReason(
                95,
                Hue.Open,
                Icons.CircleQuestionMark,
                $"{Words.Plural(troubles.Doubtful, "action")} may have happened, and nobody has looked",
                // Each has a conflict, and is settled there.
                $"conflicts?q={Uri.EscapeDataString("kind:late_result state:open,in_review")}&queue={name}"
            );
        if (troubles.Hopeless > 0)
            yield return new QueueReason(
                85,
                Hue.Wait,
                Icons.Eye,
                $"nobody may decide {Words.Plural(troubles.Hopeless, "review")}",
                $"review?show=all&attention=nobody_eligible&queue={name}"
            );
        if (troubles.Conflicts > 0)
            yield return new QueueReason(
                65,
                Hue.Bad,
                Icons.OctagonAlert,
                Words.Plural(troubles.Conflicts, "open conflict"),
                $"conflicts?q={Uri.EscapeDataString("state:open,in_review")}&queue={name}"
            );
    }

    private static string? SinceClaim(QueueBoard queue, DateTimeOffset now)
    {
        if (queue.OldestQueuedAt is not { } oldest || now - oldest < Quiet)
            return null;
        var last = queue.Flow.LastOrDefault(minute => minute.Claims > 0);
        var silent = last is null ? (TimeSpan?)null : now - DateTimeOffset.FromUnixTimeSeconds((last.Minute + 1) * 60);
        return silent is null && now - queue.Queue.CreatedAt >= TimeSpan.FromHours(1)
                ? "no agent has claimed for over an hour"
            : silent is null ? $"no agent has claimed since it was made, {Words.Age(now - queue.Queue.CreatedAt)} ago"
            : silent >= Quiet ? $"no agent has claimed for {Words.Age(silent.Value)}"
            : null;
    }
}
