namespace ControlSurface.Core.Views;

/// <summary>The view after the command.</summary>
/// <param name="View">The view as it is now.</param>
/// <param name="IsNew">True where this command created it: 201 instead of 200.</param>
public sealed record ViewReply(SavedView View, bool IsNew) : Reply;
