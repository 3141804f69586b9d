using System.Diagnostics;
using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;
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
        PostgresServer.Execute(connection, "update controlsurface.principals set roles = '' where name = 'bot'");
        PostgresServer.Execute(connection, "delete from controlsurface.names");
        (code, said) = await DoctorAsync(server.Folder, connection);
        Assert.Equal(1, code);
        Assert.Contains("does not follow the one before it", said, StringComparison.Ordinal);
        Assert.Contains("The answer under the key", said, StringComparison.Ordinal);
        Assert.Contains("bot has no role that is one", said, StringComparison.Ordinal);
        Assert.True(said.Contains("The database does not list the workspace", StringComparison.Ordinal), said);

        (code, said) = await DoctorAsync(server.Folder, connection: "");
        Assert.NotEqual(0, code);
        Assert.Contains("ControlSurface__StorageConnection", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_go_on_while_reads_are_refused_and_who_is_told_outside_is_told_later()
    {
        // Two connections for all reads, which the test takes as two others would who read for long.
        var connection = PostgresServer.Shared.NewDatabase() + ";Maximum Pool Size=2;Timeout=1";
        await using var receiver = await Receiver.OpenAsync();
        await using var server = await OpenAsync(connection);
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var (mia, _, _, _) = await server.StaffAsync();
        var events = new[] { "item.archived", "item.created" };
        (await ada.PutAsync("/webhooks/crm", new { url = receiver.Url, events })).Is(201);
        var done = await mia.CreateAsync();
        Assert.Equal("item.created", TypeOf(await receiver.NextAsync()));
        (await mia.PostAsync($"/items/{done}/cancel", new { why = "Not needed." })).Is(200);
        var seq = await mia.SeqAsync();
        using var first = await mia.StreamAsync(seq);
        var reads = PostgresStorage.SourcesOf(new StoragePlace(server.Folder, connection)).Reads;
        using (await reads.OpenConnectionAsync())
        using (await reads.OpenConnectionAsync())
        {
            // Who listens is told of an archived item by its queue, which is looked up in the archive.
            server.Pass(120);
            await mia.CreateAsync("while nothing can be read");
            for (var k = 0; k < 2; k++)
                (await mia.GetAsync("/events?after=0")).Is(503);
        }
        foreach (var wanted in events)
        {
            var told = receiver.NextAsync();
            while (!told.IsCompleted)
            {
                server.Pass(1);
                (await mia.GetAsync("/me")).Is(200);
            }
            Assert.Equal(wanted, TypeOf(await told));
        }
        using var again = await mia.StreamAsync(seq);
        foreach (var wanted in events)
            Assert.Equal(wanted, (await again.NextAsync())!.Value.GetProperty("type").GetString());
        await mia.CreateAsync("heard as it happens");
        Assert.Equal("item.created", (await again.NextAsync())!.Value.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Doctor_says_how_the_index_of_items_is_made_anew_and_finds_no_fault_in_the_server_that_made_it()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var server = await OpenAsync(connection, TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await server.StopAsync();
        PostgresServer.Execute(
            connection,
            "delete from controlsurface.item_events where seq = (select max(seq) from controlsurface.item_events)"
        );
        var (code, said) = await DoctorAsync(server.Folder, connection);
        Assert.Equal(1, code);
        var mend = Regex.Match(said, "with the server stopped, run (delete from .* where workspace = '[^']+');");
        Assert.True(mend.Success, said);
        PostgresServer.Execute(connection, mend.Groups[1].Value);
        await server.StartAsync();
        Assert.Equal("leased", await mia.StateOfAsync(held.Item));
        (code, said) = await DoctorAsync(server.Folder, connection);
        Assert.True(code == 0, said);
    }

    private static string? TypeOf(Received got) => got.Json.GetProperty("type").GetString();

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
                "--ControlSurface:AllowLocalWebhooks=true",
            ]
        );
}
