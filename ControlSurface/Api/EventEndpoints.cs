using System.Text.Json;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: events and the board as it was.</summary>
internal static class EventEndpoints
{
    /// <summary>Pages of the journal that one request looks through for what matches its filter.</summary>
    private const int MostPages = 20;

    private static readonly QueryParameter Types = new(
        "types",
        "string",
        "Only these types, separated by commas; `lease.*` for all of leases.",
        EventJson.Types
    )
    {
        TakesPatterns = true,
    };

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All = [ListEventsOperation, StateAtOperation];

    private static ApiOperation ListEventsOperation =>
        new()
        {
            Id = "listEvents",
            Method = "GET",
            Pattern = "/events",
            Verb = Verb.Read,
            Tag = "Journal",
            Summary = "Events after a seq; with Accept: text/event-stream a stream that resumes from Last-Event-ID.",
            Query =
            [
                new("after", "integer", "Only events with a greater seq; 0 by default."),
                CommonParameters.Limit,
                Types,
                new("item", "string", "Only events of this item."),
                new("lease", "string", "Only events of this lease, and of what is done under it."),
                new("run", "string", "Only events of this run: of its leases, what is done under them, and its end."),
            ],
            Replies = [new(200, ApiJson.Of<EventsBody>(), "Events; `next` is the last seq that was looked at.")],
            Brief = ["seq", "type", "itemId"],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation StateAtOperation =>
        new()
        {
            Id = "stateAt",
            Method = "GET",
            Pattern = "/state",
            Verb = Verb.Read,
            Tag = "Journal",
            Summary = "The board as it was after a seq, rebuilt from the journal.",
            Query =
            [
                new("at", "integer", "The seq; the newest by default."),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies =
            [
                new(200, ApiJson.Of<StateBody>(), "The board: items by id, queues, and whether the line was stopped."),
            ],
            Brief = ["id", "queue", "title", "state", "owner"],
            Handle = call => call.ReadAsync(StateAsync),
        };

    /// <summary>An event as the wire shows it.</summary>
    internal static EventBody BodyOf(EventRow row) =>
        new(row.Seq, row.At, row.By.Text, row.Type, row.Item?.Text, JsonElement.Parse(row.Data.Span));

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var seq = call.Host.Engine.Picture.Seq;
        var isStream = EventStream.IsWanted(call.Http.Request);
        var (member, from) =
            isStream && call.Http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last]
                ? ("Last-Event-ID", last)
                : ("after", call.Query("after"));
        var after = from is null ? 0 : call.WholeNumber(member, from, 0, long.MaxValue);
        if (after > seq)
            call.Faults.Add(member, $"is beyond the end of the journal, which is {seq}");
        ItemId? item = null;
        if (call.Query("item") is { } named)
        {
            if (!ItemId.TryParse(named, out var id) || call.Host.FindItem(id) is not { } found)
                return call.Refuse(new Refusal.NotFound("item", named));
            if (call.Hidden(found.Item.Queue) is { } hidden)
                return call.Refuse(hidden);
            item = id;
        }
        LeaseId? lease = null;
        if (call.Query("lease") is { } held)
        {
            if (!LeaseId.TryParse(held, out var id) || call.Host.FindItemOf(id) is not { } found)
                return call.Refuse(new Refusal.NotFound("lease", held));
            if (call.Hidden(found.Item.Queue) is { } hidden)
                return call.Refuse(hidden);
            lease = id;
            // What happens to a lease happens to its item, by which the journal is looked up.
            item ??= found.Item.Id;
        }
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var types = call.Query("types")?.Split(',').SelectMany(Types.Meant).Distinct(StringComparer.Ordinal).ToList();
        var query = new EventQuery(after, limit, types, item);
        var filter = new EventFilter(lease, call.Query("run"));
        if (isStream)
            return EventStream.Open(call, query, filter);
        return Answer.Ok(Page(call, query, filter), ApiJson.Of<EventsBody>());
    }

