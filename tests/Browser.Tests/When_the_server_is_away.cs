namespace Browser.Tests;

/// <summary>A server that hangs, is killed, and comes back, below pages that stay open.</summary>
public sealed class When_the_server_is_away(Street street) : Story(street)
{
    // Silence is noticed after eight seconds (js/connection.js); the page then says so at once.
    private const float NoticedWithinMs = 60_000;
    private const float BackWithinMs = 40_000;
    private Premises? _own;

    internal override Premises Premises => _own!;

    public override async Task InitializeAsync() => _own = await Premises.OpenAsync();

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _own!.DisposeAsync();
        }
    }

    [Fact]
    public async Task Countdowns_go_on_and_buttons_wait_while_it_hangs()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        await agent.StartAsync(await agent.ClaimAsync(item));
        var sam = await PersonAsync("Sam Okoro", Roles.Support);
        await sam.OpensAsync($"/items/{item}");
        await Expect(sam.Do("force")).ToBeEnabledAsync();
        sam.IsOffline = true;

        await Premises.Server.HaltAsync();

        var time = sam.Page.Locator(".side .countdown time");
        var first = await time.InnerTextAsync();
        await Expect(time).Not.ToHaveTextAsync(first);
        var banner = sam.Page.Locator("#connection-banner");
        await Expect(banner).ToBeVisibleAsync(new() { Timeout = NoticedWithinMs });
        await Expect(banner)
            .ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"Not live since \d\d:\d\d:\d\d"));
        await Expect(sam.Page.Locator("body")).ToHaveAttributeAsync("data-connection", "reconnecting");
        await Expect(sam.Do("force")).ToBeDisabledAsync();
        await Expect(sam.Do("force")).ToHaveAttributeAsync("title", "Waits for the connection");
        var second = await time.InnerTextAsync();
        await Expect(time).Not.ToHaveTextAsync(second);

        await Premises.Server.WakeAsync();

        await sam.IsLiveAsync(BackWithinMs);
        await Expect(banner).ToBeHiddenAsync();
        await Expect(sam.Do("force")).ToBeEnabledAsync();
        await agent.PostAsync(
            $"items/{item}/notes",
            new
            {
                text = "Still on it.",
                to = "everyone",
                kind = "note",
            }
        );
        await Expect(sam.Page.Locator("#main")).ToContainTextAsync("Still on it.");
    }

    [Fact]
    public async Task The_page_comes_back_by_itself_after_a_kill_and_shows_what_is_true()
    {
        var (agent, queue) = await QueueAsync();
        foreach (var ticket in Enumerable.Range(88_300, 5))
        {
            var item = await agent.ItemAsync(queue, $"Reply to ticket {ticket}");
            var lease = await agent.ClaimAsync(item);
            if (ticket % 2 == 0)
                await agent.RenewAsync(lease, "step 1 of 2");
        }
        var sam = await PersonAsync("Sam Okoro", Roles.Support);
        await sam.OpensAsync("/");
        await Expect(sam.Page.Locator(".row[data-item]")).ToHaveCountAsync(5);
        var before = await sam.RowsAsync();
        sam.IsOffline = true;

        await Premises.Server.KillAsync();
        await Expect(sam.Page.Locator("#connection-banner")).ToBeVisibleAsync(new() { Timeout = NoticedWithinMs });
        await Premises.Server.StartAgainAsync();

        await sam.IsLiveAsync(BackWithinMs);
        await Expect(sam.Page.Locator("#connection-banner")).ToBeHiddenAsync();
        var after = await sam.RowsAsync();
        var fresh = await PersonAsync("Sam Okoro", Roles.Support);
        await fresh.OpensAsync("/");
        Assert.Equal(await fresh.RowsAsync(), after);
        Assert.Equal(before.Length, after.Length);
    }
}
