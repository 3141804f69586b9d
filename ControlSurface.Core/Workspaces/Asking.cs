using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Workspaces;

/// <summary>One command being decided: on what, by whom, when. What all rooms' rules share.</summary>
/// <param name="Who">The caller's principal as the workspace knows it now.</param>
/// <param name="Scope">What the caller may see and do, by queue.</param>
internal readonly record struct Asking(Workspace At, Principal Who, Scope Scope, DateTimeOffset Now)
{
    /// <summary>Whether the caller may read and work in the queue at all.</summary>
    internal bool MayTouch(string? queue) => Scope.Sees(queue);

    /// <summary>Why not, if the queue is outside what the caller may touch.</summary>
    internal Refusal? Outside(string? queue) => Scope.Outside(queue);

    internal bool Has(Verb verb) => (Permissions.MayAsk(verb) & Who.Roles) != 0;

    /// <summary>The item, or why it cannot be had: 403 by queue before anything else about it.</summary>
    internal Refusal? Find(ItemId id, out Item item)
    {
        item = At.FindItem(id)!;
        return item is null ? new Refusal.NotFound("item", id.Text) : Outside(item.Queue);
    }

    /// <summary>
    /// What the item would be after the events and what follows from them; the reply is made of this, so that it cannot differ.
    /// </summary>
    internal Item After(Item item, IReadOnlyList<Event> events)
    {
        var seq = At.Seq;
        var policy = At.FindQueue(item.Queue)!.Queue.Policy;
        events = Aftermath.After(At, events, Now);
        for (var k = 0; k < events.Count; k++)
        {
            seq++;
            if (events[k].ItemId != item.Id)
                continue;
            var recorded = new Recorded(seq, Now, Who.Id, events[k]);
            item = At.Foreseen.Add(recorded, item, ItemEvolution.Evolve(item, recorded, policy));
        }
        return item;
    }

    /// <summary>The item that the first of the events creates, after all of them.</summary>
    internal Item AfterCreated(Queues.Queue queue, IReadOnlyList<Event> events)
    {
        Item? item = null;
        var seq = At.Seq;
        foreach (var happened in Aftermath.After(At, events, Now))
        {
            var recorded = new Recorded(++seq, Now, Who.Id, happened);
            if (item is not null && happened.ItemId != item.Id)
                continue;
            item = At.Foreseen.Add(recorded, item, ItemEvolution.Evolve(item, recorded, queue.Policy));
        }
        return item!;
    }

    internal ItemView View(Item item) => ItemView.Of(At, item);

    /// <summary>Accepted, with the item as it is afterwards.</summary>
    internal Decision Changes(Item item, params IReadOnlyList<Event> events) =>
        Decision.Accepted(events, new Reply.ForItem(View(After(item, events)), Created: false));

    internal Decision Unchanged(Item item) => Decision.Unchanged(new Reply.ForItem(View(item), Created: false));

    /// <summary>The pause that keeps claims from this queue, the widest first; null where none does.</summary>
    internal Refusal? PausedFor(string queue)
    {
        if (At.Stopped is { Scope: not Queues.StopScope.Begins } stop)
            return new Refusal.Paused("workspace", stop.By, stop.Why);
        return At.FindQueue(queue)?.Queue.Pause is { } pause ? new Refusal.Paused("queue", pause.By, pause.Why) : null;
    }
}
