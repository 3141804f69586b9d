using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>After an act on the Desk, on work of others, on a review, on a collision or on many things, the focus is on something.</summary>
public sealed class Where_the_focus_goes_elsewhere(Street street) : FocusStory(street)
{
    [Fact]
    public async Task After_each_act_of_support_on_the_desk_and_on_work_of_others()
    {
        var queue = Street.Fresh("replies");
        var mia = Premises.Agent("Lead Manager", Roles.Manager);
        await mia.QueueAsync(queue, new { claimSeconds = 5 });
        var agent = Premises.Agent("reply-agent");
        // It goes stale while the rest is done.
        var stale = await agent.ClaimAsync(await agent.ItemAsync(queue, "Goes stale"), leaseSeconds: 5);
        await agent.StartAsync(stale);
        var name = Street.Fresh("Sam Okoro");
        var sam = await PersonAsync(name, Roles.Support);
        var page = sam.Page;
        var isYours = page.GetByText("It is yours.");

        await sam.OpensAsync($"/desk/{await HandedOffAsync(agent, queue)}");
        await PressesAsync(sam, "accept", isYours);
        var (given, next) = (await HandedOffAsync(agent, queue), await HandedOffAsync(agent, queue));
        await sam.OpensAsync($"/desk/{given}?show=handed_off&queue={queue}");
        await PressesAsync(sam, "decline", sam.Do("next_desk"), asks: "Not mine.", on: sam.Do("next_desk"));
        await PressesAsync(sam, "next_desk", page.Locator($".handover[data-item='{next}']"));
        var item = await agent.ItemAsync(queue, "Worked on by a person");
        await sam.OpensAsync($"/items/{item}");
        await PressesAsync(sam, "claim", sam.Do("release_with"));
        await PressesAsync(sam, "release_with", sam.Do("claim"), asks: "Half done.");
        var key = Premises.Agent(name, Roles.Support);
        var lease = (await key.PostAsync($"items/{item}/claim", new { run = (string?)null })).GetProperty("lease");
        await key.PostAsync(
            $"leases/{lease.GetProperty("id").GetString()}/suspend",
            new { token = lease.GetProperty("token").GetInt64(), reason = "waiting_on_human" }
        );
        await PressesAsync(sam, "resume_lease", sam.Do("complete_with"));
        await PressesAsync(sam, "complete_with", page.Locator("#main [data-state=completed]").First, asks: "42");

        await sam.OpensAsync($"/artifacts/{(await AskedAsync(agent, queue, "Asked of others")).Artifact}");
        await PressesAsync(sam, "remind", sam.Do("remind"));

        var others = await agent.ClaimAsync(await agent.ItemAsync(queue, "Of an agent"), leaseSeconds: 300);
        await agent.StartAsync(others);
        await sam.OpensAsync($"/items/{others.Item}");
        await PressesAsync(sam, "force", Open(page));
        await PressesAsync(sam, page.Locator("[data-do='ask_release']"), sam.Do("force"));
        await PressesAsync(sam, "force", sam.Do("complete"), asks: "The customer is on my line.");
        await mia.PostAsync($"items/{others.Item}/takeover", new { why = "Go home.", force = true });
        await PressesAsync(sam, page.Locator("[data-do='acknowledge_lost']"), page.Locator("h1"));
        await PressesAsync(sam, "requeue", sam.Do("claim"), asks: "Again.");
        await PressesAsync(sam, "cancel", page.Locator("#main [data-state=cancelled]").First, asks: "Not needed.");

        await sam.OpensAsync($"/desk/{stale.Item}");
        await PressesAsync(sam, "take_over", isYours);
    }

    [Fact]
    public async Task After_each_act_of_a_reviewer_on_what_they_read_and_on_what_they_decided()
    {
        var (agent, queue) = await QueueAsync();
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { onHumanEdit = "ask" });
        var name = Street.Fresh("Rita Moss");
        Premises.Access.AddPrincipal(name, PrincipalKind.Person, Roles.Reviewer | Roles.Manager, [queue]);
        var rita = await PersonAsync(name, Roles.Reviewer);
        var page = rita.Page;
        var comment = page.Locator("#decision-comment");

