using ControlSurface.Api.Bodies;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;

namespace ControlSurface.Api;

/// <summary>API.md, People, keys and the outside: who may call, and with which keys.</summary>
internal static class PrincipalEndpoints
{
    private static readonly ApiReply One = new(200, ApiJson.Of<PrincipalBody>(), "The principal as it is now.");
    private static readonly string[] Brief = ["id", "name", "kind", "state"];

    /// <summary>The operations, in the order of API.md.</summary>
    internal static readonly IReadOnlyList<ApiOperation> All =
    [
        ListPrincipalsOperation,
        AddPrincipalOperation,
        GetPrincipalOperation,
        SetPrincipalOperation,
        PausePrincipalOperation,
        ResumePrincipalOperation,
        EndPrincipalOperation,
        ListKeysOperation,
        IssueKeyOperation,
        RevokeKeyOperation,
    ];

    private static ApiOperation ListPrincipalsOperation =>
        new()
        {
            Id = "listPrincipals",
            Method = "GET",
            Pattern = "/principals",
            Verb = Verb.Read,
            Tag = "People and keys",
            Summary = "Everybody who may or might call, by id; those who ended too.",
            Query =
            [
                new(
                    "state",
                    "string",
                    "Only in these states, separated by commas.",
                    [.. Enum.GetValues<PrincipalState>().Select(WireNames.Of)]
                ),
                CommonParameters.Limit,
                CommonParameters.After,
            ],
            Replies = [new(200, ApiJson.Of<ListBody<PrincipalBody>>(), "Principals.")],
            Brief = Brief,
            Handle = call => call.ReadAsync(List),
        };

    private static ApiOperation AddPrincipalOperation =>
        new()
        {
            Id = "addPrincipal",
            Method = "POST",
            Pattern = "/principals",
            Verb = Verb.SetPrincipal,
            Tag = "People and keys",
            Summary = "Adds a person or an agent. They call once they have a key.",
            Body = ApiJson.Of<AddPrincipalRequest>(),
            Replies = [new(201, ApiJson.Of<PrincipalBody>(), "Added.")],
            Handle = call =>
                call.ThroughAccess().SendAsync(ApiJson.Of<AddPrincipalRequest>(), static (c, b) => AddOf(c, b)),
        };

    private static ApiOperation GetPrincipalOperation =>
        new()
        {
            Id = "getPrincipal",
            Method = "GET",
            Pattern = "/principals/{id}",
            Verb = Verb.Read,
            Tag = "People and keys",
            Summary = "One principal.",
            Replies = [One],
            Brief = Brief,
            Handle = call => call.ReadAsync(Get),
        };

    private static ApiOperation SetPrincipalOperation =>
        new()
        {
            Id = "setPrincipal",
            Method = "PUT",
            Pattern = "/principals/{id}",
            Verb = Verb.SetPrincipal,
            Tag = "People and keys",
            Summary = "Changes what it names: name, roles, queues. One admin always stays.",
            Body = ApiJson.Of<ChangePrincipalRequest>(),
            Replies = [One],
            Handle = call =>
                call.ThroughAccess().SendAsync(ApiJson.Of<ChangePrincipalRequest>(), static (c, b) => ChangeOf(c, b)),
        };

    private static ApiOperation PausePrincipalOperation =>
        Say<WhyRequest>(
            "pausePrincipal",
            "pause",
            Verb.PausePrincipal,
            "They may do nothing until they are resumed. An admin is paused by an admin.",
            static (id, b) => new PrincipalCommand.Pause(id, b.Why)
        );

    private static ApiOperation ResumePrincipalOperation =>
        Say<EmptyRequest>(
            "resumePrincipal",
            "resume",
            Verb.PausePrincipal,
            "They may do again what they may.",
            static (id, _) => new PrincipalCommand.Resume(id)
        );

