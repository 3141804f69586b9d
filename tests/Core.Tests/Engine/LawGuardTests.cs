using System.Collections.Concurrent;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>What would break a law never reaches the disk, whatever a rule decided (DESIGN.md, What always holds).</summary>
public class LawGuardTests
{
    private static string? Broken(Story story, Event next, PrincipalId? by = null) =>
        Workspaces.Laws.BrokenBy(story.At, new Recorded(story.At.Seq + 1, story.Now, by ?? Ann.Id, next));

    private static T Last<T>(Story story)
        where T : Event => story.Journal.Select(r => r.Event).OfType<T>().Last();

    private static void Breaks(int law, string? broken) =>
        Assert.StartsWith($"{law}: ", broken ?? "nothing is broken", StringComparison.Ordinal);

    [Fact]
    public void An_item_is_not_granted_to_a_second_holder_and_nothing_to_somebody_who_is_paused()
    {
        var story = Story.Given().AnItem().AnItem().Does(Ann, Asks.Claim(1));
        var granted = Last<LeaseEvent.Claimed>(story);
        Breaks(1, Broken(story, granted with { Lease = new LeaseId(2) }));
        var other = granted with { Item = new ItemId(2), Lease = new LeaseId(2) };
        Assert.Null(Broken(story, other));
        story.Happens(new PrincipalEvent.Set(Ann with { State = PrincipalState.Paused }));
        Breaks(11, Broken(story, other));
    }

    [Fact]
    public void A_lease_that_is_over_is_not_renewed_and_none_is_renewed_into_the_past()
    {
        var story = Story.Given().AnItem().Does(Ann, Asks.Claim(1)).Does(Ann, Asks.Start(1)).Does(Ann, Asks.Renew(1));
        var renewed = Last<LeaseEvent.Renewed>(story);
        Assert.Null(Broken(story, renewed));
        Breaks(9, Broken(story, renewed with { ExpiresAt = story.Now }));
        story.Until(100_000);
        Breaks(9, Broken(story, renewed with { ExpiresAt = story.Now.AddHours(1) }));
    }

    [Fact]
    public void What_one_has_locked_is_not_locked_by_a_second_nor_anything_below_it()
    {
        var story = Story.Given().AnItem().AnItem().Does(Ann, Asks.Claim(1)).Does(Bob, Asks.Claim(2));
        story.Happens(Locked(1, "repo:web"));
        Breaks(1, Broken(story, Locked(2, "repo:web")));
        Breaks(1, Broken(story, Locked(2, "repo:web/src")));
        Breaks(1, Broken(story, Locked(2, "repo:web/src", LockMode.Shared)));
        Assert.Null(Broken(story, Locked(2, "repo:docs")));
        Assert.Null(Broken(story, Locked(1, "repo:web/src")));
    }

    private static LockEvent.Acquired Locked(int item, string target, LockMode mode = LockMode.Exclusive) =>
        new(new ItemId(item), new LeaseId(item), [new RequestedLock(target, mode)], Wait: null, WaitedMs: 0, []);

    [Fact]
    public void An_approval_is_for_the_current_version_and_a_permit_is_given_once_for_it()
    {
        var story = Drafted()
            .Does(Ann, Prepare("a1", 1))
            .Does(Ann, AskReview(1))
            .Does(Rita, Approve(1))
            .Does(Ann, Begin("a1", 1));
        var (approved, begun) = (Last<ApprovalEvent.Given>(story), Last<ActionEvent.Begun>(story));
        Breaks(5, Broken(story, begun));
        Assert.Null(Broken(story, approved));
        story.Does(Ann, Applied("a1"));
        Breaks(5, Broken(story, Last<ActionEvent.Applied>(story)));
        story.Does(Ann, PublishAs("second", 1));
        Breaks(4, Broken(story, approved));
    }

    [Fact]
    public void A_collision_that_is_open_is_not_opened_again()
    {
        var story = Drafted().Does(Ann, Prepare("a1", 1)).Does(Ann, AskReview(1)).Does(Rita, Approve(1));
        story.Does(Ann, Begin("a1", 1)).Does(Ann, FailedToApply("a1", "unknown"));
        var opened = Last<ConflictEvent.Opened>(story);
        Breaks(7, Broken(story, opened with { Conflict = new ConflictId(9) }));
    }

    // The rules are right, so a check that refuses one title stands for the rule that is wrong.
    private static async Task<(TestHouse House, BlockingCollection<RuleFault> Told)> OpenAsync(
        Func<Event, bool> isBroken
    )
    {
        var told = new BlockingCollection<RuleFault>();
        var options = new EngineOptions
        {
            OnFault = told.Add,
            Check = (_, next) => isBroken(next.Event) ? "1: as if" : null,
        };
        return (await TestHouse.OpenAsync(options: options), told);
    }

