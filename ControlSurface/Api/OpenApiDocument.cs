using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ControlSurface.Api;

/// <summary>
/// <c>/openapi/v1.json</c>, OpenAPI 3.1: written from the table of operations and the very types that are read and written,
/// so that it cannot say anything else than what is built.
/// </summary>
internal static partial class OpenApiDocument
{
    private const string Problems = "#/components/responses/Problem";
    private static readonly Lazy<byte[]> Made = new(() =>
        JsonSerializer.SerializeToUtf8Bytes(Make(), ApiJson.Strict.GetTypeInfo(typeof(JsonObject)))
    );

    /// <summary>Sends the document.</summary>
    internal static async Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.ContentLength = Made.Value.Length;
        await http.Response.BodyWriter.WriteAsync(Made.Value, http.RequestAborted);
    }

    private const string Lines = "application/x-ndjson";

    /// <summary>Makes the document from the table of operations.</summary>
    internal static JsonObject Make()
    {
        var schemas = new ApiSchemas("#/components/schemas/", describes: true);
        var paths = new JsonObject();
        foreach (var operation in ApiOperations.All)
        {
            var path = ApiOperations.Root + operation.Pattern;
            if (paths[path] is not JsonObject methods)
                paths[path] = methods = new JsonObject();
            methods[operation.Method.ToLowerInvariant()] = Describe(operation, schemas);
        }
        AddRoot(paths, schemas);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "ControlSurface",
                ["version"] = "v1",
                ["description"] =
                    "Work that agents and people own under leases: who holds what, until when, and what comes next. Beside these "
                    + "calls there is the SignalR hub `/hubs/live`, with the same keys: `Subscribe({topics, after})` streams events.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
                ["responses"] = new JsonObject { ["Problem"] = ProblemResponse() },
                ["headers"] = Headers(),
                ["schemas"] = schemas.All(),
            },
        };
    }

    // What is served outside the table: it belongs to whoever runs the server, or has a protocol of its own.
    private static void AddRoot(JsonObject paths, ApiSchemas schemas)
    {
        paths["/healthz"] = Probe(
            "healthz",
            "The process answers; 503 from the moment that it must end.",
            schemas,
            mayBeUnready: true
        );
        paths["/readyz"] = Probe(
            "readyz",
            "Whether the journal could be written within the last 5 s; details for a key or for loopback.",
            schemas,
            mayBeUnready: true
        );
        paths["/metrics"] = new JsonObject
        {
            ["get"] = Root("metrics", "Figures in Prometheus' text format, for a key or for loopback.", Text()),
        };
        var mcp = Root(
            "mcp",
            "The agent's part of this contract as Model Context Protocol, 2026-07-28 and 2025-11-25.",
            AnyJson()
        );
        mcp["requestBody"] = new JsonObject { ["required"] = true, ["content"] = AnyJson() };
        mcp["responses"]!["200"]!["content"]!["text/event-stream"] = new JsonObject
        {
            ["schema"] = new JsonObject { ["type"] = "string" },
        };
        mcp["responses"]!["401"] = Ref(Problems);
        paths["/mcp"] = new JsonObject { ["post"] = mcp };
    }

    private static JsonObject Probe(string id, string summary, ApiSchemas schemas, bool mayBeUnready)
    {
        var probe = Root(id, summary, Json(schemas.Ref(ApiJson.Of<Bodies.HealthBody>())));
        probe["security"] = new JsonArray();
        if (mayBeUnready)
            probe["responses"]!["503"] = new JsonObject
            {
                ["description"] = "Not, or draining.",
                ["content"] = Json(schemas.Ref(ApiJson.Of<Bodies.HealthBody>())),
            };
        return new JsonObject { ["get"] = probe };
    }

    private static JsonObject Root(string id, string summary, JsonObject content) =>
        new()
        {
            ["operationId"] = id,
            ["tags"] = new JsonArray("Server"),
            ["summary"] = summary,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "Answered.", ["content"] = content },
            },
        };

    private static JsonObject Text() =>
        new() { ["text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };

    private static JsonObject AnyJson() =>
        new() { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } } };

    private static JsonObject Bytes(string type) =>
        new()
        {
            [type] = new JsonObject
            {
                ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
            },
        };

    private static JsonObject Describe(ApiOperation operation, ApiSchemas schemas)
    {
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(operation.Tag),
            ["summary"] = operation.Summary,
            ["description"] =
                "For "
                + Permissions.InWords(Permissions.MayAsk(operation.Verb))
                + "."
                + (
                    operation.Codes.Count == 0 ? "" : " May be refused with " + string.Join(", ", operation.Codes) + "."
                ),
            ["parameters"] = Parameters(operation),
        };
        if (operation.Body is { } body)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = body.Properties.Any(BodyReader.IsRequired),
                ["content"] = Json(schemas.Ref(body)),
            };
            if (ApiExamples.Of(operation) is { } example)
                described["requestBody"]!["content"]!["application/json"]!["example"] = example;
        }
        else if (operation.TakesBytes)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Bytes("application/octet-stream"),
            };
        }
        else if (operation.TakesLines)
        {
            described["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Bytes(Lines) };
        }
        described["responses"] = Responses(operation, schemas);
        return described;
    }

    private static JsonArray Parameters(ApiOperation operation)
    {
        var parameters = new JsonArray();
        foreach (Match match in InPath().Matches(operation.Pattern))
        {
            parameters.Add(
                new JsonObject
                {
                    ["name"] = match.Groups["name"].Value,
                    ["in"] = "path",
                    ["required"] = true,
                    ["description"] = MemberMeanings.Of(
                        match.Groups["name"].Value is "name" ? "queue" : match.Groups["name"].Value
                    ),
                    // A version's number; every other name in an address is an id, whatever it looks like.
                    ["schema"] =
                        match.Groups["name"].Value == "n"
                            ? new JsonObject { ["type"] = "integer", ["format"] = "int32" }
                            : new JsonObject { ["type"] = "string" },
                }
            );
        }
        foreach (var query in operation.Query.Concat(CommonParameters.Of(operation)))
        {
            var schema = query.Schema();
            if (query.Words is { } words && query.Description.Contains("commas", StringComparison.Ordinal))
                schema["description"] = "Of " + string.Join(", ", words);
            else if (query.Words is { } only)
                schema["enum"] = new JsonArray([.. only.Select(w => (JsonNode)w)]);
            if (query.Type is "integer" or "number")
            {
                schema["minimum"] = query.Least;
                if (query.Most != long.MaxValue)
                    schema["maximum"] = query.Most;
            }
            parameters.Add(
                new JsonObject
                {
                    ["name"] = query.Name,
                    ["in"] = "query",
                    ["description"] = query.Description,
                    ["schema"] = schema,
                }
            );
        }
        // Each line has a key of its own.
        if (!operation.IsRead && !operation.TakesLines)
        {
            parameters.Add(
                new JsonObject
                {
                    ["name"] = "Idempotency-Key",
                    ["in"] = "header",
                    ["description"] = "Makes the request safe to repeat: applied once, answered the same.",
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "string",
                        ["minLength"] = 1,
                        ["maxLength"] = 128,
                        ["pattern"] = "^[ -~]+$",
                    },
                }
            );
        }
        return parameters;
    }

    private static JsonObject Responses(ApiOperation operation, ApiSchemas schemas)
    {
        var responses = new JsonObject();
        foreach (var reply in operation.Replies)
        {
            var response = new JsonObject { ["description"] = reply.Description };
            if (reply.Type is { } type)
                response["content"] = Json(schemas.Ref(type));
            else if (reply.Status == StatusCodes.Status200OK)
                response["content"] = Bytes(operation.TakesLines ? Lines : "application/octet-stream");
            if (!operation.IsRead && !operation.TakesLines)
                response["headers"] = new JsonObject
                {
                    ["Idempotency-Replayed"] = Ref("#/components/headers/Idempotency-Replayed"),
                    ["Dry-Run"] = Ref("#/components/headers/Dry-Run"),
                };
            responses[Number(reply.Status)] = response;
        }
        foreach (var status in StatusesOf(operation))
            responses[Number(status)] = Ref(Problems);
        return responses;
    }

    /// <summary>The statuses that the operation can be refused with.</summary>
    internal static SortedSet<int> StatusesOf(ApiOperation operation)
    {
        var statuses = new SortedSet<int> { 400, 401, 403, 500 };
        if (operation.Pattern.Contains('{', StringComparison.Ordinal) || operation.Verb == Verb.CreateItem)
            statuses.Add(404);
        if (operation.Query.Any(q => q.Name == "item"))
            statuses.Add(404);
        if (operation.Id == "listEvents")
            statuses.Add(429);
        if (!operation.IsRead)
            statuses.UnionWith([409, 413, 415, 422, 503]);
        foreach (var code in operation.Codes)
            statuses.Add(ToHttp.StatusOf(code));
        return statuses;
    }

    private static JsonObject Headers() =>
        new()
        {
            ["Idempotency-Replayed"] = Header("`true` where this is the first answer to the key, told again."),
            ["Dry-Run"] = Header("`true` where nothing was changed."),
        };

    private static JsonObject Header(string description) =>
        new()
        {
            ["description"] = description,
            ["schema"] = new JsonObject { ["type"] = "string" },
        };

    private static JsonObject ProblemResponse() =>
        new()
        {
            ["description"] = "Refused; `code` says why, `detail` what to do next. Each code has members of its own.",
            ["content"] = new JsonObject
            {
                ["application/problem+json"] = new JsonObject { ["schema"] = Ref("#/components/schemas/Problem") },
            },
        };

    private static JsonObject Json(JsonNode schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Ref(string to) => new() { ["$ref"] = to };

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex InPath();
}
