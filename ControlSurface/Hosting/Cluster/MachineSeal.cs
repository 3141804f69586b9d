using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// The header by which one machine tells another who sent a request that it forwards: by which address and scheme it came. Sealed with
/// the secret of the cluster, so that nobody else can say such a thing. Safe from any thread.
/// </summary>
internal sealed class MachineSeal(byte[] secret)
{
    internal const string Header = "ControlSurface-Machine";

    /// <summary>In an answer of one machine to another: the workspace is not open here.</summary>
    internal const string NotHereHeader = "ControlSurface-Not-Here";

    /// <summary>The header's value for a request that came to this machine.</summary>
    /// <param name="target">The path and query that the other machine is sent.</param>
    internal string Write(IFeatureCollection features, string target)
    {
        var connection = features.Get<IHttpConnectionFeature>();
        var facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{features.Get<IHttpRequestFeature>()!.Scheme} {connection?.RemoteIpAddress?.ToString() ?? "-"} {connection?.RemotePort ?? 0}"
        );
        return facts + " " + SealOf(facts, target);
    }

    /// <summary>
    /// Takes the header from a request and makes the request look as it looked to the machine that forwarded it. What rests on the
    /// caller's address and scheme, known proxies above all, then decides as that machine would have.
    /// </summary>
    /// <returns>False where no machine of the cluster sealed it; the request is as it was.</returns>
    internal bool TryOpen(IFeatureCollection features)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        if (
            request.Headers[Header] is not [{ } value]
            || value.Split(' ') is not [var scheme, var ip, var port, var seal]
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(seal),
                Encoding.ASCII.GetBytes(SealOf($"{scheme} {ip} {port}", request.RawTarget))
            )
        )
            return false;
        request.Headers.Remove(Header);
        request.Scheme = scheme;
        if (features.Get<IHttpConnectionFeature>() is { } connection)
        {
            connection.RemoteIpAddress = IPAddress.TryParse(ip, out var from) ? from : null;
            connection.RemotePort = int.Parse(port, CultureInfo.InvariantCulture);
        }
        return true;
    }

    private string SealOf(string facts, string target) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(facts + "\n" + target)));
}
