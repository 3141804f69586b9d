using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlSurface.Mcp;
using ModelContextProtocol;
using Server.Tests.Field;
using Server.Tests.Mcp;

namespace Server.Tests.Found;

/// <summary>What a host tells its model of this server, and what a model can do with it alone.</summary>
public sealed partial class What_a_model_is_told
{
    private const int MostCharacters = 60_000;

    [Fact]
    public async Task Found_7_13_the_list_of_tools_is_short_and_has_one_word_for_the_selector()
    {
        await using var server = await LiveServer.OpenAsync();
        var all = Roles.Admin | Roles.Agent | Roles.Manager | Roles.Reviewer | Roles.Support;
        await using var agent = await Agent.ConnectAsync(server, await server.AddAsync("Ada", all));
        var length = JsonSerializer.Serialize(agent.Tools, McpJsonUtilities.DefaultOptions).Length;
        Assert.True(length <= MostCharacters, $"{length} characters");
        foreach (var tool in agent.Tools)
        {
            var ways = AgentTools.Find(tool.Name)!.Ways.Count;
            var properties = tool.InputSchema.GetProperty("properties");
            Assert.Equal(ways > 1, properties.TryGetProperty("operation", out _));
            foreach (var former in (string[])["do", "of", "as"])
                Assert.False(properties.TryGetProperty(former, out _), $"{tool.Name} {former}");
        }
    }

    [Fact]
    public async Task Found_7_13_results_name_the_calls_that_make_sense_now_and_the_lease_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        await using var agent = await Agent.ConnectAsync(server, bot);
        var none = (await agent.CallAsync("claim_work", new { queue = "crm", run = "r1" })).Good();
        Assert.Equal("claim_work", none.Text("next.0.tool"));
        Assert.Equal(55, none["next.0.arguments.waitSeconds"].GetInt32());
        var item = await mia.CreateAsync();
        var grant = (await agent.CallAsync("claim_work", new { queue = "crm", run = "r1" })).Good();
        Assert.False(grant["item"].TryGetProperty("lease", out _));
        Assert.True(grant["lease.token"].GetInt64() > 0);
        foreach (var call in grant["next"].EnumerateArray())
        {
            var tool = agent.Tools.Single(t => t.Name == call.GetProperty("tool").GetString());
            var properties = tool.InputSchema.GetProperty("properties");
            foreach (var argument in call.GetProperty("arguments").EnumerateObject())
                Assert.True(properties.TryGetProperty(argument.Name, out _), $"{tool.Name} takes no {argument.Name}");
            foreach (var need in call.GetProperty("needs").EnumerateArray())
                Assert.True(properties.TryGetProperty(need.GetString()!, out _), $"{tool.Name} takes no {need}");
        }
        await using var other = await Agent.ConnectAsync(server, bob);
        var owned = (await other.CallAsync("claim_item", new { operation = "claim", itemId = item })).Refused(
            "already_owned"
        );
        Assert.Equal("get_record", owned.Text("next.0.tool"));
        (await other.CallAsync(owned.Text("next.0.tool")!, owned["next.0.arguments"])).Good();
        // The name that the selector had before is understood.
        (await other.CallAsync("get_record", new { of = "item", itemId = item })).Good();
    }

    // What a model adds by itself: the arguments that a call's `needs` names.
    private static readonly Dictionary<string, JsonNode> Own = new(StringComparer.Ordinal)
    {
        ["targets"] = new JsonArray(new JsonObject { ["target"] = "mail:ann", ["mode"] = "exclusive" }),
        ["summary"] = "Read the ticket.",
        ["progress"] = new JsonObject { ["step"] = "1 of 2" },
        ["name"] = "Reply",
        ["contentType"] = "text/plain",
        ["content"] = "Dear Ann",
        ["actionId"] = "send-1",
        ["kind"] = "send_reply",
        ["target"] = "mail:ann",
        ["receipt"] = new JsonObject { ["id"] = "m-1" },
    };

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Found_7_12_the_instructions_followed_to_the_letter_do_the_job(string revision)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        var item = await mia.CreateAsync();
        await using var agent = await Agent.ConnectAsync(server, bot, revision);
        Assert.Equal(AgentTools.Instructions, agent.Client.ServerInstructions);
        var steps = Steps().Matches(agent.Client.ServerInstructions!).Select(m => m.Groups["tool"].Value).ToList();
        Assert.Equal(10, steps.Count);
        var known = new List<JsonElement>();
        foreach (var tool in steps)
        {
            var arguments = new JsonObject { ["queue"] = "crm", ["run"] = "r1" };
            if (tool != steps[0])
            {
                var call = known.FindLast(c => c.GetProperty("tool").GetString() == tool);
                Assert.True(call.ValueKind == JsonValueKind.Object, $"nothing said to call {tool}");
                arguments = JsonNode.Parse(call.GetProperty("arguments").GetRawText())!.AsObject();
                foreach (var need in call.GetProperty("needs").EnumerateArray())
                    arguments[need.GetString()!] = Own[need.GetString()!].DeepClone();
            }
            var waits = agent.CallAsync(tool, arguments);
            if (tool == "wait_for_decision")
                await ApproveAsync(rae, arguments);
            var given = (await waits).Good();
            if (tool == "begin_action")
                Assert.Equal("go", given.Text("outcome"));
            if (given.Json.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Array)
                known.AddRange(next.EnumerateArray().Reverse());
        }
        Assert.Equal("completed", await mia.StateOfAsync(item));
        Assert.Equal("applied", (await mia.GetAsync("/actions/send-1")).Is(200)["state"].GetString());
    }

    private static async Task ApproveAsync(TestCaller rae, JsonObject waited)
    {
        var version = string.Create(
            CultureInfo.InvariantCulture,
            $"/artifacts/{waited["artifactId"]}/versions/{waited["version"]}"
        );
        var shown = (await rae.GetAsync(version + "/consequences")).Is(200);
        (
            await rae.PostAsync(
                version + "/decisions",
                new
                {
                    decision = "approve",
                    contentHash = shown["contentHash"].GetString(),
                    consequencesHash = shown["consequencesHash"].GetString(),
                }
            )
        ).Is(201);
    }

    [GeneratedRegex(@"^\d+\. `(?<tool>\w+)`", RegexOptions.Multiline)]
    private static partial Regex Steps();
}
