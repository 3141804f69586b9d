using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>After each act on what is selected, on a phone, and by each link that stands for an act, the focus is on something.</summary>
public sealed class Where_the_focus_goes_with_many(Street street) : FocusStory(street)
{
    [Fact]
    public async Task After_each_act_on_items_that_are_selected()
    {
        var queue = Street.Fresh("replies");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { claimSeconds = 5 });
        var agent = Premises.Agent("reply-agent");
        // It goes stale while the rest is done.
        var stale = await agent.ClaimAsync(await agent.ItemAsync(queue, "Goes stale"), leaseSeconds: 5);
        await agent.StartAsync(stale);
        var item = await agent.ItemAsync(queue, "One of many");
        var held = await agent.ClaimAsync(await agent.ItemAsync(queue, "Held"), leaseSeconds: 300);
        await agent.StartAsync(held);
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);

        await priya.OpensAsync($"/?q=queue:{queue} state:queued,parked,leased,handed_off");
        await DoesToAsync(priya, item, "bulk_priority", "1 item was given the new priority");
        await DoesToAsync(priya, held.Item, "bulk_handoff", "1 item was handed off");
        var manager = Premises.Agent("Lead Manager", Roles.Manager);
        await manager.PostAsync($"items/{item}/park", new { why = "not now" });
        await Expect(priya.Item(item)).ToHaveAttributeAsync("data-state", "parked");
        await DoesToAsync(priya, item, "bulk_unpark", "1 item was unparked");
        await DoesToAsync(priya, held.Item, "bulk_requeue", "1 item was put back into the queue");
        await priya.OpensAsync($"/desk/{stale.Item}?queue={queue}");
        await Expect(priya.Item(stale.Item)).ToHaveAttributeAsync("data-state", "stale");
        await DoesToAsync(priya, stale.Item, "bulk_takeover", "1 item was taken over");
    }

    [Fact]
    public async Task After_each_act_on_conflicts_that_are_selected()
    {
        var (agent, queue) = await QueueAsync();
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var conflicts = new List<string>();
        for (var k = 0; k < 4; k++)
            conflicts.Add(await CollidesAsync(agent, queue));
        var outdated = await OutdatedAsync(agent, queue);
        await priya.OpensAsync($"/conflicts?queue={queue}");
        await DoesToAsync(
            priya,
            conflicts[0],
            "bulk_take_proposed",
            "1 conflict was settled with the proposed version"
        );
        await DoesToAsync(priya, outdated, "bulk_retry", "1 conflict was sent back to be tried again");
        await DoesToAsync(priya, conflicts[1], "bulk_dismiss", "1 conflict was dismissed");
        await PressesAsync(
            priya,
            "dismiss_all",
            priya.Page.Locator("#main:not(:has([data-do='dismiss_all']))"),
            asks: "It is old."
        );
    }

    [Fact]
    public async Task On_a_phone_after_decide_and_after_select()
    {
        var (agent, queue) = await QueueAsync();
        var (lease, artifact) = await AskedAsync(agent, queue, "Refund");
        var rita = await PersonAsync(Street.Fresh("Rita Moss"), Roles.Reviewer | Roles.Manager, Window.Phone);
        var page = rita.Page;
        await rita.OpensAsync($"/artifacts/{artifact}");
        await PressesAsync(rita, "decide", Open(page).Locator("[data-do=approve]"));
        await rita.OpensAsync($"/?queue={queue}");
        await PressesAsync(rita, "select", page.GetByText("Select items"));
        await PressesAsync(rita, "clear_selection", rita.Item(lease.Item));
    }

    [Fact]
    public async Task After_each_link_that_stands_for_an_act()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Call back");
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var page = priya.Page;
        var heading = page.Locator("h1");
        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        await PressesAsync(priya, "new_item", page.Locator("#item-title"));
        await priya.OpensAsync($"/items/{item}");
        await PressesAsync(priya, "edit_item", page.Locator("#item-title"));
        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        await priya.Item(item).FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(priya, "bulk", priya.Do("try_bulk"), on: heading);
        await priya.OpensAsync($"/?q=nothing-has-these-words");
        await PressesAsync(priya, "search_settled", page.GetByText("No work matches"));
        await PressesAsync(priya, "search_all", page.Locator(".search-page"), on: heading);
        await AskedAsync(agent, queue, "Waits for a reviewer"); // where nothing waits there is no table
        await priya.OpensAsync("/waits?range=90d");
        await PressesAsync(priya, "heat_numbers", page.Locator(".heat.in-numbers"), on: priya.Do("heat_numbers"));
        await PressesAsync(priya, "csv", priya.Do("csv").First, on: priya.Do("csv").First);
        // As the browser would have it three hours after the last look.
        await page.EvaluateAsync(
            "() => { const who = document.getElementById('drafts').dataset.who; window.addEventListener('pagehide', () => localStorage.setItem(`cs-seen:${who}`, String(Date.now() - 3 * 3600 * 1000))); }"
        );
        await priya.OpensAsync("/");
        await PressesAsync(priya, "since", page.Locator(".since-page"), on: heading);
    }

    [Fact]
    public async Task After_what_a_manager_does_where_reviewers_cannot()
    {
        var queue = Street.Fresh("replies");
        // More than there are: nobody can meet it.
        object[] rules =
        [
            new
            {
                name = "board",
                when = new { },
                role = "admin",
                count = 9,
            },
        ];
        await Premises
            .Agent("Lead Manager", Roles.Manager)
            .QueueAsync(queue, new { requiredApprovals = 0, approvals = rules });
        var agent = Premises.Agent("reply-agent");
        var mia = await PersonAsync(Street.Fresh("Mia Lund"), Roles.Manager | Roles.Reviewer);
        var page = mia.Page;
        await mia.OpensAsync($"/artifacts/{(await AskedAsync(agent, queue, "Needs a board")).Artifact}");
        // Hers alone is not enough, and nobody else's can be.
        await PressesAsync(mia, "approve", mia.Do("override"));
        await PressesAsync(mia, "override", page.Locator("[data-approval]").First, asks: "There is no board.");

        var name = Street.Fresh("Left Meanwhile");
        var (lease, artifact) = await AskedAsync(agent, (await QueueAsync()).Queue, "Blocked");
        var left = Premises.Agent(name, Roles.Reviewer);
        var shown = await left.GetAsync($"artifacts/{artifact}/versions/1/consequences");
        await left.PostAsync(
            $"artifacts/{artifact}/versions/1/decisions",
            new
            {
                decision = "reject",
                contentHash = shown.GetProperty("contentHash").GetString(),
                comment = "No.",
            }
        );
        Premises.Access.SetState(Premises.Access.Find(name)!.Id, PrincipalState.Ended, "left the team");
        await mia.OpensAsync($"/artifacts/{artifact}");
        await PressesAsync(mia, "lift", page.Locator("#main:not(:has([data-lift]))"), asks: "They have left.");

        // Nobody knows whether it happened; somebody has looked, and it did not.
        (lease, artifact) = await AskedAsync(agent, (await QueueAsync()).Queue, "May have happened");
        await mia.OpensAsync($"/artifacts/{artifact}");
        await PressesAsync(mia, "approve", page.Locator("[data-approval]").First);
        await BreaksAsync(agent, lease);
        await mia.OpensAsync($"/desk/{lease.Item}");
        await PressesAsync(
            mia,
            "resolve:not_happened",
            page.Locator("#main:not(:has([data-outside]))"),
            asks: "It is not there."
        );
    }

    // It was approved, and another version came before the act began; the item.
    private async Task<string> OutdatedAsync(Agent agent, string queue)
    {
        var (lease, artifact) = await AskedAsync(agent, queue, "Approved, then changed");
        var reviewer = Premises.Agent("Rea Reviewer", Roles.Reviewer);
        var shown = await reviewer.GetAsync($"artifacts/{artifact}/versions/1/consequences");
        await reviewer.PostAsync(
            $"artifacts/{artifact}/versions/1/decisions",
            new
            {
                decision = "approve",
                contentHash = shown.GetProperty("contentHash").GetString(),
                consequencesHash = shown.GetProperty("consequencesHash").GetString(),
            }
        );
        await agent.StartAsync(lease);
        await agent.PublishAsync(lease, artifact, 1, "We credit two days.", "two");
        return lease.Item;
    }

    // The row is selected by its key; the act stands in the bar and asks why.
    private static async Task DoesToAsync(Visitor visitor, string id, string act, string outcome)
    {
        var page = visitor.Page;
        var row = page.Locator($"#main :is(.row, .desk-entry):is([data-item='{id}'], [data-conflict='{id}'])").First;
        await row.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(visitor, act, page.GetByText(outcome), asks: "It is asked for.");
    }
}
