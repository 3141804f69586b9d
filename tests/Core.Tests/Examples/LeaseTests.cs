using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.Story;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>From a claim to its end (API.md, Claims and leases). Terms: a claim 120 s, a lease 300 s.</summary>
public class LeaseTests
{
    private static Story AnnWorks(PolicyChange? crm = null) =>
        Given(crm).AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));

    [Fact]
    public void A_claim_waits_120_seconds_to_be_started() =>
        Given()
            .AnItem()
            .When(Ann, Claim(1))
            .ThenHappened("lease.claimed")
            .AndLease(
                1,
                l =>
                {
                    Assert.Equal(LeaseState.Claimed, l.State);
                    Assert.Equal(T0.AddSeconds(120), l.StartBy);
                    Assert.Equal(l.StartBy, l.ExpiresAt);
                }
            );

    [Fact]
    public void Starting_begins_the_full_lease() =>
        Given()
            .AnItem()
            .Does(Ann, Claim(1))
            .When(Ann, Start(1), at: 119.999)
            .ThenHappened("lease.started")
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(419.999), l.ExpiresAt));

    [Fact]
    public void A_claim_that_is_not_started_goes_back_as_it_was()
    {
        var story = Given().AnItem().AnItem().Does(Ann, Claim(1)).Until(120);
        story
            .ThenHappened("lease.lapsed")
            .AndItem(
                1,
                i =>
                {
                    Assert.Equal((ItemState.Queued, 0, 1), (i.State, i.Attempts, i.Lapses));
                    Assert.Equal(T0, i.ReadyAt);
                }
            );
        Assert.Equal(EndedAs.Expired, story.When(Ann, Start(1)).ThenRefused<LeaseRefusal.LeaseEnded>().EndedAs);
    }

    [Fact]
    public void Any_other_accepted_call_starts_it_too()
    {
        foreach (var ask in new[] { Renew(1), Suspend(1), Checkpoint(1), Complete(1), Resume(1) })
            Assert.Equal("lease.started", Given().AnItem().Does(Ann, Claim(1)).When(Ann, ask).Happened[0].Type);
    }

    [Fact]
    public void A_lease_can_be_renewed_until_the_millisecond_before_its_end() =>
        AnnWorks()
            .When(Ann, Renew(1), at: 299.999)
            .ThenHappened("lease.renewed")
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(599.999), l.ExpiresAt));

    [Fact]
    public void At_its_end_it_is_stale_with_nobody_asking() =>
        AnnWorks().Until(300).ThenHappened("lease.stale").AndItemIs(1, ItemState.Stale);

    [Fact]
    public void A_shorter_length_takes_back_nothing_that_was_promised() =>
        AnnWorks()
            .When(Ann, Renew(1, leaseSeconds: 5), at: 10)
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(300), l.ExpiresAt));

    [Fact]
    public void Renewing_what_was_only_claimed_begins_the_full_lease_whatever_length_is_asked_for() =>
        Given()
            .AnItem()
            .Does(Ann, Claim(1))
            .When(Ann, Renew(1, leaseSeconds: 60))
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(300), l.ExpiresAt));

    [Fact]
    public void Found_7_7_quiet_time_counts_and_not_how_often_a_lease_is_renewed_in_it()
    {
        var story = AnnWorks();
        for (var k = 1; k < 10; k++)
            story.Does(Ann, Renew(1), k * 0.1);
        story.AndLease(1, l => Assert.Equal(9, l.QuietRenewals));
        foreach (var at in (double[])[200, 400, 600, 899.999])
            story.Does(Ann, Renew(1), at);
        var refusal = story.When(Ann, Renew(1), at: 900).ThenRefused<LeaseRefusal.NoProgress>();
        Assert.Equal(
            (14, 3, 900, 900),
            (refusal.QuietRenewals, refusal.Limit, refusal.QuietSeconds, refusal.LimitSeconds)
        );
        story.Does(Ann, Renew(1, "step 2"), 901).AndLease(1, l => Assert.Equal(0, l.QuietRenewals));
        story.Does(Ann, Renew(1, "step 2"), 902).AndLease(1, l => Assert.Equal(1, l.QuietRenewals));
        // The same step again is no news: it counts from the first time that it was said.
        foreach (var at in (double[])[1_200, 1_500, 1_799])
            story.Does(Ann, Renew(1, "step 2"), at);
        story.When(Ann, Renew(1, "step 2"), at: 1_801).ThenRefused<LeaseRefusal.NoProgress>();
    }

    [Fact]
    public void Found_7_7_quiet_time_is_a_number_of_the_leases_own_terms()
    {
        var story = Given(new PolicyChange { MaxQuietRenewals = 1 }).AnItem().Does(Ann, Claim(1, leaseSeconds: 60));
        story.Does(Ann, Start(1)).Does(Ann, Renew(1), 30).Does(Ann, Renew(1), 59.999);
        Assert.Equal(T0.AddSeconds(60), story.Lease(1).QuietUntil);
        story.When(Ann, Renew(1), at: 60).ThenRefused<LeaseRefusal.NoProgress>();
        story.When(Ann, Renew(1, "a"), at: 60.001).ThenAccepted();
    }

    /// <summary>What is not the holder's silence does not count: a stopped clock, a server that was away, a stale lease.</summary>
    [Fact]
    public void Found_7_7_quiet_time_counts_only_while_the_holder_could_have_brought_news()
    {
        var suspended = AnnWorks().Does(Ann, Renew(1), 200).Does(Ann, Suspend(1), 290).Does(Ann, Resume(1), 5_000);
        suspended.Does(Ann, Renew(1), 5_299).Does(Ann, Renew(1), 5_500).Does(Ann, Renew(1), 5_790);
        suspended.Does(Ann, Renew(1), 5_899).When(Ann, Renew(1), at: 5_900).ThenRefused<LeaseRefusal.NoProgress>();

        var stale = AnnWorks().Does(Ann, Renew(1), 200).Until(5_000).AndItemIs(1, ItemState.Stale);
        // 500 s were quiet before it went stale; 400 are left of 900.
        stale.Does(Ann, Renew(1), 5_000).Does(Ann, Renew(1), 5_299).Does(Ann, Renew(1), 5_399);
        stale.When(Ann, Renew(1), at: 5_400).ThenRefused<LeaseRefusal.NoProgress>();

        var away = AnnWorks().Does(Ann, Renew(1), 200).Does(Ann, Renew(1), 400);
        away.Happens(away.At.DecideDowntimeCompensation(T0.AddSeconds(400), T0.AddSeconds(4_400)));
        away.Does(Ann, Renew(1), 4_500).Does(Ann, Renew(1), 4_790).Does(Ann, Renew(1), 4_899);
        away.When(Ann, Renew(1), at: 4_900).ThenRefused<LeaseRefusal.NoProgress>();
    }

    [Fact]
    public void Found_7_6_no_renewal_and_no_first_write_moves_the_end_of_a_claim_earlier()
    {
        // The claim has 120 s, a full lease 60.
        Ask[] firsts =
        [
            Renew(1),
            Renew(1, "a", leaseSeconds: 5),
            Checkpoint(1),
            s => new Locks.LockCommand.Acquire(
                s.Lease(1).Id,
                null,
                s.Lease(1).Token,
                [new Locks.RequestedLock("crm:customer/42", Locks.LockMode.Exclusive)],
                0,
                false
            ),
            s => new Actions.ActionCommand.Prepare("send")
            {
                Kind = "send_reply",
                Target = "crm:customer/42",
                Item = new ItemId(1),
                Token = s.Lease(1).Token,
            },
        ];
        foreach (var first in firsts)
        {
            var story = Given(new PolicyChange { LeaseSeconds = 60 }).AnItem().Does(Ann, Claim(1));
            story.When(Ann, first, at: 1).AndLease(1, l => Assert.Equal(T0.AddSeconds(120), l.ExpiresAt));
            story.When(Ann, Renew(1, "b"), at: 10).AndLease(1, l => Assert.Equal(T0.AddSeconds(120), l.ExpiresAt));
            story.When(Ann, Renew(1, "c"), at: 70).AndLease(1, l => Assert.Equal(T0.AddSeconds(130), l.ExpiresAt));
        }
        // The same after an answer, which gives a claim of 900 s.
        var resumed = Given(new PolicyChange { LeaseSeconds = 60 }).AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        resumed.Does(Ann, Suspend(1, "waiting_on_human"));
        resumed.Does(
            Ann,
            _ => new Notes.NoteCommand.Add(new ItemId(1), "Which one?", "everyone", Notes.NoteKind.Question),
            5
        );
        resumed.Does(Rita, _ => new Notes.NoteCommand.Acknowledge(new ItemId(1), 1, "The first."), 10);
        Assert.Equal((LeaseState.Claimed, T0.AddSeconds(910)), (resumed.Lease(1).State, resumed.Lease(1).ExpiresAt));
        resumed.When(Ann, Renew(1, "d"), at: 20).AndLease(1, l => Assert.Equal(T0.AddSeconds(910), l.ExpiresAt));
    }

    [Fact]
    public void Found_7_6_a_clock_that_stood_still_goes_on_with_no_less_than_was_left()
    {
        var story = AnnWorks().Does(Ann, Renew(1, "a", leaseSeconds: 3_600), 0);
        story.Does(Ann, Suspend(1), 600).Does(Ann, Resume(1), 700);
        story.AndLease(1, l => Assert.Equal(T0.AddSeconds(700 + 3_000), l.ExpiresAt));
        story.Does(Mona, _ => new QueueCommand.PauseQueue("crm", "Too much."), 1_000);
        story.Does(Mona, _ => new QueueCommand.ResumeQueue("crm"), 2_000);
        story.AndLease(1, l => Assert.Equal(T0.AddSeconds(2_000 + 2_700), l.ExpiresAt));
    }

    [Fact]
    public void A_checkpoint_is_news() =>
        AnnWorks()
            .Does(Ann, Renew(1), 1)
            .Does(Ann, Checkpoint(1), 2)
            .AndLease(1, l => Assert.Equal(0, l.QuietRenewals));

    [Fact]
    public void A_person_may_renew_quietly_for_ever_and_has_eight_hours()
    {
        var story = Given().AnItem().Does(Sam, Claim(1)).Does(Sam, Start(1));
        for (var k = 1; k <= 20; k++)
            story.Does(Sam, Renew(1), k);
        story.AndLease(1, l => Assert.Equal(T0.AddSeconds(20 + 28_800), l.ExpiresAt));
    }

    [Fact]
    public void No_renewal_reaches_past_the_longest_life()
    {
        var story = AnnWorks(new PolicyChange { MaxLifetimeSeconds = 400 }).Does(Ann, Renew(1, "a"), 200);
        story.AndLease(1, l => Assert.Equal(T0.AddSeconds(400), l.ExpiresAt));
        story.Until(400).AndItemIs(1, ItemState.Stale);
        Assert.Equal(400, story.When(Ann, Renew(1, "b")).ThenRefused<LeaseRefusal.LifetimeExceeded>().Limit);
    }

    [Fact]
    public void A_claim_never_outlives_the_longest_life() =>
        Given(
                new PolicyChange
                {
                    LeaseSeconds = 30,
                    MaxLifetimeSeconds = 60,
                    ClaimSeconds = 120,
                }
            )
            .AnItem()
            .Does(Ann, Claim(1))
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(60), l.StartBy))
            .Does(Ann, Start(1), 59)
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(60), l.ExpiresAt));

    [Fact]
    public void A_stale_lease_that_nobody_took_comes_back_when_its_holder_renews() =>
        AnnWorks().When(Ann, Renew(1, "again"), at: 1_000).ThenHappened("lease.revived").AndItemIs(1, ItemState.Leased);

    [Fact]
    public void While_stale_its_holder_may_let_go_and_do_nothing_else()
    {
        var story = AnnWorks().Until(300);
        foreach (var ask in new[] { Start(1), Suspend(1), Resume(1), Complete(1) })
        {
            var refusal = story.When(Ann, ask).ThenRefused<LeaseRefusal.LeaseStale>();
            Assert.Equal((T0.AddSeconds(300), true), (refusal.ExpiredAt, refusal.Revivable));
        }
        AnnWorks().Until(300).When(Ann, Release(1)).ThenHappened("lease.released").AndItemIs(1, ItemState.Queued);
        AnnWorks().Until(300).When(Ann, HandOff(1, Bob)).ThenHappened("lease.handedOff", "handoff.offered");
        AnnWorks()
            .Until(300)
            .When(Ann, Checkpoint(1))
            .ThenHappened("checkpoint.recorded")
            .AndItem(1, i => Assert.True(i.Checkpoints[0].Late));
    }

    [Fact]
    public void Within_the_grace_a_lease_can_be_revived_and_at_its_end_the_item_is_requeued()
    {
        var grace = new PolicyChange { OnStale = OnStale.Requeue, StaleGraceSeconds = 60 };
        AnnWorks(grace).When(Ann, Renew(1, "again"), at: 359.999).ThenHappened("lease.revived");
        AnnWorks(grace)
            .Until(360)
            .ThenHappened("lease.stale", "lease.expired")
            .AndItem(1, i => Assert.Equal((ItemState.Queued, 1), (i.State, i.Attempts)));
    }

    [Fact]
    public void A_suspended_lease_has_no_running_term_and_a_full_one_when_it_goes_on()
    {
        var story = AnnWorks().Does(Ann, Suspend(1), 100).AndItemIs(1, ItemState.Suspended);
        story.Until(5_000).AndItemIs(1, ItemState.Suspended);
        Assert.Equal(["blocked"], story.When(Ann, Renew(1)).ThenRefused<LeaseRefusal.LeaseSuspended>().Reasons);
        story
            .When(Ann, Resume(1), at: 5_000)
            .ThenHappened("lease.resumed")
            .AndLease(1, l => Assert.Equal((LeaseState.Active, T0.AddSeconds(5_300)), (l.State, l.ExpiresAt)));
    }

    [Fact]
    public void A_suspension_ends_stale_after_the_longest_one() =>
        AnnWorks(new PolicyChange { MaxSuspendSeconds = 60 })
            .Does(Ann, Suspend(1), 100)
            .Until(159.999)
            .AndItemIs(1, ItemState.Suspended)
            .Until(160)
            .AndItemIs(1, ItemState.Stale);

    [Fact]
    public void Suspended_time_does_not_count_towards_the_longest_life()
    {
        var policy = new PolicyChange { MaxLifetimeSeconds = 600, MaxSuspendSeconds = 3_600 };
        AnnWorks(policy)
            .Does(Ann, Suspend(1), 100)
            .Does(Ann, Resume(1), 3_000)
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(3_300), l.ExpiresAt));
        AnnWorks(policy)
            .Does(Ann, Suspend(1), 100)
            .Until(3_700)
            .When(Ann, Renew(1, "on"))
            .ThenHappened("lease.revived");
    }

    [Fact]
    public void An_answer_to_what_the_holder_asked_wakes_it()
    {
        var story = AnnWorks()
            .Does(
                Ann,
                _ => new Core.Notes.NoteCommand.Add(
                    new ItemId(1),
                    "which one?",
                    "everyone",
                    Core.Notes.NoteKind.Question
                )
            )
            .Does(Ann, Suspend(1, "waiting_on_human"));
        story.When(Sam, _ => new Core.Notes.NoteCommand.Acknowledge(new ItemId(1), 1, "the left"), at: 50);
        story
            .ThenHappened("note.acknowledged", "lease.resumed")
            .AndLease(1, l => Assert.Equal((LeaseState.Claimed, T0.AddSeconds(950)), (l.State, l.StartBy)));
        story.Does(Ann, Start(1), 949).AndLease(1, l => Assert.Equal(T0.AddSeconds(1_249), l.ExpiresAt));
    }

    [Fact]
    public void A_complete_is_final_and_can_be_repeated()
    {
        var story = AnnWorks().When(Ann, Complete(1, "{}")).ThenHappened("lease.completed", "item.completed");
        story.When(Ann, Complete(1, "{}"), at: 9).ThenNothingHappened();
        Assert.Equal(
            EndedAs.Completed,
            story.When(Ann, Complete(1, "[]")).ThenRefused<LeaseRefusal.LeaseEnded>().EndedAs
        );
    }

    [Fact]
    public void A_release_as_failed_rests_and_longer_each_time()
    {
        var story = AnnWorks(new PolicyChange { Backoff = new Backoff(10, 3, 60) });
        story.When(Ann, Release(1, failed: true)).ThenHappened("lease.released", "item.backedOff");
        Assert.Equal(10, story.When(Bob, Claim(1)).ThenRefused<ItemRefusal.NotClaimable>().RetryAfter);
        story.Until(9.999).AndItemIs(1, ItemState.Blocked).Until(10).AndItemIs(1, ItemState.Queued);
        story.Does(Bob, Claim(1)).Does(Bob, Start(2)).Does(Bob, Release(2, failed: true));
        story.AndItem(1, i => Assert.Equal(T0.AddSeconds(40), i.WaitsUntil));
        AnnWorks()
            .Does(Ann, Release(1, failed: true, rest: 7))
            .AndItem(1, i => Assert.Equal((T0.AddSeconds(7), WaitCause.Backoff), (i.WaitsUntil, i.WaitsFor)));
    }

    [Fact]
    public void An_editor_cannot_end_a_rest() =>
        AnnWorks()
            .Does(Ann, Release(1, failed: true, rest: 600))
            .Does(Sam, Edit(1, e => e with { NotBefore = T0.AddSeconds(5) }))
            .AndItem(1, i => Assert.Equal((T0.AddSeconds(600), WaitCause.Backoff), (i.WaitsUntil, i.WaitsFor)))
            .Does(Sam, Edit(1, e => e with { NotBefore = T0.AddSeconds(700) }))
            .AndItem(1, i => Assert.Equal((T0.AddSeconds(700), WaitCause.NotBefore), (i.WaitsUntil, i.WaitsFor)));

    [Fact]
    public void At_the_last_attempt_the_item_is_parked_and_unparking_counts_anew() =>
        AnnWorks(new PolicyChange { MaxAttempts = 1 })
            .When(Ann, Release(1))
            .ThenHappened("lease.released", "item.parked", "item.attentionAsked")
            .AndItem(1, i => Assert.Equal("attempts_exhausted", i.StateReason))
            .Does(Sam, Unpark(1))
            .AndItem(1, i => Assert.Equal((ItemState.Queued, 0), (i.State, i.Attempts)));

    // What a person writes is theirs: no rule reads it for a word of its own.
    [Fact]
    public void Somebody_who_parks_it_in_the_words_of_that_rule_resets_no_attempts_and_is_named_for_it()
    {
        var story = AnnWorks(new PolicyChange { MaxAttempts = 5 })
            .Does(Ann, Release(1))
            .Does(Sam, _ => new ItemCommand.Park(new ItemId(1), "attempts_exhausted"));
        Assert.Equal(
            "Sam parked it: attempts_exhausted.",
            EventDescriptions.Of(story.Journal[^1], id => story.At.FindPrincipal(id)!.Name)
        );
        story.Does(Sam, Unpark(1)).AndItem(1, i => Assert.Equal((ItemState.Queued, 1), (i.State, i.Attempts)));
    }

    [Fact]
    public void A_lapse_is_no_attempt() =>
        Given(new PolicyChange { MaxAttempts = 1 })
            .AnItem()
            .Does(Ann, Claim(1))
            .Until(120)
            .AndItemIs(1, ItemState.Queued);

    [Fact]
    public void A_lease_keeps_the_policy_that_it_was_granted_under() =>
        AnnWorks()
            .Does(Mona, Policy(new PolicyChange { LeaseSeconds = 5, OnStale = OnStale.Requeue }))
            .Does(Ann, Renew(1), 1)
            .AndLease(1, l => Assert.Equal(T0.AddSeconds(301), l.ExpiresAt))
            .Until(301)
            .AndItemIs(1, ItemState.Stale);

    [Fact]
    public void After_the_hold_a_stale_item_asks_for_attention_once() =>
        AnnWorks(new PolicyChange { StaleHoldSeconds = 60 })
            .Until(359.999)
            .AndItem(1, i => Assert.Empty(i.Attention))
            .Until(360)
            .ThenHappened("item.attentionAsked")
            .Until(9_000)
            .AndItem(1, i => Assert.Equal([AttentionKind.StaleHold], i.Attention));
}

