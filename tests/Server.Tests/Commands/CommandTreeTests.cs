using System.Diagnostics;
using System.Text.Json;
using ControlSurface.Access;
using ControlSurface.Commands;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using Server.Tests.Storage;

namespace Server.Tests.Commands;

/// <summary>The command line.</summary>
public sealed class CommandTreeTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private ServeOptions? _served;

    [Fact]
    public async Task Keys_add_prints_the_key_alone_on_a_line()
    {
        Assert.Equal(
            0,
            await Run(
                "keys",
                "add",
                "--name",
                "bot-1",
                "--kind",
                "agent",
                "--role",
                "agent",
                "--role",
                "viewer",
                "--queue",
                "crm"
            )
        );
        var key = _output.ToString().TrimEnd('\n');
        Assert.Matches("^cs_agent_[0-9A-Za-z]{36}$", key);
        Assert.Equal(
            $"{_temporary.Path} is a new data folder.\nK-1 of bot-1, kept in {_temporary.Path}.\n",
            _error.ToString()
        );
        using var store = AccessStore.Open(_temporary.Path, TimeProvider.System);
        var principal = store.Verify(key)!.Principal;
        Assert.Equal(("bot-1", Roles.Agent | Roles.Viewer), (principal.Name, principal.Roles));
        Assert.Equal(["crm"], principal.Queues!);
    }

    [Fact]
    public async Task A_second_key_is_the_same_principals_and_never_changes_what_they_may()
    {
        string[] same = ["keys", "add", "--name", "bot-1", "--kind", "agent", "--role", "agent"];
        Assert.Equal(0, await Run(same));
        Assert.Equal(0, await Run(same));
        Assert.Equal(1, await Run("keys", "add", "--name", "bot-1", "--kind", "agent", "--role", "admin"));
        Assert.Contains(
            "bot-1 is known already: agent, agent, every queue.",
            _error.ToString(),
            StringComparison.Ordinal
        );
        using var store = AccessStore.Open(_temporary.Path, TimeProvider.System);
        Assert.Equal(2, store.Keys(store.Principals.Single().Id).Count);
    }

    [Theory]
    [InlineData("keys", "add", "--name", "x", "--kind", "robot", "--role", "agent")]
    [InlineData("keys", "add", "--name", "x", "--kind", "agent", "--role", "king")]
    [InlineData("keys", "add", "--kind", "agent", "--role", "agent")]
    [InlineData("keys", "add", "--name", "x", "--kind", "agent")]
    [InlineData("keys", "revoke", "K-9")]
    [InlineData("people", "link", "Nobody")]
    [InlineData("sing")]
    [InlineData("serve", "--prot", "80")]
    public async Task What_cannot_be_done_is_refused_with_a_sentence(params string[] arguments)
    {
        Assert.NotEqual(0, await Run(arguments));
        Assert.NotEmpty(_error.ToString());
        Assert.Null(_served);
    }

    [Fact]
    public async Task Serve_is_the_default_and_takes_the_hosts_settings_along()
    {
        Assert.Equal(7, await Run("--urls", "http://127.0.0.1:5320", "--demo", "--Logging:LogLevel:Default=Debug"));
        Assert.Equal(("http://127.0.0.1:5320", _temporary.Path, true), (_served!.Urls, _served.Data, _served.Demo));
        Assert.Equal(["--Logging:LogLevel:Default=Debug"], _served.Settings);
        Assert.Equal(7, await Run("serve"));
        Assert.Equal((null, false), (_served.Urls, _served.Demo));
    }

    [Fact]
    public async Task Keys_are_listed_without_their_text_and_revoked_by_their_id()
    {
        await Run("keys", "add", "--name", "bot-1", "--kind", "agent", "--role", "agent");
        var key = _output.ToString().TrimEnd('\n');
        _output.GetStringBuilder().Clear();
        await Run("keys", "list");
        Assert.Contains(
            "K-1\tvalid\tbot-1\t" + key[..13] + "..." + key[^4..],
            _output.ToString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(key, _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await Run("keys", "revoke", "K-1"));
        await Run("keys", "list");
        Assert.Contains("K-1\trevoked", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_added_with_a_link_gets_another_and_is_disabled()
    {
        Assert.Equal(0, await Run("people", "add", "Rita", "--role", "reviewer"));
        Assert.Equal(0, await Run("people", "link", "Rita"));
        var links = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(links, link => Assert.Matches(@"^/login\?t=[0-9a-f]{64}$", link));
        using var store = AccessStore.Open(_temporary.Path, TimeProvider.System);
        Assert.Equal("Rita", store.UseSignInLink(links[0].Split('=')[1])!.Name);
        Assert.Equal(0, await Run("people", "disable", "Rita"));
        store.LookForChanges();
        Assert.Equal(PrincipalState.Ended, store.Find("Rita")!.State);
        Assert.Null(store.UseSignInLink(links[1].Split('=')[1]));
    }

    [Fact]
    public async Task Doctor_finds_a_sound_folder_well_also_beside_a_server()
    {
        using (var folder = DataFolder.Open(_temporary.Path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
        {
            Fill(journal);
            Assert.Equal(0, await Run("doctor"));
            Assert.Contains("running, pid " + Environment.ProcessId, _output.ToString(), StringComparison.Ordinal);
        }
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await Run("doctor", "--json"));
        var found = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.True(found.GetProperty("ok").GetBoolean());
        var details = found
            .GetProperty("checks")
            .EnumerateArray()
            .DistinctBy(c => c.GetProperty("name").GetString())
            .ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("detail").GetString()!);
        Assert.StartsWith("3 events check", details["chain"], StringComparison.Ordinal);
        Assert.Equal("1 match the journal", details["snapshots"]);
        Assert.Equal("not running", details["server"]);
    }

    [Theory]
    [InlineData(
        "update batches set data = substr(data, 1, length(data) / 2) where first = 1",
        "WRONG  chain: The journal does not check: seq 1"
    )]
    [InlineData("update snapshots set digest = zeroblob(32)", "WRONG  snapshots: Not what the journal says: seq 3")]
    [InlineData("update marks set value = '9' where name = 'format'", "WRONG  format: The data folder was written by")]
    public async Task Doctor_names_what_is_wrong_and_exits_with_1(string tampering, string named)
    {
        using (var folder = DataFolder.Open(_temporary.Path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
            Fill(journal);
        _temporary.Tamper(tampering);
        Assert.Equal(1, await Run("doctor"));
        Assert.Contains(named, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_names_an_event_that_does_not_fit()
    {
        using (var folder = DataFolder.Open(_temporary.Path))
        using (var journal = SqliteStorage.Open(folder.Path).Journal)
            journal.Append(Batches.Renewals(0, 1));
        Assert.Equal(1, await Run("doctor"));
        Assert.Contains("WRONG  replay: Seq 1 (lease.renewed)", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_of_no_folder_says_so() => Assert.Equal(1, await Run("doctor"));

    [Fact]
    public async Task A_process_of_its_own_adds_a_key_that_a_running_server_takes_and_a_second_server_is_turned_away()
    {
        using var folder = DataFolder.Open(_temporary.Path);
        using var store = AccessStore.Open(_temporary.Path, TimeProvider.System);
        var (code, output, _) = await Process(
            "keys",
            "add",
            "--name",
            "bot-2",
            "--kind",
            "agent",
            "--role",
            "agent",
            "--data",
            _temporary.Path
        );
        Assert.Equal(0, code);
        Assert.Equal("bot-2", store.Verify(output.TrimEnd('\n'))!.Principal.Name);
        var (second, _, refusal) = await Process("serve", "--data", _temporary.Path);
        Assert.Equal(1, second);
        Assert.StartsWith(
            $"Another server (pid {Environment.ProcessId}) already serves",
            refusal,
            StringComparison.Ordinal
        );
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _temporary.Dispose();
    }

    private static void Fill(SqliteJournal journal)
    {
        var workspace = new Workspace();
        var batch = Batches.Of(
            0,
            new QueueEvent.PolicySet("crm", new QueuePolicy(), []),
            Batches.Created(1),
            Batches.Created(2)
        );
        journal.Append(batch);
        foreach (var recorded in batch.Events)
            workspace.Evolve(recorded);
        var state = workspace.ToState();
        journal.Save(new Snapshot(3, Digest.Of(state), StateJson.Write(state)));
    }

    private Task<int> Run(params string[] arguments) =>
        CommandTree.RunAsync(
            [.. arguments, "--data", _temporary.Path],
            options =>
            {
                _served = options;
                return Task.FromResult(7);
            },
            _output,
            _error
        );

    private static async Task<(int Code, string Output, string Error)> Process(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
