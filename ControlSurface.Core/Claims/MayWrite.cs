using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Claims;

/// <summary>Checks whether a caller may write under a lease: the refusals of API.md in their order.</summary>
internal static class MayWrite
{
    internal static Refusal? Check(IItemContext<ILocks> context, Item item, Lease lease, LeaseCommand command)
    {
        var helps = command is LeaseCommand.HandOff && context.Has(Verb.RequeueItem);
        if (!lease.Holder.Is(context.Who.Id, command.Run) && !helps)
            return new LeaseRefusal.NotHolder(lease.Holder);
        if (lease.Holder.Id == context.Who.Id && Fenced(item, lease, command.Token) is { } fenced)
            return fenced;
        return lease.State switch
            {
                LeaseState.Ended => Newer(item, lease)
                    ?? (Refusal)
                        new LeaseRefusal.LeaseEnded(lease.EndedAs!.Value, lease.EndedBy!.Value, lease.EndedAt!.Value),
                LeaseState.Stale => Stale(context, item, lease, command),
                LeaseState.Suspended => Suspended(lease, command),
                LeaseState.Claimed or LeaseState.Active => null,
            } ?? Unacknowledged(lease, command);
    }

    /// <summary>Whether a renewal would bring the stale lease back.</summary>
    internal static bool IsRevivable(Item item, Lease lease, DateTimeOffset now) =>
        lease.Policy.ReviveStale && !(item.RequeueAt <= now) && !(lease.LifeEndsAt <= now);

    private static Refusal? Fenced(Item item, Lease lease, long token)
    {
        if (token > lease.Token)
            return Refusal.InvalidRequest.Of("token", "was never granted for this lease");
        return token < lease.Token
            ? new LeaseRefusal.Fenced(item.LastLease!.Holder, lease.EndedAs, lease.EndedBy, lease.EndedAt)
            : Newer(item, lease);
    }

    private static LeaseRefusal.Fenced? Newer(Item item, Lease lease) =>
        item.LastLease is { } last && last.Token > lease.Token
            ? new LeaseRefusal.Fenced(last.Holder, lease.EndedAs, lease.EndedBy, lease.EndedAt)
            : null;

    // The holder of a stale lease may still give the item back, record a checkpoint and renew (FIELD.md, 6).
    private static Refusal? Stale(IItemContext<ILocks> context, Item item, Lease lease, LeaseCommand command)
    {
        if (
            command
            is LeaseCommand.RecordCheckpoint
                or LeaseCommand.Release
                or LeaseCommand.HandOff
                or LockCommand.Unlock
        )
            return null;
        if (command is LeaseCommand.Renew)
        {
            if (lease.LifeEndsAt <= context.Now)
                return new LeaseRefusal.LifetimeExceeded(lease.QuietRenewals, lease.MaxLifetimeSeconds!.Value);
            if (IsRevivable(item, lease, context.Now))
                return context.PausedFor(item.Queue);
        }
        return new LeaseRefusal.LeaseStale(lease.ExpiresAt!.Value, IsRevivable(item, lease, context.Now));
    }

    private static Refusal? Suspended(Lease lease, LeaseCommand command)
    {
        var paused = lease.Reasons.HasFlag(SuspendReasons.PausedByPolicy);
        var goesOn = command switch
        {
            LeaseCommand.RecordCheckpoint or LeaseCommand.Release or LeaseCommand.Complete or LockCommand.Unlock =>
                true,
            // Resume withdraws the caller's review only where it says so (API.md, Settled since, Waiting for a review).
            LeaseCommand.Resume c => !paused
                && (c.WithdrawReview || !lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview)),
            LeaseCommand.HandOff => !paused,
            LeaseCommand.Write { GoesOnInReview: true } => lease.Reasons == SuspendReasons.WaitingOnReview,
            LeaseCommand.Write
            or LeaseCommand.Start
            or LeaseCommand.Renew
            or LeaseCommand.Suspend
            or LockCommand.Acquire => false,
            _ => throw new UnreachableException(command.GetType().Name),
        };
        return goesOn ? null : new LeaseRefusal.LeaseSuspended(lease.Reasons.InWords());
    }

    // Release and unlock need no acknowledgement: nothing may keep a holder from giving work back (FIELD.md, 6).
    private static Refusal? Unacknowledged(Lease lease, LeaseCommand command) =>
        lease.MustAcknowledge is { } change
        && command is not (LeaseCommand.Release or LockCommand.Unlock)
        && !(command.Acknowledges >= change.Seq)
            ? new LeaseRefusal.AcknowledgeRequired(change.Seq, change.Changed)
            : null;
}
