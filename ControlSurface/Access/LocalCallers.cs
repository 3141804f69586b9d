using System.Net;

namespace ControlSurface.Access;

/// <summary>Programs on this machine see metrics and details of health without a key (API.md).</summary>
internal static class LocalCallers
{
    // Whatever passes a request on says so in one of these. A proxy on this machine is no local caller: it speaks for others.
    private static readonly string[] Names =
    [
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
    ];

    /// <summary>Whether the request came straight from this machine, and not through anything that forwards.</summary>
    internal static bool IsDirect(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !IsForwarded(http.Request);

    private static bool IsForwarded(HttpRequest request)
    {
        foreach (var (name, _) in request.Headers)
        {
            if (
                name.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase)
                || Names.Contains(name, StringComparer.OrdinalIgnoreCase)
            )
                return true;
        }
        return false;
    }
}
