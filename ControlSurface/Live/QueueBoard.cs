using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Live;

/// <summary>One queue of a board. Nothing of it changes once its board is handed out, so the next board may go on with its parts.</summary>
public sealed class QueueBoard(Queue queue, IReadOnlyList<FlowMinute> flow, IReadOnlyList<int> byState)
{
    private static readonly Comparer<Item> ByEnd = Comparer<Item>.Create(Compare);

    private List<Item> _owned = [];
    private List<Item> _spent = [];
    private Lazy<OwnedFacts> _facts = new(() => OwnedFacts.None);
    private Lazy<ILookup<(PrincipalId, string?), Item>> _spentBy = new(() => By([]));

    /// <summary>The queue with its policy.</summary>
    public Queue Queue { get; } = queue;

    /// <summary>The queue's name.</summary>
    public string Name => Queue.Name;

    /// <summary>The last hour by minute, oldest first; minutes without anything are left out.</summary>
    public IReadOnlyList<FlowMinute> Flow { get; } = flow;

    /// <summary>
    /// Items with a current lease: stale ones first, longest stale at the top; then by what ends first; then stopped clocks.
    /// </summary>
    public IReadOnlyList<Item> Owned => _owned;

    /// <summary>What is said of <see cref="Owned"/> as a whole; found when somebody asks first.</summary>
    internal OwnedFacts Facts => _facts.Value;

    /// <summary>Its items that were parked after the run's attempt, which was the last that they had; in no order.</summary>
    internal IEnumerable<Item> SpentBy(PrincipalId principal, string run) => _spentBy.Value[(principal, run)];

    /// <summary>Since when the item waits that is available for longest; null where none is.</summary>
    public DateTimeOffset? OldestQueuedAt { get; private set; }

    /// <summary>How many of its items are in that state.</summary>
    public int CountOf(ItemState state) => byState[(int)state];

    /// <summary>Live leases.</summary>
    public int LiveCount => _owned.Count - CountOf(ItemState.Stale);

    /// <summary>Live leases of people.</summary>
    public int LiveByPeople => Facts.LiveByPeople;

    /// <summary>Sorts all items into their queues.</summary>
    internal static IReadOnlyList<QueueBoard> Sort(List<QueueBoard> queues, Item[] items)
    {
        var byName = queues.ToDictionary(queue => queue.Name, StringComparer.Ordinal);
        foreach (var queue in queues)
            (queue._owned, queue._spent, queue.OldestQueuedAt) = ([], [], null);
        foreach (var item in items)
            byName[item.Queue].Add(item);
        foreach (var queue in queues)
        {
            queue._owned.Sort(ByEnd);
            queue.Own(queue._owned);
            queue.Spend(queue._spent);
        }
        return queues;
    }

