namespace ControlSurface.Core.Resolving;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ConflictReply(ConflictView Conflict) : Reply;
