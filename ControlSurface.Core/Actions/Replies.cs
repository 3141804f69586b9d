namespace ControlSurface.Core.Actions;

/// <summary>The action after the command.</summary>
/// <param name="Action">The action as it is now.</param>
/// <param name="IsNew">True where this command created it: 201 instead of 200.</param>
public sealed record ActionReply(ActionView Action, bool IsNew) : Reply;
