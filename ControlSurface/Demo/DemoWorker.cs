using System.Globalization;
using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>One simulated agent: asks its queue for work, one run for each piece, for as long as the server lives.</summary>
internal sealed class DemoWorker(
    DemoClient client,
    Craft craft,
    int firstRun,
    DemoStage stage,
    DemoPace pace,
    TimeProvider time,
    ILogger log
)
{
    private const int WaitSeconds = 15;
    private int _run = firstRun;

    public async Task WorkAsync(CancellationToken stopping)
    {
        await pace.BetweenAsync(0, 4, stopping);
        while (true)
        {
            var run = _run.ToString("x", CultureInfo.InvariantCulture);
            var claim = await client.ClaimNextAsync(craft.Queue, run, WaitSeconds, stopping);
            if (claim.Value is { } grant)
            {
                // Runs of one agent are told apart by their number; a new one starts for each piece of work.
                _run += craft.Workers;
                await PlayAsync(grant, run, stopping);
            }
            else
            {
                if (!claim.IsOk)
                    log.ClaimRefused(craft.Agent, craft.Queue, claim.Code);
                await pace.ForAsync(claim.RetryAfter ?? TimeSpan.Zero, stopping);
                await pace.BetweenAsync(1, 3, stopping);
            }
        }
    }

    // Every second one locks the whole package where one folder would do.
    private string? LockOf(Scene scene)
    {
        if (!craft.LocksTargets || scene.Targets.Count == 0)
            return null;
        var target = scene.Targets[0];
        return _run % 2 == 0 && target.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? target[..slash]
            : target;
    }

    private async Task PlayAsync(DemoGrant grant, string run, CancellationToken stopping)
    {
        var hold = new DemoHold(client, grant, run, time);
        var (plot, hurries) = stage.Begin(craft);
        log.Began(craft.Agent, run, plot, grant.Item.Id, grant.Lease.Id);
        try
        {
            var scene = stage.SceneOf(grant.Item);
            var performance = new DemoPerformance(
                client,
                stage,
                hold,
                scene,
                craft.LeaseSeconds,
                hurries,
                LockOf(scene),
                pace,
                time
            );
            if (!await performance.PlayAsync(plot, stopping))
                log.Lost(craft.Agent, run, grant.Item.Id, grant.Lease.Id, hold.LostTo ?? "");
            // A crashed process takes a while until something starts another; what it left goes stale meanwhile.
            if (plot is Plot.Crash)
                await pace.ForAsync(hold.Left, stopping);
            // The plot counts as running until the floor has been looked at again, so that nothing is made twice.
            await pace.BetweenAsync(4, 8, stopping);
        }
        finally
        {
            stage.End(plot);
        }
    }
}
