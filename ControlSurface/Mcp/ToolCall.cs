using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlSurface.Api;
using ControlSurface.Api.Pipeline;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Live;
using ControlSurface.Wording;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace ControlSurface.Mcp;

/// <summary>
/// One call of a tool: its arguments become the request of the contract that they mean, which is served by the very operation
/// that serves it over HTTP, and the answer becomes the result. Refused is an error in the result, with the problem of the
/// contract, never one of the protocol.
/// </summary>
internal sealed class ToolCall(ApiHost host, HttpContext outer, LiveCaller caller)
{
    /// <summary>Of a result: that it is the first answer to its idempotency key, told again.</summary>
    internal const string ReplayedMeta = "controlsurface/idempotencyReplayed";

    /// <summary>Of a result: that nothing was changed.</summary>
    internal const string DryRunMeta = "controlsurface/dryRun";

    private static readonly JsonSerializerOptions Json = ApiJson.Strict;
    private static readonly string[] FormerSelectors = ["do", "of", "as"];
    private static readonly Dictionary<string, JsonElement> NoArguments = new(StringComparer.Ordinal);

    internal async Task<CallToolResult> RunAsync(
        AgentTool tool,
        IDictionary<string, JsonElement>? given,
        CancellationToken gone
    )
    {
        var rest = new Dictionary<string, JsonElement>(given ?? NoArguments, StringComparer.Ordinal);
        var faults = new Faults();
        foreach (var (name, value) in rest)
        {
            if (!BodyReader.IsText(value))
                faults.Add(name, "must not contain half of a surrogate pair");
        }
        if (faults.Any || ChooseWay(tool, rest, faults) is not { } way)
            return Refused(faults);
        LeaveOutNulls(way, rest);
        var said = rest.ToDictionary(a => a.Key, a => JsonSerializer.SerializeToNode(a.Value), StringComparer.Ordinal);
        var request = RequestOf(tool, way, rest, faults);
        if (faults.Any)
            return Refused(faults);
        var answer = await AnswerAsync(way.Operation, request, gone);
        var isError = answer.Status >= StatusCodes.Status400BadRequest;
        return tool.GivesContent && !isError
            ? await ContentOfAsync(request, answer, gone)
            : ResultOf(answer, way.Operation.Id, said, isError);
    }

    // Many clients send every optional argument, with null where there is nothing (API.md, Settled since, Numbers). Only where
    // any JSON value has to be there is null one of them.
    private static void LeaveOutNulls(Way way, Dictionary<string, JsonElement> rest)
    {
        foreach (var name in rest.Where(a => a.Value.ValueKind == JsonValueKind.Null).Select(a => a.Key).ToList())
        {
            var isValue =
                way.Operation.Body is { } body
                && BodyReader.Find(body, name) is { } member
                && member.PropertyType == typeof(JsonElement);
            if (!isValue)
                rest.Remove(name);
        }
    }

    /// <summary>What a resource is: the answer to a read, or a refusal.</summary>
    internal async Task<(byte[] Json, bool IsRefused)> ReadAsync(
        string operation,
        string name,
        string id,
        CancellationToken gone
    )
    {
        var request = new ToolRequest();
        request.Route[name] = id;
        var answer = await AnswerAsync(new Way(operation).Operation, request, gone);
        return (answer.Body, answer.Status >= StatusCodes.Status400BadRequest);
    }

    /// <summary>One page of a list, as long as pages may be.</summary>
    /// <param name="after">The <c>next</c> of the page before; null for the first.</param>
    internal async Task<(byte[] Json, bool IsRefused)> ReadPageAsync(
        string operation,
        string? after,
        CancellationToken gone
    )
    {
        var request = new ToolRequest();
        request.Query.Add(new("limit", ApiCall.MostLimit.ToString(CultureInfo.InvariantCulture)));
        if (after is not null)
            request.Query.Add(new("after", after));
        var answer = await AnswerAsync(new Way(operation).Operation, request, gone);
        return (answer.Body, answer.Status >= StatusCodes.Status400BadRequest);
    }

    private static Way? ChooseWay(AgentTool tool, Dictionary<string, JsonElement> rest, Faults faults)
    {
        if (tool.Choice is not { } choice)
            return tool.Ways[0];
        if (!rest.Remove(choice, out var said))
        {
            // What it was called before, for hosts that keep the list of tools.
            foreach (var name in FormerSelectors)
            {
                if (rest.Remove(name, out said))
                    break;
            }
        }
        var word = said.ValueKind == JsonValueKind.String ? said.GetString()!.Trim() : null;
        if (tool.Find(word) is { } way)
            return way;
        faults.Add(choice, "must be of " + string.Join(", ", tool.Ways.Select(w => w.Word)));
        return null;
    }

