using System.Buffers;
using System.IO.Pipelines;
using ControlSurface.Access;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Engine;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace ControlSurface.Api.Lines;

/// <summary>
/// Many calls on one connection (API.md, Settled since, Many commands; docs/decisions/0039). Each line is served by the very operation
/// that serves it as a request of its own. Commands go to the engine by the lane of their principal, which keeps their order; whatever
/// needs more than memory waits for the lines before it, and is waited for. A client that does not read is not read from.
/// </summary>
internal sealed class CommandStream : IDisposable
{
    /// <summary>Lines of a principal that are under way at most; more are not read.</summary>
    internal const int MostUnderWay = 1_000;

    /// <summary>The longest line, in bytes: the largest body of any operation, and what is around it.</summary>
    internal const int LongestLine = ArtifactEndpoints.BodyLimit + 32_768;

    /// <summary>The longest path, as the longest that is taken in a request.</summary>
    private const int LongestPath = 8_192;

    // A longer part of the body may hold lines enough to keep the socket's thread from others.
    private const int ShortPart = 2_048;
    private const string MediaType = "application/x-ndjson";

    /// <summary>A stream on which nothing comes for so long is ended, and one whose client takes nothing of what is sent.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ApiCall _call;
    private readonly ApiHost _host;
    private readonly CommandLane _lane;
    private readonly LineSurroundings _around;
    private readonly LineAnswers _answers = new(MostUnderWay);
    private readonly CancellationTokenSource _over = new();
    private ApiCall _known;
    private long _number;
    private long _lastAt;

    // So many bytes of the line that has begun have no end of a line; the rest of one that is too long is not kept.
    private long _looked;
    private bool _isSkipping;

    private CommandStream(ApiCall call)
    {
        (_call, _host, _known) = (call, call.Host, call);
        _lane = _host.LaneOf(call.Caller.Id);
        _around = new LineSurroundings(call.Http, _lane.Requests);
    }

    /// <summary>The stream as an answer, or the refusal of a caller who may open none.</summary>
    internal static Answer Open(ApiCall call)
    {
        if (call.Http.Request.Headers.ContainsKey("Idempotency-Key"))
            call.Faults.Add("Idempotency-Key", "belongs to a line here, as its key");
        if (call.Invalid is { } invalid)
            return call.Refuse(invalid);
        if (!IsLines(call.Http.Request))
            return Answer.Of(ToHttp.UnsupportedLines(MediaType, call.Site));
        if (call.Host.Limits.Streams.TryTake(call.Caller.Id, out var place) is { } tooMany)
            return call.Refuse(tooMany);
        var opened = call.Host.Connections.Open(call.Caller.Id, call.Credential, endsWithRights: false);
        if (opened is null)
        {
            place.Dispose();
            return call.Refuse(new Refusal.Unauthorized("over"));
        }
        return new Answer(
            StatusCodes.Status200OK,
            new AnswerBody.Streamed(MediaType, response => RunAsync(call, response, place, opened))
        )
        {
            IsUnbuffered = true,
        };
    }

    private static bool IsLines(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !(encoding.Count == 1 && encoding[0] is "identity"))
            return false;
        return MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
            && media.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            && (
                !media.Charset.HasValue
                || media.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static async Task RunAsync(ApiCall call, HttpResponse response, IDisposable place, OpenConnection opened)
    {
        using var taken = place;
        using var open = opened;
        using var stream = new CommandStream(call);
        await stream.RunAsync(response, opened);
    }

    public void Dispose() => _over.Dispose();

    private async Task RunAsync(HttpResponse response, OpenConnection opened)
    {
        Unbound(_call.Http);
        await response.StartAsync(_call.Http.RequestAborted);
        await response.BodyWriter.FlushAsync(_call.Http.RequestAborted);
        Touch();
        await using var idle = _host.Time.CreateTimer(_ => EndIdle(), null, Idle / 4, Idle / 4);
        var stops = _call.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            _call.Http.RequestAborted,
            stops,
            opened.Ended,
            _over.Token
        );
        var sending = SendAsync(response.BodyWriter);
        Answer? last = null;
        try
        {
            last = await ReadAsync(either.Token);
        }
        finally
        {
            // What was taken is decided, and answered if anybody listens: also where reading failed.
            _lane.Requests.Send();
            await _answers.QuietAsync();
            last ??=
                opened.Reason is not null ? _call.Refuse(new Refusal.Unauthorized("over"))
                : stops.IsCancellationRequested ? _call.Refuse(_host.Engine.Stopping)
                : null;
            if (last is not null)
                _answers.AddLast(last);
            _answers.Complete();
            await sending;
        }
    }

