namespace ControlSurface.Core.Applying;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record BeginReply(BeginOutcome Begun) : Reply;
