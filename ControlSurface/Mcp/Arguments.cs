using System.Text.Json.Nodes;
using ControlSurface.Api;

namespace ControlSurface.Mcp;

/// <summary>What a call takes, as one flat object of a tool's arguments: of its address, its query, its body and its headers.</summary>
internal static class Arguments
{
    internal const string IdempotencyKey = "idempotencyKey";

    // A file is nothing that a tool gives.
    private const string Format = "format";

    // Where one word means another thing in one tool.
    private static readonly Dictionary<(string Tool, string Argument), string> OwnMeanings = new()
    {
        [("finish_work", "outcome")] =
            "Of a release: `given_back` or `failed`; of a run: `done`, `failed` or another word for how it ended.",
        [("finish_work", "to")] = "To whom: `{principal: U-4}` or `{role: support}`.",
        [("leave_note", "kind")] = "`note`, `question`, `instruction` or `release_request`.",
        [("leave_note", "to")] = "`holder`, `everyone` or a principal, such as `U-4`.",
        [("lock_targets", "targets")] =
            "To lock: each with its mode, `exclusive` or `shared`; to let go: the plain targets.",
        [("prepare_action", "kind")] = "What is done, such as `send_reply`.",
        [("record_checkpoint", "validations")] =
            "What was checked, and how it came out: `passed`, `failed` or `skipped`.",
    };

    /// <summary>One argument of one way.</summary>
    internal sealed record Argument(string Name, JsonNode Schema, bool IsRequired, string? Meaning);

    internal static string? MeaningOf(string tool, string name) =>
        OwnMeanings.GetValueOrDefault((tool, name)) ?? MemberMeanings.Of(name);

    /// <summary>Everything that the way takes, but for what chooses it.</summary>
    internal static IEnumerable<Argument> Of(AgentTool tool, Way way)
    {
        foreach (var (_, name) in way.InAddress)
        {
            var isNumber = name == "version";
            yield return new Argument(
                name,
                new JsonObject { ["type"] = isNumber ? "integer" : "string" },
                IsRequired: true,
                MeaningOf(tool.Name, name)
            );
        }
        foreach (var query in QueryOf(tool, way))
            yield return new Argument(query.Name, SchemaOf(query), IsRequired: false, query.Description);
        foreach (var member in BodyOf(tool, way.Operation))
            yield return member;
        if (!way.Operation.IsRead)
        {
            yield return new Argument(
                IdempotencyKey,
                new JsonObject
                {
                    ["type"] = "string",
                    ["minLength"] = 1,
                    ["maxLength"] = 128,
                },
                IsRequired: false,
                "Makes the call safe to repeat for 7 days: choose a new one for each thing that you mean to do."
            );
        }
    }

    /// <summary>The parameters of the query that a tool takes.</summary>
    internal static IEnumerable<QueryParameter> QueryOf(AgentTool tool, Way way) =>
        way
            .Operation.Query.Concat(tool.GivesContent ? [] : CommonParameters.Of(way.Operation))
            .Where(q => q.Name != Format);

    private static JsonObject SchemaOf(QueryParameter query)
    {
        var schema = query.Schema();
        if (query.Words is { } words)
            schema["examples"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        return schema;
    }

    private static IEnumerable<Argument> BodyOf(AgentTool tool, ApiOperation operation)
    {
        if (
            operation.Body is not { } body
            || new ApiSchemas(root: null).Ref(body)["properties"] is not JsonObject members
        )
            yield break;
        var required = body
            .Properties.Where(BodyReader.IsRequired)
            .Select(p => p.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (name, schema) in members)
            yield return new Argument(
                name,
                WithoutDefault(schema),
                required.Contains(name),
                MeaningOf(tool.Name, name)
            );
    }

    private static JsonNode WithoutDefault(JsonNode? schema)
    {
        var copy = schema?.DeepClone() ?? new JsonObject();
        (copy as JsonObject)?.Remove("default");
        return copy;
    }
}
