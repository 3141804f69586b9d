using System.Globalization;
using System.Net;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Http;

namespace ControlSurface.Hosting.Cluster;

/// <summary>How this process works with others on one database: section <c>ControlSurface:Cluster</c> (docs/decisions/0045).</summary>
public sealed class ClusterOptions
{
    /// <summary>
    /// Where the other machines reach this one: <c>http://10.0.0.5:5090</c>. HTTP/2 without TLS is spoken there, and with machines
    /// alone. Empty for a process that has all workspaces by itself.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>The port, at the same host, by which the machines agree on who is alive and who has which workspace.</summary>
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Whether there are other machines.</summary>
    internal bool IsOn => Address.Length > 0;

    /// <summary>The address without a path.</summary>
    internal Uri Machine => new(Address);

    /// <summary>Where the process listens for other machines: at that address where it is one of this machine's, else at all.</summary>
    internal string ListenUrl =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"http://{(IPAddress.TryParse(Machine.Host.Trim('[', ']'), out _) ? Machine.Host : "*")}:{Machine.Port}"
        );

    /// <summary>What is wrong with the values; null where nothing is.</summary>
    internal string? Fault(string storage) =>
        !IsOn ? null
        : Storages.Find(storage)?.Cluster is null
            ? "ControlSurface:Cluster:Address is set, and several machines need one database. Set ControlSurface:Storage to postgres, or leave the address empty."
        : !Uri.TryCreate(Address, UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.PathAndQuery != "/"
            ? $"ControlSurface:Cluster:Address is {Address}, which is no address such as http://10.0.0.5:5090."
        : SiloPort is < 1 or > 65_535 ? "ControlSurface:Cluster:SiloPort must be from 1 to 65535."
        : SiloPort == uri.Port ? "ControlSurface:Cluster:SiloPort must be another port than that of the address."
        : null;
}