    /// <summary>Sorts what changed since an earlier board into the order that it had.</summary>
    /// <param name="items">All items in the order of their ids.</param>
    /// <param name="itemsBefore">All items of the earlier board, in the same order.</param>
    internal static IReadOnlyList<QueueBoard> SortAfter(
        List<QueueBoard> queues,
        Item[] items,
        IReadOnlyList<QueueBoard> before,
        Item[] itemsBefore
    )
    {
        var changes = ItemChanges.Between(itemsBefore, items);
        var known = before.ToDictionary(queue => queue.Name, StringComparer.Ordinal);
        var unknownOldest = new Dictionary<string, QueueBoard>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            var was = known.GetValueOrDefault(queue.Name);
            if (!queue.GoOn(was, changes.GetValueOrDefault(queue.Name)))
                unknownOldest.Add(queue.Name, queue);
        }
        // What waited for longest was taken from these: the next is found by one look at all.
        if (unknownOldest.Count > 0)
        {
            foreach (var item in items)
            {
                if (item.Lease is null && unknownOldest.TryGetValue(item.Queue, out var queue))
                    queue.Wait(item);
            }
        }
        return queues;
    }

    // False where it has to be found anew since when its oldest item waits.
    private bool GoOn(QueueBoard? was, ItemChanges? changes)
    {
        if (was is not null)
        {
            (_owned, _facts, OldestQueuedAt) = (was._owned, was._facts, was.OldestQueuedAt);
            (_spent, _spentBy) = (was._spent, was._spentBy);
        }
        if (changes is null)
            return true;
        if (changes.Left.Exists(item => item.Lease is not null) || changes.Came.Exists(item => item.Lease is not null))
        {
            List<Item> owned = [.. _owned];
            foreach (var item in changes.Left.Where(item => item.Lease is not null))
                owned.RemoveAt(owned.BinarySearch(item, ByEnd));
            foreach (var item in changes.Came.Where(item => item.Lease is not null))
                owned.Insert(~owned.BinarySearch(item, ByEnd), item);
            Own(owned);
        }
        if (changes.Left.Exists(IsSpent) || changes.Came.Exists(IsSpent))
        {
            var left = changes.Left.ToHashSet<Item>(ReferenceEqualityComparer.Instance);
            Spend([.. _spent.Where(item => !left.Contains(item)), .. changes.Came.Where(IsSpent)]);
        }
        if (changes.Left.Exists(item => item.State == ItemState.Queued && item.ReadyAt == OldestQueuedAt))
        {
            OldestQueuedAt = null;
            return false;
        }
        changes.Came.ForEach(Wait);
        return true;
    }

    private void Own(List<Item> owned)
    {
        _owned = owned;
        _facts = new Lazy<OwnedFacts>(() => OwnedFacts.Of(owned));
    }

    private void Spend(List<Item> spent)
    {
        _spent = spent;
        _spentBy = new Lazy<ILookup<(PrincipalId, string?), Item>>(() => By(spent));
    }

    private static bool IsSpent(Item item) => item is { Parked.AttemptsUsedUp: true, Past: [.., _] };

    private static ILookup<(PrincipalId, string?), Item> By(List<Item> spent) =>
        spent.ToLookup(item => (item.Past[^1].Holder.Id, item.Past[^1].Holder.Run));

    private void Add(Item item)
    {
        if (item.Lease is not null)
            _owned.Add(item);
        else
            Wait(item);
        if (IsSpent(item))
            _spent.Add(item);
    }

    private void Wait(Item item)
    {
        if (
            item.Lease is null
            && item.State == ItemState.Queued
            && (OldestQueuedAt is not { } oldest || item.ReadyAt < oldest)
        )
            OldestQueuedAt = item.ReadyAt;
    }

    private static int Compare(Item a, Item b)
    {
        var order = Place(a.Lease!).CompareTo(Place(b.Lease!));
        return order == 0 ? a.Id.CompareTo(b.Id) : order;
    }

    private static (int Rank, DateTimeOffset At) Place(Lease lease) =>
        lease.State switch
        {
            LeaseState.Stale => (0, lease.StaleAt ?? lease.ExpiresAt ?? default),
            LeaseState.Suspended => (2, lease.SuspendedAt ?? default),
            LeaseState.Claimed or LeaseState.Active or LeaseState.Ended => (
                1,
                lease.ExpiresAt ?? DateTimeOffset.MaxValue
            ),
        };
}

/// <summary>What changed in one queue between two boards.</summary>
internal sealed class ItemChanges
{
    /// <summary>Items as they were, which are gone or not as they were.</summary>
    internal List<Item> Left { get; } = [];

    /// <summary>Items as they are, which are new or not as they were.</summary>
    internal List<Item> Came { get; } = [];

    /// <summary>By queue; an item that was moved has left one and come to the other. Both arrays are in the order of ids.</summary>
    internal static Dictionary<string, ItemChanges> Between(Item[] before, Item[] now)
    {
        var changes = new Dictionary<string, ItemChanges>(StringComparer.Ordinal);
        ItemChanges Of(string queue) =>
            changes.TryGetValue(queue, out var known) ? known : changes[queue] = new ItemChanges();
        var (i, j) = (0, 0);
        while (i < before.Length || j < now.Length)
        {
            var order =
                i == before.Length ? 1
                : j == now.Length ? -1
                : ReferenceEquals(before[i], now[j]) ? 0
                : before[i].Id.CompareTo(now[j].Id);
            if (order == 0 && !ReferenceEquals(before[i], now[j]))
            {
                Of(before[i].Queue).Left.Add(before[i]);
                Of(now[j].Queue).Came.Add(now[j]);
            }
            else if (order < 0)
                Of(before[i].Queue).Left.Add(before[i]);
            else if (order > 0)
                Of(now[j].Queue).Came.Add(now[j]);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return changes;
    }
}

/// <summary>What is said of the owned items of one queue as a whole, the same for everybody who looks.</summary>
internal sealed class OwnedFacts
{
    internal static readonly OwnedFacts None = Of([]);

