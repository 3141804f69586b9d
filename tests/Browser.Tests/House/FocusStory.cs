using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A story of somebody who acts by keyboard: after each act the focus has to be on something that they can go on from.</summary>
[Collection(nameof(AcrossTheStreet))]
public abstract class FocusStory(Street street) : Story(street)
{
    internal static ILocator Open(IPage page) => page.Locator("dialog[open]");

    internal async Task<(Lease Lease, string Artifact)> AskedAsync(Agent agent, string queue, string title)
    {
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, title), run: Street.Fresh("run"));
        await agent.StartAsync(lease);
        return (lease, await agent.AskAsync(lease, title, "We credit one day.", $"send:{lease.Item}"));
    }

    // Two versions on one base, which contradict each other.
    internal async Task<string> CollidesAsync(Agent agent, string queue)
    {
        var (lease, artifact) = await AskedAsync(agent, queue, "Collides");
        return await agent.CollideAsync(lease, artifact);
    }

    internal static Task HandOffAsync(Agent agent, Lease given) =>
        agent.PostAsync(
            $"leases/{given.Id}/handoff",
            new
            {
                given.Run,
                given.Token,
                to = new { role = "support" },
                note = "Wants a person.",
            }
        );

    // It is approved, and the way to where it happens broke: nobody knows whether it did.
    internal static async Task BreaksAsync(Agent agent, Lease lease)
    {
        await agent.StartAsync(lease);
        var action = $"send:{lease.Item}";
        var begun = await agent.PostAsync($"actions/{action}/begin", new { lease.Run, lease.Token });
        await agent.PostAsync(
            $"actions/{action}/fail",
            new
            {
                permit = begun.GetProperty("permit").GetString(),
                lease.Run,
                why = "the line broke",
                effect = "unknown",
            }
        );
        await HandOffAsync(agent, lease);
    }

    internal static Task PressesAsync(
        Visitor visitor,
        string act,
        ILocator then,
        string? asks = null,
        ILocator? on = null
    ) => PressesAsync(visitor, visitor.Do(act).First, then, asks, $"[data-do='confirm:{act}']", on);

    // By keyboard: to the button, Enter, and what it asks; then there is what comes of it, and the focus is on something in sight, or on
    // just this.
    internal static async Task PressesAsync(
        Visitor visitor,
        ILocator button,
        ILocator then,
        string? asks = null,
        string confirm = "",
        ILocator? on = null
    )
    {
        var page = visitor.Page;
        await Expect(button).ToBeEnabledAsync();
        await button.FocusAsync();
        await page.Keyboard.PressAsync(await button.GetAttributeAsync("type") == "checkbox" ? " " : "Enter");
        if (asks is not null)
        {
            if (asks.Length > 0)
                await Open(page).Locator("textarea").First.FillAsync(asks);
            await Expect(page.Locator(confirm)).ToBeEnabledAsync();
            await page.Locator(confirm).PressAsync("Enter");
            await Expect(Open(page)).ToHaveCountAsync(0);
        }
        await Expect(then).ToBeVisibleAsync();
        if (on is not null)
            await Expect(on).ToBeFocusedAsync();
        await IsOnSomethingAsync(page, $"{button} to {then}");
    }

    // By keyboard: to the button, Enter, and what the act asks. Then the focus has to be in sight, on something that has a name.
    internal static async Task ActsAsync(Visitor visitor, string act, string? asks = null)
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
        await IsOnSomethingAsync(visitor.Page, act);
    }

    // For a third of a second without a break: it is seen neither on its way there, nor on what is about to go.
    internal static async Task IsOnSomethingAsync(IPage page, string after)
    {
        var on = await page.EvaluateAsync<string>(
            """
            async () => {
              const last = () => {
                const on = document.activeElement;
                const isThere =
                  on && on !== document.body && on.id !== "main" && on.closest("#main, dialog[open], h1") && on.getClientRects().length > 0 && !on.disabled;
                return isThere ? null : `${on?.tagName} ${on?.id} ${on?.dataset.do ?? ""} ${on?.textContent.trim().slice(0, 60)}`;
              };
              let fault = "";
              for (let tries = 0, good = 0; tries < 80; tries++) {
                const said = last();
                good = said === null ? good + 1 : 0;
                if (good === 4) return "";
                fault = said ?? fault;
                await new Promise(done => setTimeout(done, 100));
              }
              return fault;
            }
            """
        );
        Assert.True(on.Length == 0, $"after {after} the focus is on nothing: {on}");
    }
}
