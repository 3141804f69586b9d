namespace ControlSurface.Core.Queues;

/// <param name="Queue">As it is after the command.</param>
public sealed record QueueReply(Queue Queue, bool Created) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record DrainReply(string? Why) : Reply;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record LineReply(LineStop? Stop) : Reply;
