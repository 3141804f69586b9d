namespace ControlSurface.Core.Workspaces;

/// <summary>The caller may report this presence; the presence table outside the engine keeps it.</summary>
/// <param name="Who">The caller.</param>
/// <param name="Topic"><c>item:ID</c>, <c>artifact:ID</c> or <c>conflict:ID</c>.</param>
/// <param name="Mode"><c>viewing</c>, <c>editing</c> or <c>away</c>.</param>
public sealed record PresenceReply(Principals.Principal Who, string Topic, string Mode) : Reply;

/// <summary>The caller may create the workspace; the host creates it after this.</summary>
/// <param name="Name">As sent.</param>
public sealed record NewWorkspaceReply(string Name) : Reply;
