namespace ControlSurface.Core.Locks;

/// <summary>The answer to an accepted command: the hold.</summary>
public sealed record HoldReply(TargetHold Hold) : Reply;
