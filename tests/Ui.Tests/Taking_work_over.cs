using Bunit;
using ControlSurface.Core.Checkpoints;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Live;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class Taking_work_over : LiveHouse
{
    [Fact]
    public async Task Two_clicks_take_stale_work_over_with_a_full_lease_and_the_checkpoint()
    {
        var item = await Stale("Refund order 5518");
        var desk = Render<Desk>();
        Assert.Equal(item.Text, desk.Find(".desk-entry").GetAttribute("data-item"));
        Assert.Contains("Amount agrees.", desk.Find(".handover").TextContent, StringComparison.Ordinal);

        await desk.Find("[data-do=take_over]").ClickAsync();

        var lease = Lease(item)!;
        Assert.Equal((Mara, LeaseState.Active), (lease.Holder.Id, lease.State));
        Assert.Equal(Clock.GetUtcNow().AddSeconds(28_800), lease.ExpiresAt);
        Assert.Equal("leased", desk.Find(".handover").GetAttribute("data-state"));
        Assert.NotNull(desk.Find(".handover .countdown.big[data-mode=running]"));
        Assert.Equal(
            ["complete", "complete_with", "checkpoint", "renew", "hand_off", "release", "release_with"],
            Buttons(desk)
        );
        Assert.Contains("Amount agrees.", desk.Find(".handover").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completing_it_ends_it_and_the_panel_stays_to_be_read()
    {
        var item = await Stale("Refund order 5518");
        var desk = Render<Desk>();
        await desk.Find("[data-do=take_over]").ClickAsync();

        await desk.Find("[data-do=complete]").ClickAsync();

        Assert.Equal(ItemState.Completed, State(item));
        Assert.Equal("completed", desk.Find(".handover").GetAttribute("data-state"));
        Assert.Empty(Buttons(desk));
        Assert.Contains("gone", desk.Find(".desk-entry").ClassList);
    }

    [Fact]
    public async Task If_someone_else_was_first_the_panel_says_who_and_the_button_goes()
    {
        var item = await Stale("Refund order 5518");
        var desk = Render<Desk>();
        Assert.Contains("take_over", Buttons(desk));

        await Do(Jun, new ClaimCommand.TakeOver(item, null, "mine", Force: false));

        desk.WaitForAssertion(() => Assert.DoesNotContain("take_over", Buttons(desk)));
        Assert.Contains("Jun Sato has it since", Read(desk.Find(".became")), StringComparison.Ordinal);
        Assert.Contains("Amount agrees.", desk.Find(".handover").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_handed_to_support_is_accepted_and_started()
    {
        var item = await Item("Call back");
        var lease = await Work(item);
        await Do(Agent, new LeaseCommand.HandOff(lease.Id, "7f3", lease.Token, null, "support", "Asks for a call"));
        var desk = Render<Desk>();
        Assert.Equal("handed_off", desk.Find(".desk-entry").GetAttribute("data-state"));

        await desk.Find("[data-do=accept]").ClickAsync();

        Assert.Equal((Mara, LeaseState.Active), (Lease(item)!.Holder.Id, Lease(item)!.State));
    }

    [Fact]
    public async Task Oldest_first_and_the_tabs_count_each_kind()
    {
        var first = await Stale("First");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Second");
        var desk = Render<Desk>();

        Assert.Equal(
            [first.Text, second.Text],
            desk.FindAll(".desk-entry").Select(row => row.GetAttribute("data-item"))
        );
        Assert.Equal(["All 2", "Stale 2", "Handed off 0"], desk.FindAll(".views a").Select(Read));
    }

    [Fact]
    public async Task What_is_being_read_keeps_its_place_in_the_list()
    {
        var first = await Stale("First");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Second");
        var desk = Render<Desk>(p => p.Add(x => x.Id, second.Text));

        await desk.Find("[data-do=take_over]").ClickAsync();

        Assert.Equal(
            [first.Text, second.Text],
            desk.FindAll(".desk-entry").Select(row => row.GetAttribute("data-item"))
        );
    }

    [Fact]
    public async Task What_was_completed_keeps_its_place_too_and_the_next_that_waits_is_offered()
    {
        var first = await Stale("First");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Second");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var desk = Render<Desk>();
        await desk.Find("[data-do=take_over]").ClickAsync();
        Assert.Empty(desk.FindAll("[data-do=next_desk]"));
        await desk.Find("[data-do=complete]").ClickAsync();

        Assert.Equal(
            [first.Text, second.Text],
            desk.FindAll(".desk-entry").Select(row => row.GetAttribute("data-item"))
        );
        var next = desk.Find("[data-do=next_desk]");
        Assert.Equal($"Next: {second}, waits 5 min Shift N", Read(next));
        Assert.Equal($"desk/{second}", next.GetAttribute("href"));
    }

    [Fact]
    public async Task The_next_that_waits_is_offered_after_the_first_act_of_a_page_too()
    {
        await Stale("First");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Second");
        var desk = Render<Desk>();

        await desk.Find("[data-do=requeue]").ClickAsync();
        await desk.Find("dialog textarea").InputAsync("Nobody here knows it.");
        await desk.Find("[data-do='confirm:requeue']").ClickAsync();

        Assert.Equal($"desk/{second}", desk.Find("[data-do=next_desk]").GetAttribute("href"));
    }

    [Fact]
    public async Task After_a_handoff_too_although_it_waits_on_the_desk_again()
    {
        var first = await Stale("First");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Second");
        var desk = Render<Desk>(p => p.Add(x => x.Id, first.Text));
        await desk.Find("[data-do=take_over]").ClickAsync();

        await desk.Find("[data-do=hand_off]").ClickAsync();
        await desk.Find("dialog textarea").InputAsync("Somebody who speaks German.");
        await desk.Find("[data-do='confirm:hand_off']").ClickAsync();

        Assert.StartsWith(
            "You handed it off. It waits until somebody accepts it.",
            Read(desk.Find(".became")),
            StringComparison.Ordinal
        );
        Assert.Equal($"desk/{second}", desk.Find("[data-do=next_desk]").GetAttribute("href"));
        // Who only looks at work that is handed off is told nothing of an act of theirs.
        Assert.Empty(Render<Desk>(p => p.Add(x => x.Id, first.Text)).FindAll("[data-do=next_desk], .became"));
    }

    [Theory]
    [InlineData("/desk?queue=other", "Nothing here matches the filter", "1 item waits on the Desk in all.")]
    [InlineData("/desk?q=refund", "Nothing here matches the filter", "1 item waits on the Desk in all.")]
    [InlineData(
        "/desk?show=handed_off",
        "Nothing is handed off",
        "Work that is handed to somebody stays here until they accept it."
    )]
    public async Task A_list_that_a_filter_leaves_empty_does_not_say_that_nothing_waits(
        string address,
        string title,
        string text
    )
    {
        await Stale("First");
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var empty = Render<Desk>().Find(".desk-list .empty");
        Assert.Equal((title, text), (Read(empty.QuerySelector("h2")!), Read(empty.QuerySelector("p")!)));
    }

    [Fact]
    public async Task Nothing_is_offered_to_a_reader_from_whom_somebody_else_took_it()
    {
        var first = await Stale("First");
        await Stale("Second");
        var desk = Render<Desk>(p => p.Add(x => x.Id, first.Text));
        await Do(Jun, new ClaimCommand.TakeOver(first, null, "mine", Force: false));
        desk.WaitForAssertion(() => Assert.Contains("Jun Sato", Read(desk.Find(".became")), StringComparison.Ordinal));
        Assert.Empty(desk.FindAll("[data-do=next_desk]"));
    }

    [Fact]
    public async Task A_viewer_reads_everything_and_sees_no_button()
    {
        Viewer = Vera;
        var item = await Stale("Refund order 5518");

        var desk = Render<Desk>();
        Assert.Contains("Amount agrees.", desk.Find(".handover").TextContent, StringComparison.Ordinal);
        Assert.Empty(Buttons(desk));
        // A file takes nothing from anybody.
        Assert.Equal(["csv"], Buttons(Render<ItemPage>(p => p.Add(x => x.Id, item.Text))));
    }

    [Fact]
    public async Task Force_asks_why_says_what_happens_and_fences_the_owner()
    {
        var item = await Item("Change of address");
        await Work(item);
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));

        await page.Find("[data-do=force]").ClickAsync();
        var dialog = page.Find("dialog");
        Assert.Equal($"Force takeover of {item}?", Read(dialog.QuerySelector("h2")!));
        Assert.Contains("Run 7f3 is fenced and told.", dialog.TextContent, StringComparison.Ordinal);
        Assert.Contains("lease of 8h 00m", dialog.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Cancel", Read(dialog.QuerySelector("[autofocus]")!), StringComparison.Ordinal);
        Assert.True(page.Find("[data-do='confirm:force']").HasAttribute("disabled"));

        await page.Find("dialog textarea").InputAsync("Customer is on the phone");
        await page.Find("[data-do='confirm:force']").ClickAsync();

        Assert.Equal((Mara, LeaseState.Active), (Lease(item)!.Holder.Id, Lease(item)!.State));
        Assert.Empty(page.FindAll("dialog"));
        Assert.Contains("Customer is on the phone", page.Find(".timeline").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_said_where_it_was_asked_and_what_was_typed_stays()
    {
        var item = await Item("Refund order 5518");
        var lease = await Work(item);
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));
        await page.Find("[data-do=force]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("Customer is on the phone");
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, null, LeaveOpen: false));
        page.WaitForState(() => page.Find(".page").GetAttribute("data-state") == "completed");

        await page.Find("[data-do='confirm:force']").ClickAsync();

        Assert.Contains(
            "It cannot be claimed now",
            Read(page.Find("dialog .note[data-code=not_claimable]")),
            StringComparison.Ordinal
        );
        Assert.Equal("Customer is on the phone", page.Find("dialog textarea").GetAttribute("value"));
    }

    [Fact]
    public async Task Found_6_9_work_that_was_taken_by_force_is_said_on_every_page_until_it_is_seen()
    {
        var item = await Item("Refund order 5519");
        await Work(item, by: Jun, run: null);
        Viewer = Jun;
        var layout = Render<ControlSurface.Components.Shell.MainLayout>(p =>
            p.Add(
                x => x.Body,
                builder =>
                {
                    builder.OpenComponent<Queues>(0);
                    builder.CloseComponent();
                }
            )
        );
        Assert.Empty(layout.FindAll("[data-lost]"));

        await Do(Priya, new ClaimCommand.TakeOver(item, null, "The customer is on the phone", Force: true));

        layout.WaitForAssertion(() =>
            Assert.Contains(
                $"Priya Nair took over {item}, Refund order 5519, which you held: The customer is on the phone",
                Read(layout.Find("[role=alert] [data-lost]")),
                StringComparison.Ordinal
            )
        );
        var inbox = Render<InboxPage>();
        Assert.Contains("took over", Read(inbox.Find("[data-entry^='ended:']")), StringComparison.Ordinal);
        Assert.NotNull(inbox.Find("[data-kind=lease_ended]"));

        await layout.Find("[data-do=acknowledge_lost]").ClickAsync();

        layout.WaitForAssertion(() => Assert.Empty(layout.FindAll("[data-lost]")));
    }

    private Lease? Lease(ItemId item) => Engine.Picture.Read(at => at.FindItem(item)!.Lease);

    private ItemState State(ItemId item) => Engine.Picture.Read(at => at.FindItem(item)!.State);

    private static IEnumerable<string?> Buttons<T>(IRenderedComponent<T> page)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        page.FindAll("button[data-do]").Select(button => button.GetAttribute("data-do"));

    [Fact]
    public async Task Whoever_holds_it_hears_at_once_on_any_page_that_it_was_taken()
    {
        var item = await Item("Reply to ticket 88213");
        await Work(item, by: Mara, run: null);
        Viewer = Mara;
        var page = Render<Now>();

        await Do(Priya, new ClaimCommand.TakeOver(item, null, "the customer waits", Force: true));

        page.WaitForAssertion(() =>
            Assert.Contains(
                JSInterop.Invocations["controlSurface.sayNow"],
                said =>
                    said.Arguments[0] is string words && words == $"Priya Nair has taken over {item}, which was yours"
            )
        );
    }

    [Fact]
    public async Task Who_else_has_the_item_open_is_said_until_they_close_it()
    {
        var item = await Item("Reply to ticket 88213");
        var presence = Services.GetRequiredService<PresenceBoard>();
        var jun = Engine.Picture.Read(at => at.FindPrincipal(Jun)!);
        Viewer = Mara;
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));
        Assert.Equal([Mara], presence.On(PresenceBoard.Topic(item)).Select(present => present.Who));
        Assert.Empty(page.FindAll(".present .here"));

        presence.Say(jun, PresenceBoard.Topic(item), "viewing");

        page.WaitForAssertion(() =>
            Assert.Equal("Jun Sato is reading it", Read(page.Find(".present .here > span:last-child")))
        );
        presence.Say(jun, PresenceBoard.Topic(item), "away");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".present .here")));
        await DisposeComponentsAsync();
        Assert.Empty(presence.On(PresenceBoard.Topic(item)));
    }
}
