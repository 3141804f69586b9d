using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Extends leases, <c>startBy</c> and waits by the time in which the server was down (API.md, Claims and leases; FIELD.md, 15).
/// <c>dueAt</c> and <c>notBefore</c> stay: the world outside sets those.
/// </summary>
internal static class DowntimeCompensation
{
    /// <summary>The event that extends every clock that was running when the server went down.</summary>
    internal static WorkspaceEvent.Resumed Decide(Workspace at, DateTimeOffset downFrom, DateTimeOffset downTo)
    {
        var away = downTo - downFrom;
        var extended = new List<WorkspaceEvent.Extension>();
        foreach (var item in at.Items())
        {
            if (item.Lease is { IsLive: true, ExpiresAt: { } expires } lease && expires > downFrom)
                extended.Add(new WorkspaceEvent.Extension(item.Id, lease.Id, expires + away));
            else if (item.RequeueAt is { } requeue && requeue > downFrom)
                extended.Add(new WorkspaceEvent.Extension(item.Id, Lease: null, requeue + away));
            else if (item.StaleAttentionAt is { } attention && attention > downFrom)
                extended.Add(new WorkspaceEvent.Extension(item.Id, Lease: null, attention + away));
            else if (item.Handoff is { } handoff && handoff.Until > downFrom)
                extended.Add(new WorkspaceEvent.Extension(item.Id, Lease: null, handoff.Until + away));
        }
        return new WorkspaceEvent.Resumed(downFrom, downTo, extended);
    }

    internal static Item Extend(Item item, WorkspaceEvent.Extension e)
    {
        if (e.Lease is not null && item.Lease is { } lease)
        {
            // Extend the longest life too: nobody could use this time.
            var given = (long)(e.Until - lease.ExpiresAt!.Value).TotalMilliseconds;
            return item with
            {
                LockWaits = item.LockWaits.ConvertAll(w => w with { Until = w.Until.AddMilliseconds(given) }),
                Lease = lease with
                {
                    ExpiresAt = e.Until,
                    StartBy = lease.StartBy is null ? null : e.Until,
                    SuspendedMs = lease.State == LeaseState.Suspended ? lease.SuspendedMs : lease.SuspendedMs + given,
                    QuietSince = lease.QuietSince?.AddMilliseconds(given),
                },
            };
        }
        if (item.RequeueAt is not null)
            return item with { RequeueAt = e.Until };
        if (item.StaleAttentionAt is not null)
            return item with { StaleAttentionAt = e.Until };
        return item.Handoff is { } handoff ? item with { Handoff = handoff with { Until = e.Until } } : item;
    }
}