        var (lease, artifact) = await AskedAsync(agent, queue, "Refund");
        await agent.PublishAsync(lease, artifact, 1, "We credit two\u200B days.", "two");
        await rita.OpensAsync($"/artifacts/{artifact}");
        foreach (var stays in (string[])["look_hidden", "next_change", "previous_change", "whitespace"])
            await PressesAsync(rita, stays, rita.Do(stays));
        await PressesAsync(rita, "take_review", page.GetByText("You took it."));
        await PressesAsync(rita, "reassign", Open(page).Locator("#reassign-to"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(Open(page)).ToHaveCountAsync(0);
        await PressesAsync(rita, "comment", page.Locator("#comment-body"));
        await page.Locator("#comment-quote").FillAsync("days.");
        await page.Locator("#comment-body").FillAsync("Weeks.");
        await page.Locator("[data-suggests]").CheckAsync();
        await page.Locator("#comment-suggestion").FillAsync("weeks.");
        await PressesAsync(rita, "send_comment", rita.Do("accept_suggestion"));
        await PressesAsync(rita, "accept_suggestion", page.Locator("[data-version='3']").First);
        await PressesAsync(rita, "permit", page.GetByText("may publish").First);

        await rita.OpensAsync($"/artifacts/{(await AskedAsync(agent, queue, "Asked about")).Artifact}");
        await comment.FillAsync("Which day?");
        await PressesAsync(rita, "ask", page.Locator("[data-question]").First);
        await comment.FillAsync("Say the day.");
        await PressesAsync(rita, "request_changes", page.GetByText("You requested changes at"));

        await rita.OpensAsync($"/artifacts/{(await AskedAsync(agent, queue, "Rejected")).Artifact}");
        await comment.FillAsync("No.");
        await PressesAsync(rita, "reject", page.GetByText("You rejected it at"));
        await PressesAsync(rita, "approve", rita.Do("revoke"));
        await PressesAsync(rita, "revoke", page.Locator("[data-approval][data-state=revoked]"), asks: "No after all.");

        await rita.OpensAsync($"/artifacts/{(await AskedAsync(agent, queue, "Mended")).Artifact}");
        await PressesAsync(rita, "edit", page.Locator("#edit-text"));
        await page.Locator("#edit-text").FillAsync("We credit one day, at once.");
        await PressesAsync(rita, "fix_and_approve", page.Locator("[data-approval]").First, asks: "");

        (lease, artifact) = await AskedAsync(agent, queue, "May have happened");
        await rita.OpensAsync($"/artifacts/{artifact}");
        await PressesAsync(rita, "approve", page.Locator("[data-approval]").First);
        await BreaksAsync(agent, lease);
        await rita.OpensAsync($"/desk/{lease.Item}");
        await PressesAsync(rita, "resolve:happened", page.Locator("[data-state=applied]").First, asks: "It is there.");
    }

    [Fact]
    public async Task After_each_act_on_collisions_and_on_many_things_at_once()
    {
        var (agent, queue) = await QueueAsync();
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var page = priya.Page;
        var (lease, artifact) = await AskedAsync(agent, queue, "Collides twice");
        var conflict = await agent.CollideAsync(lease, artifact);
        using var third = await agent.TryPostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = "We credit four days.",
                lease.Run,
                lease.Token,
            }
        );
        await priya.OpensAsync($"/conflicts/{conflict}");
        await PressesAsync(priya, "compare", page.Locator("[data-do='compare'][aria-pressed=true]"));
        foreach (var way in (string[])["settle:current", "settle:both", "settle:edit", "settle:proposed"])
            await PressesAsync(priya, way, page.Locator($"[data-do='{way}'][aria-pressed=true]").First);
        foreach (var title in new[] { "One", "Two" })
            await CollidesAsync(agent, queue);
        await page.Locator("#settle-note").FillAsync("Both were right.");
        await PressesAsync(priya, "resolve:merge", priya.Do("next_conflict"), on: priya.Do("next_conflict"));
        await PressesAsync(priya, "next_conflict", page.Locator($".conflict-page:not([data-conflict='{conflict}'])"));

        await priya.OpensAsync($"/conflicts?queue={queue}");
        var rows = page.Locator("#main .row[data-conflict]");
        await rows.First.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(priya, "bulk_keep_current", page.GetByText("1 conflict was settled"), asks: "The first.");
        await PressesAsync(priya, "clear_selection", rows.First);

        for (var k = 0; k < 3; k++)
            await agent.ItemAsync(queue, $"One of many, {k}");
        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        await page.Locator("#main .row[data-item]").First.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await PressesAsync(priya, "select_all", priya.Do("bulk"));
        await PressesAsync(priya, "bulk_label", Open(page));
        await page.Locator("#bulk-add").FillAsync("soon");
        await Open(page).Locator("textarea").First.FillAsync("It is asked for.");
        await Expect(page.Locator("[data-do='confirm:bulk_label']")).ToBeEnabledAsync();
        await PressesAsync(
            priya,
            page.Locator("[data-do='confirm:bulk_label']"),
            page.GetByText("3 items were labelled")
        );
        await page.Keyboard.PressAsync("z");
        await Expect(priya.Do("undo_many")).ToBeFocusedAsync();
        await PressesAsync(priya, "undo_many", page.GetByText("3 items are as before"));

        await priya.OpensAsync($"/bulk?q=queue:{queue} state:queued");
        await page.Locator("#add").FillAsync("late");
        await page.Locator("#why").FillAsync("It is asked for.");
        await PressesAsync(priya, "try_bulk", priya.Do("start_bulk"));
        await PressesAsync(priya, "start_bulk", page.Locator("[data-bulk][data-state=done]"));

        await priya.OpensAsync("/since");
        await page.Locator("#since-at").FillAsync("2026-01-02T10:00");
        await page.Locator("#since-at").PressAsync("Tab");
        await PressesAsync(priya, "since_then", page.Locator(".since-page"));
        await priya.OpensAsync("/history");
        await page.Locator("#then").FillAsync("2026-01-02T10:00:05");
        await PressesAsync(priya, page.GetByText("Show the board then"), page.GetByText("Nothing had happened yet"));
    }

    private static async Task<string> HandedOffAsync(Agent agent, string queue)
    {
        var given = await agent.ClaimAsync(await agent.ItemAsync(queue, "Handed off"));
        await HandOffAsync(agent, given);
        return given.Item;
    }
}

/// <summary>The same on a server in which nothing was ever claimed.</summary>
public sealed class Where_the_focus_goes_on_a_first_run(Street street) : FocusStory(street)
{
    private Premises _own = null!; // opened before the story

    internal override Premises Premises => _own;

    public override async Task InitializeAsync() => _own = await Premises.OpenAsync();

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _own.DisposeAsync();
        }
    }

    [Fact]
    public async Task After_the_queue_and_the_key_were_made()
    {
        var ada = await PersonAsync("Ada Lovelace", Roles.Admin);
        await ada.OpensAsync("/");
        await PressesAsync(ada, "make_queue", ada.Page.GetByText("is there, with"));
        await PressesAsync(ada, "make_key", ada.Page.Locator("[data-key]"));
    }
}