    // When each running lease begins to be about to end, and when it ends: in the order of the first.
    private readonly (DateTimeOffset Turns, DateTimeOffset Ends)[] _ends;
    private readonly Dictionary<PrincipalId, (string Name, int Count)> _owners = [];
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    private OwnedFacts(IReadOnlyList<Item> owned)
    {
        var ends = new List<(DateTimeOffset, DateTimeOffset)>();
        foreach (var item in owned)
        {
            var lease = item.Lease!;
            _owners[lease.Holder.Id] = (lease.Holder.Name, CountOf(lease.Holder.Id) + 1);
            _labels.UnionWith(item.Labels);
            if (lease.IsLive && lease.Holder.Kind == PrincipalKind.Person)
                LiveByPeople++;
            if (lease.State == LeaseState.Stale)
                OldestStale = Earlier(OldestStale, lease.StaleAt);
            if (lease.Reasons.HasFlag(SuspendReasons.WaitingOnReview))
                OldestInReview = Earlier(OldestInReview, lease.SuspendedAt);
            if (lease is { State: LeaseState.Active, ExpiresAt: { } end })
                ends.Add((end.AddSeconds(-LastSecondsOf(lease.LeaseSeconds)), end));
        }
        ends.Sort();
        _ends = [.. ends];
    }

    internal int LiveByPeople { get; }

    internal DateTimeOffset? OldestStale { get; }

    internal DateTimeOffset? OldestInReview { get; }

    /// <summary>Who owns something here, by name.</summary>
    internal IReadOnlyDictionary<PrincipalId, (string Name, int Count)> Owners => _owners;

    internal IReadOnlyCollection<string> Labels => _labels;

    internal static OwnedFacts Of(IReadOnlyList<Item> owned) => new(owned);

    /// <summary>Seconds before its end from which a lease counts as expiring: 60, or a fifth of a lease under five minutes.</summary>
    internal static double LastSecondsOf(int leaseSeconds) => leaseSeconds < 300 ? leaseSeconds * 0.2 : 60;

    /// <summary>How many are the principal's.</summary>
    internal int CountOf(PrincipalId owner) => _owners.TryGetValue(owner, out var known) ? known.Count : 0;

    /// <summary>How many are about to end, which of them ends first, and when the next one begins to be.</summary>
    internal (int Count, DateTimeOffset? Soonest, DateTimeOffset? Next) Expiring(DateTimeOffset now)
    {
        var (low, high) = (0, _ends.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ends[middle].Turns <= now ? (middle + 1, high) : (low, middle);
        }
        DateTimeOffset? soonest = null;
        for (var k = 0; k < low; k++)
            soonest = Earlier(soonest, _ends[k].Ends);
        return (low, soonest, low < _ends.Length ? _ends[low].Turns : null);
    }

    /// <summary>The earlier of two instants, of which either may be missing.</summary>
    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}

/// <summary>What a list of owned work can be narrowed to, for all who see the same queues.</summary>
/// <param name="Owners">By name, then id.</param>
/// <param name="Labels">In the order of their code points.</param>
internal sealed record BoardChoices(IReadOnlyList<(PrincipalId Id, string Name)> Owners, IReadOnlyList<string> Labels)
{
    // A reader finds one of more choices faster by typing.
    private const int Most = 40;

    internal static BoardChoices Of(IReadOnlyList<QueueBoard> queues)
    {
        var owners = new Dictionary<PrincipalId, string>();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var facts in queues.Select(queue => queue.Facts))
        {
            foreach (var (id, owner) in facts.Owners)
                owners.TryAdd(id, owner.Name);
            labels.UnionWith(facts.Labels);
        }
        return new BoardChoices(
            [
                .. owners
                    .OrderBy(owner => owner.Value, StringComparer.OrdinalIgnoreCase)
                    .ThenBy(owner => owner.Key)
                    .Take(Most)
                    .Select(owner => (owner.Key, owner.Value)),
            ],
            [.. labels.Order(StringComparer.Ordinal).Take(Most)]
        );
    }
}
