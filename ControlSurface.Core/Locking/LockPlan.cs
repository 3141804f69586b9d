using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Locking;

/// <summary>What is in the way of a lock request: a lock or hold, or an earlier request that waits. One of the two is set.</summary>
internal readonly record struct Blocker(Held? Held, Waiting? Waiting)
{
    internal string Target => Held?.Target ?? Waiting!.Value.Target;

    internal LockMode Mode => Held?.Mode ?? Waiting!.Value.Mode;

    /// <summary>The item that holds or waits; null for a person's hold.</summary>
    internal ItemId? Item => Held is { } held ? held.Owner.Item : Waiting!.Value.Item;
}

/// <summary>The locks as they would be after some events that are not evolved yet.</summary>
internal sealed class LockPlan(ILocks at)
{
    private readonly HashSet<(LockOwner Owner, string Target)> _gone = [];
    private readonly List<Held> _added = [];
    private readonly HashSet<long> _ended = [];
    private readonly HashSet<string> _freed = new(StringComparer.Ordinal);

    /// <summary>What is in the way of a request, found lazily: for each target, locks and holds first.</summary>
    /// <param name="item">The item that asks; its own locks and waits are never in its way. Null for a person's hold.</param>
    /// <param name="before">Only waits with a smaller seq are in the way.</param>
    /// <param name="isWithin">
    /// Whether targets that the item has locked already, from above, need not queue behind waiters. True only for a grant at once,
    /// which keeps nobody from anything new. False for a wait: what it waits behind must not change while it waits, or cycles could
    /// close without any request.
    /// </param>
    internal IEnumerable<Blocker> BlockersOf(
        Item? item,
        IReadOnlyList<RequestedLock> asks,
        long before,
        bool isWithin = false
    )
    {
        foreach (var ask in asks)
        {
            if (isWithin && item?.IsLocked(ask.Target, ask.Mode) == true)
                continue;
            foreach (var held in at.Locks.HeldTouching(ask.Target))
            {
                if (IsInTheWay(item, ask, held) && !_gone.Contains((held.Owner, held.Target)))
                    yield return new Blocker(held, null);
            }
            foreach (var held in _added)
            {
                if (IsInTheWay(item, ask, held) && TargetPath.Touches(held.Target, ask.Target))
                    yield return new Blocker(held, null);
            }
            foreach (var waiting in at.Locks.WaitingTouching(ask.Target))
            {
                if (
                    waiting.Wait < before
                    && waiting.Item != item?.Id
                    && !_ended.Contains(waiting.Wait)
                    && Conflict(waiting.Mode, ask.Mode)
                )
                    yield return new Blocker(null, waiting);
            }
        }
    }

    /// <summary>Applies an event to the plan; ignores events that change no lock.</summary>
    internal void Apply(Event happened)
    {
        switch (happened)
        {
            case LockEvent.Released e:
                foreach (var target in e.Targets)
                {
                    _gone.Add((new LockOwner(e.Item, null), target));
                    _freed.Add(target);
                }
                break;
            case LockEvent.Acquired e:
                Grant(e.Item, e.Locks);
                if (e.Wait is { } served)
                    _ended.Add(served);
                break;
            case LockEvent.GaveUp { Wait: { } wait } e:
                _ended.Add(wait);
                foreach (var ask in at.FindItem(e.Item)?.LockWaits.Find(w => w.Seq == wait)?.Locks ?? [])
                    _freed.Add(ask.Target);
                break;
            case HoldEvent.Ended e:
                _gone.Add((new LockOwner(null, e.Hold), e.Target));
                _freed.Add(e.Target);
                break;
            default:
                break; // Others: free and take no lock, and end no wait that stood in line.
        }
    }

    /// <summary>
    /// The waiting requests that can have all of their locks now, in the order in which they came. Grants them in the plan.
    /// </summary>
    internal IEnumerable<(Item Item, LockWait Wait)> Served()
    {
        var candidates = new SortedDictionary<long, ItemId>();
        foreach (var target in _freed)
        {
            foreach (var waiting in at.Locks.WaitingTouching(target))
            {
                if (!_ended.Contains(waiting.Wait))
                    candidates[waiting.Wait] = waiting.Item;
            }
        }
        foreach (var (seq, id) in candidates)
        {
            var item = at.FindItem(id)!;
            var wait = item.LockWaits.Find(w => w.Seq == seq)!;
            if (BlockersOf(item, wait.Locks, seq).Any())
                continue;
            _ended.Add(seq);
            Grant(id, wait.Locks);
            yield return (item, wait);
        }
    }

    internal static bool Conflict(LockMode a, LockMode b) => a == LockMode.Exclusive || b == LockMode.Exclusive;

    private void Grant(ItemId item, IReadOnlyList<RequestedLock> locks)
    {
        foreach (var ask in locks)
            _added.Add(new Held(new LockOwner(item, null), ask.Target, ask.Mode));
    }

    private static bool IsInTheWay(Item? item, RequestedLock ask, Held held) =>
        (item is null || held.Owner.Item != item.Id) && Conflict(held.Mode, ask.Mode);
}
