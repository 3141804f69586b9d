using Bunit;
using ControlSurface.Pages;
using ControlSurface.Pages.Parts;
using ControlSurface.Pages.Views;

namespace Ui.Tests;

public class A_first_run : LiveHouse
{
    [Fact]
    public async Task Whoever_may_set_it_up_is_led_from_a_queue_to_the_first_claim()
    {
        Viewer = Priya;
        var page = Render<Now>();
        Assert.Equal("Connect your first agent", Read(page.Find(".first-run h2")));
        Assert.Contains("keys add --name reply-agent", Read(page.Find(".first-run")), StringComparison.Ordinal);

        var item = await Item("Reply to the first ticket");
        await Work(item);

        page.WaitForAssertion(() => Assert.NotNull(page.Find($"[data-item='{item}']")));
        Assert.Empty(page.FindAll(".first-run"));
    }

    [Fact]
    public void Whoever_may_not_make_a_queue_sees_an_empty_list_and_no_steps()
    {
        Viewer = Mara;

        var page = Render<Now>();

        Assert.Empty(page.FindAll(".first-run"));
        Assert.Equal("Nothing is owned", Read(page.Find(".empty h2")));
    }

    [Fact]
    public async Task Without_a_queue_the_first_step_makes_one()
    {
        string? made = null;
        var steps = Render<FirstRun>(p =>
            p.Add(x => x.View, new FirstRunView(Queue: null, "", Agent: null))
                .Add(x => x.OnMakeQueue, name => made = name)
        );
        await steps.Find("#first-queue").InputAsync("crm-updates");
        Assert.Contains("/queues/crm-updates/claims", Read(steps.Find(".first-run")), StringComparison.Ordinal);

        await steps.Find("form").SubmitAsync();

        Assert.Equal("crm-updates", made);
    }
}
