using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Workspaces;

// The indexes over the items' records: by lease, holder, queue, external id, dependency and due instant.
public sealed partial class Workspace
{
    private static readonly IReadOnlyList<ItemId> NothingAwaited = [];

    /// <summary>The one place where an item's record is replaced, and every index with it.</summary>
    private void Put(Item? was, Item now)
    {
        if (was is not null)
            Unindex(was, now);
        _items.Put(now);
        var room = _queues[now.Queue];
        var state = now.State;
        if (was is null || was.Queue != now.Queue || was.State != state)
            room.Count(state, +1);
        if (state == ItemState.Queued)
        {
            room.AddReady(now);
            _openings?.ItemReady(now);
        }
        if (now.Lease is { } lease)
            IndexLease(was, now, lease, room);
        if (now.Settled is { } settled)
            _settled.Add((settled.At, now.Id));
        if (IsUnattended(now))
            _unattended.Add(now.Id);
        if (was is null)
            IndexNew(now);
        if (!ReferenceEquals(Awaited(was), Awaited(now)))
            IndexDependencies(Awaited(was), Awaited(now), now.Id);
        Locks.Replace(was, now);
        if (now.NextDueAt is { } due)
            _due.Schedule(now.Id, due);
        else
            _due.Drop(now.Id);
        if (was is not null && FreesSlot(was, now))
            _openings?.SlotFreed(was.Queue);
    }

    // Limits count working leases, some of them by label or target, and items that wait for review.
    private static bool FreesSlot(Item was, Item now) =>
        was.Lease is { IsWorking: true }
            && (
                now.Lease is not { IsWorking: true }
                || was.Queue != now.Queue
                || !ReferenceEquals(was.Labels, now.Labels)
                || !ReferenceEquals(was.Targets, now.Targets)
            )
        || was.State == ItemState.WaitingOnReview && (now.State != ItemState.WaitingOnReview || was.Queue != now.Queue);

    private void IndexLease(Item? was, Item now, Lease lease, QueueRoom room)
    {
        if (lease.IsWorking)
            room.Working++;
        if (was?.Lease?.Id == lease.Id && was.Queue == now.Queue)
            return; // A renewal changes no index.
        room.Owned.Add(now.Id);
        _leases[lease.Id] = now.Id;
        LastLease = Math.Max(LastLease, lease.Id.Number);
        if (!_heldBy.TryGetValue(lease.Holder.Id, out var held))
            _heldBy[lease.Holder.Id] = held = [];
        held.Add(now.Id);
    }

    private void IndexNew(Item item)
    {
        LastItem = Math.Max(LastItem, item.Id.Number);
        foreach (var past in item.Past)
            _leases[past.Id] = item.Id;
        IndexExternalId(item);
    }

    // Several items may have one externalId (onDuplicate new): keep all of them, so that the newest is found in any order of events.
    private void IndexExternalId(Item item)
    {
        if (item.ExternalId is not { } externalId)
            return;
        if (!_byExternalId.TryGetValue((item.Queue, externalId), out var ids))
            _byExternalId[(item.Queue, externalId)] = ids = [];
        ids.Add(item.Id);
    }

    private void UnindexExternalId(Item item)
    {
        if (item.ExternalId is not { } externalId)
            return;
        var ids = _byExternalId[(item.Queue, externalId)];
        ids.Remove(item.Id);
        if (ids.Count == 0)
            _byExternalId.Remove((item.Queue, externalId));
    }

    // A settled item waits for nothing, even where dependencies were open when it was settled.
    private static IReadOnlyList<ItemId> Awaited(Item? item) =>
        item is { Settled: null } ? item.OpenDependencies : NothingAwaited;

    private void IndexDependencies(IReadOnlyList<ItemId> was, IReadOnlyList<ItemId> now, ItemId item)
    {
        foreach (var dependency in was)
        {
            if (_dependents.TryGetValue(dependency, out var set) && set.Remove(item) && set.Count == 0)
                _dependents.Remove(dependency);
        }
        foreach (var dependency in now)
        {
            if (!_dependents.TryGetValue(dependency, out var set))
                _dependents[dependency] = set = [];
            set.Add(item);
        }
    }

    private void Unindex(Item was, Item now)
    {
        var room = _queues[was.Queue];
        if (was.Queue != now.Queue || was.State != now.State)
            room.Count(was.State, -1);
        if (was.State == ItemState.Queued)
            room.RemoveReady(was);
        if (was.Lease is { } lease)
            UnindexLease(was, lease, now, room);
        if (was.Settled is { } settled)
            _settled.Remove((settled.At, was.Id));
        if (IsUnattended(was))
            _unattended.Remove(was.Id);
        if (was.Queue == now.Queue)
            return;
        UnindexExternalId(was);
        IndexExternalId(now);
    }

    private static bool IsUnattended(Item item) =>
        item.Handoff is not null || item.Lease is { State: LeaseState.Stale };

    private void UnindexLease(Item was, Lease lease, Item now, QueueRoom room)
    {
        if (lease.IsWorking)
            room.Working--;
        if (now.Lease?.Id == lease.Id && was.Queue == now.Queue)
            return;
        room.Owned.Remove(was.Id);
        if (!_heldBy.TryGetValue(lease.Holder.Id, out var held))
            return;
        held.Remove(was.Id);
        if (held.Count == 0)
            _heldBy.Remove(lease.Holder.Id);
    }

    private void Forget(Item item)
    {
        _queues[item.Queue].Count(item.State, -1);
        _items.Remove(item.Id);
        foreach (var past in item.Past)
            _leases.Remove(past.Id);
        UnindexExternalId(item);
        if (item.Settled is { } settled)
            _settled.Remove((settled.At, item.Id));
    }
}
