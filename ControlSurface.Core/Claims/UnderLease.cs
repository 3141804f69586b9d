using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;

namespace ControlSurface.Core.Claims;

/// <summary>
/// Checks the lease for writes of other rooms, which name a fencing token and no lease. The refusals are those of any write under a
/// lease, in the same order (API.md, Refusals).
/// </summary>
internal static class UnderLease
{
    /// <summary>The refusal of the write; null where it may go on.</summary>
    /// <param name="item">The item that is written on; null for a write that belongs to no item.</param>
    /// <param name="token">The fencing token; null where the caller names none.</param>
    /// <param name="before">Gets the events that come with any accepted write under the lease.</param>
    /// <param name="lease">The lease of the token; null where the caller named none and needs none.</param>
    /// <param name="goesOnInReview">Whether a lease that is suspended only because it waits on a review may do this.</param>
    internal static Refusal? Check(
        IItemContext<ILocks> context,
        Item? item,
        Verb verb,
        string? run,
        long? token,
        long? acknowledges,
        List<Event> before,
        out Lease? lease,
        bool goesOnInReview = false
    )
    {
        lease = null;
        if (token is not { } named)
        {
            // A person needs no lease; an agent does where there is one to be held (API.md, Contents and artifacts).
            return item is not null && context.Who.Kind == PrincipalKind.Agent && item.LastLease is not null
                ? new LeaseRefusal.LeaseRequired(item.Lease?.Id)
                : null;
        }
        if (item is null)
            return Refusal.InvalidRequest.Of("token", "is a lease's, and this belongs to no item");
        if (Find(item, named) is not { } found)
            return Refusal.InvalidRequest.Of("token", "was never granted on this item");
        var write = new LeaseCommand.Write(found.Id, run, named, verb, goesOnInReview, acknowledges);
        if (MayWrite.Check(context, item, found, write) is { } refusal)
            return refusal;
        lease = found;
        if (found.State != LeaseState.Suspended)
            before.AddRange(LeaseRules.ImpliedEvents(context, found, write));
        return null;
    }

    private static Lease? Find(Item item, long token)
    {
        if (item.Lease?.Token == token)
            return item.Lease;
        foreach (var past in item.Past)
        {
            if (past.Token == token)
                return past;
        }
        return null;
    }
}
