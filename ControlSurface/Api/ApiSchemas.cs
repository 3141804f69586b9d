using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// JSON schemas of the very types that are read and written, each under its own name once: for the OpenAPI document and for
/// agents' tools.
/// </summary>
/// <param name="root">What a reference to a name begins with; null where nothing is named and all stands where it is used.</param>
/// <param name="describes">Whether members say what they mean and states which words they have; tools say that themselves.</param>
internal sealed class ApiSchemas(string? root, bool describes = false)
{
    private readonly SortedDictionary<string, JsonNode?> _byName = new(StringComparer.Ordinal);

    /// <summary>A reference to the type under its name, or, without names, the type itself.</summary>
    internal JsonObject Ref(JsonTypeInfo type)
    {
        if (root is null)
            return (JsonObject)Export(type);
        var name = NameOf(type.Type);
        if (!_byName.ContainsKey(name))
        {
            _byName[name] = null; // Reserved, should it come to itself.
            _byName[name] = UnderLease.Value.Contains(type.Type) ? WithLease(Export(type)) : Export(type);
        }
        return Reference(root + name);
    }

    // Bodies that answer calls under a lease: there, and only there, they carry its seconds and notes.
    private static readonly Lazy<HashSet<Type>> UnderLease = new(() =>
        [
            .. ApiOperations
                .All.Where(LeaseMembers.AreIn)
                .SelectMany(o => o.Replies)
                .Select(r => r.Type?.Type)
                .OfType<Type>(),
        ]
    );

    private JsonNode WithLease(JsonNode schema)
    {
        if (schema["properties"] is not JsonObject properties)
            return schema;
        properties.TryAdd(
            "leaseExpiresInSeconds",
            new JsonObject
            {
                ["type"] = new JsonArray("number", "null"),
                ["format"] = "double",
                ["description"] =
                    "Under a lease: seconds until it ends; 0 once it is over, null while a pause stops its clock.",
            }
        );
        properties.TryAdd(
            "notes",
            new JsonObject
            {
                ["type"] = "array",
                ["items"] = Ref(ApiJson.Of<Bodies.NoteBody>()),
                ["description"] = "Under a lease: notes that wait for its holder's acknowledgement.",
            }
        );
        return schema;
    }

    /// <summary>The schema of a type that was referred to.</summary>
    internal JsonObject Find(JsonTypeInfo type) => (JsonObject)_byName[NameOf(type.Type)]!;

    /// <summary>All that were referred to, and the refusal, by name.</summary>
    internal JsonObject All()
    {
        var all = new JsonObject { ["Problem"] = WithLease(Problem()) };
        foreach (var (name, schema) in _byName)
            all[name] = schema;
        return all;
    }

    private JsonNode Export(JsonTypeInfo type)
    {
        var schema = type.GetJsonSchemaAsNode(
            new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform }
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
        if (describes)
            Describe(type, schema);
        return schema;
    }

    private static void Describe(JsonTypeInfo type, JsonNode schema)
    {
        if (schema["properties"] is not JsonObject properties)
            return;
        var isAsked = type.Type.Name.EndsWith("Request", StringComparison.Ordinal);
        foreach (var (name, member) in properties.ToList())
        {
            if (member is not JsonObject described)
                continue;
            var meaning = isAsked ? MemberMeanings.Of(name) : MemberMeanings.InReply(name);
            if (meaning is not null)
                described.TryAdd("description", meaning);
            if (name == "state" && StatesOf(type.Type) is { } words)
                described["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        }
    }

    private static IEnumerable<string>? StatesOf(Type body) =>
        body == typeof(Bodies.ItemBody) ? ApiWords.ItemStates
        : body == typeof(Bodies.LeaseBody) ? ApiWords.LeaseStates
        : body == typeof(Bodies.ActionBody) ? Enum.GetValues<Core.Actions.ActionState>().Select(WireNames.Of)
        : body == typeof(Bodies.ReviewBody) ? Enum.GetValues<Core.Reviews.ReviewState>().Select(WireNames.Of)
        : body == typeof(Bodies.ConflictBody) ? Enum.GetValues<Core.Conflicts.ConflictState>().Select(WireNames.Of)
        : body == typeof(Bodies.GivenBody) ? Enum.GetValues<Core.Approvals.ApprovalState>().Select(WireNames.Of)
        : body == typeof(Bodies.ApprovalBody)
            ? ["none", .. Enum.GetValues<Core.Approvals.ApprovalState>().Select(WireNames.Of), "partial"]
        : body == typeof(Bodies.PrincipalBody) ? Enum.GetValues<Core.Principals.PrincipalState>().Select(WireNames.Of)
        : body == typeof(Bodies.BulkBody) ? Enum.GetValues<Core.Bulk.BulkState>().Select(WireNames.Of)
        : body == typeof(Bodies.PatternBody) ? Enum.GetValues<Core.Runbook.PatternState>().Select(WireNames.Of)
        : body == typeof(Bodies.DeliveryBody) ? WebhookEndpoints.DeliveryStates
        : null;

    private JsonNode? TypeOf(Type type) =>
        BodyReader.OptionalOf(type) is { } named ? Named(named)
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
        if (BodyReader.OptionalOf(type) is { } named)
            return Named(named);
        if (inner == typeof(DateTimeOffset))
            return Instant(isNullable: inner != type);
        if (schema is JsonObject number && FormatOf(inner) is { } format)
            number["format"] = format;
        if (inner == typeof(Problem))
            return OrNull(Reference(root + "Problem"));
        if (inner == typeof(JsonElement))
            return new JsonObject { ["description"] = "Any JSON value." };
        if (root is null || context.Path.IsEmpty || context.TypeInfo.Kind != JsonTypeInfoKind.Object)
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
        var schema = Export(type);
        // The exporter knows of a null only where the type itself does.
        return type.Kind == JsonTypeInfoKind.Enumerable && BodyReader.NullSays(named)
            ? OrNull((JsonObject)schema)
            : schema;
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

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
