using System.Buffers;
using System.Collections;
using System.IO.Pipelines;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Engine;
using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Api.Lines;

/// <summary>What all lines of a stream share: where they came in, and by what lane they go on.</summary>
internal sealed class LineSurroundings(HttpContext stream, RequestLane lane)
{
    /// <summary>The way to the engine, in the order of the sender's lines.</summary>
    internal RequestLane Lane { get; } = lane;

    internal string Scheme { get; } = stream.Request.Scheme;
    internal string PathBase { get; } = stream.Request.PathBase.Value ?? "";
    internal string Protocol { get; } = stream.Request.Protocol;
    internal IServiceProvider Services { get; } = stream.RequestServices;
    internal bool IsDryRun { get; } = stream.Request.Query["dryRun"] == "true";
    internal CancellationToken Aborted { get; } = stream.RequestAborted;

    /// <summary>Headers of a line without a body. Nothing is ever added to them.</summary>
    internal IHeaderDictionary Plain { get; } = new HeaderDictionary { ["Host"] = stream.Request.Headers.Host };

    /// <summary>Headers of a line with a body. Nothing is ever added to them.</summary>
    internal IHeaderDictionary WithBody { get; } =
        new HeaderDictionary { ["Host"] = stream.Request.Headers.Host, ["Content-Type"] = "application/json" };
}

/// <summary>
/// One line as the request that it stands for: the operation's handler reads it as it reads any other. It is its own features, so
/// that a line costs few allocations.
/// </summary>
internal sealed class LineRequest
    : IFeatureCollection,
        IHttpRequestFeature,
        IHttpResponseFeature,
        IRouteValuesFeature,
        IRequestBodyPipeFeature,
        IHttpRequestLifetimeFeature,
        IServiceProvidersFeature
{
    private readonly LineSurroundings _around;
    private Dictionary<Type, object>? _others;
    private PipeReader? _reader;
    private ReadOnlyMemory<byte> _body;
    private IHeaderDictionary? _answered;

    private volatile bool _isQuick;

    /// <param name="path">Decoded, from <c>/api/v1</c> on.</param>
    /// <param name="query">With its question mark; empty for none.</param>
    internal LineRequest(
        LineSurroundings around,
        ApiOperation operation,
        string path,
        string query,
        in CommandLine line
    )
    {
        _around = around;
        (Method, Path, QueryString, Key, _body) = (operation.Method, path, query, line.Key, line.Body);
        _isQuick = operation.IsSmall && _body.Length <= BodyTranslation.ShortBody;
        PathBase = around.PathBase;
        Headers = _body.IsEmpty ? around.Plain : around.WithBody;
        Scheme = around.Scheme;
        Protocol = around.Protocol;
        RequestServices = around.Services;
        RequestAborted = around.Aborted;
        RouteValues = [];
        Http = new DefaultHttpContext(this);
    }

    /// <summary>The request as handlers know it.</summary>
    internal HttpContext Http { get; }

    /// <summary>The idempotency key; null for none.</summary>
    internal string? Key { get; }

    /// <summary>Whether the whole stream only tries: nothing of it changes anything.</summary>
    internal bool IsDryRun => _around.IsDryRun;

    /// <summary>Its command is made of memory alone and goes by the lane, so that lines after it need not wait.</summary>
    internal bool IsQuick => _isQuick;

    /// <summary>Its command is in the lane: what comes after it is decided after it.</summary>
    internal bool IsInLane { get; private set; }

    /// <summary>Sends the command by the lane, of which the engine hears when a group of lines is read.</summary>
    internal Task<Outcome> SendAsync(Request request)
    {
        var outcome = _around.Lane.AddAsync(request);
        IsInLane = true;
        if (!_isQuick)
            _around.Lane.Send();
        return outcome;
    }

    /// <summary>It took longer than to be read: its command goes to the engine as soon as there is one.</summary>
    internal void GoAlone()
    {
        _isQuick = false;
        _around.Lane.Send();
    }

    public string Protocol { get; set; }
    public string Scheme { get; set; }
    public string Method { get; set; }
    public string PathBase { get; set; }
    public string Path { get; set; }
    public string QueryString { get; set; }

    public string RawTarget
    {
        get => Path + QueryString;
        set => throw new NotSupportedException("A line is what it is.");
    }

    public IHeaderDictionary Headers { get; set; }

    public Stream Body
    {
        get => Reader.AsStream();
        set => throw new NotSupportedException("A line is what it is.");
    }

    public PipeReader Reader => _reader ??= PipeReader.Create(new ReadOnlySequence<byte>(_body));

    public RouteValueDictionary RouteValues { get; set; }

    public IServiceProvider RequestServices { get; set; }

    public CancellationToken RequestAborted { get; set; }

    // One line is not the connection: it ends without an answer of its own, and its stream says so.
    public void Abort() { }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    IHeaderDictionary IHttpResponseFeature.Headers
    {
        get => _answered ??= new HeaderDictionary();
        set => _answered = value;
    }

    Stream IHttpResponseFeature.Body
    {
        get => throw new NotSupportedException("The answer to a line is a value.");
        set => throw new NotSupportedException("The answer to a line is a value.");
    }

    public bool HasStarted => false;

    public void OnStarting(Func<object, Task> callback, object state) =>
        throw new NotSupportedException("The answer to a line is a value.");

    public void OnCompleted(Func<object, Task> callback, object state) =>
        throw new NotSupportedException("What has to be disposed of after its answer may not be a line.");

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get => key.IsInstanceOfType(this) ? this : _others?.GetValueOrDefault(key);
        set
        {
            _others ??= [];
            if (value is null)
                _others.Remove(key);
            else
                _others[key] = value;
            Revision++;
        }
    }

    public TFeature? Get<TFeature>() =>
        this is TFeature own ? own
        : _others is not null && _others.TryGetValue(typeof(TFeature), out var other) ? (TFeature)other
        : default;

    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => (_others ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
