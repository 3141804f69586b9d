using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Workspaces;

/// <summary><c>workspaces move</c> as an operator runs it, and what the server serves after it.</summary>
public sealed class WorkspaceMoveCommandTests
{
    [Fact]
    public async Task A_workspace_beside_the_first_is_moved_alone_and_a_repeated_request_has_its_first_answer()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var server = await LiveServer.OpenAsync(
            TimeProvider.System,
            settings: $"--ControlSurface:StorageConnection={connection}"
        );
        var (mia, _, _, _) = await server.StaffAsync();
        await mia.CreateAsync("stays where it is");
        var (_, key) = Annex.Key(server, "annex", "Max", Roles.Manager);
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Put, "/w/annex/api/v1/queues/q", key, body: "{}")).Is(
            201
        );
        var first = await PostAsync(server, key);
        var error = new StringWriter();
        Assert.Equal(
            1,
            await CommandTree.RunAsync(
                ["workspaces", "move", "annex", "--to", "postgres", "--data", server.Folder],
                _ => Task.FromResult(9),
                error: error
            )
        );
        Assert.Contains("Stop it, run workspaces move again", error.ToString(), StringComparison.Ordinal);
        await server.StopAsync();

        var went = await RunAsync(server.Folder, connection, "annex", "postgres", "--json");
        Assert.True(went.Code == 0, went.Error);
        var there = JsonDocument.Parse(went.Output).RootElement;
        Assert.Equal(
            ("annex", "postgres", true),
            (
                there.GetProperty("workspace").GetString(),
                there.GetProperty("storage").GetString(),
                there.GetProperty("moved").GetBoolean()
            )
        );
        Assert.True(File.Exists(Path.Combine(server.Folder, "journal.db")));
        await server.StartAsync();
        Assert.Equal(first, await PostAsync(server, key));
        Assert.Equal(1L, PostgresServer.Scalar(connection, "select count(*) from controlsurface.workspaces"));
        Assert.Equal("queued", await StateAsync(server, key));
        await server.StopAsync();

        var back = await RunAsync(server.Folder, connection, "annex", "sqlite");
        Assert.True(back.Code == 0, back.Error);
        Assert.Contains("annex is kept in sqlite now", back.Output, StringComparison.Ordinal);
        await server.StartAsync();
        Assert.Equal(first, await PostAsync(server, key));
        Assert.Equal("queued", await StateAsync(server, key));
    }

    [Fact]
    public async Task A_command_that_is_killed_at_any_moment_can_be_run_again()
    {
        var connection = PostgresServer.Shared.NewDatabase();
        await using var server = await LiveServer.OpenAsync(
            TimeProvider.System,
            settings: $"--ControlSurface:StorageConnection={connection}"
        );
        var (mia, _, _, _) = await server.StaffAsync();
        for (var k = 0; k < 50; k++)
            await mia.CreateAsync($"item {k}");
        var seq = await mia.SeqAsync();
        await server.StopAsync();
        var to = "postgres";
        // From before it has begun to after its end, on every machine: the delay follows how long the last one took.
        var whole = TimeSpan.FromSeconds(2);
        for (var k = 1; k <= 3; k++)
        {
            using var process = Start(server.Folder, connection, "main", to);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(whole * k / 4, TimeProvider.System));
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            var began = Stopwatch.StartNew();
            var (code, _, error) = await RunAsync(server.Folder, connection, "main", to);
            whole = began.Elapsed;
            Assert.True(code == 0, error);
            to = to == "postgres" ? "sqlite" : "postgres";
        }
        await server.StartAsync();
        Assert.Equal(seq, await mia.SeqAsync());
        Assert.Equal(1L, PostgresServer.Scalar(connection, "select count(*) from controlsurface.workspaces"));
    }

    private static async Task<string> PostAsync(LiveServer server, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "w/annex/api/v1/items");
        request.Headers.Authorization = new("Bearer", key);
        request.Headers.Add("Idempotency-Key", "once");
        request.Content = JsonContent.Create(new { queue = "q", title = "Call Ann" });
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(201, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string?> StateAsync(LiveServer server, string key) =>
        (await WorkspaceAddressTests.AskAsync(server, HttpMethod.Get, "/w/annex/api/v1/items/W-1", key))
            .Is(200)["state"]
            .GetString();

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string folder,
        string connection,
        string workspace,
        string to,
        params string[] more
    )
    {
        using var process = Start(folder, connection, workspace, to, more);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static Process Start(string folder, string connection, string workspace, string to, params string[] more)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Crash.ChildServer.Program, "workspaces", "move", workspace, "--to", to, "--data", folder, .. more]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ControlSurface__StorageConnection"] = connection;
        return Process.Start(start)!;
    }
}
