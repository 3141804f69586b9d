using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;

namespace ControlSurface.Core.Items;

/// <summary>An available item's place: priority, then since when it is available, then seq (API.md, Objects).</summary>
internal readonly record struct Place(int Priority, long ReadyAtMs, long ReadySeq, ItemId Item) : IComparable<Place>
{
    internal static Place Of(Item item) =>
        new(item.Priority, item.ReadyAt.ToUnixTimeMilliseconds(), item.ReadySeq, item.Id);

    public int CompareTo(Place other)
    {
        var order = Priority.CompareTo(other.Priority);
        if (order == 0)
            order = ReadyAtMs.CompareTo(other.ReadyAtMs);
        if (order == 0)
            order = ReadySeq.CompareTo(other.ReadySeq);
        return order == 0 ? Item.CompareTo(other.Item) : order;
    }
}

/// <summary>What happened in a queue within one minute.</summary>
/// <param name="Minute">Minutes since 1 January 1970, UTC.</param>
public sealed record FlowMinute(long Minute)
{
    /// <summary>Items that were created.</summary>
    public int Created { get; init; }

    /// <summary>Claims that were granted.</summary>
    public int Claims { get; init; }

    /// <summary>Items that were completed.</summary>
    public int Completions { get; init; }

    /// <summary>Leases that went stale.</summary>
    public int Stale { get; init; }

    /// <summary>Claims that lapsed without being started.</summary>
    public int Lapses { get; init; }

    /// <summary>How long the lock requests that ended in this minute had waited together, in milliseconds.</summary>
    public long LockWaitMs { get; init; }

    /// <summary>Conflicts that opened.</summary>
    public int Conflicts { get; init; }

    /// <summary>Reviews that were decided.</summary>
    public int Reviews { get; init; }

    /// <summary>How long those reviews had waited together, in milliseconds.</summary>
    public long ReviewWaitMs { get; init; }
}

/// <summary>How many claims were granted in one millisecond.</summary>
/// <param name="At">The instant, cut to the millisecond.</param>
/// <param name="Count">How many; at least 1.</param>
public readonly record struct ClaimsAt(DateTimeOffset At, int Count);

/// <summary>A queue with an index of its items. Computed from the items: it decides nothing.</summary>
public sealed class QueueRoom
{
    private const int KeptMinutes = 60;
    private static readonly SortedSet<Place> Nothing = [];
    private readonly int[] _byState = new int[Enum.GetValues<ItemState>().Length];
    private readonly List<FlowMinute> _flow = [];
    private readonly LinkedList<ClaimsAt> _claims = [];

    internal QueueRoom(Queue queue) => Queue = queue;

    /// <summary>The queue's record.</summary>
    public Queue Queue { get; internal set; }

    /// <summary>Items that a claim may be given, best first.</summary>
    internal SortedSet<Place> Ready { get; } = [];

    /// <summary>The same items by each of their labels: a claim for a label looks at no others.</summary>
    private readonly Dictionary<string, SortedSet<Place>> _readyWith = new(StringComparer.Ordinal);

    /// <summary>Items among which all are that have these labels, best first; those with the rarest of the labels.</summary>
    internal SortedSet<Place> ReadyWith(IReadOnlyList<string> labels)
    {
        var fewest = Ready;
        for (var k = 0; k < labels.Count; k++)
        {
            if (!_readyWith.TryGetValue(labels[k], out var those))
                return Nothing;
            if (those.Count < fewest.Count)
                fewest = those;
        }
        return fewest;
    }

    internal void AddReady(Item item)
    {
        var place = Place.Of(item);
        Ready.Add(place);
        foreach (var label in item.Labels)
        {
            if (!_readyWith.TryGetValue(label, out var those))
                _readyWith[label] = those = [];
            those.Add(place);
        }
    }

    internal void RemoveReady(Item item)
    {
        var place = Place.Of(item);
        Ready.Remove(place);
        foreach (var label in item.Labels)
        {
            if (_readyWith.TryGetValue(label, out var those) && those.Remove(place) && those.Count == 0)
                _readyWith.Remove(label);
        }
    }

