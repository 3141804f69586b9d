using System.Diagnostics;

namespace ControlSurface.Core.Bulk;

/// <summary>Each <see cref="BulkEvent"/> as a sentence.</summary>
internal static class BulkEventDescriptions
{
    internal static string Of(BulkEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            BulkEvent.Started e =>
                $"{by} began {e.Bulk}: {WireNames.Of(e.Do)} of {e.Ids.Count}{Phrases.Because(e.Why)}.",
            BulkEvent.Advanced e => $"{e.Bulk} went on with {e.Results.Count}.",
            BulkEvent.Stopped e => $"{by} stopped {e.Bulk}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
