using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Workspaces;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>API.md, Items.</summary>
internal static class ItemEndpoints
{
    private static readonly string[] Brief =
    [
        "id",
        "queue",
        "title",
        "state",
        "stateReason",
        "mayProceed",
        "owner",
        "seq",
    ];
    private static readonly QueryParameter Since = new(
        "since",
        "integer",
        "Adds `since`: what changed after this seq, in sentences."
    );

    private static readonly QueryParameter[] Filters =
    [
        new("queue", "string", "Only items of this queue."),
        new("state", "string", "Only items in these states, separated by commas.", ApiWords.ItemStates),
        new("owner", "string", "Only items whose lease is this principal's: an id, or `me`."),
        new("label", "string", "Only items with this label."),
        new(
            "q",
            "string",
            "A query in words, as in `queue:refunds state:stale age:>1h late`: plain words are looked for in title, body, id, "
                + "externalId, labels, targets and owner (of what is archived: title, id, externalId and labels); unknown names are refused."
        ),
        new("attention", "string", "Only items that ask for this attention; `any` for any."),
        CommonParameters.Limit,
        CommonParameters.After,
    ];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        CreateItemOperation,
        ListItemsOperation,
        GetItemOperation,
        EditItemOperation,
        RequeueItemOperation,
        CancelItemOperation,
        ParkItemOperation,
        UnparkItemOperation,
        SnoozeItemOperation,
        ItemHistoryOperation,
        ItemCanOperation,
    ];

    private static ApiOperation CreateItemOperation =>
        new()
        {
            Id = "createItem",
            Method = "POST",
            Pattern = "/items",
            Verb = Verb.CreateItem,
            Tag = "Items",
            Summary = "Makes an item, once for each externalId of a queue.",
            Body = ApiJson.Of<CreateItemRequest>(),
            Replies =
            [
                new(201, Answers.Item, "Created."),
                new(
                    200,
                    Answers.Item,
                    "The queue has this externalId; `differs` names the members that are not the same."
                ),
            ],
            Handle = call => call.SendAsync(ApiJson.Of<CreateItemRequest>(), static (_, b) => b.ToCore()),
        };

    private static ApiOperation ListItemsOperation =>
        new()
        {
            Id = "listItems",
            Method = "GET",
            Pattern = "/items",
            Verb = Verb.Read,
            Tag = "Items",
            Summary = "Items by id, those that are settled and archived too.",
            Query = Filters,
            Replies = [new(200, ApiJson.Of<ListBody<ItemBody>>(), "Items.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetItemOperation =>
        new()
        {
            Id = "getItem",
            Method = "GET",
            Pattern = "/items/{id}",
            Verb = Verb.Read,
            Tag = "Items",
            Summary = "One item.",
            Query = [Since],
            Replies = [new(200, Answers.Item, "The item.")],
            Brief = Brief,
            Handle = call => call.OnItem().ReadAsync(Get),
        };

    private static ApiOperation EditItemOperation =>
        new()
        {
            Id = "editItem",
            Method = "PATCH",
            Pattern = "/items/{id}",
            Verb = Verb.EditItem,
            Tag = "Items",
            Summary = "Changes what is named; a live holder is told.",
            Body = ApiJson.Of<EditItemRequest>(),
            Replies = [new(200, Answers.Item, "Changed.")],
            Codes = ["item_changed", "already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem().SendAsync(ApiJson.Of<EditItemRequest>(), static (c, b) => b.ToCore(c.Target.Item!.Value)),
        };

    private static ApiOperation RequeueItemOperation =>
        Why(
            "requeueItem",
            "requeue",
            Verb.RequeueItem,
            "Puts it back into its queue.",
            (i, w) => new ItemCommand.Requeue(i, w)
        );

    private static ApiOperation CancelItemOperation =>
        Why(
            "cancelItem",
            "cancel",
            Verb.CancelItem,
            "Cancels it, and ends its lease.",
            (i, w) => new ItemCommand.Cancel(i, w)
        );

    private static ApiOperation ParkItemOperation =>
        Why("parkItem", "park", Verb.ParkItem, "Sets it aside.", (i, w) => new ItemCommand.Park(i, w));

    private static ApiOperation UnparkItemOperation =>
        Why("unparkItem", "unpark", Verb.UnparkItem, "Takes it up again.", (i, w) => new ItemCommand.Unpark(i, w));

    private static ApiOperation SnoozeItemOperation =>
        new()
        {
            Id = "snoozeItem",
            Method = "POST",
            Pattern = "/items/{id}/snooze",
            Verb = Verb.SnoozeItem,
            Tag = "Items",
            Summary = "Sets it aside until an instant.",
            Body = ApiJson.Of<SnoozeRequest>(),
            Replies = [new(200, Answers.Item, "Snoozed.")],
            Codes = ["already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem()
                    .SendAsync(
                        ApiJson.Of<SnoozeRequest>(),
                        static (c, b) => new ItemCommand.Snooze(c.Target.Item!.Value, b.Until, b.Why)
                    ),
        };

    private static ApiOperation ItemHistoryOperation =>
        new()
        {
            Id = "itemHistory",
            Method = "GET",
            Pattern = "/items/{id}/history",
            Verb = Verb.Read,
            Tag = "Items",
            Summary = "The item's events, oldest first.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<EventBody>>(), "Events.")],
            Brief = ["seq", "at", "by", "type"],
            Handle = call => call.OnItem().ReadAsync(GetHistory),
        };

    private static ApiOperation ItemCanOperation =>
        new()
        {
            Id = "itemCan",
            Method = "GET",
            Pattern = "/items/{id}/can",
            Verb = Verb.Read,
            Tag = "Items",
            Summary = "For each verb whether the caller may, and if not why and until when; found by trying.",
            Replies = [new(200, CanMap, "By verb.")],
            Handle = call => call.OnItem().ReadAsync(CanAsync),
        };

    private static JsonTypeInfo<IReadOnlyDictionary<string, CanBody>> CanMap =>
        ApiJson.Of<IReadOnlyDictionary<string, CanBody>>();

    private static ApiOperation Why(
        string id,
        string verb,
        Verb asked,
        string summary,
        Func<ItemId, string, Command> command
    ) =>
        new()
        {
            Id = id,
            Method = "POST",
            Pattern = "/items/{id}/" + verb,
            Verb = asked,
            Tag = "Items",
            Summary = summary,
            Body = ApiJson.Of<WhyRequest>(),
            Replies = [new(200, Answers.Item, "The item as it is now.")],
            Codes = ["already_owned", "not_claimable"],
            Handle = call =>
                call.OnItem().SendAsync(ApiJson.Of<WhyRequest>(), (c, b) => command(c.Target.Item!.Value, b.Why)),
        };

    /// <summary>The item of the address, if it is there and may be seen and the request is well formed; else the refusal.</summary>
    internal static bool TryFind(
        ApiCall call,
        [NotNullWhen(true)] out ItemView? view,
        [NotNullWhen(false)] out Answer? refused
    )
    {
        view = null;
        refused = null;
        if (call.Target is not { Missing: null, Item: { } id })
            refused = call.Refuse(call.Target.Missing!);
        else if (call.Host.FindItem(id) is not { } found)
            refused = call.Refuse(new Refusal.NotFound("item", id.Text));
        else if (call.Hidden(found.Item.Queue) is { } hidden)
            refused = call.Refuse(hidden);
        else
        {
            view = found;
            return true;
        }
        return false;
    }

    private static Answer Get(ApiCall call)
    {
        if (!TryFind(call, out var view, out var refused))
            return refused;
        var body = ItemBody.From(call.Seen(view), call.Viewer, call.Host.Engine.Now) with
        {
            Present = PresentBody.On(call.Host, Live.PresenceBoard.Topic(view.Item.Id)),
        };
        if (call.Query("since") is { } since)
        {
            var after = call.WholeNumber("since", since, 0, long.MaxValue);
            body = body with
            {
                Since =
                [
                    .. Handover
                        .SinceSeq(view.Item, after, call.Host.NameOf, new EventSight(call.Host, call.Scope).Of)
                        .Select(SinceBody.From),
                ],
            };
        }
        return Answer.Ok(body, Answers.Item);
    }

    private static Answer GetHistory(ApiCall call)
    {
        var limit = call.Limit;
        var after = call.Query("after") is { } text ? call.WholeNumber("after", text, 0, long.MaxValue) : 0;
        if (!TryFind(call, out var view, out var refused))
            return refused;
        var seq = call.Host.Engine.Picture.Seq;
        var page = call.Host.Journal.FindEvents(new EventQuery(after, limit, Types: null, view.Item.Id));
        var total = call.Host.Journal.CountOf(view.Item.Id);
        var isFull = page.Rows.Count == limit && page.Rows.Count > 0;
        var sight = new EventSight(call.Host, call.Scope);
        var list = new ListBody<EventBody>(
            [.. page.Rows.Select(sight.Of).OfType<EventRow>().Select(EventEndpoints.BodyOf)],
            isFull && HasMore(call, view.Item.Id, page.Rows[^1].Seq)
                ? page.Rows[^1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : null,
            total,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<EventBody>>());
    }

    private static bool HasMore(ApiCall call, ItemId item, long after) =>
        call.Host.Journal.FindEvents(new EventQuery(after, Limit: 1, Types: null, item)).Rows.Count > 0;

    private static async Task<Answer> CanAsync(ApiCall call)
    {
        if (!TryFind(call, out var view, out var refused))
            return refused;
        var (id, caller, host) = (view.Item.Id, call.Caller, call.Host);
        var tried = await host.Engine.AskAsync(
            (at, now) => at.FindItem(id) is { } item ? (CanRules.Of(at, item, caller, now), now) : ([], now),
            call.Http.RequestAborted
        );
        var verbs = new SortedDictionary<string, CanBody>(StringComparer.Ordinal);
        foreach (var can in tried.Item1)
        {
            var why = can.Refusal is { } refusal ? RefusalWords.Detail(refusal, host.NameOf, tried.now) : null;
            verbs[can.Verb] = new CanBody(can.May, can.Refusal?.Code, why, can.Until);
        }
        // What was archived is settled: every verb says so, as it would if the item were in memory still.
        var settled = new ItemRefusal.NotClaimable(
            view.Item.State,
            tried.Item1.Count > 0 ? NotClaimableReason.NotOwned
                : view.Item.State == ItemState.Cancelled ? NotClaimableReason.Cancelled
                : NotClaimableReason.Completed,
            RetryAfter: null
        );
        var refusedAs = tried.Item1.Count == 0 ? (Refusal)settled : new LeaseRefusal.LeaseRequired(Lease: null);
        foreach (var verb in CanVerbs.All)
        {
            if (!verbs.ContainsKey(verb))
                verbs[verb] = new CanBody(
                    May: false,
                    refusedAs.Code,
                    RefusalWords.Detail(refusedAs, host.NameOf, tried.now),
                    Until: null
                );
        }
        return Answer.Ok<IReadOnlyDictionary<string, CanBody>>(verbs, CanMap);
    }

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var filter = ItemFilter.Read(call);
        if (call.Query("queue") is { } queue && !call.Scope.Sees(queue))
            return call.Refuse(call.Hidden(queue)!);
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        // Items are immutable: they are copied out by reference under the lock and filtered outside of it.
        var (live, seq) = call.Host.Engine.Picture.Read(at => (at.Items().ToArray(), at.Seq));
        var matching = live.Where(filter.Takes).ToArray();
        var archived = filter.MayBeArchived
            ? call.Host.Journal.FindArchived(filter.ForArchive(limit + 1))
            : new ArchivePage([], Total: 0);
        var inMemory = live.Select(i => i.Id).ToHashSet();
        var page = matching
            .Where(i => i.Id.Number > filter.After)
            .Take(limit + 1)
            .Concat(archived.Items.Where(i => !inMemory.Contains(i.Id)))
            .OrderBy(i => i.Id)
            .ToArray();
        var now = call.Host.Engine.Now;
        var views = call.Host.Engine.Picture.Read(at => page.Take(limit).Select(i => ApiHost.ViewOf(at, i)).ToArray());
        var list = new ListBody<ItemBody>(
            [.. views.Select(v => ItemBody.From(call.Seen(v), call.Viewer, now))],
            page.Length > limit ? page[limit - 1].Id.Text : null,
            matching.Length + archived.Total,
            limit,
            seq
        );
        return Answer.Ok(list, ApiJson.Of<ListBody<ItemBody>>());
    }
}

/// <summary>The verbs of <c>can</c> that need somebody's lease to be tried at all.</summary>
internal static class CanVerbs
{
    /// <summary>All verbs, as <c>can</c> names them.</summary>
    internal static readonly IReadOnlyList<string> All =
    [
        "claim",
        "takeover",
        "force",
        "accept",
        "decline",
        "edit",
        "note",
        "requeue",
        "cancel",
        "park",
        "unpark",
        "snooze",
        "start",
        "renew",
        "suspend",
        "resume",
        "checkpoints",
        "handoff",
        "release",
        "complete",
    ];
}
