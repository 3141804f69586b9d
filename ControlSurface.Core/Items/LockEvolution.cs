using System.Collections.Immutable;
using System.Diagnostics;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;

namespace ControlSurface.Core.Items;

/// <summary>An item's locks and lock requests after an event.</summary>
internal static class LockEvolution
{
    internal static Item Evolve(Item item, LockEvent happened, Recorded recorded)
    {
        switch (happened)
        {
            case LockEvent.Acquired e:
                var locks = item.Locks.ToBuilder();
                foreach (var ask in e.Locks)
                {
                    var held = new HeldLock(ask.Target, ask.Mode, e.Lease, recorded.At, recorded.Seq);
                    var at = IndexOf(locks, ask.Target);
                    // A request for a shared lock does not weaken an exclusive one that was granted meanwhile.
                    if (at >= 0 && locks[at].Gives(ask.Mode))
                        continue;
                    if (at >= 0)
                        locks[at] = held;
                    else
                        locks.Insert(~at, held);
                }
                return item with
                {
                    Locks = locks.ToImmutable(),
                    LockWaits = e.Wait is { } wait ? item.LockWaits.RemoveAll(w => w.Seq == wait) : item.LockWaits,
                };
            case LockEvent.Released e:
                var left = item.Locks.ToBuilder();
                foreach (var target in e.Targets)
                {
                    if (IndexOf(left, target) is >= 0 and var gone)
                        left.RemoveAt(gone);
                }
                return item with { Locks = left.ToImmutable() };
            case LockEvent.Waited e:
                return item with
                {
                    LockWaits = item.LockWaits.Add(
                        new LockWait(recorded.Seq, e.Lease, e.Locks, recorded.At, e.Until, e.CausedBy)
                    ),
                };
            case LockEvent.GaveUp e:
                return item with { LockWaits = item.LockWaits.RemoveAll(w => w.Seq == e.Wait) };
            default:
                throw new UnreachableException(happened.GetType().Name);
        }
    }

    /// <summary>The index of the target's lock; the bitwise complement of where it would be inserted where there is none.</summary>
    internal static int IndexOf(IReadOnlyList<HeldLock> locks, string target)
    {
        var (low, high) = (0, locks.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(locks[middle].Target, target);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}
