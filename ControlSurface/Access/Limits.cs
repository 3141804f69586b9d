using System.Collections.Concurrent;

namespace ControlSurface.Access;

/// <summary>
/// How much one principal may use, and how much all may together (API.md, Limits): section <c>ControlSurface:Limits</c>. The share of
/// one is always smaller than the whole, so that nobody's excess becomes another's wait.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>Requests in each second, over HTTP, the hub and MCP together; 1 to 1,000,000.</summary>
    public int RequestsPerSecond { get; set; } = 5_000;

    /// <summary>Requests that may come at once after a pause; at least <see cref="RequestsPerSecond"/>.</summary>
    public int RequestBurst { get; set; } = 10_000;

    /// <summary>Calls that wait at once: for work, for locks, for decisions.</summary>
    public int Waits { get; set; } = 4_000;

    /// <summary>The same for all principals together.</summary>
    public int WaitsForAll { get; set; } = 20_000;

    /// <summary>Streams of events and of commands that are open at once.</summary>
    public int Streams { get; set; } = 200;

    /// <summary>The same for all principals together.</summary>
    public int StreamsForAll { get; set; } = 4_000;

    /// <summary>Subscriptions of the hub and of MCP that are open at once.</summary>
    public int Subscriptions { get; set; } = 2_000;

    /// <summary>The same for all principals together.</summary>
    public int SubscriptionsForAll { get; set; } = 20_000;

    /// <summary>Pages that are open at once.</summary>
    public int Circuits { get; set; } = 100;

    /// <summary>The same for all principals together.</summary>
    public int CircuitsForAll { get; set; } = 5_000;

    /// <summary>Bytes of contents that are sent in each second, on average.</summary>
    public int ContentBytesPerSecond { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes of contents that may be sent at once after a pause; at least 1 MiB, the largest content.</summary>
    public int ContentBurstBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>Names that are kept for ever and new, such as targets and ended runs, in each second, on average.</summary>
    public int NewNamesPerSecond { get; set; } = 200;

    /// <summary>New names that may come at once after a pause; at least <see cref="NewNamesPerSecond"/>.</summary>
    public int NewNameBurst { get; set; } = 20_000;

    /// <summary>What is wrong with the values; null where nothing is.</summary>
    public string? Fault()
    {
        foreach (var (name, one, all) in OpenAtOnce())
        {
            if (one < 1)
                return $"ControlSurface:Limits:{name} must be at least 1.";
            if (all < one)
                return $"ControlSurface:Limits:{name}ForAll must be at least ControlSurface:Limits:{name}.";
        }
        return RequestsPerSecond is < 1 or > 1_000_000
                ? "ControlSurface:Limits:RequestsPerSecond must be from 1 to 1000000."
            : RequestBurst < RequestsPerSecond
                ? "ControlSurface:Limits:RequestBurst must be at least ControlSurface:Limits:RequestsPerSecond."
            : ContentBytesPerSecond < 1 ? "ControlSurface:Limits:ContentBytesPerSecond must be at least 1."
            : ContentBurstBytes < 1024 * 1024 ? "ControlSurface:Limits:ContentBurstBytes must be at least 1048576."
            : NewNamesPerSecond < 1 ? "ControlSurface:Limits:NewNamesPerSecond must be at least 1."
            : NewNameBurst < NewNamesPerSecond
                ? "ControlSurface:Limits:NewNameBurst must be at least ControlSurface:Limits:NewNamesPerSecond."
            : null;
    }

    private IEnumerable<(string Name, int One, int All)> OpenAtOnce() =>
        [
            (nameof(Waits), Waits, WaitsForAll),
            (nameof(Streams), Streams, StreamsForAll),
            (nameof(Subscriptions), Subscriptions, SubscriptionsForAll),
            (nameof(Circuits), Circuits, CircuitsForAll),
        ];
}

/// <summary>
/// Counts what each principal uses, and refuses one more before it becomes somebody else's wait. A principal's own share is looked
/// at before what all have together. Safe from any thread; a request costs one look-up and one exchange.
/// </summary>
public sealed class Limits
{
    /// <summary>Requests in each second.</summary>
    public const string Requests = "requests";

    /// <summary>Bytes of contents in each second.</summary>
    public const string ContentBytes = "content_bytes";

    /// <summary>Names that are new and kept for ever.</summary>
    public const string NewNames = "new_names";
    private readonly TimeProvider _clock;
    private readonly Rate _requests;
    private readonly Rate _contentBytes;
    private readonly Rate _newNames;

