namespace ControlSurface.Core.Resolving;

/// <summary>The conflict after the command.</summary>
/// <param name="Conflict">The conflict as it is now.</param>
public sealed record ConflictReply(ConflictView Conflict) : Reply;