    [Fact]
    public async Task A_decision_that_would_break_one_is_refused_whole_and_those_beside_it_are_written()
    {
        // Completing is three events; the last of them is the one that must not be.
        var (house, told) = await OpenAsync(e => e is ItemEvent.Completed { Result: "\"bad\"" });
        await using var _ = house;
        var (bad, good) = (await house.CreateAsync("bad"), await house.CreateAsync("good"));
        var (first, second) = (await house.ClaimAsync(Ann, bad), await house.ClaimAsync(Bob, good));
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        var held = house.SendAsync(Sam, new ItemCommand.Create("crm", "held up"));
        TestHouse.Until(() => house.Journal.Appends > appends, "the append");
        var before = house.SendAsync(Sam, new ItemCommand.Create("crm", "before"));
        var refused = house.SendAsync(Ann, Complete(first, "\"bad\""), key: "k1");
        var after = house.SendAsync(Bob, Complete(second, "\"good\""), key: "k2");
        house.Journal.Disk.Set();
        Assert.IsType<Refusal.InternalError>((await refused).Refusal);
        Assert.All(await Task.WhenAll(held, before, after), outcome => Assert.True(outcome.Wrote));
        Assert.Equal(ItemState.Leased, house.Engine.Picture.Read(at => at.FindItem(bad)!.State));
        Assert.Equal(ItemState.Completed, house.Engine.Picture.Read(at => at.FindItem(good)!.State));
        Assert.True(told.TryTake(out var fault, TimeSpan.FromMinutes(1)));
        Assert.IsType<LawBrokenException>(fault!.Why);
        // The engine's own copy is where the picture is, and the key is free again.
        Assert.Equal(house.PictureDigest(), await house.Engine.AskAsync((at, _) => Digest.Of(at.ToState())));
        Assert.True((await house.SendAsync(Ann, Complete(first, "\"fine\""), key: "k1")).Wrote);
        Assert.Null(house.Engine.Fatal);
    }

    private static LeaseCommand.Complete Complete(Lease lease, string result) =>
        new(lease.Id, null, lease.Token, result, LeaveOpen: false);

    [Fact]
    public async Task What_is_due_and_would_break_one_is_set_aside_and_everything_else_goes_on()
    {
        var (house, told) = await OpenAsync(e => e is LeaseEvent.WentStale { Lease.Number: 1 });
        await using var _ = house;
        await house.ClaimAsync(Ann, await house.CreateAsync("one"));
        var second = await house.ClaimAsync(Bob, await house.CreateAsync("two"));
        house.Clock.Pass(TimeSpan.FromHours(1));
        await house.SettleAsync();
        Assert.True(told.TryTake(out var _, TimeSpan.FromMinutes(1)));
        Assert.Equal(LeaseState.Stale, house.Engine.Picture.Read(at => at.FindLease(second.Id)!.State));
        await house.CreateAsync("three");
        Assert.Null(house.Engine.Fatal);
    }

    // Taking a decision back makes the workspace anew, which knows nothing of what was set aside before.
    [Fact]
    public async Task Two_that_are_due_and_would_break_one_are_both_set_aside_wherever_in_what_they_decide_it_is_broken()
    {
        var options = new EngineOptions
        {
            Check = (_, next) =>
                next.Event is LeaseEvent.WentStale { Lease.Number: 1 } or ItemEvent.Parked { Item.Number: 2 }
                    ? "1: as if"
                    : null,
        };
        var requeued = new PolicyChange
        {
            OnStale = OnStale.Requeue,
            StaleGraceSeconds = 30,
            MaxAttempts = 1,
        };
        await using var house = await TestHouse.OpenAsync(requeued, options);
        // The first breaks it at once, the second with the last of several events, the third is like others.
        await house.ClaimAsync(Ann, await house.CreateAsync("one"));
        await house.ClaimAsync(Bob, await house.CreateAsync("two"));
        var third = await house.CreateAsync("three");
        await house.ClaimAsync(Ann, third);
        for (var k = 0; k < 5; k++)
        {
            house.Clock.Pass(TimeSpan.FromHours(1));
            await house.SettleAsync();
        }
        Assert.Equal(ItemState.Parked, house.Engine.Picture.Read(at => at.FindItem(third)!.State));
        Assert.Equal(2, house.Engine.Figures.Faults);
        await house.CreateAsync("four");
        Assert.Null(house.Engine.Fatal);
    }

