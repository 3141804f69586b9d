using ControlSurface.Core.Locks;
using ControlSurface.Core.Runbook;

namespace ControlSurface.Core.Locking;

/// <summary>The locks, waits and holds of a workspace, for rules to read.</summary>
public interface ILocks : IPatterns
{
    /// <summary>The number of the newest hold; 0 before the first.</summary>
    int LastHold { get; }

    /// <summary>All locks, holds and waits, by their paths.</summary>
    LockTree Locks { get; }

    /// <summary>Targets that people hold without an item, in the order of their ids.</summary>
    IEnumerable<TargetHold> Holds { get; }

    /// <summary>The hold; null where there is none, or it has ended.</summary>
    TargetHold? FindHold(HoldId id);

    /// <summary>Requests that wait for locks, in the order in which they came.</summary>
    IEnumerable<LockWait> LockWaits { get; }
}
