using ControlSurface.Core.Items;

namespace ControlSurface.Core.Leases;

/// <summary>Stopping and starting a lease's clock, whoever does it: its holder, an answer, a queue or the line.</summary>
public static class SuspendRules
{
    /// <summary>Suspends a live lease for the policy; null where it is so already.</summary>
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

    /// <summary>Ends a policy pause of the lease: it returns to what it was, with a full term; null where it was not paused.</summary>
    public static LeaseEvent.Resumed? Unpause(Lease lease, string because, DateTimeOffset now) =>
        lease.State == LeaseState.Suspended && lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy)
            ? Resume(lease, lease.Reasons & ~SuspendReasons.PausedByPolicy, lease.Before, because, now)
            : null;

    /// <summary>Leaves the lease with the remaining reasons, or lets its clock run again with a full term.</summary>
    /// <param name="left">Reasons that stay; while there are any it stays suspended.</param>
    /// <param name="next">What it becomes once no reason is left.</param>
    internal static LeaseEvent.Resumed Resume(
        Lease lease,
        SuspendReasons left,
        LeaseState next,
        string because,
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
        // Every end is cut at the longest life: a term that begins later must not have passed before it begins. What was left of
        // a longer term when the clock stopped is not taken back.
        var expiresAt =
            next == LeaseState.Active ? clock.ResumedTerm(now)
            : lease.StartedAt is null ? clock.FullTerm(now, lease.Policy.ClaimSeconds)
            : clock.FullTerm(now, lease.Policy.ResumeSeconds);
        return new LeaseEvent.Resumed(lease.Item, lease.Id, next, next, left, expiresAt, suspendedMs, because);
    }
}
