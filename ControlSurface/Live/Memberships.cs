using Microsoft.AspNetCore.Components.Authorization;

namespace ControlSurface.Live;

/// <summary>The workspaces of whoever is signed in on this circuit, looked up anew after some seconds.</summary>
public sealed class Memberships(IOwnWorkspace own, AuthenticationStateProvider states, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);
    private IReadOnlyList<Membership> _found = [];
    private PrincipalId? _foundFor;
    private long _foundAt;

    /// <summary>The workspaces to which they belong, this one first; none for nobody.</summary>
    public async ValueTask<IReadOnlyList<Membership>> FindAsync()
    {
        if (LiveCaller.Of((await states.GetAuthenticationStateAsync()).User) is not { } who)
            return [];
        if (_foundFor == who.Id && clock.GetElapsedTime(_foundAt) < Kept)
            return _found;
        (_found, _foundFor, _foundAt) = (own.Of(who.Id, who.Credential), who.Id, clock.GetTimestamp());
        return _found;
    }
}
