using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using Xunit.Abstractions;

namespace ControlSurface.Core.Tests.Laws;

/// <summary>
/// The laws of locks (DESIGN.md 1, 8, 9, 10, 11, 12) on crowded random days of 80 steps: six items at work at once on eleven
/// targets above, below and beside each other, checked after every command. A breach prints its seed and the steps;
/// SIMULATION_SEED=… plays one day more, SIMULATION_COUNT=… another number.
/// </summary>
public class LockLawTests(ITestOutputHelper output)
{
    private static readonly Lazy<LawRun> Days = LawRun.Of(seed => new LockDay(seed).Play(), KindOf);

    [Fact]
    public void Law_00_No_request_throws() => Holds(0);

    [Fact]
    public void Law_01_No_two_items_have_locks_that_conflict() => Holds(1);

    [Fact]
    public void Law_08_Replaying_gives_the_locks_there_were() => Holds(8);

    [Fact]
    public void Law_09_Whoever_waits_is_served_at_once_and_nobody_is_passed_over() => Holds(9);

    [Fact]
    public void Law_10_A_takeover_and_a_handoff_lose_no_lock() => Holds(10);

    [Fact]
    public void Law_11_Nothing_is_locked_by_nobody_and_nobody_waits_for_themselves() => Holds(11);

    [Fact]
    public void Law_12_The_tree_is_what_the_items_say() => Holds(12);

    [Fact]
    public void The_days_reach_what_they_are_about()
    {
        string[] wanted =
        [
            "lock.acquired after a wait",
            "lock.gaveUp deadlock",
            "lock.gaveUp timeout",
            "lock.gaveUp released",
            "lock.released unlocked",
            "lock.released completed",
            "lock.released taken_over_stale",
            "lock.released handoff_declined",
            "hold.ended expired",
            "hold.ended released",
        ];
        Assert.Empty(Days.Value.Missing(wanted, output));
    }

    private void Holds(int law) => Days.Value.Holds(law, output);

    private static string KindOf(Event happened) =>
        happened switch
        {
            LockEvent.Acquired { Wait: not null } => "lock.acquired after a wait",
            LockEvent.GaveUp e => "lock.gaveUp " + WireNames.Of(e.Because),
            LockEvent.Released e => "lock.released " + WireNames.Of(e.Because),
            HoldEvent.Ended e => "hold.ended " + WireNames.Of(e.Because),
            _ => happened.Type,
        };
}
