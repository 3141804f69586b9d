using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Principals;

/// <summary>The workspace follows the access store; whoever ends holds nothing from the same write on (DESIGN.md, 11).</summary>
internal static class PrincipalRules
{
    internal static Decision Sync(Workspace at, PrincipalCommand.Sync c, DateTimeOffset now)
    {
        if (at.FindPrincipal(c.Principal.Id) is { } known && AreSame(known, c.Principal))
            return Decision.Unchanged(Reply.Done.Instance);
        var events = new List<Event> { new PrincipalEvent.Set(c.Principal) };
        if (c.Principal.State == PrincipalState.Ended)
            EndRules.EndAll(events, at, c.Principal.Id, _ => true, EndedAs.PrincipalEnded, c.Principal.Why, now);
        return Decision.Accepted(events, Reply.Done.Instance);
    }

    private static bool AreSame(Principal a, Principal b) =>
        a with { Queues = null } == b with { Queues = null }
        && (a.Queues is null) == (b.Queues is null)
        && (a.Queues ?? []).SequenceEqual(b.Queues ?? [], StringComparer.Ordinal);
}
