namespace ControlSurface.Core.Inbox;

/// <summary>The caller's inbox after the command.</summary>
/// <param name="Inbox">What is stored of it.</param>
public sealed record InboxReply(InboxState Inbox) : Reply;