    private static ToolRequest RequestOf(AgentTool tool, Way way, Dictionary<string, JsonElement> rest, Faults faults)
    {
        var request = new ToolRequest();
        foreach (var (name, argument) in way.InAddress)
        {
            if (Take(rest, argument, argument is "version" or "noteId", faults) is { Length: > 0 } value)
                request.Route[name] = value;
            else
                faults.Add(argument, "is required");
        }
        foreach (var query in Arguments.QueryOf(tool, way))
        {
            if (
                query.MostTimes is not null
                && rest.TryGetValue(query.Name, out var several)
                && several.ValueKind == JsonValueKind.Array
            )
            {
                rest.Remove(query.Name);
                foreach (var one in several.EnumerateArray())
                    request.Query.Add(new KeyValuePair<string, string?>(query.Name, one.ToString()));
                continue;
            }
            if (Take(rest, query.Name, query.Type is "integer" or "number", faults) is { } value)
                request.Query.Add(new KeyValuePair<string, string?>(query.Name, value));
        }
        if (!way.Operation.IsRead)
            request.IdempotencyKey = Take(rest, Arguments.IdempotencyKey, isNumber: false, faults);
        if (way.Operation.Body is { } body)
        {
            // Members that are none are the reader's to refuse, as they are over HTTP.
            request.Body = JsonBytes.Of(writer => new BodyWriter(writer, isLenient: true).Write(rest, body));
            return request;
        }
        foreach (var unknown in rest.Keys)
            faults.Add(unknown, "is not an argument of this tool" + (tool.Choice is null ? "" : " in this way"));
        return request;
    }

    // A value with one reading is taken, whatever its kind.
    private static string? Take(Dictionary<string, JsonElement> rest, string name, bool isNumber, Faults faults)
    {
        if (!rest.Remove(name, out var said))
            return null;
        switch (said.ValueKind)
        {
            case JsonValueKind.String or JsonValueKind.Number:
                var text = said.ValueKind == JsonValueKind.String ? said.GetString()! : said.GetRawText();
                return isNumber && Numbers.TryReadWhole(text.Trim(), out var whole)
                    ? whole.ToString(CultureInfo.InvariantCulture)
                    : text;
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            default:
                faults.Add(name, "must be a string, a number or a boolean");
                return null;
        }
    }

