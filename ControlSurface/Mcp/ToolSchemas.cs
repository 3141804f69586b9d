using System.Text.Json;
using System.Text.Json.Nodes;
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
                ["description"] = "Which of these you mean.",
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
            meaning += $" Only with {tool.Choice}: {string.Join(", ", same.Select(a => a.Way.Word))}.";
        var needed = same.Where(a => a.Argument.IsRequired).Select(a => a.Way.Word).ToList();
        if (needed.Count > 0 && needed.Count < tool.Ways.Count && needed.Count < same.Count)
            meaning += $" Needed with {string.Join(", ", needed)}.";
        else if (needed.Count > 0 && needed.Count < tool.Ways.Count)
            meaning += " Needed there.";
        schema["description"] = meaning.Trim();
        return schema;
    }

    private static JsonObject Gives(AgentTool tool)
    {
        const string Names = "#/$defs/";
        var schemas = new ApiSchemas(Names);
        var any = new JsonArray();
        if (tool.GivesContent)
            any.Add(ContentSchema());
        foreach (var type in tool.Ways.SelectMany(w => w.Operation.Replies).Select(r => r.Type).Distinct())
        {
            if (type is not null)
                any.Add(schemas.Ref(type));
            else if (!tool.GivesContent)
                any.Add(NothingSchema());
        }
        any.Add(new JsonObject { ["$ref"] = Names + "Problem" });
        var all = schemas.All();
        // Who asks for some members only gets these.
        if (tool.OnlyReads)
            DropRequired(all);
        return new JsonObject
        {
            ["type"] = "object",
            ["anyOf"] = any,
            ["$defs"] = all,
        };
    }

    private static JsonObject ContentSchema() =>
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["artifactId"] = new JsonObject { ["type"] = "string" },
                ["version"] = new JsonObject { ["type"] = "integer" },
                ["contentHash"] = new JsonObject { ["type"] = "string" },
                ["contentType"] = new JsonObject { ["type"] = "string" },
                ["length"] = new JsonObject { ["type"] = "integer" },
                ["hiddenCharacters"] = new JsonObject
                {
                    ["type"] = new JsonArray("integer", "null"),
                    ["description"] =
                        "How many characters or words in it a reader would not see, or would take for others.",
                },
                ["text"] = new JsonObject
                {
                    ["type"] = new JsonArray("string", "null"),
                    ["description"] = "The content; null where it is no text, which comes as a resource beside this.",
                },
            },
        };

    private static JsonObject NothingSchema() =>
        new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("nothing"),
            ["properties"] = new JsonObject
            {
                ["nothing"] = new JsonObject
                {
                    ["const"] = true,
                    ["description"] = "There is nothing to give, or to say.",
                },
                ["retryAfter"] = new JsonObject
                {
                    ["type"] = new JsonArray("integer", "null"),
                    ["description"] = "Seconds after which it is worth asking again.",
                },
                ["waitingFor"] = new JsonObject
                {
                    ["type"] = new JsonArray("string", "null"),
                    ["description"] = "The limit that stops it.",
                },
            },
        };

    private static void DropRequired(JsonNode? node)
    {
        if (node is JsonObject schema)
        {
            if (schema["required"] is JsonArray)
                schema.Remove("required");
            foreach (var (_, inner) in schema.ToList())
                DropRequired(inner);
        }
        else if (node is JsonArray several)
        {
            foreach (var inner in several)
                DropRequired(inner);
        }
    }

    private static JsonElement ToElement(JsonObject schema) =>
        JsonSerializer.SerializeToElement(schema, ApiJson.Strict.GetTypeInfo(typeof(JsonObject)));
}
