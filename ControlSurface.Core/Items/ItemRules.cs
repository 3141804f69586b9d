using System.Diagnostics;
using ControlSurface.Core.Leases;

namespace ControlSurface.Core.Items;

/// <summary>Decides calls on one item: create, edit, requeue, cancel, park, snooze (API.md, Items).</summary>
internal static class ItemRules
{
    internal static Decision Decide(IItemContext<IItems> context, ItemCommand command) =>
        command switch
        {
            ItemCommand.Create c => CreateRules.Create(context, c),
            ItemCommand.Edit c => EditRules.Edit(context, c),
            ItemCommand.Requeue c => OnItem(context, c.Item, c.Why, Requeue),
            ItemCommand.Cancel c => OnItem(context, c.Item, c.Why, Cancel),
            ItemCommand.Park c => OnItem(context, c.Item, c.Why, (a, item, why) => Park(a, item, why, until: null)),
            ItemCommand.Unpark c => OnItem(context, c.Item, c.Why, Unpark),
            ItemCommand.Snooze c => Snooze(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision OnItem(
        IItemContext<IItems> context,
        ItemId id,
        string why,
        Func<IItemContext<IItems>, Item, string, Decision> rule
    )
    {
        if (context.Find(id, out var item) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", why, Bounds.NoteLength, required: true);
        return bounds.Refusal is { } invalid ? invalid : rule(context, item, why);
    }

    private static Decision Requeue(IItemContext<IItems> context, Item item, string why)
    {
        if (item.State is ItemState.Queued)
            return context.Unchanged(item);
        if (item.Settled is not null || item.State is ItemState.Parked)
            return NotFree.NotClaimable(item, context.Now);
        var events = new List<Event>();
        if (item.Lease is { } lease)
            events.Add(EndRules.End(lease, EndedAs.Requeued, why));
        if (item.Handoff is not null)
            events.Add(new ItemEvent.HandoffEnded(item.Id, HandoffEnd.Withdrawn, why));
        events.Add(new ItemEvent.Requeued(item.Id, why));
        return context.Changes(item, events);
    }

    private static Decision Cancel(IItemContext<IItems> context, Item item, string why)
    {
        if (item.Settled is { } settled)
            return settled.Completed ? NotFree.NotClaimable(item, context.Now) : context.Unchanged(item);
        var events = new List<Event>();
        if (item.Lease is { } lease)
            events.Add(EndRules.End(lease, EndedAs.Cancelled, why));
        events.Add(new ItemEvent.Cancelled(item.Id, why));
        return context.Changes(item, events);
    }

    private static Decision Park(IItemContext<IItems> context, Item item, string why, DateTimeOffset? until)
    {
        if (item.Settled is not null)
            return NotFree.NotClaimable(item, context.Now);
        if (item.Lease is { IsLive: true } live)
            return NotFree.Owned(item, live, context.Now);
        if (item.Parked is { } parked && parked.Until == until && parked.Why == why)
            return context.Unchanged(item);
        var events = new List<Event>();
        if (item.Lease is { } stale)
            events.Add(EndRules.End(stale, EndedAs.Requeued, why));
        if (item.Handoff is not null)
            events.Add(new ItemEvent.HandoffEnded(item.Id, HandoffEnd.Withdrawn, why));
        events.Add(new ItemEvent.Parked(item.Id, why, until));
        return context.Changes(item, events);
    }

    private static Decision Unpark(IItemContext<IItems> context, Item item, string why)
    {
        if (item.Settled is not null)
            return NotFree.NotClaimable(item, context.Now);
        return item.Parked is null
            ? context.Unchanged(item)
            : context.Changes(item, new ItemEvent.Unparked(item.Id, why));
    }

    private static Decision Snooze(IItemContext<IItems> context, ItemCommand.Snooze c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var until = Instant.Cut(c.Until);
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (until <= context.Now)
            bounds.Fault("until", "must be in the future");
        return bounds.Refusal is { } invalid ? invalid : Park(context, item, c.Why, until);
    }
}
