namespace ControlSurface.Core.Items;

/// <summary>An event of a room above that changes the item beside its log.</summary>
internal interface IItemEffect
{
    /// <summary>The item after the event. Copies what the event says; asks nothing, refuses nothing.</summary>
    Item ApplyTo(Item item);
}
