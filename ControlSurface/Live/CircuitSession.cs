using ControlSurface.Access;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ControlSurface.Live;

/// <summary>
/// Ties a circuit to the session of the browser that opened it. Once the session is over nothing that the browser sends reaches a
/// page, whoever sends it, and the pages are told to show nothing more.
/// </summary>
public sealed class CircuitSession(
    AuthenticationStateProvider states,
    OpenConnections connections,
    IOwnWorkspace own,
    CircuitLine line
) : CircuitHandler, IDisposable
{
    private OpenConnection? _opened;
    private CancellationTokenRegistration _ended;

    // Before any page of the circuit is drawn.
    /// <inheritdoc/>
    public override int Order => -1;

    /// <inheritdoc/>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = await states.GetAuthenticationStateAsync();
        _opened = LiveCaller.Of(state.User) is { } caller
            ? connections.Open(caller.Id, caller.Credential, endsWithRights: false)
            : null;
        if (_opened is null)
            line.End();
        else
            _ended = _opened.Ended.UnsafeRegister(static line => ((CircuitLine)line!).End(), line);
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next
    ) =>
        context =>
        {
            if (line.IsOver)
                return Task.CompletedTask;
            if (_opened?.Credential is { Kind: CredentialKind.Session } session)
                own.MarkSeen(session.Number);
            return next(context);
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _opened?.Dispose();
    }
}
