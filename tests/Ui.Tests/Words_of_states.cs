using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;

namespace Ui.Tests;

public class Words_of_states : House
{
    [Theory]
    [InlineData(StateKind.Item, "waiting_on_review", "Waiting on review", "wait", false)]
    [InlineData(StateKind.Item, "stale", "Stale", "bad", true)]
    [InlineData(StateKind.Item, "handed_off", "Handed off", "wait", true)]
    [InlineData(StateKind.Item, "completed", "Completed", "good", false)]
    [InlineData(StateKind.Action, "ambiguous", "Ambiguous", "open", true)]
    [InlineData(StateKind.Conflict, "open", "Open", "bad", true)]
    [InlineData(StateKind.Queue, "paused", "Paused", "wait", true)]
    public void A_state_is_an_icon_and_a_word_and_loud_only_where_someone_must_act(
        StateKind kind,
        string state,
        string word,
        string hue,
        bool loud
    )
    {
        var drawn = Render<StateWord>(p => p.Add(x => x.Kind, kind).Add(x => x.State, state)).Find("[data-state]");

        Assert.Equal(word, Read(drawn));
        Assert.Equal(state, drawn.GetAttribute("data-state"));
        Assert.NotNull(drawn.QuerySelector("svg[aria-hidden] use"));
        Assert.Contains(hue, drawn.ClassList);
        Assert.Equal(loud, drawn.ClassList.Contains("loud"));
    }

    [Fact]
    public void Every_state_of_the_table_has_a_drawing_that_exists() =>
        Assert.All(States.All, row => Assert.Contains(row.Look.Icon, Icons.Paths.Keys));

    [Fact]
    public void A_state_without_a_look_is_not_passed_over() =>
        Assert.Throws<ArgumentException>(() => States.Of(StateKind.Item, "vanished"));

    [Fact]
    public void A_pill_says_since_when()
    {
        var drawn = Render<StateWord>(p =>
                p.Add(x => x.Kind, StateKind.Item)
                    .Add(x => x.State, "stale")
                    .Add(x => x.Pill, true)
                    .Add(x => x.Since, T0.AddMinutes(-42))
            )
            .Find(".pill");

        Assert.Equal("Stale for 42 min", Read(drawn));
    }

    [Theory]
    [InlineData(61, 300, false)]
    [InlineData(60, 300, true)]
    [InlineData(13, 60, false)]
    [InlineData(12, 60, true)]
    public void A_lease_reads_as_expiring_in_its_last_minute_or_fifth_and_stays_leased(
        int left,
        int total,
        bool expiring
    )
    {
        var clock = new LeaseClock(ClockMode.Running, T0.AddSeconds(left), total);
        var drawn = Render<StateWord>(p =>
                p.Add(x => x.Kind, StateKind.Item).Add(x => x.State, "leased").Add(x => x.Clock, clock)
            )
            .Find("[data-state]");

        Assert.Equal(expiring, drawn.ClassList.Contains("expiring"));
        Assert.Equal("Leased, expiring", Read(drawn.QuerySelector(".at-end")!));
        Assert.Equal("leased", drawn.GetAttribute("data-state"));
    }
}
