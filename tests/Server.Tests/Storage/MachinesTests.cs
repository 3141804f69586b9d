using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Postgres;
using ControlSurface.Storage.Projections;
using ControlSurface.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Access;
using Server.Tests.Field;
using Server.Tests.Workspaces;

namespace Server.Tests.Storage;

/// <summary>Everything that is truth is in the database: another machine, with an empty folder, goes on with it.</summary>
public sealed class MachinesTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly string _connection = PostgresServer.Shared.NewDatabase();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Another_machine_has_workspaces_people_keys_sign_ins_and_webhooks_of_the_one_before()
    {
        await using var receiver = await Receiver.OpenAsync();
        await using var first = await OpenAsync("first");
        var (mia, bot, _, _) = await first.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var ada = await first.AddAsync("Ada", Roles.Admin);
        var hook = new { url = receiver.Url + "?token=t", events = new[] { "item.created" } };
        var secret = (await ada.PutAsync("/webhooks/crm", hook)).Is(201)["secret"].GetString()!;
        var (_, annexKey) = Annex.Key(first, "annex", "Max", Roles.Manager);
        using var window = new Window(first);
        await window.SignInAsync(ada.Key);
        await first.StopAsync();

        // Nothing of the first machine's folder is needed.
        await using var second = await OpenAsync("second", first.Clock);
        Assert.Equal(["main", "annex"], second.Host.Workspaces.All.Select(entry => entry.Name));
        var bot2 = new TestCaller(second, bot.Principal, bot.Key);
        (await bot2.PostAsync($"/leases/{held.Lease}/complete", new { token = held.Token, result = "done" })).Is(200);
        (await WorkspaceAddressTests.AskAsync(second, HttpMethod.Get, "/w/annex/api/v1/me", annexKey)).Is(200);
        using var same = new Window(second, window.Cookies);
        Assert.Equal(HttpStatusCode.OK, (await same.GetAsync("/queues")).Status);
        var ada2 = new TestCaller(second, ada.Principal, ada.Key);
        await new TestCaller(second, mia.Principal, mia.Key).CreateAsync("told outside");
        var told = receiver.NextAsync();
        while (!told.IsCompleted)
        {
            second.Pass(1);
            (await ada2.GetAsync("/me")).Is(200);
        }
        Assert.True((await told).IsSignedWith(secret));
        Assert.All(
            (string[])["journal.db", "access.db", "outbox.db", "webhooks.secret", "protection"],
            name => Assert.False(Path.Exists(Path.Combine(second.Folder, name)), name)
        );
    }

    [Fact]
    public async Task A_key_that_was_made_in_a_folder_before_the_first_start_works_after_it()
    {
        var folder = Path.Combine(_temporary.Path, "new");
        string key;
        using (var before = AccessStore.Open(folder, new FakeTimeProvider(LiveServer.T0)))
            key = before.AddKey(before.AddPrincipal("Bob", PrincipalKind.Agent, Roles.Agent, null).Id, "a").Text;
        HookKeys.Open(folder).Keep("github", key);
        await using var server = await OpenAsync("new");
        Assert.Equal("Bob", server.Host.Access.Verify(key)!.Principal.Name);
        Assert.Equal([key], server.Host.Workspaces.First.Hooks.Of("github"));
        Assert.False(Path.Exists(Path.Combine(folder, "hooks.keys")));
    }

    [Fact]
    public async Task What_another_machine_has_no_projections_of_is_said_until_it_has_read_the_journal()
    {
        await using var first = await OpenAsync("first");
        var (mia, _, _, _) = await first.StaffAsync();
        for (var k = 0; k < 20; k++)
            await mia.CreateAsync($"item {k}");
        await first.StopAsync();
        await using var second = await OpenAsync("second", first.Clock);
        var projector = second.Host.App.Services.GetRequiredService<Projector>();
        var end = second.Host.Engine.Picture.Seq;
        var wasWhole = true;
        // Never a part of it: not written down yet, or all of it.
        while (projector.Seq < end)
        {
            try
            {
                var happened = projector
                    .FiguresOf("crm", DateTimeOffset.MinValue, byDay: true)
                    .Where(f => f.Measure == Measure.Created)
                    .Sum(f => f.Count);
                wasWhole &= happened == 20;
            }
            catch (ProjectionsNotReadyException)
            {
                await Task.Yield();
            }
        }
        Assert.True(wasWhole);
        Assert.Equal(
            20,
            projector
                .FiguresOf("crm", DateTimeOffset.MinValue, byDay: true)
                .Where(f => f.Measure == Measure.Created)
                .Sum(f => f.Count)
        );
    }

    [Fact]
    public async Task An_export_holds_the_whole_workspace_as_files_and_a_folder_that_it_is_unpacked_into_needs_no_database()
    {
        await using var first = await OpenAsync("first", TimeProvider.System);
        var (mia, bot, _, _) = await first.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        HookKeys.Open(first.Host.Workspaces.First.Home.Secrets).Keep("github", bot.Key);
        var file = Path.Combine(_temporary.Path, "main.tar.gz");
        await first.StopAsync();
        var (code, said) = await RunAsync(
            "first",
            ["workspaces", "export", "main", "--to", file, "--data", first.Folder]
        );
        Assert.True(code == 0, said);
        var unpacked = DataFolder.Create(Path.Combine(_temporary.Path, "unpacked"));
        await using (var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(packed, unpacked, overwriteFiles: false);
        await using var restored = await LiveServer.OpenAsync(TimeProvider.System, unpacked);
        var same = new TestCaller(restored, bot.Principal, bot.Key);
        (await same.PostAsync($"/leases/{held.Lease}/complete", new { token = held.Token, result = "done" })).Is(200);
        Assert.Equal([bot.Key], restored.Host.Workspaces.First.Hooks.Of("github"));
    }

    [Fact]
    public void Two_machines_have_the_same_secrets_whichever_made_them_and_protect_for_each_other()
    {
        var (here, there) = (Home("here"), Home("there"));
        var (one, other) = (here.Secrets.OpenProtection(), there.Secrets.OpenProtection());
        var secret = KeptSecret.Open(here.Secrets, SecretNames.Permits, one.CreateProtector("p"), 32);
        Assert.Equal(secret, KeptSecret.Open(there.Secrets, SecretNames.Permits, other.CreateProtector("p"), 32));
        Assert.Equal("text", one.CreateProtector("p").Unprotect(other.CreateProtector("p").Protect("text")));
        var (keys, same) = (HookKeys.Open(here.Secrets), HookKeys.Open(there.Secrets));
        Assert.Empty(same.Of("github"));
        Parallel.Invoke(() => keys.Keep("github", "k1"), () => same.Keep("github", "k2"));
        // What is known of another machine's changes may be a quarter of a second old.
        SpinWait.SpinUntil(() => same.Of("github").Count == 2, TimeSpan.FromSeconds(20));
        Assert.Equal(["k1", "k2"], same.Of("github").Order());
    }

    [Fact]
    public void A_workspace_is_made_once_whichever_machine_makes_it_and_all_machines_have_it()
    {
        var (here, there) = (Folders("here"), Folders("there"));
        here.Settle();
        there.Settle();
        here.Make("team", _ => { });
        Assert.Throws<DataFolderException>(() => there.Make("team", _ => { }));
        Assert.True(there.TakeInShared(TimeProvider.System.GetTimestamp()));
        Assert.Equal(["main", "team"], there.All());
        Assert.Equal(StorageMark.Read(here.Of("team")), StorageMark.Read(there.Of("team")));
        there.Make("other", _ => { });
        here.Rename("team", "crew");
        here.Remove("crew");
        there.Settle();
        Assert.Equal(["main", "other"], there.All());
        Assert.Equal(2L, PostgresServer.Scalar(_connection, "select count(*) from controlsurface.workspaces"));
    }

    [Fact]
    public void A_workspace_that_another_machine_renamed_has_its_new_name_after_the_next_start()
    {
        var (here, there) = (Folders("here"), Folders("there"));
        here.Settle();
        here.Make("team", _ => { });
        there.Settle();
        here.Rename("team", "crew");
        here.Rename("main", "head");
        there.Settle();
        Assert.Equal(["head", "crew"], there.All());
        Assert.Equal("head", there.First);
    }

    [Fact]
    public void A_folder_of_another_server_is_refused()
    {
        Folders("here").Settle();
        var other = Path.Combine(_temporary.Path, "other");
        new WorkspaceFolders(other, NamesIn(other, PostgresServer.Shared.NewDatabase())).Settle();
        var refused = Assert.Throws<DataFolderException>(() =>
            new WorkspaceFolders(other, NamesIn(other, _connection)).Settle()
        );
        Assert.Contains("is of another server than the database", refused.Message, StringComparison.Ordinal);
    }

    // As an operator runs it.
    private async Task<(int Code, string Said)> RunAsync(string machine, string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [Crash.ChildServer.Program, .. command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Storages.ConnectionVariable] = ConnectionOf(machine);
        start.Environment["ControlSurface__Storage"] = PostgresStorage.Word;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    private IWorkspaceHome Home(string machine)
    {
        var folders = Folders(machine);
        folders.Settle();
        return Storages.HomeOf(new StoragePlace(folders.Data, ConnectionOf(machine)));
    }

    private WorkspaceFolders Folders(string machine)
    {
        var folder = DataFolder.Create(Path.Combine(_temporary.Path, machine));
        return new WorkspaceFolders(folder, NamesIn(folder, ConnectionOf(machine)));
    }

    private static IWorkspaceNames NamesIn(string folder, string connection) =>
        Storages.NamesOf(PostgresStorage.Word, new StoragePlace(DataFolder.Create(folder), connection))!;

    // Its sources are its own, as another machine's are.
    private string ConnectionOf(string machine) => $"{_connection};Application Name={machine}";

    private Task<LiveServer> OpenAsync(string machine, TimeProvider? clock = null) =>
        LiveServer.OpenAsync(
            clock,
            Path.Combine(_temporary.Path, machine),
            "--ControlSurface:Storage=postgres",
            $"--ControlSurface:StorageConnection={ConnectionOf(machine)}",
            "--ControlSurface:AllowLocalWebhooks=true"
        );
}
