namespace ControlSurface.Core.Queues;

/// <summary>The queue after the command.</summary>
/// <param name="Queue">The queue as it is now.</param>
/// <param name="Created">True where this command created it: 201 instead of 200.</param>
public sealed record QueueReply(Queue Queue, bool Created) : Reply;

/// <summary>The server may stop accepting anything new now.</summary>
/// <param name="Why">The reason that is shown; null for none.</param>
public sealed record DrainReply(string? Why) : Reply;

/// <summary>The line after the command.</summary>
/// <param name="Stop">How much of it is stopped; null while it runs.</param>
public sealed record LineReply(LineStop? Stop) : Reply;
