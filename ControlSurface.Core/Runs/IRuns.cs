using ControlSurface.Core.Items;

namespace ControlSurface.Core.Runs;

/// <summary>Runs as rules read them.</summary>
public interface IRuns : IItems
{
    /// <summary>The run, if it was ended and may start nothing.</summary>
    EndedRun? FindEndedRun(PrincipalId principal, string run);

    /// <summary>The run, if it was granted something in the last 30 days and has not been ended.</summary>
    KnownRun? FindKnownRun(PrincipalId principal, string run);
}
