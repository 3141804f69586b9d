using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Core.Principals;
using ControlSurface.Mcp;
using Server.Tests.Field;

namespace Server.Tests.Mcp;

/// <summary>API.md, Numbers: over <c>/mcp</c> 12 is taken for "12".</summary>
public sealed class A_model_sends_numbers_for_text
{
    private const long Number = 20261130;

    [Fact]
    public async Task A_call_whose_run_is_a_number_is_answered_and_names_the_next_ones()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { requiredApprovals = 0 });
        var item = await mia.CreateAsync();
        await using var agent = await Agent.ConnectAsync(server, bot);
        var claim = (await agent.CallAsync("claim_work", new { queue = "crm", run = Number })).Good();
        var (lease, token) = (claim.Text("lease.id"), claim["lease.token"].GetInt64());
        var prepared = new
        {
            actionId = "send-1",
            kind = "send_reply",
            target = "mail:ann",
            itemId = item,
            run = Number,
            token,
        };
        (await agent.CallAsync("prepare_action", prepared)).Good();
        var begin = new
        {
            actionId = "send-1",
            run = Number,
            token,
        };
        var permit = (await agent.CallAsync("begin_action", begin)).Good().Text("permit");

        var settled = (
            await agent.CallAsync(
                "settle_action",
                new
                {
                    operation = "applied",
                    actionId = "send-1",
                    permit,
                    run = Number,
                    receipt = new { id = "m-1" },
                }
            )
        ).Good();

        Assert.Equal("finish_work", settled.Text("next.0.tool"));
        Assert.Equal(lease, settled.Text("next.0.arguments.leaseId"));
        Assert.Equal(token, settled["next.0.arguments.token"].GetInt64());
    }

    [Fact]
    public async Task Each_tool_answers_or_refuses_numbers_in_all_its_texts()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await mia.CreateAsync();
        var all = Roles.Admin | Roles.Agent | Roles.Manager | Roles.Reviewer | Roles.Support;
        await using var agent = await Agent.ConnectAsync(server, await server.AddAsync("Ada", all));
        foreach (var tool in agent.Tools)
        {
            foreach (var way in AgentTools.Find(tool.Name)!.Ways)
            {
                var arguments = new JsonObject();
                foreach (var property in tool.InputSchema.GetProperty("properties").EnumerateObject())
                {
                    if (IsText(property.Value))
                        arguments[property.Name] = Number;
                }
                if (way.Word is { } word)
                    arguments[AgentTool.Selector] = word;
                // Fails where the call is answered by an error of the protocol.
                await agent.CallAsync(tool.Name, arguments);
            }
        }
    }

    private static bool IsText(JsonElement schema) =>
        schema.TryGetProperty("type", out var type)
        && (
            type.ValueKind == JsonValueKind.String
                ? type.GetString() == "string"
                : type.EnumerateArray().Any(one => one.GetString() == "string")
        );
}
