using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Inbox;

/// <summary>Inboxes as rules read them, with what can lie in one.</summary>
public interface IInboxes : ITargets
{
    /// <summary>What the person keeps about their inbox.</summary>
    InboxState InboxOf(PrincipalId person);
}
