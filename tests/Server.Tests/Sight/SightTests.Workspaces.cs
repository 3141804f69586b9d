using System.Net;
using ControlSurface.Api;
using ControlSurface.Core.Principals;
using ControlSurface.Mcp;
using Server.Tests.Field;
using Server.Tests.Mcp;
using Server.Tests.Workspaces;
using Xunit.Abstractions;

namespace Server.Tests.Sight;

/// <summary>
/// Whoever belongs to one workspace is told nothing of another, and cannot tell what is there from what is not (API.md,
/// Workspaces): the same walk with the ids of the other workspace, by an admin of their own.
/// </summary>
public sealed partial class SightTests
{
    private readonly ITestOutputHelper _output;

    public SightTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public async Task No_call_tells_anything_of_another_workspace()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var (_, key) = Annex.Key(server, "annex", "Olive", Roles.Admin);
        var wrong = new List<string>();
        var count = 0;
        foreach (var operation in ApiOperations.All)
        {
            foreach (var (path, named) in PathsOf(world, operation))
            {
                var elsewhere = ElsewhereOf(named);
                foreach (var variant in VariantsOf(world, operation, path))
                {
                    // What would be made is made in their own workspace, where it would be found by the next call.
                    if (!operation.IsRead && !variant.Contains("dryRun", StringComparison.Ordinal))
                        continue;
                    var body = BodyOf(world, operation);
                    foreach (var (prefix, header) in Ways)
                    {
                        count++;
                        var (status, text) = await AskAsync(server, key, operation, prefix + variant, body, header);
                        var (other, same) = await AskAsync(
                            server,
                            key,
                            operation,
                            (prefix + variant).Replace("/w/main", "/w/nowhere", StringComparison.Ordinal) is var address
                                ? elsewhere.Aggregate(address, (left, one) => Put(left, one.Key, one.Value))
                                : "",
                            body,
                            header is null ? null : "nowhere"
                        );
                        if (Leak(text, named, body) is { } leak)
                            wrong.Add($"{operation.Method} {prefix}{variant} ({status}): {leak}");
                        if (prefix.StartsWith("/w/main", StringComparison.Ordinal) || header is not null)
                        {
                            if (status != 404)
                                wrong.Add($"{operation.Method} {prefix}{variant} {header}: {status}");
                        }
                        if (status != other || Plain(text, elsewhere) != Plain(same, elsewhere))
                            wrong.Add(
                                $"{operation.Method} {prefix}{variant} {header} ({status}) differs from what is not there ({other}): {Cut(text)} | {Cut(same)}"
                            );
                    }
                }
            }
        }
        _output.WriteLine($"{count} calls with the ids of another workspace");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.True(count > 500, $"only {count} calls");
    }

    [Fact]
    public async Task No_topic_stream_tool_or_resource_tells_anything_of_another_workspace()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var (who, key) = Annex.Key(server, "annex", "Olive", Roles.Admin);
        var olive = new TestCaller(server, who, key);
        string[] topics =
        [
            "all",
            "conflicts",
            "queue:" + HiddenQueue.Queue,
            .. world.Ids.Select(TopicOf).OfType<string>(),
        ];
        await using var hub = await HubReader.FollowAsync(server, olive, after: 0, topics);
        (await olive.PutAsync("/queues/ours", new { })).Is(201);
        // Something happens next door, and only then here.
        await world.ItemAsync("zqlast");
        var marker = await olive.CreateAsync("Marker", "ours");
        var heard = new List<string>();
        while (await hub.NextAsync() is { } happened)
        {
            heard.Add(happened.GetRawText());
            if (happened.GetRawText().Contains("Marker", StringComparison.Ordinal))
                break;
        }
        heard.AddRange(hub.TakeNotices().Select(n => n.GetRawText()));
        using var stream = await olive.StreamAsync(0);
        while (await stream.NextAsync() is { } happened)
        {
            heard.Add(happened.GetRawText());
            if (happened.GetRawText().Contains("Marker", StringComparison.Ordinal))
                break;
        }
        Assert.Contains(heard, text => text.Contains(marker, StringComparison.Ordinal));
        Assert.All(heard, text => Assert.DoesNotContain(HiddenQueue.Canary, text, StringComparison.OrdinalIgnoreCase));

        var count = topics.Length;
        await using var agent = await Agent.ConnectAsync(server, olive);
        foreach (var tool in AgentTools.All.Where(tool => agent.Tools.Any(t => t.Name == tool.Name)))
        {
            foreach (var way in tool.Ways.Where(way => way.Operation.IsRead))
            {
                foreach (var (route, named) in RoutesOf(world, way.Operation))
                {
                    var arguments = way.InAddress.ToDictionary(
                        a => a.Argument,
                        a => System.Text.Json.JsonSerializer.SerializeToElement(route[a.Name]),
                        StringComparer.Ordinal
                    );
                    if (tool.Choice is { } choice)
                        arguments[choice] = System.Text.Json.JsonSerializer.SerializeToElement(way.Word);
                    count++;
                    var given = await agent.Client.CallToolAsync(
                        new ModelContextProtocol.Protocol.CallToolRequestParams
                        {
                            Name = tool.Name,
                            Arguments = arguments,
                        }
                    );
                    Assert.Null(Leak(System.Text.Json.JsonSerializer.Serialize(given), named, body: null));
                }
            }
        }
        foreach (var (kind, id) in ResourcesOf(world))
        {
            count++;
            var text = await ReadAsync(agent, $"controlsurface://{kind}/{id}");
            Assert.Null(Leak(text, [id], body: null));
        }
        _output.WriteLine($"{count} topics, tools and resources with the ids of another workspace");
    }

    [Fact]
    public async Task No_page_or_file_tells_anything_of_another_workspace()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var (who, _) = Annex.Key(server, "annex", "Olive", Roles.Admin);
        using var window = new Access.Window(server);
        await window.UseLinkAsync(server.Host.Workspaces.Find("annex")!.Access.MakeSignInLink(who.Id));
        var wrong = new List<string>();
        var count = 0;
        foreach (var address in PagesOf(world).Concat(FilesOf(world)))
        {
            foreach (var prefix in (string[])["/w/annex", "/w/main"])
            {
                count++;
                var page = await window.GetAsync(prefix + address);
                var typed = address
                    .Split('/', '?', '=', '&')
                    .Where(part => part.Length > 2)
                    .Select(Uri.UnescapeDataString)
                    .ToArray();
                if (
                    Leak(
                        Sealed().Replace(page.Text, "").Replace(server.Folder, "", StringComparison.Ordinal),
                        typed,
                        body: null
                    ) is
                    { } leak
                )
                    wrong.Add($"{prefix}{address} ({(int)page.Status}): {leak}");
                if (prefix != "/w/main")
                    continue;
                var nowhere = await window.GetAsync("/w/nowhere" + address);
                if (page.Status != HttpStatusCode.NotFound || nowhere.Status != HttpStatusCode.NotFound)
                    wrong.Add($"{prefix}{address} is {(int)page.Status}, of no workspace {(int)nowhere.Status}");
            }
        }
        _output.WriteLine($"{count} pages and files with the ids of another workspace");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        // Without this the walk could pass because it is shown nothing.
        Assert.Equal(HttpStatusCode.OK, (await window.GetAsync("/w/annex/queues")).Status);
    }

    private static readonly (string Prefix, string? Header)[] Ways =
    [
        ("/api/v1", null),
        ("/w/main/api/v1", null),
        ("/api/v1", "main"),
    ];

    private static (string Kind, string Id)[] ResourcesOf(HiddenQueue world) =>
        [
            ("item", world.Hidden["item"]),
            ("lease", world.Hidden["lease"]),
            ("queue", HiddenQueue.Queue),
            ("artifact", world.Hidden["artifact"]),
            ("conflict", world.Hidden["conflict"]),
        ];

    private static async Task<string> ReadAsync(Agent agent, string uri)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Serialize(await agent.Client.ReadResourceAsync(uri));
        }
        catch (ModelContextProtocol.McpException refused)
        {
            return refused.Message;
        }
    }

    // Ids begin anew in each workspace, so an id alone says nothing; every word of the other workspace does.
    private static string? Leak(string text, IEnumerable<string> named, string? body)
    {
        var own = named.Concat(body is null ? [] : Words().Matches(body).Select(word => word.Value));
        var rest = own.OrderByDescending(word => word.Length)
            .Aggregate(text, (left, word) => left.Replace(word, "", StringComparison.OrdinalIgnoreCase));
        var at = rest.IndexOf(HiddenQueue.Canary, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : Cut(rest[Math.Max(0, at - 80)..]);
    }

    private static Dictionary<string, string> ElsewhereOf(string[] named) =>
        named
            // A version's or a note's number is the same everywhere.
            .Where(name => !name.All(char.IsAsciiDigit))
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(
                name => name,
                name =>
                    name.Length > 2 && name[1] == '-' && char.IsAsciiDigit(name[2]) ? name[..2] + "987654" : name + "x",
                StringComparer.Ordinal
            );

    private static string Put(string address, string name, string instead) =>
        address.Replace(Uri.EscapeDataString(name), Uri.EscapeDataString(instead), StringComparison.Ordinal);

    private static string Plain(string text, Dictionary<string, string> elsewhere) =>
        elsewhere
            .SelectMany(one => new[] { one.Value, one.Key })
            .Aggregate(text, (left, name) => left.Replace(name, "*", StringComparison.Ordinal))
            .Replace("/w/nowhere", "/w/main", StringComparison.Ordinal);

    private static string Cut(string text) => text[..Math.Min(200, text.Length)].ReplaceLineEndings(" ");

    private static async Task<(int Status, string Text)> AskAsync(
        LiveServer server,
        string key,
        ApiOperation operation,
        string address,
        string? body,
        string? header
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(server.Address, address));
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", key);
        if (header is not null)
            request.Headers.Add("Workspace", header);
        if (body is not null)
            request.Content = new StringContent(
                body,
                System.Text.Encoding.UTF8,
                operation.TakesBytes ? "text/plain" : "application/json"
            );
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        @"zq[\w.:/-]*",
        System.Text.RegularExpressions.RegexOptions.IgnoreCase
            | System.Text.RegularExpressions.RegexOptions.NonBacktracking
    )]
    private static partial System.Text.RegularExpressions.Regex Words();
}
