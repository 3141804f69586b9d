using System.Net;
using System.Net.Sockets;

namespace ControlSurface.Webhooks;

/// <summary>
/// Which addresses a webhook may lead to: those that the whole internet may reach, and none behind our own door (OWASP, server-side
/// request forgery). Names are resolved here and the very address that was judged is connected to: a name that leads elsewhere the next
/// time gains nothing.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>Whether everybody may reach it. What carries an IPv4 address inside is judged by that, or not let through.</summary>
    internal static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6 && !Global6.Contains(plain))
            return false;
        return !Array.Exists(
            NotPublic,
            net => net.BaseAddress.AddressFamily == plain.AddressFamily && net.Contains(plain)
        );
    }

    /// <summary>Ports that web servers listen on: the well-known ones of other services are never spoken to.</summary>
    internal static bool IsWebPort(int port) => port is 80 or 443 or >= 1024;

    /// <summary>Connects to an address of the name that may be reached.</summary>
    /// <param name="allowsLocal">Lets every address through.</param>
    /// <exception cref="HttpRequestException">None may, or none answers.</exception>
    internal static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowsLocal, CancellationToken abandoned)
    {
        if (!allowsLocal && !IsWebPort(to.Port))
            throw new HttpRequestException("The port is not one of a web server.");
        var found = IPAddress.TryParse(to.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(to.Host, abandoned).ConfigureAwait(false);
        var reachable = allowsLocal ? found : Array.FindAll(found, IsPublic);
        if (reachable.Length == 0)
            throw new HttpRequestException("The address is not one that may be sent to.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, to.Port, abandoned).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
