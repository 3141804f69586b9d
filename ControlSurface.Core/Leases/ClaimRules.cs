using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Leases;

/// <summary>Who is given an item, and why not (API.md, Claims and leases).</summary>
internal static class ClaimRules
{
    internal static Decision Decide(Asking asking, ClaimCommand command) =>
        command switch
        {
            ClaimCommand.Next c => Next(asking, c),
            ClaimCommand.One c => One(asking, c),
            ClaimCommand.TakeOver c => TakeOver(asking, c),
            ClaimCommand.Accept c => Accept(asking, c),
            ClaimCommand.Decline c => Decline(asking, c),
            _ => throw new UnreachableException(command.GetType().Name),
        };

    private static Decision Next(Asking asking, ClaimCommand.Next c)
    {
        if (asking.Outside(c.Queue) is { } outside)
            return outside;
        if (asking.At.FindQueue(c.Queue) is not { } room)
            return new Refusal.NotFound("queue", c.Queue);
        var bounds = Shape(c.Run, c.LeaseSeconds, room.Queue.Policy, asking.Who.Kind);
        bounds.Labels("labels", c.Labels);
        if ((bounds.Refusal ?? RunEnded(asking, c.Run) ?? asking.PausedFor(c.Queue)) is { } refusal)
            return refusal;
        if (Limited(room, asking.Now) is { } limit)
            return Decision.Unchanged(limit);
        var held = false;
        List<ActiveLimit>? full = null;
        foreach (var place in room.ReadyWith(c.Labels))
        {
            var item = asking.At.FindItem(place.Item)!;
            if (!HasAll(item, c.Labels))
                continue;
            full ??= FullLimits(asking.At, room);
            if (!full.Exists(limit => Concerns(limit, item)))
                return Grant(asking, item, [], LeaseEvent.Grant.Claim, c.Run, c.LeaseSeconds, why: null);
            held = true;
        }
        return Decision.Unchanged(
            held
                ? new Reply.NothingToClaim(FirstEnd(asking.At, room, asking.Now), "maxActivePer")
                : new Reply.NothingToClaim(RetryAfter: null, WaitingFor: null)
        );
    }

