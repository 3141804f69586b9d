using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locking;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Locks in sentences (API.md, Locks and targets).</summary>
public sealed class LockTests
{
    // Items 1 and 2 with leases 1 (Ann) and 2 (Bob), both started.
    private static Story TwoAtWork(int more = 0)
    {
        var story = Story.Given();
        for (var k = 0; k < 2 + more; k++)
            story.AnItem();
        story.Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Bob, Claim(2)).Does(Bob, Start(2));
        return story;
    }

    private static Ask Lock(int lease, string targets, int wait = 0, bool overStale = false) =>
        s => new LockCommand.Acquire(
            s.Lease(lease).Id,
            s.Lease(lease).Holder.Run,
            s.Lease(lease).Token,
            [
                .. targets
                    .Split(' ')
                    .Select(t =>
                        t[0] == '~'
                            ? new RequestedLock(t[1..], LockMode.Shared)
                            : new RequestedLock(t, LockMode.Exclusive)
                    ),
            ],
            wait,
            overStale
        );

    private static Ask Unlock(int lease, params string[] targets) =>
        s => new LockCommand.Unlock(s.Lease(lease).Id, s.Lease(lease).Holder.Run, s.Lease(lease).Token, targets);

    private static string Held(Story story, int item) => string.Join(' ', story.Item(item).Locks.Select(l => l.Target));

    [Theory]
    [InlineData("repo:a", "repo:a/b", false)]
    [InlineData("repo:a/b", "repo:a", false)]
    [InlineData("repo:a", "repo:a#part", false)]
    [InlineData("crm:customer/4", "crm:customer/42", true)]
    [InlineData("repo:a/b", "repo:a/bc", true)]
    [InlineData("repo:a/b", "repo:a/c", true)]
    [InlineData("repo:a", "crm:a", true)]
    [InlineData("repo:a", "repo:A", true)]
    [InlineData("repo:caf\u00e9", "repo:cafe\u0301", false)]
    [InlineData("~repo:a", "~repo:a/b", true)]
    [InlineData("~repo:a", "repo:a/b", false)]
    [InlineData("repo:a#x", "repo:a#y", true)]
    public void A_lock_covers_its_target_and_what_lies_below(string held, string asked, bool isFree)
    {
        var story = TwoAtWork().Does(Ann, Lock(1, held)).When(Bob, Lock(2, asked));
        if (isFree)
            story.ThenHappened("lock.acquired");
        else
            Assert.Equal(Ann.Id, story.ThenRefused<LockRefusal.TargetLocked>().Blocking.Single().Owner!.Id);
    }

    [Fact]
    public void All_of_them_or_none()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:b")).When(Bob, Lock(2, "repo:a repo:b repo:c"));
        var blocking = story.ThenRefused<LockRefusal.TargetLocked>().Blocking.Single();
        Assert.Equal(("repo:b", new LeaseId(1), 0), (blocking.Target, blocking.Lease, blocking.Position));
        Assert.Empty(story.Item(2).Locks);
    }

    [Fact]
    public void Asking_again_for_what_one_holds_changes_nothing()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a")).When(Ann, Lock(1, "repo:a"));
        Assert.Equal("repo:a", story.ThenNothingHappened().Reply<LockedReply>().Locks.Single().Target);
        story.When(Ann, Lock(1, "~repo:a")).ThenNothingHappened();
    }

    [Fact]
    public void What_is_shared_becomes_exclusive_once_nobody_else_shares_it()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "~repo:a")).Does(Bob, Lock(2, "~repo:a"));
        story.When(Ann, Lock(1, "repo:a")).ThenRefused<LockRefusal.TargetLocked>();
        story.Does(Bob, Unlock(2, "repo:a")).When(Ann, Lock(1, "repo:a")).ThenHappened("lock.acquired");
        Assert.Equal(LockMode.Exclusive, story.Item(1).Locks.Single().Mode);
    }

    [Fact]
    public void Whoever_locks_below_and_unlocks_above_has_narrowed_it()
    {
        var story = TwoAtWork()
            .Does(Ann, Lock(1, "repo:a"))
            .Does(Bob, Lock(2, "repo:a/y", wait: 30))
            .Does(Ann, Lock(1, "repo:a/x"))
            .When(Ann, Unlock(1, "repo:a"))
            .ThenHappened("lock.released", "lock.acquired");
        Assert.Equal(("repo:a/x", "repo:a/y"), (Held(story, 1), Held(story, 2)));
    }

    [Fact]
    public void Whoever_waits_is_served_in_the_write_that_lets_go_and_in_the_order_of_coming()
    {
        var story = TwoAtWork(more: 1).Does(Sam, Claim(3));
        story
            .Does(Ann, Lock(1, "repo:a"))
            .Does(Bob, Lock(2, "repo:a", wait: 30), at: 1)
            .Does(Sam, Lock(3, "repo:a", wait: 30), at: 2)
            .When(Ann, Unlock(1, "repo:a"), at: 5)
            .ThenHappened("lock.released", "lock.acquired");
        Assert.Equal(("", "repo:a", ""), (Held(story, 1), Held(story, 2), Held(story, 3)));
        var known = story.At.FindTarget("repo:a")!;
        Assert.Equal((1, 4_000L), (known.Waits, known.WaitedMs));
        story.When(Bob, Complete(2)).ThenAccepted();
        Assert.Equal("repo:a", Held(story, 3));
    }

    [Fact]
    public void A_stream_of_shared_requests_does_not_pass_an_exclusive_one_that_waits()
    {
        var story = TwoAtWork(more: 1).Does(Sam, Claim(3));
        story.Does(Ann, Lock(1, "~repo:a")).Does(Bob, Lock(2, "repo:a", wait: 30));
        var refused = story.When(Sam, Lock(3, "~repo:a")).ThenRefused<LockRefusal.TargetLocked>();
        Assert.Equal((Bob.Id, 1), (refused.Blocking.Single().Owner!.Id, refused.Blocking.Single().Position));
    }

    [Fact]
    public void Field_22_a_wait_that_would_close_a_cycle_is_refused_at_once_with_the_cycle_and_counted()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a")).Does(Bob, Lock(2, "repo:b"));
        story.Does(Ann, Lock(1, "repo:b", wait: 30));
        story.When(Bob, Lock(2, "repo:a", wait: 30));
        var refused = Assert.IsType<LockRefusal.TargetLocked>(story.Refusal);
        Assert.True(refused.WouldDeadlock);
        Assert.Equal(
            [(new ItemId(2), "repo:a"), (new ItemId(1), "repo:b")],
            refused.Cycle.Select(c => (c.Item, c.WaitsFor))
        );
        Assert.Equal(["lock.gaveUp"], story.Happened.Select(e => e.Type));
        Assert.Equal(1, story.At.FindTarget("repo:a")!.Waits);
        // The other goes on, and is served once it is free.
        story.When(Bob, Unlock(2, "repo:b")).ThenHappened("lock.released", "lock.acquired");
        Assert.Equal("repo:a repo:b", Held(story, 1));
    }

    [Fact]
    public void A_cycle_of_three_and_one_through_a_place_in_line_are_found_too()
    {
        var story = TwoAtWork(more: 1).Does(Sam, Claim(3));
        story.Does(Ann, Lock(1, "repo:a")).Does(Bob, Lock(2, "repo:b")).Does(Sam, Lock(3, "repo:c"));
        story.Does(Ann, Lock(1, "repo:b", wait: 30)).Does(Bob, Lock(2, "repo:c", wait: 30));
        story.When(Sam, Lock(3, "repo:a", wait: 30));
        Assert.Equal(3, Assert.IsType<LockRefusal.TargetLocked>(story.Refusal).Cycle.Count);
        // Behind Ann's place in the line for b, which Bob has, who waits for what Sam has.
        story.When(Sam, Lock(3, "repo:b/x", wait: 30));
        Assert.True(Assert.IsType<LockRefusal.TargetLocked>(story.Refusal).WouldDeadlock);
    }

    [Fact]
    public void A_wait_gives_up_when_its_time_is_over_and_whoever_is_behind_it_is_served()
    {
        var story = TwoAtWork(more: 1).Does(Sam, Claim(3));
        story
            .Does(Ann, Lock(1, "~repo:a"))
            .Does(Bob, Lock(2, "repo:a", wait: 10))
            .Does(Sam, Lock(3, "~repo:a", wait: 30));
        story.Until(9.999);
        Assert.Empty(story.Happened);
        story.Until(10);
        Assert.Equal(["lock.gaveUp", "lock.acquired"], story.Happened.Select(e => e.Type));
        Assert.Equal("repo:a", Held(story, 3));
    }

    [Fact]
    public void Asking_again_while_one_waits_keeps_the_place_in_line()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a")).Does(Bob, Lock(2, "repo:a", wait: 30));
        var first = story.Reply<LockWaitReply>();
        story.When(Bob, Lock(2, "repo:a", wait: 30)).ThenNothingHappened();
        Assert.Equal(first, story.Reply<LockWaitReply>());
    }

    [Theory]
    [InlineData("release")]
    [InlineData("complete")]
    [InlineData("cancel")]
    [InlineData("requeue")]
    [InlineData("end")]
    public void Field_01_and_28_locks_go_with_the_lease_and_nothing_else_goes(string how)
    {
        var story = TwoAtWork(more: 1).Does(Ann, Claim(3, run: "r2"));
        story.Does(Ann, Lock(1, "repo:a repo:b")).Does(Ann, Lock(3, "repo:z")).Does(Bob, Lock(2, "repo:b/x", wait: 50));
        story.When(
            how is "release" or "complete" or "end" ? Ann : Sam,
            how switch
            {
                "release" => Release(1),
                "complete" => Complete(1),
                "cancel" => Cancel(1),
                "requeue" => Requeue(1),
                _ => Does(new Core.Runs.RunCommand.End("r2", "failed", null, null)),
            }
        );
        story.ThenAccepted();
        Assert.Equal(how == "end" ? "repo:a repo:b" : "", Held(story, 1));
        Assert.Equal(how == "end" ? "" : "repo:z", Held(story, 3));
        Assert.Equal(how == "end" ? "" : "repo:b/x", Held(story, 2));
    }

    [Fact]
    public void A_takeover_and_an_accepted_handoff_find_the_locks_as_they_were()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a ~repo:b"));
        story.Does(Sam, TakeOver(1, force: true));
        Assert.Equal("repo:a repo:b", Held(story, 1));
        Assert.Equal(2, story.Reply<GrantReply>().Handover!.Locks.Count);
        story.Does(Sam, HandOff(3, to: Bob)).Does(Bob, Accept(1));
        Assert.Equal(2, story.Reply<GrantReply>().Lease.Locks.Count);
        story.When(Bob, Lock(2, "repo:a")).ThenRefused<LockRefusal.TargetLocked>();
    }

    [Fact]
    public void A_handoff_that_nobody_accepts_frees_what_was_locked()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a")).Does(Ann, HandOff(1, to: Sam));
        Assert.Equal("repo:a", Held(story, 1));
        story.Does(Sam, Decline(1));
        Assert.Equal("", Held(story, 1));
        story.When(Bob, Lock(2, "repo:a")).ThenHappened("lock.acquired");
    }

    [Fact]
    public void A_stale_lease_keeps_its_locks_until_somebody_takes_them_over_it_and_its_holder_may_still_let_go()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a repo:b"), at: 0).Until(299);
        story.Does(Bob, Renew(2, "on it")).Until(301);
        story.AndItemIs(1, ItemState.Stale);
        var refused = story.When(Bob, Lock(2, "repo:a")).ThenRefused<LockRefusal.TargetLocked>();
        Assert.Contains("overStale", refused.Blocking.Single().Takeover!.Who, StringComparison.Ordinal);
        story.When(Bob, Lock(2, "repo:a", overStale: true)).ThenHappened("lock.released", "lock.acquired");
        Assert.Equal(("repo:b", "repo:a"), (Held(story, 1), Held(story, 2)));
        story.When(Ann, Unlock(1, "repo:b")).ThenHappened("lock.released");
    }

    [Fact]
    public void Field_19_unlocking_what_is_not_held_is_refused_and_says_who_has_it()
    {
        var story = TwoAtWork().Does(Ann, Lock(1, "repo:a"));
        var refused = story.When(Bob, Unlock(2, "repo:a")).ThenRefused<LockRefusal.LockNotHeld>();
        Assert.Equal((Ann.Id, new LeaseId(1)), (refused.Owner!.Id, refused.Lease));
        Assert.Null(story.When(Bob, Unlock(2, "repo:z")).ThenRefused<LockRefusal.LockNotHeld>().Owner);
        // All or none, and what was let go is listed by name.
        story.When(Ann, Unlock(1, "repo:a", "repo:z")).ThenRefused<LockRefusal.LockNotHeld>();
        Assert.Equal(["repo:a"], story.When(Ann, Unlock(1, "repo:a")).Reply<UnlockedReply>().Targets);
    }

    [Fact]
    public void A_target_that_a_person_holds_is_kept_from_everybody_until_its_end()
    {
        var story = TwoAtWork();
        story.Does(Sam, _ => new HoldCommand.Begin("repo:a", LockMode.Exclusive, T0.AddSeconds(60), "release day"));
        var blocking = story.When(Bob, Lock(2, "repo:a/b")).ThenRefused<LockRefusal.TargetLocked>().Blocking.Single();
        Assert.Equal((new HoldId(1), Sam.Id), (blocking.Hold, blocking.Owner!.Id));
        story.Does(Bob, Lock(2, "repo:a/b", wait: 50), at: 20).Until(60);
        Assert.Equal(["hold.ended", "lock.acquired"], story.Happened.Select(e => e.Type));
        story
            .When(Sam, _ => new HoldCommand.Begin("repo:a", LockMode.Exclusive, T0.AddSeconds(100), "again"))
            .ThenRefused<LockRefusal.TargetLocked>();
        story.When(Sam, _ => new HoldCommand.End(new HoldId(1))).ThenRefused<Refusal.NotFound>();
        story
            .When(Ann, _ => new HoldCommand.Begin("repo:q", LockMode.Exclusive, T0.AddSeconds(100), "mine"))
            .ThenRefused<Refusal.Forbidden>();
    }

    [Fact]
    public void What_is_no_target_is_named_and_nothing_is_locked()
    {
        var story = TwoAtWork();
        foreach (var bad in new[] { "a", "repo:", "repo:a//b", "repo:../b", "repo:a\u0000", "repo:a repo:a" })
            Assert.Contains("targets", story.When(Ann, Lock(1, bad)).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        story.When(Ann, Lock(1, "repo:a", wait: 56)).ThenRefused<Refusal.InvalidRequest>();
    }
}
