using System.Globalization;
using ControlSurface.Demo.Scenes;

namespace ControlSurface.Demo;

/// <summary>
/// The agent that lets work in, and now and then asks for an item that another already has: it is told who, and goes on.
/// </summary>
internal sealed class DemoIntake(
    DemoClient client,
    string name,
    SceneWriter writer,
    DemoStage stage,
    DemoPace pace,
    Random random,
    ILogger log
)
{
    private int _claims;

    /// <summary>Fills the queues once, so that the first visitor finds a day under way.</summary>
    public async Task FillAsync(CancellationToken stopping)
    {
        // Taking turns among the queues, as it would have come in.
        for (var turn = 0; turn < Crafts.All.Max(craft => craft.Depth); turn++)
        {
            foreach (var craft in Crafts.All)
            {
                if (turn < craft.Depth)
                    await CreateAsync(craft, withFollowUp: turn < 2 && craft.PromisesWord, stopping);
            }
        }
    }

    public async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            await pace.BetweenAsync(1.5, 4, stopping);
            var floor = stage.Floor;
            if (Arrivals.Next(floor) is { } craft)
                await CreateAsync(craft, craft.PromisesWord && Arrivals.BringsFollowUp(floor), stopping);
            if (random.Next(6) == 0)
                await AskForWhatIsTakenAsync(floor, stopping);
        }
    }

    private async Task CreateAsync(Craft craft, bool withFollowUp, CancellationToken stopping)
    {
        var scene = writer.Next(craft);
        stage.Keep(scene);
        var created = await client.CreateAsync(scene, after: null, stopping);
        if (created.Value is not { } item)
            log.CreateRefused(name, craft.Queue, created.Code);
        else if (withFollowUp)
            await FollowUpAsync(scene, item, stopping);
    }

    private async Task FollowUpAsync(Scene scene, DemoItem item, CancellationToken stopping)
    {
        var next = SceneWriter.FollowUp(scene);
        stage.Keep(next);
        var created = await client.CreateAsync(next, after: item.Id, stopping);
        if (!created.IsOk)
            log.CreateRefused(name, next.Queue, created.Code);
    }

    private async Task AskForWhatIsTakenAsync(Floor floor, CancellationToken stopping)
    {
        var taken = floor.Of("leased");
        if (taken.Count == 0)
            return;
        var item = taken[random.Next(taken.Count)];
        var run = string.Create(CultureInfo.InvariantCulture, $"merge-{++_claims}");
        var answer = await client.ClaimAsync(item.Id, run, stopping);
        log.AskedForTaken(name, item.Id, answer.Code);
        // It was free again after all: nothing of the kind was wanted, so it goes straight back.
        if (answer.Value is { } grant)
            await client.GiveBackAsync(grant, run, "It is no duplicate after all.", stopping);
    }
}
