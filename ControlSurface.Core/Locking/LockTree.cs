using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;

namespace ControlSurface.Core.Locking;

/// <summary>The owner of a lock: an item, or a person's hold. One of the two is set.</summary>
/// <param name="Item">Null for a person's hold.</param>
/// <param name="Hold">Null for an item's lock.</param>
public readonly record struct LockOwner(ItemId? Item, HoldId? Hold);

/// <summary>A lock or hold in the tree.</summary>
/// <param name="Owner">Who holds it.</param>
/// <param name="Target">In canonical form.</param>
/// <param name="Mode">The mode in which it is held.</param>
public readonly record struct Held(LockOwner Owner, string Target, LockMode Mode);

/// <summary>One target of a request that waits.</summary>
/// <param name="Item">The item that waits.</param>
/// <param name="Wait">The seq of the wait.</param>
/// <param name="Target">In canonical form.</param>
/// <param name="Mode">The mode that it waits for.</param>
public readonly record struct Waiting(ItemId Item, long Wait, string Target, LockMode Mode);

/// <summary>
/// All locks, holds and waits by their paths: an index over items and holds that decides nothing. A look-up of everything that touches
/// a path costs the length of the path and the number of results, because branches without a lock are not entered.
/// </summary>
public sealed class LockTree
{
    private readonly Node _root = new();

    internal int HeldCount => _root.HeldBelow;

    internal int WaitCount => _root.WaitingBelow;

    /// <summary>Replaces the locks and waits of an item's old record by those of its new one.</summary>
    internal void Replace(Item? was, Item now)
    {
        // Nearly every change of an item leaves both as they were.
        if (
            was is null
                ? now.Locks.IsEmpty && now.LockWaits.IsEmpty
                : ReferenceEquals(was.Locks, now.Locks) && ReferenceEquals(was.LockWaits, now.LockWaits)
        )
            return;
        if (!ReferenceEquals(was?.Locks, now.Locks))
        {
            var (old, kept) = (was?.Locks ?? [], now.Locks);
            var (k, n) = (0, 0);
            while (k < old.Count || n < kept.Count)
            {
                // Both are in the order of their targets.
                var order =
                    k == old.Count ? 1
                    : n == kept.Count ? -1
                    : string.CompareOrdinal(old[k].Target, kept[n].Target);
                if (order == 0 && old[k].Mode == kept[n].Mode)
                {
                    k++;
                    n++;
                    continue;
                }
                if (order <= 0)
                    Remove(new Held(new LockOwner(now.Id, null), old[k].Target, old[k++].Mode));
                if (order >= 0)
                    Add(new Held(new LockOwner(now.Id, null), kept[n].Target, kept[n++].Mode));
            }
        }
        if (ReferenceEquals(was?.LockWaits, now.LockWaits))
            return;
        foreach (var wait in was?.LockWaits ?? [])
        {
            if (!now.LockWaits.Contains(wait))
                Change(now.Id, wait, add: false);
        }
        foreach (var wait in now.LockWaits)
        {
            if (was is null || !was.LockWaits.Contains(wait))
                Change(now.Id, wait, add: true);
        }
    }

    internal void Add(Held held)
    {
        var path = Walk(held.Target, make: true);
        (path[^1].Held ??= new SortedSet<Held>(Node.HeldOrder)).Add(held);
        foreach (var node in path)
            node.HeldBelow++;
    }

    internal void Remove(Held held)
    {
        var path = Walk(held.Target, make: false);
        path[^1].Held!.Remove(held);
        foreach (var node in path)
            node.HeldBelow--;
        Prune(held.Target, path);
    }

    /// <summary>Locks on the path, above it and below it; in a fixed order.</summary>
    internal IEnumerable<Held> HeldTouching(string path) => Touching(path, n => n.Held, n => n.HeldBelow > 0);

    /// <summary>Waits for the path, for what is above it and below it; in a fixed order.</summary>
    internal IEnumerable<Waiting> WaitingTouching(string path) =>
        Touching(path, n => n.Waiting, n => n.WaitingBelow > 0);

