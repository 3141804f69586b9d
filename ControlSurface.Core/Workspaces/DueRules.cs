using System.Diagnostics;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Core.Workspaces;

/// <summary>Decides what happens because time passed, without any command (DESIGN.md, 9; FIELD.md, 16).</summary>
internal static class DueRules
{
    /// <summary>The events of the first thing that is due on an item; something must be.</summary>
    internal static IReadOnlyList<Event> Decide(Workspace at, Item item, DateTimeOffset now)
    {
        if (item.Lease is { IsLive: true } live && live.ExpiresAt <= now)
            return Expire(item, live, now);
        foreach (var wait in item.LockWaits)
        {
            if (wait.Until <= now)
                return [LockRules.GiveUp(item, wait, LockEnd.Timeout, now)];
        }
        if (item.RequeueAt <= now)
        {
            var requeued = new List<Event>();
            EndRules.EndAndReturn(requeued, item, EndRules.End(item.Lease!, EndedAs.Expired), now);
            return requeued;
        }
        if (item.StaleAttentionAt <= now)
            return [new ItemEvent.AskedForAttention(item.Id, AttentionKind.StaleHold, Detail: null)];
        if (item.Handoff?.Until <= now)
        {
            return
            [
                new ItemEvent.HandoffEnded(item.Id, HandoffEnd.Expired, Why: null),
                new ItemEvent.AskedForAttention(item.Id, AttentionKind.HandoffExpired, Detail: null),
            ];
        }
        if (item.Parked?.Until <= now)
            return [new ItemEvent.Unparked(item.Id, Why: null)];
        if (item.WaitsUntil <= now)
            return [new ItemEvent.BecameReady(item.Id)];
        if (item.DueAt <= now)
            return [new ItemEvent.AskedForAttention(item.Id, AttentionKind.Overdue, Detail: null)];
        throw new UnreachableException($"nothing is due on {item.Id}");
    }

    /// <summary>The events of what is due on an artifact: its review is overdue, or approvals expired.</summary>
    internal static IReadOnlyList<Event> Decide(Artifact artifact, Workspace at, DateTimeOffset now)
    {
        var events = new List<Event>();
        var item = at.InMemory(artifact.Item);
        List<ApprovalId> expired =
        [
            .. artifact.Approvals.Where(a => a.State == ApprovalState.Valid && a.ExpiresAt <= now).Select(a => a.Id),
        ];
        if (expired.Count > 0)
            events.Add(new ApprovalEvent.Expired(artifact.Id, item, expired));
        if (artifact.OpenReview is { IsOverdue: false } review && review.DueAt <= now)
            events.Add(new ReviewEvent.Overdue(artifact.Id, item, review.Id));
        return events;
    }

    /// <summary>The events of a permit that was not settled in time: nobody knows whether the action was applied.</summary>
    internal static IReadOnlyList<Event> Decide(WorkAction action, Workspace at, DateTimeOffset now)
    {
        var events = new List<Event>();
        ActionOutcomes.MarkAmbiguous(events, at, action, "Its permit ran out before it was settled.");
        return events;
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
