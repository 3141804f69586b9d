namespace ControlSurface.Core.Notes;

/// <summary>The answer to an accepted command: the note.</summary>
public sealed record NoteReply(Note Note, ItemId Item) : Reply;
