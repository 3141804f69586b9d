namespace ControlSurface.Core.Items;

/// <summary>What an item waits for, as far as a caller may see it.</summary>
public static class DependencySight
{
    /// <summary>The item without the ids of work in other queues that it waits for. Its state stays what it is.</summary>
    public static IReadOnlyList<ItemId> DependsOn(IItems at, Item item, Scope scope) =>
        scope.IsLimited ? [.. item.DependsOn.Where(id => scope.Sees(at, id))] : item.DependsOn;

    /// <summary>What the item still waits for, in words: ids, and for work in queues that the caller may not see, that it is there.</summary>
    public static string DependenciesInWords(IItems at, Item item, Scope scope)
    {
        var seen = item
            .OpenDependencies.Where(id => !scope.IsLimited || scope.Sees(at, id))
            .Select(id => id.Text)
            .ToList();
        return string.Join(", ", seen.Count == item.OpenDependencies.Count ? seen : [.. seen, "work in another queue"]);
    }
}
