using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Live;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ControlSurface.Api;

/// <summary>What the address of a call names, or that it names nothing.</summary>
internal readonly record struct Target(ItemId? Item, LeaseId? Lease, string? Queue, Refusal? Missing)
{
    internal ArtifactId? Artifact { get; init; }
}

/// <summary>One request on its way in and its answer on its way out. Knows HTTP; knows no rule.</summary>
/// <param name="signedIn">Who calls, where that is known without a key: whoever is signed in saves a list as a file.</param>
internal sealed partial class ApiCall(HttpContext http, ApiHost host, ApiOperation operation, Caller? signedIn = null)
{
    /// <summary>The largest JSON body that is read.</summary>
    internal const int LimitBytes = 1024 * 1024;

    // How often a command whose content was merged with a version that is no longer current is made again.
    private const int MostAgain = 20;
    internal const int DefaultLimit = 50;
    internal const int MostLimit = 500;
    private const int LongestKey = 128;
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoSniff = "nosniff";
    private List<KeyValuePair<string, string>>? _query;
    private bool _captures;
    private bool _isOfAccess;
    private byte[]? _captured;
    private FieldMask? _mask;

    internal HttpContext Http { get; } = http;
    internal ApiHost Host { get; } = host;
    internal ApiOperation Operation { get; } = operation;
    internal Faults Faults { get; } = new();
    internal Caller Caller { get; private set; } = Caller.System;

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
            if (!Authenticate())
            {
                await RefuseAsync(new Refusal.Unauthorized("no key"));
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
        catch (Exception bug)
        {
            Host.Log.Failed(Operation.Method, Operation.Pattern, bug);
            if (Http.Response.HasStarted)
                Http.Abort();
            else
                await AnswerAsync(ToHttp.InternalError(Site));
        }
    }

    private bool Authenticate()
    {
        if (signedIn is { } known)
        {
            Caller = known;
            return true;
        }
        if (Bearer(Http.Request) is not { } key || Host.Keys.Verify(key) is not { } verified)
            return false;
        Caller = new Caller(verified.Principal.Id, verified.Queues);
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

    /// <summary>How many are wanted: 1 to 500, 50 by default.</summary>
    internal int Limit =>
        _captures ? MostLimit
        : Query("limit") is { } text ? (int)WholeNumber("limit", text, 1, MostLimit)
        : DefaultLimit;

    internal long WholeNumber(string name, string text, long least, long most)
    {
        if (
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
        )
            return number;
        Faults.Add(
            name,
            most == long.MaxValue
                ? "must be a whole number"
                : string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}")
        );
        return least;
    }

