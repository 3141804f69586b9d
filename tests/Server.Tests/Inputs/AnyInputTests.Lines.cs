using System.Text;
using System.Text.Json;
using ControlSurface.Api;
using Server.Tests.Field;
using Server.Tests.Lines;

namespace Server.Tests.Inputs;

/// <summary>The same inputs as lines of streams of commands, whose own members are spoilt too.</summary>
public sealed partial class Any_input_any_way_in
{
    private async Task OverLinesAsync(LiveServer server, Scene scene, Hostile hostile, int count)
    {
        var operations = ApiOperations.All.Where(o => o.Pattern != "/workspace/drain").ToList();
        var streams = new Dictionary<TestCaller, LineSocket>();
        var last = "the first line";
        for (var k = 0; k < count; k++)
        {
            if (k % SceneEvery == 0)
                await RenewAsync(server, scene, last);
            var operation = hostile.One(operations);
            var who = CallerOf(scene, hostile);
            var line = LineOf(scene, operation, hostile, k);
            last = $"{line} by {who.Principal.Name}";
            Count(_ways, "line");
            var before = server.Host.Engine.Picture.Seq;
            var answer =
                await AnswerAsync(streams, who, line)
                // It had ended: idle for ten minutes of this clock, or with the rights that it rested on.
                ?? await AnswerAsync(streams, who, line, await LineSocket.OpenAsync(server, who.Key));
            if (answer is null)
            {
                Fault($"{operation.Id} by a line: no answer", last);
                continue;
            }
            CheckLine(answer, operation.Id, last);
            if (answer.Status == 429)
                server.Pass(60);
            var text = answer.Json.GetRawText();
            CheckState(server, operation.Id + " by a line", answer.Status >= 400, before, text, last);
            if (answer.Status == 202)
                await SettleJobsAsync(server);
            CheckSecrets(scene, operation.Id + " by a line", who, text, last);
        }
        foreach (var stream in streams.Values)
            await stream.DisposeAsync();
    }

    private static async Task<LineAnswer?> AnswerAsync(
        Dictionary<TestCaller, LineSocket> streams,
        TestCaller who,
        string line,
        LineSocket? fresh = null
    )
    {
        if (fresh is not null)
            streams[who] = fresh;
        if (!streams.TryGetValue(who, out var stream))
            return null;
        try
        {
            await stream.ChunkAsync(line + "\n");
            if (await stream.NextAsync() is { Status: not 401 } answer)
                return answer;
        }
        catch (IOException)
        {
            // It ended as the line was sent.
        }
        streams.Remove(who);
        await stream.DisposeAsync();
        return null;
    }

    private void CheckLine(LineAnswer answer, string operation, string shown)
    {
        Count(_statuses, $"line {answer.Status}");
        if (answer.Status >= 500 && answer.Status != 503)
            Fault($"{operation} by a line: {answer.Status}", shown + " -> " + answer.Json);
        if (answer.Status >= 400 && !answer.Body.TryGetProperty("code", out _))
            Fault($"{operation} by a line: {answer.Status} is no problem", shown + " -> " + answer.Json);
    }

    private static string LineOf(Scene scene, ApiOperation operation, Hostile hostile, int id)
    {
        var (path, body, _, key) = Input(scene, operation, hostile);
        var sent = body is null ? null : Encoding.UTF8.GetString(body).ReplaceLineEndings(" ");
        var text = new StringBuilder("{\"id\":").Append(hostile.Chance(0.97) ? id : hostile.Value("id"));
        Append("method", hostile.Chance(0.98) ? JsonSerializer.Serialize(operation.Method) : hostile.Value("method"));
        Append("path", hostile.Chance(0.98) ? JsonSerializer.Serialize(path) : hostile.Value("path"));
        if (key is not null)
            Append("key", hostile.Chance(0.95) ? JsonSerializer.Serialize(key) : hostile.Value("key"));
        if (sent is not null)
            Append("body", sent);
        if (hostile.Chance(0.02))
            Append(hostile.One(["id", "body", "more"]), hostile.Value("more"));
        return text.Append('}').ToString();

        void Append(string name, string value) =>
            text.Append(",\"").Append(name).Append("\":").Append(value.ReplaceLineEndings(" "));
    }
}
