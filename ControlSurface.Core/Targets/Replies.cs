namespace ControlSurface.Core.Targets;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record TargetReply(TargetState Target, bool IsNew) : Reply;