    private void ReadQuery()
    {
        if (!Http.Request.QueryString.HasValue)
            return;
        foreach (var pair in new QueryStringEnumerable(Http.Request.QueryString.Value))
        {
            var name = pair.DecodeName().ToString();
            var value = pair.DecodeValue().ToString();
            if (Query(name) is not null)
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
        _query!.RemoveAll(pair => pair.Key == "after");
        if (after is not null)
            _query.Add(new KeyValuePair<string, string>("after", after));
        await Operation.Handle(this);
        return _captured;
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
            WholeNumber(parameter.Name, value, 0, long.MaxValue);
        else if (value.Length == 0)
            Faults.Add(parameter.Name, "must not be empty");
        else if (parameter.Words is { } words)
        {
            foreach (var word in value.Split(','))
            {
                if (!words.Contains(word, StringComparer.Ordinal))
                    Faults.Add(parameter.Name, "must be of " + string.Join(", ", words));
            }
        }
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

    /// <summary>Contents that the command brings: they are kept with what rests on them.</summary>
    internal List<ContentData> Contents { get; } = [];

    /// <summary>
    /// Makes the command again, where what it was made of outside has moved before it was decided; null where it rests on
    /// nothing outside.
    /// </summary>
    internal Func<Command>? Again { get; set; }

    internal void Missing(string kind, string id) => Target = Target with { Missing = new Refusal.NotFound(kind, id) };

    private string? IdempotencyKey()
    {
        var header = Http.Request.Headers["Idempotency-Key"];
        if (header.Count == 0)
            return null;
        if (header.Count == 1 && header[0] is { Length: > 0 and <= LongestKey } key && IsPrintable(key))
            return key;
        Faults.Add("Idempotency-Key", "must be 1 to 128 printable ASCII characters, once");
        return null;
    }

    private static bool IsPrintable(string key)
    {
        foreach (var c in key)
        {
            if (c is < ' ' or > '~')
                return false;
        }
        return true;
    }

    /// <summary>Reads the body, translates it, sends the command, and answers with what became of it.</summary>
    /// <param name="translate">Body to command. Faults that it adds are answered as 400.</param>
    internal async Task SendAsync<T>(JsonTypeInfo<T> type, Func<ApiCall, T, Command> translate)
        where T : class
    {
        var key = IdempotencyKey();
        var (command, edge, fingerprint) = await ReadCommandAsync(type, translate, key is not null && !DryRun);
        var keep = key is not null && fingerprint is not null;
        var request = new Request(command, Caller)
        {
            DryRun = DryRun,
            IsQuick = Then is null && !_isOfAccess,
            Key = keep ? new IdempotencyKey(key!, fingerprint!) : null,
            Render = keep ? Render : null,
            Wait = Wait,
            Contents = Contents,
        };
        var outcome = await DecideAsync(request);
        for (var k = 0; k < MostAgain && Again is { } again && outcome.Refusal is Refusal.MergeOutdated; k++)
        {
            Contents.Clear();
            request = request with { Command = again(), Contents = Contents };
            outcome = await Host.Engine.SendAsync(request, Http.RequestAborted);
        }
        await AnswerAsync(outcome, edge);
    }

    /// <summary>What this call changes is kept where keys are.</summary>
    internal ApiCall ThroughAccess()
    {
        _isOfAccess = true;
        return this;
    }

    /// <summary>The text of the key that this call made: in the answer, and in nothing that is kept.</summary>
    internal string? IssuedKey { get; private set; }

    /// <summary>What follows outside the engine, before it is answered, once the command is accepted and on disk.</summary>
    internal Func<Reply, Task>? Then { get; set; }

    /// <summary>How many events are sent again; null where that was not asked for.</summary>
    internal int? Redelivered { get; set; }

    /// <summary>The answer is made to be kept: what is said once is not in it.</summary>
    internal bool IsForKeeping { get; private set; }

    private async Task<Outcome> DecideAsync(Request request)
    {
        Outcome outcome;
        if (_isOfAccess)
            (outcome, IssuedKey) = await Host.Access.ApplyAsync(request);
        else
            outcome = await Host.Engine.SendAsync(request, Http.RequestAborted);
        if (Then is { } then && outcome.Reply is { } accepted && !request.DryRun)
            await then(accepted);
        return outcome;
    }

    private bool SaysOnce(Outcome outcome) =>
        IssuedKey is not null || outcome.Reply is Reply.ForWebhook { IsNewSecret: true };

    /// <summary>What is wrong that only the edge can see, such as a content that is too large.</summary>
    internal Problem? EdgeProblem { get; set; }

    private Problem? MissingProblem() =>
        Target.Missing is { } missing ? ToHttp.From(missing, Host.NameOf, Host.Engine.Now, Site) : null;

    private async Task<(Command Command, Problem? Edge, byte[]? Fingerprint)> ReadCommandAsync<T>(
        JsonTypeInfo<T> type,
        Func<ApiCall, T, Command> translate,
        bool fingerprints
    )
        where T : class
    {
        var request = Http.Request;
        if (request.ContentLength > Operation.LimitBytes)
            return (Malformed("body", "is too large"), ToHttp.TooLarge(Operation.LimitBytes, Site), null);
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(Http.RequestAborted);
            var buffer = read.Buffer;
            if (buffer.Length > Operation.LimitBytes)
            {
                reader.AdvanceTo(buffer.End);
                return (Malformed("body", "is too large"), ToHttp.TooLarge(Operation.LimitBytes, Site), null);
            }
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }
            try
            {
                var body = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
                if (!IsJson(request, body.IsEmpty))
                    return (Malformed("Content-Type", "must be JSON"), ToHttp.UnsupportedMediaType(Site), null);
                return (Translate(body, type, translate), null, fingerprints ? FingerprintOf(body) : null);
            }
            finally
            {
                reader.AdvanceTo(buffer.End);
            }
        }
    }