    /// <summary>Items with a current lease: live or stale.</summary>
    internal SortedSet<ItemId> Owned { get; } = [];

    /// <summary>Items with a live lease.</summary>
    public int LiveCount => Owned.Count - CountOf(ItemState.Stale);

    /// <summary>Claimed and active leases, which count against <c>maxActive</c>.</summary>
    internal int Working { get; set; }

    /// <summary>Items in the queue that are in memory, by state.</summary>
    public int CountOf(ItemState state) => _byState[(int)state];

    /// <summary>When the item that has been available longest became available; null where none is.</summary>
    public DateTimeOffset? OldestReadyAt
    {
        get
        {
            long? oldest = null;
            foreach (var place in Ready)
            {
                if (oldest is null || place.ReadyAtMs < oldest)
                    oldest = place.ReadyAtMs;
            }
            return oldest is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
        }
    }

    /// <summary>The last hour by minute, oldest first; minutes without anything are left out.</summary>
    public IReadOnlyList<FlowMinute> Flow => _flow;

    /// <summary>Instants of the grants within the last 60 s before <paramref name="now"/>.</summary>
    internal int ClaimsInTheMinuteBefore(DateTimeOffset now, out DateTimeOffset oldest)
    {
        var count = 0;
        oldest = now;
        foreach (var (at, claims) in _claims)
        {
            if (now - at >= TimeSpan.FromMinutes(1))
                continue;
            if (count == 0)
                oldest = at;
            count += claims;
        }
        return count;
    }

    /// <summary>Over how many minutes a rate is measured: the age of the queue, at least 1 and at most <paramref name="most"/>.</summary>
    public static int MeasuredMinutes(DateTimeOffset createdAt, DateTimeOffset now, int most) =>
        (int)Math.Clamp(Math.Ceiling((now - createdAt).TotalMinutes), 1, most);

    internal IReadOnlyCollection<ClaimsAt> RecentClaims => _claims;

    internal void Count(ItemState state, int change) => _byState[(int)state] += change;

    internal void Flowed(
        DateTimeOffset at,
        int created = 0,
        int claims = 0,
        int completions = 0,
        int stale = 0,
        int lapses = 0,
        long lockWaitMs = 0,
        int conflicts = 0,
        int reviews = 0,
        long reviewWaitMs = 0
    )
    {
        var minute = at.ToUnixTimeSeconds() / 60;
        if (_flow.Count == 0 || _flow[^1].Minute != minute)
            _flow.Add(new FlowMinute(minute));
        var last = _flow[^1];
        _flow[^1] = last with
        {
            Created = last.Created + created,
            Claims = last.Claims + claims,
            Completions = last.Completions + completions,
            Stale = last.Stale + stale,
            Lapses = last.Lapses + lapses,
            LockWaitMs = last.LockWaitMs + lockWaitMs,
            Conflicts = last.Conflicts + conflicts,
            Reviews = last.Reviews + reviews,
            ReviewWaitMs = last.ReviewWaitMs + reviewWaitMs,
        };
        while (_flow[0].Minute <= minute - KeptMinutes)
            _flow.RemoveAt(0);
        if (claims == 0)
            return;
        // Only a queue with a limit asks, but a limit may be set at any moment and counts what was before.
        if (_claims.Last is { } latest && latest.Value.At == at)
            latest.Value = latest.Value with { Count = latest.Value.Count + claims };
        else
            _claims.AddLast(new ClaimsAt(at, claims));
        while (_claims.First is { } first && at - first.Value.At >= TimeSpan.FromMinutes(1))
            _claims.RemoveFirst();
    }

    internal void Restore(IReadOnlyList<FlowMinute> flow, IReadOnlyList<ClaimsAt> claims)
    {
        _flow.AddRange(flow);
        foreach (var at in claims)
            _claims.AddLast(at);
    }
}
