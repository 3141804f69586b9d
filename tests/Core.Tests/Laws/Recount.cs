using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// Law 12: every count, order and index of a workspace made anew from the items alone, and compared. Loops instead of
/// queries, because it runs a million times.
/// </summary>
internal sealed class Recount
{
    private static readonly ItemState[] States = Enum.GetValues<ItemState>();
    private readonly List<Item> _items = [];
    private readonly List<Item> _ready = [];
    private readonly List<ItemId> _found = [];
    private readonly int[] _counts = new int[States.Length];

    internal void Compare(Workspace at, Action<int, string> broken)
    {
        _items.Clear();
        _items.AddRange(at.Items());
        if (_items.Count != at.ItemCount)
            broken(12, $"{at.ItemCount} items are counted and {_items.Count} found");
        foreach (var room in at.Queues)
            CompareRoom(room, broken);
        foreach (var who in People.All)
        {
            _found.Clear();
            foreach (var item in _items)
            {
                if (item.Lease?.Holder.Id == who.Id)
                    _found.Add(item.Id);
            }
            Same(at.HeldBy(who.Id), $"what {who.Name} holds", broken);
        }
        CompareFinders(at, broken);
    }

    private void CompareFinders(Workspace at, Action<int, string> broken)
    {
        DateTimeOffset? next = null;
        foreach (var item in _items)
        {
            if (item.NextDueAt is { } due && (next is null || due < next))
                next = due;
            _found.Clear();
            foreach (var other in _items)
            {
                if (other.Settled is null && other.OpenDependencies.Contains(item.Id))
                    _found.Add(other.Id);
            }
            Same(at.DependentsOf(item.Id), $"what waits for {item.Id}", broken);
            if (item.ExternalId is { } externalId && at.FindByExternalId(item.Queue, externalId) is null)
                broken(12, $"{externalId} does not find {item.Id}");
            else if (item.ExternalId is { } known && at.FindByExternalId(item.Queue, known)!.Id.Number < item.Id.Number)
                broken(12, $"{known} does not find the newest item that has it");
            if (item.Lease is { } lease && at.FindItemOf(lease.Id) != item)
                broken(12, $"{lease.Id} does not find {item.Id}");
            foreach (var past in item.Past)
            {
                if (at.FindItemOf(past.Id) != item)
                    broken(12, $"{past.Id} does not find {item.Id}");
            }
        }
        foreach (var hold in at.Holds)
        {
            if (next is null || hold.Until < next)
                next = hold.Until;
        }
        foreach (var absence in at.Absences)
        {
            if (next is null || absence.Until < next)
                next = absence.Until;
        }
        if (at.NextDueAt != next)
            broken(12, $"the next alarm is {at.NextDueAt:O} and should be {next:O}");
    }

    private void CompareRoom(QueueRoom room, Action<int, string> broken)
    {
        Array.Clear(_counts);
        _ready.Clear();
        _found.Clear();
        var working = 0;
        foreach (var item in _items)
        {
            if (item.Queue != room.Queue.Name)
                continue;
            var state = LawBook.StateOf(item);
            _counts[(int)state]++;
            if (state == ItemState.Queued)
                _ready.Add(item);
            if (item.Lease is null)
                continue;
            _found.Add(item.Id);
            if (item.Lease.State is LeaseState.Claimed or LeaseState.Active)
                working++;
        }
        foreach (var state in States)
        {
            if (room.CountOf(state) != _counts[(int)state])
                broken(12, $"{room.Queue.Name} counts {room.CountOf(state)} {state} and has {_counts[(int)state]}");
        }
        if (room.Working != working)
            broken(12, $"{room.Queue.Name} counts {room.Working} at work and has {working}");
        if (!room.Owned.SequenceEqual(_found))
            broken(12, $"what is owned in {room.Queue.Name} is not what the items say");
        _ready.Sort(InQueueOrder);
        var k = 0;
        foreach (var place in room.Ready)
        {
            if (k >= _ready.Count || _ready[k++].Id != place.Item)
            {
                broken(12, $"the order of {room.Queue.Name} is not that of the contract");
                return;
            }
        }
        if (k != _ready.Count)
            broken(12, $"{room.Queue.Name} does not offer all that is ready");
        foreach (var label in _ready.SelectMany(i => i.Labels).Distinct(StringComparer.Ordinal))
        {
            if (
                !room.ReadyWith([label])
                    .Select(p => p.Item)
                    .SequenceEqual(_ready.Where(i => i.Labels.Contains(label)).Select(i => i.Id))
            )
                broken(12, $"{room.Queue.Name} does not find all that is ready by the label {label}");
        }
    }

    // API.md, Objects: (priority 0 first … 9; readyAt; seq).
    private static int InQueueOrder(Item a, Item b)
    {
        var order = a.Priority.CompareTo(b.Priority);
        if (order == 0)
            order = a.ReadyAt.CompareTo(b.ReadyAt);
        return order == 0 ? a.ReadySeq.CompareTo(b.ReadySeq) : order;
    }

    private void Same(IEnumerable<Item> indexed, string what, Action<int, string> broken)
    {
        var k = 0;
        foreach (var item in indexed)
        {
            if (k >= _found.Count || _found[k++] != item?.Id)
            {
                broken(12, $"{what} is not what the items say");
                return;
            }
        }
        if (k != _found.Count)
            broken(12, $"{what} is less than what the items say");
    }
}
