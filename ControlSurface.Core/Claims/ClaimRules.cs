using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;

namespace ControlSurface.Core.Claims;

/// <summary>Decides claims, takeovers, and handoffs that are accepted or declined (API.md, Claims and leases).</summary>
internal static class ClaimRules
{
    internal static Decision Decide(IItemContext<ILocks> context, ClaimCommand command) =>
        command switch
        {
            ClaimCommand.Next c => Next(context, c),
            ClaimCommand.One c => One(context, c),
            ClaimCommand.TakeOver c => TakeOver(context, c),
            ClaimCommand.Accept c => Accept(context, c),
            ClaimCommand.Decline c => Decline(context, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Next(IItemContext<ILocks> context, ClaimCommand.Next c)
    {
        if (context.Outside(c.Queue) is { } outside)
            return outside;
        if (context.At.FindQueue(c.Queue) is not { } room)
            return new Refusal.NotFound("queue", c.Queue);
        var bounds = Shape(c.Run, c.LeaseSeconds, room.Queue.Policy, context.Who.Kind);
        bounds.Labels("labels", c.Labels);
        if ((bounds.Refusal ?? RunEnded(context, c.Run) ?? context.PausedFor(c.Queue)) is { } refusal)
            return refusal;
        if (Limited(room, context.Now) is { } limit)
            return Decision.Unchanged(limit);
        var held = false;
        List<ActiveLimit>? full = null;
        foreach (var place in room.ReadyWith(c.Labels))
        {
            var item = context.At.FindItem(place.Item)!;
            if (!HasAll(item, c.Labels))
                continue;
            full ??= FullLimits(context.At, room);
            if (!full.Exists(limit => Concerns(limit, item)))
                return Grant(context, item, [], LeaseEvent.Grant.Claim, c.Run, c.LeaseSeconds, why: null);
            held = true;
        }
        return Decision.Unchanged(
            held
                ? new NothingToClaimReply(FirstEnd(context.At, room, context.Now), "maxActivePer")
                : new NothingToClaimReply(RetryAfter: null, WaitingFor: null)
        );
    }

    private static Decision One(IItemContext<ILocks> context, ClaimCommand.One c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var room = context.At.FindQueue(item.Queue)!;
        var shape = Shape(c.Run, c.LeaseSeconds, room.Queue.Policy, context.Who.Kind).Refusal;
        if ((shape ?? RunEnded(context, c.Run) ?? context.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is { } lease)
            return NotFree.Owned(item, lease, context.Now);
        // An open conflict keeps an item from claims of its queue, not from a claim by its id.
        if (item.State is not (ItemState.Queued or ItemState.ConflictDetected))
            return NotFree.NotClaimable(item, context.Now);
        return FullFor(context, item) is { } full
            ? full
            : Grant(context, item, [], LeaseEvent.Grant.Claim, c.Run, c.LeaseSeconds, why: null);
    }

    /// <summary>The refusal of one more lease in the item's queue; null while there is room for it.</summary>
    private static Refusal? FullFor(IItemContext<ILocks> context, Item item)
    {
        var room = context.At.FindQueue(item.Queue)!;
        if (Limited(room, context.Now) is { } limit)
            return new ItemRefusal.NotClaimable(
                item.State,
                NotClaimableReason.Limit,
                limit.RetryAfter,
                limit.WaitingFor
            );
        return LimitedBy(context.At, room, item) is { } by
            ? new ItemRefusal.NotClaimable(
                item.State,
                NotClaimableReason.Limit,
                FirstEnd(context.At, room, context.Now),
                by
            )
            : null;
    }

    private static Decision TakeOver(IItemContext<ILocks> context, ClaimCommand.TakeOver c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if ((bounds.Refusal ?? RunEnded(context, c.Run) ?? context.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is not { } lease)
        {
            if (item.State != ItemState.ConflictDetected)
                return NotFree.NotClaimable(item, context.Now);
            // An item with an open conflict that nobody holds is given out by its id or by a takeover (API.md, item), within the same limits.
            return FullFor(context, item) is { } full
                ? full
                : Grant(context, item, [], LeaseEvent.Grant.Takeover, c.Run, leaseSeconds: null, c.Why);
        }
        if (lease.IsLive && !c.Force)
            return NotFree.Owned(item, lease, context.Now);
        var how = lease.IsLive ? LeaseEvent.Grant.Force : LeaseEvent.Grant.Takeover;
        return Grant(
            context,
            item,
            [EndRules.End(lease, EndedAs.TakenOver, c.Why)],
            how,
            c.Run,
            leaseSeconds: null,
            c.Why
        );
    }

    private static Decision Accept(IItemContext<ILocks> context, ClaimCommand.Accept c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        if (item.Handoff is { } handoff && !IsFor(handoff, context.Who))
            return new Refusal.Forbidden(
                handoff.ToPrincipal is { } to ? context.At.NameOf(to) : $"the role {handoff.ToRole}"
            );
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        if ((bounds.Refusal ?? RunEnded(context, c.Run) ?? context.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is { } lease)
            return NotFree.Owned(item, lease, context.Now);
        return item.Handoff is null
            ? NotFree.NotClaimable(item, context.Now)
            : Grant(context, item, [], LeaseEvent.Grant.Accept, c.Run, leaseSeconds: null, why: null);
    }

    private static Decision Decline(IItemContext<ILocks> context, ClaimCommand.Decline c)
    {
        if (context.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var givesBack =
            item.Handoff is { } h
            && (h.By == context.Who.Id || h.From.Id == context.Who.Id || context.Has(Verb.RequeueItem));
        if (item.Handoff is { } handoff && !IsFor(handoff, context.Who) && !givesBack)
            return new Refusal.Forbidden(
                handoff.ToPrincipal is { } to ? context.At.NameOf(to) : $"the role {handoff.ToRole}"
            );
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } no)
            return no;
        if (item.Handoff is null)
            return item.Lease is { } lease
                ? NotFree.Owned(item, lease, context.Now)
                : NotFree.NotClaimable(item, context.Now);
        var how = IsFor(item.Handoff, context.Who) ? HandoffEnd.Declined : HandoffEnd.Withdrawn;
        return context.Changes(item, new ItemEvent.HandoffEnded(item.Id, how, c.Why));
    }

    private static Decision Grant(
        IItemContext<ILocks> context,
        Item item,
        IReadOnlyList<Event> before,
        LeaseEvent.Grant how,
        string? run,
        int? leaseSeconds,
        string? why
    )
    {
        var policy = context.At.FindQueue(item.Queue)!.Queue.Policy;
        var who = context.Who;
        var claimed = new LeaseEvent.Claimed(
            item.Id,
            new LeaseId(context.At.LastLease + 1),
            new Holder(who.Id, who.Name, who.Kind, run),
            how,
            // A holder who starts at the last moment must still get a term that has not passed.
            context.Now.AddSeconds(
                who.Kind == PrincipalKind.Agent
                    ? Math.Min(policy.ClaimSeconds, policy.MaxLifetimeSeconds)
                    : policy.ClaimSeconds
            ),
            leaseSeconds ?? (who.Kind == PrincipalKind.Agent ? policy.LeaseSeconds : policy.PersonLeaseSeconds),
            why
        )
        {
            Terms = LeaseTerms.Of(policy),
        };
        Event[] events = [.. before, claimed];
        var ended = context.After(item, before);
        var after = context.After(item, events);
        var view = context.View(after);
        return Decision.Accepted(
            events,
            new GrantReply(view, view.Lease!, Handover.Of(context.At, ended, context.Scope))
        );
    }

    private static Refusal? RunEnded(IItemContext<ILocks> context, string? run) =>
        run is not null && context.At.FindEndedRun(context.Who.Id, run) is { } ended
            ? new RunRefusal.RunEnded(run, ended.At)
            : null;

    private static Bounds Shape(string? run, int? leaseSeconds, QueuePolicy policy, PrincipalKind kind)
    {
        var bounds = new Bounds();
        bounds.OptionalId("run", run);
        if (leaseSeconds is { } seconds)
            bounds.Range(
                "leaseSeconds",
                seconds,
                5,
                kind == PrincipalKind.Agent ? Math.Min(86_400, policy.MaxLifetimeSeconds) : 86_400
            );
        return bounds;
    }

    private static bool IsFor(Handoff handoff, Principal who)
    {
        if (handoff.ToPrincipal is { } to)
            return to == who.Id;
        foreach (var role in Enum.GetValues<Roles>())
        {
            if (role != Roles.None && who.Roles.HasFlag(role) && WireNames.Of(role) == handoff.ToRole)
                return true;
        }
        return false;
    }

    private static bool HasAll(Item item, IReadOnlyList<string> labels)
    {
        for (var k = 0; k < labels.Count; k++)
        {
            if (!item.Labels.Contains(labels[k], StringComparer.Ordinal))
                return false;
        }
        return true;
    }

    private static NothingToClaimReply? Limited(QueueRoom room, DateTimeOffset now)
    {
        var policy = room.Queue.Policy;
        if (policy.ClaimsPerMinute is { } rate && room.ClaimsInTheMinuteBefore(now, out var oldest) >= rate)
            return new NothingToClaimReply(Instant.SecondsUntil(oldest.AddMinutes(1), now), "claimsPerMinute");
        if (policy.MaxWaitingReview is { } reviews && room.CountOf(ItemState.WaitingOnReview) >= reviews)
            return new NothingToClaimReply(1, "maxWaitingReview");
        return policy.MaxActive is { } most && room.Working >= most ? new NothingToClaimReply(1, "maxActive") : null;
    }

    /// <summary>The limit that one more lease on this item would break; null for none.</summary>
    private static string? LimitedBy(ILocks at, QueueRoom room, Item item) =>
        FullLimits(at, room).Find(limit => Concerns(limit, item)) is { } full
            ? $"maxActivePer {full.Label ?? full.TargetPrefix}"
            : null;

    /// <summary>Those of the queue's limits that are reached. They are counted once for a decision, not for each item.</summary>
    private static List<ActiveLimit> FullLimits(ILocks at, QueueRoom room)
    {
        var full = new List<ActiveLimit>();
        foreach (var limit in room.Queue.Policy.MaxActivePer)
        {
            var working = 0;
            foreach (var owned in room.Owned)
            {
                var other = at.FindItem(owned)!;
                if (other.Lease!.IsWorking && Concerns(limit, other))
                    working++;
            }
            if (working >= limit.Limit)
                full.Add(limit);
        }
        return full;
    }

    private static bool Concerns(ActiveLimit limit, Item item)
    {
        if (limit.Label is { } label)
            return item.Labels.Contains(label, StringComparer.Ordinal);
        foreach (var target in item.Targets)
        {
            if (TargetPath.IsAtOrBelow(target, limit.TargetPrefix!))
                return true;
        }
        return false;
    }

    // Seconds until the first counted lease ends if nobody renews it; computed only once a limit stops a claim.
    private static int FirstEnd(ILocks at, QueueRoom room, DateTimeOffset now)
    {
        DateTimeOffset? first = null;
        foreach (var owned in room.Owned)
        {
            if (at.FindItem(owned)!.Lease is { IsWorking: true, ExpiresAt: { } end } && (first is null || end < first))
                first = end;
        }
        return first is { } then ? Math.Max(1, Instant.SecondsUntil(then, now)) : 1;
    }
}