    private Command Translate<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, Func<ApiCall, T, Command> translate)
        where T : class
    {
        // A call without required members may be made without a body at all.
        var isLeftOut = body.IsEmpty && Http.Request.ContentType is null;
        var value = BodyReader.Read(isLeftOut ? "{}"u8 : body, type, Faults);
        if (value is null || Faults.Any || Target.Missing is not null)
            return Malformed(body);
        var command = translate(this, value);
        return Faults.Any || Target.Missing is not null ? Malformed(body) : command;
    }

    private byte[]? FingerprintOf(ReadOnlySpan<byte> body) =>
        Faults.Any
            ? null
            : CanonicalJson.Fingerprint(
                Operation.Method,
                Http.Request.Path.Value + Http.Request.QueryString.Value,
                body
            );

    private MalformedCommand Malformed(ReadOnlySpan<byte> body)
    {
        // A new item's queue is in its body; whoever may not see it hears that first.
        var queue = Target.Queue ?? (Operation.Verb == Verb.CreateItem ? BodyReader.FindString(body, "queue") : null);
        return new(Operation.Verb, Target.Item, Target.Lease, queue, Faults.ByMember, Target.Artifact);
    }

    private MalformedCommand Malformed(string member, string message)
    {
        Faults.Add(member, message);
        return new(Operation.Verb, Target.Item, Target.Lease, Target.Queue, Faults.ByMember, Target.Artifact);
    }

    private static bool IsJson(HttpRequest request, bool isEmpty)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !(encoding.Count == 1 && encoding[0] is "identity"))
            return false;
        if (request.ContentType is not { } type)
            return isEmpty;
        if (type == "application/json")
            return true;
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out var media))
            return false;
        var isJson =
            media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.MediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        return isJson
            && (
                !media.Charset.HasValue
                || media.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            );
    }

    /// <summary>Sends a command that was made of bytes, and answers as <see cref="SendAsync{T}"/> does.</summary>
    /// <param name="body">What it was made of, where it is applied once under its key; null where the same again is the same.</param>
    internal async Task SendAsync(Command command, byte[]? body = null)
    {
        var key = body is null || DryRun ? null : IdempotencyKey();
        if (Faults.Any && command is not MalformedCommand)
            command = Malformed();
        var request = new Request(command, Caller) { DryRun = DryRun, Contents = Contents };
        if (key is not null && !Faults.Any)
        {
            var path = Http.Request.Path.Value + Http.Request.QueryString.Value;
            request = request with
            {
                Key = new IdempotencyKey(key, CanonicalJson.Fingerprint(Operation.Method, path, body)),
                Render = Render,
            };
        }
        await AnswerAsync(await DecideAsync(request), edge: null);
    }

    private async Task AnswerAsync(Outcome outcome, Problem? edge)
    {
        if (DryRun)
            Http.Response.Headers["Dry-Run"] = "true";
        if (outcome.Replayed is { } first)
            await ReplayAsync(first, outcome.Now);
        else if (outcome.Rendered is { } rendered && !SaysOnce(outcome))
            await WriteAsync(rendered.Status, rendered.Body, "application/json", rendered.Location);
        else if (outcome.Refusal is Refusal.InvalidRequest && (edge ?? EdgeProblem ?? MissingProblem()) is { } problem)
            await AnswerAsync(problem);
        else if (outcome.Refusal is { } refusal)
            await RefuseAsync(refusal, outcome.Now);
        else
            await AnswerAsync(Answers.Of(this, outcome.Reply!, outcome.Now));
    }

    /// <summary>The raw body, up to so many bytes; null where it is larger.</summary>
    internal async Task<byte[]?> ReadBytesAsync(int limit)
    {
        if (Http.Request.ContentLength > limit)
            return null;
        var reader = Http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(Http.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>A malformed request without a body to look into.</summary>
    internal MalformedCommand Malformed() =>
        new(Operation.Verb, Target.Item, Target.Lease, Target.Queue, Faults.ByMember, Target.Artifact);

    /// <summary>Serves a content as what it is: bytes of somebody else, for saving and never for showing as a page.</summary>
    internal Task WriteContentAsync(ContentData content, string name)
    {
        var headers = Http.Response.Headers;
        headers.ContentDisposition = "attachment; filename*=UTF-8''" + Uri.EscapeDataString(name);
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.ETag = "\"" + content.Hash + "\"";
        return WriteAsync(StatusCodes.Status200OK, content.Bytes, content.Type, location: null);
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
        else
        {
            Who = who;
            await look(this);
        }
    }

    /// <summary>The queues that the caller is limited to, by principal and by key; null for none.</summary>
    internal IReadOnlyList<string>? Queues =>
        Who.Queues is null ? Caller.KeyQueues
        : Caller.KeyQueues is null ? Who.Queues
        : [.. Who.Queues.Intersect(Caller.KeyQueues, StringComparer.Ordinal)];

    internal bool MaySee(string queue) =>
        Who.MayTouch(queue) && (Caller.KeyQueues is null || Caller.KeyQueues.Contains(queue, StringComparer.Ordinal));

    /// <summary>Why what is in this queue is not shown: outside, or, after that, a malformed request. Null where it is.</summary>
    internal Refusal? Hidden(string queue) =>
        MaySee(queue)
            ? Invalid
            : new Refusal.Forbidden($"a principal or key that is not limited to other queues than {queue}");

    /// <summary>What is wrong with the request; null where nothing is.</summary>
    internal Refusal? Invalid => Faults.Any ? new Refusal.InvalidRequest(Faults.ByMember) : null;

    private RenderedAnswer Render(Outcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            var problem = ProblemOf(refusal, outcome.Now);
            return new RenderedAnswer(problem.Status, JsonBytes.Of(problem.WriteTo), Location: null);
        }
        IsForKeeping = true;
        var answer = Answers.Of(this, outcome.Reply!, outcome.Now);
        var rendered = new RenderedAnswer(answer.Status, answer.ToBytes(), answer.Location);
        IsForKeeping = false;
        return rendered;
    }

    private Task ReplayAsync(KeptAnswer first, DateTimeOffset now)
    {
        Http.Response.Headers["Idempotency-Replayed"] = "true";
        var type = first.Status >= 400 ? "application/problem+json" : "application/json";
        return WriteAsync(
            first.Status,
            first.Body.Length == 0 ? first.Body : Replays.OfNow(first.Body, now),
            type,
            first.Location
        );
    }

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

/// <summary>JSON into a buffer that each thread keeps: no allocation for what is sent at once.</summary>
internal static class JsonBytes
{
    private const int KeptCapacity = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Valid until this thread writes the next.</summary>
    internal static ReadOnlySpan<byte> Span(Action<Utf8JsonWriter> write)
    {
        var (buffer, writer) = Take();
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Valid until this thread writes the next.</summary>
    internal static ReadOnlySpan<byte> Span(object body, JsonTypeInfo type)
    {
        var (buffer, writer) = Take();
        JsonSerializer.Serialize(writer, body, type);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    internal static byte[] Of(Action<Utf8JsonWriter> write) => Span(write).ToArray();

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Take()
    {
        if (_buffer is null || _buffer.Capacity > KeptCapacity)
        {
            _buffer = new ArrayBufferWriter<byte>(4096);
            _writer = new Utf8JsonWriter(_buffer, ApiJson.Writing);
        }
        _buffer.ResetWrittenCount();
        _writer!.Reset(_buffer);
        return (_buffer, _writer);
    }
}
