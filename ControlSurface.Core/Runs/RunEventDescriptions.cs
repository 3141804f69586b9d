using System.Diagnostics;

namespace ControlSurface.Core.Runs;

/// <summary>Each <see cref="RunEvent"/> as a sentence.</summary>
internal static class RunEventDescriptions
{
    internal static string Of(RunEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            RunEvent.Reopened e => $"{by} reopened the run {e.Run}.",
            RunEvent.Ended e => $"{by} ended the run {e.Run} ({e.Outcome}){Phrases.Because(e.Why)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
