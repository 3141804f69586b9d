using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>Making an item, once for each <c>externalId</c> of a queue (API.md, Items).</summary>
internal static class CreateRules
{
    internal static Decision Create(Asking asking, ItemCommand.Create c)
    {
        if (asking.Outside(c.Queue) is { } outside)
            return outside;
        if (asking.At.FindQueue(c.Queue) is not { } room)
            return new Refusal.NotFound("queue", c.Queue);
        var bounds = new Bounds();
        bounds.Name("title", c.Title);
        bounds.Text("body", c.Body, Bounds.BodyLength);
        bounds.Range("priority", c.Priority ?? 5, 0, 9);
        bounds.OptionalName("externalId", c.ExternalId);
        var id = new ItemId(asking.At.LastItem + 1);
        var created = new ItemEvent.Created(
            id,
            c.Queue,
            c.Title,
            c.Body ?? "",
            c.Priority ?? 5,
            bounds.Labels("labels", c.Labels ?? []),
            bounds.Targets("targets", c.Targets ?? []),
            c.ExternalId,
            c.NotBefore is { } from ? Instant.Cut(from) : null,
            c.DueAt is { } due ? Instant.Cut(due) : null,
            Dependencies.Read(bounds, asking.At, c.DependsOn ?? []),
            [],
            c.NotBefore > asking.Now ? Instant.Cut(c.NotBefore.Value) : null
        );
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.ExternalId is { } externalId && asking.At.FindByExternalId(c.Queue, externalId) is { } known)
        {
            if (room.Queue.Policy.OnDuplicate == OnDuplicate.Reopen && known.Settled is not null)
                return Reopen(asking, known, created);
            if (room.Queue.Policy.OnDuplicate != OnDuplicate.New || known.Settled is null)
                return Decision.Unchanged(
                    new Reply.ForItem(asking.View(known), Created: false, Differs(known, created))
                );
        }
        created = created with { OpenDependencies = Dependencies.Open(asking.At, created.DependsOn) };
        Event[] events = [created, .. Dependencies.Cancelled(asking.At, id, created.OpenDependencies)];
        return Decision.Accepted(
            events,
            new Reply.ForItem(asking.View(asking.AfterCreated(room.Queue, events)), Created: true)
        );
    }

    private static Decision Reopen(Asking asking, Item known, ItemEvent.Created sent)
    {
        var events = new List<Event>();
        if (!asking.At.IsInMemory(known.Id))
            events.Add(new ItemEvent.Restored(known.Id, known));
        events.Add(new ItemEvent.Reopened(known.Id, "The same externalId was sent again."));
        // While it was settled nobody told it what became of the work that it waited for.
        foreach (var done in known.OpenDependencies.Except(Dependencies.Open(asking.At, known.OpenDependencies)))
            events.Add(new ItemEvent.DependencyCompleted(known.Id, done));
        events.AddRange(Dependencies.Cancelled(asking.At, known.Id, known.OpenDependencies));
        var after = asking.After(known, events);
        return Decision.Accepted(events, new Reply.ForItem(asking.View(after), Created: false, Differs(known, sent)));
    }

    private static List<string> Differs(Item known, ItemEvent.Created sent)
    {
        var differs = new List<string>();
        if (known.Title != sent.Title)
            differs.Add("title");
        if (known.Body != sent.Body)
            differs.Add("body");
        if (known.Priority != sent.Priority)
            differs.Add("priority");
        if (!known.Labels.SequenceEqual(sent.Labels, StringComparer.Ordinal))
            differs.Add("labels");
        if (!known.Targets.SequenceEqual(sent.Targets, StringComparer.Ordinal))
            differs.Add("targets");
        if (known.NotBefore != sent.NotBefore)
            differs.Add("notBefore");
        if (known.DueAt != sent.DueAt)
            differs.Add("dueAt");
        if (!known.DependsOn.SequenceEqual(sent.DependsOn))
            differs.Add("dependsOn");
        return differs;
    }
}
