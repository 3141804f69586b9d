using System.Diagnostics.Metrics;

namespace ControlSurface.Hosting.Cluster;

/// <summary>What became of a request that was forwarded.</summary>
internal enum ForwardResult
{
    /// <summary>The other machine answered.</summary>
    Answered,

    /// <summary>The other machine did not have the workspace.</summary>
    NotHere,

    /// <summary>There was no connection: nothing was sent.</summary>
    Unreachable,

    /// <summary>The connection was lost after the request was sent.</summary>
    Lost,
}

/// <summary>What operators see of a machine at <c>/metrics</c>: names <c>controlsurface_cluster_…</c>. Safe from any thread.</summary>
internal sealed class ClusterFigures : IDisposable
{
    internal const string MeterName = "controlsurface.cluster";
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _forwarded;
    private readonly Counter<long> _moves;

    /// <param name="workspaces">Those of this process; read when figures are.</param>
    internal ClusterFigures(Func<Workspaces> workspaces)
    {
        _forwarded = _meter.CreateCounter<long>(
            "controlsurface.cluster.forwarded",
            unit: null,
            "Requests that went to another machine, by what became of them."
        );
        _moves = _meter.CreateCounter<long>(
            "controlsurface.cluster.moves",
            unit: null,
            "Workspaces that this machine opened, gave up in order, or lost to another."
        );
        _meter.CreateObservableGauge(
            "controlsurface.cluster.silo",
            () => IsMember ? 1 : 0,
            description: "1 while the machine is a member of the cluster."
        );
        _meter.CreateObservableGauge(
            "controlsurface.cluster.machines",
            () => Machines,
            description: "Machines that this one knows to be members, itself included."
        );
        _meter.CreateObservableGauge(
            "controlsurface.cluster.epoch",
            () => Epochs(workspaces()),
            description: "The epoch with which this machine writes the workspace's journal."
        );
    }

    /// <summary>Whether this machine is a member.</summary>
    internal bool IsMember { get; set; }

    /// <summary>How many members there are.</summary>
    internal int Machines { get; set; }

    internal void Forwarded(ForwardResult result) =>
        _forwarded.Add(
            1,
            new KeyValuePair<string, object?>(
                "result",
                result switch
                {
                    ForwardResult.Answered => "answered",
                    ForwardResult.NotHere => "not_here",
                    ForwardResult.Unreachable => "unreachable",
                    ForwardResult.Lost => "lost",
                }
            )
        );

    /// <param name="how"><c>opened</c>, <c>given_up</c> or <c>lost</c>.</param>
    internal void Moved(string how) => _moves.Add(1, new KeyValuePair<string, object?>("how", how));

    public void Dispose() => _meter.Dispose();

    private static List<Measurement<long>> Epochs(Workspaces workspaces) =>
        [
            .. from entry in workspaces.All
            let host = entry.Host
            where host?.Parts.Storage.Epoch is not null
            select new Measurement<long>(
                host.Parts.Storage.Epoch!.Value,
                new KeyValuePair<string, object?>(Telemetry.Label, entry.Name)
            ),
        ];
}
