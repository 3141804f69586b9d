using ControlSurface.Core.Locking;

namespace ControlSurface.Core.Targets;

/// <summary>Targets as rules read them.</summary>
public interface ITargets : ILocks
{
    /// <summary>All targets of which something is known, in ordinal order.</summary>
    IEnumerable<TargetState> Targets { get; }

    /// <summary>The record of a target; null where nobody has said anything about it.</summary>
    TargetState? FindTarget(string target);
}
