using System.Text.Json.Nodes;
using ControlSurface.Api;

namespace ControlSurface.Mcp;

/// <summary>What a call takes, as one flat object of a tool's arguments: of its address, its query, its body and its headers.</summary>
internal static class Arguments
{
    internal const string IdempotencyKey = "idempotencyKey";

    // A file is nothing that a tool gives.
    private const string Format = "format";

    // What the members of addresses and bodies mean to an agent. Those of queries say it themselves.
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["acknowledges"] =
            "After `acknowledge_required`: the seq that it named; after a person's edit: the version you read.",
        ["actionId"] = "The id that you chose for the action, such as `send-reply-W-1042`.",
        ["after"] = "What was there after the action, as far as you saw it: text, uri or sha256.",
        ["anchor"] = "The passage that the comment is on: its quote, and where it starts and ends.",
        ["answer"] = "What you say to the note.",
        ["applied"] = "Whether the action is seen to have been done.",
        ["applySeconds"] = "How long a permit for it may be out; 300 unless you need another time.",
        ["artifactId"] = "An artifact, such as `A-12`.",
        ["artifacts"] = "Versions that belong to the checkpoint.",
        ["at"] = "When it happened, RFC 3339 in UTC; now where left out.",
        ["baseVersion"] = "The number of the version that yours is made from.",
        ["before"] = "What is there before the action: text, uri or sha256; shown beside the approval.",
        ["blocks"] = "Whether it keeps the version from being approved until it is resolved.",
        ["body"] = "The text.",
        ["by"] = "Who changed it, as far as you know.",
        ["causedBy"] = "The action that changed it, where it was one of here.",
        ["conflictId"] = "A conflict, such as `C-9`.",
        ["content"] = "The content as text.",
        ["contentHash"] = "`sha256:` and the hex of a content that is kept here already, instead of `content`.",
        ["contentType"] = "Its media type, such as `text/markdown`.",
        ["dependsOn"] = "Items that have to be completed first.",
        ["dueAt"] = "When it should be done, RFC 3339 in UTC.",
        ["dueSeconds"] = "In how many seconds the decision is due.",
        ["effect"] = "`none` where you are sure that nothing happened outside, else `unknown`.",
        ["evidence"] = "What shows it: a label with a uri, a sha256, a text or the hash of a content.",
        ["expectedTargetVersion"] = "The version of the target that you read; another one by then stops the action.",
        ["externalId"] = "The id that the item has where it comes from; the queue takes each once.",
        ["force"] = "For support: take it from a live owner, who is told.",
        ["ifSeq"] = "The item's `seq` as you read it.",
        ["itemId"] = "An item, such as `W-1042`.",
        ["kind"] = "What kind it is.",
        ["labels"] = "Labels; of a claim: those that the item must have.",
        ["leaseId"] = "A lease, such as `L-77`.",
        ["leaseSeconds"] = "How long until it has to be renewed, within what the queue allows.",
        ["leaveOpen"] = "Complete it although something of it is unsettled.",
        ["name"] = "What people call it.",
        ["nextStep"] = "What you would do next.",
        ["note"] = "A sentence for whoever reads it.",
        ["noteId"] = "A note, such as `M-3`.",
        ["notBefore"] = "From when on it may be claimed, RFC 3339 in UTC.",
        ["observedTargetVersion"] = "The version that the target has after it.",
        ["openQuestions"] = "What nobody knows yet.",
        ["outcome"] = "How it ended.",
        ["overStale"] = "Take what only stale leases have locked.",
        ["payloadHash"] = "The hash of what is really sent, where it is not the version's content.",
        ["permit"] = "The permit that `go` came with.",
        ["principal"] = "Whose it is, such as `U-4`; yourself where left out.",
        ["priority"] = "0 first to 9 last; 5 where left out.",
        ["progress"] = "The step you are at, such as `3 of 5: drafting`, and a note.",
        ["queue"] = "A queue's name.",
        ["reason"] = "`blocked` or `waiting_on_human`.",
        ["receipt"] =
            "What the outside system answered: any JSON value. Given to whoever begins the same action again.",
        ["result"] = "What came of it: any JSON value.",
        ["retryAfterSeconds"] = "Nobody is given it before.",
        ["reviewers"] = "Whom to ask: principals or roles; whoever may decide where left out.",
        ["run"] = "Your name for this execution; the same in each call under a lease that was granted to it.",
        ["sources"] = "What it was made from: targets with the versions that you read.",
        ["suggestion"] = "Text that would take the place of the passage.",
        ["summary"] = "How far it got, in a sentence or two.",
        ["target"] = "What it is about, such as `crm:customer/88213` or `repo:web/src/app.ts`.",
        ["targets"] = "What it touches, as narrow as can be: `repo:web/src` covers all that lies below it.",
        ["text"] = "What you say.",
        ["title"] = "One line.",
        ["to"] = "Whom it is for.",
        ["token"] = "The fencing token that the lease was granted with.",
        ["validations"] = "What was checked, and how it came out.",
        ["version"] = "A version's number; of a target: how its system names it.",
        ["waitSeconds"] = "0 to 55: how long to wait.",
        ["withdrawReview"] = "Go on without the review that the lease waits for; it is withdrawn.",
        ["why"] = "The reason, for whoever reads it later.",
    };

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
        OwnMeanings.GetValueOrDefault((tool, name)) ?? Meanings.GetValueOrDefault(name);

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
