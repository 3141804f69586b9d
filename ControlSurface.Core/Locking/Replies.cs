using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;

namespace ControlSurface.Core.Locking;

/// <summary>All targets of the request are locked.</summary>
/// <param name="Locks">The lock on each target of the request, in its order; those that the item held before too.</param>
/// <param name="Lease">The lease after the command.</param>
public sealed record LockedReply(IReadOnlyList<HeldLock> Locks, LeaseView Lease) : Reply;

/// <summary>The request waits in line. The engine keeps this to itself, and answers the caller once the wait has ended.</summary>
/// <param name="Item">The item that waits.</param>
/// <param name="Wait">The seq of the event that began the wait.</param>
public sealed record LockWaitReply(ItemId Item, long Wait) : Reply;

/// <summary>The targets that were unlocked.</summary>
/// <param name="Targets">In canonical form, in the order of the request.</param>
/// <param name="Lease">The lease after the command.</param>
public sealed record UnlockedReply(IReadOnlyList<string> Targets, LeaseView Lease) : Reply;
