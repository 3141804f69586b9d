namespace ControlSurface.Core.Items;

/// <summary>
/// Items that wait, directly or through other items, for work that cannot be completed without a person. Each asks for attention
/// until the work can be completed again; both events are in the same write as the change that caused them.
/// </summary>
internal static class DependencyAttention
{
    /// <summary>Whether the reason is a dependency.</summary>
    internal static bool IsOne(AttentionKind attention) =>
        attention
            is AttentionKind.DependencyCancelled
                or AttentionKind.DependencyParked
                or AttentionKind.DependencyStuck;

    /// <summary>Whether the event can change which items are stuck.</summary>
    internal static bool MayChange(Event happened) =>
        happened
            is ItemEvent.Parked
                or ItemEvent.Unparked
                or ItemEvent.Completed
                or ItemEvent.Cancelled
                or ItemEvent.Reopened
                or ItemEvent.Created { OpenDependencies.Count: > 0 }
        || happened is ItemEvent.Edited e && e.Changed.Contains("dependsOn", StringComparer.Ordinal);

    /// <summary>The events, and those by which items begin or cease to ask for attention; the same list where none do.</summary>
    internal static IReadOnlyList<Event> Follow(IItems at, IReadOnlyList<Event> events, DateTimeOffset now)
    {
        var changed = Changed(at, events, now);
        if (changed.Count == 0)
            return events;
        List<Event>? all = null;
        var order = InOrder(at, changed);
        var reached = order.ToHashSet();
        var stuck = new HashSet<ItemId>();
        foreach (var id in order)
        {
            if ((changed.GetValueOrDefault(id) ?? at.FindItem(id)) is not { Settled: null } item)
                continue;
            var (wanted, detail) = Wanted(at, changed, reached, stuck, item);
            if (wanted.Count > 0)
                stuck.Add(id);
            foreach (var what in wanted.Where(w => !item.Attention.Contains(w)))
                (all ??= [.. events]).Add(new ItemEvent.AskedForAttention(id, what, detail[what].Text));
            foreach (var what in item.Attention.Where(a => IsOne(a) && !wanted.Contains(a)))
                (all ??= [.. events]).Add(new ItemEvent.AttentionEnded(id, what));
        }
        return all ?? events;
    }

    // The items that the events change in a way that matters, as they are afterwards.
    private static Dictionary<ItemId, Item> Changed(IItems at, IReadOnlyList<Event> events, DateTimeOffset now)
    {
        var changed = new Dictionary<ItemId, Item>();
        var mayMatter = new HashSet<ItemId>();
        for (var k = 0; k < events.Count; k++)
        {
            if (MayChange(events[k]))
                mayMatter.Add(events[k].ItemId!.Value);
        }
        if (mayMatter.Count == 0)
            return changed;
        for (var k = 0; k < events.Count; k++)
        {
            if (events[k] is not { ItemId: { } id } happened || events[k] is ItemEvent.Archived)
                continue;
            var was = changed.GetValueOrDefault(id) ?? at.FindItem(id);
            if (was is null && happened is not ItemEvent.Created)
                continue;
            // Those that wait for what changes are told in the same write, so they are looked at as they are after it.
            if (
                !mayMatter.Contains(id)
                && happened is not (ItemEvent.DependencyCompleted or ItemEvent.AskedForAttention)
            )
                continue;
            var recorded = new Recorded(at.Seq + 1 + k, now, PrincipalId.System, happened);
            changed[id] = ItemEvolution.Evolve(was, recorded);
        }
        return changed;
    }

    // The changed items and all that wait for them, each after those that it waits for.
    private static List<ItemId> InOrder(IItems at, Dictionary<ItemId, Item> changed)
    {
        var order = new List<ItemId>();
        var seen = new HashSet<ItemId>();
        var open = new Stack<(ItemId Id, IEnumerator<Item> Dependents)>();
        foreach (var first in changed.Keys.Order())
        {
            if (!seen.Add(first))
                continue;
            open.Push((first, at.DependentsOf(first).GetEnumerator()));
            while (open.TryPeek(out var top))
            {
                if (!top.Dependents.MoveNext())
                {
                    top.Dependents.Dispose();
                    order.Add(open.Pop().Id);
                    continue;
                }
                var next = top.Dependents.Current.Id;
                if (seen.Add(next))
                    open.Push((next, at.DependentsOf(next).GetEnumerator()));
            }
        }
        // Whatever is left last has everything that waits for it before it.
        order.Reverse();
        return order;
    }

    private static (IReadOnlyList<AttentionKind> Wanted, Dictionary<AttentionKind, ItemId> Detail) Wanted(
        IItems at,
        Dictionary<ItemId, Item> changed,
        HashSet<ItemId> reached,
        HashSet<ItemId> stuck,
        Item item
    )
    {
        var detail = new Dictionary<AttentionKind, ItemId>();
        foreach (var id in item.OpenDependencies)
        {
            // What left memory was settled, and what is completed is waited for no longer.
            if ((changed.GetValueOrDefault(id) ?? at.FindItem(id)) is not { } dependency)
                detail.TryAdd(AttentionKind.DependencyCancelled, id);
            else if (dependency.Settled is { Completed: false })
                detail.TryAdd(AttentionKind.DependencyCancelled, id);
            else if (dependency is { Settled: null, Parked: { Until: null } })
                detail.TryAdd(AttentionKind.DependencyParked, id);
            else if (dependency.Settled is null && IsStuck(reached, stuck, dependency))
                detail.TryAdd(AttentionKind.DependencyStuck, id);
        }
        return ([.. detail.Keys.Order()], detail);
    }

    // What none of the events reaches is as it said before.
    private static bool IsStuck(HashSet<ItemId> reached, HashSet<ItemId> stuck, Item dependency) =>
        stuck.Contains(dependency.Id) || (dependency.Attention.Exists(IsOne) && !reached.Contains(dependency.Id));
}
