using ControlSurface.Components;

namespace ControlSurface.Hosting;

/// <summary>What every answer carries for the browser's sake, and what no other site may do with a session.</summary>
internal static class Headers
{
    // The reference page brings one inline module script of its own package.
    private const string DocsPolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    // What no page shows and no script is in needs no more.
    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    internal static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                var headers = http.Response.Headers;
                if (ServerHost.LooksAtNoCookie(http.Request.Path))
                {
                    headers.ContentSecurityPolicy = ApiPolicy;
                    headers.XContentTypeOptions = "nosniff";
                    return next(http);
                }
                headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal)
                    ? DocsPolicy
                    : ComponentsSetup.ContentSecurityPolicy;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                return next(http);
            }
        );

    /// <summary>A socket or post that another site's page opens would carry the session; it is refused.</summary>
    internal static void UseSameOrigin(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                var cookies = !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
                var origin = http.Request.Headers.Origin.ToString();
                if (!cookies || origin.Length == 0 || IsOurs(origin, http.Request))
                    return next(http);
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }
        );

    private static bool IsOurs(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
