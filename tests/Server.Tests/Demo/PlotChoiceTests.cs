using ControlSurface.Demo;
using ControlSurface.Demo.Scenes;

namespace Server.Tests.Demo;

/// <summary>What a simulated agent does with the work that it was given.</summary>
public class When_a_plot_is_chosen
{
    private static readonly Tally Enough = new(Stale: 4, HandedOff: 2, Asking: 2, Resting: 1);

    [Fact]
    public void Too_little_stale_work_makes_the_next_run_crash() =>
        Assert.Equal(Plot.Crash, PlotChoice.Next(Refunds.Craft, Enough with { Stale = 3 }, dice: 0));

    [Fact]
    public void Where_stale_work_goes_back_by_itself_no_crash_is_wanted() =>
        Assert.Equal(Plot.Steady, PlotChoice.Next(CrmUpdates.Craft, Enough with { Stale = 0 }, dice: 0));

    [Fact]
    public void Too_few_handoffs_questions_and_failures_are_made_up_for_in_this_order()
    {
        Assert.Equal(Plot.HandOff, PlotChoice.Next(Refunds.Craft, new(4, 1, 0, 0), dice: 0));
        Assert.Equal(Plot.Ask, PlotChoice.Next(Refunds.Craft, new(4, 2, 1, 0), dice: 0));
        Assert.Equal(Plot.Fail, PlotChoice.Next(Refunds.Craft, new(4, 2, 2, 0), dice: 0));
    }

    [Fact]
    public void Once_there_is_enough_of_everything_no_roll_makes_more_of_it()
    {
        foreach (var craft in Crafts.All)
        {
            for (var dice = 0; dice < 100; dice++)
            {
                var plot = PlotChoice.Next(craft, Enough, dice);
                Assert.DoesNotContain(plot, new[] { Plot.HandOff, Plot.Ask, Plot.Fail });
                Assert.False(plot == Plot.Crash && craft.HoldsStale, $"{craft.Queue} crashes at {dice}");
            }
        }
    }

    [Fact]
    public void The_first_claims_bring_every_special_state_once_at_least()
    {
        var opening = Crafts.All.SelectMany(craft => PlotChoice.Opening(craft.Queue)).ToList();
        Assert.Contains(Plot.HandOff, opening);
        Assert.Contains(Plot.Ask, opening);
        Assert.Contains(Plot.Fail, opening);
        Assert.Equal(PlotChoice.StaleWanted, opening.Count(plot => plot == Plot.Crash));
    }

    [Fact]
    public void What_runs_towards_a_state_counts_as_if_it_were_there()
    {
        var stage = new DemoStage(seed: 1);
        foreach (var craft in Crafts.All)
        {
            foreach (var opened in PlotChoice.Opening(craft.Queue))
                Assert.Equal((opened, true), stage.Begin(craft));
        }
        // Four crashes run, so that refunds goes on to what is still missing: a second handoff, then a second question.
        Assert.Equal((Plot.HandOff, false), stage.Begin(Refunds.Craft));
        Assert.Equal((Plot.Ask, false), stage.Begin(Refunds.Craft));
        stage.End(Plot.Crash);
        Assert.Equal((Plot.Crash, false), stage.Begin(Refunds.Craft));
    }
}
