namespace Browser.Tests;

/// <summary>What somebody does over HTTP stands on a page that is open, and nobody reloads it.</summary>
public sealed class A_live_board(Street street) : Story(street)
{
    [Fact]
    public async Task A_claim_stands_on_the_open_page()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213: refund for a duplicate charge");
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync("/");
        await viewer.Page.EvaluateAsync("window.sameDocument = true");
        await Expect(viewer.Item(item)).ToHaveCountAsync(0);

        var lease = await agent.ClaimAsync(item);

        var row = viewer.Item(item);
        await Expect(row).ToBeVisibleAsync(new() { Timeout = 1000 });
        await Expect(row).ToHaveAttributeAsync("data-state", "claimed");
        await Expect(row).ToContainTextAsync("Claimed");
        await Expect(row.Locator(".owner")).ToContainTextAsync("reply-agent");
        await Expect(row.Locator(".owner")).ToContainTextAsync("run 7f3");
        await Expect(row.Locator(".countdown")).ToContainTextAsync("start by");

        await agent.RenewAsync(lease, "step 2 of 5");

        // Both at once: a row is marked for two seconds.
        await Expect(viewer.Page.Locator($"#main .row[data-item='{item}'][data-state=leased][data-changed]"))
            .ToBeVisibleAsync(new() { Timeout = 1000 });
        await Expect(row).ToContainTextAsync("step 2 of 5");
        await Expect(row.Locator(".countdown time")).ToHaveTextAsync(CountdownUnderFiveMinutes);
        await Expect(row).Not.ToHaveAttributeAsync("data-changed", "", new() { Timeout = 4000 });
        Assert.True(await viewer.Page.EvaluateAsync<bool>("window.sameDocument === true"));
    }

    [Fact]
    public async Task A_countdown_ticks_without_the_server_and_moves_nothing()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88214");
        await agent.StartAsync(await agent.ClaimAsync(item));
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");
        var time = viewer.Item(item).Locator(".countdown time");
        var before = await viewer.Item(item).BoundingBoxAsync();
        var first = await time.InnerTextAsync();

        await Expect(time).Not.ToHaveTextAsync(first);

        var after = await viewer.Item(item).BoundingBoxAsync();
        Assert.Equivalent(before, after);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_turns_stale_on_the_open_page()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88215");
        await agent.StartAsync(await agent.ClaimAsync(item, leaseSeconds: 5));
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");
        await Expect(viewer.Item(item)).ToHaveAttributeAsync("data-state", "leased");

        await Expect(viewer.Item(item)).ToHaveAttributeAsync("data-state", "stale", new() { Timeout = 8000 });
        await Expect(viewer.Item(item)).ToContainTextAsync("Stale");
        await Expect(viewer.Item(item).Locator(".countdown")).ToContainTextAsync("stale for");
    }

    [Fact]
    public async Task Completed_work_leaves_the_page()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88216");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");
        await Expect(viewer.Item(item)).ToBeVisibleAsync();

        await agent.CompleteAsync(lease);

        await Expect(viewer.Item(item)).ToHaveCountAsync(0);
    }

    private static readonly System.Text.RegularExpressions.Regex CountdownUnderFiveMinutes = new(@"^[0-5]:\d\d$");
}