    // How long it is, and how slowly it comes, is the client's own affair: bounds and patience are per line here.
    private static void Unbound(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private async Task SendAsync(PipeWriter to)
    {
        try
        {
            await _answers.SendAsync(to, Patience, _host.Time, _call.Http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has gone: what it sent is decided all the same.
        }
        catch (TimeoutException)
        {
            _host.Log.AnswersNotTaken(_call.Caller.Id.Text);
            _call.Http.Abort();
        }
        finally
        {
            await _over.CancelAsync();
        }
    }

    private void Touch() => Interlocked.Exchange(ref _lastAt, _host.Time.GetTimestamp());

    private void EndIdle()
    {
        if (_host.Time.GetElapsedTime(Interlocked.Read(ref _lastAt)) < Idle || _answers.Count > 0)
            return;
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Reads lines until they end; the last word of the server where they end for a reason of theirs, else null.</summary>
    private async Task<Answer?> ReadAsync(CancellationToken over)
    {
        var reader = _call.Http.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(over);
                var left = read.Buffer;
                try
                {
                    Touch();
                    if (read.Buffer.Length > ShortPart)
                        await Task.Yield();
                    if (await Authentication.IdentifyAsync(_call, signedIn: null) is not { } known)
                        return _call.Refuse(new Refusal.Unauthorized("over"));
                    _known = known;
                    left = await ServeLinesAsync(read, over);
                }
                finally
                {
                    // The server reads the rest of the body itself, and cannot while a part of it is held here.
                    reader.AdvanceTo(left.Start, read.Buffer.End);
                }
                if (read.IsCompleted)
                    return null;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (BadHttpRequestException)
        {
            return _call.Refuse(Refusal.InvalidRequest.Of("line", "broke off: what has no answer was not done"));
        }
        catch (IOException)
        {
            return null; // The connection broke off.
        }
    }

    /// <summary>Serves the lines that were read whole; returns what is left, the start of the next line.</summary>
    private async ValueTask<ReadOnlySequence<byte>> ServeLinesAsync(ReadResult read, CancellationToken over)
    {
        var rest = read.Buffer;
        while (TryTakeLine(ref rest, _looked, read.IsCompleted, out var line))
        {
            _looked = 0;
            if (_isSkipping)
                _isSkipping = false;
            else
                await ServeAsync(line, over);
        }
        _looked = rest.Length;
        if (!_isSkipping && rest.Length > LongestLine)
        {
            await RefuseLongAsync(over);
            _isSkipping = true;
        }
        if (_isSkipping)
        {
            rest = rest.Slice(rest.End);
            _looked = 0;
        }
        _lane.Requests.Send();
        return rest;
    }

    // The last line needs no end of its own, where the body has one.
    private static bool TryTakeLine(
        ref ReadOnlySequence<byte> rest,
        long looked,
        bool isCompleted,
        out ReadOnlySequence<byte> line
    )
    {
        if (rest.Slice(looked).PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }
        line = rest;
        if (!isCompleted || rest.IsEmpty)
            return false;
        rest = rest.Slice(rest.End);
        return true;
    }

    private async Task RefuseLongAsync(CancellationToken over)
    {
        await SentAsync(_answers.RoomAsync(), over);
        var number = ++_number;
        _answers.Begin(id: null);
        _answers.Add(id: null, isOwn: false, number, Answer.Of(ToHttp.LineTooLong(LongestLine, _call.Site)));
    }

    private async ValueTask ServeAsync(ReadOnlySequence<byte> bytes, CancellationToken over)
    {
        // One part of the body may have thousands of lines, and a key may end after any of them.
        over.ThrowIfCancellationRequested();
        if (bytes.Length > LongestLine)
        {
            await RefuseLongAsync(over);
            return;
        }
        var text = (bytes.IsSingleSegment ? bytes.First : bytes.ToArray()).TrimEnd((byte)'\r');
        var number = ++_number;
        if (text.Span.TrimStart(" \t"u8).IsEmpty)
            return; // Between lines, and to keep a connection alive.
        if (_answers.RoomAsync() is { IsCompleted: false } room)
            await SentAsync(room, over);
        var faults = new Faults();
        var line = CommandLine.Read(text, faults);
        var (call, why) = CallOf(line, faults);
        if (call is { Line.IsQuick: false } && _answers.QuietAsync() is { IsCompleted: false } quiet)
            await SentAsync(quiet, over);
        if (!_lane.TryEnter())
        {
            // Only the wait itself may end: a place that is given after that would never be free again.
            _lane.Requests.Send();
            await _lane.EnterAsync(over);
        }
        var answering = AnswerAsync(line.Id, number, call, why);
        if (answering.IsCompleted || call!.Line!.IsInLane)
            return;
        // Not decided in its turn by the engine: what comes after it waits here.
        call.Line.GoAlone();
        await answering;
    }

    // Whoever waits for what the engine has yet to see waits for ever.
    private Task SentAsync(Task awaited, CancellationToken over)
    {
        _lane.Requests.Send();
        return awaited.WaitAsync(over);
    }

    /// <summary>The call that the line stands for, or the answer where it stands for none.</summary>
    private (ApiCall? Call, Answer Why) CallOf(in CommandLine line, Faults faults)
    {
        var (path, query) = faults.Any ? ("", "") : AddressOf(line.Path, faults);
        if (faults.Any)
            return (null, _known.Refuse(new Refusal.InvalidRequest(faults.ByMember)));
        if (Below(path) is not { } below)
            return (null, Answer.Of(ToHttp.NoSuchAddress(path, _call.Site)));
        var match = OperationRoutes.Find(line.Method, below);
        if (match.Operation is not { } operation)
        {
            var allow = OperationRoutes.AllowedAt(below);
            return (
                null,
                Answer.Of(
                    allow.Length == 0
                        ? ToHttp.NoSuchAddress(path, _call.Site)
                        : ToHttp.MethodNotAllowed(line.Method, allow, _call.Site)
                )
            );
        }
        if (operation.WhyNotALine is { } not)
            return (null, _known.Refuse(Refusal.InvalidRequest.Of("path", not)));
        var request = new LineRequest(_around, operation, ApiOperations.Root + below, query, line)
        {
            RouteValues = match.Values!,
        };
        return (
            new ApiCall(request.Http, _host, operation)
            {
                Caller = _known.Caller,
                Credential = _known.Credential,
                Line = request,
            },
            null!
        );
    }

    private static (string Path, string Query) AddressOf(string sent, Faults faults)
    {
        if (sent.Length is 0 or > LongestPath || sent[0] != '/')
        {
            faults.Add("path", "must be a path below /api/v1 of at most 8,192 characters, such as /items");
            return ("", "");
        }
        var at = sent.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = at < 0 ? (sent, "") : (sent[..at], sent[at..]);
        if (!path.Contains('%', StringComparison.Ordinal))
            return (path, query);
        try
        {
            return (PathString.FromUriComponent(path).Value!, query);
        }
        catch (Exception bad) when (bad is InvalidOperationException or ArgumentException)
        {
            faults.Add("path", "cannot be decoded");
            return ("", "");
        }
    }

    /// <summary>
    /// The path below <c>/api/v1</c>, which may stand before it, after <c>/w/NAME</c> too; null where it leads elsewhere, another
    /// workspace among that.
    /// </summary>
    private string? Below(string path)
    {
        if (path.StartsWith("/w/", StringComparison.Ordinal))
        {
            var own = "/w/" + _host.Own.Name;
            if (!path.StartsWith(own + ApiOperations.Root + "/", StringComparison.Ordinal))
                return null;
            path = path[own.Length..];
        }
        return path.StartsWith(ApiOperations.Root + "/", StringComparison.OrdinalIgnoreCase)
            ? path[ApiOperations.Root.Length..]
            : path;
    }

    /// <summary>Serves a line, adds its answer, and leaves the lane. Never throws.</summary>
    /// <param name="call">The call that the line stands for; null where it stands for none.</param>
    /// <param name="why">The answer where it stands for none.</param>
    private Task AnswerAsync(LineId? id, long number, ApiCall? call, Answer why)
    {
        if (!_answers.Begin(id))
        {
            _lane.Leave();
            var twice = Refusal.InvalidRequest.Of("id", "is that of another line which is still under way");
            _answers.Add(id, isOwn: false, number, _known.Refuse(twice));
            return Task.CompletedTask;
        }
        long? shown = id is null ? number : null;
        if (call is not null)
            return AnswerAsync(id, shown, call);
        _lane.Leave();
        _answers.Add(id, isOwn: true, shown, why);
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(LineId? id, long? number, ApiCall call)
    {
        try
        {
            _answers.Add(id, isOwn: true, number, await ApiPipeline.AnswerKnownAsync(call));
        }
        catch (Exception error)
        {
            _answers.Add(id, isOwn: true, number, Errors.AnswerTo(call, error));
        }
        finally
        {
            _lane.Leave();
        }
    }
}
