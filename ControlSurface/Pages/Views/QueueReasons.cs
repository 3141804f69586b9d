using ControlSurface.Components;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Wording;

namespace ControlSurface.Pages.Views;

/// <summary>Something in a queue that may need somebody.</summary>
/// <param name="Weight">How bad it is: the worst has the most.</param>
/// <param name="Words">In a few words: "growing 40 an hour".</param>
public sealed record QueueReason(int Weight, Hue Hue, string Icon, string Words);

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
        return queue =>
            Of(
                queue,
                board.Stopped,
                conflicts.GetValueOrDefault(queue.Name),
                reviews.TryGetValue(queue.Name, out var asked) ? asked : null,
                past.GrowthOf(queue.Name, queue.CountOf(ItemState.Queued), now),
                now
            );
    }

    /// <summary>Why one queue may need somebody.</summary>
    /// <param name="stopped">How much of the line is stopped; null while it runs.</param>
    /// <param name="conflicts">Open conflicts of the queue.</param>
    /// <param name="growth">How many more are queued each hour; 0 where it is not known.</param>
    /// <param name="oldestReview">Since when the oldest open review of the queue waits; null where none does.</param>
    public static IReadOnlyList<QueueReason> Of(
        QueueBoard queue,
        LineStop? stopped,
        int conflicts,
        DateTimeOffset? oldestReview,
        int growth,
        DateTimeOffset now
    )
    {
        var reasons = new List<QueueReason>();
        var queued = queue.CountOf(ItemState.Queued);
        if (stopped is { Scope: not StopScope.Begins })
            Add(100, Hue.Wait, Icons.CirclePause, "the line is stopped");
        if (queue.Queue.Pause is { } pause)
            Add(
                queued > 0 ? 90 : 20,
                Hue.Wait,
                Icons.CirclePause,
                $"paused for {Words.Age(now - pause.At)}{(queued > 0 ? $", {Words.Count(queued)} wait" : "")}"
            );
        else if (queued > 0 && queue.Queue.Policy.MaxActive is { } most && queue.LiveCount >= most)
            Add(
                55,
                Hue.Wait,
                Icons.Hourglass,
                $"at its limit, {Words.Count(queue.LiveCount)} of {Words.Count(most)} owned"
            );
        else if (queued > 0 && stopped is null && SinceClaim(queue, now) is { } silence)
            Add(80, Hue.Bad, Icons.Bot, silence);
        if (queue.CountOf(ItemState.Stale) is > 0 and var stale)
            Add(70, Hue.Bad, Icons.TimerOff, $"{Words.Count(stale)} stale");
        if (conflicts > 0)
            Add(65, Hue.Bad, Icons.OctagonAlert, Words.Plural(conflicts, "open conflict"));
        if (growth >= LeastGrowth)
            Add(60, Hue.Wait, Icons.ArrowUp, $"growing {Words.Count(growth)} an hour");
        var due = queue.Queue.Policy.ReviewDueSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualReview;
        if (oldestReview is { } asked && now - asked > due)
            Add(50, Hue.Wait, Icons.Eye, $"a review has waited {Words.Age(now - asked)}");
        if (queue.CountOf(ItemState.HandedOff) is > 0 and var handed)
            Add(40, Hue.Wait, Icons.ArrowRightLeft, $"{Words.Count(handed)} handed off and not accepted");
        return [.. reasons.OrderByDescending(reason => reason.Weight)];

        void Add(int weight, Hue hue, string icon, string words) =>
            reasons.Add(new QueueReason(weight, hue, icon, words));
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
