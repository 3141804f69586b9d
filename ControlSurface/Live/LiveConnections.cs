using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using Microsoft.AspNetCore.SignalR;

namespace ControlSurface.Live;

/// <summary>
/// Every long-lived connection by principal: hub connections, streams and circuits. Whoever is ended loses all of them with
/// the commit that says so (DESIGN.md, 15).
/// </summary>
public sealed class LiveConnections(Engine engine) : BackgroundService
{
    private const int PerPrincipal = 1_200;
    private readonly Lock _lock = new();
    private readonly Dictionary<PrincipalId, Dictionary<string, Action>> _open = [];

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum(o => o.Count);
        }
    }

    internal bool Add(LiveCaller caller, HubCallerContext context) =>
        Add(caller.Id, context.ConnectionId, context.Abort);

    internal void Remove(HubCallerContext context) => Remove(context.ConnectionId);

    /// <summary>Keeps a way to end the connection; false where the principal has too many, or may have none.</summary>
    /// <param name="end">Must not throw.</param>
    public bool Add(PrincipalId principal, string id, Action end)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(principal, out var own))
                _open[principal] = own = new Dictionary<string, Action>(StringComparer.Ordinal);
            if (own.Count >= PerPrincipal)
                return false;
            own[id] = end;
        }
        // Added first, looked at second: an end between the two is seen by one or the other.
        if (engine.Picture.Read(at => at.FindPrincipal(principal)) is { State: not PrincipalState.Ended })
            return true;
        Remove(id);
        return false;
    }

    public void Remove(string id)
    {
        lock (_lock)
        {
            foreach (var own in _open.Values)
                own.Remove(id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var subscription = engine.Feed.Subscribe(capacity: 65_536);
            EndAll(
                engine.Picture.Read(at =>
                    at.Principals.Where(p => p.State == PrincipalState.Ended).Select(p => p.Id).ToList()
                )
            );
            try
            {
                await foreach (var batch in subscription.Batches.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                    EndAll(Ended(batch));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (!subscription.Lagged)
                return;
        }
    }

    private static List<PrincipalId> Ended(IReadOnlyList<Recorded> batch)
    {
        var ended = new List<PrincipalId>();
        foreach (var recorded in batch)
        {
            if (recorded.Event is PrincipalEvent.Set { Principal: { State: PrincipalState.Ended } principal })
                ended.Add(principal.Id);
        }
        return ended;
    }

    private void EndAll(List<PrincipalId> principals)
    {
        foreach (var principal in principals)
        {
            List<Action> ends;
            lock (_lock)
                ends = _open.Remove(principal, out var own) ? [.. own.Values] : [];
            foreach (var end in ends)
                end();
        }
    }
}
