namespace ControlSurface.Core.Runbook;

/// <summary>The pattern after the command.</summary>
/// <param name="Pattern">The pattern as it is now.</param>
public sealed record PatternReply(Pattern Pattern) : Reply;
