using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>Making an item, once for each <c>externalId</c> of a queue (API.md, Items).</summary>
internal static class CreateRules
{
    internal static Decision Create(IItemContext<IItems> context, ItemCommand.Create c)
    {
        if (context.Outside(c.Queue) is { } outside)
            return outside;
        if (context.At.FindQueue(c.Queue) is not { } room)
            return new Refusal.NotFound("queue", c.Queue);
        var bounds = new Bounds();
        bounds.OptionalName("externalId", c.ExternalId);
        var id = new ItemId(context.At.LastItem + 1);
        var fields = ItemFields.Read(bounds, context, known: null, c);
        var waitsUntil = fields.NotBefore is { } from && c.NotBefore.Value > context.Now ? from : (DateTimeOffset?)null;
        var created = new ItemEvent.Created(id, c.Queue, c.ExternalId, [], waitsUntil) { Fields = fields };
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.ExternalId is { } externalId && context.At.FindByExternalId(c.Queue, externalId) is { } known)
        {
            if (room.Queue.Policy.OnDuplicate == OnDuplicate.Reopen && known.Settled is not null)
                return Reopen(context, known, fields);
            if (room.Queue.Policy.OnDuplicate != OnDuplicate.New || known.Settled is null)
                return Decision.Unchanged(
                    new ItemReply(context.View(known), Created: false, ItemField.Differences(known.Fields, fields))
                );
        }
        created = created with { OpenDependencies = Dependencies.Open(context.At, fields.DependsOn) };
        Event[] events = [created];
        return Decision.Accepted(events, new ItemReply(context.View(context.AfterCreated(events)), Created: true));
    }

    private static Decision Reopen(IItemContext<IItems> context, Item known, ItemFields sent)
    {
        var events = new List<Event>();
        if (!context.At.IsInMemory(known.Id))
            events.Add(new ItemEvent.Restored(known.Id, known));
        events.Add(new ItemEvent.Reopened(known.Id, "The same externalId was sent again."));
        // A settled item is not told when its dependencies complete, so that is caught up here.
        foreach (var done in known.OpenDependencies.Except(Dependencies.Open(context.At, known.OpenDependencies)))
            events.Add(new ItemEvent.DependencyCompleted(known.Id, done));
        var after = context.After(known, events);
        return Decision.Accepted(
            events,
            new ItemReply(context.View(after), Created: false, ItemField.Differences(known.Fields, sent))
        );
    }
}
