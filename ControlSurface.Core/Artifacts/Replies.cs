namespace ControlSurface.Core.Artifacts;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ContentReply(string Hash, long Length) : Reply;
