using Orleans;
using Orleans.Placement;
using Orleans.Runtime;

namespace ControlSurface.Hosting.Cluster;

/// <summary>A workspace, as the machines of a cluster know it; its key is the workspace's name.</summary>
public interface IWorkspaceGrain : IGrainWithStringKey
{
    /// <summary>The address of the machine that has the workspace open. Asking opens one that is open nowhere.</summary>
    Task<string> WhereAsync();
}

/// <summary>
/// Its activation is a machine's right to open the workspace, and opens it; its end closes it. What Orleans believes about it decides
/// nothing: the journal refuses the writes of whoever is not the last that opened it (docs/decisions/0045).
/// </summary>
[ActivationCountBasedPlacement]
internal sealed class WorkspaceGrain(ClusterPlacement placement) : Grain, IWorkspaceGrain
{
    public Task<string> WhereAsync()
    {
        if (placement.Holds(this.GetPrimaryKeyString(), GrainContext))
            return Task.FromResult(placement.Own.AbsoluteUri);
        // The machine holds the workspace by no right of this activation, which would keep every other machine from it.
        DeactivateOnIdle();
        throw new InvalidOperationException("The workspace is being given up.");
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await placement.TakeAsync(this.GetPrimaryKeyString(), GrainContext);
        // The workspace decides how long it is open.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        placement.GiveUpAsync(this.GetPrimaryKeyString(), GrainContext);
}
