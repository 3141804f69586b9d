using Bunit;
using ControlSurface.Core.Leases;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class The_past : LiveHouse
{
    [Fact]
    public async Task History_is_the_journal_newest_first_and_grows()
    {
        var page = Render<History>();
        var item = await Item("Reply to ticket 88213");
        await Work(item);

        page.WaitForAssertion(() =>
            Assert.Equal(
                Engine.Picture.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
                page.Find(".timeline li").GetAttribute("data-seq")
            )
        );
        Assert.Contains("reply-agent renewed: 3 of 5.", Read(page.Find(".timeline li")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_narrowed_by_kind_and_item()
    {
        var one = await Item("One");
        await Work(await Item("Two"));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?type=item&item={one}");

        Assert.Equal([one.Text], Render<History>().FindAll(".timeline li a").Select(Read));
    }

    [Fact]
    public async Task The_board_at_a_past_moment_is_what_it_was_and_offers_nothing()
    {
        var item = await Item("Reply to ticket 88213");
        var lease = await Work(item);
        var then = Engine.Picture.Seq;
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, null, LeaveOpen: false));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?at={then}");

        var page = Render<History>();

        page.WaitForAssertion(() =>
            Assert.Equal("leased", page.Find($".row[data-item='{item}']").GetAttribute("data-state"))
        );
        Assert.Equal("stopped", page.Find(".row .countdown").GetAttribute("data-mode"));
        Assert.Empty(page.FindAll("[data-do]"));
    }

    [Fact]
    public void An_event_that_never_was_is_said_to_be_none()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/history?at=999999");

        Assert.Equal("There is no such event", Read(Render<History>().Find(".empty h2")));
    }
}
