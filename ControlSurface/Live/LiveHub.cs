using System.Runtime.CompilerServices;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using Microsoft.AspNetCore.SignalR;

namespace ControlSurface.Live;

/// <summary>What a client of the hub asks for.</summary>
/// <param name="Topics">At least one.</param>
/// <param name="After">The last seq that the client saw; null for from now on.</param>
/// <param name="Notices">Whether the events also come by <c>Notice</c>; true where it is not said.</param>
public sealed record SubscribeRequest(IReadOnlyList<string>? Topics, long? After = null, bool? Notices = null);

/// <summary>What the hub calls on a client.</summary>
public interface ILiveClient
{
    /// <summary>An event as it is committed, or a notice that is not in the journal (it has no <c>seq</c>).</summary>
    Task Notice(LiveEvent notice);
}

/// <summary>
/// The push channel (API.md, <c>/hubs/live</c>): the events of some topics, from a seq on, without a gap and each once.
/// </summary>
public sealed class LiveHub(Engine engine, LiveFeed feed, IJournalHistory journal, LiveConnections connections)
    : Hub<ILiveClient>
{
    private const int PageSize = 500;

    public override async Task OnConnectedAsync()
    {
        if (LiveCaller.Of(Context.User) is not { } caller || !connections.Add(caller, Context))
        {
            Context.Abort();
            return;
        }
        await base.OnConnectedAsync().ConfigureAwait(false);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Remove(Context);
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>Streams the events after <c>after</c>, then each as it is committed; ended by cancelling it.</summary>
    public async IAsyncEnumerable<LiveEvent> Subscribe(
        SubscribeRequest request,
        [EnumeratorCancellation] CancellationToken cancelled
    )
    {
        var caller =
            LiveCaller.Of(Context.User) ?? throw new HubException("Sign in, or send a key, and connect again.");
        var allowed = engine.Picture.Read(at => caller.VisibleQueues(at));
        if (TopicFilter.TryParse(request.Topics, allowed, out var topics) is { } wrong)
            throw new HubException(wrong);
        using var listener = feed.Listen(topics);
        if (request.After is { } past && (past < 0 || past > Math.Max(listener.From, engine.Picture.Seq)))
            throw new HubException($"after is beyond the end of the journal, which is at {engine.Picture.Seq}.");
        var notices = request.Notices ?? true;
        var seen = request.After ?? listener.From;
        while (seen < listener.From)
        {
            var page = await journal.ReadAsync(seen, PageSize, cancelled).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            foreach (var happened in page)
            {
                if (happened.Seq > listener.From)
                    break;
                seen = happened.Seq;
                if (!topics.Touches(happened))
                    continue;
                if (notices)
                    await Clients.Caller.Notice(happened).ConfigureAwait(false);
                yield return happened;
            }
            if (page[^1].Seq > listener.From)
                break;
        }
        await foreach (var happened in listener.Events.ReadAllAsync(cancelled).ConfigureAwait(false))
        {
            if (happened.Seq != 0 && happened.Seq <= seen)
                continue;
            if (notices || happened.Seq == 0)
                await Clients.Caller.Notice(happened).ConfigureAwait(false);
            if (happened.Seq == 0)
                continue;
            seen = happened.Seq;
            yield return happened;
        }
        if (listener.Lagged)
            throw new HubException($"Too slow: subscribe again with after {seen}.");
    }
}

/// <summary>Committed events from the journal, for whoever resumes.</summary>
public interface IJournalHistory
{
    /// <summary>The events after a seq, in order, at most so many.</summary>
    Task<IReadOnlyList<LiveEvent>> ReadAsync(long after, int limit, CancellationToken waiting);
}
