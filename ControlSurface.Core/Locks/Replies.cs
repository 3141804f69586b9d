namespace ControlSurface.Core.Locks;

/// <summary>The hold that began.</summary>
/// <param name="Hold">The hold as it stands now.</param>
public sealed record HoldReply(TargetHold Hold) : Reply;
