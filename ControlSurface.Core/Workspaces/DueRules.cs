using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Workspaces;

/// <summary>What happens because time passed, with nobody asking (DESIGN.md, 9; FIELD.md, 16).</summary>
internal static class DueRules
{
    /// <summary>The first thing that is due on the item.</summary>
    internal static IReadOnlyList<Event> Decide(Workspace at, Item item, DateTimeOffset now)
    {
        if (item.Lease is { IsLive: true } live && live.ExpiresAt <= now)
            return Expire(item, live, now);
        if (item.RequeueAt <= now)
        {
            var requeued = new List<Event>();
            EndRules.EndAndReturn(requeued, item, EndRules.End(item.Lease!, EndedAs.Expired), now);
            return requeued;
        }
        if (item.StaleAttentionAt <= now)
            return [new ItemEvent.AskedForAttention(item.Id, "stale_hold", Detail: null)];
        if (item.Handoff?.Until <= now)
        {
            return
            [
                new ItemEvent.HandoffEnded(item.Id, "expired", Why: null),
                new ItemEvent.AskedForAttention(item.Id, "handoff_expired", Detail: null),
            ];
        }
        if (item.Parked?.Until <= now)
            return [new ItemEvent.Unparked(item.Id, Why: null)];
        if (item.WaitsUntil <= now)
            return [new ItemEvent.BecameReady(item.Id)];
        if (item.DueAt <= now)
            return [new ItemEvent.AskedForAttention(item.Id, "overdue", Detail: null)];
        throw new UnreachableException($"nothing is due on {item.Id}");
    }

    private static List<Event> Expire(Item item, Lease lease, DateTimeOffset now)
    {
        var events = new List<Event>();
        if (lease.State == LeaseState.Claimed)
        {
            EndRules.EndAndReturn(events, item, EndRules.End(lease, EndedAs.Expired), now);
            return events;
        }
        var hold = lease.Policy.OnStale == OnStale.Hold;
        var requeueAt = now.AddSeconds(lease.Policy.StaleGraceSeconds);
        events.Add(
            new LeaseEvent.WentStale(
                item.Id,
                lease.Id,
                lease.ExpiresAt!.Value,
                hold || lease.Policy.StaleGraceSeconds == 0 ? null : requeueAt,
                hold ? now.AddSeconds(lease.Policy.StaleHoldSeconds) : null
            )
        );
        if (!hold && lease.Policy.StaleGraceSeconds == 0)
            EndRules.EndAndReturn(events, item, EndRules.End(lease, EndedAs.Expired), now);
        return events;
    }
}
