using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Live;

namespace ControlSurface.Hosting;

/// <summary>Refuses one more page of a principal who has as many open as they may (API.md, Limits).</summary>
internal static class CircuitLimit
{
    /// <summary>Refuses the connection of one more page, 429, with when to try again.</summary>
    internal static Task CheckAsync(HttpContext http, RequestDelegate next) =>
        // What belongs to a connection that was let in carries its id.
        http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
        && !http.Request.Query.ContainsKey("id")
        && LiveCaller.Of(http.User) is { } caller
        && http.RequestServices.GetRequiredService<Limits>().Circuits.IsFull(caller.Id) is { } full
            ? ApiSetup.RefuseAsync(http, full)
            : next(http);
}
