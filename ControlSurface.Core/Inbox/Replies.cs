namespace ControlSurface.Core.Inbox;

/// <summary>The answer to an accepted command: what came of it.</summary>
public sealed record InboxReply(InboxState Inbox) : Reply;
