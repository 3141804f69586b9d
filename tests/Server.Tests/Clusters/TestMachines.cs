using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Server.Tests.Crash;
using Server.Tests.Field;

namespace Server.Tests.Clusters;

/// <summary>Several processes with one database, each with a folder and ports of its own, as on machines of their own.</summary>
internal sealed partial class TestMachines : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int Port = 5080;
    private readonly HttpClient[] _operators;
    private readonly string[] _settings;
    private readonly string[] _folders;
    private readonly ChildServer?[] _machines;
    private readonly TestNetwork? _network;

    private TestMachines(string connection, string[] folders, TestNetwork? network, string[] settings)
    {
        _folders = folders;
        _network = network;
        _operators =
        [
            .. folders.Select(
                (_, machine) =>
                    new HttpClient(network?.From(machine) ?? new SocketsHttpHandler())
                    {
                        Timeout = TimeSpan.FromSeconds(5),
                    }
            ),
        ];
        _machines = new ChildServer?[folders.Length];
        _settings =
        [
            "--ControlSurface:Storage=postgres",
            $"--ControlSurface:StorageConnection={connection}",
            "--Logging:LogLevel:Default=Error",
            // A machine is forwarded what came under another one's name.
            .. network is null ? (string[])[] : ["--ControlSurface:Hosts=*"],
            .. settings,
        ];
    }

    /// <summary>A key that may do everything but administer.</summary>
    internal string Key { get; private set; } = "";

    internal int Count => _folders.Length;

    /// <param name="network">In which each has a place of its own, as the database has; null for ports of 127.0.0.1.</param>
    internal static async Task<TestMachines> StartAsync(
        string connection,
        int count,
        TestNetwork? network = null,
        params string[] settings
    )
    {
        var machines = Make(connection, count, network, settings);
        await machines.PrepareAsync();
        await machines.StartMissingAsync();
        return machines;
    }

    /// <summary>The same on a database that has workspaces and keys already.</summary>
    internal static async Task<TestMachines> JoinAsync(string connection, int count, params string[] settings)
    {
        var machines = Make(connection, count, network: null, settings);
        await machines.StartMissingAsync();
        return machines;
    }

    private static TestMachines Make(string connection, int count, TestNetwork? network, string[] settings) =>
        new(connection, [.. Enumerable.Range(0, count).Select(_ => LiveServer.NewFolder())], network, settings);

    internal ChildServer this[int machine] =>
        _machines[machine] ?? throw new InvalidOperationException($"Machine {machine} does not run.");

    /// <summary>Those that run, frozen ones too.</summary>
    internal IReadOnlyList<Uri> Addresses =>
        [.. _machines.Select((server, machine) => server is null ? null : AddressOf(machine, server)).OfType<Uri>()];

    /// <summary>Where callers reach a machine that runs.</summary>
    internal Uri AddressOf(int machine) => AddressOf(machine, this[machine]);

    private Uri AddressOf(int machine, ChildServer server) =>
        _network is null ? server.Address : new Uri($"http://{_network.AddressOf(machine)}:{Port}");

    /// <param name="clock">How far its clock is off, in seconds; by libfaketime.</param>
    internal async Task StartAsync(int machine, int clock = 0)
    {
        string[] wrong = clock == 0 ? [] : WrongClock.Of(clock);
        _machines[machine] = _network is null
            ? await ChildServer.StartByAsync(
                wrong,
                "http://127.0.0.1:0",
                _folders[machine],
                [
                    .. _settings,
                    $"--ControlSurface:Cluster:Address=http://127.0.0.1:{FreePorts.Next()}",
                    $"--ControlSurface:Cluster:SiloPort={FreePorts.Next()}",
                ]
            )
            : await ChildServer.StartByAsync(
                [.. _network.Enter(machine), .. wrong],
                $"http://{_network.AddressOf(machine)}:{Port};http://127.0.0.1:{Port}",
                _folders[machine],
                [.. _settings, $"--ControlSurface:Cluster:Address=http://{_network.AddressOf(machine)}:5090"]
            );
    }

    /// <summary>Starts those that do not run.</summary>
    internal Task StartMissingAsync() =>
        Task.WhenAll(
            Enumerable
                .Range(0, Count)
                .Where(machine => _machines[machine] is null)
                .Select(machine => StartAsync(machine))
        );

    /// <summary>Starts again whatever ended, as a supervisor does, until all are ready and know each other.</summary>
    internal async Task RecoverAsync()
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            for (var machine = 0; machine < Count; machine++)
            {
                if (_machines[machine] is { HasEnded: true })
                    await EndedAsync(machine);
            }
            await StartMissingAsync();
            var know = await Task.WhenAll(Enumerable.Range(0, Count).Select(KnowsAllAsync));
            if (know.All(all => all))
                return;
            if (Stopwatch.GetElapsedTime(began) > 2 * Patience)
                throw new TimeoutException("The machines did not all come back.");
        }
    }

    private async Task<bool> KnowsAllAsync(int machine)
    {
        if (await FigureAsync(machine, "controlsurface_cluster_machines") != Count)
            return false;
        try
        {
            using var answer = await _operators[machine].GetAsync(new Uri(OperatedAt(machine), "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    // On the machine itself, where nobody asks for a key.
    private Uri OperatedAt(int machine) =>
        _network is null ? this[machine].Address : new Uri($"http://127.0.0.1:{Port}");

    /// <summary>SIGKILL.</summary>
    internal async Task KillAsync(int machine)
    {
        await this[machine].KillAsync();
        _machines[machine] = null;
    }

    /// <summary>SIGTERM, and waits for nothing.</summary>
    internal async Task<int> StopAsync(int machine)
    {
        var stopping = this[machine];
        _machines[machine] = null;
        stopping.Terminate();
        var code = await stopping.ExitAsync();
        await stopping.DisposeAsync();
        return code;
    }

    /// <summary>Takes a machine that ended by itself off the list.</summary>
    internal async Task<int> EndedAsync(int machine)
    {
        var ended = this[machine];
        var code = await ended.ExitAsync();
        _machines[machine] = null;
        await ended.DisposeAsync();
        return code;
    }

    /// <summary>The machine that has the one workspace, among all that answer.</summary>
    internal async Task<int> OwnerAsync(int except = -1)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            for (var machine = 0; machine < Count; machine++)
            {
                if (
                    machine != except
                    && _machines[machine] is not null
                    && await FigureAsync(machine, "controlsurface_workspaces") == 1
                )
                    return machine;
            }
            await Task.Delay(20);
        }
        throw new TimeoutException("No machine has the workspace.");
    }

    /// <summary>A figure of a machine, as Prometheus reads it.</summary>
    internal async Task<long> FigureAsync(int machine, string name, string label = "")
    {
        try
        {
            var all = await _operators[machine].GetStringAsync(new Uri(OperatedAt(machine), "/metrics"));
            return all.Split('\n')
                .Where(line =>
                    line.StartsWith(name + "{", StringComparison.Ordinal)
                    && line.Contains(label, StringComparison.Ordinal)
                )
                .Select(line => long.Parse(Value().Match(line).Groups[1].Value, CultureInfo.InvariantCulture))
                .Sum();
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return -1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines.OfType<ChildServer>())
            await machine.DisposeAsync();
        foreach (var folder in _folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var client in _operators)
            client.Dispose();
    }

    // A key that is made in a folder is taken into the database by the first start; the other folders are made by the machines.
    private async Task PrepareAsync()
    {
        using (var access = AccessStore.Open(_folders[0], TimeProvider.System))
            Key = access
                .AddKey(access.AddPrincipal("Mia", PrincipalKind.Person, Roles.Manager, queues: null).Id, "Mia")
                .Text;
        await using (
            await ChildServer.StartByAsync(_network?.Enter(0) ?? [], "http://127.0.0.1:0", _folders[0], _settings)
        ) { }
    }

    [GeneratedRegex(@"\} (\d+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Value();
}
