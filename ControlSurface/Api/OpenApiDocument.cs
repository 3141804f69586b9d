using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Api;

/// <summary>
/// <c>/openapi/v1.json</c>, OpenAPI 3.1: written from the table of operations and the very types that are read and written,
/// so that it cannot say anything else than what is built.
/// </summary>
internal static partial class OpenApiDocument
{
    private const string Problems = "#/components/responses/Problem";
    private static readonly Lazy<byte[]> Bytes = new(() =>
        JsonSerializer.SerializeToUtf8Bytes(Make(), ApiJson.Strict.GetTypeInfo(typeof(JsonObject)))
    );

    internal static async Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.ContentLength = Bytes.Value.Length;
        await http.Response.BodyWriter.WriteAsync(Bytes.Value, http.RequestAborted);
    }

    internal static JsonObject Make()
    {
        var schemas = new ApiSchemas("#/components/schemas/");
        var paths = new JsonObject();
        foreach (var operation in ApiOperations.All)
        {
            var path = ApiOperations.Root + operation.Pattern;
            if (paths[path] is not JsonObject methods)
                paths[path] = methods = new JsonObject();
            methods[operation.Method.ToLowerInvariant()] = Describe(operation, schemas);
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "ControlSurface",
                ["version"] = "v1",
                ["description"] =
                    "Work that agents and people own under leases: who holds what, until when, and what comes next.",
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
            var schema = new JsonObject { ["type"] = query.Type };
            if (query.Words is { } words)
                schema["description"] = "Of " + string.Join(", ", words);
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
        if (!operation.IsRead)
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
            if (!operation.IsRead)
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