/// <summary>The refusals under a lease in the order of API.md: each row has one fault fewer than the one before.</summary>
public class LeaseRefusalTests
{
    private static Ask Bad(int lease, string? run, long token, string? step) =>
        _ => new LeaseCommand.Renew(
            new LeaseId(lease),
            run,
            token,
            step is null ? null : new ProgressNote(step, null),
            LeaseSeconds: null
        );

    [Fact]
    public void They_come_in_the_order_of_the_contract()
    {
        var story = Given(new PolicyChange { MaxQuietRenewals = 0 })
            .AnItem()
            .Does(Ann, Claim(1, run: "r"))
            .Does(Ann, Start(1));
        var token = story.Lease(1).Token;
        story.Does(Sam, Edit(1, e => e with { Title = "Answer it well" }));
        var nobody = new Principal(
            new PrincipalId(99),
            "Nobody",
            PrincipalKind.Agent,
            Roles.Agent,
            null,
            PrincipalState.Active
        );
        story.When(nobody, Bad(9, "x", 1, "")).ThenRefused<Refusal.Unauthorized>();
        story.When(Vic, Bad(9, "x", 1, "")).ThenRefused<Refusal.Forbidden>();
        story.When(Bob, Bad(1, "x", 1, ""), keyQueues: ["web"]).ThenRefused<Refusal.Forbidden>();
        story.When(Bob, Bad(9, "x", 1, "")).ThenRefused<Refusal.NotFound>();
        story.When(Bob, Bad(1, "x", 1, "")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Bob, Bad(1, "x", 1, null)).ThenRefused<LeaseRefusal.NotHolder>();
        story.When(Ann, Bad(1, "x", 1, null)).ThenRefused<LeaseRefusal.NotHolder>();
        story.When(Ann, Bad(1, "r", token - 1, null)).ThenRefused<LeaseRefusal.Fenced>();
        story.When(Ann, Bad(1, "r", token, null), at: 300).ThenRefused<LeaseRefusal.AcknowledgeRequired>();
        var seen = story.Lease(1).MustAcknowledge!.Seq;
        story.When(Ann, Renew(1, ack: seen)).ThenRefused<LeaseRefusal.NoProgress>();
        story.When(Ann, Renew(1, "news", ack: seen)).ThenHappened("lease.acknowledged", "lease.revived");
    }

