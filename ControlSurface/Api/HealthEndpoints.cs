using ControlSurface.Access;
using ControlSurface.Api.Bodies;
using ControlSurface.Api.Pipeline;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>API.md: <c>/healthz</c> and <c>/readyz</c>. Details for a key or for loopback.</summary>
internal static class HealthEndpoints
{
    // A disk that hangs refuses nothing: it is noticed by the mark that does not come (API.md, readyz).
    private static readonly TimeSpan Proved = TimeSpan.FromSeconds(5);

    /// <summary>200 while the process works.</summary>
    // A process that is about to end, since nobody can say what is on disk, is not well.
    internal static Task HealthzAsync(HttpContext http, ApiHost host) =>
        host.Engine.Fatal is null
            ? WriteAsync(http, StatusCodes.Status200OK, Bare("ok"))
            : WriteAsync(http, StatusCodes.Status503ServiceUnavailable, Bare("failed"));

    /// <summary>200 while the workspace takes writes, else 503.</summary>
    internal static Task ReadyzAsync(HttpContext http, ApiHost host)
    {
        var engine = host.Engine;
        var isReady = TakesWrites(engine) && !engine.IsDraining;
        var status =
            isReady ? "ready"
            : engine.Fatal is not null ? "failed"
            : engine.IsDraining ? "draining"
            : "read_only";
        var body = MaySeeDetails(http, host)
            ? new HealthBody(status, engine.Picture.Seq, engine.IsWritable, engine.IsDraining)
            : Bare(status);
        if (!isReady)
            http.Response.Headers.RetryAfter = "1";
        return WriteAsync(http, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    /// <summary>Whether the caller has a key that sees every queue, and so may see the figures of all.</summary>
    internal static bool MaySeeDetails(HttpContext http, ApiHost host) =>
        // Figures of every queue are not for a key that is limited to some, wherever it comes from.
        Authentication.Bearer(http.Request)
            is { } key
            ? host.Keys.Verify(key) is { } verified
                && !host.Engine.Picture.Read(at =>
                    Scope
                        .Of(at.FindPrincipal(verified.Principal.Id), new Caller(verified.Principal.Id, verified.Queues))
                        .IsLimited
                )
            : LocalCallers.IsDirect(http);

    /// <summary>Whether the journal was seen to take a write within the last five seconds.</summary>
    internal static bool TakesWrites(Engine engine) => engine.IsWritable && engine.SinceMark <= Proved;

    /// <summary>A body without details.</summary>
    internal static HealthBody Bare(string status) => new(status, Seq: null, Writable: null, Draining: null);

    internal static Task WriteAsync(HttpContext http, int status, HealthBody body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var bytes = JsonBytes.Span(body, ApiJson.Of<HealthBody>()).ToArray();
        http.Response.ContentLength = bytes.Length;
        return http.Response.BodyWriter.WriteAsync(bytes).AsTask();
    }
}
