using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api;
using ControlSurface.Core.Principals;

namespace Server.Tests.Api;

public sealed class A_malformed_request_is_refused_by_name_and_changes_nothing
{
    private static readonly (string Fault, Func<JsonObject, JsonTypeInfo, byte[]?> Spoil)[] BodyFaults =
    [
        ("an empty body", (_, _) => []),
        ("not JSON", (_, _) => "{\"a\":"u8.ToArray()),
        ("trailing garbage", (good, _) => Encoding.UTF8.GetBytes(good.ToJsonString() + " x")),
        ("a second value", (good, _) => Encoding.UTF8.GetBytes(good.ToJsonString() + good.ToJsonString())),
        ("null", (_, _) => "null"u8.ToArray()),
        ("a list", (_, _) => "[]"u8.ToArray()),
        ("a string", (_, _) => "\"x\""u8.ToArray()),
        ("an unknown member", (good, _) => With(good, "\"nobodyKnows\":1")),
        ("an unknown member of another case", (good, _) => With(good, "\"TOKEN\":1")),
        (
            "a member twice",
            (good, _) =>
                good.Count == 0 ? null : With(good, $"\"{good.First().Key}\":{good.First().Value!.ToJsonString()}")
        ),
        ("NaN", (good, _) => With(good, "\"x\":NaN")),
        ("a comment", (good, _) => With(good, "/* c */\"x\":1")),
        ("a trailing comma", (good, _) => Encoding.UTF8.GetBytes(good.ToJsonString()[..^1] + ",}")),
        ("bad UTF-8", (good, _) => [.. With(good, "\"x\":\"")[..^1], 0xC3, 0x28, (byte)'"', (byte)'}']),
        ("half a surrogate pair", (good, _) => With(good, "\"x\":\"\\ud800\"")),
        ("too deep", (good, _) => With(good, "\"x\":" + new string('[', 40) + new string(']', 40))),
        ("a byte order mark in the middle", (good, _) => With(good, "\uFEFF\"x\":1")),
        ("a missing member", (good, type) => Missing(good, type)),
        ("a wrong type", (good, type) => Wrong(good, type)),
        ("null where something has to be", (good, type) => NullFor(good, type)),
    ];