    private async Task<ToolAnswer> AnswerAsync(ApiOperation operation, ToolRequest request, CancellationToken gone)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        using var body = new MemoryStream();
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var http = new DefaultHttpContext(features) { RequestServices = outer.RequestServices, RequestAborted = gone };
        request.Fill(http, operation, outer.Request);
        await ApiPipeline.RunAsync(http, host, operation, caller);
        await http.Response.BodyWriter.CompleteAsync();
        gone.ThrowIfCancellationRequested();
        return new ToolAnswer(
            http.Response.StatusCode,
            body.ToArray(),
            http.Response.Headers,
            http.Response.ContentType
        );
    }

    private CallToolResult Refused(Faults faults)
    {
        var problem = ToHttp.From(
            new Refusal.InvalidRequest(faults.ByMember),
            host.NameOf,
            host.Engine.Now,
            outer.Request.Scheme + "://" + outer.Request.Host.Value
        );
        return ResultOf(
            new ToolAnswer(
                problem.Status,
                JsonBytes.Of(problem.WriteTo),
                new HeaderDictionary(),
                "application/problem+json"
            ),
            "",
            new Dictionary<string, JsonNode?>(StringComparer.Ordinal),
            isError: true
        );
    }

    private CallToolResult ResultOf(
        ToolAnswer answer,
        string operation,
        IReadOnlyDictionary<string, JsonNode?> said,
        bool isError
    )
    {
        var result = answer.Body.Length > 0 ? JsonNode.Parse(answer.Body)!.AsObject() : Nothing(answer.Headers);
        // A grant shows its lease once.
        if (result["lease"] is JsonObject && result["item"] is JsonObject owned)
            owned.Remove("lease");
        NextCalls.AddTo(
            result,
            operation,
            said,
            item => OwnLeaseOn(item, said.GetValueOrDefault("run")?.ToString()),
            isError
        );
        var json = result.ToJsonString(Json);
        return new CallToolResult
        {
            IsError = isError,
            StructuredContent = JsonElement.Parse(json),
            Content = [ForTheModel(json)],
            Meta = MetaOf(answer.Headers),
        };
    }

    // A token is its run's: only a call that names the run, or names none for a lease without one, is told it again.
    private (string Lease, long Token, string? Run)? OwnLeaseOn(string? item, string? run) =>
        ItemId.TryParse(item, out var id)
        && host.Engine.Picture.Read(at => at.FindItem(id)?.Lease) is { } lease
        && lease.Holder.Is(caller.Id, run)
            ? (lease.Id.Text, lease.Token, run)
            : null;

    // The same as text, for hosts that know no structured content.
    private static TextContentBlock ForTheModel(string json) =>
        new()
        {
            Text = json,
            Annotations = new Annotations { Audience = [Role.Assistant] },
        };

    private static JsonObject Nothing(IHeaderDictionary headers) =>
        new()
        {
            ["nothing"] = true,
            ["retryAfter"] = int.TryParse(headers.RetryAfter, CultureInfo.InvariantCulture, out var seconds)
                ? seconds
                : null,
            ["waitingFor"] = headers["Waiting-For"] is [{ } what] ? what : null,
        };

    private static JsonObject? MetaOf(IHeaderDictionary headers)
    {
        var meta = new JsonObject();
        if (headers["Idempotency-Replayed"] == "true")
            meta[ReplayedMeta] = true;
        if (headers["Dry-Run"] == "true")
            meta[DryRunMeta] = true;
        return meta.Count > 0 ? meta : null;
    }

    // What somebody else wrote is nowhere but in the member that is for it and in a resource: a host can tell it from what is
    // said by us.
    private static async Task<CallToolResult> ContentOfAsync(
        ToolRequest request,
        ToolAnswer answer,
        CancellationToken gone
    )
    {
        var type = answer.ContentType ?? "application/octet-stream";
        var shape = ContentShape.Of(type, answer.Body);
        var (artifact, version) = (request.Route["id"], request.Route["n"]);
        var described = new JsonObject
        {
            ["artifactId"] = artifact,
            ["version"] = long.Parse(version, CultureInfo.InvariantCulture),
            ["contentHash"] = ContentHash.Of(answer.Body),
            ["contentType"] = type,
            ["length"] = answer.Body.Length,
            ["hiddenCharacters"] = shape.Text is { } read
                ? await Task.Run(() => HiddenText.Of(read).Findings.Count, gone)
                : null,
        };
        var told = described.ToJsonString(Json);
        described["text"] = shape.Text;
        var uri = $"controlsurface://artifact/{artifact}/versions/{version}";
        return new CallToolResult
        {
            StructuredContent = JsonElement.Parse(described.ToJsonString(Json)),
            Content =
            [
                ForTheModel(told),
                new EmbeddedResourceBlock
                {
                    Resource = shape.Text is { } text
                        ? new TextResourceContents
                        {
                            Uri = uri,
                            MimeType = type,
                            Text = text,
                        }
                        : BlobResourceContents.FromBytes(answer.Body, uri, type),
                    Annotations = new Annotations { Audience = [Role.Assistant] },
                },
            ],
        };
    }
}

/// <summary>The request of the contract that arguments mean.</summary>
internal sealed class ToolRequest
{
    internal Dictionary<string, string> Route { get; } = new(StringComparer.Ordinal);
    internal List<KeyValuePair<string, string?>> Query { get; } = [];
    internal string? IdempotencyKey { get; set; }
    internal byte[]? Body { get; set; }

    /// <summary>Writes it into a context; where it came from, answers name addresses of.</summary>
    internal void Fill(HttpContext http, ApiOperation operation, HttpRequest from)
    {
        var to = http.Request;
        to.Method = operation.Method;
        (to.Scheme, to.Host) = (from.Scheme, from.Host);
        var path = ApiOperations.Root + operation.Pattern;
        foreach (var (name, value) in Route)
        {
            to.RouteValues[name] = value;
            path = path.Replace("{" + name + "}", value, StringComparison.Ordinal);
        }
        to.Path = path;
        to.QueryString = QueryString.Create(Query);
        if (IdempotencyKey is { } key)
            to.Headers["Idempotency-Key"] = key;
        if (Body is not { } body)
            return;
        to.ContentType = "application/json";
        to.ContentLength = body.Length;
        to.Body = new MemoryStream(body, writable: false);
    }
}

/// <summary>What the operation answered.</summary>
internal sealed record ToolAnswer(int Status, byte[] Body, IHeaderDictionary Headers, string? ContentType);
