using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;

namespace ControlSurface.Core.Locking;

/// <summary>All that was asked for is locked.</summary>
public sealed record LockedReply(IReadOnlyList<HeldLock> Locks, LeaseView Lease) : Reply;

/// <summary>In line. Never an answer: whoever asked is told once it is served or gives up.</summary>
/// <param name="Wait">Seq with which it began.</param>
public sealed record LockWaitReply(ItemId Item, long Wait) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record UnlockedReply(IReadOnlyList<string> Targets, LeaseView Lease) : Reply;
