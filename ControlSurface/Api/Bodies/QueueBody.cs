using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api.Bodies;

internal sealed record PauseBody(string By, DateTimeOffset At, string Why)
{
    internal static PauseBody? From(Pause? pause) => pause is null ? null : new(pause.By.Text, pause.At, pause.Why);
}

internal sealed record ActiveLimitBody(string? Label, string? TargetPrefix, int Limit)
{
    internal static ActiveLimitBody From(ActiveLimit l) => new(l.Label, l.TargetPrefix, l.Limit);
}

internal sealed record ApprovalWhenBody(string? TargetPrefix, string? ActionKind, string? Label, string? ContentType);

internal sealed record ApprovalRuleBody(string Name, ApprovalWhenBody When, string Role, int Count)
{
    internal static ApprovalRuleBody From(ApprovalRule r) =>
        new(
            r.Name,
            new ApprovalWhenBody(r.When.TargetPrefix, r.When.ActionKind, r.When.Label, r.When.ContentType),
            r.Role,
            r.Count
        );
}

internal sealed record BackoffBody(int FirstSeconds, decimal Factor, int MaxSeconds)
{
    internal static BackoffBody? From(Backoff? b) =>
        b is null ? null : new BackoffBody(b.FirstSeconds, b.Factor, b.MaxSeconds);
}

/// <summary>API.md, Queues: every member of the policy, and the seq that <c>ifSeq</c> compares with.</summary>
/// <remarks>The members come from <see cref="PolicyMembers.All"/>, by <see cref="PolicyJson"/>.</remarks>
internal sealed record PolicyBody
{
    internal QueuePolicy Policy { get; init; } = QueuePolicy.Default;

    public required long Seq { get; init; }
}

/// <summary>What moves in a queue. Rates are of the last ten minutes, or as long as the queue is there, <c>lapses</c> of the last hour.</summary>
/// <param name="Counts">How many items there are in memory, by state word.</param>
/// <param name="OldestQueuedSeconds">Since when the item that waits longest is available; null where none waits.</param>
/// <param name="LockWaitSeconds">How long its work waited for locks in the last hour, as far as those waits are over.</param>
/// <param name="ConflictRate">Collisions for each claim; null where nothing was claimed.</param>
/// <param name="ReviewWaitSeconds">How long the reviews waited that were decided in the last hour, on average; null where none was.</param>
/// <param name="StaleRate">Leases gone stale for each claim; null where nothing was claimed.</param>
internal sealed record FiguresBody(
    IReadOnlyDictionary<string, int> Counts,
    decimal? OldestQueuedSeconds,
    decimal ClaimsPerMinute,
    decimal CompletionsPerMinute,
    decimal? StaleRate,
    decimal? ConflictRate,
    int Lapses,
    decimal LockWaitSeconds,
    decimal? ReviewWaitSeconds
)
{
    private const int RateMinutes = 10;

    private static decimal Rate(int count, int minutes) => decimal.Round(decimal.Divide(count, minutes), 4);

    internal static FiguresBody From(QueueRoom? room, DateTimeOffset? oldestReadyAt, DateTimeOffset now)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var state in Enum.GetValues<ItemState>())
            counts[WireNames.Of(state)] = room?.CountOf(state) ?? 0;
        var minute = now.ToUnixTimeSeconds() / 60;
        var (claims, completions, stale, lapses) = (0, 0, 0, 0);
        var (lockWaitMs, reviewWaitMs) = (0L, 0L);
        var (conflicts, reviews) = (0, 0);
        foreach (var passed in room?.Flow ?? [])
        {
            if (passed.Minute > minute - 60)
            {
                lapses += passed.Lapses;
                lockWaitMs += passed.LockWaitMs;
                reviews += passed.Reviews;
                reviewWaitMs += passed.ReviewWaitMs;
            }
            if (passed.Minute <= minute - RateMinutes)
                continue;
            claims += passed.Claims;
            completions += passed.Completions;
            stale += passed.Stale;
            conflicts += passed.Conflicts;
        }
        var minutes = room is null ? RateMinutes : QueueRoom.MeasuredMinutes(room.Queue.CreatedAt, now, RateMinutes);
        return new FiguresBody(
            counts,
            oldestReadyAt is { } since ? LeaseBody.SecondsUntil(now, since) : null,
            Rate(claims, minutes),
            Rate(completions, minutes),
            claims == 0 ? null : decimal.Round(decimal.Divide(stale, claims), 4),
            claims == 0 ? null : decimal.Round(decimal.Divide(conflicts, claims), 4),
            lapses,
            lockWaitMs / 1000m,
            reviews == 0 ? null : decimal.Round(decimal.Divide(reviewWaitMs, reviews) / 1000m, 3)
        );
    }
}

/// <summary>A queue: its policy, whether it is paused, and what moves in it.</summary>
internal sealed record QueueBody(
    string Name,
    PolicyBody Policy,
    PauseBody? Pause,
    FiguresBody Figures,
    DateTimeOffset CreatedAt
)
{
    internal static QueueBody From(Queue queue, FiguresBody figures) =>
        new(
            queue.Name,
            new PolicyBody { Policy = queue.Policy, Seq = queue.PolicySeq },
            PauseBody.From(queue.Pause),
            figures,
            queue.CreatedAt
        );
}

/// <param name="Scope"><c>begins</c>, <c>claims</c> or <c>all</c>.</param>
internal sealed record StopBody(string Scope, string By, DateTimeOffset At, string Why);

/// <summary>The whole line: how far it is stopped; null while it runs.</summary>
internal sealed record LineBody(StopBody? Stopped)
{
    internal static LineBody From(LineStop? stop) =>
        new(stop is null ? null : new StopBody(WireNames.Of(stop.Scope), stop.By.Text, stop.At, stop.Why));
}
