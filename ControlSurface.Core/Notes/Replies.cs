namespace ControlSurface.Core.Notes;

/// <summary>The note after the command.</summary>
/// <param name="Note">The note with its acknowledgements.</param>
/// <param name="Item">The item that it is on.</param>
public sealed record NoteReply(Note Note, ItemId Item) : Reply;
