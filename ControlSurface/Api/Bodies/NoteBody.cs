using ControlSurface.Core.Notes;

namespace ControlSurface.Api.Bodies;

internal sealed record AuthorBody(string Id, string Name, string Kind);

internal sealed record AcknowledgementBody(string By, string Name, DateTimeOffset At, string? Answer);

/// <summary>API.md, Items, notes.</summary>
/// <param name="Id">The <c>{k}</c> of its address.</param>
/// <param name="FromPerson">A person's note is marked so.</param>
internal sealed record NoteBody(
    int Id,
    string ItemId,
    AuthorBody By,
    bool FromPerson,
    string To,
    string Kind,
    string Text,
    DateTimeOffset At,
    long Seq,
    IReadOnlyList<AcknowledgementBody> Acknowledged
)
{
    internal static NoteBody From(Note note, ItemId item) =>
        new(
            note.Number,
            item.Text,
            new AuthorBody(note.By.Text, note.Name, WireNames.Of(note.ByKind)),
            note.ByKind == PrincipalKind.Person,
            note.To,
            WireNames.Of(note.Kind),
            note.Text,
            note.At,
            note.Seq,
            [.. note.Acknowledged.Select(a => new AcknowledgementBody(a.By.Text, a.Name, a.At, a.Answer))]
        );

    internal static IReadOnlyList<NoteBody> From(IReadOnlyList<Note> notes, ItemId item) =>
        notes.Count == 0 ? [] : [.. notes.Select(n => From(n, item))];
}
