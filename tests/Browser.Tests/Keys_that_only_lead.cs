using System.Text.Json;
using System.Text.RegularExpressions;
using ControlSurface.Components;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A letter moves, opens, or leads to a button. Nothing is done until the button is pressed.</summary>
[Collection(nameof(AcrossTheStreet))]
public sealed class Keys_that_only_lead(Street street) : Story(street)
{
    [Fact]
    public async Task Found_6_1_the_panel_and_the_address_follow_the_focus_and_t_leads_to_the_item_that_has_it()
    {
        var queue = Street.Fresh("left");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { claimSeconds = 2 });
        var agent = Premises.Agent("reply-agent");
        var items = new List<string>();
        foreach (var title in new[] { "First", "Second", "Third" })
        {
            var item = await agent.ItemAsync(queue, title);
            await agent.StartAsync(await agent.ClaimAsync(item, leaseSeconds: 5));
            items.Add(item);
        }
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        await sam.OpensAsync($"/desk?queue={queue}");
        foreach (var item in items)
            await Expect(sam.Item(item)).ToHaveAttributeAsync("data-state", "stale", new() { Timeout = 15_000 });
        var keys = sam.Page.Keyboard;

        // The panel follows each step; a letter that comes at once, before the panel has, waits for the item that has the focus.
        await sam.Item(items[0]).FocusAsync();
        await keys.PressAsync("j");
        await Expect(sam.Page.Locator(".handover").First).ToHaveAttributeAsync("data-item", items[1]);
        await Expect(sam.Page).ToHaveURLAsync(new Regex($"/desk/{items[1]}\\?queue="));
        await Expect(sam.Item(items[1])).ToBeFocusedAsync();
        await keys.PressAsync("j");
        await keys.PressAsync("t");
        await Expect(sam.Page.Locator($".handover[data-item={items[2]}] [data-do=take_over]")).ToBeFocusedAsync();
        await Expect(sam.Page).ToHaveURLAsync(new Regex($"/desk/{items[2]}\\?queue="));
        foreach (var item in items)
            await Expect(sam.Item(item)).ToHaveAttributeAsync("data-state", "stale");

        await keys.PressAsync("Enter");

