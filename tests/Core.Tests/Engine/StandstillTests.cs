using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>A process that stands still for more than 5 s was down for so long (API.md, Stopped clocks).</summary>
public class StandstillTests
{
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(200);

    /// <summary>A house whose heartbeat is its own clock: what passes in one step is a stop of the process.</summary>
    private static async Task<TestHouse> OpenAsync(PolicyChange? crm = null)
    {
        var clock = new HandClock(T0);
        return await TestHouse.OpenAsync(crm, new EngineOptions { Heartbeat = clock }, clock);
    }

    /// <summary>Time passes as it does for a process that runs: a second at a time, each with its heartbeat.</summary>
    private static async Task RunAsync(TestHouse house, int seconds)
    {
        for (var k = 0; k < seconds; k++)
        {
            house.Clock.Pass(TimeSpan.FromSeconds(1));
            await house.SettleAsync();
        }
    }

    private static IEnumerable<WorkspaceEvent.Resumed> Given(TestHouse house) =>
        house.Journal.Events.Select(e => e.Event).OfType<WorkspaceEvent.Resumed>();

    [Fact]
    public async Task Found_1_6_a_lease_that_ran_out_while_the_process_stood_still_goes_on_and_nobody_else_is_granted_it()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60, OnStale = OnStale.Requeue });
        var item = await house.CreateAsync();
        var lease = await house.ClaimAsync(Ann, item);
        await RunAsync(house, 20);
        house.Clock.Pass(Frozen);
        await house.RefusedAsync<LeaseRefusal.AlreadyOwned>(Bob, new ClaimCommand.One(item, null, null));
        var given = Assert.Single(Given(house));
        Assert.Equal((T0.AddSeconds(20), T0.AddSeconds(220)), (given.DownFrom, given.DownTo));
        Assert.Equal(lease.ExpiresAt + Frozen, given.Extended.Single().Until);
        await RunAsync(house, 39);
        await house.AcceptedAsync(
            Ann,
            new LeaseCommand.Renew(lease.Id, null, lease.Token, new ProgressNote("1", null))
        );
        Assert.Single(house.Journal.Events, e => e.Event is LeaseEvent.Claimed);
    }

    [Fact]
    public async Task Found_1_6_what_is_left_after_the_standstill_is_what_was_left_before_to_the_millisecond()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var item = await house.CreateAsync();
        await house.ClaimAsync(Ann, item);
        await RunAsync(house, 20);
        house.Clock.Pass(Frozen);
        await house.SettleAsync();
        await RunAsync(house, 39);
        Assert.Equal(ItemState.Leased, house.Engine.Picture.Read(at => at.FindItem(item)!.State));
        await RunAsync(house, 1);
        Assert.Equal(ItemState.Stale, house.Engine.Picture.Read(at => at.FindItem(item)!.State));
    }

    [Fact]
    public async Task Found_1_6_five_seconds_are_time_that_passed_and_a_millisecond_more_are_not()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        await house.ClaimAsync(Ann, await house.CreateAsync());
        await RunAsync(house, 1);
        house.Clock.Pass(TimeSpan.FromSeconds(5));
        await house.SettleAsync();
        Assert.Empty(Given(house));
        house.Clock.Pass(TimeSpan.FromMilliseconds(5_001));
        await house.SettleAsync();
        Assert.Single(Given(house));
    }

    [Fact]
    public async Task Found_1_6_each_standstill_is_given_back_once_however_many_look_afterwards()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync());
        for (var k = 0; k < 3; k++)
        {
            await RunAsync(house, 2);
            house.Clock.Pass(Frozen);
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.SettleAsync()));
        }
        Assert.Equal(3, Given(house).Count());
        Assert.Equal(
            lease.ExpiresAt + (3 * Frozen),
            house.Engine.Picture.Read(at => at.FindItem(lease.Item)!.Lease!.ExpiresAt)
        );
    }

    [Fact]
    public async Task Found_1_6_it_is_given_back_though_the_write_of_it_is_refused_at_first()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync());
        await RunAsync(house, 10);
        house.Journal.IsFull = true;
        house.Clock.Pass(Frozen);
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, new ItemCommand.Create("crm", "no"))).Refusal);
        house.Journal.IsFull = false;
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Engine.IsWritable, "room on the disk");
        await house.SettleAsync();
        Assert.Equal(
            lease.ExpiresAt + Frozen,
            house.Engine.Picture.Read(at => at.FindItem(lease.Item)!.Lease!.ExpiresAt)
        );
        Assert.Single(Given(house));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Found_1_6_a_kill_in_or_right_after_the_standstill_gives_it_back_at_the_start(bool wasThawed)
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync());
        await RunAsync(house, 10);
        TestHouse.Until(() => house.Engine.LastMarkAt == T0.AddSeconds(10), "the mark");
        // The disk takes nothing of what comes after the thaw but the mark, which must not run ahead of what was given back.
        house.Journal.Refuses = _ => true;
        if (wasThawed)
        {
            house.Clock.Pass(Frozen);
            TestHouse.Until(() => !house.Engine.IsWritable, "the refused write");
        }
        var left = house.Journal.Crash();
        if (!wasThawed)
            house.Clock.Pass(Frozen);
        await using var next = TestHouse.Reopen(left, house.Clock, new EngineOptions { Heartbeat = house.Clock });
        var until = next.Engine.Picture.Read(at => at.FindItem(lease.Item)!.Lease!.ExpiresAt);
        Assert.Equal(lease.ExpiresAt + Frozen, until);
    }

    [Fact]
    public async Task Found_1_6_a_claim_that_waits_is_not_served_with_what_only_ran_out_in_the_standstill()
    {
        await using var house = await OpenAsync(new PolicyChange { LeaseSeconds = 60, OnStale = OnStale.Requeue });
        await house.ClaimAsync(Ann, await house.CreateAsync());
        var bob = house.SendAsync(Bob, new ClaimCommand.Next("crm", null, null, []), waitSeconds: 55);
        TestHouse.Until(() => house.Engine.WaitingClaims == 1, "the waiting claim");
        house.Clock.Pass(Frozen);
        Assert.IsType<NothingToClaimReply>((await bob).Reply);
        Assert.Single(house.Journal.Events, e => e.Event is LeaseEvent.Claimed);
    }
}

