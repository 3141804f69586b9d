using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Inbox;

/// <summary>Inboxes as rules read them, with everything that can cause an entry.</summary>
public interface IInboxes : ITargets
{
    /// <summary>Which entries the person has read and which kinds they have muted.</summary>
    InboxState InboxOf(PrincipalId person);
}
