namespace ControlSurface.Core.Actions;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ActionReply(ActionView Action, bool IsNew) : Reply;
