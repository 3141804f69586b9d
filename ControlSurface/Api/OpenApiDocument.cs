using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
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
        var schemas = new Schemas();
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

    private static JsonObject Describe(ApiOperation operation, Schemas schemas)
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

    private static JsonObject Responses(ApiOperation operation, Schemas schemas)
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

    /// <summary>The types of bodies, each under its own name once.</summary>
    private sealed class Schemas
    {
        private readonly SortedDictionary<string, JsonNode?> _byName = new(StringComparer.Ordinal);

        internal JsonObject Ref(JsonTypeInfo type)
        {
            var name = NameOf(type.Type);
            if (!_byName.ContainsKey(name))
            {
                _byName[name] = null; // Reserved, should it come to itself.
                _byName[name] = Export(type);
            }
            return OpenApiDocument.Ref("#/components/schemas/" + name);
        }

        internal JsonObject All()
        {
            var all = new JsonObject { ["Problem"] = Problem() };
            foreach (var (name, schema) in _byName)
                all[name] = schema;
            return all;
        }

        private JsonNode Export(JsonTypeInfo type)
        {
            var schema = type.GetJsonSchemaAsNode(
                new JsonSchemaExporterOptions
                {
                    TreatNullObliviousAsNonNullable = true,
                    TransformSchemaNode = Transform,
                }
            );
            // What is read by a converter of ours and may be left out comes back without its type: the exporter adds the default
            // to a copy of its own.
            foreach (var property in type.Properties)
            {
                if (
                    schema["properties"]?[property.Name] is JsonObject { Count: 1 } bare
                    && bare.ContainsKey("default")
                    && TypeOf(property.PropertyType) is { } known
                )
                    schema["properties"]![property.Name] = known;
            }
            return schema;
        }

        private JsonNode? TypeOf(Type type) =>
            BodyReader.NamedOf(type) is { } named ? Named(named)
            : (Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset)
                ? Instant(Nullable.GetUnderlyingType(type) is not null)
            : null;

        // A seq or a token outgrows what a client without this would read it into.
        private static string? FormatOf(Type number) =>
            number == typeof(long) ? "int64"
            : number == typeof(int) ? "int32"
            : number == typeof(double) || number == typeof(decimal) ? "double"
            : null;

        private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
        {
            var type = context.TypeInfo.Type;
            var inner = Nullable.GetUnderlyingType(type) ?? type;
            if (BodyReader.NamedOf(type) is { } named)
                return Named(named);
            if (inner == typeof(DateTimeOffset))
                return Instant(isNullable: inner != type);
            if (schema is JsonObject number && FormatOf(inner) is { } format)
                number["format"] = format;
            if (inner == typeof(Problem))
                return OrNull(OpenApiDocument.Ref("#/components/schemas/Problem"));
            if (inner == typeof(JsonElement))
                return new JsonObject { ["description"] = "Any JSON value." };
            if (context.Path.IsEmpty || context.TypeInfo.Kind != JsonTypeInfoKind.Object)
                return schema;
            // A body inside a body is named, not repeated.
            var isNullable = schema["type"] is JsonArray types && types.Any(t => (string?)t == "null");
            var reference = Ref(context.TypeInfo);
            return isNullable ? OrNull(reference) : reference;
        }

        private JsonNode Named(Type named)
        {
            var type = ApiJson.Strict.GetTypeInfo(named);
            if (type.Kind == JsonTypeInfoKind.Object)
                return OrNull(Ref(type));
            return Export(type);
        }

        private static JsonObject OrNull(JsonObject reference) =>
            new() { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) };

        private static JsonObject Instant(bool isNullable) =>
            new() { ["type"] = isNullable ? new JsonArray("string", "null") : "string", ["format"] = "date-time" };

        private static JsonObject Problem()
        {
            var codes = new JsonArray();
            foreach (var help in RefusalHelp.All)
                codes.Add(help.Code);
            JsonObject Text() => new() { ["type"] = "string" };
            return new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("type", "title", "status", "detail", "code", "help"),
                ["properties"] = new JsonObject
                {
                    ["type"] = Text(),
                    ["title"] = Text(),
                    ["status"] = new JsonObject { ["type"] = "integer" },
                    ["detail"] = Text(),
                    ["code"] = new JsonObject { ["type"] = "string", ["enum"] = codes },
                    ["help"] = Text(),
                    ["errors"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = Text() },
                    },
                },
            };
        }

        private static string NameOf(Type type)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Bodies.ListBody<>))
                return NameOf(type.GetGenericArguments()[0]) + "List";
            if (type.IsGenericType)
                return "CanByVerb";
            return type.Name.EndsWith("Body", StringComparison.Ordinal) ? type.Name[..^4] : type.Name;
        }
    }
}
