using ControlSurface.Access;
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
}
