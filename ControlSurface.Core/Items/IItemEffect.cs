namespace ControlSurface.Core.Items;

/// <summary>An event of another room that also changes the item, for example its count of open conflicts.</summary>
internal interface IItemEffect
{
    /// <summary>The item after the event. Copies what the event says; asks nothing, refuses nothing.</summary>
    Item ApplyTo(Item item);
}
