using System.Globalization;
using ControlSurface.Core.Principals;
using Xunit.Abstractions;

namespace Browser.Tests;

/// <summary>
/// A figure, not a test of speed (docs/BENCHMARKS.md): from the instant of a commit to the moment at which the row stands in a
/// page that is open in Chromium, both by this machine's clock. Left out of the ordinary run.
/// </summary>
[Trait("Makes", "figures")]
public sealed class How_soon_a_page_shows_it(Street street, ITestOutputHelper output) : Story(street)
{
    private const int Commits = 60;

    // Notes when a row first shows each of the titles, by the clock that the server's instants are told in.
    private const string Watch = """
        () => {
          window.seenAt = {};
          new MutationObserver(() => {
            for (const row of document.querySelectorAll('[data-item]'))
              window.seenAt[row.dataset.item] ??= performance.timeOrigin + performance.now();
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }
        """;

    [Fact]
    public async Task A_claim_stands_on_an_open_page()
    {
        var (agent, queue) = await QueueAsync();
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");
        await viewer.Page.EvaluateAsync(Watch);
        var items = new List<string>();
        for (var k = 0; k < Commits; k++)
            items.Add(await agent.ItemAsync(queue, $"Reply to ticket {90_000 + k}"));
        var took = new List<double>();
        foreach (var item in items)
        {
            // A page is drawn at most four times a second: what comes while nothing else moves is what is measured here.
            await Task.Delay(600);
            var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await agent.ClaimAsync(item);
            await Expect(viewer.Item(item)).ToBeVisibleAsync();
            var seen = await viewer.Page.EvaluateAsync<double>("id => window.seenAt[id]", item);
            took.Add(seen - before);
        }
        took.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"page: {Commits} claims: p50 {took[Commits / 2]:F0} ms, p95 {took[Commits * 95 / 100]:F0} ms, max {took[^1]:F0} ms from the request to the row"
            )
        );
        Assert.All(took, t => Assert.True(t > 0));
    }
}
