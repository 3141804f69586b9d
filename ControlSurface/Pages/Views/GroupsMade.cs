using ControlSurface.Components;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Live;

namespace ControlSurface.Pages.Views;

/// <summary>
/// The groups of one view of Now, and what each was made from. A thousand pages look at each commit, and it mostly touches one queue:
/// what did not change is not made again, and is not drawn again because it is the same object.
/// </summary>
/// <param name="then">The past moment that the board is of; null for now.</param>
/// <param name="hopeless">Items that wait for a review on which nobody can decide.</param>
/// <param name="most">How many groups there may be.</param>
internal sealed class GroupsMade(Viewer you, PastMoment? then, HashSet<ItemId> hopeless, int most)
{
    internal static readonly GroupsMade None = new(Viewer.Nobody, then: null, [], most: 0);

    private readonly Viewer _you = you;
    private readonly PastMoment? _then = then;
    private readonly HashSet<ItemId> _hopeless = hopeless;
    private readonly Dictionary<string, (Source From, WorkGroup<WorkRowView> Group)> _groups = new(
        most,
        StringComparer.Ordinal
    );

    /// <summary>The group of a queue: that of the view before where it would be drawn the same.</summary>
    /// <param name="items">The items that are listed, in order.</param>
    internal WorkGroup<WorkRowView> Add(Board board, QueueBoard queue, IReadOnlyList<Item> items, GroupsMade? before)
    {
        var from = new Source(queue.Queue, items, queue.CountOf(ItemState.Queued), queue.CountOf(ItemState.Stale));
        var group =
            Find(from, before) is { } known && known.From == from
                ? known.Group
                : Newest(Make(board, queue, items), Find(from, before)?.Group);
        _groups[queue.Name] = (from, group);
        return group;
    }

    // Rows say who reads them, when, and what nobody can decide on.
    private (Source From, WorkGroup<WorkRowView> Group)? Find(Source from, GroupsMade? before) =>
        before is not null
        && before._you == _you
        && before._then == _then
        && before._hopeless.SetEquals(_hopeless)
        && before._groups.TryGetValue(from.Queue.Name, out var known)
            ? known
            : null;

    private static WorkGroup<WorkRowView> Newest(WorkGroup<WorkRowView> made, WorkGroup<WorkRowView>? before)
    {
        if (before is null)
            return made;
        var (rows, earlier) = (RowsOf(made), RowsOf(before));
        rows.Know(earlier);
        if (!ViewEquality.AreSame(made, before))
            return made;
        earlier.Adopt(rows);
        return before;
    }

    private static LazyRows<Item, WorkRowView> RowsOf(WorkGroup<WorkRowView> group) =>
        (LazyRows<Item, WorkRowView>)group.Rows;

    private WorkGroup<WorkRowView> Make(Board board, QueueBoard queue, IReadOnlyList<Item> items)
    {
        var facts = new List<string> { $"{Words.Count(queue.LiveCount)} owned" };
        if (queue.CountOf(ItemState.Queued) is > 0 and var waiting)
            facts.Add($"{Words.Count(waiting)} queued");
        facts.Add($"lease {Words.Left(TimeSpan.FromSeconds(queue.Queue.Policy.LeaseSeconds))}");
        if (queue.CountOf(ItemState.Stale) is > 0 and var stale)
            facts.Add($"{Words.Count(stale)} stale");
        if (_hopeless.Count > 0 && StuckIn(board, queue, items) is > 0 and var stuck)
            facts.Insert(0, $"{Words.Plural(stuck, "review")} that nobody can decide on");
        if (queue.Queue.Pause is not null)
            facts.Insert(0, "paused");
        var rows = new LazyRows<Item, WorkRowView>(
            items,
            item => LeaseWords.Row(item, _you, _then?.At, _hopeless.Contains(item.Id)),
            item => item.Id.Text
        );
        return new WorkGroup<WorkRowView>(
            queue.Name,
            facts,
            rows,
            items.Count,
            $"queues/{Uri.EscapeDataString(queue.Name)}"
        );
    }

    // Where all that is owned is listed, few are looked up instead of many looked at.
    private int StuckIn(Board board, QueueBoard queue, IReadOnlyList<Item> listed) =>
        ReferenceEquals(listed, queue.Owned)
            ? _hopeless.Count(id => board.Find(id) is { Lease: not null } item && item.Queue == queue.Name)
            : listed.Count(item => _hopeless.Contains(item.Id));

    // All that a group says follows from these. Lists are compared by their identity.
    private sealed record Source(Queue Queue, IReadOnlyList<Item> Items, int Queued, int Stale)
    {
        public bool Equals(Source? other) =>
            other is not null
            && ReferenceEquals(Queue, other.Queue)
            && ReferenceEquals(Items, other.Items)
            && (Queued, Stale) == (other.Queued, other.Stale);

        public override int GetHashCode() => HashCode.Combine(Items.Count, Queued, Stale);
    }
}
