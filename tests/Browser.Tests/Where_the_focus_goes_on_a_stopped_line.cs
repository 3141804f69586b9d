using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The whole line is stopped and goes on, by keyboard and by thumb. The server is this story's own: nobody else's work stops.</summary>
public sealed class Where_the_focus_goes_on_a_stopped_line(Street street) : FocusStory(street)
{
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
    public async Task A_manager_stops_the_line_by_keyboard_more_of_it_and_lets_it_go_on()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        await agent.StartAsync(await agent.ClaimAsync(item));
        var mona = await PersonAsync("Mona Berg", Roles.Manager);
        var vera = await PersonAsync("Vera Lind", Roles.Viewer);
        await vera.OpensAsync($"/queues/{queue}");
        var (page, note) = (mona.Page, vera.Page.Locator("[data-line]"));

        await mona.OpensAsync("/");
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("stop the line");
        await Expect(page.GetByRole(AriaRole.Option).First).ToContainTextAsync("Stop the line…");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Open(page)).ToContainTextAsync("Stop the whole line?");
        await Expect(Open(page)).ToContainTextAsync("1 live lease goes on");
        await Expect(Open(page).GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Open(page)).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/queues$"));

        await mona.OpensAsync($"/queues/{queue}");
        await PressesAsync(mona, "stop_line", mona.Do("go_line"), asks: "Wrong prices.", on: mona.Do("go_line"));
        await Expect(note).ToContainTextAsync("nobody gets new work");
        await Expect(note).ToContainTextAsync("By Mona Berg");
        await Expect(note).ToContainTextAsync("Wrong prices.");
        await Expect(vera.Page.Locator("#main [data-do]:not([data-do=csv])")).ToHaveCountAsync(0);
        await PressesAsync(mona, "change_stop", mona.Do("go_line"), asks: "Worse than that.");
        await Expect(note).ToContainTextAsync("all clocks stand still");
        await vera.OpensAsync($"/?queue={queue}");
        await Expect(vera.Item(item)).ToHaveAttributeAsync("data-state", "suspended");
        await PressesAsync(mona, "go_line", mona.Do("stop_line"), asks: "", on: mona.Do("stop_line"));
        await Expect(vera.Item(item)).ToHaveAttributeAsync("data-state", "leased");
    }

    [Fact]
    public async Task Whoever_looks_at_now_the_desk_or_review_learns_of_it_and_a_manager_ends_it_from_there()
    {
        var (agent, queue) = await QueueAsync();
        await agent.ItemAsync(queue, "Reply to ticket 88213");
        var mona = await PersonAsync("Mona Berg", Roles.Manager);
        var vera = await PersonAsync("Vera Lind", Roles.Viewer, Window.Phone);
        var note = vera.Page.Locator("[data-line]");
        await vera.OpensAsync("/");
        await Expect(note).ToHaveCountAsync(0);

        await mona.OpensAsync($"/queues/{queue}");
        await PressesAsync(mona, "stop_line", mona.Do("go_line"), asks: "Wrong prices.", on: mona.Do("go_line"));
        await Expect(note).ToBeInViewportAsync();
        await Expect(vera.Page.Locator("#say")).ToContainTextAsync("The line is stopped: no action begins");
        foreach (var path in (string[])["/", "/desk", "/review"])
        {
            await vera.OpensAsync(path);
            await Expect(note).ToBeInViewportAsync();
            await Expect(note).ToContainTextAsync("By Mona Berg");
            await Expect(note).ToContainTextAsync("Wrong prices.");
            await Expect(note.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
            Assert.Equal(390, await vera.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        await mona.OpensAsync("/desk");
        await mona.Page.Locator("[data-line] a").FocusAsync();
        await mona.Page.Keyboard.PressAsync("Enter");
        await Expect(Open(mona.Page)).ToContainTextAsync("Let the line go on?");
        await Open(mona.Page).Locator("[data-do='confirm:go_line']").PressAsync("Enter");
        await Expect(mona.Do("stop_line")).ToBeVisibleAsync();
        await Expect(note).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task On_a_phone_it_is_stopped_with_what_follows_said_and_let_go_on()
    {
        var (agent, queue) = await QueueAsync();
        await agent.ItemAsync(queue, "Reply to ticket 88213");
        var mona = await PersonAsync("Mona Berg", Roles.Manager, Window.Phone);
        await mona.OpensAsync("/queues");

        await mona.Do("stop_line").TapAsync();
        await Open(mona.Page).GetByText("Everything").TapAsync();
        await Expect(Open(mona.Page)).ToContainTextAsync("No clock has to be stopped");
        await Open(mona.Page).GetByRole(AriaRole.Textbox).FillAsync("Wrong prices.");
        await mona.Do("confirm:stop_line").TapAsync();

        var note = mona.Page.Locator("[data-line=all]");
        await Expect(note).ToBeInViewportAsync();
        await Expect(note).ToContainTextAsync("Wrong prices.");
        Assert.Equal(390, await mona.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await mona.Do("go_line").TapAsync();
        await mona.Do("confirm:go_line").TapAsync();
        await Expect(note).ToHaveCountAsync(0);
        await Expect(mona.Do("stop_line")).ToBeVisibleAsync();
    }
}
