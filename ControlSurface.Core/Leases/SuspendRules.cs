using ControlSurface.Core.Items;

namespace ControlSurface.Core.Leases;

/// <summary>Stops and starts the clock of a lease: for its holder, an answer, a decision, a queue or the whole line.</summary>
public static class SuspendRules
{
    /// <summary>The event that suspends a live lease for a policy pause; null where the lease is not live or is paused already.</summary>
    internal static LeaseEvent.Suspended? Pause(Lease lease, DateTimeOffset now)
    {
        if (!lease.IsLive || lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy))
            return null;
        var remaining = lease.ExpiresAt is { } end ? (long)(end - now).TotalMilliseconds : 0;
        return new LeaseEvent.Suspended(
            lease.Item,
            lease.Id,
            lease.Reasons | SuspendReasons.PausedByPolicy,
            remaining,
            ExpiresAt: null,
            Note: null
        );
    }

    /// <summary>
    /// The event that ends a policy pause: the lease returns to the state before it with a full term, or stays suspended for its other
    /// reasons. Null where the lease was not paused.
    /// </summary>
    /// <param name="because"><c>queue</c> or <c>workspace</c>: what went on.</param>
    public static LeaseEvent.Resumed? Unpause(Lease lease, ResumeCause because, DateTimeOffset now) =>
        lease.State == LeaseState.Suspended && lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy)
            ? Resume(lease, lease.Reasons & ~SuspendReasons.PausedByPolicy, lease.Before, because, now)
            : null;

    /// <summary>The event that leaves a suspended lease with the remaining reasons, or lets its clock run again with a full term.</summary>
    /// <param name="left">The reasons that stay; the lease stays suspended while there are any.</param>
    /// <param name="next">The state once no reason is left: active or claimed.</param>
    /// <param name="because">What ended the reason, as in <see cref="LeaseEvent.Resumed"/>.</param>
    internal static LeaseEvent.Resumed Resume(
        Lease lease,
        SuspendReasons left,
        LeaseState next,
        ResumeCause because,
        DateTimeOffset now
    )
    {
        var suspendedMs = lease.SuspendedMs + (long)(now - (lease.SuspendedAt ?? now)).TotalMilliseconds;
        if (left != SuspendReasons.None)
        {
            DateTimeOffset? end = left.HasFlag(SuspendReasons.PausedByPolicy)
                ? null
                : now.AddSeconds(lease.Policy.MaxSuspendSeconds);
            return new LeaseEvent.Resumed(
                lease.Item,
                lease.Id,
                LeaseState.Suspended,
                next,
                left,
                end,
                lease.SuspendedMs,
                because
            );
        }
        var clock = lease with { SuspendedMs = suspendedMs };
        // Cut every end at the longest life, so that a term never ends before it begins. A longer term keeps what was left of it
        // when the clock stopped.
        var expiresAt =
            next == LeaseState.Active ? clock.ResumedTerm(now)
            : lease.StartedAt is null ? clock.FullTerm(now, lease.Policy.ClaimSeconds)
            : clock.FullTerm(now, lease.Policy.ResumeSeconds);
        return new LeaseEvent.Resumed(lease.Item, lease.Id, next, next, left, expiresAt, suspendedMs, because);
    }
}
