using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Server.Tests.Field;

namespace Server.Tests.Mcp;

/// <summary>Somebody who calls by tools, with the official client; each result is held against the schema that was told.</summary>
internal sealed class Agent : IAsyncDisposable
{
    private readonly Dictionary<string, Tool> _tools;

    private Agent(McpClient client, IEnumerable<Tool> tools)
    {
        Client = client;
        _tools = tools.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    internal McpClient Client { get; }

    internal IReadOnlyCollection<Tool> Tools => _tools.Values;

    internal static async Task<Agent> ConnectAsync(LiveServer server, Field.TestCaller who, string? revision = null)
    {
        var client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(server.Address, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                    AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["Authorization"] = "Bearer " + who.Key,
                    },
                },
                server.Http,
                loggerFactory: null,
                ownsHttpClient: false
            ),
            new McpClientOptions { ProtocolVersion = revision }
        );
        return new Agent(client, (await client.ListToolsAsync()).Select(t => t.ProtocolTool));
    }

    /// <summary>Calls a tool; a refusal is a result like any other.</summary>
    internal async Task<Given> CallAsync(string tool, object? arguments = null, CancellationToken waiting = default)
    {
        var members = JsonSerializer
            .SerializeToNode(arguments ?? new { })!
            .AsObject()
            .ToDictionary(m => m.Key, m => JsonSerializer.SerializeToElement(m.Value), StringComparer.Ordinal);
        var result = await Client.CallToolAsync(
            new CallToolRequestParams { Name = tool, Arguments = members },
            waiting
        );
        var given = result.StructuredContent ?? throw new InvalidOperationException($"{tool} gave nothing structured.");
        Assert.Null(SchemaCheck.FaultOf(_tools[tool].OutputSchema!.Value, given));
        return new Given(result, given);
    }

    /// <summary>Follows resources until <paramref name="end"/> is cancelled or the server ends it.</summary>
    internal Listening Listen(string[] uris, CancellationToken end = default)
    {
        var words = Channel.CreateUnbounded<JsonRpcNotification>();
        ValueTask Take(JsonRpcNotification word, CancellationToken _) =>
            words.Writer.WriteAsync(word, CancellationToken.None);
        Client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, Take);
        Client.RegisterNotificationHandler(NotificationMethods.ResourceUpdatedNotification, Take);
        var ended = Client.SendRequestAsync(
            new JsonRpcRequest
            {
                Method = RequestMethods.SubscriptionsListen,
                Params = new JsonObject
                {
                    ["notifications"] = new JsonObject
                    {
                        ["resourceSubscriptions"] = new JsonArray([.. uris.Select(u => (JsonNode)u)]),
                    },
                },
            },
            end
        );
        return new Listening(words.Reader, ended);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}

/// <summary>What a tool gave.</summary>
internal sealed record Given(CallToolResult Result, JsonElement Json)
{
    internal bool IsError => Result.IsError == true;

    /// <summary>A member by its path: <c>lease.token</c>.</summary>
    internal JsonElement this[string path] =>
        path.Split('.')
            .Aggregate(
                Json,
                (at, name) => int.TryParse(name, CultureInfo.InvariantCulture, out var k) ? at[k] : at.GetProperty(name)
            );

    internal string? Text(string path) => this[path].GetString();

    internal Given Good()
    {
        Assert.False(IsError, Json.GetRawText());
        return this;
    }

    internal Given Refused(string code)
    {
        Assert.True(IsError, Json.GetRawText());
        Assert.Equal(code, Text("code"));
        return this;
    }
}

internal sealed record Listening(ChannelReader<JsonRpcNotification> Words, Task<JsonRpcResponse> Ended)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal async Task<JsonRpcNotification> NextAsync() => await Words.ReadAsync().AsTask().WaitAsync(Patience);

    internal async Task<string?> NextUriAsync() => (string?)(await NextAsync()).Params!["uri"];
}

/// <summary>As much of JSON Schema as the tools' schemas use.</summary>
internal static class SchemaCheck
{
    /// <summary>Where and why the value is not as the schema says; null where it is.</summary>
    internal static string? FaultOf(JsonElement schema, JsonElement value) => FaultOf(schema, schema, value, "$");

    private static string? FaultOf(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        if (schema.ValueKind is JsonValueKind.True)
            return null;
        if (schema.ValueKind is JsonValueKind.False)
            return $"{path} may not be";
        foreach (var rule in schema.EnumerateObject())
        {
            var fault = rule.Name switch
            {
                "$ref" => FaultOf(root, Resolve(root, rule.Value.GetString()!), value, path),
                "anyOf" => AnyOf(root, rule.Value, value, path),
                "type" => IsOfType(rule.Value, value)
                    ? null
                    : $"{path} is no {rule.Value.GetRawText()}: {value.GetRawText()}",
                "const" => JsonElement.DeepEquals(rule.Value, value)
                    ? null
                    : $"{path} is not {rule.Value.GetRawText()}",
                "enum" => rule.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value))
                    ? null
                    : $"{path} is none of {rule.Value.GetRawText()}",
                "required" when value.ValueKind == JsonValueKind.Object => rule
                    .Value.EnumerateArray()
                    .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{path} lacks {name.GetString()}")
                    .FirstOrDefault(),
                "items" when value.ValueKind == JsonValueKind.Array => value
                    .EnumerateArray()
                    .Select((one, k) => FaultOf(root, rule.Value, one, $"{path}[{k}]"))
                    .FirstOrDefault(f => f is not null),
                "properties" when value.ValueKind == JsonValueKind.Object => Members(root, schema, value, path),
                _ => null,
            };
            if (fault is not null)
                return fault;
        }
        return null;
    }

    private static string? Members(JsonElement root, JsonElement schema, JsonElement value, string path)
    {
        var known = schema.GetProperty("properties");
        foreach (var member in value.EnumerateObject())
        {
            if (known.TryGetProperty(member.Name, out var own))
            {
                if (FaultOf(root, own, member.Value, $"{path}.{member.Name}") is { } fault)
                    return fault;
            }
            else if (
                schema.TryGetProperty("additionalProperties", out var more)
                && more.ValueKind == JsonValueKind.False
            )
            {
                return $"{path}.{member.Name} is not told of";
            }
        }
        return null;
    }

    private static string? AnyOf(JsonElement root, JsonElement schemas, JsonElement value, string path)
    {
        var faults = schemas.EnumerateArray().Select(one => FaultOf(root, one, value, path)).ToList();
        return faults.Contains(null) ? null : string.Join(" | ", faults);
    }

    private static JsonElement Resolve(JsonElement root, string reference) =>
        root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private static bool IsOfType(JsonElement types, JsonElement value) =>
        types.ValueKind == JsonValueKind.Array
            ? types.EnumerateArray().Any(type => IsOfType(type, value))
            : types.GetString() switch
            {
                "object" => value.ValueKind == JsonValueKind.Object,
                "array" => value.ValueKind == JsonValueKind.Array,
                "string" => value.ValueKind == JsonValueKind.String,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "null" => value.ValueKind == JsonValueKind.Null,
                "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
                _ => value.ValueKind == JsonValueKind.Number,
            };
}