    private static ApiOperation EndPrincipalOperation =>
        Say<EndPrincipalRequest>(
            "endPrincipal",
            "end",
            Verb.EndPrincipal,
            "For good: they hold nothing, their keys work no more, and what they have open ends. Their approvals that are not spent are revoked; a dry run lists them.",
            static (id, b) => new PrincipalCommand.End(id, b.Why, b.KeepApprovals ?? false)
        );

    private static ApiOperation ListKeysOperation =>
        new()
        {
            Id = "listKeys",
            Method = "GET",
            Pattern = "/principals/{id}/keys",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary = "Their keys, oldest first, revoked ones too; never the keys themselves.",
            Query = [CommonParameters.Limit, CommonParameters.After],
            Replies = [new(200, ApiJson.Of<ListBody<KeyBody>>(), "Keys.")],
            Brief = ["id", "name", "begins", "ends", "revokedAt", "lastUsedAt"],
            Handle = call => call.ReadAsync(GetKeys),
        };

    private static ApiOperation IssueKeyOperation =>
        new()
        {
            Id = "issueKey",
            Method = "POST",
            Pattern = "/principals/{id}/keys",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary =
                "Makes a key. `key` is said once, in this answer: a repeat with the same Idempotency-Key makes no other, and leaves it out.",
            Body = ApiJson.Of<IssueKeyRequest>(),
            Replies = [new(201, ApiJson.Of<KeyBody>(), "Made.")],
            Handle = call =>
                call.ThroughAccess().SendAsync(ApiJson.Of<IssueKeyRequest>(), static (c, b) => KeyOf(c, b)),
        };

    private static ApiOperation RevokeKeyOperation =>
        new()
        {
            Id = "revokeKey",
            Method = "DELETE",
            Pattern = "/keys/{id}",
            Verb = Verb.SetKey,
            Tag = "People and keys",
            Summary = "The key works no more. Revoking it again changes nothing.",
            Body = ApiJson.Of<EmptyRequest>(),
            Replies = [new(204, null, "Revoked.")],
            Handle = call => call.ThroughAccess().SendAsync(ApiJson.Of<EmptyRequest>(), static (c, _) => RevokeOf(c)),
        };

    private static ApiOperation Say<T>(
        string id,
        string word,
        Verb verb,
        string summary,
        Func<PrincipalId, T, PrincipalCommand> say
    )
        where T : class =>
        new()
        {
            Id = id,
            Method = "POST",
            Pattern = "/principals/{id}/" + word,
            Verb = verb,
            Tag = "People and keys",
            Summary = summary,
            Body = ApiJson.Of<T>(),
            Replies = [One],
            Handle = call => call.ThroughAccess().SendAsync(ApiJson.Of<T>(), (c, b) => say(IdOf(c), b)),
        };

    /// <summary>The principal as the caller may see them.</summary>
    internal static PrincipalBody BodyOf(ApiCall call, Principal who) =>
        PrincipalBody.From(call.Scope.Narrowed(who), call.Host.Engine.Picture.Read(at => at.FindAbsence(who.Id)));

    private static PrincipalId IdOf(ApiCall call)
    {
        if (!PrincipalId.TryParse(call.Route("id"), out var id) || id == PrincipalId.System)
            call.Missing("principal", call.Route("id"));
        return id;
    }

    private static PrincipalCommand.Add AddOf(ApiCall c, AddPrincipalRequest b) =>
        new(
            PrincipalId.System,
            b.Name,
            ApiWords.Read<PrincipalKind>(c.Faults, "kind", b.Kind),
            RolesOf(c, b.Roles),
            b.Queues
        );

    private static PrincipalCommand.Change ChangeOf(ApiCall c, ChangePrincipalRequest b) =>
        new(
            IdOf(c),
            b.Name,
            b.Roles.IsSet ? RolesOf(c, b.Roles.Value) : Optional<Roles>.Unset,
            b.Queues.IsSet
                ? new Optional<IReadOnlyList<string>?>(IsSet: true, b.Queues.Value)
                : Optional<IReadOnlyList<string>?>.Unset
        );

