using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlSurface.Access;
using ControlSurface.Content;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Workspaces;
using ControlSurface.Drafting;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>How a call becomes a command, and what becomes of it an answer.</summary>
internal sealed partial class ApiCall
{
    /// <summary>Contents that the command brings: they are kept with what rests on them.</summary>
    internal List<ContentData> Contents { get; } = [];

    /// <summary>
    /// Makes the command again, where what it was made of outside has moved before it was decided; null where it rests on
    /// nothing outside.
    /// </summary>
    internal Func<Command>? Again { get; set; }

    /// <summary>What the answer shows of contents, made before the command was sent.</summary>
    internal PreparedMerge? Prepared { get; set; }

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
            // What goes on within this process after it has more to do than to send an answer.
            IsQuick = Then is null && Again is null && !_isOfAccess && signedIn is null,
            Key = keep ? new IdempotencyKey(key!, fingerprint!) : null,
            Render = keep ? Render : null,
            Wait = Wait,
            Contents = Contents,
        };
        if (Before is { } before && command is not MalformedCommand && await before(request) is { } over)
        {
            await RefuseAsync(over);
            return;
        }
        var outcome = await DecideAsync(request);
        if (Again is { } again)
            outcome = await Drafter.TryAgainAsync(
                outcome,
                async () =>
                {
                    Contents.Clear();
                    request = request with
                    {
                        Command = await ContentWork.RunAsync(again, Http.RequestAborted),
                        Contents = Contents,
                    };
                    return await Host.Engine.SendAsync(request, Http.RequestAborted);
                }
            );
        await AnswerAsync(Permitted(outcome, request.Command), edge);
    }

    // A kept answer is for whoever could make the request now and may see what is in it (DESIGN.md, 13).
    private Outcome Permitted(Outcome outcome, Command command)
    {
        if (outcome.Replayed is null && outcome.Refusal is not Refusal.IdempotencyKeyReused)
            return outcome;
        var refusal =
            Host.Engine.Picture.Read(at => at.MayMake(command, Caller))
            ?? (
                outcome.Replayed is { } first && Scope.IsLimited && !Replays.IsSeen(first.Body, Scope, Host)
                    ? Scope.Outside(queue: null)
                    : null
            );
        return refusal is null ? outcome : outcome with { Replayed = null, Refusal = refusal };
    }

    /// <summary>What this call changes is kept where keys are.</summary>
    internal ApiCall ThroughAccess()
    {
        _isOfAccess = true;
        return this;
    }

    /// <summary>The text of the key that this call made: in the answer, and in nothing that is kept.</summary>
    internal string? IssuedKey { get; private set; }

    /// <summary>What is waited for before the command is sent, and why it may not be sent after it; null for nothing.</summary>
    internal Func<Request, Task<Refusal?>>? Before { get; set; }

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
            outcome = await SendAsync(request);
        if (Then is { } then && outcome.Reply is { } accepted && !request.DryRun)
            await then(accepted);
        return outcome;
    }

    private async Task<Outcome> SendAsync(Request request)
    {
        if (!request.DryRun && TooMuch(request) is { } tooMuch)
            return new Outcome(Reply: null, tooMuch, Host.Engine.Now, Host.Engine.Picture.Seq);
        if (request.Wait <= TimeSpan.Zero)
            return await Host.Engine.SendAsync(request, Http.RequestAborted);
        Outcome? outcome = null;
        var over = await WaitAsync(async waiting => outcome = await Host.Engine.SendAsync(request, waiting));
        // Whoever may still ask for it is told to; whoever may not is told that.
        if (
            over is Refusal.Unavailable
            && Host.Engine.Picture.Read(at => at.MayMake(request.Command, Caller)) is { } not
        )
            over = not;
        return outcome is null || (over is not null && outcome.Replayed is null)
            ? new Outcome(
                Reply: null,
                over ?? new Refusal.Unauthorized("over"),
                Host.Engine.Now,
                Host.Engine.Picture.Seq
            )
            : outcome;
    }

    // What stays for good is counted before it is asked for: bytes on the disk, and names that no later event takes away.
    private Refusal? TooMuch(Request request)
    {
        long bytes = 0;
        foreach (var content in request.Contents)
            bytes += content.Bytes.Length;
        if (bytes > 0 && Host.Limits.OnContent(Caller.Id, bytes) is { } tooManyBytes)
            return tooManyBytes;
        return IsNewName(request.Command) ? Host.Limits.OnNewName(Caller.Id) : null;
    }

    private bool IsNewName(Command command) =>
        command switch
        {
            TargetCommand.Report c => Host.Engine.Picture.Read(at => at.FindTarget(c.Target)) is null,
            RunCommand.End => true,
            QueueCommand.Set c => Host.Engine.Picture.Read(at => at.FindQueue(c.Queue)) is null,
            _ => false,
        };

    /// <summary>
    /// Waits for something as long as the caller may: the wait has a place of its own, and ends within a second of what the caller
    /// was let in by, of their rights, and of a pause.
    /// </summary>
    /// <param name="wait">Returns when its token is cancelled, or throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Why the caller may not have what they waited for; null where they may.</returns>
    internal async Task<Refusal?> WaitAsync(Func<CancellationToken, Task> wait)
    {
        if (Host.Limits.Waits.TryTake(Caller.Id, out var place) is { } tooMany)
            return tooMany;
        using var taken = place;
        using var opened = Host.Connections.Open(Caller.Id, Credential, endsWhenPaused: true);
        if (opened is null)
            return new Refusal.Unauthorized("over");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Http.RequestAborted, opened.Ended);
        try
        {
            await wait(either.Token);
        }
        catch (OperationCanceledException) when (opened.Reason is not null)
        {
            // Told below.
        }
        LookAtScopeAgain();
        return opened.Reason switch
        {
            null => null,
            EndReason.PrincipalPaused => new Refusal.Paused(
                "principal",
                PrincipalId.System,
                Host.Engine.Picture.Read(at => at.FindPrincipal(Caller.Id)?.Why) ?? "The principal is paused."
            ),
            EndReason.RightsChanged => new Refusal.Unavailable("Your rights changed while this waited."),
            _ => new Refusal.Unauthorized("over"),
        };
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
                if (!Operation.IsSmall || buffer.Length > ShortBody)
                    await Task.Yield();
                var body = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
                if (!IsJson(request, body.IsEmpty))
                    return (Malformed("Content-Type", "must be JSON"), ToHttp.UnsupportedMediaType(Site), null);
                if (!Operation.ReadsContents)
                    return (Translate(body, type, translate), null, fingerprints ? FingerprintOf(body) : null);
                var whole = body.ToArray();
                var command = await ContentWork.RunAsync(() => Translate(whole, type, translate), Http.RequestAborted);
                return (command, null, fingerprints ? FingerprintOf(whole) : null);
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
        if (value is null)
            NoteLease(body);
        else
            NoteLease((object)value);
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
        await AnswerAsync(Permitted(await DecideAsync(request), command), edge: null);
    }

    private async Task AnswerAsync(Outcome outcome, Problem? edge)
    {
        if (DryRun)
            Http.Response.Headers["Dry-Run"] = "true";
        _decidedAt = outcome.Now;
        if (outcome.Replayed is { } first)
            await ReplayAsync(first, outcome.Now);
        else if (outcome.Rendered is { } rendered && !SaysOnce(outcome))
            await WriteKeptAsync(rendered.Status, rendered.Body, rendered.Location);
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
                await Task.Yield();
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
        return WriteKeptAsync(
            first.Status,
            first.Body.Length == 0 ? first.Body : Replays.OfNow(first.Body, now),
            first.Location
        );
    }

    // The first answer to a key and each repetition have the same type and headers: all of them follow from what is kept.
    private Task WriteKeptAsync(int status, byte[] body, string? location)
    {
        if (body.Length == 0)
        {
            Http.Response.StatusCode = status;
            Http.Response.Headers.CacheControl = NoStore;
            return Task.CompletedTask;
        }
        if (status < StatusCodes.Status400BadRequest)
            return WriteAsync(status, body, "application/json", location);
        if (ToHttp.RetryAfterOf(body) is { } seconds)
            Http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(status, body, "application/problem+json", location);
    }
}
