using Bunit;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Pages.Parts;

namespace Ui.Tests;

/// <summary>The bar above an item's timeline, and who is offered when it is handed on.</summary>
public class The_life_of_an_item : LiveHouse
{
    private IRenderedComponent<ItemPage> Page(ItemId item) => Render<ItemPage>(p => p.Add(x => x.Id, item.Text));

    private static List<string> Sums(IRenderedComponent<ItemPage> page) =>
        [.. page.FindAll(".life-sums .chart-key").Select(Read)];

    private async Task Wait(int minutes)
    {
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        await Engine.AskAsync(static (_, _) => true);
    }

    [Fact]
    public async Task Its_stretches_follow_one_another_and_each_kind_is_summed_in_words()
    {
        var item = await Item("Reply to ticket 88190");
        await Wait(12);
        var lease = await Work(item, leaseSeconds: 3_600);
        await Wait(30);
        await Do(
            Agent,
            new LeaseCommand.Suspend(
                lease.Id,
                lease.Holder.Run,
                lease.Token,
                HolderReason.WaitingOnHuman,
                "Which address?"
            )
        );
        await Wait(8);
        await Do(Agent, new LeaseCommand.Resume(lease.Id, lease.Holder.Run, lease.Token));
        await Wait(70);
        await Do(Mara, new ItemCommand.Cancel(item, "Done by phone"));
        await Wait(60);

        var page = Page(item);

        Assert.Equal(
            ["Queued 12 min", "In work, reply-agent run 7f3, 1 h 30 m", "Waits on a person 8 min", "Stale 10 min"],
            Sums(page)
        );
        Assert.Equal(
            ["idle", "work", "wait", "work", "bad"],
            page.FindAll(".life-bar span").Select(span => span.ClassName!)
        );
        Assert.Equal("In work, reply-agent run 7f3: 30 min", page.FindAll(".life-bar span")[1].GetAttribute("title"));
        Assert.Equal(
            ["Stale", "In work", "Waits on a person", "In work", "Queued"],
            page.FindAll(".life tbody tr").Select(row => Read(row.Children[1]))
        );
        Assert.Contains("reply-agent run 7f3", Read(page.FindAll(".life tbody tr")[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_lives_the_last_stretch_grows_by_itself()
    {
        var item = await Item("Reply to ticket 88190");
        var page = Page(item);

        await Wait(20);

        page.WaitForAssertion(() => Assert.Equal(["Queued 20 min"], Sums(page)));
        Assert.Contains("20 min so far", Read(page.Find(".life tbody tr")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_it_can_be_handed_to_is_said_with_what_they_hold_and_until_when_they_are_away()
    {
        await Work(await Item("One"));
        await Work(await Item("Two"));
        var back = Clock.GetUtcNow().AddDays(3);
        await Do(Jun, new PrincipalCommand.SetAbsence(back, null));

        var all = Addressees.On(
            Engine.Picture.Read(at => Board.Of(at)),
            "replies",
            new Viewer(Engine.Picture.Read(at => at.FindPrincipal(Mara)))
        );

        Assert.Equal("reply-agent", all[^1].Words);
        Assert.Equal(2, all[^1].Holds);
        var jun = all.Single(one => one.Value == Jun.Text);
        Assert.Equal((back, 0), (jun.AwayUntil, jun.Holds));
    }
}
