using System.Runtime.CompilerServices;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;
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
public sealed class LiveHub(
    Engine engine,
    LiveFeed feed,
    IJournalHistory journal,
    OpenConnections connections,
    PresenceBoard presence,
    Limits limits
) : Hub<ILiveClient>
{
    private const int PageSize = 500;
    private const string OpenHere = "open";
    private const string ConnectionHere = "connection";

    /// <summary>
    /// Says that the caller has an item, an artifact or a conflict open (API.md, <c>POST /presence</c>): every 20 s, and
    /// <c>away</c> when it is closed. What a connection had open is closed with it.
    /// </summary>
    /// <exception cref="HubException">What is wrong with the arguments, or why the caller may not.</exception>
    public async Task SayPresence(string? topic, string? mode)
    {
        var caller = CallerOrRefuse();
        if (topic is null)
            throw new HubException("topic must not be null: name item:ID, artifact:ID or conflict:ID.");
        if (mode is null)
            throw new HubException("mode must not be null: it is one of viewing, editing, away.");
        var outcome = await engine
            .SendAsync(new Request(new PresenceCommand(topic, mode), caller.ToCaller()), Context.ConnectionAborted)
            .ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            throw new HubException(engine.Picture.Read(at => RefusalWords.Detail(refusal, at.NameOf, outcome.Now)));
        var said = (PresenceReply)outcome.Reply!;
        presence.Say(said.Who, said.Topic, said.Mode);
        var open = Open(Context);
        lock (open)
        {
            open[said.Topic] = said;
        }
    }

    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        if (
            LiveCaller.Of(Context.User) is not { } caller
            || connections.Open(caller.Id, caller.Credential) is not { } opened
        )
        {
            Context.Abort();
            return;
        }
        Context.Items[ConnectionHere] = opened;
        opened.Ended.UnsafeRegister(static context => ((HubCallerContext)context!).Abort(), Context);
        await base.OnConnectedAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items.TryGetValue(ConnectionHere, out var opened) ? opened as OpenConnection : null)?.Dispose();
        var open = Open(Context);
        lock (open)
        {
            foreach (var said in open.Values)
                presence.Say(said.Who, said.Topic, "away");
            open.Clear();
        }
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>Streams the events after <c>after</c>, then each as it is committed; ended by cancelling it.</summary>
    public async IAsyncEnumerable<LiveEvent> Subscribe(
        SubscribeRequest? request,
        [EnumeratorCancellation] CancellationToken cancelled
    )
    {
        var caller = CallerOrRefuse();
        if (request is null)
            throw new HubException("The request must not be null: send {topics, after}.");
        if (limits.Subscriptions.TryTake(caller.Id, out var place) is { } full)
            throw new HubException(RefusalWords.Detail(full, id => id.Text, engine.Now));
        using var taken = place;
        var scope = engine.Picture.Read(caller.ScopeIn);
        if (TopicFilter.TryParse(request.Topics, scope, out var topics) is { } wrong)
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
                if (topics.Of(happened) is not { } shown)
                    continue;
                if (notices)
                    await Clients.Caller.Notice(shown).ConfigureAwait(false);
                yield return shown;
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

    // What a connection rests on may be over a moment before the connection is: nothing new is taken then.
    private LiveCaller CallerOrRefuse()
    {
        if (
            LiveCaller.Of(Context.User) is not { } caller
            || !Context.Items.TryGetValue(ConnectionHere, out var opened)
            || opened is not OpenConnection { Reason: null }
        )
            throw new HubException("Sign in, or send a key, and connect again.");
        if (limits.OnRequest(caller.Id) is { } tooMany)
            throw new HubException(RefusalWords.Detail(tooMany, id => id.Text, engine.Now));
        return caller;
    }

    private static Dictionary<string, PresenceReply> Open(HubCallerContext context)
    {
        lock (context.Items)
        {
            if (context.Items.TryGetValue(OpenHere, out var known))
                return (Dictionary<string, PresenceReply>)known!;
            var open = new Dictionary<string, PresenceReply>(StringComparer.Ordinal);
            context.Items[OpenHere] = open;
            return open;
        }
    }
}

/// <summary>Committed events from the journal, for whoever resumes.</summary>
public interface IJournalHistory
{
    /// <summary>The events after a seq, in order, at most so many.</summary>
    Task<IReadOnlyList<LiveEvent>> ReadAsync(long after, int limit, CancellationToken waiting);
}
