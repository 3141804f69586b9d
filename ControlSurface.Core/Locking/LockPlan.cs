using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Targets;

namespace ControlSurface.Core.Locking;

/// <summary>What stands in a request's way: a lock, or an earlier request that waits; one of the two.</summary>
internal readonly record struct Blocker(Held? Held, Waiting? Waiting)
{
    internal string Target => Held?.Target ?? Waiting!.Value.Target;

    internal LockMode Mode => Held?.Mode ?? Waiting!.Value.Mode;

    /// <summary>The item whose it is; null for a person's hold.</summary>
    internal ItemId? Item => Held is { } held ? held.Owner.Item : Waiting!.Value.Item;
}

/// <summary>The locks as they would be after some events: the workspace's tree, and what the events change in it.</summary>
internal sealed class LockPlan(ILocks at)
{
    private readonly HashSet<(LockOwner Owner, string Target)> _gone = [];
    private readonly List<Held> _added = [];
    private readonly HashSet<long> _ended = [];
    private readonly HashSet<string> _freed = new(StringComparer.Ordinal);

    /// <summary>What keeps the asks from being granted; lazily, locks first.</summary>
    /// <param name="item">Whose they are; its own locks and waits are never in its way. Null for a person's hold.</param>
    /// <param name="before">Only waits that began earlier than this are in the way.</param>
    /// <param name="isWithin">
    /// Whether nobody is waited behind within what the item has already. True for what is granted at once: it keeps nobody
    /// from anything that they were not kept from before. Never for a wait: what it is behind may not change while it
    /// waits, or cycles could close with nobody context for anything.
    /// </param>
    internal IEnumerable<Blocker> BlockersOf(
        Item? item,
        IReadOnlyList<LockAsk> asks,
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

    /// <summary>Takes the event in.</summary>
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
        }
    }

    /// <summary>Those who have all that they wait for now, in the order in which they came.</summary>
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

    private void Grant(ItemId item, IReadOnlyList<LockAsk> locks)
    {
        foreach (var ask in locks)
            _added.Add(new Held(new LockOwner(item, null), ask.Target, ask.Mode));
    }

    private static bool IsInTheWay(Item? item, LockAsk ask, Held held) =>
        (item is null || held.Owner.Item != item.Id) && Conflict(held.Mode, ask.Mode);
}
