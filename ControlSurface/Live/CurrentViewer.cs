using ControlSurface.Core.Principals;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlSurface.Live;

/// <summary>Who is signed in on this circuit.</summary>
public interface ICurrentViewer
{
    /// <summary>Their principal's id; null for nobody.</summary>
    ValueTask<PrincipalId?> FindAsync();
}

/// <summary>Reads the claim <c>sub</c>, a principal's id such as <c>U-4</c>. What they may is looked up at each look, never kept.</summary>
public sealed class CurrentViewer(AuthenticationStateProvider states) : ICurrentViewer
{
    /// <inheritdoc/>
    public async ValueTask<PrincipalId?> FindAsync()
    {
        var state = await states.GetAuthenticationStateAsync();
        return
            state.User.Identity?.IsAuthenticated == true
            && PrincipalId.TryParse(state.User.FindFirst("sub")?.Value, out var id)
            ? id
            : null;
    }
}

/// <summary>The viewer as the workspace knows them at the moment of a look.</summary>
/// <param name="Principal">Null for nobody, and for whoever has ended.</param>
public sealed record Viewer(Principal? Principal)
{
    /// <summary>Nobody: sees nothing.</summary>
    public static readonly Viewer Nobody = new((Principal?)null);

    /// <summary>Their id; the system's for nobody, who may do nothing.</summary>
    public PrincipalId Id => Principal?.Id ?? PrincipalId.System;

    /// <summary>As a caller of commands: in process, with nothing but their own rights.</summary>
    public Caller Caller => new(Id);

    /// <summary>Whether their role may ask for it: the table that every command is decided by.</summary>
    public bool May(Verb verb) =>
        Principal is { State: PrincipalState.Active } who
        && (Permissions.MayAsk(verb) & who.Roles) != Roles.None
        && Scope.OutsideOf(verb) is null;

    /// <summary>What they may see: a session has no limit beyond its principal's own.</summary>
    public Scope Scope { get; } = Scope.Of(Principal);

    /// <summary>Whether they see what belongs to the queue; what belongs to none is for those who are limited to none.</summary>
    public bool MaySee(string? queue) => Scope.Sees(queue);

    /// <summary>The viewer on the board; nobody if they may not read, are not known, or have ended.</summary>
    public static Viewer On(Board board, PrincipalId? id) =>
        id is { } known
        && board.FindPrincipal(known) is { } who
        && who.State != PrincipalState.Ended
        && (Permissions.MayAsk(Verb.Read) & who.Roles) != Roles.None
            ? new Viewer(who)
            : Nobody;

    /// <summary>The highest of their roles, in the API's word.</summary>
    internal string? Role =>
        Principal is { } who
            ? Enum.GetValues<Roles>()
                .Where(role => role != Roles.None && who.Roles.HasFlag(role))
                .Select(WireNames.Of)
                .LastOrDefault()
            : null;
}
