using ControlSurface.Core.Engine;
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// The laws of versions, decisions and actions (DESIGN.md 4, 5, 6, 7, 8, 10, 11, 13) on random days of 80 steps: two
/// agents, two reviewers, a manager and somebody of support on two items, checked after every event. A breach prints its
/// seed and the steps; SIMULATION_SEED=… plays one day more, SIMULATION_COUNT=… another number.
/// </summary>
public class ReviewLawTests(ITestOutputHelper output)
{
    private static readonly Lazy<LawRun> Days = LawRun.Of(seed => new ReviewDay(seed).Play());

    [Fact]
    public void Law_00_No_request_throws() => Holds(0);

    [Fact]
    public void Law_04_A_valid_approval_is_for_the_current_version_and_nothing_begins_on_anything_else() => Holds(4);

    [Fact]
    public void Law_05_An_action_has_one_permit_out_is_applied_once_and_is_never_guessed() => Holds(5);

    [Fact]
    public void Law_06_No_content_is_lost_that_was_accepted_or_refused_for_a_collision() => Holds(6);

    [Fact]
    public void Law_07_One_collision_makes_one_conflict() => Holds(7);

    [Fact]
    public void Law_08_Replaying_gives_the_state_there_was() => Holds(8);

    [Fact]
    public void Law_10_A_takeover_loses_no_version_and_no_unsettled_action() => Holds(10);

    [Fact]
    public void Law_11_Nothing_waits_on_a_review_that_nobody_is_asked_for() => Holds(11);

    [Fact]
    public void Law_13_What_is_repeated_changes_nothing() => Holds(13);

    [Fact]
    public void The_days_reach_what_they_are_about()
    {
        Assert.Empty(Days.Value.Missing(EventJson.Types.Where(IsOfThoseDays), output));
    }

    // docs/STATES.md is what a newcomer reads: it draws what happens on random days, and nothing that does not.
    [Fact]
    public void Approvals_actions_and_conflicts_go_the_ways_that_the_page_of_states_draws() =>
        StatesPage.Draws(Days.Value.Arrows, StatesPage.Approval, StatesPage.Action, StatesPage.Conflict);

    internal static bool IsOfThoseDays(string type) =>
        type.Split('.')[0]
            is "artifact"
                or "review"
                or "comment"
                or "decision"
                or "approval"
                or "action"
                or "conflict"
                or "target";

    private void Holds(int law) => Days.Value.Holds(law, output);
}
