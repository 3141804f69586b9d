using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Access;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using ControlSurface.Wording;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ControlSurface.Api;

/// <summary>What the address of a call names, or that it names nothing.</summary>
internal readonly record struct Target(ItemId? Item, LeaseId? Lease, string? Queue, Refusal? Missing)
{
    internal ArtifactId? Artifact { get; init; }
}

/// <summary>One request on its way in and its answer on its way out. Knows HTTP; knows no rule.</summary>
/// <param name="signedIn">Who calls, where that is known before: a person who saves a list as a file, an agent through MCP.</param>
internal sealed partial class ApiCall(
    HttpContext http,
    ApiHost host,
    ApiOperation operation,
    LiveCaller? signedIn = null
)
{
    /// <summary>The largest JSON body that is read.</summary>
    internal const int LimitBytes = 1024 * 1024;

    // A body that is longer is read into a command away from the socket's thread.
    private const int ShortBody = 32 * 1024;
    internal const int DefaultLimit = 50;
    internal const int MostLimit = 500;
    private const int LongestKey = 128;

    /// <summary>The longest wait of a call that waits, in seconds.</summary>
    internal const int LongestWait = 55;
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoSniff = "nosniff";
    private List<KeyValuePair<string, string>>? _query;
    private Scope? _scope;
    private bool _captures;
    private bool _isOfAccess;
    private byte[]? _captured;
    private FieldMask? _mask;

    internal HttpContext Http { get; } = http;
    internal ApiHost Host { get; } = host;
    internal ApiOperation Operation { get; } = operation;
    internal Faults Faults { get; } = new();
    internal Caller Caller { get; private set; } = Caller.System;

    /// <summary>What the caller was let in by; null before that is known.</summary>
    internal Credential? Credential { get; private set; }

    /// <summary>The caller as the picture knows them; set for reads.</summary>
    internal Principal Who { get; private set; } = null!; // Set by ReadAsync before anything reads it.
    internal bool DryRun { get; private set; }
    internal string? Run { get; set; }
    internal TimeSpan Wait { get; set; }
    internal Target Target { get; private set; }
    internal Viewer Viewer => new(Caller.Id, Run);
    internal string Site => Http.Request.Scheme + "://" + Http.Request.Host.Value;

    /// <summary>The whole way: key, query, then what the operation does. Never throws.</summary>
    internal async Task RunAsync()
    {
        try
        {
            // Sockets are read by few threads, of which none may wait for a disk or a long comparison.
            if (!Operation.IsSmall)
                await Task.Yield();
            if (!await AuthenticateAsync())
            {
                await RefuseAsync(new Refusal.Unauthorized("no key"));
                return;
            }
            // An agent's tools were counted with the request that brought the call.
            if (signedIn is null && Host.Limits.OnRequest(Caller.Id) is { } tooMany)
            {
                await RefuseAsync(tooMany);
                return;
            }
            ReadQuery();
            if (Query(ListExport.Format.Name) is null || Faults.Any || !ListExport.IsList(Operation))
                await Operation.Handle(this);
            else
                await ListExport.WriteAsync(this, PageAsync);
        }
        catch (OperationCanceledException) when (Http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (BadHttpRequestException bad) when (!Http.Response.HasStarted)
        {
            await AnswerAsync(
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? ToHttp.TooLarge(LimitBytes, Site)
                    : ToHttp.From(
                        Refusal.InvalidRequest.Of("body", "was cut short"),
                        Host.NameOf,
                        Host.Engine.Now,
                        Site
                    )
            );
        }
        catch (DamagedRecordException damaged) when (!Http.Response.HasStarted)
        {
            Host.Log.Damaged(damaged.Message);
            await AnswerAsync(ToHttp.Damaged(damaged.Message, Site));
        }
        catch (Exception bug)
        {
            Host.Log.Failed(Operation.Method, Operation.Pattern, bug);
            if (Http.Response.HasStarted)
                Http.Abort();
            else
                await AnswerAsync(ToHttp.InternalError(Site));
        }
    }

    private async ValueTask<bool> AuthenticateAsync()
    {
        if (signedIn is { } known)
        {
            Caller = known.ToCaller();
            Credential = known.Credential;
            return true;
        }
        if (Bearer(Http.Request) is not { } key || await Host.Keys.VerifyAsync(key) is not { } verified)
            return false;
        Caller = new Caller(verified.Principal.Id, verified.Queues);
        Credential = Access.Credential.OfKey(verified.KeyId);
        return true;
    }

    /// <summary>The key of the Authorization header; cookies are never looked at (API.md, Who calls).</summary>
    internal static string? Bearer(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { Length: > 7 and < 512 } value)
            return null;
        return value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;
    }

    /// <summary>What the route has under that name.</summary>
    internal string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>The value of a query parameter; null where it is not there.</summary>
    internal string? Query(string name)
    {
        foreach (var (known, value) in _query ?? [])
        {
            if (known == name)
                return value;
        }
        return null;
    }

    /// <summary>All values of a query parameter that may stand several times, as they came.</summary>
    internal IReadOnlyList<string> QueryAll(string name) =>
        [.. (_query ?? []).Where(pair => pair.Key == name).Select(pair => pair.Value)];

    /// <summary>How many are wanted: 1 to 500, 50 by default.</summary>
    internal int Limit =>
        _captures ? MostLimit
        : Query("limit") is { } text ? (int)WholeNumber("limit", text, 1, MostLimit)
        : DefaultLimit;

    internal long WholeNumber(string name, string text, long least, long most)
    {
        if (Numbers.TryReadWhole(text, out var number) && number >= least && number <= most)
            return number;
        Faults.Add(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return least;
    }

    /// <summary>How long to wait, from 0 to 55 s, fractions too (API.md, Settled since, Numbers).</summary>
    internal TimeSpan WaitOf(decimal? seconds)
    {
        if (seconds is < 0 or > LongestWait)
            Faults.Add("waitSeconds", $"must be from 0 to {LongestWait}");
        return TimeSpan.FromSeconds((double)Math.Clamp(seconds ?? 0, 0, LongestWait));
    }

    /// <summary>The same of the query.</summary>
    internal TimeSpan WaitOfQuery() => WaitOf(Query("waitSeconds") is { } text ? Numbers.ReadDecimal(text) : null);

    private void ReadQuery()
    {
        if (!Http.Request.QueryString.HasValue)
            return;
        foreach (var pair in new QueryStringEnumerable(Http.Request.QueryString.Value))
        {
            var name = pair.DecodeName().ToString();
            var value = pair.DecodeValue().ToString();
            var times = QueryAll(name).Count;
            if (KindOf(name) is { MostTimes: { } most } several && times > 0)
            {
                if (times == most)
                    Faults.Add(
                        Shown(name),
                        string.Create(CultureInfo.InvariantCulture, $"must stand at most {most} times")
                    );
                else if (times < most)
                    CheckQuery(several, value);
            }
            else if (times > 0)
                Faults.Add(Shown(name), "must not be named twice");
            else if (KindOf(name) is { } parameter)
                CheckQuery(parameter, value);
            else
                Faults.Add(Shown(name), "is not a parameter of this call");
            (_query ??= []).Add(new KeyValuePair<string, string>(name, value));
        }
        DryRun = Query("dryRun") == "true";
        if (Operation.Shape is not { } shape)
        {
            if (Query("fields") is not null)
                Faults.Add("fields", "names members, and what comes here has none");
            return;
        }
        if (Query("fields") is { } fields)
        {
            _mask = FieldMask.Read(fields.Split(','), shape, "fields", Faults);
            if (Query("brief") is not null)
                Faults.Add("brief", "must not come with fields");
        }
        else if (Query("brief") == "true" && Operation.Brief.Count > 0)
        {
            _mask = FieldMask.Read(Operation.Brief, shape, "brief", Faults);
        }
    }

    /// <summary>The members of what is listed, as far as they are wanted; columns of a table.</summary>
    internal IReadOnlyList<string> Columns => [.. _mask?.Names ?? FieldMask.NamesOf(Operation.Shape!)];

    // The very operation, once for each page: what a list shows and hides is decided there and nowhere else.
    private async Task<byte[]?> PageAsync(string? after)
    {
        (_captures, _captured) = (true, null);
        _download ??= OpenDownload();
        if (_download is not { Reason: null })
        {
            await RefuseAsync(new Refusal.Unauthorized("over"));
            return null;
        }
        _query!.RemoveAll(pair => pair.Key == "after");
        if (after is not null)
            _query.Add(new KeyValuePair<string, string>("after", after));
        await Operation.Handle(this);
        return _captured;
    }

    private OpenConnection? _download;

    /// <summary>Something long that is being sent: it breaks off when the caller's rights are over. Null where they are already.</summary>
    internal OpenConnection? OpenDownload()
    {
        var opened = Host.Connections.Open(Caller.Id, Credential, endsWithRights: false);
        if (opened is not null)
            Http.Response.RegisterForDispose(opened);
        return opened;
    }

    private static string Shown(string name) =>
        name.Length == 0 ? "query"
        : name.Length > 60 ? name[..60]
        : name;

    private QueryParameter? KindOf(string name)
    {
        foreach (var parameter in CommonParameters.Of(Operation))
        {
            if (parameter.Name == name)
                return parameter;
        }
        foreach (var parameter in Operation.Query)
        {
            if (parameter.Name == name)
                return parameter;
        }
        return null;
    }

    private void CheckQuery(QueryParameter parameter, string value)
    {
        if (parameter.Type == "boolean" && value is not ("true" or "false"))
            Faults.Add(parameter.Name, "must be true or false");
        else if (parameter.Type == "integer")
            WholeNumber(parameter.Name, value, parameter.Least, parameter.Most);
        else if (parameter.Type == "number")
            CheckNumber(parameter, value);
        else if (value.Length == 0)
            Faults.Add(parameter.Name, "must not be empty");
        else if (parameter.Words is { } words)
        {
            foreach (var word in value.Split(','))
            {
                if (!parameter.Meant(word).Any())
                    Faults.Add(
                        parameter.Name,
                        NearestNames.Fault(word, words) + (parameter.TakesPatterns ? "; lease.* is a pattern" : "")
                    );
            }
        }
        else if (parameter.Name == "run" && OwnId.Check("run", value) is Refusal.InvalidRequest { Errors: var errors })
        {
            foreach (var message in errors.Values.SelectMany(m => m))
                Faults.Add("run", message);
        }
    }

    private void CheckNumber(QueryParameter parameter, string value)
    {
        if (Numbers.ReadDecimal(value) is not { } number || number < parameter.Least || number > parameter.Most)
            Faults.Add(
                parameter.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must be a number from {parameter.Least} to {parameter.Most}"
                )
            );
    }

    /// <summary>The item of the address.</summary>
    internal ApiCall OnItem()
    {
        var text = Route("id");
        Target = ItemId.TryParse(text, out var id)
            ? new Target(id, null, null, null)
            : new Target(null, null, null, new Refusal.NotFound("item", text));
        return this;
    }

    /// <summary>The lease of the address.</summary>
    internal ApiCall OnLease()
    {
        var text = Route("id");
        Target = LeaseId.TryParse(text, out var id)
            ? new Target(null, id, null, null)
            : new Target(null, null, null, new Refusal.NotFound("lease", text));
        return this;
    }

    /// <summary>The queue of the address.</summary>
    internal ApiCall OnQueue()
    {
        Target = new Target(null, null, Route("name"), null);
        return this;
    }

    /// <summary>The artifact of the address.</summary>
    internal ApiCall OnArtifact()
    {
        var text = Route("id");
        Target = ArtifactId.TryParse(text, out var id)
            ? default(Target) with
            {
                Artifact = id,
            }
            : new Target(null, null, null, new Refusal.NotFound("artifact", text));
        return this;
    }

    /// <summary>Answers a read. What is due by now happens first, so that nothing is shown as live that is not.</summary>
    internal async Task ReadAsync(Func<ApiCall, Task> look)
    {
        var now = Host.Engine.Now;
        if (Host.Engine.Picture.Read(at => at.NextDueAt) <= now)
            await Host.Engine.AskAsync(static (_, _) => true, Http.RequestAborted);
        if (Host.Engine.Picture.Read(at => at.FindPrincipal(Caller.Id)) is not { State: not PrincipalState.Ended } who)
            await RefuseAsync(new Refusal.Unauthorized("ended"));
        else if ((Permissions.MayAsk(Operation.Verb) & who.Roles) == Roles.None)
            await RefuseAsync(new Refusal.Forbidden(Permissions.InWords(Permissions.MayAsk(Operation.Verb))));
        else if ((_scope = Scope.Of(who, Caller)).OutsideOf(Operation.Verb) is { } ofAll)
            await RefuseAsync(ofAll);
        else
        {
            Who = who;
            await look(this);
        }
    }

    /// <summary>What the caller may see, as the picture knows them now.</summary>
    internal Scope Scope => _scope ??= Host.Engine.Picture.Read(at => Scope.Of(at.FindPrincipal(Caller.Id), Caller));

    /// <summary>After a wait: the caller's rights may be others than when it began.</summary>
    internal void LookAtScopeAgain() =>
        _scope = Host.Engine.Picture.Read(at => Scope.Of(at.FindPrincipal(Caller.Id), Caller));

    /// <summary>Why what belongs to this queue, or to none, is not shown: outside, or, after that, a malformed request. Null where it is.</summary>
    internal Refusal? Hidden(string? queue) => Scope.Outside(queue) ?? Invalid;

    /// <summary>The item as the caller may see it.</summary>
    internal ItemView Seen(ItemView view) =>
        Scope.IsLimited && view.Item.DependsOn.Count > 0 ? Host.Engine.Picture.Read(at => view.For(at, Scope)) : view;

    /// <summary>The conflict as the caller may see it: with what the runbook of their own queues says.</summary>
    internal ConflictView Seen(ConflictView view) =>
        view.Pattern is { } pattern && !Scope.Sees(pattern.Queue) ? view with { Pattern = null } : view;

    /// <summary>What is wrong with the request; null where nothing is.</summary>
    internal Refusal? Invalid => Faults.Any ? new Refusal.InvalidRequest(Faults.ByMember) : null;

    internal Task RefuseAsync(Refusal refusal, DateTimeOffset? now = null) =>
        AnswerAsync(ProblemOf(refusal, now ?? Host.Engine.Now));

    // Whoever is refused for a collision hears also who has it open: they may be the one to ask.
    private Problem ProblemOf(Refusal refusal, DateTimeOffset now)
    {
        var problem = ToHttp.From(refusal, Host.NameOf, now, Site);
        return problem.Status == StatusCodes.Status409Conflict && PresentHere() is { } words
            ? problem with
            {
                Detail = $"{problem.Detail} {words}",
            }
            : problem;
    }

    private string? PresentHere()
    {
        var id = Http.Request.RouteValues["id"] as string;
        var topic =
            ArtifactId.TryParse(id, out var artifact) ? PresenceBoard.Topic(artifact)
            : (ItemId.TryParse(id, out var named) ? named : Target.Item) is { } item ? PresenceBoard.Topic(item)
            : null;
        if (
            topic is null
            || Host.Presence.On(topic).Where(p => p.Who != Caller.Id).Take(3).ToList() is not { Count: > 0 } here
        )
            return null;
        var words = here.Select(p => $"{Host.NameOf(p.Who)} {(p.Mode == "editing" ? "is editing it" : "has it open")}");
        return string.Join(", ", words) + " now.";
    }

    internal Task AnswerAsync(Problem problem)
    {
        var headers = Http.Response.Headers;
        if (problem.Status == StatusCodes.Status401Unauthorized)
            headers.WWWAuthenticate = "Bearer";
        if (problem.RetryAfter is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (problem.Allow is { } allow)
            headers.Allow = allow;
        return WriteAsync(problem.Status, JsonBytes.Span(problem.WriteTo), "application/problem+json", location: null);
    }

    /// <summary>A body as it is, or what <c>fields</c> or <c>brief</c> leaves of it.</summary>
    internal Task ReplyAsync<T>(T body, JsonTypeInfo<T> type) =>
        AnswerAsync(new Answer(StatusCodes.Status200OK, body!, type));

    private Task AnswerAsync(Answer answer)
    {
        if (answer.RetryAfter is { } seconds)
            Http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (answer.WaitingFor is { } what)
            Http.Response.Headers["Waiting-For"] = what;
        if (answer.Type is null)
        {
            Http.Response.StatusCode = answer.Status;
            Http.Response.Headers.CacheControl = NoStore;
            return Task.CompletedTask;
        }
        var body = answer.ToSpan();
        if (_mask is { } mask)
        {
            var whole = JsonElement.Parse(body);
            body = JsonBytes.Span(writer => mask.Write(writer, whole, answer.Type));
        }
        if (!_captures)
            return WriteAsync(answer.Status, body, "application/json", answer.Location);
        _captured = body.ToArray();
        return Task.CompletedTask;
    }

    private Task WriteAsync(int status, ReadOnlySpan<byte> body, string contentType, string? location)
    {
        body = WithLease(status, body);
        var response = Http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = NoStore;
        response.Headers.XContentTypeOptions = NoSniff;
        if (location is not null)
            response.Headers.Location = location;
        response.BodyWriter.Write(body);
        var flush = response.BodyWriter.FlushAsync(Http.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
