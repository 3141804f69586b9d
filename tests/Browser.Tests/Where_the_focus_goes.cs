using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>After an act the focus is on something that a reader can go on from, and Back leads to the row that was left.</summary>
public sealed class Where_the_focus_goes(Street street) : FocusStory(street)
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
        Lease? last = null;
        foreach (var title in new[] { "First", "Second", "Third" })
        {
            var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, title), run: Street.Fresh("run"));
            await agent.StartAsync(lease);
            artifacts.Add(await agent.AskAsync(lease, title, $"Dear {title},\none day.\n", $"send:{lease.Item}"));
            last = lease;
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
        await PressesAsync(rita, "approve", next, on: next);
        await PressesAsync(rita, "next_review", rita.Do("approve"), on: rita.Page.Locator("h1"));
        await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifacts[2]}"));
        await agent.PublishAsync(last!, artifacts[2], 1, "Dear Third,\ntwo days.\n", "two");
        await PressesAsync(rita, "open_newer", rita.Page.Locator("[data-decide][data-version='2']"));
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
        await sam.Page.WaitForFunctionAsync("left => Math.abs(scrollY - left) <= 40", left);
    }

    [Fact]
    public async Task After_each_act_of_a_manager_on_queues_a_list_and_a_run()
    {
        var (agent, queue) = await QueueAsync();
        var run = Street.Fresh("run");
        await agent.ClaimAsync(await agent.ItemAsync(queue, "In work"), run);
        for (var k = 0; k < 3; k++)
            await agent.ItemAsync(queue, $"Waits {k}");
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var page = priya.Page;

        await priya.OpensAsync($"/queues/{queue}");
        await PressesAsync(priya, "edit_policy", priya.Do("save_policy"));
        await Expect(page.Locator(".policy-body :is(input, select, textarea):focus")).ToHaveCountAsync(1);
        var leave = page.GetByText("Leave it as it is");
        await PressesAsync(priya, leave, priya.Do("edit_policy"), on: priya.Do("edit_policy"));
        await PressesAsync(priya, "edit_policy", priya.Do("save_policy"));
        await page.Locator("input[data-setting=claimSeconds]").First.FillAsync("61");
        await PressesAsync(priya, "save_policy", page.GetByText("Saved, by you"), on: priya.Do("edit_policy"));
        await PressesAsync(priya, "pause", priya.Do("resume"), asks: "audit");
        await PressesAsync(priya, "resume", priya.Do("pause"), asks: "");

        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        var (keep, forget) = (page.Locator("[data-keep=save]"), page.Locator("[data-keep=delete]"));
        await PressesAsync(priya, keep, Open(page), on: page.Locator("#view-name"));
        await page.Locator("#view-name").FillAsync(Street.Fresh("Mine"));
        await PressesAsync(priya, page.Locator("[data-do='confirm:save_view']"), forget, on: forget);
        await PressesAsync(priya, forget, Open(page));
        await PressesAsync(priya, page.Locator("[data-do='confirm:delete_view']"), keep, on: keep);
        var first = page.Locator("#main .row[data-item]").First;
        await first.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(priya, "select_all", page.GetByText("3 items selected"), on: priya.Do("bulk"));
        var row = page.Locator("#main .row[data-item]:focus");
        await PressesAsync(priya, "clear_selection", page.Locator("#main .row[data-item]").Nth(2), on: row);
        await first.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(priya, "bulk_cancel", page.GetByText("1 item was cancelled"), asks: "Not now.");

        await priya.OpensAsync($"/runs/{run}");
        await PressesAsync(priya, "end_run", page.Locator("[data-state=ended]").First, asks: "It hangs.");

        await priya.OpensAsync("/queues");
        await PressesAsync(priya, "new_queue", Open(page));
        var made = Street.Fresh("made");
        await page.Locator("#queue-name").FillAsync(made);
        await PressesAsync(priya, page.Locator("[data-do='confirm:new_queue']"), priya.Do("edit_policy"));
        await priya.OpensAsync($"/items/new?queue={made}");
        await page.Locator("#item-title").FillAsync("A new one");
        await PressesAsync(priya, "save_item", page.Locator(".item-page"));
    }

    [Fact]
    public async Task After_each_act_of_a_reviewer_on_versions_comments_conflicts_patterns_and_the_inbox()
    {
        var (agent, queue) = await QueueAsync();
        var name = Street.Fresh("Rita Moss");
        Premises.Access.AddPrincipal(name, PrincipalKind.Person, Roles.Reviewer | Roles.Manager, [queue]);
        var rita = await PersonAsync(name, Roles.Reviewer);
        var page = rita.Page;
        var (_, artifact) = await AskedAsync(agent, queue, "Refund");

        await rita.OpensAsync("/inbox");
        await PressesAsync(
            rita,
            "read",
            page.Locator("[data-read=true]").First,
            on: page.Locator("[data-entry] a").First
        );
        await AskedAsync(agent, queue, "Another");
        await PressesAsync(rita, "read_all", page.GetByText("All read"), on: page.Locator("[data-entry] a").First);
        await PressesAsync(rita, page.Locator("[data-kind=handoff]"), page.GetByText("What comes here"));

        await rita.OpensAsync($"/artifacts/{artifact}");
        await PressesAsync(rita, "comment", page.Locator("#comment-quote"), on: page.Locator("#comment-body"));
        await page.Locator("#comment-body").FillAsync("Which day?");
        await PressesAsync(rita, "send_comment", rita.Do("resolve_comment"));
        await PressesAsync(rita, "comment", page.Locator("#comment-quote"), on: page.Locator("#comment-body"));
        await page.Locator("#comment-body").FillAsync("Whose account?");
        await PressesAsync(rita, "send_comment", page.Locator("[data-comment-id]").Nth(1));
        var reply = page.Locator("[data-comment-id]").Nth(1).Locator("[data-do='reply']");
        await PressesAsync(rita, reply, rita.Do("send_reply"), on: page.Locator("#reply-body"));
        await page.Locator("#reply-body").FillAsync("Monday.");
        await PressesAsync(rita, "send_reply", page.GetByText("Monday."), on: reply);
        await PressesAsync(rita, "resolve_comment", page.Locator("[data-resolved]").First);
        await PressesAsync(rita, "edit", rita.Do("cancel_edit"), on: page.Locator("#edit-text"));
        await PressesAsync(rita, "cancel_edit", rita.Do("edit"), on: rita.Do("edit"));
        await PressesAsync(rita, "edit", rita.Do("cancel_edit"), on: page.Locator("#edit-text"));
        await page.Locator("#edit-text").FillAsync("Two days.");
        await PressesAsync(rita, "save_version", page.Locator("h2, .artifact-head").GetByText("v2").First);

        var conflict = await CollidesAsync(agent, queue);
        await rita.OpensAsync($"/conflicts/{conflict}");
        await PressesAsync(rita, "take_conflict", page.GetByText($"taken by {name}"));
        await page.Locator("#settle-note").FillAsync("The first was right.");
        await PressesAsync(rita, "resolve:keep_current", page.Locator(".settled"));

        await rita.OpensAsync("/runbook");
        await page.Locator("#main .row a").First.PressAsync("Enter");
        await page.Locator("#rb-guidance").FillAsync(Street.Fresh("Ask first."));
        await PressesAsync(rita, "save_guidance", page.GetByText(name).Last);
        await PressesAsync(rita, "absorb", rita.Do("watch"), on: rita.Do("watch"));
        await PressesAsync(rita, "watch", rita.Do("absorb"), on: rita.Do("absorb"));
    }
}
