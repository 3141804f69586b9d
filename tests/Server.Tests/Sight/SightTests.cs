using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlSurface.Api;
using ControlSurface.Core.Principals;
using ControlSurface.Mcp;
using Microsoft.AspNetCore.Components;
using Server.Tests.Api;
using Server.Tests.Field;
using Server.Tests.Mcp;

namespace Server.Tests.Sight;

/// <summary>
/// Whoever is limited to one queue is told nothing of another (API.md, Limited callers), by no call, topic, tool, resource, page or
/// file. The walk is made from the tables of what there is: what is added is walked, or fails here until it is said how.
/// </summary>
public sealed partial class SightTests
{
    private const string Root = "/api/v1";

    public static TheoryData<string> Limited => ["a key", "a person", "a manager"];

    [Theory]
    [MemberData(nameof(Limited))]
    public async Task Found_4_2_no_call_tells_anything_of_another_queue(string who)
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var caller = await CallerAsync(server, who);
        var leaks = new List<string>();
        foreach (var operation in ApiOperations.All)
        {
            foreach (var (path, named) in PathsOf(world, operation))
            {
                foreach (var variant in VariantsOf(world, operation, path))
                {
                    var (status, text) = await CallAsync(
                        server,
                        caller.Key,
                        operation,
                        variant,
                        BodyOf(world, operation)
                    );
                    if (world.LeakIn(text, [.. named, .. InBody(world, operation)]) is { } leak)
                        leaks.Add($"{operation.Method} {variant} ({status}): {leak}");
                    if (NamesHidden(operation) && status < 400)
                        leaks.Add(
                            $"{operation.Method} {variant} is answered {status}: {text[..Math.Min(200, text.Length)]}"
                        );
                }
            }
        }
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
    }

    [Fact]
    public async Task Found_4_2_nobody_is_told_anything_at_all()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        foreach (var operation in ApiOperations.All)
        {
            foreach (var (path, _) in PathsOf(world, operation))
            {
                var (status, text) = await CallAsync(server, key: null, operation, path, BodyOf(world, operation));
                Assert.True(status == 401, $"{operation.Method} {path}: {status}");
                Assert.Null(world.LeakIn(text));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Limited))]
    public async Task Found_4_2_no_topic_or_stream_tells_anything_of_another_queue(string who)
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var caller = await CallerAsync(server, who);
        var marker = await world.Mia.CreateAsync("Marker", "ours");
        var end = await caller.SeqAsync();
        string[] topics = ["all", "conflicts", .. world.Ids.Select(TopicOf).OfType<string>()];
        await using var hub = await HubReader.FollowAsync(server, caller, after: 0, topics);
        var heard = new List<string>();
        while (await hub.NextAsync() is { } happened)
        {
            heard.Add(happened.GetRawText());
            if (happened.GetProperty("itemId").GetString() == marker)
                break;
        }
        heard.AddRange(hub.TakeNotices().Select(n => n.GetRawText()));
        using var stream = await caller.StreamAsync(0);
        while (await stream.NextAsync() is { } happened)
        {
            heard.Add(happened.GetRawText());
            if (happened.GetProperty("itemId").GetString() == marker)
                break;
        }
        Assert.Contains(heard, text => text.Contains(marker, StringComparison.Ordinal));
        Assert.All(heard, text => Assert.Null(world.LeakIn(text)));
        await using var refused = await HubReader.FollowAsync(server, caller, after: 0, "queue:" + HiddenQueue.Queue);
        Assert.Null(await refused.NextAsync());
        foreach (var topic in topics.Where(t => t.Contains(':', StringComparison.Ordinal)))
        {
            var failed = await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() =>
                hub.SayAsync(topic, "viewing")
            );
            Assert.Null(world.LeakIn(failed.Message, topic[(topic.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        }
        Assert.True(end > 0);
    }

    [Theory]
    [MemberData(nameof(Limited))]
    public async Task Found_4_2_no_tool_or_resource_of_an_agent_tells_anything_of_another_queue(string who)
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var caller = await CallerAsync(server, who);
        await using var agent = await Agent.ConnectAsync(server, caller);
        foreach (var tool in AgentTools.All.Where(tool => agent.Tools.Any(t => t.Name == tool.Name)))
        {
            foreach (var way in tool.Ways.Where(way => way.Operation.IsRead))
            {
                foreach (var (route, named) in RoutesOf(world, way.Operation))
                {
                    var arguments = way.InAddress.ToDictionary(
                        a => a.Argument,
                        a => (object?)route[a.Name],
                        StringComparer.Ordinal
                    );
                    if (tool.Choice is { } choice)
                        arguments[choice] = way.Word;
                    if (way.Operation.Query.Any(q => q.Name == "q"))
                        arguments["q"] = HiddenQueue.Canary + "title";
                    var given = await agent.Client.CallToolAsync(
                        new ModelContextProtocol.Protocol.CallToolRequestParams
                        {
                            Name = tool.Name,
                            Arguments = arguments.ToDictionary(
                                a => a.Key,
                                a => JsonSerializer.SerializeToElement(a.Value),
                                StringComparer.Ordinal
                            ),
                        }
                    );
                    var text = JsonSerializer.Serialize(given.Content) + given.StructuredContent?.GetRawText();
                    Assert.True(
                        world.LeakIn(text, [.. named, HiddenQueue.Canary + "title"]) is null,
                        $"{tool.Name} {way.Word}: {world.LeakIn(text, [.. named, HiddenQueue.Canary + "title"])}"
                    );
                    Assert.True(
                        !NamesHidden(way.Operation) || given.IsError == true,
                        $"{tool.Name} {way.Word} is answered: {text}"
                    );
                }
            }
        }
        var resources = await agent.Client.ListResourcesAsync();
        Assert.All(resources, r => Assert.Null(world.LeakIn(r.Uri)));
        foreach (
            var (kind, id) in ((string, string)[])
                [
                    ("item", world.Hidden["item"]),
                    ("lease", world.Hidden["lease"]),
                    ("queue", HiddenQueue.Queue),
                    ("artifact", world.Hidden["artifact"]),
                    ("conflict", world.Hidden["conflict"]),
                ]
        )
        {
            var refused = Assert.ThrowsAnyAsync<Exception>(() =>
                agent.Client.ReadResourceAsync($"controlsurface://{kind}/{id}").AsTask()
            );
            Assert.Null(world.LeakIn((await refused).Message, id));
        }
    }

    [Theory]
    [InlineData(Roles.Reviewer)]
    [InlineData(Roles.Manager)]
    public async Task Found_4_6_no_page_or_file_tells_anything_of_another_queue(Roles role)
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var person = await server.AddAsync("Olive", role, ["ours"]);
        using var browser = await SignInAsync(server, person);
        var leaks = new List<string>();
        foreach (var address in PagesOf(world).Concat(FilesOf(world)))
        {
            using var answer = await browser.GetAsync(new Uri(server.Address, address));
            // What is sealed, and the ids that MudBlazor makes up, are letters by chance.
            var html = Sealed().Replace(await answer.Content.ReadAsStringAsync(), "");
            // What the reader typed stands in the address and in the field: that is theirs.
            var typed = address
                .Split('/', '?', '=', '&')
                .Where(part => part.Length > 2)
                .Select(Uri.UnescapeDataString)
                .ToArray();
            if (world.LeakIn(html, typed) is { } leak)
                leaks.Add($"{address} ({(int)answer.StatusCode}): {leak}");
        }
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
        // Without this the walk could pass because it is shown nothing.
        Assert.Contains(
            "Ours",
            await browser.GetStringAsync(new Uri(server.Address, "/items/" + world.OurItem)),
            StringComparison.Ordinal
        );
    }

    private static async Task<TestCaller> CallerAsync(LiveServer server, string who) =>
        who switch
        {
            "a key" => await server.AddAsync("Kim", Roles.Reviewer | Roles.Support | Roles.Agent, keyQueues: ["ours"]),
            "a person" => await server.AddAsync("Olive", Roles.Reviewer, ["ours"]),
            _ => await server.AddAsync("Max", Roles.Manager, ["ours"]),
        };

    private static string? TopicOf(string id) =>
        id[0] switch
        {
            'W' => "item:" + id,
            'L' => "lease:" + id,
            'A' => "artifact:" + id,
            _ => null,
        };

    private static async Task<(int Status, string Text)> CallAsync(
        LiveServer server,
        string? key,
        ApiOperation operation,
        string path,
        string? body
    )
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(operation.Method),
            new Uri(server.Address, Root + path)
        );
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(
                body,
                Encoding.UTF8,
                operation.TakesBytes ? "text/plain" : "application/json"
            );
        try
        {
            using var answer = await server.Http.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException broken)
        {
            throw new InvalidOperationException($"{operation.Method} {path} broke off.", broken);
        }
    }

    /// <summary>Whether the call names one thing of the hidden queue, so that it may not be answered at all.</summary>
    private static bool NamesHidden(ApiOperation operation) =>
        operation.Pattern.Contains('{', StringComparison.Ordinal) && !IsOwn(operation.Id);

    // These names are the caller's own, whatever somebody else calls by them.
    private static bool IsOwn(string operation) =>
        operation is "saveView" or "deleteView" or "hook" or "endRun" or "endMySession";

    private static IEnumerable<(string Path, string[] Named)> PathsOf(HiddenQueue world, ApiOperation operation) =>
        RoutesOf(world, operation)
            .Select(route =>
                (
                    Parameter()
                        .Replace(operation.Pattern, m => Uri.EscapeDataString(route.Route[m.Groups["name"].Value])),
                    route.Named
                )
            );

    private static IEnumerable<(Dictionary<string, string> Route, string[] Named)> RoutesOf(
        HiddenQueue world,
        ApiOperation operation
    )
    {
        var names = Parameter().Matches(operation.Pattern).Select(m => m.Groups["name"].Value).ToList();
        var all = names.Select(name => ValuesOf(world, operation, name)).ToList();
        for (var k = 0; k < all.Select(values => values.Length).DefaultIfEmpty(1).Max(); k++)
        {
            var route = names
                .Select((name, n) => (name, value: all[n][Math.Min(k, all[n].Length - 1)]))
                .ToDictionary(x => x.name, x => x.value, StringComparer.Ordinal);
            yield return (route, [.. route.Values]);
        }
    }

    // What each name of an address may stand for; a name that is not known here has to be told of here.
    private static string[] ValuesOf(HiddenQueue world, ApiOperation operation, string name) =>
        (operation.Pattern.Split('/')[1], name) switch
        {
            ("items", "id") => [world.Hidden["item"]],
            ("leases", "id") => [world.Hidden["lease"]],
            ("artifacts", "id") => [world.Hidden["artifact"], world.Hidden["reviewed"], world.Hidden["loose"]],
            ("reviews", "id") => [world.Hidden["review"]],
            ("conflicts", "id") => [world.Hidden["conflict"], world.Hidden["movedConflict"]],
            ("bulk", "id") => [world.Hidden["bulk"]],
            ("views", "id") => [world.Hidden["view"], "zqshared"],
            ("webhooks", "id") => [world.Hidden["webhook"]],
            ("principals", "id") => [world.Hidden["principal"]],
            ("keys", "id") => [world.Hidden["key"]],
            ("targets", "id") => [world.Hidden["hold"]],
            ("queues", "name") => [HiddenQueue.Queue],
            ("contents", "hash") => [world.Hidden["hash"], world.Hidden["content"]],
            ("actions", "actionId") => [world.Hidden["action"]],
            ("runbook", "patternId") => [world.Hidden["pattern"]],
            ("runs", "run") => [world.Hidden["run"]],
            ("hooks", "source") => ["zqsys"],
            (_, "n") => ["1"],
            ("items", "k") => ["1"],
            ("conflicts", "k") => ["0"],
            (_, "k") => [world.Hidden["comment"]],
            (_, "approvalId") => [world.Hidden["approval"]],
            (_, "decisionId") => ["1"],
            ("me" or "principals", _) => ["S-1"],
            _ => throw new InvalidOperationException(
                $"Say here what {{{name}}} of {operation.Method} {operation.Pattern} stands for, so that it is walked."
            ),
        };

    // A read is asked in every way that could say more; a write once.
    private static IEnumerable<string> VariantsOf(HiddenQueue world, ApiOperation operation, string path)
    {
        if (!operation.IsRead)
        {
            yield return path + "?dryRun=true";
            yield return path;
            yield break;
        }
        var known = operation.Query.Select(q => q.Name).ToHashSet(StringComparer.Ordinal);
        yield return operation.Id == "search" ? path + "?q=zqtitle" : path;
        if (operation.Id == "search")
        {
            foreach (
                var words in (string[])["zqnote", "zqartifact", "zqperson", "zqrun", "zqtarget", world.Hidden["item"]]
            )
                yield return path + "?q=" + words;
        }
        if (ListExport.IsList(operation) && operation.Id != "search")
        {
            yield return path + "?format=jsonl";
            yield return path + "?format=csv";
        }
        if (operation.Id == "audit")
            yield return path + "?format=csv";
        if (known.Contains("since"))
            yield return path + "?since=0";
        if (known.Contains("state") && operation.Id is "listItems" or "listReviews" or "listLeases")
            yield return path
                + "?state="
                + (
                    operation.Id == "listItems" ? "completed,cancelled"
                    : operation.Id == "listLeases" ? "ended,stale"
                    : "decided,superseded"
                );
        if (operation.Id == "stateAt")
        {
            var seq = world.Server.Host.Engine.Picture.Seq;
            for (var at = 1L; at < seq; at += Math.Max(1, seq / 12))
                yield return FormattableString.Invariant($"{path}?at={at}");
        }
        if (operation.Id == "listTargets")
            yield return path + "?prefix=shared:";
        if (operation.Id is "listArtifacts" or "listActions")
            yield return path + "?itemId=" + world.OurItem;
    }

    // What a write says of the hidden queue where its address says nothing.
    private static string? BodyOf(HiddenQueue world, ApiOperation operation)
    {
        if (operation.IsRead)
            return null;
        object body = operation.Id switch
        {
            "createItem" => new { queue = HiddenQueue.Queue, title = "x" },
            "createArtifact" => new
            {
                name = "x",
                itemId = world.Hidden["item"],
                contentType = "text/plain",
                content = "x",
            },
            "startBulk" => new
            {
                @do = "label",
                args = new { add = new[] { "x" } },
                ids = new[] { world.Hidden["item"] },
                expect = 1,
                why = "x",
            },
            "sayPresence" => new { topic = "item:" + world.Hidden["item"], mode = "viewing" },
            "holdTarget" => new
            {
                target = "shared:doc",
                mode = "exclusive",
                until = LiveServer.T0.AddHours(1),
                why = "x",
            },
            "reportChange" => new { target = "shared:doc", version = "1" },
            "renewLeases" => new { renewals = new[] { new { leaseId = world.Hidden["lease"], token = 1 } } },
            "stopLine" => new { why = "x", scope = "all" },
            "endRun" => new { outcome = "x" },
            "saveView" => new
            {
                name = "x",
                page = "now",
                query = "",
                shared = false,
            },
            "readInbox" => new { ids = new[] { "x" } },
            "addPrincipal" => new
            {
                name = "x",
                kind = "agent",
                roles = new[] { "agent" },
            },
            "claimItem" or "startLease" => new { },
            _ when operation.TakesBytes => "x",
            _ => new { },
        };
        return body as string ?? JsonSerializer.Serialize(body);
    }

    // What the body names may be said back as well.
    private static string[] InBody(HiddenQueue world, ApiOperation operation) =>
        BodyOf(world, operation) is null ? [] : [world.Hidden["item"], world.Hidden["lease"], HiddenQueue.Queue];

    private static IEnumerable<string> PagesOf(HiddenQueue world)
    {
        var assembly = typeof(ApiOperations).Assembly;
        foreach (
            var route in assembly
                .GetTypes()
                .SelectMany(t => t.GetCustomAttributes<RouteAttribute>())
                .Select(a => a.Template)
        )
        {
            if (!route.Contains('{', StringComparison.Ordinal))
            {
                yield return route;
                continue;
            }
            var values = route.Split('/')[1] switch
            {
                "items" or "desk" => (string[])[world.Hidden["item"], world.OurItem],
                "artifacts" => [world.Hidden["artifact"], world.Hidden["reviewed"], world.Hidden["loose"]],
                "conflicts" => [world.Hidden["conflict"], world.Hidden["movedConflict"]],
                "queues" => [HiddenQueue.Queue, "ours"],
                "bulk" => [world.Hidden["bulk"]],
                "runs" => [world.Hidden["run"]],
                "settings" => ["people"],
                _ => throw new InvalidOperationException(
                    $"Say here what the page {route} is opened with, so that it is walked."
                ),
            };
            foreach (var value in values)
                yield return Parameter().Replace(route, Uri.EscapeDataString(value));
        }
        yield return "/search?q=zqtitle";
        yield return "/?q=zqtitle";
        yield return "/locks?under=shared:doc";
        yield return "/history?item=" + world.Hidden["item"];
        yield return "/history?at=5";
        yield return $"/artifacts/{world.Hidden["artifact"]}/pictures/1";
    }

    private static IEnumerable<string> FilesOf(HiddenQueue world) =>
        ApiOperations
            .All.Where(ListExport.IsList)
            .Where(operation => operation.Id != "search")
            .SelectMany(operation => PathsOf(world, operation))
            .Select(path => $"/export{path.Path}?format=csv");

    private static async Task<HttpClient> SignInAsync(LiveServer server, TestCaller caller)
    {
        using var window = new Access.Window(server);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(caller.Principal.Id));
        return new HttpClient(new SocketsHttpHandler { CookieContainer = window.Cookies });
    }

    [GeneratedRegex(
        @"<!--Blazor[^>]*-->|<!--Blazor.*?-->|value=""[\w-]{80,}""|(?:mud)?(?:input|switch|select|autocomplete|numeric|popover|menu|tooltip|snackbar)-?\w{8,}",
        RegexOptions.Singleline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Sealed();

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
