using Server.Tests.Crash;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Clusters;

/// <summary>A machine without a folder for temporary files.</summary>
[Collection(Alone.Name)]
public sealed class A_machine_that_cannot_rehearse : IDisposable
{
    private readonly string _folder = LiveServer.NewFolder();

    [Fact]
    public async Task Says_so_and_stops_in_order()
    {
        await using var machine = await ChildServer.StartAsync(
            _folder,
            "export TMPDIR=/nowhere",
            "--ControlSurface:Storage=postgres",
            $"--ControlSurface:StorageConnection={PostgresServer.Shared.NewDatabase()}",
            $"--ControlSurface:Cluster:Address=http://127.0.0.1:{FreePorts.Next()}",
            $"--ControlSurface:Cluster:SiloPort={FreePorts.Next()}",
            "--Logging:LogLevel:Default=Warning"
        );
        await OwnMachine.UntilAsync(() =>
            machine.Output.Contains("will be opened more slowly", StringComparison.Ordinal)
        );
        machine.Terminate();
        Assert.Equal(0, await machine.ExitAsync());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
