using ControlSurface.Access;
using ControlSurface.Api.Bodies;
using ControlSurface.Core.Principals;

namespace ControlSurface.Api;

/// <summary>API.md, Sessions: the browsers in which people are signed in, listed and ended.</summary>
internal static class SessionEndpoints
{
    private static readonly string[] Brief = ["id", "principalId", "lastSeenAt", "from"];
    private static readonly ApiReply Many = new(
        200,
        ApiJson.Of<ListBody<SessionBody>>(),
        "Live sessions, oldest first."
    );
    private static readonly ApiReply Ended = new(204, null, "Ended, with every page that was open in it.");

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        MySessionsOperation,
        EndMySessionOperation,
        ListSessionsOperation,
        EndSessionsOperation,
        EndSessionOperation,
    ];

    private static ApiOperation MySessionsOperation =>
        new()
        {
            Id = "mySessions",
            Method = "GET",
            Pattern = "/me/sessions",
            Verb = Verb.Read,
            Tag = "Me",
            Summary = "The browsers in which the caller is signed in.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [Many],
            Brief = Brief,
            Handle = call => call.ReadAsync(c => List(c, c.Caller.Id)),
        };

    private static ApiOperation EndMySessionOperation =>
        new()
        {
            Id = "endMySession",
            Method = "DELETE",
            Pattern = "/me/sessions/{id}",
            Verb = Verb.OwnInbox,
            Tag = "Me",
            Summary =
                "Signs one of the caller's browsers out: its cookie works no more, and its pages close within a second.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [Ended],
            Handle = call =>
                call.ThroughAccess()
                    .SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => EndOf(c, "id", isOwn: true)),
        };

    private static ApiOperation ListSessionsOperation =>
        new()
        {
            Id = "listSessions",
            Method = "GET",
            Pattern = "/principals/{id}/sessions",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary = "The browsers in which somebody is signed in.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [Many],
            Brief = Brief,
            Handle = call => call.ReadAsync(ListOf),
        };

    private static ApiOperation EndSessionsOperation =>
        new()
        {
            Id = "endSessions",
            Method = "DELETE",
            Pattern = "/principals/{id}/sessions",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary =
                "Signs somebody out everywhere. They may sign in again: revoke their keys, or pause them, if they should not.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [Ended],
            Handle = call => call.ThroughAccess().SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => EndAllOf(c)),
        };

    private static ApiOperation EndSessionOperation =>
        new()
        {
            Id = "endSession",
            Method = "DELETE",
            Pattern = "/principals/{id}/sessions/{session}",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary = "Signs one of somebody's browsers out.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [Ended],
            Handle = call =>
                call.ThroughAccess()
                    .SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => EndOf(c, "session", isOwn: false)),
        };

    // Of a session that is another's, or over, nobody hears more than that it is not there.
    private static PrincipalCommand.EndSession EndOf(ApiCall call, string part, bool isOwn)
    {
        var text = call.Route(part);
        var owner = isOwn ? call.Caller.Id : OwnerOf(call);
        var found =
            SessionView.NumberOf(text) is { } number && owner is { } of
                ? call.Host.Access.Sessions(of).FirstOrDefault(s => s.Number == number)
                : null;
        if (found is null)
            call.Missing("session", text);
        return new PrincipalCommand.EndSession(found?.Principal, found?.Number ?? 0, isOwn);
    }

    private static PrincipalCommand.EndSessions EndAllOf(ApiCall call)
    {
        if (OwnerOf(call) is { } owner)
            return new PrincipalCommand.EndSessions(owner, [.. call.Host.Access.Sessions(owner).Select(s => s.Number)]);
        call.Missing("principal", call.Route("id"));
        return new PrincipalCommand.EndSessions(PrincipalId.System, []);
    }

    private static PrincipalId? OwnerOf(ApiCall call) =>
        PrincipalId.TryParse(call.Route("id"), out var id)
        && call.Host.Engine.Picture.Read(at => at.FindPrincipal(id)) is not null
            ? id
            : null;

    private static Answer ListOf(ApiCall call) =>
        OwnerOf(call) is { } owner
            ? List(call, owner)
            : call.Refuse(new Refusal.NotFound("principal", call.Route("id")));

    private static Answer List(ApiCall call, PrincipalId of)
    {
        var limit = call.Limit;
        var after = 0;
        if (call.Query("after") is { } from)
        {
            if (SessionView.NumberOf(from) is { } number)
                after = number;
            else
                call.Faults.Add("after", "must be the next of a page before");
        }
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var all = call.Host.Access.Sessions(of);
        var rest = all.Where(s => s.Number > after).ToList();
        return Answer.Ok(
            new ListBody<SessionBody>(
                [.. rest.Take(limit).Select(SessionBody.Of)],
                rest.Count > limit ? rest[limit - 1].Id : null,
                all.Count,
                limit,
                call.Host.Engine.Picture.Seq
            ),
            ApiJson.Of<ListBody<SessionBody>>()
        );
    }
}
