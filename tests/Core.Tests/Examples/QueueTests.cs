using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;
using static ControlSurface.Core.Tests.House.Story;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Which item a claim is given, and what stops one (API.md, Queues; Claims and leases).</summary>
public class ClaimTests
{
    private static ItemId Claimed(Story story) => story.Reply<GrantReply>().Item.Item.Id;

    [Fact]
    public void The_most_urgent_comes_first_then_what_has_been_available_for_longest()
    {
        var story = Given().AnItem(c => c with { Priority = 9 }).AnItem().AnItem(c => c with { Priority = 0 }).AnItem();
        int[] order = [3, 2, 4, 1];
        foreach (var next in order)
            Assert.Equal(next, Claimed(story.When(Ann, ClaimNext())).Number);
        Assert.Null(story.When(Ann, ClaimNext()).Reply<NothingToClaimReply>().RetryAfter);
    }

    [Fact]
    public void What_was_given_back_queues_up_anew()
    {
        var story = Given().AnItem().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Ann, Release(1), 5);
        Assert.Equal(2, Claimed(story.When(Bob, ClaimNext())).Number);
    }

    [Fact]
    public void A_claim_with_labels_gets_only_what_has_them_all()
    {
        var story = Given()
            .AnItem(c => c with { Labels = new(IsSet: true, ["a"]) })
            .AnItem(c => c with { Labels = new(IsSet: true, ["b", "a"]) });
        Assert.Equal(2, Claimed(story.When(Ann, ClaimNext(null, "a", "b"))).Number);
    }

    [Fact]
    public void Refusals_of_a_claim_come_in_the_order_of_the_contract()
    {
        var story = Given().AnItem().AnItem().Does(Sam, Claim(1)).Does(Sam, Start(1)).Does(Ann, Claim(2, "r"));
        story.Does(Ann, Does(new Runs.RunCommand.End("r", "failed", null, null)));
        story.Does(Mona, Does(new QueueCommand.PauseQueue("crm", "lunch")));
        story.When(Vic, Claim(9, "r", 4)).ThenRefused<Refusal.Forbidden>();
        story.When(Ann, Claim(1, "r", 4), keyQueues: ["web"]).ThenRefused<Refusal.Forbidden>();
        story.When(Ann, Claim(9, "r", 4)).ThenRefused<Refusal.NotFound>();
        story.When(Ann, Claim(1, "r", 4)).ThenRefused<Refusal.InvalidRequest>();
        story.When(Ann, Claim(1, "r", 5)).ThenRefused<RunRefusal.RunEnded>();
        Assert.Equal(PauseScope.Queue, story.When(Ann, Claim(1, "s", 5)).ThenRefused<Refusal.Paused>().Scope);
        story.Does(Mona, Does(new QueueCommand.ResumeQueue("crm")));
        story.When(Ann, Claim(1, "s", 5)).ThenRefused<LeaseRefusal.AlreadyOwned>();
        story.Does(Sam, Release(1)).Does(Sam, Park(1));
        Assert.Equal(
            NotClaimableReason.Parked,
            story.When(Ann, Claim(1, "s", 5)).ThenRefused<ItemRefusal.NotClaimable>().Why
        );
        story.Does(Sam, Unpark(1)).When(Ann, Claim(1, "s", 5)).ThenHappened("lease.claimed");
    }

    [Fact]
    public void A_principal_limited_to_other_queues_may_neither_claim_nor_see()
    {
        var story = Given().Does(Sam, Does(new ItemCommand.Create("web", "Fix it")));
        story.When(Cleo, Claim(1)).ThenRefused<Refusal.Forbidden>();
        story.When(Cleo, Does(new ClaimCommand.Next("web", null, null, []))).ThenRefused<Refusal.Forbidden>();
        story.When(Cleo, Does(new ItemCommand.Create("web", "no"))).ThenRefused<Refusal.Forbidden>();
    }

    [Fact]
    public void MaxActive_stops_claims_and_suspended_leases_do_not_count()
    {
        var story = Given(new PolicyChange { MaxActive = 1 }).AnItem().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        Assert.Equal("maxActive", story.When(Bob, ClaimNext()).Reply<NothingToClaimReply>().WaitingFor);
        Assert.Equal(NotClaimableReason.Limit, story.When(Bob, Claim(2)).ThenRefused<ItemRefusal.NotClaimable>().Why);
        story.Does(Ann, Suspend(1)).When(Bob, ClaimNext()).ThenHappened("lease.claimed");
    }

    [Fact]
    public void MaxActivePer_stops_what_it_names_and_lets_the_next_pass()
    {
        var limits = new Optional<IReadOnlyList<ActiveLimit>>(
            IsSet: true,
            [new("big", null, 1), new(null, "repo:web", 1)]
        );
        var story = Given(new PolicyChange { MaxActivePer = limits })
            .AnItem(c => c with { Labels = new(IsSet: true, ["big"]) })
            .AnItem(c => c with { Labels = new(IsSet: true, ["big"]) })
            .AnItem(c => c with { Targets = new(IsSet: true, ["repo:web/a.cs"]) })
            .AnItem(c => c with { Targets = new(IsSet: true, ["repo:web#b"]) })
            .AnItem(c => c with { Targets = new(IsSet: true, ["repo:website/a.cs"]) });
        foreach (var next in new[] { 1, 3, 5 })
            Assert.Equal(next, Claimed(story.When(Ann, ClaimNext())).Number);
        var nothing = story.When(Ann, ClaimNext()).Reply<NothingToClaimReply>();
        Assert.Equal((120, "maxActivePer"), (nothing.RetryAfter, nothing.WaitingFor));
        Assert.Equal("maxActivePer big", story.When(Ann, Claim(2)).ThenRefused<ItemRefusal.NotClaimable>().WaitingFor);
    }

    [Fact]
    public void ClaimsPerMinute_opens_when_the_oldest_claim_is_a_minute_old()
    {
        var story = Given(new PolicyChange { ClaimsPerMinute = 2 }).AnItem().AnItem().AnItem();
        story.Does(Ann, ClaimNext(), 0).Does(Ann, ClaimNext(), 10);
        var nothing = story.When(Ann, ClaimNext(), at: 59.999).Reply<NothingToClaimReply>();
        Assert.Equal((1, "claimsPerMinute"), (nothing.RetryAfter, nothing.WaitingFor));
        story.When(Ann, ClaimNext(), at: 60).ThenHappened("lease.claimed");
    }
}

