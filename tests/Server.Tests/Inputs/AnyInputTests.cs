using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlSurface.Api;
using ControlSurface.Commands;
using ControlSurface.Core.Bulk;
using Server.Tests.Field;
using Xunit.Abstractions;

namespace Server.Tests.Inputs;

/// <summary>
/// Any input, any way in. Inputs come from the table of operations, the tools, the hub's methods and the command line, good but for
/// a piece or two. After each: no status of 500 or above but 503, the engine takes writes, a refusal changed nothing, and no
/// answer holds a secret that is not its caller's; every few hundred, the whole of a good day's commands is answered.
/// <c>INPUTS_SEED</c> plays another day, <c>INPUTS_COUNT</c> another number.
/// </summary>
public sealed partial class Any_input_any_way_in(ITestOutputHelper output)
{
    private const int Usual = 50_000;
    private const int MostFaults = 40;
    private const int SceneEvery = 500;
    private readonly SortedDictionary<string, (int Count, string Example)> _faults = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _ways = new(StringComparer.Ordinal);

    [Fact]
    public async Task Nothing_that_anybody_sends_breaks_anything()
    {
        var seed = Number("INPUTS_SEED", 20_300_131);
        var count = Number("INPUTS_COUNT", Usual);
        output.WriteLine($"INPUTS_SEED={seed} INPUTS_COUNT={count}");
        var clock = Stopwatch.StartNew();
        await using var server = await LiveServer.OpenAsync();
        var scene = await Scene.OpenAsync(server);
        var hostile = new Hostile(new Random(seed));
        await OverHttpAsync(server, scene, hostile, count * 64 / 100);
        await OverLinesAsync(server, scene, hostile, count * 10 / 100);
        await OverMcpAsync(server, scene, hostile, count * 16 / 100);
        await OverHubAsync(server, scene, hostile, count * 8 / 100);
        await scene.SetAsync();
        await ByCommandLineAsync(hostile, count * 2 / 100);
        foreach (var (way, tried) in _ways)
            output.WriteLine($"{way}: {tried}");
        output.WriteLine(
            $"in {clock.Elapsed.TotalSeconds:0} s; {string.Join(", ", _statuses.Select(s => s.Key + " " + s.Value))}"
        );
        foreach (var (fault, (times, example)) in _faults)
            output.WriteLine($"FAULT {fault} ({times} times): {example}");
        Assert.True(
            _faults.Count == 0,
            string.Join("\n", _faults.Select(f => $"{f.Key} ({f.Value.Count} times): {f.Value.Example}"))
        );
        Assert.True(_ways.Values.Sum() >= count * 99 / 100, "fewer inputs than asked for");
        // They get past the door and past the reader: some are accepted, some refused by rules.
        foreach (
            var status in (string[])
                [
                    "HTTP 200",
                    "HTTP 201",
                    "HTTP 400",
                    "HTTP 403",
                    "HTTP 404",
                    "HTTP 409",
                    "line 200",
                    "line 201",
                    "line 400",
                    "line 404",
                    "MCP good",
                    "MCP invalid_request",
                ]
        )
            Assert.True(_statuses.GetValueOrDefault(status) > 0, "none ended with " + status);
    }

