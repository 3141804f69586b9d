using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// What always holds of locks (DESIGN.md 1, 10, 11, 12), found by comparing every lock with every other: nothing here knows
/// of the tree that the rules use.
/// </summary>
internal static class LockLaw
{
    internal static void Check(Workspace at, Ledger ledger, DateTimeOffset now, Action<int, string> broken)
    {
        if (at.LockCount + at.LockWaitCount + ledger.Locks.Count == 0)
            return;
        List<Item> items = [.. at.Items().Where(i => i.Locks.Count + i.LockWaits.Count > 0)];
        if (items.Sum(i => i.Locks.Count) != ledger.Locks.Count)
            broken(
                10,
                $"{ledger.Locks.Count} locks were granted and not released, and {items.Sum(i => i.Locks.Count)} are held"
            );
        List<TargetHold> holds = [.. at.Holds];
        if (at.LockCount != ledger.Locks.Count + holds.Count)
            broken(12, $"{at.LockCount} locks are counted, {ledger.Locks.Count} held and {holds.Count} by people");
        foreach (var hold in holds)
        {
            if (hold.Until <= now)
                broken(9, $"{hold.Id} is held beyond its time");
            if (
                items.Exists(i =>
                    i.Locks.Exists(l => Keeps(l.Target, l.Mode, new RequestedLock(hold.Target, hold.Mode)))
                )
            )
                broken(1, $"{hold.Id} holds {hold.Target}, which is locked");
        }
        foreach (var item in items)
        {
            CheckItem(at, item, ledger, now, broken);
            foreach (var other in items)
                CheckPair(item, other, broken);
        }
        CheckWaits(items, holds, broken);
    }

    private static void CheckWaits(List<Item> items, List<TargetHold> holds, Action<int, string> broken)
    {
        List<(Item Item, LockWait Wait)> waits =
        [
            .. items.SelectMany(i => i.LockWaits.Select(w => (Item: i, Wait: w))).OrderBy(w => w.Wait.Seq),
        ];
        var behind = new Dictionary<ItemId, HashSet<ItemId>>();
        foreach (var (item, wait) in waits)
        {
            var blockers = BlockersOf(item, wait, items, waits).Select(i => i.Id).ToHashSet();
            if (blockers.Count == 0 && !holds.Exists(h => wait.Locks.Any(l => Keeps(h.Target, h.Mode, l))))
                broken(9, $"{item.Id} waits for what nothing keeps from it");
            if (behind.TryGetValue(item.Id, out var known))
                known.UnionWith(blockers);
            else
                behind[item.Id] = blockers;
        }
        foreach (var id in behind.Keys)
        {
            if (Reaches(id, id, behind, []))
                broken(11, $"{id} waits for itself");
        }
    }

    private static bool Reaches(
        ItemId from,
        ItemId back,
        Dictionary<ItemId, HashSet<ItemId>> behind,
        HashSet<ItemId> seen
    )
    {
        foreach (var next in behind.GetValueOrDefault(from) ?? [])
        {
            if (next == back || (seen.Add(next) && Reaches(next, back, behind, seen)))
                return true;
        }
        return false;
    }

    private static void CheckItem(
        Workspace at,
        Item item,
        Ledger ledger,
        DateTimeOffset now,
        Action<int, string> broken
    )
    {
        if (item.Locks.Count > 0 && item.Lease is null && item.Handoff is null)
            broken(11, $"{item.Id} has locks and is nobody's");
        foreach (var held in item.Locks)
        {
            if (ledger.Locks.GetValueOrDefault((item.Id, held.Target), (LockMode)(-1)) != held.Mode)
                broken(10, $"{item.Id} has {held.Target} {held.Mode}, and the journal says otherwise");
            if (!at.Locks.HeldTouching(held.Target).Any(h => h.Owner.Item == item.Id && h.Target == held.Target))
                broken(12, $"{held.Target} does not find {item.Id}");
        }
        foreach (var wait in item.LockWaits)
        {
            if (item.Lease is not { IsLive: true } lease || lease.Id != wait.Lease)
                broken(11, $"{item.Id} waits for locks without its lease");
            if (wait.Until <= now)
                broken(9, $"{item.Id} waits beyond its time");
        }
    }

    private static void CheckPair(Item one, Item other, Action<int, string> broken)
    {
        if (one.Id.Number >= other.Id.Number)
            return;
        foreach (var a in one.Locks)
        {
            foreach (var b in other.Locks)
            {
                if (Touch(a.Target, b.Target) && (a.Mode == LockMode.Exclusive || b.Mode == LockMode.Exclusive))
                    broken(1, $"{one.Id} has {a.Target} {a.Mode} and {other.Id} {b.Target} {b.Mode}");
            }
        }
    }

    private static IEnumerable<Item> BlockersOf(
        Item item,
        LockWait wait,
        List<Item> items,
        List<(Item Item, LockWait Wait)> waits
    )
    {
        foreach (var ask in wait.Locks)
        {
            foreach (var other in items)
            {
                if (other.Id != item.Id && other.Locks.Exists(l => Keeps(l.Target, l.Mode, ask)))
                    yield return other;
            }
            foreach (var (other, earlier) in waits)
            {
                if (
                    other.Id != item.Id
                    && earlier.Seq < wait.Seq
                    && earlier.Locks.Any(l => Keeps(l.Target, l.Mode, ask))
                )
                    yield return other;
            }
        }
    }

    internal static bool Keeps(string target, LockMode mode, RequestedLock ask) =>
        Touch(target, ask.Target) && (mode == LockMode.Exclusive || ask.Mode == LockMode.Exclusive);

    private static bool Touch(string a, string b) => Covers(a, b) || Covers(b, a);

    // API.md, Locks and targets, written down a second time.
    internal static bool Covers(string above, string below) =>
        below == above
        || (
            below.Length > above.Length
            && below.StartsWith(above, StringComparison.Ordinal)
            && (below[above.Length] is '/' or '#')
        );
}
