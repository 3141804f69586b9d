using ControlSurface.Core.Locking;

namespace ControlSurface.Core.Targets;

/// <summary>The targets that a workspace knows, for rules to read.</summary>
public interface ITargets : ILocks
{
    /// <summary>All targets with a reported version or a finished wait, in the ordinal order of their paths.</summary>
    IEnumerable<TargetState> Targets { get; }

    /// <summary>The record of a target in canonical form; null where the workspace knows nothing of it.</summary>
    TargetState? FindTarget(string target);
}