    /// <summary>Every operation with a body times every fault that it can have.</summary>
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (var operation in ApiOperations.All.Where(o => o.Body is not null))
        {
            foreach (var (fault, spoil) in BodyFaults)
            {
                if (spoil(Good(operation.Body!), operation.Body!) is not null)
                    rows.Add(operation.Id, fault);
            }
        }
        return rows;
    }

    [Fact]
    public void There_are_enough_rows() => Assert.True(Rows().Count >= 150, $"only {Rows().Count}");

    [Fact]
    public async Task Every_operation_refuses_every_fault()
    {
        await using var house = await House.OpenAsync();
        var (caller, _) = await ReadyAsync(house);
        var before = house.Journal.LastSeq;
        var wrong = new List<string>();
        foreach (var operation in ApiOperations.All.Where(o => o.Body is not null))
        {
            foreach (var (fault, spoil) in BodyFaults)
            {
                if (spoil(Good(operation.Body!), operation.Body!) is not { } body)
                    continue;
                var answer = await SendAsync(caller, operation, body);
                if (
                    (int)answer.Status != 400
                    || answer.Code != "invalid_request"
                    || !answer["errors"].EnumerateObject().Any()
                )
                    wrong.Add($"{operation.Id}, {fault}: {(int)answer.Status} {answer.Text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(before, house.Journal.LastSeq);
    }

    [Fact]
    public async Task Every_operation_refuses_unknown_repeated_and_wrong_parameters()
    {
        await using var house = await House.OpenAsync();
        var (caller, _) = await ReadyAsync(house);
        var wrong = new List<string>();
        foreach (var operation in ApiOperations.All)
        {
            string[] queries = operation.IsRead
                ?
                [
                    "?nobody=1",
                    "?brief=true&brief=true",
                    "?brief=yes",
                    "?fields=nobodyKnows",
                    "?fields=",
                    "?dryRun=true",
                ]
                : ["?nobody=1", "?dryRun=true&dryRun=true", "?dryRun=1", "?brief=true"];
            foreach (var query in queries)
            {
                var body = operation.Body is { } type ? Encoding.UTF8.GetBytes(Good(type).ToJsonString()) : null;
                var answer = await SendAsync(caller, operation, body, query);
                if ((int)answer.Status != 400 || answer.Code != "invalid_request")
                    wrong.Add($"{operation.Id}{query}: {(int)answer.Status} {answer.Text}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Whoever_may_not_hears_that_first_and_then_that_nothing_is_there()
    {
        await using var house = await House.OpenAsync();
        await ReadyAsync(house);
        var viewer = await house.PersonAsync("Vera", Roles.Viewer);
        var admin = await house.PersonAsync("Ada", Roles.Admin);
        (await viewer.PostAsync("/items/W-1/claim", "{nonsense")).IsRefused(403, "forbidden");
        (await admin.PostAsync("/items/W-99/claim", "{nonsense")).IsRefused(404, "not_found");
        (await admin.PostAsync("/items/W-abc/claim", "{nonsense")).IsRefused(404, "not_found");
        (await admin.PostAsync("/items/W-abc/claim", "{}")).IsRefused(404, "not_found");
        (await admin.PostAsync("/leases/L-01/start", new { token = 1 })).IsRefused(404, "not_found");
        (await admin.PostAsync("/queues/none/claims", "{nonsense")).IsRefused(404, "not_found");
        (await admin.PostAsync("/items/W-1/notes/x/ack", "{}")).IsRefused(404, "not_found");
        (await admin.GetAsync("/items/w-1")).IsRefused(404, "not_found");
        (await admin.GetAsync("/items/W-99?nobody=1")).IsRefused(404, "not_found");
        (await admin.PostAsync("/items/W-1/claim", "{nonsense")).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_by_member()
    {
        await using var house = await House.OpenAsync();
        var (caller, _) = await ReadyAsync(house);
        var answer = (
            await caller.PostAsync(
                "/items",
                """{"queue":"crm","priority":"high","labels":[1],"dueAt":"2030-01-31","x":1}"""
            )
        ).IsRefused(400, "invalid_request");
        Assert.Equal("is required", answer["errors.title.0"].GetString());
        Assert.Equal("must be a whole number", answer["errors.priority.0"].GetString());
        Assert.Equal("must be a string", answer["errors.labels.0"].GetString());
        Assert.Equal("is not a member of this request", answer["errors.x.0"].GetString());
        Assert.Contains("zone", answer["errors.dueAt.0"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_media_types_compression_and_too_much_have_their_own_status()
    {
        await using var house = await House.OpenAsync();
        var (caller, viewer) = await ReadyAsync(house);
        var text = await caller.SendAsync(
            "POST",
            "/items/W-1/claim",
            "{}",
            change: r => r.Content!.Headers.ContentType = new("text/plain")
        );
        text.IsRefused(415, "unsupported_media_type");
        var gzip = await caller.SendAsync(
            "POST",
            "/items/W-1/claim",
            "{}",
            change: r => r.Content!.Headers.ContentEncoding.Add("gzip")
        );
        gzip.IsRefused(415, "unsupported_media_type");
        var big = "{\"run\":\"" + new string('x', 1024 * 1024) + "\"}";
        var large = (await caller.PostAsync("/items/W-1/claim", big)).IsRefused(413, "too_large");
        Assert.Equal(1024 * 1024, large["limitBytes"].GetInt64());
        (await viewer.PostAsync("/items/W-1/claim", big)).IsRefused(403, "forbidden");
        var chunked = await caller.SendAsync(
            "POST",
            "/items/W-1/claim",
            big,
            change: r => r.Headers.TransferEncodingChunked = true
        );
        chunked.IsRefused(413, "too_large");
    }

    [Fact]
    public async Task An_address_that_is_none_is_404_and_a_wrong_method_405_with_allow()
    {
        await using var house = await House.OpenAsync();
        var (caller, _) = await ReadyAsync(house);
        (await caller.GetAsync("/nothing")).IsRefused(404, "not_found");
        (await caller.GetAsync("/api/v2/items")).IsRefused(404, "not_found");
        var wrong = (await caller.SendAsync("DELETE", "/items/W-1", body: null)).IsRefused(405, "method_not_allowed");
        Assert.Equal("GET,PATCH", wrong.Headers["Allow"]);
        var nobody = new House.Caller(house, caller.Principal, key: null);
        var unknown = (await nobody.GetAsync("/me")).IsRefused(401, "unauthorized");
        Assert.Equal("Bearer", unknown.Headers["WWW-Authenticate"]);
        (await new House.Caller(house, caller.Principal, key: "guess").GetAsync("/me")).IsRefused(401, "unauthorized");
    }

    internal static async Task<(House.Caller Admin, House.Caller Viewer)> ReadyAsync(House house)
    {
        var admin = await house.PersonAsync("Admin", Roles.Admin);
        var viewer = await house.PersonAsync("Viewer", Roles.Viewer);
        (await admin.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        (await admin.SendAsync("PUT", "/webhooks/W-1", """{"url":"https://crm.example/","events":[]}""")).Is(201);
        (await admin.PostAsync("/items", new { queue = "crm", title = "Call Ann" })).Is(201);
        (await admin.PostAsync("/items/W-1/claim", "{}")).Is(200);
        (
            await admin.PostAsync(
                "/items/W-1/notes",
                new
                {
                    text = "x",
                    to = "everyone",
                    kind = "note",
                }
            )
        ).Is(201);
        await WithArtifactAsync(admin, await house.PersonAsync("Rae", Roles.Reviewer));
        return (admin, viewer);
    }

    // One of each thing that an address can name: A-1, M-1, R-1, P-1, act-1 and C-1.
    private static async Task WithArtifactAsync(House.Caller admin, House.Caller reviewer)
    {
        var hello = new
        {
            name = "reply",
            contentType = "text/plain",
            content = "hello",
            itemId = "W-1",
        };
        (await admin.PostAsync("/artifacts", hello)).Is(201);
        (await admin.PostAsync("/artifacts/A-1/versions/1/comments", new { body = "Why?" })).Is(201);
        (
            await admin.SendAsync(
                "PUT",
                "/actions/act-1",
                """{"kind":"send_reply","target":"mail:ann","artifactId":"A-1"}"""
            )
        ).Is(201);
        (await admin.PostAsync("/artifacts/A-1/versions/1/review", new { })).Is(201);
        var shown = (await reviewer.GetAsync("/artifacts/A-1/versions/1/consequences")).Is(200);
        var approve = new
        {
            decision = "approve",
            contentHash = HashOfHello,
            consequencesHash = shown["consequencesHash"].GetString(),
        };
        (await reviewer.PostAsync("/artifacts/A-1/versions/1/decisions", approve)).Is(201);
        (await admin.PostAsync("/artifacts/A-1/versions", new { baseVersion = 1, content = "hello Ann" })).Is(201);
        (await admin.PostAsync("/artifacts/A-1/versions", new { baseVersion = 1, content = "hello Bob" })).IsRefused(
            409,
            "version_conflict"
        );
    }

    private static Task<Answer> SendAsync(
        House.Caller caller,
        ApiOperation operation,
        byte[]? body,
        string query = ""
    ) =>
        caller.SendAsync(
            operation.Method,
            PathOf(operation) + query,
            body: null,
            change: request =>
            {
                if (body is null)
                    return;
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new("application/json");
            }
        );

    /// <summary>The address with ids of what is there.</summary>
    internal static string PathOf(ApiOperation operation) =>
        operation
            .Pattern.Replace("{id}", IdIn(operation.Pattern), StringComparison.Ordinal)
            .Replace("{name}", "crm", StringComparison.Ordinal)
            .Replace("{source}", "crm", StringComparison.Ordinal)
            .Replace("{run}", "r1", StringComparison.Ordinal)
            .Replace("comments/{k}", "comments/M-1", StringComparison.Ordinal)
            .Replace("competing/{k}", "competing/0", StringComparison.Ordinal)
            .Replace("{k}", "1", StringComparison.Ordinal)
            .Replace("{n}", "1", StringComparison.Ordinal)
            .Replace("{actionId}", "act-1", StringComparison.Ordinal)
            .Replace("{approvalId}", "P-1", StringComparison.Ordinal)
            .Replace("{hash}", HashOfHello, StringComparison.Ordinal);

    private static readonly string HashOfHello = ControlSurface.Core.Vocabulary.ContentHash.Of("hello"u8);

    private static string IdIn(string pattern) =>
        pattern.Split('/')[1] switch
        {
            "leases" => "L-1",
            "artifacts" => "A-1",
            "reviews" => "R-1",
            "conflicts" => "C-1",
            "principals" => "U-2",
            "keys" => "K-1",
            _ => "W-1",
        };

    /// <summary>A body with what is required and nothing else, made from the type that is read.</summary>
    internal static JsonObject Good(JsonTypeInfo type)
    {
        var good = new JsonObject();
        foreach (var property in type.Properties.Where(BodyReader.IsRequired))
            good[property.Name] = property.Name == "queue" ? "crm" : Sample(property.PropertyType);
        return good;
    }

    private static JsonNode? Sample(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (inner == typeof(string))
            return "word";
        if (inner == typeof(int) || inner == typeof(long) || inner == typeof(decimal))
            return 1;
        if (inner == typeof(DateTimeOffset))
            return House.T0.AddDays(1).ToString("O", CultureInfo.InvariantCulture);
        var info = ApiJson.Strict.GetTypeInfo(inner);
        return info.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray() : Good(info);
    }

    private static byte[] With(JsonObject good, string member)
    {
        var text = good.ToJsonString();
        return Encoding.UTF8.GetBytes(text[..^1] + (good.Count > 0 ? "," : "") + member + "}");
    }

    private static byte[]? Missing(JsonObject good, JsonTypeInfo type)
    {
        if (type.Properties.FirstOrDefault(BodyReader.IsRequired) is not { } required)
            return null;
        good.Remove(required.Name);
        return Encoding.UTF8.GetBytes(good.ToJsonString());
    }

    private static byte[]? Wrong(JsonObject good, JsonTypeInfo type)
    {
        if (type.Properties.FirstOrDefault(p => p.PropertyType != typeof(JsonElement?)) is not { } property)
            return null;
        var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        good[property.Name] = (BodyReader.OptionalOf(inner) ?? inner) == typeof(string) ? 5 : "five";
        return Encoding.UTF8.GetBytes(good.ToJsonString());
    }

    private static byte[]? NullFor(JsonObject good, JsonTypeInfo type)
    {
        if (type.Properties.FirstOrDefault(p => !BodyReader.AllowsNull(p)) is not { } property)
            return null;
        good[property.Name] = null;
        return Encoding.UTF8.GetBytes(good.ToJsonString());
    }
}
