using ControlSurface.Access;
using ControlSurface.Api;
using ControlSurface.Core.Workspaces;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ControlSurface.Live;

/// <summary>
/// Counts the open pages of each principal (API.md, Limits). One more is refused where its connection begins, before it costs
/// anything.
/// </summary>
internal sealed class CircuitPlaces(Limits limits, AuthenticationStateProvider states) : CircuitHandler
{
    private IDisposable? _place;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = await states.GetAuthenticationStateAsync();
        // Two that began at once may both be let in: the one that finds no place is served and not counted.
        if (LiveCaller.Of(state.User) is { } caller && limits.Circuits.TryTake(caller.Id, out var place) is null)
            _place = place;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _place?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Refuses the connection of one more page, 429, with when to try again.</summary>
    internal static async Task LimitAsync(HttpContext http, RequestDelegate next)
    {
        // What belongs to a connection that was let in carries its id.
        if (
            http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
            && !http.Request.Query.ContainsKey("id")
            && LiveCaller.Of(http.User) is { } caller
            && http.RequestServices.GetRequiredService<Limits>().Circuits.IsFull(caller.Id) is { } full
        )
            await ApiSetup.RefuseAsync(http, full);
        else
            await next(http);
    }
}
