using ControlSurface.Core.Items;

namespace ControlSurface.Core.Workspaces;

/// <summary>
/// Finds the item that is due next. The item alone says when (<see cref="Item.NextDueAt"/>); this list is an index. An instant that
/// moved later is corrected only when its entry comes up, so that a renewal costs nothing here.
/// </summary>
internal sealed class DueList
{
    private readonly PriorityQueue<ItemId, (long Ms, int Number)> _queue = new();
    private readonly Dictionary<ItemId, long> _first = [];

    internal void Schedule(ItemId item, DateTimeOffset due)
    {
        var ms = due.ToUnixTimeMilliseconds();
        if (_first.TryGetValue(item, out var first) && first <= ms)
            return;
        _first[item] = ms;
        _queue.Enqueue(item, (ms, item.Number));
    }

    /// <summary>
    /// Drops an item that has nothing due any more. Its entry would otherwise stay until its instant came, and finished work would fill
    /// memory with such entries.
    /// </summary>
    internal void Drop(ItemId item)
    {
        if (!_first.Remove(item) || _queue.Count < 1_000 || _first.Count > _queue.Count / 2)
            return;
        _queue.Clear();
        foreach (var (left, ms) in _first)
            _queue.Enqueue(left, (ms, left.Number));
    }

    /// <summary>The instant at which the first item is due; null where none is. Outdated entries are dropped on the way.</summary>
    internal DateTimeOffset? Next(ItemTable items) => Peek(items)?.NextDueAt;

    /// <summary>The first item that is due by an instant, ties in the order of ids; null where none is.</summary>
    internal Item? DueBy(DateTimeOffset now, ItemTable items) =>
        Peek(items) is { } item && item.NextDueAt <= now ? item : null;

    /// <summary>Drops the first item until it is scheduled again.</summary>
    internal void SetAsideFirst()
    {
        if (_queue.TryDequeue(out var id, out _))
            _first.Remove(id);
    }

    private Item? Peek(ItemTable items)
    {
        while (_queue.TryPeek(out var id, out var at))
        {
            var item = items.Find(id);
            var due = item?.NextDueAt?.ToUnixTimeMilliseconds();
            if (due == at.Ms)
                return item;
            _queue.Dequeue();
            if (_first.GetValueOrDefault(id) != at.Ms)
                continue; // An earlier entry of the item replaced this one.
            _first.Remove(id);
            if (due is { } later)
                Schedule(id, DateTimeOffset.FromUnixTimeMilliseconds(later));
        }
        return null;
    }
}
