using ControlSurface.Core.Items;

namespace ControlSurface.Core.Runs;

/// <summary>The runs of a workspace, for rules to read.</summary>
public interface IRuns : IItems
{
    /// <summary>The run where it has ended and was not reopened; else null.</summary>
    EndedRun? FindEndedRun(PrincipalId principal, string run);

    /// <summary>The run where it has not ended and is still known (<see cref="KnownRun"/>); else null.</summary>
    KnownRun? FindKnownRun(PrincipalId principal, string run);
}
