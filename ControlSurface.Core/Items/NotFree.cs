using System.Diagnostics;
using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Items;

/// <summary>Why an item cannot be claimed or changed, from the item alone (API.md, Refusals).</summary>
internal static class NotFree
{
    /// <summary>Why the item cannot be claimed though nobody owns it.</summary>
    internal static Refusal NotClaimable(Item item, DateTimeOffset now)
    {
        var (why, until) = item.State switch
        {
            ItemState.Parked => (NotClaimableReason.Parked, item.Parked!.Until),
            ItemState.Blocked when item.OpenDependencies.Count > 0 => (
                NotClaimableReason.Blocked,
                (DateTimeOffset?)null
            ),
            ItemState.Blocked => (NotClaimableReason.NotBefore, item.WaitsUntil),
            ItemState.ConflictDetected => (NotClaimableReason.Conflict, null),
            ItemState.HandedOff => (NotClaimableReason.HandedOff, item.Handoff!.Until),
            ItemState.Queued => (NotClaimableReason.NotOwned, null),
            ItemState.Completed => (NotClaimableReason.Completed, null),
            ItemState.Cancelled => (NotClaimableReason.Cancelled, null),
            ItemState.Applying => (NotClaimableReason.Applying, null),
            // Somebody holds it: the callers answer with already_owned.
            ItemState.WaitingOnReview
            or ItemState.Suspended
            or ItemState.Leased
            or ItemState.Claimed
            or ItemState.Stale => throw new UnreachableException($"{item.Id} is {item.State}"),
        };
        var waitingFor =
            item.OpenDependencies.Count > 0
                ? string.Join(", ", item.OpenDependencies.Take(10))
                    + (item.OpenDependencies.Count > 10 ? $" and {item.OpenDependencies.Count - 10} more" : "")
                : null;
        return new ItemRefusal.NotClaimable(
            item.State,
            why,
            until is { } at ? Instant.SecondsUntil(at, now) : null,
            waitingFor
        );
    }

    /// <summary>Who owns it, until when, and who may take it over from when (FIELD.md, 2).</summary>
    internal static Refusal Owned(Item item, Lease lease, DateTimeOffset now)
    {
        var takeover = lease.IsLive
            ? new TakeoverHint(
                "support with force at any time, or anybody who may claim it once it is stale",
                lease.ExpiresAt
            )
            : new TakeoverHint("anybody who may claim it", lease.StaleAt);
        var retry =
            lease.IsLive && lease.ExpiresAt is { } end ? Math.Max(1, Instant.SecondsUntil(end, now)) : (int?)null;
        return new LeaseRefusal.AlreadyOwned(lease.Holder, lease.Id, lease.State, lease.ExpiresAt, retry, takeover);
    }
}