    /// <summary>All locks and waits at a path and below it; everywhere for null.</summary>
    internal IEnumerable<(Held? Held, Waiting? Waiting)> Below(string? path)
    {
        var top = _root;
        if (path is not null)
        {
            foreach (var segment in TargetPath.Segments(path))
            {
                if (top.Children?.GetValueOrDefault(segment) is not { } next)
                    yield break;
                top = next;
            }
        }
        foreach (var node in top.All(n => n.HeldBelow + n.WaitingBelow > 0))
        {
            foreach (var held in node.Held ?? [])
                yield return (held, null);
            foreach (var waiting in node.Waiting ?? [])
                yield return (null, waiting);
        }
    }

    private void Change(ItemId item, LockWait wait, bool add)
    {
        foreach (var ask in wait.Locks)
        {
            var path = Walk(ask.Target, make: add);
            var waiting = new Waiting(item, wait.Seq, ask.Target, ask.Mode);
            if (add)
                (path[^1].Waiting ??= new SortedSet<Waiting>(Node.WaitingOrder)).Add(waiting);
            else
                path[^1].Waiting!.Remove(waiting);
            foreach (var node in path)
                node.WaitingBelow += add ? 1 : -1;
            if (!add)
                Prune(ask.Target, path);
        }
    }

    private IEnumerable<T> Touching<T>(string path, Func<Node, SortedSet<T>?> of, Predicate<Node> hasAny)
    {
        var node = _root;
        foreach (var segment in TargetPath.Segments(path))
        {
            if (node.Children?.GetValueOrDefault(segment) is not { } next || !hasAny(next))
                yield break;
            node = next;
            foreach (var one in of(node) ?? [])
                yield return one;
        }
        foreach (var below in node.Below(hasAny))
        {
            foreach (var one in of(below) ?? [])
                yield return one;
        }
    }

    private List<Node> Walk(string target, bool make)
    {
        var path = new List<Node> { _root };
        foreach (var segment in TargetPath.Segments(target))
        {
            var node = path[^1];
            if (node.Children?.GetValueOrDefault(segment) is not { } next)
            {
                if (!make)
                    throw new KeyNotFoundException(target);
                (node.Children ??= new SortedDictionary<string, Node>(StringComparer.Ordinal))[segment] = next =
                    new Node();
            }
            path.Add(next);
        }
        return path;
    }

    // Remove empty nodes, so that the tree does not grow with the history.
    private static void Prune(string target, List<Node> path)
    {
        var segments = TargetPath.Segments(target).ToArray();
        for (var k = path.Count - 1; k > 0; k--)
        {
            if (path[k].HeldBelow + path[k].WaitingBelow > 0)
                return;
            path[k - 1].Children!.Remove(segments[k - 1]);
        }
    }

    private sealed class Node
    {
        internal SortedDictionary<string, Node>? Children { get; set; }
        internal SortedSet<Held>? Held { get; set; }
        internal SortedSet<Waiting>? Waiting { get; set; }
        internal int HeldBelow { get; set; }
        internal int WaitingBelow { get; set; }

        internal IEnumerable<Node> Below(Predicate<Node> hasAny)
        {
            foreach (var child in Children?.Values ?? Enumerable.Empty<Node>())
            {
                if (!hasAny(child))
                    continue;
                foreach (var node in child.All(hasAny))
                    yield return node;
            }
        }

        internal IEnumerable<Node> All(Predicate<Node> hasAny)
        {
            yield return this;
            foreach (var node in Below(hasAny))
                yield return node;
        }

        internal static readonly Comparer<Held> HeldOrder = Comparer<Held>.Create(
            (a, b) =>
                a.Owner.Item is { } x && b.Owner.Item is { } y ? x.CompareTo(y)
                : a.Owner.Hold is { } h && b.Owner.Hold is { } i ? h.CompareTo(i)
                : a.Owner.Item is null ? 1
                : -1
        );

        internal static readonly Comparer<Waiting> WaitingOrder = Comparer<Waiting>.Create(
            (a, b) => a.Wait.CompareTo(b.Wait)
        );
    }
}
