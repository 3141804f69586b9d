using System.Runtime.InteropServices;

namespace ControlSurface.Hosting;

/// <summary>
/// Hears the signals that ask the process to stop, from before the server is opened: whenever they come, it ends in order. The
/// host hears them too, once it runs.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    internal StopSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, Hear));
    }

    /// <summary>Cancelled once a signal came.</summary>
    internal CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private void Hear(PosixSignalContext signal)
    {
        // Else the runtime ends the process as soon as this returns.
        signal.Cancel = true;
        _asked.Cancel();
    }
}
