using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Mcp;
using Server.Tests.Field;

namespace Server.Tests.Inputs;

/// <summary>The same inputs as arguments of tools.</summary>
public sealed partial class Any_input_any_way_in
{
    private async Task OverMcpAsync(LiveServer server, Scene scene, Hostile hostile, int count)
    {
        var last = "the first call of a tool";
        for (var k = 0; k < count; k++)
        {
            if (k % SceneEvery == 0)
                await RenewAsync(server, scene, last);
            var tool = hostile.One(AgentTools.All);
            var way = hostile.One(tool.Ways);
            var text = Spoil(ArgumentsOf(tool, way, scene, hostile), hostile, hostile.Below(3));
            if (hostile.Chance(0.02))
                text = hostile.Value("arguments");
            var who = CallerOf(scene, hostile);
            last = $"{tool.Name} by {who.Principal.Name}: {Shown(Encoding.UTF8.GetBytes(text))}";
            Count(_ways, "MCP");
            await CallAsync(server, scene, who, tool.Name, text, last);
        }
    }

    private static JsonNode ArgumentsOf(AgentTool tool, Way way, Scene scene, Hostile hostile)
    {
        var body = way.Operation.Body is { } type ? scene.Body(type, way.Operation.Id, hostile).AsObject() : [];
        if (way.Word is { } word)
            body[AgentTool.Selector] = word;
        var address = scene.Address(way.Operation, hostile).Split('/');
        var pattern = way.Operation.Pattern.Split('/');
        foreach (var (name, argument) in way.InAddress)
            body[argument] = Uri.UnescapeDataString(address[Array.IndexOf(pattern, "{" + name + "}")]);
        foreach (var query in Arguments.QueryOf(tool, way))
        {
            if (hostile.Chance(0.05))
                body[query.Name] = query.Name == "dryRun" ? true : Uri.UnescapeDataString(hostile.Piece(query.Name));
            else if (hostile.Chance(0.1))
                body[query.Name] = null;
        }
        return body;
    }

    private async Task CallAsync(
        LiveServer server,
        Scene scene,
        TestCaller who,
        string tool,
        string arguments,
        string shown
    )
    {
        var message =
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"""
            + $"\"{tool}\",\"arguments\":{arguments}}}}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/mcp"))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Key);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2025-11-25");
        var before = server.Host.Engine.Picture.Seq;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var response = await server.Http.SendAsync(request, patience.Token);
            var answer = await response.Content.ReadAsStringAsync(patience.Token);
            var outcome = OutcomeOf((int)response.StatusCode, answer);
            Count(_statuses, "MCP " + outcome);
            if (outcome.StartsWith("FAULT", StringComparison.Ordinal))
                Fault($"{tool}: {outcome}", shown + " -> " + answer);
            if (outcome == "rate_limited")
                server.Pass(60);
            CheckState(
                server,
                tool,
                outcome != "good",
                before,
                answer.Replace("\\\"", "\"", StringComparison.Ordinal),
                shown
            );
            CheckSecrets(scene, tool, who, answer.Replace("\\\"", "\"", StringComparison.Ordinal), shown);
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException or IOException)
        {
            Fault($"{tool}: no answer", shown + " -> " + broken.Message);
        }
    }

    // The code of a refusal, "good", or what must not be.
    private static string OutcomeOf(int status, string answer)
    {
        if (status >= 500 && status != 503)
            return $"FAULT {status}";
        var json =
            answer
                .Split('\n')
                .Select(l => l.Trim())
                .LastOrDefault(l => l.StartsWith("data: {", StringComparison.Ordinal))
                ?[6..]
            ?? answer;
        JsonElement message;
        try
        {
            message = JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return status >= 400 ? $"{status}" : "FAULT no JSON";
        }
        if (message.TryGetProperty("error", out var error))
            return error.GetProperty("code").GetInt32() is var code && code == -32603
                ? "FAULT internal error"
                : $"error {code}";
        if (!message.TryGetProperty("result", out var result))
            return status >= 400 ? $"{status}" : "FAULT neither result nor error";
        if (!result.TryGetProperty("structuredContent", out var given))
            return "FAULT nothing structured";
        if (!result.TryGetProperty("isError", out var isError) || !isError.GetBoolean())
            return "good";
        return given.GetProperty("code").GetString() is var refusal && refusal == "internal_error"
            ? "FAULT internal_error"
            : refusal!;
    }
}
