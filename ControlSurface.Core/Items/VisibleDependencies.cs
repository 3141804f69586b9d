namespace ControlSurface.Core.Items;

/// <summary>An item's dependencies as far as a caller may see them.</summary>
public static class VisibleDependencies
{
    /// <summary>The item's dependencies without those in queues that the caller may not see.</summary>
    public static IReadOnlyList<ItemId> DependsOn(IItems at, Item item, Scope scope) =>
        scope.IsLimited ? [.. item.DependsOn.Where(id => scope.Sees(at, id))] : item.DependsOn;

    /// <summary>The open dependencies in words: ids, and "work in another queue" for those that the caller may not see.</summary>
    public static string DependenciesInWords(IItems at, Item item, Scope scope)
    {
        var seen = item
            .OpenDependencies.Where(id => !scope.IsLimited || scope.Sees(at, id))
            .Select(id => id.Text)
            .ToList();
        return string.Join(", ", seen.Count == item.OpenDependencies.Count ? seen : [.. seen, "work in another queue"]);
    }
}
