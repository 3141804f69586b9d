namespace ControlSurface.Core.Items;

/// <summary>Reads and checks an item's dependencies. A circle is refused: an item in one could never become available (API.md, Items).</summary>
internal static class Dependencies
{
    /// <summary>The dependencies that a request names. Unknown ids, repeated ids and circles are faults.</summary>
    /// <param name="item">The item that is edited; null for one that is created, on which nothing depends yet.</param>
    internal static IReadOnlyList<ItemId> Read(
        Bounds bounds,
        IItemContext<IItems> context,
        Item? item,
        IReadOnlyList<string> named
    )
    {
        var ids = Parse(bounds, context.At, named);
        if (item is null)
            return ids;
        var all = WithUnseen(context, item, ids);
        if (Cycle(context.At, item.Id, all) is { } cycle)
            bounds.Fault("dependsOn", "would be a circle: " + InWords(context, cycle));
        return all;
    }

    private static List<ItemId> Parse(Bounds bounds, IItems at, IReadOnlyList<string> named)
    {
        bounds.Count("dependsOn", named.Count, 1_000);
        var ids = new List<ItemId>(named.Count);
        foreach (var text in named)
        {
            if (!ItemId.TryParse(text, out var id) || at.FindItem(id) is null)
                bounds.Fault("dependsOn", $"{text} is no item");
            else if (ids.Contains(id))
                bounds.Fault("dependsOn", $"{text} is named twice");
            else
                ids.Add(id);
        }
        return ids;
    }

    /// <summary>The named dependencies, and those in queues that the caller may not see: a caller cannot remove what they are not shown.</summary>
    internal static IReadOnlyList<ItemId> WithUnseen(
        IItemContext<IItems> context,
        Item item,
        IReadOnlyList<ItemId> named
    ) =>
        context.Scope.IsLimited
            ?
            [
                .. named,
                .. item.DependsOn.Except(VisibleDependencies.DependsOn(context.At, item, context.Scope)).Except(named),
            ]
            : named;

    /// <summary>A circle in words, without the ids of items in queues that the caller may not see.</summary>
    internal static string InWords(IItemContext<IItems> context, IReadOnlyList<ItemId> way)
    {
        var (at, scope) = (context.At, context.Scope);
        return string.Join(" → ", way.Select(id => scope.Sees(at, id) ? id.Text : "work in another queue"));
    }

    /// <summary>Those of the dependencies that are not completed.</summary>
    internal static IReadOnlyList<ItemId> Open(IItems at, IReadOnlyList<ItemId> dependsOn) =>
        [.. dependsOn.Where(d => at.FindItem(d) is not { Settled.Completed: true })];

    /// <summary>The path by which the item would come to depend on itself, itself first and last; null where it does not.</summary>
    internal static IReadOnlyList<ItemId>? Cycle(IItems at, ItemId item, IReadOnlyList<ItemId> dependsOn)
    {
        var seen = new HashSet<ItemId>();
        var cameFrom = new Dictionary<ItemId, ItemId>();
        var open = new Stack<ItemId>();
        foreach (var first in dependsOn)
        {
            cameFrom.TryAdd(first, item);
            open.Push(first);
        }
        while (open.TryPop(out var next))
        {
            if (next == item)
                return Path(cameFrom, item);
            if (!seen.Add(next) || at.FindItem(next) is not { } found)
                continue;
            foreach (var below in found.OpenDependencies)
            {
                if (below == item)
                    cameFrom[below] = next;
                else
                    cameFrom.TryAdd(below, next);
                open.Push(below);
            }
        }
        return null;
    }

    private static List<ItemId> Path(Dictionary<ItemId, ItemId> cameFrom, ItemId item)
    {
        var path = new List<ItemId> { item };
        for (var step = cameFrom[item]; step != item; step = cameFrom[step])
            path.Add(step);
        path.Add(item);
        path.Reverse();
        return path;
    }
}
