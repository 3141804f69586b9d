using System.Net;
using ControlSurface.Access;
using ControlSurface.Api;
using Microsoft.AspNetCore.HttpOverrides;

namespace ControlSurface.Hosting;

/// <summary>
/// Under which names the server answers, and whom it believes about who called. A page of another site whose name was made to
/// lead here (DNS rebinding) is refused, since the browser still sends that site's name as <c>Host</c>.
/// </summary>
internal sealed class Hosts
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]", "::1"];
    private readonly HashSet<string> _names = new(Loopback, StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _suffixes = [".localhost"];
    private readonly bool _all;
    private readonly bool _literals;

    /// <param name="urls">Where the server listens.</param>
    /// <param name="more"><c>ControlSurface:Hosts</c>: names, <c>*.example.com</c> for all below one, <c>*</c> for any.</param>
    internal Hosts(IEnumerable<string> urls, IReadOnlyList<string> more)
    {
        foreach (var url in urls)
        {
            var host = HostOf(url);
            if (host is "*" or "+" or "0.0.0.0" or "[::]" or "::")
            {
                // Somebody listens for the network: an address is no name that a stranger could have made to lead here.
                _literals = true;
                _names.Add(Environment.MachineName);
            }
            else
            {
                _names.Add(host);
            }
        }
        foreach (var name in more)
        {
            if (name == "*")
                _all = true;
            else if (name.StartsWith("*.", StringComparison.Ordinal))
                _suffixes.Add(name[1..]);
            else
                _names.Add(name);
        }
    }

    /// <summary>Whether the server answers under this name; the port does not matter.</summary>
    internal bool Knows(HostString host)
    {
        // Only a program of before HTTP/1.1 names none; no browser does.
        if (_all || !host.HasValue)
            return true;
        var name = host.Host;
        if (_names.Contains(name) || _names.Contains(name.TrimEnd('.')))
            return true;
        foreach (var suffix in _suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return _literals && IPAddress.TryParse(name.Trim('[', ']'), out _);
    }

    // The addresses of Kestrel are nearly URLs: http://*:5080 is none to Uri.
    private static string HostOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var rest = url[start..].Split('/')[0];
        if (rest.StartsWith('['))
            return rest[..(rest.IndexOf(']', StringComparison.Ordinal) + 1)];
        var port = rest.LastIndexOf(':');
        return port < 0 ? rest : rest[..port];
    }
}

internal static class HostsSetup
{
    /// <summary>Believes the proxies that the settings name about scheme, host and caller; nobody else.</summary>
    internal static void UseKnownProxies(this IApplicationBuilder app, ServerOptions options)
    {
        if (options.KnownProxies.Count == 0)
            return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // As many as are known stand in a row; the first that is not known ends the chain.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.KnownProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>400 for a request under a name that is not the server's.</summary>
    internal static void UseKnownHosts(this IApplicationBuilder app, Hosts hosts) =>
        app.Use(
            (http, next) =>
            {
                if (hosts.Knows(http.Request.Host))
                    return next(http);
                http.RequestServices.GetRequiredService<RefusalLog>()
                    .Refused(http.Connection.RemoteIpAddress, "a host name that is not the server's");
                // The answer names the address of a help page: not the one that was made up.
                http.Request.Host = new HostString("localhost");
                return ApiSetup.RefuseAsync(
                    http,
                    Refusal.InvalidRequest.Of(
                        "Host",
                        "is not a name of this server; add it to the setting ControlSurface:Hosts if it should be"
                    )
                );
            }
        );
}