    private static Roles RolesOf(ApiCall c, IReadOnlyList<string> words)
    {
        var roles = Roles.None;
        foreach (var word in words)
        {
            var role = Enum.GetValues<Roles>().FirstOrDefault(r => r != Roles.None && WireNames.Of(r) == word);
            if (role == Roles.None)
                c.Faults.Add("roles", "must be of viewer, agent, reviewer, support, manager, admin");
            roles |= role;
        }
        return roles;
    }

    private static PrincipalCommand.IssueKey KeyOf(ApiCall c, IssueKeyRequest b) =>
        new(IdOf(c), Key: 0, b.Name, b.Queues, b.ExpiresAt);

    private static PrincipalCommand.RevokeKey RevokeOf(ApiCall call)
    {
        var text = call.Route("id");
        if (KeyBody.NumberOf(text) is not { } number)
        {
            call.Missing("key", text);
            return new PrincipalCommand.RevokeKey(Owner: null, Key: 0, IsRevoked: false);
        }
        var known = call.Host.Access.Keys(of: null).FirstOrDefault(k => k.Id == number);
        return new PrincipalCommand.RevokeKey(known?.Owner, number, known?.RevokedAt is not null);
    }

    private static Answer Get(ApiCall call) =>
        !PrincipalId.TryParse(call.Route("id"), out var id)
        || call.Host.Engine.Picture.Read(at => at.FindPrincipal(id)) is not { } who
        || !call.Scope.Sees(who)
            ? call.Refuse(new Refusal.NotFound("principal", call.Route("id")))
        : call.Invalid is { } invalid ? call.Refuse(invalid)
        : Answer.Ok(BodyOf(call, who), ApiJson.Of<PrincipalBody>());

    private static Answer List(ApiCall call)
    {
        var limit = call.Limit;
        var after = new PrincipalId(0);
        if (call.Query("after") is { } from && !PrincipalId.TryParse(from, out after))
            call.Faults.Add("after", "must be the next of a page before");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var states = call.Query("state")?.Split(',');
        var (found, seq) = call.Host.Engine.Picture.Read(at =>
            (
                at.Principals.Where(p =>
                        states?.Contains(WireNames.Of(p.State), StringComparer.Ordinal) != false && call.Scope.Sees(p)
                    )
                    .OrderBy(p => p.Id)
                    .Select(p => PrincipalBody.From(call.Scope.Narrowed(p), at.FindAbsence(p.Id)))
                    .ToList(),
                at.Seq
            )
        );
        var rest = found.SkipWhile(p => PrincipalId.TryParse(p.Id, out var id) && id.Number <= after.Number).ToList();
        return Answer.Ok(
            new ListBody<PrincipalBody>(
                [.. rest.Take(limit)],
                rest.Count > limit ? rest[limit - 1].Id : null,
                found.Count,
                limit,
                seq
            ),
            ApiJson.Of<ListBody<PrincipalBody>>()
        );
    }

    private static Answer GetKeys(ApiCall call)
    {
        var limit = call.Limit;
        if (
            !PrincipalId.TryParse(call.Route("id"), out var id)
            || call.Host.Engine.Picture.Read(at => at.FindPrincipal(id)) is null
        )
            return call.Refuse(new Refusal.NotFound("principal", call.Route("id")));
        if (call.Query("after") is { } from && KeyBody.NumberOf(from) is null)
            call.Faults.Add("after", "must be the next of a page before");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        var after = call.Query("after") is { } next ? KeyBody.NumberOf(next)!.Value : 0;
        var keys = call.Host.Access.Keys(id);
        var rest = keys.Where(k => k.Id > after).ToList();
        return Answer.Ok(
            new ListBody<KeyBody>(
                [.. rest.Take(limit).Select(KeyBody.From)],
                rest.Count > limit ? KeyBody.IdOf(rest[limit - 1].Id) : null,
                keys.Count,
                limit,
                call.Host.Engine.Picture.Seq
            ),
            ApiJson.Of<ListBody<KeyBody>>()
        );
    }
}
