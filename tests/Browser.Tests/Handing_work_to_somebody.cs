using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Whoever hands work on finds the other by a part of the name, and finds them first the next time.</summary>
public sealed class Handing_work_to_somebody(Street street) : Story(street)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_other_is_found_by_name_Esc_closes_the_list_alone_and_the_last_one_stands_first(bool isPhone)
    {
        var (agent, queue) = await QueueAsync();
        var items = new[]
        {
            await agent.ItemAsync(queue, "Call the customer back"),
            await agent.ItemAsync(queue, "Call the other customer back"),
        };
        var name = Street.Fresh("Theodora Quint");
        var part = name[2..].ToLowerInvariant();
        await PersonAsync(name, Roles.Support);
        var sam = await PersonAsync(
            Street.Fresh("Sam Okoro"),
            Roles.Support | Roles.Manager,
            isPhone ? Window.Phone : Window.Desktop
        );
        var page = sam.Page;
        var to = page.GetByLabel("To", new() { Exact = true });
        var choices = page.GetByRole(AriaRole.Option);

        await AskAsync(items[0]);
        await page.Locator("dialog textarea").FillAsync("She knows the customer.");
        await Expect(to).ToHaveValueAsync("Anybody with the role support");
        // Whoever types looks for another, also after an arrow key has shown the list.
        await to.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(choices).Not.ToHaveCountAsync(0);
        await page.Keyboard.TypeAsync(part);
        await Expect(to).ToHaveValueAsync(part);
        await to.FillAsync(part);
        await Expect(choices).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(choices).ToHaveCountAsync(0);
        await Expect(page.Locator("dialog[open] textarea")).ToHaveValueAsync("She knows the customer.");
        await to.FillAsync(part);
        await Expect(choices).ToHaveTextAsync([new System.Text.RegularExpressions.Regex(name)]);
        await Expect(choices).ToContainTextAsync("holds nothing");
        await choices.ClickAsync();
        await Expect(to).ToHaveValueAsync(name);
        await page.Locator("[data-do='confirm:hand_off']").ClickAsync();
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);

        await AskAsync(items[1]);
        await to.ClickAsync();
        await Expect(choices.First).ToContainTextAsync(name);
        await page.Keyboard.PressAsync("Escape");
        await Expect(choices).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);

        // The popovers of the page are back in their place.
        if (!isPhone)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).HoverAsync();
            await Expect(page.Locator(".hint-words.mud-popover-open")).ToBeInViewportAsync();
        }

        async Task AskAsync(string item)
        {
            await sam.OpensAsync($"/items/{item}");
            await sam.Do("claim").ClickAsync();
            await sam.Do("hand_off").ClickAsync();
            await Expect(to).ToBeVisibleAsync();
        }
    }
}