    [Fact]
    public async Task What_failed_when_it_was_due_is_decided_soon_after_its_cause_is_gone()
    {
        var isWrong = true;
        var (house, _) = await OpenAsync(e =>
            Volatile.Read(ref isWrong) && e is LeaseEvent.WentStale or HoldEvent.Ended or PrincipalEvent.CameBack
        );
        await using var _1 = house;
        var lease = await house.ClaimAsync(Ann, await house.CreateAsync("one"));
        var until = house.Clock.GetUtcNow().AddMinutes(30);
        await house.AcceptedAsync(Mona, new HoldCommand.Begin("repo:web", LockMode.Exclusive, until, "deploying"));
        await house.AcceptedAsync(Rita, new PrincipalCommand.SetAbsence(until, null));
        house.Clock.Pass(TimeSpan.FromHours(1));
        await house.SettleAsync();
        Assert.Equal(3, house.Engine.Figures.Faults);
        Assert.Equal(
            (LeaseState.Active, true, 1),
            house.Engine.Picture.Read(at =>
                (at.FindLease(lease.Id)!.State, at.FindAbsence(Rita.Id) is not null, at.Holds.Count())
            )
        );
        Volatile.Write(ref isWrong, false);
        // Nobody asks for anything: the alarm alone brings them back.
        house.Clock.Pass(TimeSpan.FromSeconds(61));
        TestHouse.Until(
            () =>
                house.Engine.Picture.Read(at =>
                    at.FindLease(lease.Id)!.State == LeaseState.Stale
                    && at.FindAbsence(Rita.Id) is null
                    && !at.Holds.Any()
                ),
            "what was set aside"
        );
        Assert.Equal(3, house.Engine.Figures.Faults);
        Assert.Equal(house.PictureDigest(), await house.Engine.AskAsync((at, _) => Digest.Of(at.ToState())));
    }

    [Fact]
    public async Task What_fails_again_and_again_is_tried_once_a_minute_and_holds_up_nothing()
    {
        var tries = 0;
        var (house, _) = await OpenAsync(e =>
        {
            var isBroken = e is LeaseEvent.WentStale { Lease.Number: 1 or 2 };
            if (isBroken)
                Interlocked.Increment(ref tries);
            return isBroken;
        });
        await using var _1 = house;
        await house.ClaimAsync(Ann, await house.CreateAsync("one"));
        await house.ClaimAsync(Bob, await house.CreateAsync("two"));
        house.Clock.Pass(TimeSpan.FromMinutes(4));
        var third = await house.ClaimAsync(Ann, await house.CreateAsync("three"));
        for (var minute = 0; minute < 10; minute++)
        {
            house.Clock.Pass(TimeSpan.FromMinutes(1));
            for (var k = 0; k < 5; k++)
                await house.SettleAsync();
        }
        Assert.InRange(tries, 4, 20);
        Assert.Equal(2, house.Engine.Figures.Faults);
        Assert.Equal(LeaseState.Stale, house.Engine.Picture.Read(at => at.FindLease(third.Id)!.State));
        Assert.Null(house.Engine.Fatal);
    }

    [Fact]
    public async Task A_check_that_fails_itself_refuses_the_command_that_it_was_asked_about()
    {
        var (house, _) = await OpenAsync(e =>
            e is ItemEvent.Created { Fields.Title: "odd" } ? throw new InvalidOperationException("a bug") : false
        );
        await using var _1 = house;
        await house.RefusedAsync<Refusal.InternalError>(Sam, new ItemCommand.Create("crm", "odd"));
        await house.CreateAsync("even");
        Assert.Null(house.Engine.Fatal);
    }

    [Fact]
    public async Task Who_waits_for_a_lock_that_a_decision_would_have_freed_goes_on_waiting_when_it_is_taken_back()
    {
        // Completing frees the lock, gives it to who waits, and is then refused for its last event.
        var (house, _) = await OpenAsync(e => e is ItemEvent.DependencyCompleted);
        await using var _1 = house;
        var (first, second) = (await house.CreateAsync("one"), await house.CreateAsync("two"));
        await house.AcceptedAsync(
            Sam,
            new ItemCommand.Create("crm", "after one") { DependsOn = new(IsSet: true, [first.Text]) }
        );
        var (holds, waits) = (await house.ClaimAsync(Ann, first), await house.ClaimAsync(Bob, second));
        await house.AcceptedAsync(Ann, Lock(holds, wait: 0));
        var line = house.Engine.SendAsync(
            new Request(Lock(waits, wait: 50), Bob.AsCaller()) { Wait = TimeSpan.FromSeconds(50) }
        );
        await house.SettleAsync();
        Assert.IsType<Refusal.InternalError>((await house.SendAsync(Ann, Complete(holds, "1"))).Refusal);
        await house.SettleAsync();
        Assert.False(line.IsCompleted);
        await house.AcceptedAsync(Ann, new LockCommand.Unlock(holds.Id, null, holds.Token, ["repo:web"]));
        Assert.Null((await line).Refusal);
    }

    private static LockCommand.Acquire Lock(Lease lease, int wait) =>
        new(lease.Id, null, lease.Token, [new RequestedLock("repo:web", LockMode.Exclusive)], wait, OverStale: false);
}
