using ControlSurface.Api.Bodies;
using ControlSurface.Core.Views;

namespace ControlSurface.Api;

/// <summary>API.md, Runbook, lists, journal, live: lists as somebody wants them again.</summary>
internal static class ViewEndpoints
{
    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListViewsOperation,
        GetViewOperation,
        SaveViewOperation,
        DeleteViewOperation,
    ];

    private static ApiOperation ListViewsOperation =>
        new()
        {
            Id = "listViews",
            Method = "GET",
            Pattern = "/views",
            Verb = Verb.Read,
            Tag = "Views",
            Summary = "The caller's own views and those that are shared, by name.",
            Replies = [new(200, ApiJson.Of<ListBody<ViewBody>>(), "Views.")],
            Query = [CommonParameters.Limit, CommonParameters.After],
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation GetViewOperation =>
        new()
        {
            Id = "getView",
            Method = "GET",
            Pattern = "/views/{id}",
            Verb = Verb.Read,
            Tag = "Views",
            Summary = "The caller's own view of this id, or else a shared one.",
            Replies = [new(200, ApiJson.Of<ViewBody>(), "The view.")],
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation SaveViewOperation =>
        new()
        {
            Id = "saveView",
            Method = "PUT",
            Pattern = "/views/{id}",
            Verb = Verb.OwnView,
            Tag = "Views",
            Summary = "Saves a list under an id of the caller's; sharing is for reviewers, support and managers.",
            Body = ApiJson.Of<SaveViewRequest>(),
            Replies =
            [
                new(201, ApiJson.Of<ViewBody>(), "Saved."),
                new(200, ApiJson.Of<ViewBody>(), "Changed, or as it was."),
            ],
            Handle = call =>
                call.SendAsync(
                    ApiJson.Of<SaveViewRequest>(),
                    static (c, b) => new ViewCommand.Save(c.Route("id"), b.Name, b.Page, b.Query, b.Shared)
                ),
        };

    private static ApiOperation DeleteViewOperation =>
        new()
        {
            Id = "deleteView",
            Method = "DELETE",
            Pattern = "/views/{id}",
            Verb = Verb.OwnView,
            Tag = "Views",
            Summary = "Deletes the caller's own view of this id; or a shared one, for who may share.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(204, null, "Deleted.")],
            Handle = call =>
                call.SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => new ViewCommand.Delete(c.Route("id"))),
        };

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var (all, seq) = call.Host.Engine.Picture.Read(at => (at.ViewsOf(call.Scope), at.Seq));
        // An id may be there twice, the caller's own and a shared one: who owns it tells them apart.
        static string Place(SavedView view) => view.By.Text + "/" + view.Id;
        var rest = call.Query("after") is { } after
            ? all.SkipWhile(view => Place(view) != after).Skip(1).ToList()
            : [.. all];
        return Answer.Ok(
            new ListBody<ViewBody>(
                [.. rest.Take(limit).Select(ViewBody.From)],
                rest.Count > limit ? Place(rest[limit - 1]) : null,
                all.Count,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<ViewBody>>()
        );
    }

    private static Answer Get(ApiCall call) =>
        call.Invalid is { } invalid ? call.Refuse(invalid)
        : call.Host.Engine.Picture.Read(at => at.FindView(call.Scope, call.Route("id"))) is { } view
            ? Answer.Ok(ViewBody.From(view), ApiJson.Of<ViewBody>())
        : call.Refuse(new Refusal.NotFound("view", call.Route("id")));
}
