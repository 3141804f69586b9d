using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Server.Tests.Field;

namespace Server.Tests.Clients;

/// <summary>
/// The official TypeScript client and the inspector's command-line mode, as agents' hosts use them, against the whole server.
/// Node.js runs them; <c>npm install</c> installs the versions of <c>package-lock.json</c> where they are missing.
/// </summary>
public sealed class Real_clients
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Installing = new(1, 1);

    [Fact]
    public async Task The_typescript_client_calls_every_tool_with_null_for_everything_optional()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        var ada = await server.AddAsync("Ada", Roles.Admin | Roles.Agent | Roles.Reviewer | Roles.Support);
        await InstallAsync();

        var said = await NodeAsync("real-clients.mjs", $"{server.Address}mcp", ada.Key, SceneOf(desk));

        var calls = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToList();
        Assert.True(calls.Count > 45, $"only {calls.Count}: {said}");
        var refused = calls
            .Where(c => c.TryGetProperty("code", out var code) && code.GetString() == "invalid_request")
            .Select(c => c.GetRawText())
            .ToList();
        Assert.True(refused.Count == 0, string.Join("\n", refused));
        Assert.Contains(calls, c => c.TryGetProperty("isError", out var isError) && !isError.GetBoolean());
    }

    // What is needed, by the names of arguments, and by tool and operation where one name is not enough.
    private static string SceneOf(Desk desk)
    {
        var under = new { leaseId = desk.Held.Lease, token = desk.Held.Token };
        var version = new { artifactId = desk.Artifact, version = 1 };
        var scene = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["queue"] = "crm",
            ["itemId"] = desk.Held.Item,
            ["leaseId"] = desk.Held.Lease,
            ["artifactId"] = desk.Artifact,
            ["actionId"] = "send-1",
            ["version"] = 1,
            ["baseVersion"] = 1,
            ["ifSeq"] = 1,
            ["token"] = desk.Held.Token,
            ["target"] = "mail:ann",
            ["list_records found"] = new { q = "refund" },
            ["get_record item"] = new { itemId = desk.Held.Item },
            ["get_record can"] = new { itemId = desk.Held.Item },
            ["get_record queue"] = new { queue = "crm" },
            ["get_record lease"] = under,
            ["get_record handover"] = under,
            ["get_record artifact"] = new { artifactId = desk.Artifact },
            ["get_record diff"] = new { artifactId = desk.Artifact },
            ["get_record approvals"] = new { artifactId = desk.Artifact },
            ["get_record target_check"] = new { path = new[] { "mail:ann" } },
            ["get_record consequences"] = version,
            ["get_record action"] = new { actionId = "send-1" },
            ["get_record conflict"] = new { conflictId = "C-1" },
            ["leave_note note"] = new
            {
                itemId = desk.Held.Item,
                text = "x",
                to = "holder",
                kind = "note",
            },
            ["leave_note acknowledge"] = new { itemId = desk.Held.Item, noteId = 1 },
            ["leave_note comment"] = new
            {
                artifactId = desk.Artifact,
                version = 1,
                body = "Why?",
            },
            ["claim_item take_over"] = new { why = "stale" },
            ["claim_item decline"] = new { why = "not mine" },
            ["renew_lease suspend"] = new { reason = "blocked" },
            ["lock_targets lock"] = new { targets = new[] { new { target = "mail:ann", mode = "exclusive" } } },
            ["lock_targets unlock"] = new { targets = new[] { "mail:ann" } },
            ["publish_version new_artifact"] = new
            {
                name = "b",
                contentType = "text/plain",
                content = "x",
            },
            ["publish_version artifact"] = new
            {
                artifactId = desk.Artifact,
                baseVersion = 1,
                content = "y",
            },
            ["settle_action applied"] = new { permit = "permit_0", receipt = new { id = "m-1" } },
            ["settle_action failed"] = new
            {
                permit = "permit_0",
                why = "x",
                effect = "none",
            },
            ["settle_action verified"] = new { applied = false },
            ["finish_work complete"] = under,
            ["finish_work release"] = under,
            ["finish_work hand_off"] = new
            {
                leaseId = desk.Held.Lease,
                token = desk.Held.Token,
                to = new { role = "support" },
                note = "x",
            },
            ["finish_work reopen_run"] = new { run = "r1" },
            ["finish_work end_run"] = new { run = "r1", outcome = "done" },
        };
        return JsonSerializer.Serialize(scene);
    }

    [Fact]
    public async Task The_inspector_lists_the_tools_and_calls_one_from_the_command_line()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var item = await mia.CreateAsync();
        await InstallAsync();
        const string Program = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js";
        string[] to =
        [
            "--cli",
            $"{server.Address}mcp",
            "--transport",
            "http",
            "--header",
            "Authorization: Bearer " + bot.Key,
        ];

        var tools = JsonElement.Parse(await NodeAsync(Program, [.. to, "--method", "tools/list"]));
        var claimed = JsonElement.Parse(
            await NodeAsync(
                Program,
                [
                    .. to,
                    "--method",
                    "tools/call",
                    "--tool-name",
                    "claim_work",
                    "--tool-arg",
                    "queue=crm",
                    "run=null",
                    "labels=null",
                    "leaseSeconds=null",
                    "waitSeconds=0.0",
                    "idempotencyKey=null",
                ]
            )
        );

        Assert.Contains(
            tools.GetProperty("tools").EnumerateArray(),
            t => t.GetProperty("name").GetString() == "claim_work"
        );
        var grant = claimed.GetProperty("structuredContent");
        Assert.True(grant.TryGetProperty("item", out var granted), claimed.GetRawText());
        Assert.Equal(item, granted.GetProperty("id").GetString());
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(Folder(), "node_modules")))
                // Not "npm ci": it refuses where a registry lacks an optional package for another system.
                await RunAsync("npm", "install", "--no-save", "--ignore-scripts");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Task<string> NodeAsync(string script, params string[] args) => RunAsync("node", [script, .. args]);

    private static async Task<string> RunAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Folder(),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {args[0]} did not end: {await output} {await error}");
        }
        Assert.True(
            process.ExitCode == 0,
            $"{program} {args[0]} ended with {process.ExitCode}: {await output} {await error}"
        );
        return await output;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
