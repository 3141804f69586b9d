using System.Diagnostics;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>What may be done with an item itself, and what it comes to (API.md, Items).</summary>
internal static class ItemRules
{
    internal static Decision Decide(Asking asking, ItemCommand command) =>
        command switch
        {
            ItemCommand.Create c => CreateRules.Create(asking, c),
            ItemCommand.Edit c => EditRules.Edit(asking, c),
            ItemCommand.Requeue c => OnItem(asking, c.Item, c.Why, Requeue),
            ItemCommand.Cancel c => OnItem(asking, c.Item, c.Why, Cancel),
            ItemCommand.Park c => OnItem(asking, c.Item, c.Why, (a, item, why) => Park(a, item, why, until: null)),
            ItemCommand.Unpark c => OnItem(asking, c.Item, c.Why, Unpark),
            ItemCommand.Snooze c => Snooze(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision OnItem(Asking asking, ItemId id, string why, Func<Asking, Item, string, Decision> rule)
    {
        if (asking.Find(id, out var item) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.Text("why", why, Bounds.NoteLength, required: true);
        return bounds.Refusal is { } invalid ? invalid : rule(asking, item, why);
    }

    private static Decision Requeue(Asking asking, Item item, string why)
    {
        if (item.State is ItemState.Queued)
            return asking.Unchanged(item);
        if (item.Settled is not null || item.State is ItemState.Parked)
            return ClaimRules.NotClaimable(item, asking.Now);
        var events = new List<Event>();
        if (item.Lease is { } lease)
            events.Add(EndRules.End(lease, EndedAs.Requeued, why));
        if (item.Handoff is not null)
            events.Add(new ItemEvent.HandoffEnded(item.Id, "withdrawn", why));
        events.Add(new ItemEvent.Requeued(item.Id, why));
        return asking.Changes(item, events);
    }

    private static Decision Cancel(Asking asking, Item item, string why)
    {
        if (item.Settled is { } settled)
            return settled.Completed ? ClaimRules.NotClaimable(item, asking.Now) : asking.Unchanged(item);
        var events = new List<Event>();
        if (item.Lease is { } lease)
            events.Add(EndRules.End(lease, EndedAs.Cancelled, why));
        events.Add(new ItemEvent.Cancelled(item.Id, why));
        foreach (var dependent in asking.At.DependentsOf(item.Id))
            events.Add(new ItemEvent.AskedForAttention(dependent.Id, DependencyAttention.Cancelled, item.Id.Text));
        return asking.Changes(item, events);
    }

    private static Decision Park(Asking asking, Item item, string why, DateTimeOffset? until)
    {
        if (item.Settled is not null)
            return ClaimRules.NotClaimable(item, asking.Now);
        if (item.Lease is { IsLive: true } live)
            return ClaimRules.Owned(item, live, asking.Now);
        if (item.Parked is { } parked && parked.Until == until && parked.Why == why)
            return asking.Unchanged(item);
        var events = new List<Event>();
        if (item.Lease is { } stale)
            events.Add(EndRules.End(stale, EndedAs.Requeued, why));
        if (item.Handoff is not null)
            events.Add(new ItemEvent.HandoffEnded(item.Id, "withdrawn", why));
        events.Add(new ItemEvent.Parked(item.Id, why, until));
        return asking.Changes(item, events);
    }

    private static Decision Unpark(Asking asking, Item item, string why)
    {
        if (item.Settled is not null)
            return ClaimRules.NotClaimable(item, asking.Now);
        return item.Parked is null
            ? asking.Unchanged(item)
            : asking.Changes(item, new ItemEvent.Unparked(item.Id, why));
    }

    private static Decision Snooze(Asking asking, ItemCommand.Snooze c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var until = Instant.Cut(c.Until);
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (until <= asking.Now)
            bounds.Fault("until", "must be in the future");
        return bounds.Refusal is { } invalid ? invalid : Park(asking, item, c.Why, until);
    }
}
