using System.Net;
using System.Net.NetworkInformation;

namespace ControlSurface.Testing;

/// <summary>
/// Ports of 127.0.0.1 for servers that are told theirs. They lie below those that the system gives to connections, and none is given
/// twice in a process: a port that is free between asking and listening stays free.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port at which nothing listens, another at each call.</summary>
    internal static int Next()
    {
        var taken = IPGlobalProperties
            .GetIPGlobalProperties()
            .GetActiveTcpListeners()
            .Select(listener => listener.Port)
            .ToHashSet();
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (!taken.Contains(port))
                return port;
        }
        throw new InvalidOperationException($"Every port of {First} to {First + Count - 1} is taken.");
    }
}
