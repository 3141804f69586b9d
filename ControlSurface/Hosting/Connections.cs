using System.Globalization;
using System.Net;
using ControlSurface.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlSurface.Hosting;

/// <summary>
/// How many connections are taken: fewer than there are file descriptors, since a process that runs out of those cannot write its
/// journal, and the runtime may end it. And how long somebody may take to say what they want.
/// </summary>
internal static class Connections
{
    /// <summary>Below this many descriptors the operator is warned at the start.</summary>
    internal const long EnoughOpenFiles = 4_096;

    /// <summary>A request's head must have come within this time, the first one counted from the connection on.</summary>
    internal static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10);

    /// <summary>With fewer the runtime cannot even load what the server is made of.</summary>
    internal const long LeastOpenFiles = 512;

    // Assemblies, which the runtime keeps open, databases with their logs and readers, webhooks: 360 were seen after a start, and 420
    // once every page had been shown.
    private const long OwnFiles = 448;
    private static readonly object PatienceKey = new();

    /// <summary>How many connections are taken at once, half of them upgraded (hub and pages); null for no bound.</summary>
    /// <param name="openFiles">How many files the process may have open; null where the system does not say.</param>
    internal static long? MostOf(long? openFiles) =>
        openFiles is { } limit ? Math.Max(limit, LeastOpenFiles) / 2 - OwnFiles / 2 : null;

    /// <summary>Why the server does not start; null where it can.</summary>
    internal static string? Fault(long? openFiles) =>
        openFiles is { } limit && limit < LeastOpenFiles
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Only {limit} files and connections may be open at once (ulimit -n), and the server needs {LeastOpenFiles} to start. Raise the limit to {EnoughOpenFiles} or more."
            )
            : null;

    /// <summary>What the operator is told at the start; null where there are descriptors enough.</summary>
    internal static string? Warning(long? openFiles) =>
        openFiles is { } limit && limit < EnoughOpenFiles
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Only {limit} files and connections may be open at once (ulimit -n), so at most {MostOf(limit)} connections and as many open pages are taken. Raise the limit to {EnoughOpenFiles} or more."
            )
            : null;

    /// <summary>The address at which HTTP/2 is spoken without TLS; none for port 0.</summary>
    internal static string[] Http2Urls(int port) =>
        port == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")];

    /// <param name="http2Ports">Where HTTP/2 is spoken without TLS, and nothing else; 0 for nowhere.</param>
    internal static void Bound(KestrelServerOptions kestrel, params int[] http2Ports)
    {
        kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
        if (MostOf(UnixFiles.OpenFilesLimit) is { } most)
        {
            kestrel.Limits.MaxConcurrentConnections = most;
            kestrel.Limits.MaxConcurrentUpgradedConnections = most;
        }
        // Kestrel counts the time for a request's head from its first byte; a connection that never sends one is as much in the way.
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            // Without TLS nothing is negotiated: where both may be meant, Kestrel takes HTTP/1.1.
            if (endpoint.IPEndPoint is { Port: > 0 } at && http2Ports.Contains(at.Port))
                endpoint.Protocols = HttpProtocols.Http2;
            endpoint.Use(next =>
                async connection =>
                {
                    await using var patience = new Patience(connection);
                    // Before any request: over HTTP/2 many run at once, and what the connection carries is safe for one writer alone.
                    connection.Items[PatienceKey] = patience;
                    await next(connection);
                }
            );
        });
    }

    /// <summary>Notes that a whole request's head has come over the connection.</summary>
    internal static void UseConnectionPatience(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                NoteRequest(http.Features);
                return next(http);
            }
        );

    /// <summary>Notes that a whole request's head has come over the connection: it is given the time that the request takes.</summary>
    internal static void NoteRequest(IFeatureCollection features)
    {
        if (features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(PatienceKey, out var patience) == true)
            ((Patience)patience!).HasAsked();
    }

    /// <summary>Ends a connection over which nothing was asked for in time.</summary>
    private sealed class Patience : IAsyncDisposable
    {
        private readonly ConnectionContext _connection;
        private readonly Timer _timer;
        private volatile bool _hasAsked;

        internal Patience(ConnectionContext connection)
        {
            _connection = connection;
            _timer = new Timer(
                static patience => ((Patience)patience!).End(),
                this,
                HeadersWithin,
                Timeout.InfiniteTimeSpan
            );
        }

        internal void HasAsked() => _hasAsked = true;

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void End()
        {
            if (!_hasAsked)
                _connection.Abort();
        }
    }
}
