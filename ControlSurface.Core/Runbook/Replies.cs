namespace ControlSurface.Core.Runbook;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record PatternReply(Pattern Pattern) : Reply;
