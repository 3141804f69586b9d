using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A list is narrowed in words, kept, saved as a file, and something is done to all of it.</summary>
public sealed class A_list_that_is_kept(Street street) : Story(street)
{
    [Fact]
    public async Task A_manager_narrows_a_list_keeps_it_saves_it_and_does_something_to_what_is_in_it()
    {
        var (agent, queue) = await QueueAsync();
        var items = new List<string>();
        foreach (var name in (string[])["one", "two", "three"])
            items.Add(await agent.ItemAsync(queue, $"Refund {name}"));
        var priya = await PersonAsync("Priya Nair", Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync("/");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync($"queue:{queue} state:queued");
        await page.Keyboard.PressAsync("Enter");
        foreach (var item in items)
            await Expect(priya.Item(item)).ToBeVisibleAsync();

        var file = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-export]").ClickAsync());
        var rows = await File.ReadAllLinesAsync(await file.PathAsync());
        Assert.Equal("items.csv", file.SuggestedFilename);
        Assert.Equal(items, rows.Skip(1).Select(row => row.Split('"')[1]));

        var name1 = Street.Fresh("Waiting refunds");
        await page.Locator("[data-keep=save]").ClickAsync();
        await page.Locator("#view-name").FillAsync(name1);
        await page.Locator("[data-do='confirm:save_view']").ClickAsync();
        var kept = page.Locator(".nav a.nav-link", new() { HasText = name1 });
        await Expect(kept).ToBeVisibleAsync();
        await priya.OpensAsync("/queues");
        await kept.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("q="));
        await Expect(priya.Item(items[0])).ToBeVisibleAsync();
        await Expect(kept).ToHaveAttributeAsync("aria-current", "page");

        // What goes from the menu is said, and one press brings it back.
        await page.Locator("[data-keep=delete]").ClickAsync();
        await page.Locator("[data-do='confirm:delete_view']").ClickAsync();
        await Expect(kept).ToHaveCountAsync(0);
        await Expect(page.Locator(".mud-snackbar")).ToContainTextAsync($"The view {name1} is deleted.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(kept).ToBeVisibleAsync();

        await priya.Item(items[0]).FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Locator("[data-do=bulk]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/bulk"));
        await priya.IsLiveAsync();
        await page.Locator($"[data-item='{items[1]}'] input").UncheckAsync();
        await page.Locator("#act").SelectOptionAsync("Priority");
        await page.Locator("#priority").FillAsync("1");
        await page.Locator("#why").FillAsync("they wait too long");
        await priya.Do("try_bulk").ClickAsync();
        await Expect(page.GetByText("2 items would be done.")).ToBeVisibleAsync();
        await priya.Do("start_bulk").ClickAsync();
        await Expect(page.Locator("[data-bulk][data-state=done]")).ToBeVisibleAsync();
        await Expect(page.GetByText("2 items were given the new priority.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task From_the_palette_everything_that_has_a_word_is_one_key_away()
    {
        var (agent, queue) = await QueueAsync();
        var word = Street.Fresh("haverkamp").Replace("-", "", StringComparison.Ordinal);
        var item = await agent.ItemAsync(queue, $"Refund for {word}");
        var mara = await PersonAsync("Mara Lindqvist", Roles.Support);
        await mara.OpensAsync("/desk");
        await mara.Page.Keyboard.PressAsync("Control+k");
        await mara.Page.Keyboard.TypeAsync(word);
        await Expect(mara.Page.Locator("#palette").GetByText($"All that has “{word}”")).ToBeVisibleAsync();
        await mara.Page.Locator("#palette").GetByText($"All that has “{word}”").ClickAsync();
        var row = mara.Page.Locator($"[data-found='{item}']");
        await Expect(row).ToHaveAttributeAsync("data-state", "queued");
        // How it stands follows what happens, without looking for it again.
        await agent.ClaimAsync(item);
        await Expect(row).ToHaveAttributeAsync("data-state", "claimed");
    }
}
