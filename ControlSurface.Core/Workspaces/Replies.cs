namespace ControlSurface.Core.Workspaces;

/// <summary>It may be said; whoever keeps who is there does.</summary>
public sealed record PresenceReply(Principals.Principal Who, string Topic, string Mode) : Reply;

/// <summary>The workspace may be made; the host that keeps the workspaces makes it.</summary>
public sealed record NewWorkspaceReply(string Name) : Reply;