/// <summary>Every member of a policy does something, and what could do nothing is refused (FIELD.md, 26).</summary>
public class Field_26_PolicyTests
{
    public static TheoryData<string> Members => [.. PolicyMembers.All.Select(member => member.Name)];

    private static Story Works(PolicyChange crm) => Given(crm).AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));

    // What the member brings about, as a difference to a queue without it.
    private static readonly Dictionary<string, Func<bool>> Effects = new(StringComparer.Ordinal)
    {
        ["leaseSeconds"] = () => Works(new() { LeaseSeconds = 5 }).Until(5).Item(1).State == ItemState.Stale,
        ["personLeaseSeconds"] = () =>
            Given(new() { PersonLeaseSeconds = 5 })
                .AnItem()
                .Does(Sam, Claim(1))
                .Does(Sam, Start(1))
                .Until(5)
                .Item(1)
                .State == ItemState.Stale,
        ["claimSeconds"] = () =>
            Given(new() { ClaimSeconds = 1 }).AnItem().Does(Ann, Claim(1)).Until(1).Item(1).Lapses == 1,
        ["resumeSeconds"] = () => Woken(new() { ResumeSeconds = 7 }).Lease(1).StartBy == T0.AddSeconds(7),
        ["maxSuspendSeconds"] = () =>
            Works(new() { MaxSuspendSeconds = 9 }).Does(Ann, Suspend(1)).Until(9).Item(1).State == ItemState.Stale,
        ["maxLifetimeSeconds"] = () =>
            Works(new() { MaxLifetimeSeconds = 310 }).Does(Ann, Renew(1, "a"), 200).Lease(1).ExpiresAt
            == T0.AddSeconds(310),
        ["maxQuietRenewals"] = () =>
            Works(new() { MaxQuietRenewals = 0 }).When(Ann, Renew(1)).Refusal is LeaseRefusal.NoProgress,
        ["reviveStale"] = () =>
            Works(new() { ReviveStale = false }).When(Ann, Renew(1, "a"), at: 300).Refusal
                is LeaseRefusal.LeaseStale { Revivable: false },
        ["onStale"] = () => Works(new() { OnStale = OnStale.Requeue }).Until(300).Item(1).State == ItemState.Queued,
        ["staleGraceSeconds"] = () =>
            Works(new() { OnStale = OnStale.Requeue, StaleGraceSeconds = 5 }).Until(304.999).Item(1).State
            == ItemState.Stale,
        ["staleHoldSeconds"] = () => Works(new() { StaleHoldSeconds = 5 }).Until(305).Item(1).Attention.Count == 1,
        ["acceptSeconds"] = () =>
            Works(new() { AcceptSeconds = 5 }).Does(Ann, HandOff(1, Bob)).Until(5).Item(1).State == ItemState.Queued,
        ["maxActive"] = () =>
            Works(new() { MaxActive = 1 }).AnItem().When(Bob, Claim(2)).Refusal is ItemRefusal.NotClaimable,
        ["maxActivePer"] = () =>
            Works(new() { MaxActivePer = new(IsSet: true, [new("big", null, 1)]) })
                .Does(Sam, Edit(1, e => e with { Labels = new(IsSet: true, ["big"]) }))
                .AnItem(c => c with { Labels = new(IsSet: true, ["big"]) })
                .When(Bob, Claim(2))
                .Refusal is ItemRefusal.NotClaimable,
        ["claimsPerMinute"] = () =>
            Works(new() { ClaimsPerMinute = 1 }).AnItem().When(Bob, Claim(2)).Refusal is ItemRefusal.NotClaimable,
        ["maxAttempts"] = () =>
            Works(new() { MaxAttempts = 1 }).Does(Ann, Release(1)).Item(1).State == ItemState.Parked,
        ["backoff"] = () =>
            Works(new() { Backoff = new Backoff(5, 2, 60) }).Does(Ann, Release(1, failed: true)).Item(1).State
            == ItemState.Blocked,
        ["onDuplicate"] = () => Twice(OnDuplicate.Reopen).Item(1).State == ItemState.Queued,
        ["maxWaitingReview"] = () =>
            Drafted(new() { MaxWaitingReview = 1 }).Does(Ann, AskReview(1)).AnItem().When(Bob, Claim(2)).Refusal
                is ItemRefusal.NotClaimable { WaitingFor: "maxWaitingReview" },
        ["requiredApprovals"] = () =>
            Drafted(new() { RequiredApprovals = 2 }).Does(Rita, Approve(1)).Approval(1) == StandingState.Partial,
        ["approvals"] = () =>
            Drafted(new() { Approvals = new(IsSet: true, [Rule("manager")]) }).Does(Rita, Approve(1)).Approval(1)
            == StandingState.Partial,
        ["approvalTtlSeconds"] = () =>
            Drafted(new() { ApprovalTtlSeconds = 7 }).Does(Rita, Approve(1)).Until(7).Approval(1)
            == StandingState.Expired,
        ["approvalUses"] = () =>
            Drafted(new() { ApprovalUses = 2 })
                .Does(Ann, Prepare("send", 1))
                .Does(Rita, Approve(1))
                .Does(Ann, Begin("send", 1))
                .Approval(1) == StandingState.Valid,
        ["selfApproval"] = () =>
            Drafted(new() { SelfApproval = SelfApproval.Never })
                .Does(Rita, EditAs("fixed", 1, lines: 1))
                .When(Rita, Approve(2))
                .Refusal is ApprovalRefusal.SelfApproval,
        ["smallEditLines"] = () =>
            Drafted(new() { SmallEditLines = 1 })
                .Does(Mona, Approve(1))
                .Does(Rita, EditAs("fixed", 1, lines: 2))
                .When(Rita, Approve(2))
                .Refusal is ApprovalRefusal.SelfApproval,
        ["agentsMayApprove"] = () =>
            Drafted(new() { AgentsMayApprove = true })
                .Does(People.Adam, _ => new PrincipalCommand.Sync(Bob with { Roles = Roles.Reviewer }))
                .When(Bob, Approve(1))
                .Refusal
                is null,
        ["blockOnComments"] = () =>
            Drafted(new() { BlockOnComments = false }).Does(Rita, BlockingComment(1)).When(Mona, Approve(1)).Refusal
                is null,
        ["guardTargets"] = () =>
            Drafted(new PolicyChange())
                .Does(Mona, Policy(new PolicyChange { GuardTargets = true }))
                .When(Ann, PublishAs("more", 1))
                .Refusal is LockRefusal.LockNotHeld,
        ["reviewDueSeconds"] = () =>
            Drafted(new() { ReviewDueSeconds = 5 }).Does(Ann, AskReview(1)).Until(5).Artifact().OpenReview!.IsOverdue,
        ["onHumanEdit"] = () =>
            Drafted(new() { OnHumanEdit = OnHumanEdit.Free })
                .Does(Rita, EditAs("fixed", 1, lines: 1))
                .When(Ann, PublishAs("more", 2))
                .Refusal
                is null,
        ["onSourceChange"] = () =>
            Drafted(new() { OnSourceChange = OnSourceChange.Invalidate })
                .Does(Rita, Approve(1))
                .Does(Sam, Changed("crm:ann", "2"))
                .Approval(1) == StandingState.Invalidated,
        ["mergeClean"] = () =>
            Drafted(new() { MergeClean = MergeClean.Auto })
                .Does(Ann, PublishAs("second", 1))
                .Does(Ann, PublishAs("third", 1, merged: "both"))
                .Artifact()
                .Current.Kind == VersionKind.Merge,
    };

    private static Story Woken(PolicyChange crm) =>
        Works(crm)
            .Does(Ann, _ => new Notes.NoteCommand.Add(new ItemId(1), "which?", "everyone", Notes.NoteKind.Question))
            .Does(Ann, Suspend(1, "waiting_on_human"))
            .Does(Sam, _ => new Notes.NoteCommand.Acknowledge(new ItemId(1), 1, "this"));

    private static Story Twice(OnDuplicate how) =>
        Given(new PolicyChange { OnDuplicate = how })
            .AnItem(c => c with { ExternalId = "X" })
            .Does(Sam, Cancel(1))
            .AnItem(c => c with { ExternalId = "X", Title = "Answer it again" });

    [Theory, MemberData(nameof(Members))]
    public void Every_member_does_something(string member) => Assert.True(Effects[member](), member + " does nothing");

    [Fact]
    public void The_same_externalId_gives_the_item_opens_it_again_or_makes_another()
    {
        var story = Twice(OnDuplicate.Return);
        Assert.Equal(["title"], story.Reply<ItemReply>().Differs);
        story.ThenNothingHappened().AndItemIs(1, ItemState.Cancelled);
        Twice(OnDuplicate.Reopen).ThenHappened("item.reopened");
        Twice(OnDuplicate.New).ThenHappened("item.created").AndItemIs(2, ItemState.Queued);
    }

    public static TheoryData<string, PolicyChange, string> Impossible =>
        new()
        {
            {
                "a lease longer than its longest life",
                new() { MaxLifetimeSeconds = 299 },
                "leaseSeconds"
            },
            {
                "grace without requeue",
                new() { StaleGraceSeconds = 5 },
                "staleGraceSeconds"
            },
            {
                "grace without revival",
                new()
                {
                    OnStale = OnStale.Requeue,
                    StaleGraceSeconds = 5,
                    ReviveStale = false,
                },
                "staleGraceSeconds"
            },
            {
                "hold with requeue",
                new() { OnStale = OnStale.Requeue, StaleHoldSeconds = 5 },
                "staleHoldSeconds"
            },
            {
                "revival without grace",
                new() { OnStale = OnStale.Requeue, ReviveStale = true },
                "reviveStale"
            },
            {
                "a limit above the limit",
                new() { MaxActive = 1, MaxActivePer = new(IsSet: true, [new("a", null, 2)]) },
                "maxActivePer.limit"
            },
            {
                "a limit on nothing",
                new() { MaxActivePer = new(IsSet: true, [new(null, null, 2)]) },
                "maxActivePer"
            },
            {
                "a limit on a path that no target can have",
                new() { MaxActivePer = new(IsSet: true, [new(null, "repo:a//b:", 2)]) },
                "maxActivePer.targetPrefix"
            },
            {
                "a rest that shrinks",
                new() { Backoff = new Backoff(60, 2, 5) },
                "backoff.maxSeconds"
            },
            {
                "too short a lease",
                new() { LeaseSeconds = 4 },
                "leaseSeconds"
            },
            {
                "too long a lease",
                new() { PersonLeaseSeconds = 86_401 },
                "personLeaseSeconds"
            },
            {
                "no time to start",
                new() { ClaimSeconds = 0 },
                "claimSeconds"
            },
            {
                "no time to resume",
                new() { ResumeSeconds = 0 },
                "resumeSeconds"
            },
        };

    [Theory, MemberData(nameof(Impossible))]
    public void What_cannot_take_effect_is_refused_and_never_stored(string what, PolicyChange change, string member)
    {
        var story = Given();
        var errors = story.When(Mona, Policy(change)).ThenRefused<Refusal.InvalidRequest>().Errors;
        Assert.True(errors.ContainsKey(member), what);
        Assert.Equal(new QueuePolicy(), story.At.FindQueue("crm")!.Queue.Policy);
    }

    [Fact]
    public void A_policy_changes_only_what_is_named_and_only_if_it_is_the_one_that_was_seen()
    {
        var story = Given();
        var seen = story.At.FindQueue("crm")!.Queue.PolicySeq;
        story.When(Mona, Policy(new() { MaxActive = 3 }, seen - 1)).ThenRefused<QueueRefusal.QueueChanged>();
        story.When(Mona, Policy(new() { MaxActive = 3 }, seen)).ThenHappened("queue.policySet");
        Assert.Equal(new QueuePolicy { MaxActive = 3 }, story.At.FindQueue("crm")!.Queue.Policy);
        story.When(Mona, Policy(new() { MaxActive = 3 })).ThenNothingHappened();
        story.When(Sam, Policy(new() { MaxActive = 3 })).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, Does(new QueueCommand.Set("a b", new(), null))).ThenRefused<Refusal.InvalidRequest>();
    }
}

