using System.Diagnostics;
using ControlSurface.Storage;
using Server.Tests.Field;

namespace Server.Tests.Storage;

/// <summary>The whole server with its journal in PostgreSQL, over HTTP.</summary>
public sealed class A_server_on_PostgreSQL
{
    [Fact]
    public async Task Works_as_on_SQLite_and_finds_everything_after_a_restart()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var server = await OpenAsync(connection);
        var (mia, bot, _, sue) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync("A title with ½ and 字"));
        (await bot.PostAsync($"/leases/{held.Lease}/complete", new { token = held.Token, result = "done" })).Is(200);
        var waits = await bot.HoldAsync(await mia.CreateAsync());
        server.Pass(400);
        Assert.Equal("stale", await mia.StateOfAsync(waits.Item));
        var seq = await mia.SeqAsync();
        var events = await mia.EventsAsync(0);
        await server.StopAsync();
        Assert.False(File.Exists(Path.Combine(server.Folder, "journal.db")));
        await server.StartAsync();
        Assert.Equal(seq, await mia.SeqAsync());
        Assert.Equal(events.Count, (await mia.EventsAsync(0)).Count);
        (await sue.PostAsync($"/items/{waits.Item}/takeover", new { why = "late" })).Is(200);
        // Settled work leaves memory, and is found in the database.
        server.Pass(700);
        (await mia.GetAsync("/me")).Is(200);
        Assert.Equal("completed", await mia.StateOfAsync(held.Item));
    }

    [Fact]
    public async Task Says_that_nothing_can_be_written_while_the_database_is_away_and_goes_on_after_it()
    {
        using var database = PostgresServer.Own();
        await using var server = await OpenAsync(database.NewDatabase());
        var (mia, _, _, _) = await server.StaffAsync();
        var item = await mia.CreateAsync();
        database.Crash();
        var asked = mia.PostAsync("/items", new { queue = "crm", title = "while it is away" });
        // What is in memory is served.
        Assert.Equal("queued", await mia.StateOfAsync(item));
        (await mia.GetAsync("/events?after=0")).Is(503);
        database.Start();
        (await asked).Is(201);
        (await mia.GetAsync("/events?after=0")).Is(200);
    }

    [Fact]
    public async Task Doctor_reads_the_database_and_names_the_event_that_was_changed()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var server = await OpenAsync(connection, TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync();
        await bot.HoldAsync(await mia.CreateAsync());
        (await mia.PostAsync("/items", new { queue = "crm", title = "One" }, "k-1")).Is(201);
        await server.StopAsync();
        var (code, said) = await DoctorAsync(server.Folder, connection);
        Assert.True(code == 0, said);
        Assert.Contains("chain", said, StringComparison.Ordinal);

        PostgresServer.Execute(
            connection,
            "update controlsurface.batches set at = at + 1 where first = (select max(first) from controlsurface.batches)"
        );
        PostgresServer.Execute(connection, "update controlsurface.answers set data = '\\x02'");
        (code, said) = await DoctorAsync(server.Folder, connection);
        Assert.Equal(1, code);
        Assert.Contains("does not follow the one before it", said, StringComparison.Ordinal);
        Assert.Contains("The answer under the key", said, StringComparison.Ordinal);

        (code, said) = await DoctorAsync(server.Folder, connection: "");
        Assert.NotEqual(0, code);
        Assert.Contains("ControlSurface__StorageConnection", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> DoctorAsync(string folder, string connection)
    {
        var start = new ProcessStartInfo("dotnet", [Crash.ChildServer.Program, "doctor", "--data", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["ControlSurface__StorageConnection"] = connection;
        using var doctor = Process.Start(start)!;
        var said = await doctor.StandardOutput.ReadToEndAsync();
        await doctor.WaitForExitAsync();
        return (doctor.ExitCode, said);
    }

    private static Task<LiveServer> OpenAsync(string connection, TimeProvider? clock = null) =>
        LiveServer.OpenAsync(
            clock,
            settings:
            [
                "--ControlSurface:Storage=postgres",
                $"--ControlSurface:StorageConnection={connection}",
                "--ControlSurface:ArchiveAfterSeconds=60",
            ]
        );
}
