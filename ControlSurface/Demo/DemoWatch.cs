namespace ControlSurface.Demo;

/// <summary>Looks at what is open every few seconds, as a dashboard of a caller's own would.</summary>
internal sealed class DemoWatch(DemoClient client, DemoStage stage, DemoPace pace)
{
    private const int MostOfAState = 200;

    public async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            await LookAsync(stopping);
            await pace.BetweenAsync(2, 3, stopping);
        }
    }

    /// <summary>Looks once; what cannot be read stays as it was.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        var open = new Dictionary<string, IReadOnlyList<DemoItem>>(StringComparer.Ordinal);
        foreach (var state in Floor.States)
        {
            var answer = await client.ItemsAsync(state, MostOfAState, stopping);
            open[state] = answer.Value?.Items ?? stage.Floor.Of(state);
        }
        stage.Floor = new Floor(open);
    }
}
