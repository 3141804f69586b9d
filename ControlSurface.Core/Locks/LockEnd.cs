using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Locks;

/// <summary>Why locks were let go, or a wait for locks ended without them (<c>because</c> of the lock events).</summary>
public enum LockEnd
{
    /// <summary>The holder unlocked them.</summary>
    Unlocked,

    /// <summary>Another item took them, because the lease that held them was stale.</summary>
    TakenOverStale,

    /// <summary>The wait lasted as long as the caller asked.</summary>
    Timeout,

    /// <summary>The caller who waited hung up.</summary>
    Gone,

    /// <summary>The wait would have closed a cycle, and never began.</summary>
    Deadlock,

    /// <summary>The lease that waited went stale.</summary>
    Stale,

    /// <summary>The item, or with it the lease, was cancelled.</summary>
    Cancelled,

    /// <summary>The holder gave the lease up.</summary>
    Released,

    /// <summary>The item was completed.</summary>
    Completed,

    /// <summary>The item was handed off. Its locks stay; its waits end.</summary>
    HandedOff,

    /// <summary>Another holder took the item over. Its locks stay; its waits end.</summary>
    TakenOver,

    /// <summary>Somebody revoked the lease.</summary>
    Revoked,

    /// <summary>The item went back to its queue.</summary>
    Requeued,

    /// <summary>The lease expired.</summary>
    Expired,

    /// <summary>The run that held the lease was ended.</summary>
    RunEnded,

    /// <summary>The principal that held the lease was ended.</summary>
    PrincipalEnded,

    /// <summary>The receiver declined the handoff.</summary>
    HandoffDeclined,

    /// <summary>The handoff was withdrawn.</summary>
    HandoffWithdrawn,

    /// <summary>Nobody accepted the handoff in time.</summary>
    HandoffExpired,
}

/// <summary>Why a person's hold on a target ended.</summary>
public enum HoldEnd
{
    /// <summary>Somebody ended it.</summary>
    Released,

    /// <summary>Its time was over.</summary>
    Expired,
}

/// <summary>Why locks go with what they belonged to.</summary>
internal static class LockEnds
{
    /// <summary>Why locks and waits end with a lease that ends so.</summary>
    internal static LockEnd With(EndedAs lease) =>
        lease switch
        {
            EndedAs.Released => LockEnd.Released,
            EndedAs.Completed => LockEnd.Completed,
            EndedAs.HandedOff => LockEnd.HandedOff,
            EndedAs.TakenOver => LockEnd.TakenOver,
            EndedAs.Revoked => LockEnd.Revoked,
            EndedAs.Requeued => LockEnd.Requeued,
            EndedAs.Expired => LockEnd.Expired,
            EndedAs.Cancelled => LockEnd.Cancelled,
            EndedAs.RunEnded => LockEnd.RunEnded,
            EndedAs.PrincipalEnded => LockEnd.PrincipalEnded,
        };
}
