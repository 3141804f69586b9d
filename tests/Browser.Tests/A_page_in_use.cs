using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Pausing, searching, help, the phone and the theme.</summary>
public sealed class A_page_in_use(Street street) : Story(street)
{
    [Fact]
    public async Task A_queue_is_paused_with_its_consequences_said_and_resumed()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        await agent.StartAsync(await agent.ClaimAsync(item));
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);
        var watcher = await PersonAsync("Vera Lind", Roles.Viewer);
        await watcher.OpensAsync($"/?queue={queue}");
        await mara.OpensAsync($"/queues/{queue}");

        await mara.Do("pause").ClickAsync();
        var dialog = mara.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync($"Pause {queue}?");
        await Expect(dialog).ToContainTextAsync("What happens at once");
        await Expect(dialog).ToContainTextAsync(new Regex("1 (?:live )?lease"));
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await Expect(mara.Do("confirm:pause")).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("The payment system is down.");
        await mara.Do("confirm:pause").ClickAsync();

        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(mara.Page.Locator(".queue-page")).ToContainTextAsync("The payment system is down.");
        await Expect(mara.Page.Locator(".queue-page .tools")).ToContainTextAsync("Paused");
        await Expect(watcher.Item(item)).ToHaveAttributeAsync("data-state", "suspended");
        await Expect(watcher.Item(item).Locator(".countdown")).ToContainTextAsync("stopped");

        await mara.Do("resume").ClickAsync();
        await Expect(dialog).ToContainTextAsync($"Resume {queue}?");
        await mara.Do("confirm:resume").ClickAsync();

        await Expect(mara.Page.Locator(".queue-page .tools")).ToContainTextAsync("Running");
        await Expect(watcher.Item(item)).ToHaveAttributeAsync("data-state", "leased");
    }

    [Fact]
    public async Task The_palette_opens_an_item_by_its_id()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Merge duplicate accounts 7741 and 7752");
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync("/queues");

        await viewer.Page.Keyboard.PressAsync("Control+k");
        await Expect(viewer.Page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await viewer.Page.Keyboard.TypeAsync(item);
        await Expect(viewer.Page.GetByRole(AriaRole.Option).First).ToContainTextAsync("Merge duplicate accounts");
        await viewer.Page.Keyboard.PressAsync("Enter");

        await Expect(viewer.Page).ToHaveURLAsync(new Regex($"/items/{item}$"));
        await Expect(viewer.Page.Locator(".page.item-page"))
            .ToContainTextAsync("Merge duplicate accounts 7741 and 7752");
        await Expect(viewer.Page.Locator("#palette")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_question_mark_shows_the_keys_and_letters_do_nothing_below()
    {
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync("/queues");

        await viewer.Page.Keyboard.PressAsync("?");
        var help = viewer.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" });
        await Expect(help).ToBeVisibleAsync();
        await Expect(help).ToContainTextAsync("Take over");
        await viewer.Page.Keyboard.PressAsync("g");
        await viewer.Page.Keyboard.PressAsync("n");
        await Expect(viewer.Page).ToHaveURLAsync(new Regex("/queues$"));
        await viewer.Page.Keyboard.PressAsync("Escape");

        await Expect(help).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_phone_has_its_bar_below_and_never_scrolls_sideways()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(
            queue,
            "Update billing contact of Aldergate Housing Association, Registered Provider number 4471 and all of its subsidiaries",
            "aVeryLongWordWithoutAnyPlaceToBreakItThatSomebodyPastedIntoTheBodyOfTheirMessageAndNobodyLookedAt/atAll",
            "crm:customer/118/addresses/invoice/primary/with/a/long/path/that/goes/on#notes"
        );
        await agent.RenewAsync(await agent.ClaimAsync(item), "reading the contract of 14 November, page 212 of 214");
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support, Window.Phone);

        foreach (
            var path in new[]
            {
                "/",
                "/desk",
                $"/desk/{item}",
                $"/items/{item}",
                "/queues",
                $"/queues/{queue}",
                "/history",
            }
        )
        {
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main .page")).ToBeVisibleAsync();
            await Expect(mara.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main, short" })).ToBeVisibleAsync();
            await Expect(mara.Page.Locator(".nav")).ToBeHiddenAsync();
            Assert.Equal((path, ""), (path, await mara.Page.EvaluateAsync<string>(Wide)));
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light, "dark")]
    [InlineData(ColorScheme.Dark, "light")]
    public async Task A_chosen_theme_stays_and_stands_before_anything_is_drawn(ColorScheme system, string chosen)
    {
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer, Window.Desktop with { Scheme = system });
        await viewer.OpensAsync("/queues");
        var html = viewer.Page.Locator("html");
        await Expect(html).Not.ToHaveAttributeAsync("data-theme", chosen);

        await viewer.Page.Keyboard.PressAsync("Shift+L");
        await Expect(html).ToHaveAttributeAsync("data-theme", chosen);
        var ground = await GroundAsync(viewer);
        // Whatever the attribute is at any moment before the first paint and after it is written down.
        await viewer.Page.AddInitScriptAsync(
            "window.themes = []; new MutationObserver(() => themes.push(document.documentElement?.dataset.theme)).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-theme'] });"
        );
        await viewer.Page.ReloadAsync();
        await viewer.IsLiveAsync();

        Assert.Equal([chosen], await viewer.Page.EvaluateAsync<string[]>("[...new Set(themes)]"));
        Assert.Equal(ground, await GroundAsync(viewer));
    }

    // What reaches past the window, where the page can be scrolled there at all.
    private const string Wide = """
        () => document.documentElement.scrollWidth <= innerWidth ? "" : innerWidth + " px: "
          + [...document.querySelectorAll("#main *")].filter(e => e.getBoundingClientRect().right > screen.width + 1)
            .map(e => e.outerHTML.slice(0, 120)).join("; ")
        """;

    private static Task<string> GroundAsync(Visitor visitor) =>
        visitor.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
