namespace ControlSurface.Core.Items;

/// <summary>Tells whether a caller may see an item. Every rule and view that hides other queues' items asks this.</summary>
internal static class ItemSight
{
    extension(Scope scope)
    {
        /// <summary>Whether the item exists and is in a queue that the caller sees; false for an unknown one.</summary>
        internal bool Sees(IItems at, ItemId id) => at.FindItem(id) is { } item && scope.Sees(item.Queue);
    }
}
