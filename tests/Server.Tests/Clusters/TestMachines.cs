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
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly string[] _settings;
    private readonly string[] _folders;
    private readonly ChildServer?[] _machines;

    private TestMachines(string connection, string[] folders)
    {
        _folders = folders;
        _machines = new ChildServer?[folders.Length];
        _settings = ["--ControlSurface:Storage=postgres", $"--ControlSurface:StorageConnection={connection}"];
    }

    /// <summary>A key that may do everything but administer.</summary>
    internal string Key { get; private set; } = "";

    internal int Count => _folders.Length;

    internal static async Task<TestMachines> StartAsync(string connection, int count)
    {
        var machines = new TestMachines(
            connection,
            [.. Enumerable.Range(0, count).Select(_ => LiveServer.NewFolder())]
        );
        await machines.PrepareAsync();
        await Task.WhenAll(Enumerable.Range(0, count).Select(machines.StartAsync));
        return machines;
    }

    internal ChildServer this[int machine] =>
        _machines[machine] ?? throw new InvalidOperationException($"Machine {machine} does not run.");

    /// <summary>Those that run, frozen ones too.</summary>
    internal IReadOnlyList<Uri> Addresses => [.. _machines.OfType<ChildServer>().Select(machine => machine.Address)];

    internal async Task StartAsync(int machine) =>
        _machines[machine] = await ChildServer.StartAsync(
            _folders[machine],
            shell: null,
            [
                .. _settings,
                $"--ControlSurface:Cluster:Address=http://127.0.0.1:{FreePorts.Next()}",
                $"--ControlSurface:Cluster:SiloPort={FreePorts.Next()}",
                "--Logging:LogLevel:Default=Error",
            ]
        );

    /// <summary>Starts those that do not run.</summary>
    internal Task StartMissingAsync() =>
        Task.WhenAll(
            Enumerable
                .Range(0, Count)
                .Where(machine => _machines[machine] is null)
                .Select(machine => StartAsync(machine))
        );

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
            var all = await _http.GetStringAsync(new Uri(this[machine].Address, "/metrics"));
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
        _http.Dispose();
    }

    // A key that is made in a folder is taken into the database by the first start; the other folders are made by the machines.
    private async Task PrepareAsync()
    {
        using (var access = AccessStore.Open(_folders[0], TimeProvider.System))
            Key = access
                .AddKey(access.AddPrincipal("Mia", PrincipalKind.Person, Roles.Manager, queues: null).Id, "Mia")
                .Text;
        await using (
            await ChildServer.StartAsync(_folders[0], shell: null, [.. _settings, "--Logging:LogLevel:Default=Error"])
        ) { }
    }

    [GeneratedRegex(@"\} (\d+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Value();
}