    /// <summary>Limits as the settings give them; the clock is the one that rates are counted by.</summary>
    public Limits(LimitOptions options, TimeProvider clock)
    {
        _clock = clock;
        _requests = new Rate(Requests, options.RequestsPerSecond, options.RequestBurst);
        _contentBytes = new Rate(ContentBytes, options.ContentBytesPerSecond, options.ContentBurstBytes);
        _newNames = new Rate(NewNames, options.NewNamesPerSecond, options.NewNameBurst);
        Waits = new Places("waits", options.Waits, options.WaitsForAll);
        Streams = new Places("streams", options.Streams, options.StreamsForAll);
        Subscriptions = new Places("subscriptions", options.Subscriptions, options.SubscriptionsForAll);
        Circuits = new Places("circuits", options.Circuits, options.CircuitsForAll);
    }

    /// <summary>Calls that wait: claims, locks, outcomes.</summary>
    public Places Waits { get; }

    /// <summary>Open streams of events and of commands.</summary>
    public Places Streams { get; }

    /// <summary>Subscriptions of the hub.</summary>
    public Places Subscriptions { get; }

    /// <summary>Open pages.</summary>
    public Places Circuits { get; }

    /// <summary>Counts a request; why it is too many, or null.</summary>
    public Refusal.RateLimited? OnRequest(PrincipalId who) => _requests.Take(who, 1, Now);

    /// <summary>Counts bytes of contents; why they are too many, or null.</summary>
    public Refusal.RateLimited? OnContent(PrincipalId who, long bytes) => _contentBytes.Take(who, bytes, Now);

    /// <summary>Counts a name that is new and will be kept; why it is too many, or null.</summary>
    public Refusal.RateLimited? OnNewName(PrincipalId who) => _newNames.Take(who, 1, Now);

    private TimeSpan Now => _clock.GetElapsedTime(0);

    /// <summary>
    /// So many in each second, and a burst of more after a pause. For each principal one number: the instant at which all that they
    /// took would be paid off (the generic cell rate algorithm).
    /// </summary>
    private sealed class Rate(string name, long perSecond, long burst)
    {
        private readonly ConcurrentDictionary<PrincipalId, StrongBox> _paidAt = [];
        private readonly double _ticksOfOne = (double)TimeSpan.TicksPerSecond / perSecond;

        internal Refusal.RateLimited? Take(PrincipalId who, long amount, TimeSpan now)
        {
            var box = _paidAt.GetOrAdd(who, static _ => new StrongBox());
            var allowance = (long)(burst * _ticksOfOne);
            var cost = (long)(Math.Min(amount, burst) * _ticksOfOne);
            while (true)
            {
                var seen = Interlocked.Read(ref box.PaidAt);
                var from = Math.Max(seen, now.Ticks);
                var over = from + cost - now.Ticks - allowance;
                if (over > 0)
                    return new Refusal.RateLimited(
                        (int)Math.Max(1, Math.Ceiling((double)over / TimeSpan.TicksPerSecond)),
                        new LimitReached(name, perSecond, who, Seconds: 1)
                    );
                if (Interlocked.CompareExchange(ref box.PaidAt, from + cost, seen) == seen)
                    return null;
            }
        }

        private sealed class StrongBox
        {
            internal long PaidAt;
        }
    }

    /// <summary>Places for what stays open: some for each principal, and more for all together.</summary>
    public sealed class Places(string name, int forOne, int forAll)
    {
        private const int RetryAfter = 5;
        private readonly Lock _lock = new();
        private readonly Dictionary<PrincipalId, int> _taken = [];
        private int _all;

        /// <summary>Takes a place, which is free again when <paramref name="place"/> is disposed; why there is none, or null.</summary>
        public Refusal.RateLimited? TryTake(PrincipalId who, out IDisposable place)
        {
            lock (_lock)
            {
                place = Place.None;
                if (Full(who) is { } full)
                    return full;
                _taken[who] = _taken.GetValueOrDefault(who) + 1;
                _all++;
            }
            place = new Place(this, who);
            return null;
        }

        /// <summary>Why the principal would get no place now; null where they would.</summary>
        public Refusal.RateLimited? IsFull(PrincipalId who)
        {
            lock (_lock)
                return Full(who);
        }

        private Refusal.RateLimited? Full(PrincipalId who) =>
            _taken.GetValueOrDefault(who) >= forOne
                ? new Refusal.RateLimited(RetryAfter, new LimitReached(name, forOne, who))
            : _all >= forAll ? new Refusal.RateLimited(RetryAfter, new LimitReached(name, forAll, Principal: null))
            : null;

        private void Free(PrincipalId who)
        {
            lock (_lock)
            {
                _all--;
                var left = _taken[who] - 1;
                if (left == 0)
                    _taken.Remove(who);
                else
                    _taken[who] = left;
            }
        }

        private sealed class Place(Places places, PrincipalId who) : IDisposable
        {
            internal static readonly IDisposable None = new NoPlace();
            private int _isFree;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isFree, 1) == 0)
                    places.Free(who);
            }

            private sealed class NoPlace : IDisposable
            {
                public void Dispose() { }
            }
        }
    }
}
