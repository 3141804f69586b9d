using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>After an act the focus is on something that a reader can go on from, and Back leads to the row that was left.</summary>
public sealed class Where_the_focus_goes(Street street) : Story(street)
{
    [Fact]
    public async Task After_each_act_on_an_item_it_is_on_a_button_or_a_heading_that_is_there()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Customer asks for a call back");
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        await sam.OpensAsync($"/items/{item}");

        await ActsAsync(sam, "snooze", asks: "They open at noon.");
        await ActsAsync(sam, "unpark", asks: "They called.");
        await ActsAsync(sam, "claim");
        await ActsAsync(sam, "renew");
        await ActsAsync(sam, "checkpoint", asks: "Called twice.");
        await ActsAsync(sam, "note", asks: "Speaks German.");
        await ActsAsync(sam, "release");
        await ActsAsync(sam, "park", asks: "Not now.");
        await ActsAsync(sam, "unpark", asks: "Now.");
        await ActsAsync(sam, "claim");
        await ActsAsync(sam, "hand_off", asks: "Somebody who speaks German.");
        await ActsAsync(sam, "accept");
        await ActsAsync(sam, "complete");
    }

    [Fact]
    public async Task After_a_decision_it_is_on_the_next_that_waits_which_a_key_opens()
    {
        var (agent, queue) = await QueueAsync();
        var artifacts = new List<string>();
        foreach (var title in new[] { "First", "Second", "Third" })
        {
            var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, title), run: Street.Fresh("run"));
            await agent.StartAsync(lease);
            artifacts.Add(await agent.AskAsync(lease, title, $"Dear {title},\none day.\n", $"send:{lease.Item}"));
        }
        // Limited to this queue: in others what other stories left may wait for longer.
        var name = Street.Fresh("Rita Moss");
        Premises.Access.AddPrincipal(name, PrincipalKind.Person, Roles.Reviewer, [queue]);
        var rita = await PersonAsync(name, Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifacts[0]}");

        await rita.Do("approve").FocusAsync();
        await rita.Page.Keyboard.PressAsync("Enter");

        var next = rita.Do("next_review");
        await Expect(next).ToBeFocusedAsync();
        await Expect(next).ToContainTextAsync(new Regex($"Next: {artifacts[1]}, waits "));
        await rita.Page.Keyboard.PressAsync("Shift+N");
        await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifacts[1]}"));
        await Expect(rita.Do("approve")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Back_leads_to_the_row_and_the_place_that_were_left()
    {
        var (agent, queue) = await QueueAsync();
        var items = new List<string>();
        for (var k = 0; k < 50; k++)
            items.Add(await agent.ItemAsync(queue, $"Item {k}"));
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        await sam.OpensAsync($"/?queue={queue}&state=queued");
        var row = sam.Item(items[44]);
        await row.FocusAsync();
        var left = await sam.Page.EvaluateAsync<double>("scrollY");
        Assert.True(left > 0);
        await sam.Page.Keyboard.PressAsync("Enter");
        await Expect(sam.Page).ToHaveURLAsync(new Regex($"/items/{items[44]}$"));

        await sam.Page.GoBackAsync();

        await Expect(row).ToBeFocusedAsync();
        Assert.InRange(await sam.Page.EvaluateAsync<double>("scrollY"), left - 40, left + 40);
    }

    // By keyboard: to the button, Enter, and what the act asks. Then the focus has to be in sight, on something that has a name.
    private static async Task ActsAsync(Visitor visitor, string act, string? asks = null)
    {
        var before = await visitor.Page.Locator("#main").GetAttributeAsync("data-seq");
        await Expect(visitor.Do(act)).ToBeEnabledAsync();
        await visitor.Do(act).FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        if (asks is not null)
        {
            await visitor.Page.Locator("dialog[open] textarea").First.FillAsync(asks);
            var confirm = visitor.Page.Locator($"[data-do='confirm:{act}']");
            await Expect(confirm).ToBeEnabledAsync();
            await confirm.PressAsync("Enter");
            await Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }
        await Expect(visitor.Page.Locator("#main")).Not.ToHaveAttributeAsync("data-seq", before!);
        var on = "";
        for (var tries = 0; on.Length == 0 && tries < 60; tries++)
            on = await visitor.Page.EvaluateAsync<string>(
                """
                () => new Promise(done => setTimeout(() => {
                  const on = document.activeElement;
                  const isThere = on && on !== document.body && on.id !== "main" && on.getClientRects().length > 0 && !on.disabled;
                  done(isThere ? (on.dataset.do ?? on.textContent.trim().slice(0, 40)) : "");
                }, 100))
                """
            );
        Assert.True(on.Length > 0, $"after {act} the focus is on nothing");
    }
}
