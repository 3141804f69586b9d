using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// Forwards a whole request to the machine that has its workspace: bodies and answers as they come, streams and WebSockets too. Between
/// machines HTTP/2 is spoken, in which both directions of a stream flow at once. Safe from any thread.
/// </summary>
/// <param name="doubt">Told of a machine that does not answer, or does not have what it was asked for.</param>
internal sealed class RequestForwarder(
    IHttpForwarder forwarder,
    MachineSeal seal,
    ClusterFigures figures,
    Action<Uri> doubt
) : IDisposable
{
    // Streams may be silent for long. A machine that hangs is noticed by pings, not by silence.
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = TimeSpan.FromDays(1),
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly HttpMessageInvoker _machines = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
        }
    );
    private readonly SealedRequest _transform = new(seal);

    /// <summary>What answers one request by asking another machine.</summary>
    /// <param name="again">
    /// Finds what answers it where that machine does not have the workspace and the request has no body; null where that was done
    /// already, so that machines that disagree do not loop.
    /// </param>
    internal IRequestTarget To(Uri machine, Func<ValueTask<IDoor.Entry>>? again) => new Target(this, machine, again);

    public void Dispose() => _machines.Dispose();

    /// <returns>False where the other machine does not have the workspace: nothing was done, and nothing is answered.</returns>
    private async Task<bool> TrySendAsync(HttpContext http, Uri machine)
    {
        LiftBounds(http.Features);
        var error = await forwarder.SendAsync(http, machine.AbsoluteUri, _machines, Config, _transform);
        if (http.Items.Remove(MachineSeal.NotHereHeader))
        {
            figures.Forwarded(ForwardResult.NotHere);
            doubt(machine);
            http.Response.Clear();
            return false;
        }
        if (error is ForwarderError.None || http.RequestAborted.IsCancellationRequested)
        {
            figures.Forwarded(ForwardResult.Answered);
        }
        else
        {
            await FailAsync(http, machine, http.Features.Get<IForwarderErrorFeature>()?.Exception);
        }
        return true;
    }

    private async Task FailAsync(HttpContext http, Uri machine, Exception? failure)
    {
        doubt(machine);
        var wasSent = !IsBeforeSending(failure);
        figures.Forwarded(wasSent ? ForwardResult.Lost : ForwardResult.Unreachable);
        // An answer that had begun is cut: the caller notices, and no half of it passes for the whole.
        if (http.Response.HasStarted)
            return;
        http.Response.Clear();
        await FrontAnswers.RefuseAsync(
            http,
            wasSent && MayWrite(http.Request) ? new Refusal.OutcomeUnknown() : FrontAnswers.Moving
        );
    }

    // The timeout is that of connecting, where nothing answers at all: what is sent has none.
    private static bool IsBeforeSending(Exception? failure) =>
        failure
            is OperationCanceledException { InnerException: TimeoutException }
                or HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                };

    private static bool MayWrite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && !HttpMethods.IsOptions(request.Method)
        && !HttpMethods.IsConnect(request.Method);

    // How long a body may be and how slowly it may come is bounded by the machine that reads it: of streams only it knows.
    private static void LiftBounds(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    /// <summary>One request, and what answers it after the machine that was asked first.</summary>
    private sealed class Target(RequestForwarder forwarder, Uri machine, Func<ValueTask<IDoor.Entry>>? again)
        : IRequestTarget
    {
        private IDoor.Entry _second;
        private object? _inner;

        public object Create(IFeatureCollection features) => new DefaultHttpContext(features);

        public async Task ProcessAsync(object context)
        {
            var http = (HttpContext)context;
            if (await forwarder.TrySendAsync(http, machine))
                return;
            if (again is null || http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false)
            {
                await FrontAnswers.RefuseAsync(http, FrontAnswers.Moving);
                return;
            }
            _second = await again();
            _inner = _second.Target.Create(http.Features);
            await _second.Target.ProcessAsync(_inner);
        }

        public void Dispose(object context, Exception? failure)
        {
            if (_inner is { } inner)
                _second.Target.Dispose(inner, failure);
            _second.Visit?.Dispose();
        }
    }

    /// <summary>Sends the address byte for byte, and the seal; keeps what one machine tells another from the caller.</summary>
    private sealed class SealedRequest(MachineSeal seal) : HttpTransformer
    {
        private static readonly UriCreationOptions AsItIs = new()
        {
            DangerousDisablePathAndQueryCanonicalization = true,
        };

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext,
            HttpRequestMessage proxyRequest,
            string destinationPrefix,
            CancellationToken cancellationToken
        )
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var target = TargetOf(httpContext);
            proxyRequest.RequestUri = new Uri(destinationPrefix.TrimEnd('/') + target, AsItIs);
            proxyRequest.Headers.TryAddWithoutValidation(MachineSeal.Header, seal.Write(httpContext.Features, target));
        }

        public override ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext,
            HttpResponseMessage? proxyResponse,
            CancellationToken cancellationToken
        )
        {
            if (proxyResponse?.Headers.NonValidated.Contains(MachineSeal.NotHereHeader) != true)
                return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            httpContext.Items[MachineSeal.NotHereHeader] = true;
            return ValueTask.FromResult(false);
        }

        // A client that takes this machine for a proxy names the whole address.
        private static string TargetOf(HttpContext http) =>
            http.Features.Get<IHttpRequestFeature>()!.RawTarget is ['/', ..] raw
                ? raw
                : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
    }
}
