using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api;
using ControlSurface.Core.Principals;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Server.Tests.Api;
using Server.Tests.Field;
using Server.Tests.Mcp;
using Malformed = Server.Tests.Api.A_malformed_request_is_refused_by_name_and_changes_nothing;

namespace Server.Tests.Found;

/// <summary>What callers write, over every way in: nulls and numbers.</summary>
public sealed class What_callers_write
{
    /// <summary>Each list below a body's type, by the names that lead to it.</summary>
    private static IEnumerable<string[]> Lists(JsonTypeInfo type, string[] path)
    {
        type = ApiJson.Strict.GetTypeInfo(BodyReader.OptionalOf(type.Type) ?? type.Type);
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            yield return path;
            foreach (var below in Lists(ApiJson.Strict.GetTypeInfo(type.ElementType!), path))
            {
                if (below.Length > path.Length)
                    yield return below;
            }
        }
        if (type.Kind != JsonTypeInfoKind.Object)
            yield break;
        foreach (var property in type.Properties)
        {
            foreach (var list in Lists(ApiJson.Strict.GetTypeInfo(property.PropertyType), [.. path, property.Name]))
                yield return list;
        }
    }

    // The body with null in the list at the path, and what is required around it.
    private static JsonNode Spoilt(JsonTypeInfo type, string[] path)
    {
        type = ApiJson.Strict.GetTypeInfo(BodyReader.OptionalOf(type.Type) ?? type.Type);
        if (type.Kind == JsonTypeInfoKind.Enumerable)
            return new JsonArray(path.Length == 0 ? null : Spoilt(ApiJson.Strict.GetTypeInfo(type.ElementType!), path));
        var body = Malformed.Good(type);
        body[path[0]] = Spoilt(
            ApiJson.Strict.GetTypeInfo(type.Properties.First(p => p.Name == path[0]).PropertyType),
            path[1..]
        );
        return body;
    }

    [Fact]
    public async Task Found_1_4_null_in_any_list_of_any_body_is_refused_with_its_place()
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        var before = house.Journal.LastSeq;
        var wrong = new List<string>();
        var tried = 0;
        foreach (var operation in ApiOperations.All.Where(o => o.Body is not null))
        {
            foreach (var path in Lists(operation.Body!, []))
            {
                tried++;
                var body = Spoilt(operation.Body!, path).ToJsonString();
                var answer = await admin.SendAsync(operation.Method, Malformed.PathOf(operation), body);
                if (
                    (int)answer.Status != 400
                    || !answer["errors"].TryGetProperty(string.Join('.', path), out var messages)
                    || !messages[0].GetString()!.Contains("null (element 0)", StringComparison.Ordinal)
                )
                    wrong.Add($"{operation.Id} {body}: {(int)answer.Status} {answer.Text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(tried > 25, $"only {tried}");
        Assert.Equal(before, house.Journal.LastSeq);
    }

    [Fact]
    public async Task Found_1_4_null_in_a_list_is_refused_over_the_hub_and_by_tools_and_nothing_ends()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await using var agent = await Agent.ConnectAsync(server, bot);
        var seq = await mia.SeqAsync();
        (string Tool, object Arguments, string Member)[] calls =
        [
            (
                "create_item",
                new
                {
                    queue = "crm",
                    title = "x",
                    labels = new string?[] { "a", null },
                },
                "labels"
            ),
            (
                "record_checkpoint",
                new
                {
                    leaseId = held.Lease,
                    token = held.Token,
                    summary = "x",
                    evidence = new object?[] { null },
                },
                "evidence"
            ),
            (
                "lock_targets",
                new
                {
                    operation = "lock",
                    leaseId = held.Lease,
                    token = held.Token,
                    targets = new object?[] { null },
                },
                "targets"
            ),
            (
                "publish_version",
                new
                {
                    operation = "artifact",
                    artifactId = "A-1",
                    baseVersion = 1,
                    content = "x",
                    sources = new object?[] { null },
                },
                "sources"
            ),
        ];
        foreach (var (tool, arguments, member) in calls)
        {
            var refused = (await agent.CallAsync(tool, arguments)).Json;
            Assert.True(
                refused.GetProperty("code").GetString() == "not_found"
                    || refused.GetProperty("errors").TryGetProperty(member, out _),
                refused.GetRawText()
            );
        }
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, "/hubs/live"), o => o.Headers["Authorization"] = "Bearer " + bot.Key)
            .Build();
        await hub.StartAsync();
        object?[] requests =
        [
            null,
            new { topics = (string?[]?)null },
            new { topics = new string?[] { null } },
            new { topics = new string?[] { "all", null } },
        ];
        foreach (var request in requests)
        {
            var refused = await Assert.ThrowsAsync<HubException>(async () =>
            {
                await foreach (var _ in hub.StreamAsync<JsonElement>("Subscribe", request)) { }
            });
            Assert.Matches("null|topic", refused.Message);
        }
        (string? Topic, string? Mode)[] presences = [(null, null), ("item:W-1", null), (null, "viewing")];
        foreach (var (topic, mode) in presences)
        {
            var refused = await Assert.ThrowsAsync<HubException>(() => hub.InvokeAsync("SayPresence", topic, mode));
            Assert.Contains("must not be null", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(seq, await mia.SeqAsync());
        await hub.InvokeAsync("SayPresence", "item:" + held.Item, "viewing");
    }

    [Fact]
    public async Task Found_5_1_every_optional_argument_may_be_null_in_every_way_of_every_tool()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        var admin = await server.AddAsync("Ada", Roles.Admin | Roles.Agent | Roles.Reviewer | Roles.Support);
        await using var agent = await Agent.ConnectAsync(server, admin);
        var wrong = new List<string>();
        foreach (var tool in agent.Tools)
        {
            var properties = tool.InputSchema.GetProperty("properties");
            var isChoice = properties.TryGetProperty("operation", out var selector);
            var ways = isChoice ? selector.GetProperty("enum").EnumerateArray().Select(w => w.GetString()) : [null];
            foreach (var way in ways)
            {
                var without = new JsonObject();
                foreach (var needed in NeedsOf(tool.Name, way))
                    without[needed.Name] = SampleOf(needed.Name, needed.Schema, desk);
                if (way is not null)
                    without["operation"] = way;
                if (properties.TryGetProperty("dryRun", out _) && IsWrite(tool.Name, way))
                    without["dryRun"] = true;
                var nulls = without.DeepClone().AsObject();
                foreach (var property in properties.EnumerateObject())
                    nulls.TryAdd(property.Name, null);
                var plain = await agent.CallAsync(tool.Name, without);
                var padded = await agent.CallAsync(tool.Name, nulls);
                if (CodeOf(plain) != CodeOf(padded))
                    wrong.Add($"{tool.Name} {way}: {CodeOf(plain)} but with nulls {padded.Json.GetRawText()}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static IEnumerable<ControlSurface.Mcp.Arguments.Argument> NeedsOf(string name, string? way) =>
        ControlSurface.Mcp.AgentTools.Find(name) is { } tool
            ? ControlSurface.Mcp.Arguments.Of(tool, tool.Find(way)!).Where(a => a.IsRequired)
            : [];

    private static bool IsWrite(string tool, string? way) =>
        !ControlSurface.Mcp.AgentTools.Find(tool)!.Find(way)!.Operation.IsRead;

    private static string CodeOf(Given given) => given.IsError ? given.Text("code")! : "good";

    private static JsonNode? SampleOf(string name, JsonNode? schema, Desk desk) =>
        name switch
        {
            "queue" => "crm",
            "itemId" => desk.Held.Item,
            "leaseId" => desk.Held.Lease,
            "artifactId" => desk.Artifact,
            "actionId" => "send-1",
            "token" => desk.Held.Token,
            "version" or "baseVersion" or "ifSeq" or "noteId" => 1,
            "to" => new JsonObject { ["role"] = "support" },
            _ => schema?["type"] switch
            {
                JsonValue type when (string?)type == "array" => new JsonArray(),
                JsonValue type when (string?)type == "boolean" => true,
                _ => "word",
            },
        };

    [Theory]
    [InlineData("""{"queue":"crm","title":"x","externalId":88149}""", "externalId", "88149")]
    [InlineData("""{"queue":"crm","title":"x","priority":"3"}""", "priority", "3")]
    [InlineData("""{"queue":"crm","title":"x","priority":3.0}""", "priority", "3")]
    [InlineData("""{"queue":"crm","title":7}""", "title", "7")]
    [InlineData("""{"queue":"crm","title":"x","labels":"[\"a\",\"b\"]"}""", "labels", """["a","b"]""")]
    [InlineData("""{"queue":"crm","title":"x","labels":["a",5]}""", "labels", """["a","5"]""")]
    [InlineData("""{"queue":"crm","title":"x","dryRun":"true"}""", "title", "x")]
    public async Task Found_5_2_a_tool_takes_a_value_with_one_reading(string arguments, string member, string value)
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, _, _) = await server.StaffAsync();
        await using var agent = await Agent.ConnectAsync(server, bot);
        var made = (await agent.CallAsync("create_item", JsonElement.Parse(arguments))).Good()[member];
        Assert.Equal(value, made.ValueKind == JsonValueKind.String ? made.GetString() : made.GetRawText());
    }

    [Fact]
    public async Task Found_5_2_tokens_versions_and_waits_are_taken_as_text_and_with_a_fraction_of_zeros()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await using var agent = await Agent.ConnectAsync(server, bot);
        object[] tokens = [$"{held.Token}", $"{held.Token}.0", JsonElement.Parse($"{held.Token}.0"), held.Token];
        foreach (var token in tokens)
            (
                await agent.CallAsync(
                    "renew_lease",
                    new
                    {
                        operation = "renew",
                        leaseId = held.Lease,
                        token,
                        leaseSeconds = "60.0",
                        progress = """{"step":"1"}""",
                    }
                )
            ).Good();
        foreach (var wait in (object[])["0", "0.0", JsonElement.Parse("0.0"), 0])
            (
                await agent.CallAsync(
                    "claim_work",
                    new
                    {
                        queue = "crm",
                        waitSeconds = wait,
                        run = 7,
                    }
                )
            ).Good();
        (await agent.CallAsync("list_records", new { operation = "items", limit = JsonElement.Parse("5.0") })).Good();
        (
            await agent.CallAsync(
                "renew_lease",
                new
                {
                    operation = "renew",
                    leaseId = held.Lease,
                    token = "12.5",
                }
            )
        ).Refused("invalid_request");
    }

    [Theory]
    [InlineData("1.0", 200)]
    [InlineData("10e-1", 200)]
    [InlineData("1.00000000000000000000000000000000001", 400)]
    [InlineData("1.5", 400)]
    [InlineData("1e400", 400)]
    [InlineData("99999999999999999999", 400)]
    [InlineData("\"1\"", 400)]
    public async Task Found_5_2_over_http_a_whole_number_may_have_a_fraction_of_zeros_and_no_other(
        string limit,
        int status
    )
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        if (limit[0] != '"')
        {
            var list = await admin.GetAsync("/items?limit=" + limit);
            Assert.True(status == (int)list.Status, list.Text);
            if (status == 400)
                Assert.Contains("from 1 to 500", list["errors.limit.0"].GetString(), StringComparison.Ordinal);
        }
        var body = """{"queue":"crm","title":"x","priority":""" + limit + "}";
        var made = await admin.SendAsync("POST", "/items", body);
        Assert.True((status == 200 ? 201 : 400) == (int)made.Status, made.Text);
        if (status == 200)
            Assert.Equal("1", made["priority"].GetRawText());
    }

    [Fact]
    public async Task Found_5_2_waits_may_be_fractions_within_their_bounds()
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        // A step of the clock ends a wait at once; waits of no length end by themselves.
        foreach (var wait in (string[])["0", "0.0", "0e3"])
            (await admin.SendAsync("POST", "/queues/crm/claims", $$"""{"waitSeconds":{{wait}}}""")).Is(204);
        var waits = admin.SendAsync("POST", "/queues/crm/claims", """{"waitSeconds":1.5}""");
        while (!waits.IsCompleted)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }
        (await waits).Is(204);
        foreach (var wait in (string[])["-0.1", "55.01", "1e9", "\"1\""])
        {
            var refused = await admin.SendAsync("POST", "/queues/crm/claims", $$"""{"waitSeconds":{{wait}}}""");
            refused.IsRefused(400, "invalid_request");
            Assert.True(refused["errors"].TryGetProperty("waitSeconds", out _), refused.Text);
            if (wait[0] != '"')
                (await admin.GetAsync("/artifacts/A-1/versions/1/decisions?waitSeconds=" + wait)).IsRefused(
                    400,
                    "invalid_request"
                );
        }
        (await admin.GetAsync("/artifacts/A-1/versions/1/decisions?waitSeconds=0.0")).Is(200);
    }

    [Fact]
    public async Task A_repeat_that_writes_the_same_number_otherwise_is_the_same_request()
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        var first = await admin.SendAsync("POST", "/items", """{"queue":"crm","title":"x","priority":1}""", "k");
        var again = await admin.SendAsync("POST", "/items", """{"queue":"crm","title":"x","priority":1.0}""", "k");
        Assert.Equal(first.Is(201).Text, again.Is(201).Text);
    }

    [Fact]
    public async Task A_query_number_out_of_range_is_refused_with_its_bounds_and_a_media_type_has_to_be_ascii()
    {
        await using var house = await House.OpenAsync();
        var (admin, _) = await Malformed.ReadyAsync(house);
        var wrong = new List<string>();
        foreach (var operation in ApiOperations.All.Where(o => o.IsRead))
        {
            foreach (var parameter in operation.Query.Where(q => q.Type is "integer" or "number"))
            {
                foreach (var value in (string[])["-1", "99999999999999999999999", "x"])
                {
                    var answer = await admin.GetAsync($"{Malformed.PathOf(operation)}?{parameter.Name}={value}");
                    if (
                        (int)answer.Status != 400
                        || !answer["errors"].TryGetProperty(parameter.Name, out var messages)
                        || !messages[0].GetString()!.Contains(" to ", StringComparison.Ordinal)
                    )
                        wrong.Add($"{operation.Id} {parameter.Name}={value}: {(int)answer.Status} {answer.Text}");
                }
            }
        }
        foreach (
            var type in (string[])["tëxt/plain", "text/плаин", "text", "text/plain\n", new string('a', 300) + "/b"]
        )
        {
            var made = await admin.PostAsync(
                "/artifacts",
                new
                {
                    name = "a",
                    contentType = type,
                    content = "x",
                }
            );
            if ((int)made.Status != 400 || !made["errors"].TryGetProperty("contentType", out _))
                wrong.Add($"{type}: {(int)made.Status} {made.Text}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        // The client is told to send the bytes as they are, as others do.
        using var client = new HttpClient(
            new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(house.Address, "/api/v1/contents"))
        {
            Content = new ByteArrayContent([1]),
        };
        request.Headers.Authorization = new("Bearer", admin.Key);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "text/pläin");
        using var kept = await client.SendAsync(request);
        Assert.Equal(400, (int)kept.StatusCode);
    }

    [Fact]
    public async Task Reviews_and_leases_show_what_is_open_or_live_and_all_with_state_all()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        (
            await desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision = "request_changes",
                    contentHash = await HashAsync(desk),
                    comment = "No.",
                }
            )
        ).Is(201);
        var other = await desk.Bot.HoldAsync(await desk.Mia.CreateAsync("second"));
        (await other.DoAsync("release")).Is(200);
        Assert.Equal(0, (await desk.Mia.GetAsync("/reviews")).Is(200)["total"].GetInt32());
        Assert.Equal(1, (await desk.Mia.GetAsync("/reviews?state=all")).Is(200)["total"].GetInt32());
        Assert.Equal(1, (await desk.Mia.GetAsync("/leases")).Is(200)["total"].GetInt32());
        Assert.Equal(2, (await desk.Mia.GetAsync("/leases?state=all")).Is(200)["total"].GetInt32());
        var state = (await desk.Mia.GetAsync("/state?limit=1")).Is(200);
        Assert.Equal((2, 1), (state["total"].GetInt32(), state["limit"].GetInt32()));
        var rest = (await desk.Mia.GetAsync("/state?limit=1&after=" + state["next"].GetString())).Is(200);
        Assert.Equal(JsonValueKind.Null, rest["next"].ValueKind);
        Assert.NotEqual(state["items.0.id"].GetString(), rest["items.0.id"].GetString());
    }

    private static async Task<string> HashAsync(Desk desk) =>
        (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/1")).Is(200)["version.contentHash"].GetString()!;

    [Theory]
    [InlineData("request_changes")]
    [InlineData("reject")]
    [InlineData("ask")]
    public async Task Found_5_7_comments_on_passages_are_as_good_as_a_comment(string decision)
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        var hash = await HashAsync(desk);
        var bare = (await desk.DecideAsync(desk.Rae, 1, new { decision, contentHash = hash })).IsRefused(
            400,
            "invalid_request"
        );
        Assert.Contains("comments", bare["errors.comment.0"].GetString(), StringComparison.Ordinal);
        (
            await desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision,
                    contentHash = hash,
                    comments = Array.Empty<object>(),
                }
            )
        ).IsRefused(400, "invalid_request");
        (
            await desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision,
                    contentHash = hash,
                    comments = new[] { new { body = "41 EUR, not 42." } },
                }
            )
        ).Is(201);
        var lease = (await desk.Bot.GetAsync($"/leases/{desk.Held.Lease}?run=r1")).Is(200);
        Assert.Equal("41 EUR, not 42.", lease["lease.notes.0.text"].GetString());
    }
}