/// <summary>Pausing a queue, and stopping the line (API.md, Queues).</summary>
public class PauseTests
{
    private static readonly Ask Pause = Does(new QueueCommand.PauseQueue("crm", "lunch"));
    private static readonly Ask Go = Does(new QueueCommand.ResumeQueue("crm"));

    [Fact]
    public void A_pause_stops_clocks_and_claims_and_resuming_gives_each_a_full_term_in_the_state_it_had()
    {
        var story = Given()
            .AnItem()
            .AnItem()
            .Does(Ann, Claim(1))
            .Does(Ann, Start(1))
            .Does(Ann, Claim(2))
            .When(Mona, Pause, at: 100)
            .ThenHappened("queue.paused", "lease.suspended", "lease.suspended");
        story.Until(9_000).AndItemIs(1, ItemState.Suspended);
        story.When(Mona, Go).ThenHappened("queue.resumed", "lease.resumed", "lease.resumed");
        story.AndLease(1, l => Assert.Equal((LeaseState.Active, T0.AddSeconds(9_300)), (l.State, l.ExpiresAt)));
        story.AndLease(2, l => Assert.Equal((LeaseState.Claimed, T0.AddSeconds(9_120)), (l.State, l.ExpiresAt)));
    }

    [Fact]
    public void While_paused_work_can_be_finished_and_given_back_and_nothing_else()
    {
        Story Paused() => Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Mona, Pause);
        foreach (var ask in new[] { Renew(1, "a"), Start(1), Suspend(1), Resume(1), HandOff(1, Bob) })
            Assert.Equal(
                ["paused_by_policy"],
                Paused().When(Ann, ask).ThenRefused<LeaseRefusal.LeaseSuspended>().Reasons
            );
        foreach (var ask in new[] { Complete(1), Release(1), Checkpoint(1) })
            Paused().When(Ann, ask).ThenAccepted();
        Paused().AnItem().When(Bob, ClaimNext()).ThenRefused<Refusal.Paused>();
    }

    [Fact]
    public void What_was_suspended_for_another_reason_too_stays_so()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Ann, Suspend(1));
        story
            .Does(Mona, Pause, 10)
            .Does(Mona, Go, 50)
            .AndLease(
                1,
                l =>
                {
                    Assert.Equal((LeaseState.Suspended, SuspendReasons.Blocked), (l.State, l.Reasons));
                    Assert.Equal(T0.AddSeconds(50 + 86_400), l.ExpiresAt);
                }
            );
    }

    [Fact]
    public void A_stale_lease_is_not_revived_past_a_pause() =>
        Given()
            .AnItem()
            .Does(Ann, Claim(1))
            .Does(Ann, Start(1))
            .Until(300)
            .Does(Mona, Pause)
            .When(Ann, Renew(1, "again"))
            .ThenRefused<Refusal.Paused>();

    [Fact]
    public void The_line_stops_as_far_as_was_said_and_a_paused_queue_stays_paused()
    {
        var story = Given().AnItem().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        story.When(Mona, Does(new QueueCommand.Stop(StopScope.Begins, "fire"))).ThenHappened("workspace.stopped");
        story.Does(Bob, Claim(2));
        story.When(Mona, Does(new QueueCommand.Stop(StopScope.Claims, "fire"))).AndItemIs(1, ItemState.Leased);
        Assert.Equal(PauseScope.Workspace, story.When(Bob, Claim(2)).ThenRefused<Refusal.Paused>().Scope);
        story.When(Mona, Does(new QueueCommand.Stop(StopScope.All, "fire"))).AndItemIs(1, ItemState.Suspended);
        story.Does(Mona, Pause).When(Mona, Does(new QueueCommand.Go())).ThenHappened("workspace.went");
        story.AndItemIs(1, ItemState.Suspended).Does(Mona, Go).AndItemIs(1, ItemState.Leased);
        story.When(Mona, Does(new QueueCommand.Go())).ThenNothingHappened();
    }
}
