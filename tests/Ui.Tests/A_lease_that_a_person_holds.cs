using Bunit;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Pages;
using ControlSurface.Pages.Parts;

namespace Ui.Tests;

/// <summary>What an agent can do under its lease, a person can do under theirs.</summary>
public class A_lease_that_a_person_holds : LiveHouse
{
    private async Task<(Lease Lease, IRenderedComponent<ItemPage> Page)> Held()
    {
        var lease = await Work(await Item("Refund order 5518"), by: Mara, run: null, leaseSeconds: null);
        return (lease, Render<ItemPage>(p => p.Add(x => x.Id, lease.Item.Text)));
    }

    private Item Now(Lease lease) => Engine.Picture.Read(at => at.FindItem(lease.Item)!);

    [Fact]
    public async Task A_checkpoint_keeps_what_is_done_what_is_next_what_is_open_and_the_evidence()
    {
        var (lease, page) = await Held();

        await page.Find("[data-do=checkpoint]").ClickAsync();
        var fields = page.FindAll("dialog textarea, dialog input");
        await fields[0].InputAsync("The return is here; the amount agrees.");
        await page.Find("#checkpoint-next").InputAsync("Send the refund");
        await page.Find("#checkpoint-questions").InputAsync("The fee too?\n\n Which card? ");
        await page.Find("#checkpoint-evidence").InputAsync("Return receipt https://example.org/receipt\nSaw it myself");
        await page.Find("[data-do='confirm:checkpoint']").ClickAsync();

        var kept = Assert.Single(Now(lease).Checkpoints);
        Assert.Equal("The return is here; the amount agrees.", kept.Summary);
        Assert.Equal("Send the refund", kept.NextStep);
        Assert.Equal(["The fee too?", "Which card?"], kept.OpenQuestions);
        Assert.Equal(
            [("Return receipt", "https://example.org/receipt"), ("Saw it myself", null)],
            kept.Evidence.Select(one => (one.Label, one.Uri))
        );
        Assert.Empty(page.FindAll("dialog"));
    }

    [Fact]
    public async Task Renewing_gives_the_full_term_again()
    {
        var (lease, page) = await Held();
        Clock.Advance(TimeSpan.FromHours(1));

        await page.Find("[data-do=renew]").ClickAsync();

        Assert.Equal(Clock.GetUtcNow().AddSeconds(28_800), Now(lease).Lease!.ExpiresAt);
    }

    [Fact]
    public async Task Completing_with_a_result_keeps_the_words_as_they_were_written()
    {
        var (lease, page) = await Held();

        await page.Find("[data-do=complete_with]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("Refunded 20 €, the “fee” too");
        await page.Find("[data-do='confirm:complete_with']").ClickAsync();

        var item = Now(lease);
        Assert.Equal(ItemState.Completed, item.State);
        Assert.Equal(
            "Refunded 20 €, the “fee” too",
            System.Text.Json.JsonSerializer.Deserialize<string>(
                item.Log.Select(recorded => recorded.Event).OfType<ItemEvent.Completed>().Single().Result!
            )
        );
    }

    [Fact]
    public async Task Releasing_with_a_note_leaves_it_to_the_next_owner()
    {
        var (lease, page) = await Held();

        await page.Find("[data-do=release_with]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("The customer calls back at four.");
        await page.Find("[data-do='confirm:release_with']").ClickAsync();

        var item = Now(lease);
        Assert.Equal(ItemState.Queued, item.State);
        Assert.Equal(
            "The customer calls back at four.",
            item.Log.Select(recorded => recorded.Event).OfType<LeaseEvent.Ended>().Single().Note
        );
        Assert.Contains("The customer calls back at four.", Read(page.Find(".timeline")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_stays_where_the_lease_was_lost_meanwhile()
    {
        var (lease, page) = await Held();
        await page.Find("[data-do=checkpoint]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("Nearly done.");
        await Do(Jun, new ClaimCommand.TakeOver(lease.Item, Run: null, "Urgent.", Force: true));

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-do=renew]")));
        await page.Find("[data-do='confirm:checkpoint']").ClickAsync();

        Assert.Empty(Now(lease).Checkpoints);
        Assert.Contains("Jun Sato holds it", Read(page.Find("dialog [data-code]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_does_not_hold_it_is_offered_none_of_this()
    {
        var lease = await Work(await Item("Refund order 5518"));
        var page = Render<ItemPage>(p => p.Add(x => x.Id, lease.Item.Text));

        Assert.Empty(
            page.FindAll("[data-do=checkpoint], [data-do=renew], [data-do=complete_with], [data-do=release_with]")
        );
    }

    [Fact]
    public async Task Snoozed_work_is_given_to_nobody_until_then()
    {
        var item = await Item("Call back");
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));

        await page.Find("[data-do=snooze]").ClickAsync();
        await page.Find("#snooze-for").ChangeAsync("4");
        await page.Find("dialog textarea").InputAsync("They open at noon.");
        await page.Find("[data-do='confirm:snooze']").ClickAsync();

        var parked = Engine.Picture.Read(at => at.FindItem(item)!.Parked);
        Assert.Equal((Clock.GetUtcNow().AddHours(4), "They open at noon."), (parked!.Until!.Value, parked.Why));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" one \r\n\n two", new[] { "one", "two" })]
    public void Lines_that_say_nothing_are_none(string text, string[] lines) =>
        Assert.Equal(lines, CheckpointForm.Lines(text));

    [Theory]
    [InlineData("Receipt https://example.org/a", "Receipt", "https://example.org/a")]
    [InlineData("https://example.org/a", "https://example.org/a", "https://example.org/a")]
    [InlineData("See note: javascript:alert(1)", "See note: javascript:alert(1)", null)]
    [InlineData("I saw it", "I saw it", null)]
    public void A_line_of_evidence_ends_with_its_address_or_has_none(string line, string label, string? uri) =>
        Assert.Equal([new Evidence(label, uri, null, null, null)], CheckpointForm.Evidence(line));
}
