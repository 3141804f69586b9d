using System.Formats.Tar;
using System.IO.Compression;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Workspaces;

/// <summary><c>workspaces add|list|rename|export|remove</c>, and <c>--workspace</c> of the other commands.</summary>
public sealed class WorkspaceCommandTests
{
    [Fact]
    public async Task A_workspace_that_the_command_line_makes_beside_a_server_is_served_at_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (made, _, _) = await RunAsync(server.Folder, "workspaces", "add", "annex");
        Assert.Equal(0, made);
        var (code, key, _) = await RunAsync(
            server.Folder,
            "keys",
            "add",
            "--workspace",
            "annex",
            "--name",
            "bot",
            "--kind",
            "agent",
            "--role",
            "agent"
        );
        Assert.Equal(0, code);

        var me = await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/me", key.Trim());

        Assert.Equal("annex", me.Is(200)["workspace"].GetString());
        Assert.Equal("bot", me["principal.name"].GetString());
        Assert.Contains("bot", (await RunAsync(server.Folder, "keys", "list", "--workspace", "annex")).Output);
        Assert.Equal("", (await RunAsync(server.Folder, "keys", "list")).Output);
    }

    [Fact]
    public async Task What_is_kept_in_a_database_is_exported_by_its_connection_alone_and_stays_after_a_removal()
    {
        using var folder = new TemporaryFolder();
        DataFolder.Create(folder.Path);
        await RunAsync(folder.Path, "workspaces", "add", "annex");
        var mark = new StorageMark("postgres", Guid.NewGuid());
        StorageMark.Write(Path.Combine(folder.Path, "workspaces", "annex"), mark);
        var file = Path.Combine(folder.Path, "annex.tar.gz");

        var (exported, _, why) = await RunAsync(folder.Path, "workspaces", "export", "annex", "--to", file);
        Assert.Equal(1, exported);
        Assert.Contains("ControlSurface:StorageConnection", why, StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        var (removed, left, _) = await RunAsync(folder.Path, "workspaces", "remove", "annex", "--yes");
        Assert.Equal(0, removed);
        Assert.Contains($"as workspace {mark.Id}: delete it there", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_whose_file_storage_is_damaged_can_be_removed()
    {
        using var folder = new TemporaryFolder();
        DataFolder.Create(folder.Path);
        await RunAsync(folder.Path, "workspaces", "add", "annex");
        var annex = Path.Combine(folder.Path, "workspaces", "annex");
        await File.WriteAllTextAsync(Path.Combine(annex, "storage"), "postgres");

        var (code, said, error) = await RunAsync(folder.Path, "workspaces", "remove", "annex", "--yes");

        Assert.True(code == 0, error);
        Assert.Contains("if the journal was in PostgreSQL, its rows are left.", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(annex));
    }

    [Fact]
    public async Task A_person_who_joins_another_workspace_has_roles_of_their_own_there()
    {
        await using var server = await LiveServer.OpenAsync();
        var ann = await server.AddAsync("Ann", Roles.Manager);
        await RunAsync(server.Folder, "workspaces", "add", "annex");

        var (code, said, _) = await RunAsync(
            server.Folder,
            "people",
            "join",
            "Ann",
            "--workspace",
            "annex",
            "--role",
            "reviewer"
        );

        Assert.Equal(0, code);
        Assert.Contains("reviewer", said);
        var me = await EventuallyAsync(
            () =>
            {
                server.Pass(0.3);
                return ann.GetAsync("/me");
            },
            answer => answer["workspaces"].GetArrayLength() == 2
        );
        Assert.Equal("reviewer", me["workspaces.1.roles.0"].GetString());
        Assert.Equal("manager", me["workspaces.0.roles.0"].GetString());
    }

    [Fact]
    public async Task Who_ended_in_a_workspace_does_not_join_it_again()
    {
        await using var server = await LiveServer.OpenAsync();
        await server.AddAsync("Ann", Roles.Manager);
        await RunAsync(server.Folder, "workspaces", "add", "annex");
        string[] join = ["people", "join", "Ann", "--workspace", "annex", "--role", "reviewer"];
        Assert.Equal(0, (await RunAsync(server.Folder, join)).Code);
        Assert.Equal(0, (await RunAsync(server.Folder, join)).Code);
        var annex = server.Host.Workspaces.Find("annex")!.Access;
        annex.SetState(annex.Find("Ann")!.Id, PrincipalState.Ended, "left");

        var (code, _, error) = await RunAsync(server.Folder, join);

        Assert.Equal(1, code);
        Assert.Contains("does not come back", error);
    }

    [Fact]
    public async Task The_list_names_a_workspace_that_cannot_be_read()
    {
        await using var server = await LiveServer.OpenAsync();
        await RunAsync(server.Folder, "workspaces", "add", "annex");
        await RunAsync(server.Folder, "workspaces", "add", "broken");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "workspaces", "broken", "access.db"), "no database");

        var (code, output, _) = await RunAsync(server.Folder, "workspaces", "list");

        Assert.Equal(0, code);
        Assert.Contains("annex\t/w/annex/\t0 members", output);
        Assert.Contains("broken\t/w/broken/\tcannot be read", output);
    }

    [Fact]
    public async Task What_needs_the_folder_alone_says_so_beside_a_server()
    {
        await using var server = await LiveServer.OpenAsync();
        await RunAsync(server.Folder, "workspaces", "add", "annex");

        foreach (string[] args in new[] { ["remove", "annex", "--yes"], new[] { "rename", "annex", "other" } })
        {
            var (code, _, error) = await RunAsync(server.Folder, ["workspaces", .. args]);
            Assert.Equal(1, code);
            Assert.Contains("Stop it", error);
        }
        Assert.NotNull(server.Host.Workspaces.Find("annex"));
    }

    [Fact]
    public async Task A_workspace_is_renamed_exported_and_removed_while_no_server_runs()
    {
        var folder = LiveServer.NewFolder();
        string key;
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            (_, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
            (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Put, "/api/v1/queues/crm", key, body: "{}")).Is(
                201
            );
        }
        Assert.Equal(0, (await RunAsync(folder, "workspaces", "rename", "annex", "team")).Code);
        Assert.Equal(0, (await RunAsync(folder, "workspaces", "rename", "main", "house")).Code);
        var file = Path.Combine(folder, "team.tar.gz");
        Assert.Equal(0, (await RunAsync(folder, "workspaces", "export", "team", "--to", file)).Code);
        Assert.Equal(["access.db", "journal.db"], NamesIn(file).Where(name => name is "access.db" or "journal.db"));

        await using (var again = await LiveServer.OpenAsync(folder: folder))
        {
            var me = await WorkspaceAddressTests.AskAsync(again, HttpMethod.Get, "/w/team/api/v1/me", key);
            Assert.Equal("team", me.Is(200)["workspace"].GetString());
            (await WorkspaceAddressTests.AskAsync(again, HttpMethod.Get, "/w/annex/api/v1/me", key)).Is(404);
            Assert.Equal("house", again.Host.Workspaces.First.Name);
        }
        Assert.Equal(1, (await RunAsync(folder, "workspaces", "remove", "team")).Code);
        Assert.Equal(1, (await RunAsync(folder, "workspaces", "remove", "house", "--yes")).Code);
        Assert.Equal(0, (await RunAsync(folder, "workspaces", "remove", "team", "--yes")).Code);
        Assert.DoesNotContain("team", (await RunAsync(folder, "workspaces", "list")).Output);
        Assert.False(Directory.Exists(Path.Combine(folder, "workspaces", "team")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_export_is_for_its_owner_alone_whole_or_not_there()
    {
        var folder = LiveServer.NewFolder();
        await using (var server = await LiveServer.OpenAsync(folder: folder))
            await server.AddAsync("Mia", Roles.Manager);
        // Into the very folder that it holds: it is no part of itself.
        var file = Path.Combine(folder, "main.tar.gz");
        // What a server that was killed left of a file that it was replacing.
        await File.WriteAllTextAsync(Path.Combine(folder, "permits.secret.new"), "half");

        var (code, _, error) = await RunAsync(folder, "workspaces", "export", "main", "--to", file);

        Assert.True(code == 0, error);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(NamesIn(file), name => name.Contains("tar.gz", StringComparison.Ordinal));
        Assert.DoesNotContain("permits.secret.new", NamesIn(file));
        Assert.Equal([file], Directory.GetFiles(folder, "*tar.gz*"));
        var written = await File.ReadAllBytesAsync(file);
        Assert.Equal(1, (await RunAsync(folder, "workspaces", "export", "main", "--to", file)).Code);
        Assert.Equal(written, await File.ReadAllBytesAsync(file));
        var nowhere = Path.Combine(folder, "nowhere", "main.tar.gz");
        Assert.Contains(
            "cannot be written",
            (await RunAsync(folder, "workspaces", "export", "main", "--to", nowhere)).Error
        );
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_doctor_examines_every_workspace()
    {
        var folder = LiveServer.NewFolder();
        await using (var server = await LiveServer.OpenAsync(TimeProvider.System, folder))
        {
            var (_, key) = Annex.Key(server, "annex", "Mia", Roles.Manager);
            (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Put, "/api/v1/queues/crm", key, body: "{}")).Is(
                201
            );
        }
        var (well, all, _) = await RunAsync(folder, "doctor");
        Assert.True(well == 0, all);
        Assert.Contains(Path.Combine("workspaces", "annex", "journal.db"), all);

        await File.WriteAllTextAsync(Path.Combine(folder, "workspaces", "annex", "access.db"), "no database");

        var (code, output, _) = await RunAsync(folder, "doctor");
        Assert.Equal(1, code);
        Assert.Contains("access.db", output);
        Assert.Equal(1, (await RunAsync(folder, "doctor", "--workspace", "annex")).Code);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string folder, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(
            [.. args, "--data", folder],
            _ => throw new InvalidOperationException("It serves nothing."),
            output,
            error
        );
        return (code, output.ToString(), error.ToString());
    }

    private static List<string> NamesIn(string file)
    {
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var archive = new TarReader(packed);
        var names = new List<string>();
        while (archive.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }

    private static async Task<Api.Answer> EventuallyAsync(Func<Task<Api.Answer>> ask, Func<Api.Answer, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var answer = (await ask()).Is(200);
            if (holds(answer))
                return answer;
            await Task.Delay(50, patience.Token);
        }
    }
}