        await Expect(sam.Page.Locator(".became")).ToContainTextAsync("It is yours.");
        await Expect(sam.Item(items[2])).ToHaveAttributeAsync("data-state", "leased");
        await Expect(sam.Item(items[1])).ToHaveAttributeAsync("data-state", "stale");
    }

    [Fact]
    public async Task Found_6_1_no_letter_of_any_page_does_anything()
    {
        var (agent, queue) = await QueueAsync();
        var held = await agent.ItemAsync(queue, "Held by an agent");
        await agent.StartAsync(await agent.ClaimAsync(held));
        var asked = await agent.ItemAsync(queue, "Waits for a decision");
        var lease = await agent.ClaimAsync(asked);
        await agent.StartAsync(lease);
        var artifact = await agent.AskAsync(lease, "Reply", "Dear all,\nwe credit one day.\n", $"send:{asked}");
        await agent.ItemAsync(queue, "Waits for anybody");
        var everybody = Roles.Support | Roles.Reviewer | Roles.Manager;
        var mara = await PersonAsync(Street.Fresh("Mara Lindqvist"), everybody);
        var letters = Hotkeys
            .All.Where(key =>
                !key.Act.StartsWith("go:", StringComparison.Ordinal) && key.Keys is not ("Enter" or "Ctrl K")
            )
            .Select(key => key.Keys.Replace("Shift ", "Shift+", StringComparison.Ordinal))
            .Select(keys => keys == "Ctrl A" ? "Control+a" : keys)
            .Where(key => key is not ("Ctrl Enter" or "Esc"))
            .ToList();
        string[] pages =
        [
            "/",
            "/desk",
            $"/items/{held}",
            $"/items/{asked}",
            "/review",
            $"/artifacts/{artifact}",
            "/conflicts",
            "/queues",
            $"/queues/{queue}",
            "/runbook",
            "/inbox",
            "/locks",
            "/history",
        ];
        foreach (var path in pages)
        {
            await mara.OpensAsync(path);
            var before = await SeqAsync(agent);
            foreach (var letter in letters)
            {
                // One letter leads to the form of a new item: the others are pressed on this page.
                if (mara.Page.Url.EndsWith("/items/new", StringComparison.Ordinal))
                    await mara.OpensAsync(path);
                await mara.Page.Keyboard.PressAsync("j");
                await mara.Page.Keyboard.PressAsync(letter == "Space" ? " " : letter);
                await mara.Page.Keyboard.PressAsync("Escape");
            }
            var after = await SeqAsync(agent);
            Assert.True(before == after, $"a letter did something on {path}");
        }
    }

    // The last event that anybody but the clock wrote: what is stale by itself is not a letter's doing.
    private static async Task<long> SeqAsync(Agent agent)
    {
        var last = 0L;
        foreach (var line in (await agent.EventsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        foreach (var happened in JsonElement.Parse(line).GetProperty("events").EnumerateArray())
        {
            if (happened.GetProperty("by").ToString().Contains("Mara", StringComparison.Ordinal))
                last = happened.GetProperty("seq").GetInt64();
        }
        return last;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_menu_takes_the_focus_follows_arrows_and_gives_it_back(bool byPointer)
    {
        var (agent, queue) = await QueueAsync();
        await agent.ItemAsync(queue, "Reply to ticket 88207");
        var sam = await PersonAsync("Sam Osei", Roles.Support);
        await sam.OpensAsync("/");
        var state = sam.Page.Locator("#main .menu button", new() { HasText = "State" });
        if (byPointer)
            await state.ClickAsync();
        else
            await state.PressAsync("Enter");
        var choices = sam.Page.GetByRole(AriaRole.Menuitemcheckbox);
        await Expect(choices.First).ToBeFocusedAsync();
        await sam.Page.Keyboard.PressAsync("Escape");
        await Expect(choices.First).ToBeHiddenAsync();
        await Expect(state).ToBeFocusedAsync();

        await state.PressAsync("Enter");
        await Expect(choices.First).ToBeFocusedAsync();
        await sam.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(choices.Nth(1)).ToBeFocusedAsync();
        await sam.Page.Keyboard.PressAsync("Enter");
        await Expect(sam.Page).ToHaveURLAsync(new Regex("state=leased"));
        await Expect(state).ToHaveTextAsync("State: Leased");

        // The menu stays for the next value; what is chosen says so, and Esc leaves.
        await Expect(choices.Nth(1)).ToBeCheckedAsync();
        await Expect(choices.Nth(1)).ToBeFocusedAsync();
        await sam.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(choices.Nth(2)).ToBeFocusedAsync();
        await sam.Page.Keyboard.PressAsync("Enter");
        await Expect(state).ToHaveTextAsync("State: Leased, Suspended");
        await sam.Page.Keyboard.PressAsync("Enter");
        await Expect(state).ToHaveTextAsync("State: Leased");
        await sam.Page.Keyboard.PressAsync("Escape");
        await Expect(choices.First).ToBeHiddenAsync();
        await Expect(state).ToBeFocusedAsync();

        // The field is followed while it is typed in; Esc takes the words away, and stays.
        await sam.Page.Keyboard.PressAsync("/");
        await sam.Page.Keyboard.TypeAsync("88207");
        await Expect(sam.Page).ToHaveURLAsync(new Regex("q=88207"));
        await sam.Page.Keyboard.PressAsync("Escape");
        await Expect(sam.Page).Not.ToHaveURLAsync(new Regex("q="));
        await Expect(sam.Page.Locator("[data-filter]")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_hint_comes_with_the_keyboard_or_the_pointer_and_goes_with_Esc_and_with_a_press()
    {
        var sam = await PersonAsync("Sam Osei", Roles.Support);
        await sam.OpensAsync("/");
        var words = sam.Page.Locator(".hint-words.mud-popover-open", new() { HasText = "Keyboard shortcuts (?)" });
        var help = sam.Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" });

        await sam.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Inbox") }).Last.FocusAsync();
        await sam.Page.Keyboard.PressAsync("Tab");
        await Expect(help).ToBeFocusedAsync();
        await Expect(words).ToBeVisibleAsync();
        await sam.Page.Keyboard.PressAsync("Escape");
        await Expect(words).ToBeHiddenAsync();
        await Expect(help).ToBeFocusedAsync();

        await help.HoverAsync();
        await Expect(words).ToBeVisibleAsync();
        await help.ClickAsync();
        await Expect(sam.Page.Locator("#keyboard-help")).ToBeVisibleAsync();
        await Expect(words).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_switch_sets_at_once_by_pointer_and_by_Space_and_is_one()
    {
        var sam = await PersonAsync(Street.Fresh("Sam Osei"), Roles.Support);
        await sam.OpensAsync("/inbox");
        var review = sam.Page.GetByRole(AriaRole.Switch, new() { Name = "A review is asked of me or my role" });
        await Expect(review).ToBeCheckedAsync();
        await review.FocusAsync();
        await sam.Page.Keyboard.PressAsync("Space");
        await Expect(review).Not.ToBeCheckedAsync();
        await sam.OpensAsync("/inbox");
        await Expect(review).Not.ToBeCheckedAsync();
        await sam.Page.GetByText("A review is asked of me or my role").ClickAsync();
        await Expect(review).ToBeCheckedAsync();
    }
}
