using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The palette offers what can be done with the thing that has the focus and on the page, and does it as the button does.</summary>
public sealed class What_the_palette_does(Street street) : Story(street)
{
    private static ILocator Options(Visitor visitor) => visitor.Page.Locator("#palette [role=option]");

    private static async Task ChoosesAsync(Visitor visitor, string words, string option)
    {
        var keys = visitor.Page.Keyboard;
        await keys.PressAsync("Control+k");
        await Expect(visitor.Page.Locator("#palette .query input[role=combobox]")).ToBeFocusedAsync();
        await keys.TypeAsync(words);
        await Expect(Options(visitor).First).ToContainTextAsync(option);
        await keys.PressAsync("Enter");
        await Expect(visitor.Page.Locator("#palette")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_item_is_snoozed_from_its_page()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Call the customer back");
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        var page = sam.Page;
        await sam.OpensAsync($"/items/{item}");

        await ChoosesAsync(sam, "snoo", "Snooze…");
        await Expect(page.Locator("#snooze-for")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("They are away.");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "parked");
    }

    [Fact]
    public async Task The_row_with_the_focus_is_the_one_that_is_parked()
    {
        var (agent, queue) = await QueueAsync();
        // Something was claimed before: an empty house shows how to begin instead of its list.
        await agent.ClaimAsync(await agent.ItemAsync(queue, "Somebody has it"));
        await agent.ItemAsync(queue, "The first of the list");
        var item = await agent.ItemAsync(queue, "The second of the list");
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager | Roles.Support);
        var page = priya.Page;
        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        await priya.Item(item).FocusAsync();

        await ChoosesAsync(priya, "park", "Park…");
        var question = page.Locator("dialog[open] dialog[open]");
        await Expect(question).ToContainTextAsync($"Park {item}?");
        await page.Locator("dialog textarea").FillAsync("Not today.");
        await page.Locator("[data-do='confirm:park']").ClickAsync();

        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await priya.OpensAsync($"/items/{item}");
        await Expect(page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "parked");
    }

    [Fact]
    public async Task What_is_done_at_once_waits_for_its_words_or_an_arrow()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Call the customer back");
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        var page = sam.Page;
        await sam.OpensAsync($"/items/{item}");

        await page.Keyboard.PressAsync("Control+k");
        await Expect(Options(sam).First).ToContainTextAsync("Claim");
        await Expect(page.Locator("#palette [role=option][aria-selected=true]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#palette")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Options(sam).First).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "leased");
    }

    [Fact]
    public async Task A_queue_is_paused_from_its_page_and_esc_leads_back_to_the_button()
    {
        var (_, queue) = await QueueAsync();
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync($"/queues/{queue}");

        await page.Keyboard.PressAsync("Control+k");
        await Expect(Options(priya).Nth(0)).ToContainTextAsync("Edit policy");
        await Expect(Options(priya).Nth(1)).ToContainTextAsync("Pause queue…");
        await Expect(Options(priya).Nth(2)).ToContainTextAsync("New item…");
        await page.Keyboard.PressAsync("Escape");
        await ChoosesAsync(priya, "pause", "Pause queue…");
        await Expect(page.Locator("dialog[open] h2")).ToHaveTextAsync($"Pause {queue}?");
        await page.Keyboard.PressAsync("Escape");
        await Expect(priya.Do("pause")).ToBeFocusedAsync();

        await ChoosesAsync(priya, "new queue", "New queue…");
        await Expect(page.Locator("#queue-name")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_conflict_offers_its_choices()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to the outage"));
        var artifact = await agent.AskAsync(lease, "reply.md", "We credit one day.", "send-reply");
        var conflict = await agent.CollideAsync(lease, artifact);
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support | Roles.Reviewer);
        var page = sam.Page;
        await sam.OpensAsync($"/conflicts/{conflict}");
        var first = page.Locator("#main .resolve .button.ink");
        var words = (await first.InnerTextAsync()).Trim();

        await page.Keyboard.PressAsync("Control+k");

        await Expect(page.Locator("#palette-page")).ToContainTextAsync(words);
        await Expect(page.Locator("#palette-page .option"))
            .ToHaveCountAsync(await page.Locator("#main .resolve [data-do]:not([disabled])").CountAsync());
    }
}
