using ControlSurface.Core.Items;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Workspaces;

public sealed partial class Workspace
{
    private readonly SortedDictionary<HoldId, TargetHold> _holds = [];
    private readonly SortedSet<(DateTimeOffset At, HoldId Hold)> _holdDue = [];

    /// <inheritdoc/>
    public int LastHold { get; private set; }

    /// <inheritdoc/>
    public LockTree Locks { get; } = new();

    /// <summary>How many locks and holds there are; a target that several share counts for each.</summary>
    public int LockCount => Locks.HeldCount;

    /// <summary>How many targets are waited for; a target counts once for each request that waits for it.</summary>
    public int LockWaitCount => Locks.WaitCount;

    /// <inheritdoc/>
    public IEnumerable<LockWait> LockWaits
    {
        get
        {
            var seen = new SortedDictionary<long, ItemId>();
            foreach (var (_, waiting) in Locks.Below(path: null))
            {
                if (waiting is { } one)
                    seen[one.Wait] = one.Item;
            }
            return seen.Select(w => FindItem(w.Value)!.LockWaits.Find(x => x.Seq == w.Key)!);
        }
    }

    /// <summary>The requests that this lock of the item keeps waiting, each once, in the order in which they came.</summary>
    public IEnumerable<(Item Item, LockWait Wait)> WaitingBehind(ItemId item, HeldLock held) =>
        Locks
            .WaitingTouching(held.Target)
            .Where(w => w.Item != item && LockPlan.Conflict(w.Mode, held.Mode))
            .OrderBy(w => w.Wait)
            .DistinctBy(w => w.Wait)
            .Select(w => (FindItem(w.Item)!, FindItem(w.Item)!.LockWaits.Find(x => x.Seq == w.Wait)!));

    /// <inheritdoc/>
    public IEnumerable<TargetHold> Holds => _holds.Values;

    /// <inheritdoc/>
    public TargetHold? FindHold(HoldId id) => _holds.GetValueOrDefault(id);

    private void FollowHold(HoldEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case HoldEvent.Began e:
                PutHold(new TargetHold(e.Hold, e.Target, e.Mode, recorded.By, e.ByName, e.Why, recorded.At, e.Until));
                break;
            case HoldEvent.Ended e:
                var hold = _holds[e.Hold];
                _holds.Remove(e.Hold);
                _holdDue.Remove((hold.Until, hold.Id));
                Locks.Remove(HeldBy(hold));
                break;
        }
    }

    private void PutHold(TargetHold hold)
    {
        _holds[hold.Id] = hold;
        _holdDue.Add((hold.Until, hold.Id));
        LastHold = Math.Max(LastHold, hold.Id.Number);
        Locks.Add(HeldBy(hold));
    }

    private static Held HeldBy(TargetHold hold) => new(new LockOwner(null, hold.Id), hold.Target, hold.Mode);

    // A wait counts against every target that caused it, whoever held it.
    private void CountWait(IReadOnlyList<string> causedBy, long waitedMs, Recorded recorded)
    {
        var queue = recorded.Event.ItemId is { } id ? _items.Find(id)?.Queue : null;
        foreach (var target in causedBy)
        {
            CountLockWait(queue, target, waitedMs, recorded);
            var known = FindTarget(target) ?? TargetState.Unknown(target, recorded.Seq);
            _targets[target] = known with { Waits = known.Waits + 1, WaitedMs = known.WaitedMs + waitedMs };
        }
    }
}
