using Microsoft.AspNetCore.Http.Features;

namespace ControlSurface.Hosting.Cluster;

/// <summary>
/// The door of one of several machines. A request whose workspace another machine has goes there, once: a machine that a request was
/// forwarded to answers it, or says that the workspace is not here.
/// </summary>
/// <param name="own">The machine's own application: probes, figures, and what no workspace answers.</param>
/// <param name="machinePort">The port at which only machines are heard.</param>
internal sealed class MachineDoor(
    WorkspaceGate gate,
    RequestForwarder forwarder,
    MachineSeal seal,
    IRequestTarget own,
    int machinePort
) : IDoor
{
    private static readonly string[] Probes = ["/healthz", "/readyz"];
    private const string Metrics = "/metrics";

    public async ValueTask<IDoor.Entry> EnterAsync(IFeatureCollection features)
    {
        Connections.NoteRequest(features);
        var request = features.Get<IHttpRequestFeature>()!;
        if (features.Get<IHttpConnectionFeature>()?.LocalPort == machinePort)
            return await EnterForwardedAsync(features);
        request.Headers.Remove(MachineSeal.Header);
        if (IsForMachine(request))
            return new IDoor.Entry(own, Visit: null);
        return await PlaceAsync(features, again: () => PlaceAsync(features, again: null));
    }

    // A machine that no longer has the workspace says so, most often after an idle close: the placement is asked once more.
    private async ValueTask<IDoor.Entry> PlaceAsync(IFeatureCollection features, Func<ValueTask<IDoor.Entry>>? again) =>
        await gate.EnterAsync(features) switch
        {
            { Visit: { } visit } => new IDoor.Entry(visit.Target, visit),
            { Machine: { } machine } => new IDoor.Entry(forwarder.To(machine, again), Visit: null),
            _ => Refuse(features, DoorVerdict.Unavailable),
        };

    private async ValueTask<IDoor.Entry> EnterForwardedAsync(IFeatureCollection features)
    {
        if (!seal.TryOpen(features))
            return Refuse(features, DoorVerdict.NoMachine);
        return (await gate.EnterAsync(features, isForwarded: true)).Visit is { } visit
            ? new IDoor.Entry(visit.Target, visit)
            : Refuse(features, DoorVerdict.NotHere);
    }

    private IDoor.Entry Refuse(IFeatureCollection features, DoorVerdict verdict)
    {
        features.Set(verdict);
        return new IDoor.Entry(own, Visit: null);
    }

    // Who shows a key or a session asks about their workspace.
    private static bool IsForMachine(IHttpRequestFeature request) =>
        Probes.Contains(request.Path, StringComparer.OrdinalIgnoreCase)
        || string.Equals(request.Path, Metrics, StringComparison.OrdinalIgnoreCase)
            && request.Headers.Authorization.Count == 0
            && request.Headers.Cookie.Count == 0;
}

/// <summary>Why no workspace answers a request. A feature of the request.</summary>
internal sealed class DoorVerdict
{
    /// <summary>Where the workspace is, or who calls, cannot be found out just now.</summary>
    internal static readonly DoorVerdict Unavailable = new();

    /// <summary>It was forwarded here, and the workspace is not open here.</summary>
    internal static readonly DoorVerdict NotHere = new();

    /// <summary>It came where only machines are heard, and no machine of the cluster sealed it.</summary>
    internal static readonly DoorVerdict NoMachine = new();
}
