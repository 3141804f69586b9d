using System.Net;
using System.Net.Sockets;

namespace ControlSurface.Access;

/// <summary>
/// Counts what was refused at the door by address, in windows of a minute, and logs the first of each kind with how many more
/// came. Bounded in memory and in lines, so that nobody fills either from outside.
/// </summary>
public sealed class RefusalLog(TimeProvider clock, ILogger<RefusalLog> log)
{
    /// <summary>Failed sign-ins of one address within a minute; after them a failure is answered 429. A right key is always let in.</summary>
    public const int MostFailures = 10;

    private const int MostAddresses = 2_048;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Address, string Why), Tally> _counts = [];

    /// <summary>How many addresses it remembers; never more than 2,048.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _counts.Count;
        }
    }

    /// <summary>Takes down one refusal.</summary>
    /// <param name="why">A few fixed words: never anything that the caller sent.</param>
    /// <returns>How long until the address may fail again; zero while it may.</returns>
    public TimeSpan Refused(IPAddress? from, string why)
    {
        var now = clock.GetUtcNow();
        var address = Group(from);
        int times;
        DateTimeOffset until;
        int before;
        lock (_lock)
        {
            if (!_counts.TryGetValue((address, why), out var count) || count.Until <= now)
            {
                before = count?.Times - 1 ?? 0;
                MakeRoom(now);
                _counts[(address, why)] = count = new Tally { Until = now + Window };
            }
            else
            {
                before = 0;
            }
            times = ++count.Times;
            until = count.Until;
        }
        if (times == 1)
            log.RefusedAtTheDoor(address, why, before);
        return times > MostFailures ? until - now : TimeSpan.Zero;
    }

    // One network of a provider's customer is one caller, however many addresses of it they use.
    internal static string Group(IPAddress? from)
    {
        if (from is null)
            return "unknown";
        if (from.IsIPv4MappedToIPv6)
            from = from.MapToIPv4();
        if (from.AddressFamily != AddressFamily.InterNetworkV6)
            return from.ToString();
        var bytes = from.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_counts.Count < MostAddresses)
            return;
        foreach (var over in _counts.Where(c => c.Value.Until <= now).Select(c => c.Key).ToList())
            _counts.Remove(over);
        // Whoever comes from thousands of addresses within a minute makes us forget the oldest: that bars nobody else.
        if (_counts.Count >= MostAddresses)
            _counts.Remove(_counts.MinBy(c => c.Value.Until).Key);
    }

    private sealed class Tally
    {
        public int Times { get; set; }
        public DateTimeOffset Until { get; init; }
    }
}

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Refused {Address}: {Why}. Said once a minute; {Before} more in the minute before it."
    )]
    internal static partial void RefusedAtTheDoor(this ILogger log, string address, string why, int before);
}
