using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Server.Tests.Clusters;

/// <summary>
/// A network of the tests' own: a bridge, and a network namespace with an address for each machine and for the database. Any of them can
/// be made deaf to another one, silently, as where a cable or a switch fails. The tests have an address there too, which nobody is ever
/// deaf to. Nothing of it is reached from outside. Needs root and <c>ip</c> (Debian's iproute2); it is gone with the test run.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    /// <summary>The database, as <see cref="Deafen"/> names it; machines have their numbers.</summary>
    internal const int Database = -1;
    private readonly int _machines;
    private readonly string _name;
    private readonly string _net;
    private readonly Process _watcher;
    private readonly List<(int Host, string Rule)> _rules = [];

    private TestNetwork(string name, string net, int machines)
    {
        (_name, _net, _machines) = (name, net, machines);
        _watcher = Watch();
    }

    /// <summary>The addresses of everybody in it, for the database's list of who may connect.</summary>
    internal string Range => $"{_net}.0/24";

    /// <summary>Makes one.</summary>
    /// <param name="machines">For how many machines.</param>
    /// <param name="why">Why it cannot be had here; empty where it can.</param>
    internal static TestNetwork? TryOpen(int machines, out string why)
    {
        why =
            Environment.UserName != "root" ? "that needs root"
            : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") && !File.Exists("/usr/bin/ip")
                ? "that needs ip (the package iproute2)"
            : "";
        if (why.Length > 0)
            return null;
        for (var tries = 0; tries < 20; tries++)
        {
            var number = Random.Shared.Next(1, 255);
            var name = string.Create(CultureInfo.InvariantCulture, $"cs{number}t");
            var range = string.Create(CultureInfo.InvariantCulture, $"10.213.{number}");
            if (File.Exists($"/run/netns/{name}-net"))
                continue;
            var network = new TestNetwork(name, range, machines);
            if (Try(network.Script(), out why))
                return network;
            network.Dispose();
        }
        why = $"ip could not make it: {why}";
        return null;
    }

    /// <summary>The address of a machine or of the database.</summary>
    internal string AddressOf(int host) =>
        string.Create(CultureInfo.InvariantCulture, $"{_net}.{(host == Database ? 2 : 11 + host)}");

    /// <summary>The command that another command is run by, in the namespace of a machine or of the database.</summary>
    internal string[] Enter(int host) => ["nsenter", $"--net=/run/netns/{NameOf(host)}"];

    /// <summary>From now on a host hears nothing of another one: what that sends is lost on its way.</summary>
    internal void Deafen(int host, int to)
    {
        var rule = $"from {AddressOf(to)} pref 1 blackhole";
        Run($"ip -n {NameOf(host)} rule add {rule}");
        _rules.Add((host, rule));
    }

    /// <summary>Cuts two hosts off from each other.</summary>
    internal void Cut(int one, int other)
    {
        Deafen(one, to: other);
        Deafen(other, to: one);
    }

    /// <summary>Everybody hears everybody again, without delay.</summary>
    internal void Heal()
    {
        foreach (var (host, rule) in _rules)
            Run($"ip -n {NameOf(host)} rule del {rule}");
        _rules.Clear();
        foreach (var host in Hosts())
            Try($"tc -n {NameOf(host)} qdisc del dev eth0 root", out _);
    }

    /// <summary>Whatever anybody but the tests sends takes its time from now on.</summary>
    /// <returns>How: 200 ms each way, or a narrow line where the kernel has no netem.</returns>
    internal string Slow()
    {
        var isNarrow = false;
        foreach (var host in Hosts())
        {
            var add = $"tc -n {NameOf(host)} qdisc add dev eth0 root";
            if (Try($"{add} netem delay 200ms", out _))
                continue;
            isNarrow = true;
            Run($"{add} tbf rate 512kbit burst 4000 latency 2s");
        }
        return isNarrow ? "lines of 512 kbit/s" : "lines of 200 ms";
    }

    /// <summary>Makes connections that come from a host of this network, also to its own 127.0.0.1.</summary>
    internal SocketsHttpHandler From(int host) =>
        new()
        {
            UseProxy = false,
            ConnectCallback = async (context, gone) =>
            {
                var socket = SocketIn($"/run/netns/{NameOf(host)}");
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, gone);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

    public void Dispose()
    {
        _watcher.StandardInput.Close();
        _watcher.WaitForExit();
        _watcher.Dispose();
    }

    private string NameOf(int host) =>
        host == Database ? $"{_name}-db" : string.Create(CultureInfo.InvariantCulture, $"{_name}-{host}");

    private IEnumerable<int> Hosts() => Enumerable.Range(Database, _machines + 1);

    // The bridge has a namespace of its own: no firewall of this machine looks at what crosses it.
    private string Script() =>
        $"""
            ip netns add {_name}-net
            ip -n {_name}-net link add bridge type bridge forward_delay 0
            ip -n {_name}-net link set bridge up
            ip link add {_name} type veth peer name tests netns {_name}-net
            ip -n {_name}-net link set tests master bridge up
            ip addr add {_net}.1/24 dev {_name}
            ip link set {_name} up
            {string.Join('\n', Hosts().Select(Join))}
            """;

    // Rules of ours come before the one by which a host hears what is sent to itself: what they drop is dropped on its way in.
    private string Join(int host) =>
        $"""
            ip netns add {NameOf(host)}
            ip link add eth0 netns {NameOf(host)} type veth peer name h{host + 1} netns {_name}-net
            ip -n {_name}-net link set h{host + 1} master bridge up
            ip -n {NameOf(host)} addr add {AddressOf(host)}/24 dev eth0
            ip -n {NameOf(host)} link set lo up
            ip -n {NameOf(host)} link set eth0 up
            ip -n {NameOf(host)} rule add pref 100 lookup local
            ip -n {NameOf(host)} rule del pref 0
            """;

    // Reads from this process until that is gone, killed too, and then takes everything away.
    private Process Watch() =>
        Process.Start(
            new ProcessStartInfo("setsid")
            {
                UseShellExecute = false,
                WorkingDirectory = "/",
                RedirectStandardInput = true,
                ArgumentList =
                {
                    "sh",
                    "-c",
                    $"cat >/dev/null; exec 2>/dev/null; ip link del {_name}; for n in net {string.Join(' ', Hosts().Select(host => NameOf(host)[(_name.Length + 1)..]))}; do kill -9 $(ip netns pids {_name}-$n); ip netns del {_name}-$n; done; true",
                },
            }
        )!;

    private static void Run(string script)
    {
        if (!Try(script, out var why))
            throw new InvalidOperationException($"{script}: {why}");
    }

    private static bool Try(string script, out string why)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sh")
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                ArgumentList = { "-ec", script },
            }
        )!;
        why = shell.StandardError.ReadToEnd().Trim();
        shell.WaitForExit();
        return shell.ExitCode == 0;
    }

    // A socket belongs to the namespace in which the thread was that made it. The thread has no other work, and ends.
    private static Socket SocketIn(string network)
    {
        Socket? socket = null;
        var maker = new Thread(() =>
        {
            using var there = File.OpenHandle(network);
            if (Native.EnterNamespace(there, Native.OfNetworks) == 0)
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        });
        maker.Start();
        maker.Join();
        return socket ?? throw new IOException($"{network} cannot be entered.");
    }

    private static class Native
    {
        internal const int OfNetworks = 0x40000000;

        [DllImport("libc", EntryPoint = "setns"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int EnterNamespace(SafeHandle there, int kind);
    }
}
