using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Items;

/// <summary>Changing an item under the eyes of whoever holds it (API.md, Items; Settled details for who may).</summary>
internal static class EditRules
{
    private const Roles EditAny = Roles.Reviewer | Roles.Support | Roles.Manager | Roles.Admin;

    internal static Decision Edit(Asking asking, ItemCommand.Edit c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var own = item.CreatedBy == asking.Who.Id || item.Lease?.Holder.Id == asking.Who.Id;
        if ((asking.Who.Roles & EditAny) == 0 && !own)
            return new Refusal.Forbidden(Permissions.InWords(EditAny) + ", or the agent that created or holds it");
        var bounds = new Bounds();
        var edited = Read(bounds, asking, item, c);
        if (bounds.Refusal is { } invalid)
            return invalid;
        if (c.Queue.IsNamed && c.Queue.Value != item.Queue)
        {
            if (asking.Outside(c.Queue.Value) is { } outside)
                return outside;
            if (item.Lease is { } lease)
                return ClaimRules.Owned(item, lease, asking.Now);
        }
        if (c.IfSeq != item.Seq)
            return new Refusal.ItemChanged(item.Seq);
        if (item.Settled is not null)
            return ClaimRules.NotClaimable(item, asking.Now);
        if (edited.Changed.Count == 0)
            return asking.Unchanged(item);
        return edited.Changed.Contains("dependsOn")
            ? asking.Changes(item, [edited, .. Dependencies.Cancelled(asking.At, item.Id, edited.OpenDependencies)])
            : asking.Changes(item, edited);
    }

    private static ItemEvent.Edited Read(Bounds bounds, Asking asking, Item item, ItemCommand.Edit c)
    {
        bounds.Range("ifSeq", c.IfSeq, 1, long.MaxValue);
        bounds.Text("why", c.Why, Bounds.NoteLength);
        if (c.Title.IsNamed)
            bounds.Name("title", c.Title.Value);
        if (c.Body.IsNamed)
            bounds.Text("body", c.Body.Value, Bounds.BodyLength);
        if (c.Priority.IsNamed)
            bounds.Range("priority", c.Priority.Value, 0, 9);
        if (c.Queue.IsNamed && asking.At.FindQueue(c.Queue.Value) is null)
            bounds.Fault("queue", "is no queue");
        // Two open items of one externalId would be one piece of work with two owners (API.md, Items).
        else if (
            c.Queue.IsNamed
            && c.Queue.Value != item.Queue
            && item.ExternalId is { } externalId
            && asking.At.FindByExternalId(c.Queue.Value, externalId) is { } same
        )
            bounds.Fault("queue", $"has {same.Id.Text} with the same externalId");
        var labels = c.Labels.IsNamed ? bounds.Labels("labels", c.Labels.Value) : item.Labels;
        var targets = c.Targets.IsNamed ? bounds.Targets("targets", c.Targets.Value) : item.Targets;
        var dependsOn = c.DependsOn.IsNamed
            ? Dependencies.WithUnseen(asking, item, Dependencies.Read(bounds, asking.At, c.DependsOn.Value))
            : item.DependsOn;
        if (c.DependsOn.IsNamed && Dependencies.Cycle(asking.At, item.Id, dependsOn) is { } cycle)
            bounds.Fault("dependsOn", "would be a circle: " + Dependencies.InWords(asking, cycle));
        var notBefore = c.NotBefore.IsNamed ? Cut(c.NotBefore.Value) : item.NotBefore;
        var edited = new ItemEvent.Edited(
            item.Id,
            c.Queue.Or(item.Queue),
            c.Title.Or(item.Title),
            c.Body.IsNamed ? c.Body.Value ?? "" : item.Body,
            c.Priority.Or(item.Priority),
            labels,
            targets,
            notBefore,
            c.DueAt.IsNamed ? Cut(c.DueAt.Value) : item.DueAt,
            dependsOn,
            c.DependsOn.IsNamed ? Dependencies.Open(asking.At, dependsOn) : item.OpenDependencies,
            c.NotBefore.IsNamed ? WaitsUntil(item, notBefore, asking.Now) : item.WaitsUntil,
            [],
            MustAcknowledge: false,
            c.Why
        );
        var changed = Changed(item, edited);
        var concerns =
            item.Lease is { } lease
            && lease.Holder.Id != asking.Who.Id
            && changed.Exists(m => m is "title" or "body" or "targets");
        return edited with { Changed = changed, MustAcknowledge = concerns };
    }

    // Rest after a failure is not the editor's to end; a date that is theirs replaces the date before.
    private static DateTimeOffset? WaitsUntil(Item item, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var rest = item.WaitsFor == "backoff" ? item.WaitsUntil : null;
        if (notBefore is not { } date || date <= now)
            return rest;
        return rest > date ? rest : date;
    }

    private static List<string> Changed(Item was, ItemEvent.Edited now)
    {
        var changed = new List<string>();
        if (was.Queue != now.Queue)
            changed.Add("queue");
        if (was.Title != now.Title)
            changed.Add("title");
        if (was.Body != now.Body)
            changed.Add("body");
        if (was.Priority != now.Priority)
            changed.Add("priority");
        if (!was.Labels.SequenceEqual(now.Labels, StringComparer.Ordinal))
            changed.Add("labels");
        if (!was.Targets.SequenceEqual(now.Targets, StringComparer.Ordinal))
            changed.Add("targets");
        if (was.NotBefore != now.NotBefore)
            changed.Add("notBefore");
        if (was.DueAt != now.DueAt)
            changed.Add("dueAt");
        if (!was.DependsOn.SequenceEqual(now.DependsOn))
            changed.Add("dependsOn");
        return changed;
    }

    private static DateTimeOffset? Cut(DateTimeOffset? at) => at is { } instant ? Instant.Cut(instant) : null;
}
