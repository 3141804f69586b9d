using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

/// <summary>The context of one decision, which implements the context that each room's rules declare.</summary>
/// <param name="at">The workspace, with the archived items that the command names.</param>
/// <param name="cache">Keeps the records that this decision computes.</param>
internal sealed class RuleContext(Workspace at, Principal who, Scope scope, DateTimeOffset now, DecisionCache cache)
    : IItemContext<Workspace>
{
    public Workspace At => at;

    public Principal Who => who;

    public Scope Scope => scope;

    public DateTimeOffset Now => now;

    public IReadOnlyList<Event> WithFollowUps(IReadOnlyList<Event> events) =>
        FollowUpEvents.After(at, events, now, cache);

    public Item Preview(Recorded recorded, Item? was) => cache.Add(recorded, was, ItemEvolution.Evolve(was, recorded));
}