    private static EventsBody Page(ApiCall call, EventQuery query, EventFilter filter)
    {
        // Read before the journal, which is ahead of the picture for a moment after each commit: what the picture does not have yet
        // cannot be judged, and is left for the next page.
        var seq = call.Host.Engine.Picture.Seq;
        var sight = new EventSight(call.Host, call.Scope);
        if (!filter.IsNarrow)
        {
            var page = call.Host.Journal.FindEvents(query);
            var rows = page.Rows.Where(row => row.Seq <= seq);
            return new EventsBody(
                [.. rows.Select(sight.Of).OfType<EventRow>().Select(BodyOf)],
                Math.Min(page.Next, seq)
            );
        }
        var found = new List<EventBody>();
        var next = query.After;
        for (var k = 0; k < MostPages; k++)
        {
            var from = next;
            var page = call.Host.Journal.FindEvents(query with { After = from, Limit = ApiCall.MostLimit });
            foreach (var row in page.Rows)
            {
                if (row.Seq > seq)
                    break;
                next = row.Seq;
                if (filter.Wants(EventJson.Read(row.Type, row.Data.Span), call.Host) && sight.Of(row) is { } seen)
                    found.Add(BodyOf(seen));
                if (found.Count == query.Limit)
                    return new EventsBody(found, next);
            }
            next = Math.Min(page.Next, seq);
            if (next == from || next == seq)
                break;
        }
        return new EventsBody(found, next);
    }

    private static async Task<Answer> StateAsync(ApiCall call)
    {
        var limit = call.Limit;
        var newest = call.Host.Engine.Picture.Seq;
        var at = call.Query("at") is { } text ? call.WholeNumber("at", text, 0, long.MaxValue) : newest;
        if (at > newest)
            call.Faults.Add("at", $"is beyond the end of the journal, which is {newest}");
        var after = new ItemId(0);
        if (call.Query("after") is { } from && !ItemId.TryParse(from, out after))
            call.Faults.Add("after", "must be the next of a page before");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        StateBody? body = null;
        if (at == newest)
            body = call.Host.Engine.Picture.Read(now => BodyOf(call, now, after, limit));
        // Rights may have changed during the wait, which takes as long as the replays of those before.
        else if (
            await call.WaitAsync(async gone =>
                body = await call.Host.Past.ReadAsync(
                    at,
                    call.Caller.Id,
                    past => BodyOf(call.WithScopeOfNow(), past, after, limit),
                    gone
                )
            ) is
            { } over
        )
            return call.Refuse(over);
        return body is null
            ? call.Refuse(
                Refusal.InvalidRequest.Of(
                    "at",
                    $"is more than {Past.MostReplayed} events after the nearest snapshot, which is too far to rebuild in one request"
                )
            )
            : Answer.Ok(body, ApiJson.Of<StateBody>());
    }

    private static StateBody BodyOf(ApiCall call, Workspace at, ItemId after, int limit)
    {
        // What was in a queue of theirs then, and is elsewhere now, is no longer theirs to see.
        var now = call.Host.Engine.Picture;
        var seen = at.Items()
            .Where(i =>
                call.Scope.Sees(i.Queue)
                && (
                    !call.Scope.IsLimited
                    || call.Scope.Sees(now.Read(picture => picture.FindItem(i.Id)?.Queue) ?? i.Queue)
                )
            )
            .ToArray();
        var rest = seen.Where(i => i.Id.Number > after.Number).ToArray();
        return new StateBody(
            at.Seq,
            at.Seq == 0 ? null : at.At,
            [
                .. rest.Take(limit)
                    .Select(i => ItemBody.From(ApiHost.ViewOf(at, i).For(at, call.Scope), call.Viewer, at.At)),
            ],
            rest.Length > limit ? rest[limit - 1].Id.Text : null,
            seen.Length,
            limit,
            [.. at.Queues.Where(q => call.Scope.Sees(q.Queue.Name)).Select(q => QueueEndpoints.BodyOf(q, at.At))],
            LineBody.From(at.Stopped).Stopped
        );
    }
}
