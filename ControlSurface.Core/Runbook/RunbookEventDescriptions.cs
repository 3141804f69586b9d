using System.Diagnostics;

namespace ControlSurface.Core.Runbook;

/// <summary>Each <see cref="RunbookEvent"/> as a sentence.</summary>
internal static class RunbookEventDescriptions
{
    internal static string Of(RunbookEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            RunbookEvent.WasSet { State: PatternState.Absorbed } =>
                $"{by} marked a pattern of the runbook as absorbed.",
            RunbookEvent.WasSet => $"{by} changed what the runbook says.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
