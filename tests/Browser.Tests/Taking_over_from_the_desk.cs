using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Support finds what an agent let go of, reads what it left, and goes on with it.</summary>
public sealed class Taking_over_from_the_desk(Street street) : Story(street)
{
    [Fact]
    public async Task It_goes_by_the_keyboard_alone()
    {
        var (agent, queue) = await LeftAsync();
        var first = await LeftBehindAsync(agent, queue, "Refund order 5540: charged twice");
        var second = await LeftBehindAsync(agent, queue, "Refund order 5518: item arrived damaged");
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        var keys = sam.Page.Keyboard;

        await keys.PressAsync("g");
        await keys.PressAsync("d");
        await Expect(sam.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/desk$"));
        await Expect(sam.Item(first)).ToHaveAttributeAsync("data-state", "stale");
        await Expect(sam.Item(second)).ToHaveAttributeAsync("data-state", "stale");
        await WalksToAsync(sam, first, "j");
        await WalksToAsync(sam, second, "j");
        await WalksToAsync(sam, first, "k");
        await WalksToAsync(sam, second, "j");
        await keys.PressAsync("Enter");

        await Expect(sam.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/desk/{second}$"));
        var panel = sam.Page.Locator(".handover").First;
        await Expect(panel).ToContainTextAsync("Refund order 5518: item arrived damaged");
        await Expect(panel).ToContainTextAsync("Amount agrees with the order.");
        await Expect(panel).ToContainTextAsync("confirm the refund");
        await Expect(Section(sam, "Evidence")).ToContainTextAsync("Return receipt, warehouse 2");
        await Expect(Section(sam, "Drafts")).ToBeVisibleAsync();
        await Expect(Section(sam, "Validations")).ToContainTextAsync("amount equals order");
        await Expect(Section(sam, "Open questions")).ToContainTextAsync("Should the delivery fee be refunded too?");

        await keys.PressAsync("t");
        await Expect(sam.Do("take_over")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");

        await Expect(sam.Page.Locator(".yours .countdown time"))
            .ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^(\d+h \d\dm|\d+:\d\d)$"));
        await Expect(sam.Page.Locator(".became")).ToContainTextAsync("It is yours.");
        await Expect(sam.Do("complete")).ToBeEnabledAsync();
        await TabsToAsync(sam, "complete");
        await keys.PressAsync("Enter");

        await Expect(sam.Page.Locator(".became")).ToContainTextAsync("It is completed.");
        await Expect(sam.Do("complete")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_others_panel_says_who_was_first_and_stays_to_be_read()
    {
        var (agent, queue) = await LeftAsync();
        var item = await LeftBehindAsync(agent, queue, "Refund order 5519: parcel lost");
        var jun = await PersonAsync(Street.Fresh("Jun Sato"), Roles.Support);
        var samName = Street.Fresh("Sam Okoro");
        var sam = await PersonAsync(samName, Roles.Support);
        await jun.OpensAsync($"/desk/{item}");
        await sam.OpensAsync($"/desk/{item}");
        await Expect(jun.Do("take_over")).ToBeEnabledAsync(new() { Timeout = 10_000 });
        await Expect(sam.Do("take_over")).ToBeEnabledAsync(new() { Timeout = 10_000 });

        await sam.Do("take_over").ClickAsync();

        await Expect(sam.Page.Locator(".became")).ToContainTextAsync("It is yours.");
        await Expect(jun.Page.Locator(".became")).ToContainTextAsync($"{samName} has it since");
        await Expect(jun.Do("take_over")).ToHaveCountAsync(0);
        await Expect(jun.Page.Locator(".handover").First).ToContainTextAsync("Amount agrees with the order.");
    }

    // A claim ends as soon as the lease would: nothing that is done under it moves its end to an earlier instant.
    private async Task<(Agent Agent, string Queue)> LeftAsync()
    {
        var queue = Street.Fresh("replies");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { claimSeconds = 5 });
        return (Premises.Agent("reply-agent"), queue);
    }

    // Somebody worked on it, wrote down how far they got, and was not heard of again.
    private static async Task<string> LeftBehindAsync(Agent agent, string queue, string title)
    {
        var item = await agent.ItemAsync(queue, title);
        var lease = await agent.ClaimAsync(item, leaseSeconds: 5);
        await agent.PostAsync(
            $"leases/{lease.Id}/checkpoints",
            new
            {
                lease.Run,
                lease.Token,
                summary = "Checked that the return was received. Amount agrees with the order.",
                evidence = new[] { new { label = "Return receipt, warehouse 2", uri = "https://example.org/receipt" } },
                validations = new[] { new { name = "amount equals order", outcome = "passed" } },
                openQuestions = new[] { "Should the delivery fee be refunded too?" },
                nextStep = "confirm the refund",
            }
        );
        return item;
    }

    private static ILocator Section(Visitor visitor, string heading) =>
        visitor.Page.Locator(
            ".handover .section",
            new() { Has = visitor.Page.GetByRole(AriaRole.Heading, new() { Name = heading }) }
        );

    private static async Task WalksToAsync(Visitor visitor, string item, string key)
    {
        var rows = await visitor.Page.Locator(".desk-entry[data-item]").CountAsync();
        for (var steps = 0; steps <= rows && !await IsFocusedAsync(visitor.Item(item)); steps++)
            await visitor.Page.Keyboard.PressAsync(key);
        await Expect(visitor.Item(item)).ToBeFocusedAsync();
    }

    private static async Task TabsToAsync(Visitor visitor, string act)
    {
        for (var steps = 0; steps < 80 && !await IsFocusedAsync(visitor.Do(act)); steps++)
            await visitor.Page.Keyboard.PressAsync("Tab");
        await Expect(visitor.Do(act)).ToBeFocusedAsync();
    }

    private static Task<bool> IsFocusedAsync(ILocator element) =>
        element.EvaluateAsync<bool>("element => element === document.activeElement");
}
