using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>The context of rules that change items, which can compute the items after their events for the reply.</summary>
/// <typeparam name="TState">What the rule reads, as its own room declares it.</typeparam>
internal interface IItemContext<out TState> : IRuleContext<TState>
    where TState : IItems
{
    /// <summary>The events, and those that follow from them in the same write; the same list where none do.</summary>
    IReadOnlyList<Event> WithFollowUps(IReadOnlyList<Event> events);

    /// <summary>The item as it will be after the event. The record is cached: if the event is recorded, the workspace takes it over.</summary>
    /// <param name="was">The item before; null for an event that creates it.</param>
    Item Preview(Recorded recorded, Item? was);
}

/// <summary>Helpers that rules about items share.</summary>
internal static class ItemContext
{
    /// <summary>Finds the item; the refusal is 404 where there is none, and 403 where the caller may not touch its queue.</summary>
    internal static Refusal? Find(this IItemContext<IItems> context, ItemId id, out Item item)
    {
        item = context.At.FindItem(id)!;
        return item is null ? new Refusal.NotFound("item", id.Text) : context.Outside(item.Queue);
    }

    /// <summary>
    /// The item after the events and what follows from them. The reply is made of it, so that reply and record cannot differ.
    /// </summary>
    internal static Item After(this IItemContext<IItems> context, Item item, IReadOnlyList<Event> events)
    {
        var seq = context.At.Seq;
        events = context.WithFollowUps(events);
        for (var k = 0; k < events.Count; k++)
        {
            seq++;
            if (events[k].ItemId == item.Id)
                item = context.Preview(new Recorded(seq, context.Now, context.Who.Id, events[k]), item);
        }
        return item;
    }

    /// <summary>The item that the first of the events creates, after all of them.</summary>
    internal static Item AfterCreated(this IItemContext<IItems> context, IReadOnlyList<Event> events)
    {
        Item? item = null;
        var seq = context.At.Seq;
        foreach (var happened in context.WithFollowUps(events))
        {
            seq++;
            if (item is null || happened.ItemId == item.Id)
                item = context.Preview(new Recorded(seq, context.Now, context.Who.Id, happened), item);
        }
        return item!;
    }

    internal static ItemView View(this IItemContext<IItems> context, Item item) => ItemView.Of(context.At, item);

    /// <summary>Accepts the events; the reply shows the item after them.</summary>
    internal static Decision Changes(
        this IItemContext<IItems> context,
        Item item,
        params IReadOnlyList<Event> events
    ) => Decision.Accepted(events, new ItemReply(context.View(context.After(item, events)), Created: false));

    internal static Decision Unchanged(this IItemContext<IItems> context, Item item) =>
        Decision.Unchanged(new ItemReply(context.View(item), Created: false));

    /// <summary>The pause that keeps claims from this queue, the widest first; null where none does.</summary>
    internal static Refusal? PausedFor(this IItemContext<IItems> context, string queue)
    {
        if (context.At.Stopped is { Scope: not StopScope.Begins } stop)
            return new Refusal.Paused(PauseScope.Workspace, stop.By, stop.Why);
        return context.At.FindQueue(queue)?.Queue.Pause is { } pause
            ? new Refusal.Paused(PauseScope.Queue, pause.By, pause.Why)
            : null;
    }
}
