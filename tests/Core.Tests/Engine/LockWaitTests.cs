using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>Requests for locks that wait (API.md, Locks and targets, waitSeconds), on the real engine.</summary>
public class LockWaitTests
{
    private static LockCommand.Acquire Lock(Lease lease, string target, int wait = 0) =>
        new(
            lease.Id,
            lease.Holder.Run,
            lease.Token,
            [new RequestedLock(target, LockMode.Exclusive)],
            wait,
            OverStale: false
        );

    private static async Task<Lease> HoldsAsync(TestHouse house, Principal who) =>
        await house.ClaimAsync(who, await house.CreateAsync());

    private static async Task<Task<Outcome>> WaitsAsync(
        TestHouse house,
        Principal who,
        Lease lease,
        string target = "repo:a",
        string? key = null,
        CancellationToken waiting = default
    )
    {
        var line = Waits(house);
        var sent = house.SendAsync(who, Lock(lease, target, 50), key, waitSeconds: 50, waiting: waiting);
        TestHouse.Until(() => Waits(house) == line + 1, "the wait");
        return sent;
    }

    private static int Waits(TestHouse house) => house.Engine.Picture.Read(at => at.LockWaitCount);

    [Fact]
    public async Task Whoever_waits_hears_nothing_before_it_is_served_and_then_at_once()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var waits = await WaitsAsync(house, Bob, bob);
        Assert.False(waits.IsCompleted);
        await house.AcceptedAsync(Ann, new LockCommand.Unlock(ann.Id, null, ann.Token, ["repo:a"]));
        var served = Assert.IsType<LockedReply>((await waits).Reply);
        Assert.Equal("repo:a", served.Locks.Single().Target);
        Assert.Equal(0, Waits(house));
    }

    [Fact]
    public async Task Whoever_is_served_while_the_queue_is_paused_is_told_what_they_have()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var waits = await WaitsAsync(house, Bob, bob);
        await house.AcceptedAsync(Mona, new Queues.QueueCommand.PauseQueue(bob.Queue, "lunch"));
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(ann.Item, "no need"));
        Assert.Equal("repo:a", Assert.IsType<LockedReply>((await waits).Reply).Locks.Single().Target);
    }

    [Fact]
    public async Task A_wait_ends_with_who_has_it_when_its_time_is_over()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var waits = await WaitsAsync(house, Bob, bob);
        house.Clock.Pass(TimeSpan.FromSeconds(50));
        var refused = Assert.IsType<LockRefusal.TargetLocked>((await waits).Refusal);
        Assert.Equal(Ann.Id, refused.Blocking.Single().Owner!.Id);
    }

    [Fact]
    public async Task A_wait_ends_at_once_with_its_lease_and_says_how_that_ended()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var waits = await WaitsAsync(house, Bob, bob);
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(bob.Item, "no need"));
        Assert.Equal(EndedAs.Cancelled, Assert.IsType<LeaseRefusal.LeaseEnded>((await waits).Refusal).EndedAs);
        Assert.Equal(0, Waits(house));
    }

    [Fact]
    public async Task A_thousand_who_hang_up_leave_the_line_to_the_one_who_stays()
    {
        await using var house = await TestHouse.OpenAsync();
        var ann = await HoldsAsync(house, Ann);
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        using var connection = new CancellationTokenSource();
        var gone = new List<Task<Outcome>>();
        for (var k = 0; k < 1_000; k++)
        {
            var lease = await HoldsAsync(house, Bob);
            gone.Add(house.SendAsync(Bob, Lock(lease, "repo:a", 50), waitSeconds: 50, waiting: connection.Token));
        }
        TestHouse.Until(() => Waits(house) == 1_000, "the waits");
        var stays = await WaitsAsync(house, Bob, await HoldsAsync(house, Bob));
        await connection.CancelAsync();
        await Task.WhenAll(gone);
        TestHouse.Until(() => Waits(house) == 1, "the one that is left");
        await house.AcceptedAsync(Ann, new LeaseCommand.Renew(ann.Id, null, ann.Token, new ProgressNote("2", null)));
        await house.AcceptedAsync(
            Ann,
            new LeaseCommand.Release(ann.Id, null, ann.Token, null, ReleaseOutcome.GivenBack, null)
        );
        Assert.IsType<LockedReply>((await stays).Reply);
    }

    [Fact]
    public async Task The_same_key_is_in_progress_while_the_first_waits_and_gets_its_answer_after()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var waits = await WaitsAsync(house, Bob, bob, key: "k1");
        var same = await house.SendAsync(Bob, Lock(bob, "repo:a", 50), "k1", waitSeconds: 50);
        Assert.IsType<Refusal.RequestInProgress>(same.Refusal);
        await house.AcceptedAsync(Ann, new LockCommand.Unlock(ann.Id, null, ann.Token, ["repo:a"]));
        var first = await waits;
        var again = await house.SendAsync(Bob, Lock(bob, "repo:a", 50), "k1", waitSeconds: 50);
        Assert.Equal(first.Rendered!.Body, again.Replayed!.Body);
    }

    [Fact]
    public async Task A_stop_tells_whoever_waits_and_after_the_start_the_place_in_line_is_the_same()
    {
        var house = await TestHouse.OpenAsync();
        var (ann, bob, sam) = (
            await HoldsAsync(house, Ann),
            await HoldsAsync(house, Bob),
            await HoldsAsync(house, Sam)
        );
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var first = await WaitsAsync(house, Bob, bob);
        var second = await WaitsAsync(house, Sam, sam);
        await house.DisposeAsync();
        Assert.IsType<Refusal.Unavailable>((await first).Refusal);
        Assert.IsType<Refusal.Unavailable>((await second).Refusal);

        await using var back = TestHouse.Reopen(house.Journal, house.Clock);
        Assert.Equal(2, Waits(back));
        // The second comes back before the first, and is still behind it.
        var sams = back.SendAsync(Sam, Lock(sam, "repo:a", 50), waitSeconds: 50);
        var bobs = back.SendAsync(Bob, Lock(bob, "repo:a", 50), waitSeconds: 50);
        await back.SettleAsync();
        Assert.Equal(2, Waits(back));
        await back.AcceptedAsync(Ann, new LockCommand.Unlock(ann.Id, null, ann.Token, ["repo:a"]));
        Assert.IsType<LockedReply>((await bobs).Reply);
        Assert.False(sams.IsCompleted);
    }

    [Fact]
    public async Task A_wait_that_could_not_be_written_is_refused_and_leaves_nobody_in_line()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        house.Journal.IsFull = true;
        var refused = await house.SendAsync(Bob, Lock(bob, "repo:a", 50), waitSeconds: 50);
        Assert.IsType<Refusal.Unavailable>(refused.Refusal);
        Assert.Equal(0, Waits(house));
    }

    [Fact]
    public async Task A_dry_run_does_not_wait()
    {
        await using var house = await TestHouse.OpenAsync();
        var (ann, bob) = (await HoldsAsync(house, Ann), await HoldsAsync(house, Bob));
        await house.AcceptedAsync(Ann, Lock(ann, "repo:a"));
        var tried = await house.SendAsync(Bob, Lock(bob, "repo:a", 50), waitSeconds: 50, dryRun: true);
        Assert.IsType<LockRefusal.TargetLocked>(tried.Refusal);
        Assert.Equal(0, Waits(house));
    }
}