    [Fact]
    public void A_token_that_was_never_granted_is_malformed() =>
        Assert.Contains(
            "token",
            Given()
                .AnItem()
                .Does(Ann, Claim(1))
                .When(Ann, Bad(1, null, 9_999, null))
                .ThenRefused<Refusal.InvalidRequest>()
                .Errors.Keys
        );

    [Fact]
    public void Whoever_was_taken_over_from_is_fenced_and_hears_by_whom()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Bob, TakeOver(1), 300);
        var fenced = story.When(Ann, Complete(1, "\"mail sent\""), at: 310).ThenRefused<LeaseRefusal.Fenced>();
        Assert.Equal((Bob.Id, EndedAs.TakenOver, T0.AddSeconds(300)), (fenced.Owner.Id, fenced.EndedAs, fenced.At));
    }

    [Fact]
    public void Somebody_paused_can_do_nothing_and_hears_first_what_is_wrong_for_anybody()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        var paused = Ann with { State = PrincipalState.Paused, Why = "leave" };
        story.When(Ann, Does(new PrincipalCommand.Sync(paused)));
        Assert.Equal(PauseScope.Principal, story.When(Ann, Renew(1)).ThenRefused<Refusal.Paused>().Scope);
        Assert.Equal(PauseScope.Principal, story.When(Ann, Release(1)).ThenRefused<Refusal.Paused>().Scope);
        story.When(Ann, Bad(9, null, 1, null)).ThenRefused<Refusal.NotFound>();
        story.Until(300).When(Ann, Complete(1)).ThenRefused<LeaseRefusal.LeaseStale>();
    }

    [Fact]
    public void Of_many_renewals_each_is_decided_by_itself()
    {
        var story = Given().AnItem().AnItem().Does(Ann, Claim(1)).Does(Bob, Claim(2));
        var many = new RenewMany([
            new LeaseCommand.Renew(new LeaseId(2), null, story.Lease(2).Token, null),
            new LeaseCommand.Renew(new LeaseId(1), null, story.Lease(1).Token, null),
            new LeaseCommand.Renew(new LeaseId(9), null, 1, null),
        ]);
        var results = story.When(Ann, Does(many)).ThenAccepted().Reply<RenewalsReply>().Results;
        Assert.IsType<LeaseRefusal.NotHolder>(results[0].Problem);
        Assert.Equal(T0.AddSeconds(300), results[1].ExpiresAt);
        Assert.IsType<Refusal.NotFound>(results[2].Problem);
        var twice = new RenewMany([many.Renewals[1], many.Renewals[1]]);
        story.When(Ann, Does(twice)).ThenRefused<Refusal.InvalidRequest>();
    }
}

