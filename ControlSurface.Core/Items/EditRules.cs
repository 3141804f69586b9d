using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;

namespace ControlSurface.Core.Items;

/// <summary>Edits an item, also one that is leased: its holder is told (API.md, Items; Settled details for who may).</summary>
internal static class EditRules
{
    private const Roles EditAny = Roles.Reviewer | Roles.Support | Roles.Manager | Roles.Admin;

    internal static Decision Edit(IItemContext<IItems> context, ItemCommand.Edit c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var own = item.CreatedBy == context.Who.Id || item.Lease?.Holder.Id == context.Who.Id;
        if ((context.Who.Roles & EditAny) == 0 && !own)
            return new Refusal.Forbidden(Permissions.InWords(EditAny) + ", or the agent that created or holds it");
        var bounds = new Bounds();
        var edited = Read(bounds, context, item, c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.Queue.IsSet && c.Queue.Value != item.Queue)
        {
            if (context.Outside(c.Queue.Value) is { } outside)
                return outside;
            if (item.Lease is { } lease)
                return NotFree.Owned(item, lease, context.Now);
        }
        if (c.IfSeq != item.Seq)
            return new ItemRefusal.ItemChanged(item.Seq);
        if (item.Settled is not null)
            return NotFree.NotClaimable(item, context.Now);
        if (edited.Changed.Count == 0)
            return context.Unchanged(item);
        return context.Changes(item, edited);
    }

    private static ItemEvent.Edited Read(Bounds bounds, IItemContext<IItems> context, Item item, ItemCommand.Edit c)
    {
        bounds.Range("ifSeq", c.IfSeq, 1, long.MaxValue);
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (c.Queue.IsSet && context.At.FindQueue(c.Queue.Value) is null)
            bounds.Fault("queue", "is no queue");
        // Two open items of one externalId would be one piece of work with two owners (API.md, Items).
        else if (
            c.Queue.IsSet
            && c.Queue.Value != item.Queue
            && item.ExternalId is { } externalId
            && context.At.FindByExternalId(c.Queue.Value, externalId) is { } same
        )
            bounds.Fault("queue", $"has {same.Id.Text} with the same externalId");
        var fields = ItemFields.Read(bounds, context, item, c);
        var changed = ItemField.Differences(item.Fields, fields);
        if (c.Queue.Or(item.Queue) != item.Queue)
            changed.Insert(0, "queue");
        var concerns =
            item.Lease is { } lease
            && lease.Holder.Id != context.Who.Id
            && changed.Exists(m => m is "title" or "body" or "targets");
        return new ItemEvent.Edited(item.Id, c.Queue.Or(item.Queue))
        {
            Fields = fields,
            OpenDependencies = c.DependsOn.IsSet
                ? Dependencies.Open(context.At, fields.DependsOn)
                : item.OpenDependencies,
            WaitsUntil = c.NotBefore.IsSet ? WaitsUntil(item, fields.NotBefore, context.Now) : item.WaitsUntil,
            Changed = changed,
            MustAcknowledge = concerns,
            Why = c.Why,
        };
    }

    // Rest after a failure is not the editor's to end; a date that is theirs replaces the date before.
    private static DateTimeOffset? WaitsUntil(Item item, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var rest = item.WaitsFor == WaitCause.Backoff ? item.WaitsUntil : null;
        if (notBefore is not { } date || date <= now)
            return rest;
        return rest > date ? rest : date;
    }
}
