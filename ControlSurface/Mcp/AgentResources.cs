using System.Text;
using System.Text.Json;
using ControlSurface.Api;
using ControlSurface.Live;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ControlSurface.Mcp;

/// <summary>
/// What an agent may keep an eye on: <c>controlsurface://lease/L-77</c> and the like. Read as the contract's GET of it, followed
/// by <c>subscriptions/listen</c>.
/// </summary>
internal static class AgentResources
{
    private const string Scheme = "controlsurface://";

    /// <param name="Topic">The topic of the live feed; null where it cannot be followed.</param>
    private sealed record Kind(
        string Name,
        string Title,
        string Operation,
        string Argument,
        string Example,
        string? Topic
    );

    private static readonly Kind[] Kinds =
    [
        new("item", "An item", "getItem", "id", "W-1042", "item"),
        new("lease", "A lease", "getLease", "id", "L-77", "lease"),
        new("queue", "A queue", "getQueue", "name", "refunds", "queue"),
        new("artifact", "An artifact", "getArtifact", "id", "A-12", "artifact"),
        new("conflict", "A conflict", "getConflict", "id", "C-9", Topic: null),
    ];

    internal static IList<ResourceTemplate> Templates { get; } =
    [
        .. Kinds.Select(kind => new ResourceTemplate
        {
            Name = kind.Name,
            Title = kind.Title,
            UriTemplate = $"{Scheme}{kind.Name}/{{id}}",
            MimeType = "application/json",
            Description = $"{kind.Title} as it is now, such as {Scheme}{kind.Name}/{kind.Example}.",
        }),
    ];

    /// <summary>All queues that the caller may see; everything else is read by its id.</summary>
    /// <exception cref="McpProtocolException">The list is refused.</exception>
    internal static async Task<IList<Resource>> ListAsync(ToolCall call, CancellationToken gone)
    {
        var found = new List<Resource>();
        string? next = null;
        do
        {
            var (json, isRefused) = await call.ReadPageAsync("listQueues", next, gone);
            if (isRefused)
                throw Refused(json, "The queues cannot be listed.");
            var page = JsonElement.Parse(json);
            foreach (var queue in page.GetProperty("items").EnumerateArray())
                found.Add(Of("queue", queue.GetProperty("name").GetString()!));
            next = page.GetProperty("next").GetString();
        } while (next is not null);
        return found;
    }

    /// <exception cref="McpProtocolException">There is no such resource, or not for the caller.</exception>
    internal static async Task<ReadResourceResult> ReadAsync(ToolCall call, string uri, CancellationToken gone)
    {
        if (Parse(uri) is not var (kind, id))
            throw NotFound(uri);
        var (json, isRefused) = await call.ReadAsync(kind.Operation, kind.Argument, id, gone);
        if (isRefused)
            throw Refused(json, uri);
        return new ReadResourceResult
        {
            Contents =
            [
                new TextResourceContents
                {
                    Uri = uri,
                    MimeType = "application/json",
                    Text = Encoding.UTF8.GetString(json),
                },
            ],
            TimeToLive = TimeSpan.Zero,
            CacheScope = CacheScope.Private,
        };
    }

    /// <summary>What of the live feed touches the resource; null where it cannot be followed or is outside the scope.</summary>
    internal static TopicFilter? Follow(string uri, Scope scope) =>
        Parse(uri) is var (kind, id)
        && kind.Topic is { } topic
        && TopicFilter.TryParse([$"{topic}:{id}"], scope, out var filter) is null
            ? filter
            : null;

    private static Resource Of(string kind, string id) =>
        new()
        {
            Name = id,
            Uri = $"{Scheme}{kind}/{Uri.EscapeDataString(id)}",
            MimeType = "application/json",
        };

    private static (Kind Kind, string Id)? Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        var parts = uri[Scheme.Length..].Split('/');
        return parts is [var name, { Length: > 0 } id] && Array.Find(Kinds, k => k.Name == name) is { } kind
            ? (kind, Uri.UnescapeDataString(id))
            : null;
    }

    private static McpProtocolException Refused(byte[] problem, string otherwise) =>
        new(JsonElement.Parse(problem).GetProperty("detail").GetString() ?? otherwise, McpErrorCode.InvalidParams);

    private static McpProtocolException NotFound(string uri) =>
        new(
            $"There is no resource {uri}: use {Scheme} with item, lease, queue, artifact or conflict and an id.",
            McpErrorCode.InvalidParams
        );
}
