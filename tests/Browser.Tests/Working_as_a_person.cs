using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Support adds an item, works on it, leaves what is known, and gives it back: by the keyboard alone.</summary>
public sealed class Working_as_a_person(Street street) : Story(street)
{
    [Fact]
    public async Task An_item_is_made_claimed_checkpointed_edited_and_released_without_touching_the_mouse()
    {
        var (_, queue) = await QueueAsync();
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        var keys = sam.Page.Keyboard;
        await sam.OpensAsync($"/?queue={queue}");

        await keys.PressAsync("n");
        await Expect(sam.Page).ToHaveURLAsync(new Regex("/items/new$"));
        var title = sam.Page.Locator("#item-title");
        await Expect(title).ToBeFocusedAsync();
        await keys.TypeAsync("Customer asks for a call back");
        await sam.Page.Locator("#item-queue").SelectOptionAsync(queue);
        await title.FocusAsync();
        await keys.PressAsync("Control+Enter");
        await Expect(sam.Page).ToHaveURLAsync(new Regex("/items/W-\\d+$"));

        await PressesAsync(sam, "claim");
        await Expect(sam.Page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "leased");
        await PressesAsync(sam, "checkpoint");
        var summary = sam.Page.Locator("dialog textarea").First;
        await Expect(summary).ToBeFocusedAsync();
        await keys.TypeAsync("Called twice, nobody answered.");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Call after four");
        await keys.PressAsync("Control+Enter");
        await Expect(sam.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Expect(sam.Page.Locator(".timeline")).ToContainTextAsync("Called twice, nobody answered.");

        await PressesAsync(sam, "edit_item");
        await Expect(title).ToBeFocusedAsync();
        await keys.PressAsync("End");
        await keys.TypeAsync(" today");
        await keys.PressAsync("Control+Enter");
        await Expect(sam.Page.Locator(".page-title")).ToHaveTextAsync("Customer asks for a call back today");

        await PressesAsync(sam, "release_with");
        await Expect(sam.Page.Locator("dialog textarea")).ToBeFocusedAsync();
        await keys.TypeAsync("Back after lunch.");
        await keys.PressAsync("Control+Enter");
        await Expect(sam.Page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "queued");
    }

    // By the Tab key to the button, and Enter.
    private static async Task PressesAsync(Visitor visitor, string act)
    {
        var button = visitor.Do(act);
        await Expect(button).ToBeEnabledAsync();
        for (
            var steps = 0;
            steps < 80 && !await button.EvaluateAsync<bool>("element => element === document.activeElement");
            steps++
        )
            await visitor.Page.Keyboard.PressAsync("Tab");
        await Expect(button).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
    }
}
