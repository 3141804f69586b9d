using System.Text.Json.Nodes;
using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Live;
using ControlSurface.Wording;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ControlSurface.Mcp;

/// <summary>
/// <c>subscriptions/listen</c> (2026-07-28): first what will be followed, then a word for each commit that touches a resource,
/// until the caller goes, is ended, loses the key, is too slow, or the server stops. What is told is only that there is
/// something to read: nobody misses a state by missing a word.
/// </summary>
internal sealed class AgentListening(
    LiveFeed feed,
    OpenConnections connections,
    ApiHost host,
    IHostApplicationLifetime lifetime
)
{
    private const int MostResources = 1_000;

    internal async ValueTask<EmptyResult> RunAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        LiveCaller caller,
        CancellationToken gone
    )
    {
        if (host.Limits.Subscriptions.TryTake(caller.Id, out var place) is { } tooMany)
            throw new McpException(RefusalWords.Detail(tooMany, host.NameOf, host.Engine.Now));
        using var taken = place;
        using var opened = connections.Open(caller.Id, caller.Credential);
        if (opened is null)
            return new EmptyResult();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            gone,
            lifetime.ApplicationStopping,
            opened.Ended
        );
        var scope = host.Engine.Picture.Read(caller.ScopeIn);
        var wanted = request.Params.Notifications.ResourceSubscriptions ?? [];
        var followed = new Dictionary<string, TopicFilter>(StringComparer.Ordinal);
        foreach (var uri in wanted.Take(MostResources))
        {
            if (AgentResources.Follow(uri, scope) is { } filter)
                followed[uri] = filter;
        }
        try
        {
            using var listener = feed.Listen(TopicFilter.All(scope));
            await AcknowledgeAsync(request, [.. followed.Keys], ended.Token);
            await FollowAsync(request, listener, followed, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Over, by one or the other.
        }
        return new EmptyResult();
    }

    private static async Task FollowAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        LiveListener listener,
        Dictionary<string, TopicFilter> followed,
        CancellationToken ended
    )
    {
        await foreach (var happened in listener.Events.ReadAllAsync(ended))
        {
            if (happened.Seq == 0)
                continue;
            foreach (var (uri, filter) in followed)
            {
                if (filter.Touches(happened))
                    await TellAsync(request, uri, happened.Seq, ended);
            }
        }
    }

    private static Task AcknowledgeAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        IList<string> uris,
        CancellationToken gone
    )
    {
        var notifications = new JsonObject();
        if (uris.Count > 0)
            notifications["resourceSubscriptions"] = new JsonArray([.. uris.Select(uri => (JsonNode)uri)]);
        return SendAsync(
            request,
            NotificationMethods.SubscriptionsAcknowledgedNotification,
            new JsonObject { ["notifications"] = notifications },
            gone
        );
    }

    private static Task TellAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        string uri,
        long seq,
        CancellationToken gone
    ) =>
        SendAsync(
            request,
            NotificationMethods.ResourceUpdatedNotification,
            new JsonObject
            {
                ["uri"] = uri,
                ["_meta"] = new JsonObject { ["controlsurface/seq"] = seq },
            },
            gone
        );

    // Each carries the id of the request that listens: several may share a channel.
    private static Task SendAsync(
        RequestContext<SubscriptionsListenRequestParams> request,
        string method,
        JsonObject parameters,
        CancellationToken gone
    )
    {
        var meta = parameters["_meta"] as JsonObject ?? [];
        meta[MetaKeys.SubscriptionId] = request.JsonRpcRequest.Id.Id is long number
            ? number
            : request.JsonRpcRequest.Id.ToString();
        parameters["_meta"] = meta;
        return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, gone);
    }
}