/// <summary>Who gives work to whom: takeover, handoff, ended runs and principals.</summary>
public class ChangeOfOwnerTests
{
    private static Story AnnWorks(PolicyChange? crm = null) =>
        Given(crm).AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));

    [Fact]
    public void A_live_lease_cannot_be_taken_over_without_force_and_the_refusal_says_when()
    {
        var owned = AnnWorks().When(Bob, TakeOver(1), at: 299.999).ThenRefused<LeaseRefusal.AlreadyOwned>();
        Assert.Equal((Ann.Id, 1, T0.AddSeconds(300)), (owned.Owner.Id, owned.RetryAfter, owned.Takeover.From));
        AnnWorks().When(Bob, TakeOver(1), at: 300).ThenHappened("lease.lost", "lease.takenOver");
    }

    [Fact]
    public void Only_support_may_use_force()
    {
        AnnWorks().When(Bob, TakeOver(1, force: true)).ThenRefused<Refusal.Forbidden>();
        AnnWorks().When(Rita, TakeOver(1, force: true)).ThenRefused<Refusal.Forbidden>();
        AnnWorks().When(Sam, TakeOver(1, "", force: true)).ThenRefused<Refusal.InvalidRequest>();
        AnnWorks().When(Sam, TakeOver(1, "urgent", force: true)).ThenHappened("lease.lost", "lease.takenOver");
    }

    [Fact]
    public void A_handover_has_what_was_left_and_what_changed_since()
    {
        var story = AnnWorks()
            .Does(Ann, Checkpoint(1, "read all mails"), 10)
            .Does(Ann, Checkpoint(1, "wrote a draft", "to whom?"), 20)
            .Does(Sam, Edit(1, e => e with { Title = "Answer today" }), 30);
        var handover = story.When(Bob, TakeOver(1), at: 400).Reply<GrantReply>().Handover!;
        Assert.Equal((Ann.Id, "taken_over"), (handover.From.Id, handover.EndedAs));
        Assert.Equal("wrote a draft", handover.Checkpoint!.Summary);
        Assert.Equal(2, handover.Checkpoints.Count);
        Assert.Equal(["to whom?"], handover.OpenQuestions);
        Assert.Equal("Sam changed title.", handover.Since[0].What);
        Assert.Contains(handover.Since, s => s.What.Contains("stale", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_worked_on_it_before_so_there_is_nothing_to_hand_over()
    {
        var story = Given().AnItem();
        Assert.Null(story.When(Ann, Claim(1)).Reply<GrantReply>().Handover);
        story.Until(120);
        Assert.Null(story.When(Bob, Claim(1)).Reply<GrantReply>().Handover);
    }

    [Fact]
    public void A_handoff_is_for_whom_it_names_and_the_first_accepts()
    {
        var story = AnnWorks().Does(Ann, HandOff(1, role: "support")).AndItemIs(1, ItemState.HandedOff);
        story.When(Bob, Accept(1)).ThenRefused<Refusal.Forbidden>();
        Assert.Equal(
            NotClaimableReason.HandedOff,
            story.When(Bob, Claim(1)).ThenRefused<ItemRefusal.NotClaimable>().Why
        );
        story.When(Sam, Accept(1)).ThenHappened("lease.accepted");
        story.When(Sam, Accept(1)).ThenRefused<LeaseRefusal.AlreadyOwned>();
    }

    [Theory]
    [InlineData("Bob", "handoff.declined")]
    [InlineData("Ann", "handoff.withdrawn")]
    [InlineData("Sam", "handoff.withdrawn")]
    public void A_handoff_can_be_declined_or_withdrawn(string who, string happens)
    {
        var story = AnnWorks().Does(Ann, HandOff(1, Bob));
        story
            .When(People.All.Single(p => p.Name == who), Decline(1))
            .ThenHappened(happens)
            .AndItemIs(1, ItemState.Queued);
    }

    [Fact]
    public void A_handoff_that_nobody_accepts_goes_back_and_says_so()
    {
        var story = AnnWorks(new PolicyChange { AcceptSeconds = 60 }).Does(Ann, HandOff(1, Bob));
        story.Until(59.999).AndItemIs(1, ItemState.HandedOff);
        story.Until(60).ThenHappened("handoff.expired", "item.attentionAsked").AndItemIs(1, ItemState.Queued);
        Assert.Equal(
            NotClaimableReason.NotOwned,
            story.When(Bob, Accept(1)).ThenRefused<ItemRefusal.NotClaimable>().Why
        );
    }

    [Fact]
    public void A_handoff_names_one_principal_or_one_role_who_could_accept()
    {
        var story = AnnWorks();
        story.When(Ann, HandOff(1)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Ann, HandOff(1, Bob, "support")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Ann, HandOff(1, Vic)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Ann, HandOff(1, role: "viewer")).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void Support_may_hand_off_anothers_work() =>
        AnnWorks().When(Sam, HandOff(1, Bob)).ThenHappened("lease.handedOff", "handoff.offered");

    [Fact]
    public void Ending_a_run_frees_what_it_holds_and_nothing_else()
    {
        var story = Given().AnItem().AnItem().Does(Ann, Claim(1, run: "r1")).Does(Ann, Claim(2, run: "r2"));
        var end = new RunCommand.End("r1", "failed", null, null);
        story.When(Ann, Does(end)).ThenHappened("run.ended", "lease.runEnded").AndItemIs(1, ItemState.Queued);
        story.AndItemIs(2, ItemState.Claimed).When(Ann, Does(end)).ThenNothingHappened();
        story.When(Ann, Claim(1, run: "r1")).ThenRefused<RunRefusal.RunEnded>();
        story.When(Bob, Does(end with { Run = "r2", Principal = Ann.Id })).ThenRefused<Refusal.Forbidden>();
        story.When(Sam, Does(end with { Run = "r2", Principal = Ann.Id })).ThenHappened("run.ended", "lease.runEnded");
    }

    [Fact]
    public void Whoever_ends_holds_nothing_from_the_same_write_on()
    {
        var story = AnnWorks().AnItem().Does(Ann, Claim(2));
        story.When(Ann, Does(new PrincipalCommand.Sync(Ann with { State = PrincipalState.Ended })));
        story
            .ThenHappened("principal.set", "lease.principalEnded", "lease.principalEnded")
            .AndItemIs(1, ItemState.Queued);
        Assert.Empty(story.At.HeldBy(Ann.Id));
        story.When(Ann, Claim(1)).ThenRefused<Refusal.Unauthorized>();
    }
}