    private static int Number(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;

    private void Fault(string what, string example)
    {
        if (_faults.Count >= MostFaults && !_faults.ContainsKey(what))
            return;
        var known = _faults.GetValueOrDefault(what, (0, example));
        _faults[what] = (known.Item1 + 1, known.Item2.Length > 3_000 ? known.Item2[..3_000] : known.Item2);
    }

    private void Count(SortedDictionary<string, int> of, string what) => of[what] = of.GetValueOrDefault(what) + 1;

    // What is due by the clock happens between two scenes, so that in between only inputs change anything.
    private async Task RenewAsync(LiveServer server, Scene scene, string last)
    {
        try
        {
            server.Pass(60);
            await scene.SetAsync();
        }
        catch (Exception broken)
        {
            Fault("a good command is not answered any more", last + "\n" + broken.Message);
            server.Pass(3_600);
        }
    }

    private async Task OverHttpAsync(LiveServer server, Scene scene, Hostile hostile, int count)
    {
        // A drained server takes nothing more, by design; a stream never ends.
        var operations = ApiOperations.All.Where(o => o.Pattern != "/workspace/drain").ToList();
        var last = "the start";
        for (var k = 0; k < count; k++)
        {
            if (k % SceneEvery == 0)
                await RenewAsync(server, scene, last);
            var operation = hostile.One(operations);
            var who = CallerOf(scene, hostile);
            var (path, body, type, key) = Input(scene, operation, hostile);
            last = $"{operation.Method} {path} by {who.Principal.Name} {key} {type}: {Shown(body)}";
            Count(_ways, "HTTP");
            await SendAsync(server, scene, operation, who, path, body, type, key, last);
        }
    }

    private static TestCaller CallerOf(Scene scene, Hostile hostile) =>
        hostile.Below(100) switch
        {
            < 50 => scene.Ada,
            < 80 => scene.Bot,
            < 90 => scene.Rae,
            < 95 => scene.Vic,
            _ => scene.Cleo,
        };

    private static (string Path, byte[]? Body, string? Type, string? Key) Input(
        Scene scene,
        ApiOperation operation,
        Hostile hostile
    )
    {
        var path = scene.Address(operation, hostile);
        var query = new List<string>();
        foreach (var parameter in operation.Query.Concat(CommonParameters.Of(operation)))
        {
            if (hostile.Chance(parameter.Name == "dryRun" ? 0.15 : 0.12))
                query.Add(
                    $"{parameter.Name}={(parameter.Name == "dryRun" && hostile.Chance(0.8) ? "true" : hostile.Piece(parameter.Name))}"
                );
        }
        if (hostile.Chance(0.03))
            query.Add(hostile.Piece("x") + "=" + hostile.Piece("y"));
        if (query.Count > 0)
            path += "?" + string.Join('&', query);
        var key =
            operation.IsRead || hostile.Chance(0.85) ? null
            : hostile.Chance(0.9) ? "k" + hostile.Below(200)
            : new string('k', 129);
        if (operation.TakesBytes)
            return (
                path,
                Bytes(hostile, hostile.Value("body")),
                hostile.One(["text/plain", "application/json", "x"]),
                key
            );
        if (operation.Body is null)
            return (path, null, null, key);
        var text = Spoil(scene.Body(operation.Body, operation.Id, hostile), hostile, hostile.Below(3));
        return (path, Bytes(hostile, text), hostile.Chance(0.98) ? "application/json" : "text/plain", key);
    }

    private static byte[] Bytes(Hostile hostile, string text)
    {
        if (hostile.Chance(0.985))
            return Encoding.UTF8.GetBytes(text);
        return hostile.Below(6) switch
        {
            0 => [],
            1 => [0xC3, 0x28],
            2 => Encoding.UTF8.GetBytes(text + text),
            3 => Encoding.UTF8.GetBytes(text[..(text.Length / 2)]),
            4 => Encoding.Unicode.GetBytes(text),
            _ => Encoding.UTF8.GetBytes("{\"run\":\"" + new string('x', 1024 * 1024) + "\"}"),
        };
    }

    /// <summary>The JSON of a body with so many of its places spoilt: another value, none, a member that nobody knows, one twice.</summary>
    private static string Spoil(JsonNode body, Hostile hostile, int times)
    {
        var raw = new List<string>();
        for (var k = 0; k < times; k++)
        {
            var places = Places(body).ToList();
            if (places.Count == 0 || hostile.Chance(0.05))
            {
                if (body is JsonObject open)
                    open["nobody" + k] = Mark(raw, hostile.Value("nobody"));
                continue;
            }
            var (parent, name, index) = hostile.One(places);
            if (parent is JsonObject members)
            {
                if (hostile.Chance(0.15))
                    members.Remove(name!);
                else
                    members[name!] = Mark(raw, hostile.Value(name!));
            }
            else
            {
                ((JsonArray)parent)[index] = Mark(raw, hostile.Value(""));
            }
        }
        var text = body.ToJsonString();
        for (var k = 0; k < raw.Count; k++)
            text = text.Replace($"\"RAW_{k}_\"", raw[k], StringComparison.Ordinal);
        return text;
    }

    private static JsonNode Mark(List<string> raw, string value)
    {
        raw.Add(value);
        return $"RAW_{raw.Count - 1}_";
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                yield return (members, name, 0);
                foreach (var below in Places(value))
                    yield return below;
            }
        }
        else if (node is JsonArray list)
        {
            for (var k = 0; k < list.Count; k++)
            {
                yield return (list, null, k);
                foreach (var below in Places(list[k]))
                    yield return below;
            }
        }
    }

    private async Task SendAsync(
        LiveServer server,
        Scene scene,
        ApiOperation operation,
        TestCaller who,
        string path,
        byte[]? body,
        string? type,
        string? key,
        string shown
    )
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(operation.Method),
            new Uri(server.Address.GetLeftPart(UriPartial.Authority) + "/api/v1" + path)
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        var before = server.Host.Engine.Picture.Seq;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var response = await server.Http.SendAsync(request, patience.Token);
            var answer = await response.Content.ReadAsStringAsync(patience.Token);
            var status = (int)response.StatusCode;
            Count(_statuses, $"HTTP {status}");
            if (status == 429)
                server.Pass(60);
            var media = response.Content.Headers.ContentType?.MediaType;
            if (status >= 500 && status != 503)
                Fault($"{operation.Id}: {status}", shown + " -> " + answer);
            if (
                status >= 400
                // The socket's own reader refuses U+0000 in an address, and one over 8 KiB, before anything of ours sees it.
                && !path.Contains("%00", StringComparison.Ordinal)
                && !(status == 414 && path.Length > 8 * 1024 - 100)
                && media != "application/problem+json"
                && !operation.Id.StartsWith("getContent", StringComparison.Ordinal)
            )
                Fault($"{operation.Id}: {status} as {media}", shown + " -> " + answer);
            CheckState(server, operation.Id, status >= 400, before, answer, shown);
            // A job goes on by itself: what it does is not the next input's.
            if (status == 202)
                await SettleJobsAsync(server);
            CheckSecrets(scene, operation.Id, who, answer, shown);
        }
        catch (Exception broken)
            when (broken is HttpRequestException or IOException
                && body?.Length > 1024
                && path.Contains("%00", StringComparison.Ordinal)
            )
        {
            // That reader answers and closes without reading the body: who is still sending may meet the closed connection first. Without
            // a body the same request has to be answered.
            Count(_statuses, "HTTP closed");
            await SendAsync(server, scene, operation, who, path, body: null, type: null, key, shown);
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException or IOException)
        {
            Fault($"{operation.Id}: no answer", shown + " -> " + broken.Message);
        }
    }

    private static async Task SettleJobsAsync(LiveServer server)
    {
        for (var k = 0; k < 2_000; k++)
        {
            if (server.Host.Engine.Picture.Read(at => at.BulkJobs.All(job => job.State != BulkState.Running)))
                return;
            await Task.Yield();
            await server.Host.Engine.AskAsync(static (_, _) => true);
        }
    }

    private void CheckState(LiveServer server, string what, bool isRefused, long before, string answer, string shown)
    {
        if (!server.Host.Engine.IsWritable)
            Fault($"{what}: the engine takes nothing any more", shown);
        // A refusal that shows a collision opens a conflict, once; one that closed a circle of waits is counted.
        if (
            isRefused
            && server.Host.Engine.Picture.Seq != before
            && !answer.Contains("\"conflictId\":\"", StringComparison.Ordinal)
            && !answer.Contains("\"target_locked\"", StringComparison.Ordinal)
        )
            Fault($"{what}: refused, and something changed", shown + " -> " + answer);
    }

    private void CheckSecrets(Scene scene, string what, TestCaller who, string answer, string shown)
    {
        foreach (var other in (TestCaller[])[scene.Ada, scene.Bot, scene.Rae, scene.Vic, scene.Cleo, scene.Victim])
        {
            if (answer.Contains(other.Key, StringComparison.Ordinal))
                Fault($"{what}: a key of {other.Principal.Name} in an answer", shown + " -> " + answer);
        }
        // A permit and a token are told to their holder alone.
        if (
            who != scene.Bot
            && !shown.Contains(scene.Permit, StringComparison.Ordinal)
            && answer.Contains(scene.Permit, StringComparison.Ordinal)
        )
            Fault($"{what}: a permit in an answer", shown + " -> " + answer);
        if ((who == scene.Vic || who == scene.Cleo) && Token().IsMatch(answer))
            Fault($"{what}: a token in an answer to {who.Principal.Name}", shown + " -> " + answer);
    }

    private static string Shown(byte[]? body)
    {
        if (body is null)
            return "no body";
        var text = Encoding.UTF8.GetString(body);
        return text.Length > 1_500 ? text[..1_500] + $"… ({body.Length} bytes)" : text;
    }

    private async Task ByCommandLineAsync(Hostile hostile, int count)
    {
        var folder = LiveServer.NewFolder();
        try
        {
            for (var k = 0; k < count; k++)
            {
                var args = CommandLine(hostile, folder);
                Count(_ways, "command line");
                using var said = new StringWriter();
                using var complained = new StringWriter();
                try
                {
                    var code = await CommandTree.RunAsync(args, _ => Task.FromResult(0), said, complained);
                    Count(_statuses, $"command line {code}");
                    if (code is not (0 or 1))
                        Fault($"command line: {code}", string.Join(' ', args));
                    if (code != 0 && said.ToString().Length + complained.ToString().Length == 0)
                        Fault("command line: refused without a word", string.Join(' ', args));
                }
                catch (Exception broken)
                {
                    Fault($"command line: {broken.GetType().Name}", $"{string.Join(' ', args)} -> {broken.Message}");
                }
            }
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> CommandLine(Hostile hostile, string folder)
    {
        string[][] good =
        [
            ["keys", "add", "--name", "n" + hostile.Below(5), "--kind", "agent", "--role", "agent", "--queue", "crm"],
            ["keys", "list"],
            ["keys", "revoke", "K-" + hostile.Below(20)],
            ["people", "add", "p" + hostile.Below(1_000), "--role", "viewer"],
            ["people", "link", "p1"],
            ["people", "disable", "p1"],
            ["doctor", "--json"],
            ["serve", "--urls", "http://127.0.0.1:0", "--demo-seed", "1"],
        ];
        var args = hostile.One(good).ToList();
        for (var k = hostile.Below(3); k > 0; k--)
        {
            var place = hostile.Below(args.Count);
            // A null character cannot be in an argument of a process.
            var value = Uri.UnescapeDataString(hostile.Piece("x")).Replace("\0", "", StringComparison.Ordinal);
            if (value.StartsWith("--data", StringComparison.Ordinal) || value.StartsWith('@'))
                continue;
            switch (hostile.Below(3))
            {
                case 0:
                    args.RemoveAt(place);
                    break;
                case 1:
                    args.Insert(place, value);
                    break;
                default:
                    args[place] = value;
                    break;
            }
            if (args.Count == 0)
                break;
        }
        return [.. args, "--data", folder];
    }

    [GeneratedRegex("\"token\":[0-9]")]
    private static partial Regex Token();
}