    private static Decision One(Asking asking, ClaimCommand.One c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var room = asking.At.FindQueue(item.Queue)!;
        var shape = Shape(c.Run, c.LeaseSeconds, room.Queue.Policy, asking.Who.Kind).Refusal;
        if ((shape ?? RunEnded(asking, c.Run) ?? asking.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is { } lease)
            return Owned(item, lease, asking.Now);
        // An open conflict keeps an item from a queue's claims, not from whoever asks for it by name.
        if (item.State is not (ItemState.Queued or ItemState.ConflictDetected))
            return NotClaimable(item, asking.Now);
        if (Limited(room, asking.Now) is { } limit)
            return new Refusal.NotClaimable(WireNames.Of(item.State), "limit", limit.RetryAfter, limit.WaitingFor);
        return LimitedBy(asking.At, room, item) is { } by
            ? new Refusal.NotClaimable(WireNames.Of(item.State), "limit", FirstEnd(asking.At, room, asking.Now), by)
            : Grant(asking, item, [], LeaseEvent.Grant.Claim, c.Run, c.LeaseSeconds, why: null);
    }

    private static Decision TakeOver(Asking asking, ClaimCommand.TakeOver c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if ((bounds.Refusal ?? RunEnded(asking, c.Run) ?? asking.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is not { } lease)
            return NotClaimable(item, asking.Now);
        if (lease.IsLive && !c.Force)
            return Owned(item, lease, asking.Now);
        var how = lease.IsLive ? LeaseEvent.Grant.Force : LeaseEvent.Grant.Takeover;
        return Grant(
            asking,
            item,
            [EndRules.End(lease, EndedAs.TakenOver, c.Why)],
            how,
            c.Run,
            leaseSeconds: null,
            c.Why
        );
    }

    private static Decision Accept(Asking asking, ClaimCommand.Accept c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        if (item.Handoff is { } handoff && !IsFor(handoff, asking.Who))
            return new Refusal.Forbidden(
                handoff.ToPrincipal is { } to ? asking.At.NameOf(to) : $"the role {handoff.ToRole}"
            );
        var bounds = new Bounds();
        bounds.OptionalId("run", c.Run);
        if ((bounds.Refusal ?? RunEnded(asking, c.Run) ?? asking.PausedFor(item.Queue)) is { } no)
            return no;
        if (item.Lease is { } lease)
            return Owned(item, lease, asking.Now);
        return item.Handoff is null
            ? NotClaimable(item, asking.Now)
            : Grant(asking, item, [], LeaseEvent.Grant.Accept, c.Run, leaseSeconds: null, why: null);
    }

    private static Decision Decline(Asking asking, ClaimCommand.Decline c)
    {
        if (asking.Find(c.Item, out var item) is { } refusal)
            return refusal;
        var givesBack =
            item.Handoff is { } h
            && (h.By == asking.Who.Id || h.From.Id == asking.Who.Id || asking.Has(Verb.RequeueItem));
        if (item.Handoff is { } handoff && !IsFor(handoff, asking.Who) && !givesBack)
            return new Refusal.Forbidden(
                handoff.ToPrincipal is { } to ? asking.At.NameOf(to) : $"the role {handoff.ToRole}"
            );
        var bounds = new Bounds();
        bounds.Text("why", c.Why, Bounds.NoteLength, required: true);
        if (bounds.Refusal is { } no)
            return no;
        if (item.Handoff is null)
            return item.Lease is { } lease ? Owned(item, lease, asking.Now) : NotClaimable(item, asking.Now);
        var how = IsFor(item.Handoff, asking.Who) ? "declined" : "withdrawn";
        return asking.Changes(item, new ItemEvent.HandoffEnded(item.Id, how, c.Why));
    }

    private static Decision Grant(
        Asking asking,
        Item item,
        IReadOnlyList<Event> before,
        LeaseEvent.Grant how,
        string? run,
        int? leaseSeconds,
        string? why
    )
    {
        var policy = asking.At.FindQueue(item.Queue)!.Queue.Policy;
        var who = asking.Who;
        var claimed = new LeaseEvent.Claimed(
            item.Id,
            new LeaseId(asking.At.LastLease + 1),
            new Holder(who.Id, who.Name, who.Kind, run),
            how,
            // Whoever starts at the last moment must still find a term that has not passed.
            asking.Now.AddSeconds(
                who.Kind == PrincipalKind.Agent
                    ? Math.Min(policy.ClaimSeconds, policy.MaxLifetimeSeconds)
                    : policy.ClaimSeconds
            ),
            leaseSeconds ?? (who.Kind == PrincipalKind.Agent ? policy.LeaseSeconds : policy.PersonLeaseSeconds),
            why
        );
        Event[] events = [.. before, claimed];
        var ended = asking.After(item, before);
        var after = asking.After(item, events);
        var view = asking.View(after);
        return Decision.Accepted(
            events,
            new Reply.Granted(view, view.Lease!, Handover.Of(asking.At, ended, asking.Scope))
        );
    }

    /// <summary>Why the item cannot be claimed though nobody owns it.</summary>
    internal static Refusal NotClaimable(Item item, DateTimeOffset now)
    {
        var (why, until) = item.State switch
        {
            ItemState.Parked => ("parked", item.Parked!.Until),
            ItemState.Blocked when item.OpenDependencies.Count > 0 => ("blocked", (DateTimeOffset?)null),
            ItemState.Blocked => ("not_before", item.WaitsUntil),
            ItemState.ConflictDetected => ("conflict", null),
            ItemState.HandedOff => ("handed_off", item.Handoff!.Until),
            ItemState.Queued => ("not_owned", null),
            var settled => (WireNames.Of(settled), null),
        };
        var waitingFor =
            item.OpenDependencies.Count > 0
                ? string.Join(", ", item.OpenDependencies.Take(10))
                    + (item.OpenDependencies.Count > 10 ? $" and {item.OpenDependencies.Count - 10} more" : "")
                : null;
        return new Refusal.NotClaimable(
            WireNames.Of(item.State),
            why,
            until is { } at ? Instant.SecondsUntil(at, now) : null,
            waitingFor
        );
    }

    /// <summary>Who owns it, until when, and who may take it over from when (FIELD.md, 2).</summary>
    internal static Refusal Owned(Item item, Lease lease, DateTimeOffset now)
    {
        var takeover = lease.IsLive
            ? new TakeoverHint(
                "support with force at any time, or whoever may claim it once it is stale",
                lease.ExpiresAt
            )
            : new TakeoverHint("whoever may claim it", lease.StaleAt);
        var retry =
            lease.IsLive && lease.ExpiresAt is { } end ? Math.Max(1, Instant.SecondsUntil(end, now)) : (int?)null;
        return new Refusal.AlreadyOwned(lease.Holder, lease.Id, lease.State, lease.ExpiresAt, retry, takeover);
    }

    private static Refusal? RunEnded(Asking asking, string? run) =>
        run is not null && asking.At.FindEndedRun(asking.Who.Id, run) is { } ended
            ? new Refusal.RunEnded(run, ended.At)
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

    private static Reply.NothingToClaim? Limited(QueueRoom room, DateTimeOffset now)
    {
        var policy = room.Queue.Policy;
        if (policy.ClaimsPerMinute is { } rate && room.ClaimsInTheMinuteBefore(now, out var oldest) >= rate)
            return new Reply.NothingToClaim(Instant.SecondsUntil(oldest.AddMinutes(1), now), "claimsPerMinute");
        if (policy.MaxWaitingReview is { } reviews && room.CountOf(ItemState.WaitingOnReview) >= reviews)
            return new Reply.NothingToClaim(1, "maxWaitingReview");
        return policy.MaxActive is { } most && room.Working >= most ? new Reply.NothingToClaim(1, "maxActive") : null;
    }

    /// <summary>The limit that one more lease on this item would break; null for none.</summary>
    private static string? LimitedBy(Workspace at, QueueRoom room, Item item) =>
        FullLimits(at, room).Find(limit => Concerns(limit, item)) is { } full
            ? $"maxActivePer {full.Label ?? full.TargetPrefix}"
            : null;

    /// <summary>Those of the queue's limits under which no more leases may be granted. Counted once for a decision, not for each item.</summary>
    private static List<ActiveLimit> FullLimits(Workspace at, QueueRoom room)
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

    // Only asked once a limit stops a claim: when the first lease that counts will end if nobody renews.
    private static int FirstEnd(Workspace at, QueueRoom room, DateTimeOffset now)
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
