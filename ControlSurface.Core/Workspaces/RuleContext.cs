using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

/// <summary>The context of one decision over the whole workspace: every room's rules take it as the context of their own.</summary>
/// <param name="at">The workspace, with the archived items that the command names beside it.</param>
/// <param name="cache">What this decision foresees.</param>
internal sealed class RuleContext(Workspace at, Principal who, Scope scope, DateTimeOffset now, DecisionCache cache)
    : IItemContext<Workspace>
{
    public Workspace At => at;

    public Principal Who => who;

    public Scope Scope => scope;

    public DateTimeOffset Now => now;

    public IReadOnlyList<Event> WithFollowUps(IReadOnlyList<Event> events) =>
        FollowUpEvents.After(at, events, now, cache);

    public Item Foresee(Recorded recorded, Item? was)
    {
        var queue = was?.Queue ?? ((ItemEvent.Created)recorded.Event).Queue;
        return cache.Add(recorded, was, ItemEvolution.Evolve(was, recorded, at.FindQueue(queue)!.Queue.Policy));
    }
}
