using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ControlSurface.Live;

/// <summary>
/// Whether the browser of this circuit can be reached. A circuit without one is kept for a minute; until it is back nothing is drawn
/// for it (OPERATIONS.md, B2).
/// </summary>
public sealed class CircuitLine : CircuitHandler
{
    /// <summary>The line went down or came back.</summary>
    public event EventHandler? Changed;

    /// <summary>Whether the browser is connected.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>The session that the pages of this circuit rest on is over: they show nothing more and send nothing more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The session is over. Raised again if the browser comes back to the circuit all the same.</summary>
    public event EventHandler? Over;

    internal void End()
    {
        IsOver = true;
        Over?.Invoke(this, EventArgs.Empty);
    }

    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) =>
        SetAsync(isUp: false);

    /// <inheritdoc/>
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) =>
        SetAsync(isUp: true);

    private Task SetAsync(bool isUp)
    {
        IsUp = isUp;
        Changed?.Invoke(this, EventArgs.Empty);
        if (isUp && IsOver)
            End();
        return Task.CompletedTask;
    }
}