/// <summary>A machine whose clock is wrong (API.md, Stopped clocks).</summary>
public class WrongClockTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Found_7_1_set_back_by_a_day_time_goes_on_steadily_and_leases_end()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var item = await house.CreateAsync();
        await house.ClaimAsync(Ann, item);
        house.Clock.Step(-Day);
        Assert.Equal(T0, house.Engine.Now);
        Assert.Equal(Day, house.Engine.AheadOfWall);
        house.Clock.Pass(TimeSpan.FromSeconds(59));
        await house.SettleAsync();
        Assert.Equal(ItemState.Leased, house.Engine.Picture.Read(at => at.FindItem(item)!.State));
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        await house.SettleAsync();
        Assert.Equal(ItemState.Stale, house.Engine.Picture.Read(at => at.FindItem(item)!.State));
        Assert.Equal(T0.AddSeconds(60), house.Journal.Events[^1].At);
        house.Clock.Step(Day);
        Assert.Equal(TimeSpan.Zero, house.Engine.AheadOfWall);
        Assert.Equal(T0.AddSeconds(60), house.Engine.Now);
    }

    [Theory]
    [InlineData(3_600_000, false)]
    [InlineData(3_600_001, true)]
    public async Task Found_7_1_a_start_more_than_an_hour_behind_the_journal_is_refused(
        int milliseconds,
        bool isRefused
    )
    {
        await using var house = await TestHouse.OpenAsync();
        await house.CreateAsync();
        var left = house.Journal.Crash();
        var clock = new HandClock(T0.AddMilliseconds(-milliseconds));
        if (!isRefused)
        {
            await TestHouse.Reopen(left, clock).DisposeAsync();
            return;
        }
        var refused = Assert.Throws<ClockBehindException>(() => TestHouse.Reopen(left, clock));
        Assert.Contains("--accept-clock", refused.Message, StringComparison.Ordinal);
        Assert.Equal(house.Journal.LastSeq, left.LastSeq);
    }

    [Fact]
    public async Task Found_7_1_accepted_it_goes_on_from_the_journal_and_leases_end()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var item = await house.CreateAsync();
        await house.ClaimAsync(Ann, item);
        var clock = new HandClock(T0.AddDays(-365));
        var options = new EngineOptions { AcceptClock = true };
        await using var next = TestHouse.Reopen(house.Journal.Crash(), clock, options);
        Assert.Equal(T0, next.Engine.Now);
        clock.Pass(TimeSpan.FromSeconds(60));
        await next.SettleAsync();
        Assert.Equal(ItemState.Stale, next.Engine.Picture.Read(at => at.FindItem(item)!.State));
        await next.CreateAsync();
        var at = next.Journal.Events.Select(e => e.At).ToList();
        Assert.Equal(at.Order(), at);
    }

    [Fact]
    public async Task Found_7_1_a_mark_from_a_clock_that_was_wrong_holds_nothing_up()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { LeaseSeconds = 60 });
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync());
        var left = house.Journal.Crash();
        left.LastUpAt = T0.AddDays(365);
        house.Clock.Pass(TimeSpan.FromSeconds(30));
        await using var next = TestHouse.Reopen(left, house.Clock);
        Assert.Equal(T0.AddSeconds(30), next.Engine.Now);
        Assert.Equal(
            lease.ExpiresAt!.Value.AddSeconds(30),
            next.Engine.Picture.Read(at => at.FindItem(lease.Item)!.Lease!.ExpiresAt)
        );
    }
}
