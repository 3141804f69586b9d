using System.Text.Json;
using ControlSurface.Api;
using ControlSurface.Core.Vocabulary;
using Server.Tests.Field;
using Server.Tests.Lines;
using Server.Tests.Workspaces;

namespace Server.Tests.Sight;

/// <summary>The same walk by lines of a stream of commands.</summary>
public sealed partial class SightTests
{
    [Theory]
    [MemberData(nameof(Limited))]
    public async Task No_line_tells_anything_of_another_queue(string who)
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var caller = await CallerAsync(server, who);
        await using var lines = await LineSocket.OpenAsync(server, caller.Key);
        var leaks = new List<string>();
        var count = 0;
        foreach (var operation in ApiOperations.All)
        {
            foreach (var (path, named) in PathsOf(world, operation))
            {
                foreach (var variant in VariantsOf(world, operation, path))
                {
                    var answer = await AskByLineAsync(lines, count++, operation, variant, BodyOf(world, operation));
                    if (answer.Status == 429)
                        server.Pass(60);
                    if (world.LeakIn(answer.Json.GetRawText(), [.. named, .. InBody(world, operation)]) is { } leak)
                        leaks.Add($"{operation.Method} {variant} ({answer.Status}): {leak}");
                    if (NamesHidden(operation) && answer.Status < 400)
                        leaks.Add($"{operation.Method} {variant} is answered {answer.Json}");
                }
            }
        }
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
        Assert.True(count > 200, $"only {count} lines");
    }

    [Fact]
    public async Task No_line_tells_anything_of_another_workspace()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var (_, key) = Annex.Key(server, "annex", "Olive", Roles.Admin);
        await using var lines = await LineSocket.OpenAsync(server, key);
        var wrong = new List<string>();
        var count = 0;
        foreach (var operation in ApiOperations.All)
        {
            foreach (var (path, named) in PathsOf(world, operation))
            {
                var elsewhere = ElsewhereOf(named);
                foreach (var variant in VariantsOf(world, operation, path))
                {
                    if (!operation.IsRead && !variant.Contains("dryRun", StringComparison.Ordinal))
                        continue;
                    var body = BodyOf(world, operation);
                    var answer = await AskByLineAsync(lines, count++, operation, variant, body);
                    var same = await AskByLineAsync(
                        lines,
                        count++,
                        operation,
                        elsewhere.Aggregate(variant, (left, one) => Put(left, one.Key, one.Value)),
                        body
                    );
                    var there = await AskByLineAsync(lines, count++, operation, "/w/main/api/v1" + variant, body);
                    if (Leak(answer.Body.GetRawText() + there.Body.GetRawText(), named, body) is { } leak)
                        wrong.Add($"{operation.Method} {variant}: {leak}");
                    if (there.Status != 404)
                        wrong.Add($"{operation.Method} /w/main{variant}: {there.Status}");
                    if (
                        answer.Status != same.Status
                        || Plain(answer.Body.GetRawText(), elsewhere) != Plain(same.Body.GetRawText(), elsewhere)
                    )
                        wrong.Add(
                            $"{operation.Method} {variant} differs from what is not there: {answer.Json} | {same.Json}"
                        );
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.True(count > 300, $"only {count} lines");
    }

    private static async Task<LineAnswer> AskByLineAsync(
        LineSocket lines,
        int id,
        ApiOperation operation,
        string path,
        string? body
    )
    {
        await lines.SendAsync(
            id,
            operation.Method,
            path,
            body is null ? null
                : operation.TakesBytes ? body
                : JsonElement.Parse(body)
        );
        var answer = (await lines.NextAsync())!;
        Assert.Equal(id, answer.Json.GetProperty("id").GetInt32());
        return answer;
    }
}
