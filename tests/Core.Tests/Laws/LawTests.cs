using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// What always holds (DESIGN.md), on random days of 60 to 200 steps, every law after every step. All laws share one
/// run. A breach prints its seed and the shortest story that still shows it; SIMULATION_SEED=… plays one day more, and
/// SIMULATION_COUNT=… another number of them.
/// </summary>
public class LawTests(ITestOutputHelper output)
{
    private static readonly Lazy<LawRun> Days = LawRun.Of(LawBook.Play);

    [Fact]
    public void Law_00_No_request_however_odd_throws() => Holds(0);

    [Fact]
    public void Law_01_An_item_has_at_most_one_live_lease() => Holds(1);

    [Fact]
    public void Law_02_Tokens_only_grow_and_a_write_with_an_old_one_changes_nothing() => Holds(2);

    [Fact]
    public void Law_08_Replaying_any_prefix_of_the_journal_gives_the_state_there_was() => Holds(8);

    [Fact]
    public void Law_09_A_lease_is_over_for_everyone_at_the_same_instant() => Holds(9);

    [Fact]
    public void Law_10_A_takeover_loses_no_checkpoint() => Holds(10);

    [Fact]
    public void Law_11_Nobody_who_may_not_holds_anything_and_nothing_waits_for_ever() => Holds(11);

    [Fact]
    public void Law_12_Every_word_count_and_order_is_what_the_records_say() => Holds(12);

    [Fact]
    public void Law_13_A_repeated_request_changes_nothing() => Holds(13);

    [Fact]
    public void The_days_reach_what_they_are_about()
    {
        // What is about versions, decisions and actions happens on days of its own.
        var own = Core.Engine.EventJson.Types.Where(t => !ReviewLawTests.IsOfThoseDays(t));
        Assert.Equal(["lease.revoked"], Days.Value.Missing(own, output));
    }

    // docs/STATES.md is what a newcomer reads: it draws what happens on random days, and nothing that does not.
    [Fact]
    public void A_lease_goes_the_ways_that_the_page_of_states_draws() =>
        StatesPage.Draws(Days.Value.Arrows, StatesPage.Lease);

    private void Holds(int law) => Days.Value.Holds(law, output);
}
