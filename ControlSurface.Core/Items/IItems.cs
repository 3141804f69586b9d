using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Items;

/// <summary>Items as rules read them, with the queues that they wait in.</summary>
public interface IItems : IQueues
{
    /// <summary>The number of the newest item; 0 before the first.</summary>
    int LastItem { get; }

    /// <summary>The number of the newest lease; 0 before the first.</summary>
    int LastLease { get; }

    /// <summary>The queue of that name with the index of what is in it; null where there is none.</summary>
    QueueRoom? FindQueue(string name);

    /// <summary>The item, from memory or read back from the archive for this decision; null where there is none.</summary>
    Item? FindItem(ItemId id);

    /// <summary>The item that the lease is or was on; null where there is no such lease.</summary>
    Item? FindItemOf(LeaseId id);

    /// <summary>The newest item of an externalId within its queue; null where there is none.</summary>
    Item? FindByExternalId(string queue, string externalId);

    /// <summary>Whether the item is in memory. An archived one must be restored before it can change.</summary>
    bool IsInMemory(ItemId id);

    /// <summary>The id itself where the item is in memory, so that an event can change it; null for an archived item, or none.</summary>
    ItemId? InMemory(ItemId? item);

    /// <summary>All items in memory, in the order of their ids.</summary>
    /// <param name="after">Only those with a higher number.</param>
    IEnumerable<Item> Items(int after = 0);

    /// <summary>Open items that depend on this one.</summary>
    IEnumerable<Item> DependentsOf(ItemId id);

    /// <summary>Items whose current lease, live or stale, is the principal's; in the order of their ids.</summary>
    IEnumerable<Item> HeldBy(PrincipalId principal);

    /// <summary>The oldest open review of one of the item's artifacts; null for none.</summary>
    ReviewView? ReviewOn(ItemId item);

    /// <summary>The event as the scope may see it: itself, a copy without the ids of other queues' items, or null for not at all.</summary>
    Event? SeenBy(Scope scope, Event happened);
}
