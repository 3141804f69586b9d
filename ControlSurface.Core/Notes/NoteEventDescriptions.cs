using System.Diagnostics;

namespace ControlSurface.Core.Notes;

/// <summary>Each <see cref="NoteEvent"/> as a sentence.</summary>
internal static class NoteEventDescriptions
{
    internal static string Of(NoteEvent happened, string by, Func<PrincipalId, string> nameOf) =>
        happened switch
        {
            NoteEvent.Added e =>
                $"{e.Name} left {(e.Kind == NoteKind.Instruction ? "an" : "a")} {Phrases.Word(WireNames.Of(e.Kind))}{Phrases.Because(e.Text)}.",
            NoteEvent.Acknowledged e => e.Answer is null
                ? $"{e.Name} acknowledged note {Phrases.Number(e.Number)}."
                : $"{e.Name} answered note {Phrases.Number(e.Number)}{Phrases.Because(e.Answer)}.",
            _ => throw new UnreachableException(happened.GetType().Name),
        };
}
