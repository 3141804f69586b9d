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

    // Notes when a row first shows each as claimed, by the clock that the server's instants are told in.
    private const string Watch = """
        () => {
          window.seenAt = {};
          new MutationObserver(() => {
            for (const row of document.querySelectorAll('[data-item][data-state=claimed]'))
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
            var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await agent.ClaimAsync(item);
            await Expect(viewer.Item(item)).ToHaveAttributeAsync("data-state", "claimed");
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

    [Fact]
    public async Task A_conflict_of_two_long_versions_opens()
    {
        const int Lines = 10_000;
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Answer ticket 90300"));
        await agent.StartAsync(lease);
        string Text(int each, string more) =>
            string.Join(
                '\n',
                Enumerable.Range(1, Lines).Select(n => $"Line {n} of the page as it was{(n % each == 0 ? more : "")}.")
            );
        var artifact = await agent.AskAsync(lease, "Long page", Text(Lines * 2, ""), "publish-90300");
        await agent.PublishAsync(lease, artifact, 1, Text(20, ", edited by one"), "one line in twenty");
        using var late = await agent.TryPostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = Text(30, ", edited by the other"),
                lease.Run,
                lease.Token,
            }
        );
        var refusal = System.Text.Json.JsonElement.Parse(await late.Content.ReadAsStringAsync());
        var conflict = refusal.GetProperty("conflictId").GetString();
        var rita = await PersonAsync("Rita Voss", Roles.Reviewer);
        var opened = new List<double>();
        for (var k = 0; k < 10; k++)
        {
            await rita.OpensAsync("/conflicts");
            var started = TimeProvider.System.GetTimestamp();
            await rita.OpensAsync($"/conflicts/{conflict}");
            await Expect(rita.Page.Locator(".resolve > [data-do^='resolve:']").Last)
                .ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(rita.Page.GetByText("Line 20 of the page as it was, edited by one.").First).ToBeVisibleAsync();
            opened.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
        opened.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"page: a conflict of two versions of {Lines:N0} lines opens with its texts and buttons that act in p50 {opened[5]:F0} ms, first {opened[^1]:F0} ms"
            )
        );
    }

    [Fact]
    public async Task A_version_among_two_hundred_opens_and_a_newer_one_is_said()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Answer ticket 90200"));
        await agent.StartAsync(lease);
        var lines = Enumerable.Range(1, 120).Select(n => $"Line {n} of the page as it was.").ToArray();
        var artifact = await agent.AskAsync(lease, "Help page", string.Join('\n', lines), "publish-90200");
        for (var version = 1; version < 200; version++)
        {
            lines[version % lines.Length] = $"Line changed in version {version + 1}.";
            await agent.PublishAsync(lease, artifact, version, string.Join('\n', lines), "another line");
        }
        var rita = await PersonAsync("Rita Voss", Roles.Reviewer);
        var opened = new List<double>();
        for (var k = 0; k < 20; k++)
        {
            await rita.Page.GotoAsync("/review");
            await rita.IsLiveAsync();
            var started = TimeProvider.System.GetTimestamp();
            await rita.OpensAsync($"/artifacts/{artifact}");
            await Expect(rita.Do("approve")).ToBeVisibleAsync();
            opened.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
        await rita.Page.EvaluateAsync(
            """
            () => {
              window.newerAt = 0;
              new MutationObserver(() => {
                if (document.querySelector("[data-artifact][data-state='newer']"))
                  window.newerAt ||= performance.timeOrigin + performance.now();
              }).observe(document.body, { subtree: true, childList: true, attributes: true });
            }
            """
        );
        var said = new List<double>();
        for (var version = 200; version < 220; version++)
        {
            await Task.Delay(600); // As above.
            var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await agent.PublishAsync(lease, artifact, version, $"Version {version + 1}.", "once more");
            await Expect(rita.Page.Locator("[data-artifact][data-state='newer']")).ToBeVisibleAsync();
            said.Add(await rita.Page.EvaluateAsync<double>("window.newerAt") - before);
            await rita.Do("open_newer").First.ClickAsync();
            await Expect(rita.Page.Locator($"[data-artifact][data-version='{version + 1}']")).ToBeVisibleAsync();
            await rita.Page.EvaluateAsync("window.newerAt = 0");
        }
        opened.Sort();
        said.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"page: a version among 200 opens with its difference and buttons that act in p50 {opened[10]:F0} ms, max {opened[^1]:F0} ms; a newer one is said on it p50 {said[10]:F0} ms, max {said[^1]:F0} ms after the request"
            )
        );
        Assert.All(said, t => Assert.True(t > 0));
    }
}
