namespace ControlSurface.Core.Views;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record ViewReply(SavedView View, bool IsNew) : Reply;
