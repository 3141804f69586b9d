using System.Diagnostics;

namespace ControlSurface.Core.Conflicts;

/// <summary>Each <see cref="ConflictEvent"/> as a sentence.</summary>
internal static class ConflictEventDescriptions
{
    internal static string Of(ConflictEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            ConflictEvent.Opened e => $"{e.Conflict} opened: {e.What}",
            ConflictEvent.Joined e => $"{e.Competing.ByName} added another content to {e.Conflict}.",
            ConflictEvent.Taken e => $"{by} took {e.Conflict} into review.",
            ConflictEvent.Resolved e =>
                $"{by} settled {e.Conflict}: {Phrases.Word(WireNames.Of(e.Resolution))}{Phrases.Because(e.Note)}.",
            ConflictEvent.Overtaken e => $"{e.Conflict} settled itself{Phrases.Because(e.Why)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
