using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Components;
using Microsoft.AspNetCore.StaticAssets;

namespace ControlSurface.Hosting;

/// <summary>Metadata of the reference page, which needs a policy of its own.</summary>
internal sealed record ReferencePage
{
    internal static readonly ReferencePage Instance = new();
}

/// <summary>What every answer carries for the browser's sake, and what no other site may do with a session.</summary>
internal static class Headers
{
    // The reference page brings one inline module script of its own package.
    private const string DocsPolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    // What no page shows and no script is in needs no more.
    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Follows routing: what an answer carries depends on the endpoint, not on how its address is spelt.</summary>
    internal static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                var headers = http.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                if (Entrances.IsKeyOnly(http))
                {
                    headers.ContentSecurityPolicy = ApiPolicy;
                    return next(http);
                }
                var metadata = http.GetEndpoint()?.Metadata;
                headers.ContentSecurityPolicy = metadata?.GetMetadata<ReferencePage>() is not null
                    ? DocsPolicy
                    : ComponentsSetup.ContentSecurityPolicy;
                // With no-referrer a browser sends "Origin: null" with our own forms, which then look like another site's.
                headers["Referrer-Policy"] = "same-origin";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                // Pages show what the session may see. Nothing of them stays in the browser for the Back button after it is over.
                if (
                    metadata?.GetMetadata<StaticAssetDescriptor>() is null
                    && metadata?.GetMetadata<ReferencePage>() is null
                )
                    headers.CacheControl = "no-cache, no-store";
                return next(http);
            }
        );

    /// <summary>A socket or post that another site's page opens would carry the session; it is refused.</summary>
    internal static void UseSameOrigin(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (
                    http.GetEndpoint()?.Metadata.GetMetadata<KeyOnly>() is { FromAnySite: true }
                    || IsOurs(http.Request)
                )
                    return next(http);
                http.RequestServices.GetRequiredService<RefusalLog>()
                    .Refused(http.Connection.RemoteIpAddress, "a request that a page of another site made");
                return ApiSetup.RefuseAsync(
                    http,
                    new Refusal.Forbidden("a page of this server, opened under the name that its settings know")
                );
            }
        );

    // A browser names the origin with every post and every socket. Sec-Fetch-Site, which no page can set, settles it where a proxy
    // or the reader's own settings changed the origin or the host on the way.
    private static bool IsOurs(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOurs(origin, request))
            return true;
        return request.Headers["Sec-Fetch-Site"] == "same-origin";
    }

    private static bool IsOurs(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && from.Scheme is "http" or "https"
        && !(request.IsHttps && from.Scheme != "https")
        && string.Equals(from.IdnHost, request.Host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        // Behind a proxy that ends TLS and is not known as one, the browser's port is the default of a scheme that we do not see.
        && (request.Host.Port is { } port ? port == from.Port : from.IsDefaultPort);
}
