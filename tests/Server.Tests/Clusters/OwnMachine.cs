using System.Diagnostics;
using ControlSurface.Access;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Hosting;
using ControlSurface.Hosting.Cluster;
using Server.Tests.Field;

namespace Server.Tests.Clusters;

/// <summary>One of several machines, in this process: a test sees which workspaces it has, and moves them.</summary>
internal sealed class OwnMachine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Machine _machine;
    private readonly string _folder;

    private OwnMachine(Machine machine, string folder)
    {
        _machine = machine;
        _folder = folder;
    }

    internal Uri Address => ControlSurface.Hosting.Server.AddressOf(_machine.App);

    internal ControlSurface.Hosting.Workspaces Workspaces => _machine.Workspaces;

    internal ClusterPlacement Placement => _machine.Placement;

    internal Silo Silo => _machine.Silo;

    internal static Task<OwnMachine> StartAsync(string connection, params string[] settings) =>
        StartAsync(connection, TimeProvider.System, settings);

    internal static async Task<OwnMachine> StartAsync(string connection, TimeProvider clock, params string[] settings)
    {
        var folder = LiveServer.NewFolder();
        var machine = Machine.Open(
            new ServeOptions(
                "http://127.0.0.1:0",
                folder,
                Demo: false,
                [
                    "--ControlSurface:Storage=postgres",
                    $"--ControlSurface:StorageConnection={connection}",
                    $"--ControlSurface:Cluster:Address=http://127.0.0.1:{FreePorts.Next()}",
                    $"--ControlSurface:Cluster:SiloPort={FreePorts.Next()}",
                    "--Logging:LogLevel:Default=Critical",
                    .. settings,
                ]
            ),
            clock
        );
        await machine.StartAsync(CancellationToken.None);
        return new OwnMachine(machine, folder);
    }

    internal string Greeting()
    {
        using var said = new StringWriter();
        _machine.Greet(said, TimeSpan.Zero);
        return said.ToString();
    }

    internal WorkspaceEntry Entry(string workspace) =>
        Workspaces.Find(workspace) ?? throw new InvalidOperationException($"There is no workspace {workspace}.");

    /// <summary>Somebody with a key in a workspace, which is made if need be.</summary>
    internal (Principal Who, string Key) Add(string workspace, string name, Roles roles)
    {
        var access = (Workspaces.Find(workspace) ?? Workspaces.Add(workspace, PrincipalId.System)).Access;
        var who = access.AddPrincipal(name, PrincipalKind.Person, roles, queues: null);
        return (who, access.AddKey(who.Id, name).Text);
    }

    /// <summary>Opens the workspace on any machine.</summary>
    /// <returns>Whether it is this one.</returns>
    internal async Task<bool> OpenAsync(string workspace)
    {
        Place place = default;
        await UntilAsync(async () =>
        {
            place = await Placement.FindAsync(Entry(workspace), CancellationToken.None);
            place.Visit?.Dispose();
            return place != default;
        });
        return place.Machine is null;
    }

    /// <summary>Closes the workspace here as where nothing needs it, so that the next one who comes opens it anywhere.</summary>
    internal async Task CloseAsync(string workspace)
    {
        var entry = Entry(workspace);
        await entry.Turn.WaitAsync();
        if (entry.TryShut(emptyFor: null, out var host))
            await host.DisposeAsync();
        Placement.Leave(entry);
        entry.Turn.Release();
    }

    internal static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "It did not come to be.");
            await Task.Delay(20);
        }
    }

    internal static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    public async ValueTask DisposeAsync()
    {
        await _machine.App.StopAsync();
        await _machine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
