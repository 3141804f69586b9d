namespace ControlSurface.Core.Targets;

/// <summary>A target after a report.</summary>
/// <param name="Target">What the workspace knows of it now.</param>
/// <param name="IsNew">False where the reported version was known already and nothing happened.</param>
public sealed record TargetReply(TargetState Target, bool IsNew) : Reply;
