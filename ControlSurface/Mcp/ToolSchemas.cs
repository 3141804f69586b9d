using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api;
using ControlSurface.Core.Principals;
using ModelContextProtocol.Protocol;

namespace ControlSurface.Mcp;

/// <summary>The tools as they are told to a host: made once, of the very types that are read and written.</summary>
internal static class ToolSchemas
{
    private static readonly Lazy<IReadOnlyList<(AgentTool Tool, Tool Told)>> Made = new(() =>
        [.. AgentTools.All.Select(tool => (tool, Tell(tool)))]
    );

    /// <summary>Those that somebody with these roles may use, always in the same order.</summary>
    internal static IList<Tool> For(Roles roles) =>
        [.. Made.Value.Where(made => AgentTools.MayUse(made.Tool, roles)).Select(made => made.Told)];

    private static Tool Tell(AgentTool tool) =>
        new()
        {
            Name = tool.Name,
            Title = tool.Title,
            Description = tool.Description,
            InputSchema = ToElement(Takes(tool)),
            OutputSchema = ToElement(Gives(tool)),
            // All four are said: what is left out means the worst (2026-07-28, ToolAnnotations).
            Annotations = new ToolAnnotations
            {
                Title = tool.Title,
                ReadOnlyHint = tool.OnlyReads,
                DestructiveHint = tool.MayDestroy,
                IdempotentHint = tool.OnlyReads || tool.IsRepeatable,
                OpenWorldHint = false,
            },
        };

    private static JsonObject Takes(AgentTool tool)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        if (tool.Choice is { } choice)
        {
            properties[choice] = new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. tool.Ways.Select(way => (JsonNode)way.Word!)]),
                ["description"] = "Which of these you mean; the arguments say for which they are.",
            };
            required.Add(choice);
        }
        var arguments = tool.Ways.SelectMany(way => Arguments.Of(tool, way).Select(argument => (Way: way, argument)));
        foreach (var same in arguments.GroupBy(a => a.argument.Name, StringComparer.Ordinal))
        {
            // What chooses a way has the name of something in another's body: the choice keeps it.
            if (same.Key == tool.Choice)
                throw new InvalidOperationException($"{tool.Name} takes {same.Key} twice.");
            properties[same.Key] = Merge(tool, [.. same]);
            if (same.Count() == tool.Ways.Count && same.All(a => a.argument.IsRequired))
                required.Add(same.Key);
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Merge(AgentTool tool, IReadOnlyList<(Way Way, Arguments.Argument Argument)> same)
    {
        var shapes = new List<JsonNode>();
        foreach (var (_, argument) in same)
        {
            if (!shapes.Exists(known => JsonNode.DeepEquals(known, argument.Schema)))
                shapes.Add(argument.Schema);
        }
        var schema =
            shapes.Count == 1
                ? shapes[0].DeepClone().AsObject()
                : new JsonObject { ["anyOf"] = new JsonArray([.. shapes.Select(s => s.DeepClone())]) };
        var meaning = same[0].Argument.Meaning ?? "";
        if (same.Count < tool.Ways.Count)
            meaning += $" For {string.Join(", ", same.Select(a => a.Way.Word))}.";
        var needed = same.Where(a => a.Argument.IsRequired).Select(a => a.Way.Word).ToList();
        if (needed.Count > 0 && needed.Count < tool.Ways.Count)
            meaning += needed.Count < same.Count ? $" Needed for {string.Join(", ", needed)}." : " Needed there.";
        schema["description"] = meaning.Trim();
        return schema;
    }

    // Only the members at the top, each with its kind: what lies below is read in the result, and a schema of all of it costs
    // every agent more context on every turn than it saves.
    private static JsonObject Gives(AgentTool tool)
    {
        var kinds = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var replies = tool.Ways.SelectMany(w => w.Operation.Replies).Select(r => r.Type).Distinct().ToList();
        var schemas = new ApiSchemas("#/");
        foreach (var type in replies.OfType<JsonTypeInfo>())
        {
            schemas.Ref(type);
            foreach (var (name, member) in schemas.Find(type)["properties"] as JsonObject ?? [])
                AddKinds(kinds, name, member);
        }
        if (replies.Contains(null))
            AddKinds(kinds, tool.GivesContent ? Content : Nothing);
        AddKinds(kinds, Refused);
        AddKinds(kinds, [("next", "array")]);
        var properties = new JsonObject();
        // A map's members have names that are nobody's to describe.
        foreach (var (name, known) in replies.Exists(r => r?.Kind == JsonTypeInfoKind.Dictionary) ? [] : kinds)
            properties[name] = new JsonObject
            {
                ["type"] = known.Count == 1 ? known.Single() : new JsonArray([.. known.Select(k => (JsonNode)k)]),
            };
        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private static readonly (string Name, string Kind)[] Refused = [("code", "string"), ("detail", "string")];

    private static readonly (string Name, string Kind)[] Nothing =
    [
        ("nothing", "boolean"),
        ("retryAfter", "integer"),
        ("retryAfter", "null"),
        ("waitingFor", "string"),
        ("waitingFor", "null"),
    ];

    private static readonly (string Name, string Kind)[] Content =
    [
        ("artifactId", "string"),
        ("version", "integer"),
        ("contentHash", "string"),
        ("contentType", "string"),
        ("length", "integer"),
        ("hiddenCharacters", "integer"),
        ("hiddenCharacters", "null"),
        ("text", "string"),
        ("text", "null"),
    ];

    private static void AddKinds(
        SortedDictionary<string, SortedSet<string>> kinds,
        IEnumerable<(string Name, string Kind)> members
    )
    {
        foreach (var (name, kind) in members)
        {
            if (!kinds.TryGetValue(name, out var known))
                kinds[name] = known = new SortedSet<string>(StringComparer.Ordinal);
            known.Add(kind);
        }
    }

    private static void AddKinds(SortedDictionary<string, SortedSet<string>> kinds, string name, JsonNode? schema)
    {
        IEnumerable<string> found = schema switch
        {
            JsonObject o when o["type"] is JsonArray several => several.Select(k => (string)k!),
            JsonObject o when o["type"] is JsonValue one => [(string)one!],
            JsonObject o when o.ContainsKey("$ref") => ["object"],
            JsonObject o when o["anyOf"] is JsonArray => ["object", "null"],
            _ => ["array", "boolean", "null", "number", "object", "string"],
        };
        AddKinds(kinds, found.Select(kind => (name, kind)));
    }

    private static JsonElement ToElement(JsonObject schema) =>
        JsonSerializer.SerializeToElement(schema, ApiJson.Strict.GetTypeInfo(typeof(JsonObject)));
}
