using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>The simulated manager: sets the queues up, parks what has to wait, and raises what waits too long.</summary>
internal sealed class DemoManager(DemoClient client, string name, DemoStage stage, DemoPace pace, ILogger log)
{
    /// <summary>Creates the queues with their policies.</summary>
    /// <exception cref="InvalidOperationException">The server refused a policy: the demo cannot go on.</exception>
    public async Task OpenAsync(CancellationToken stopping)
    {
        foreach (var craft in Crafts.All)
            await OpenAsync(craft.Queue, craft.Policy, stopping);
    }

    /// <summary>Creates one queue.</summary>
    /// <exception cref="InvalidOperationException">The server refused the policy: the demo cannot go on.</exception>
    public async Task OpenAsync(string queue, object policy, CancellationToken stopping)
    {
        var answer = await client.SetQueueAsync(queue, policy, stopping);
        if (answer.Problem is { } problem)
            throw new InvalidOperationException($"The queue {queue} was refused: {problem.Detail}");
    }

    public async Task WorkAsync(CancellationToken stopping)
    {
        for (var turn = 0; ; turn++)
        {
            await pace.BetweenAsync(6, 10, stopping);
            switch (Errands.ForManager(stage.Floor, raises: turn % 5 == 4))
            {
                case Errand.Park(var item):
                    var parked = await client.SettleAsync(item.Id, "park", WhyParked(item), stopping);
                    log.PersonDid(name, "parked", item.Id, parked.Code);
                    break;
                case Errand.Raise(var item):
                    var raised = await client.RaiseAsync(item, "It has waited longest.", stopping);
                    log.PersonDid(name, "raised", item.Id, raised.Code);
                    break;
            }
        }
    }

    private static string WhyParked(DemoItem item) =>
        Crafts.All.FirstOrDefault(craft => craft.Queue == item.Queue)?.ParkedFor ?? "It has to wait for a colleague.";
}
