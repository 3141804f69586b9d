using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Claims;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Versions, and what becomes of what comes late (API.md, Contents and artifacts).</summary>
public class VersionTests
{
    [Fact]
    public void Identical_content_makes_no_version_and_a_base_that_never_was_is_malformed()
    {
        Drafted().When(Ann, PublishAs("first", 1)).ThenNothingHappened();
        Drafted().When(Ann, PublishAs("second", 7)).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void An_old_base_is_refused_kept_and_one_conflict_however_often_it_is_sent()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("third", 1));
        var refused = Assert.IsType<ArtifactRefusal.VersionConflict>(story.Refusal);
        Assert.Equal((2, HashOf("third")), (refused.CurrentVersion, refused.KeptAs));
        Assert.Equal(["conflict.opened"], story.Happened.Select(e => e.Type));
        Assert.Empty(story.When(Ann, PublishAs("third", 1)).Happened);
        Assert.Equal(["conflict.joined"], story.When(Ann, PublishAs("fourth", 1)).Happened.Select(e => e.Type));
        Assert.Equal(3, story.At.FindConflict(new ConflictId(1))!.Competing.Count);
    }

    [Fact]
    public void A_merge_that_was_tried_with_another_version_is_tried_again()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1));
        var stale = new ArtifactCommand.Publish
        {
            Artifact = new ArtifactId(1),
            BaseVersion = 1,
            Content = new Proposed(HashOf("third"), 5, 1, new MergeOffer(HashOf("first"), HashOf("both"), 4)),
            Token = story.Lease(1).Token,
        };
        story.When(Ann, _ => stale).ThenRefused<ArtifactRefusal.MergeOutdated>();
    }

    [Fact]
    public void A_write_after_its_lease_is_kept_in_one_conflict_and_changes_nothing_else()
    {
        var story = Drafted().Until(300).Does(Bob, TakeOver(1)).When(Ann, PublishAs("late", 1));
        var fenced = Assert.IsType<LeaseRefusal.Fenced>(story.Refusal);
        Assert.Equal(HashOf("late"), fenced.KeptAs);
        Assert.Equal(ConflictKind.FencedWrite, story.At.FindConflict(fenced.Conflict!.Value)!.Kind);
        Assert.Equal(1, story.Artifact().Current.Number);
        Assert.Empty(story.When(Ann, PublishAs("late", 1)).Happened);
        Assert.IsType<ItemRefusal.Unsettled>(story.When(Bob, Complete(2)).Refusal);
        story.Does(Sam, Resolve(1, "keep_current")).Does(Bob, Complete(2)).AndItemIs(1, ItemState.Completed);
    }

    [Fact]
    public void An_agent_names_its_lease_where_there_is_one_and_a_person_needs_none()
    {
        Drafted().When(Ann, PublishAs("second", 1, lease: null)).ThenRefused<LeaseRefusal.LeaseRequired>();
        Drafted().When(Bob, PublishAs("second", 1)).ThenRefused<LeaseRefusal.NotHolder>();
        Drafted().When(Rita, EditAs("second", 1, 1)).ThenAccepted();
        Drafted().When(Vic, EditAs("second", 1, 1)).ThenRefused<Refusal.Forbidden>();
    }

    [Fact]
    public void A_persons_edit_holds_an_agent_until_it_has_leave_for_one_publish()
    {
        var story = Drafted().Does(Rita, EditAs("fixed", 1, 1)).When(Ann, PublishAs("more", 2));
        Assert.Equal((HoldResolution.Permit, 2), (((ArtifactRefusal.HumanEditHold)story.Refusal!).ResolveBy, 2));
        Assert.Equal(HashOf("more"), story.Refusal.KeptAs);
        story
            .Does(Rita, _ => new ArtifactCommand.Permit(new ArtifactId(1), 2, Ann.Id))
            .Does(Ann, PublishAs("more", 2))
            .Does(Rita, EditAs("again", 3, 1))
            .When(Ann, PublishAs("once more", 4));
        Assert.IsType<ArtifactRefusal.HumanEditHold>(story.Refusal);
        var acknowledging = Drafted(new() { OnHumanEdit = OnHumanEdit.Acknowledge })
            .Does(Rita, EditAs("fixed", 1, 1))
            .When(Ann, s => (ArtifactCommand.Publish)PublishAs("more", 2)(s) with { Acknowledges = 2 });
        acknowledging.ThenAccepted();
    }
}

/// <summary>Reviews as objects: asked, taken, superseded, overdue, and never of nobody without saying so.</summary>
public class ReviewTests
{
    [Fact]
    public void Asking_stops_the_clock_and_a_decision_gives_it_back()
    {
        var story = Drafted().Does(Ann, AskReview(1)).AndItemIs(1, ItemState.WaitingOnReview);
        story.When(Ann, AskReview(1)).ThenNothingHappened();
        story.Does(Rita, Say("request_changes", 1), 1_000).AndItemIs(1, ItemState.Claimed);
        story.AndLease(1, l => Assert.Equal(T0.AddSeconds(1_900), l.StartBy));
        story.AndItem(1, i => Assert.Equal("see the amount", i.Notes[^1].Text));
        Assert.Equal(ReviewDecision.RequestChanges, story.Artifact().Reviews[^1].Outcome);
    }

    [Fact]
    public void A_question_wakes_the_holder_and_leaves_the_review_open()
    {
        var story = Drafted().Does(Ann, AskReview(1)).Does(Rita, Say("ask", 1, "which Ann?"));
        story.AndItemIs(1, ItemState.Claimed);
        Assert.NotNull(story.Artifact().OpenReview);
    }

    [Fact]
    public void A_newer_version_asks_the_same_people_again_in_the_same_write()
    {
        var story = Drafted().Does(Ann, AskReview(1, Rita.Id.Text)).When(Ann, PublishAs("second", 1));
        story.ThenHappened("artifact.versionPublished", "review.superseded", "review.requested");
        var review = story.Artifact().OpenReview!;
        Assert.Equal((2, Rita.Id), (review.Version, review.Reviewers[0].Principal));
        story.AndItemIs(1, ItemState.WaitingOnReview);
    }

    [Fact]
    public void Found_7_5_going_on_without_waiting_withdraws_the_request_only_where_that_is_said()
    {
        var story = Drafted().Does(Ann, AskReview(1));
        Assert.Equal(
            ["waiting_on_review"],
            story.When(Ann, Resume(1)).ThenRefused<LeaseRefusal.LeaseSuspended>().Reasons
        );
        story.When(Ann, Resume(1, withdrawReview: true)).ThenHappened("lease.resumed", "review.withdrawn");
    }

    [Fact]
    public void Found_7_5_a_question_wakes_the_holder_who_may_stop_and_go_on_while_the_review_stays_open()
    {
        var story = Drafted().Does(Ann, AskReview(1)).Does(Rita, Say("ask", 1, "Which order?"));
        story.Does(Ann, Start(1)).Does(Ann, Suspend(1));
        story.When(Ann, Resume(1)).ThenHappened("lease.resumed");
        Assert.NotNull(story.Artifact().OpenReview);
    }

    [Fact]
    public void What_nobody_can_decide_says_so()
    {
        var story = Drafted().Does(Ann, AskReview(1, Vic.Id.Text));
        var view = Reviews.ReviewView.Of(story.At, story.Artifact(), story.Artifact().OpenReview!);
        Assert.Equal(ReviewAttention.NobodyEligible, view.Attention);
        story.When(Mona, Approve(1, because: "away")).ThenRefused<Refusal.InvalidRequest>();
    }
}

/// <summary>Approvals: of what, by whom, until when (API.md, Reviews and approvals).</summary>
public class ApprovalTests
{
    [Fact]
    public void Two_are_needed_where_the_queue_says_two_and_one_person_counts_once()
    {
        var story = Drafted(new() { RequiredApprovals = 2 }).Does(Rita, Approve(1));
        Assert.Equal(StandingState.Partial, story.Approval(1));
        story.When(Rita, Approve(1)).ThenNothingHappened();
        story.Does(Mona, Approve(1));
        Assert.Equal(StandingState.Valid, story.Approval(1));
        story.When(Adam, Approve(1)).ThenNothingHappened();
    }

    [Fact]
    public void Any_later_version_makes_it_fall_and_shows_what_counted_on_it()
    {
        var story = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).When(Ann, PublishAs("second", 1));
        story.ThenHappened("approval.invalidated", "artifact.versionPublished", "conflict.opened");
        Assert.Equal(StandingState.Invalidated, story.Approval(1));
        Assert.Equal(ActionState.Superseded, story.Action("send"));
        Assert.Equal(ConflictKind.ApprovalOutdated, story.At.FindConflict(new ConflictId(1))!.Kind);
    }

    [Fact]
    public void A_rejection_ends_a_valid_approval_and_blocks_the_version()
    {
        var story = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).Does(Mona, Say("reject", 1));
        Assert.Equal(StandingState.Invalidated, story.Approval(1));
        Assert.Equal(BeginResult.NotApproved, story.When(Ann, Begin("send", 1)).Reply<BeginReply>().Begun.Outcome);
    }

    [Fact]
    public void What_blocks_is_lifted_by_whoever_said_it()
    {
        var story = Drafted().Does(Rita, Say("request_changes", 1)).Does(Mona, Approve(1));
        Assert.Equal(StandingState.Partial, story.Approval(1));
        story.Does(Rita, Approve(1));
        Assert.Equal(StandingState.Valid, story.Approval(1));
    }

    [Fact]
    public void Whoever_changed_it_counts_with_a_second_and_not_alone()
    {
        var story = Drafted(new() { SelfApproval = SelfApproval.WithSecond })
            .Does(Rita, EditAs("fixed", 1, 99))
            .Does(Rita, Approve(2));
        Assert.Equal(StandingState.Partial, story.Approval(1));
        story.Does(Mona, Approve(2));
        Assert.Equal(StandingState.Valid, story.Approval(1));
    }

    [Fact]
    public void A_blocking_comment_keeps_it_from_being_approved_until_it_is_resolved()
    {
        var story = Drafted().Does(Rita, BlockingComment(1)).When(Mona, Approve(1));
        Assert.Equal([new CommentId(1)], ((ApprovalRefusal.CommentsOpen)story.Refusal!).Comments);
        story
            .Does(Mona, _ => new Reviews.ReviewCommand.Resolve(new ArtifactId(1), 1, new CommentId(1)))
            .Does(Mona, Approve(1));
        Assert.Equal(StandingState.Valid, story.Approval(1));
    }

    [Fact]
    public void A_changed_source_flags_the_work_or_ends_the_approval_as_the_queue_says()
    {
        var flagged = Drafted().Does(Rita, Approve(1)).Does(Sam, Changed("crm:ann", "2"));
        Assert.Equal(StandingState.Valid, flagged.Approval(1));
        Assert.Equal(ConflictKind.SourceChanged, flagged.At.FindConflict(new ConflictId(1))!.Kind);
        flagged.When(Sam, Changed("crm:ann", "2")).ThenNothingHappened();
        var ended = Drafted(new() { OnSourceChange = OnSourceChange.Invalidate })
            .Does(Rita, Approve(1))
            .Does(Sam, Changed("crm:ann", "2"));
        Assert.Equal(StandingState.Invalidated, ended.Approval(1));
        Assert.Equal("crm:ann", ended.Artifact().Approvals[0].Fell!.Target);
    }
}

/// <summary>Actions: at most one permit out, applied once, and never a guess (API.md, Actions).</summary>
public class ActionTests
{
    private static Story Approved() => Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1));

    private static BeginResult Outcome(Story story) => story.Reply<BeginReply>().Begun.Outcome;

    [Fact]
    public void Each_outcome_of_begin_can_be_had()
    {
        Assert.Equal(
            BeginResult.NotApproved,
            Outcome(Drafted().Does(Ann, Prepare("send", 1)).When(Ann, Begin("send", 1)))
        );
        var story = Approved().When(Ann, Begin("send", 1));
        Assert.Equal((BeginResult.Go, StandingState.Spent), (Outcome(story), story.Approval(1)));
        Assert.Equal(BeginResult.InProgress, Outcome(story.When(Ann, Begin("send", 1, "permit-2"))));
        Assert.Equal(
            BeginResult.AlreadyCompleted,
            Outcome(story.Does(Ann, Applied("send")).When(Ann, Begin("send", 1)))
        );
        Assert.Equal("1", story.Reply<BeginReply>().Begun.Action.Receipt);
        Assert.Equal(
            BeginResult.Superseded,
            Outcome(Approved().Does(Ann, PublishAs("x", 1)).When(Ann, Begin("send", 1)))
        );
        var moved = Drafted().Does(Sam, Changed("mail:ann", "1")).Does(Ann, Prepare("send", 1, expected: "1"));
        moved.Does(Rita, Approve(1)).Does(Sam, Changed("mail:ann", "2"));
        Assert.Equal(BeginResult.Conflicting, Outcome(moved.When(Ann, Begin("send", 1))));
        Assert.Equal(ActionState.Conflicting, moved.Action("send"));
        var lost = Approved().Does(Ann, Begin("send", 1)).Does(Ann, FailedToApply("send", "unknown"));
        Assert.Equal(BeginResult.Ambiguous, Outcome(lost.When(Ann, Begin("send", 1, "permit-2"))));
    }

    [Fact]
    public void The_same_thing_under_another_id_is_a_duplicate_and_is_not_done_twice()
    {
        var story = Drafted().Does(Ann, Prepare("one", 1)).Does(Ann, Prepare("two", 1)).Does(Rita, Approve(1));
        story.Does(Ann, Begin("one", 1)).Does(Ann, Applied("one"));
        Assert.Equal(BeginResult.Conflicting, Outcome(story.When(Ann, Begin("two", 1, "permit-2"))));
        Assert.Contains(story.At.Conflicts, c => c.Kind == ConflictKind.DuplicateAction);
    }

    [Fact]
    public void A_failure_without_effect_gives_the_approval_back_while_its_version_is_current()
    {
        var story = Approved().Does(Ann, Begin("send", 1)).Does(Ann, FailedToApply("send", "none"));
        Assert.Equal((ActionState.Prepared, StandingState.Valid), (story.Action("send"), story.Approval(1)));
        Assert.Equal(BeginResult.Go, Outcome(story.When(Ann, Begin("send", 1, "permit-2"))));
        var gone = Approved()
            .Does(Ann, Begin("send", 1))
            .Does(Ann, PublishAs("second", 1))
            .Does(Ann, FailedToApply("send", "none"));
        Assert.NotEqual(StandingState.Valid, gone.Approval(1));
    }

    [Fact]
    public void What_had_no_effect_and_nobody_will_try_again_has_failed()
    {
        var story = Approved().Does(Ann, Begin("send", 1)).Does(Sam, Cancel(1));
        Assert.Equal(ActionState.Ambiguous, story.Action("send"));
        story.Does(Ann, FailedToApply("send", "none"));
        Assert.Equal(ActionState.Failed, story.Action("send"));
        var seen = Approved()
            .Does(Ann, Begin("send", 1))
            .Does(Sam, Cancel(1))
            .Does(Rita, Verify("send", applied: false));
        Assert.Equal(ActionState.Failed, seen.Action("send"));
        Assert.Equal(ConflictState.Overtaken, seen.At.FindConflict(new ConflictId(1))!.State);
    }

    [Fact]
    public void A_lease_that_ends_while_it_is_applied_leaves_a_doubt_that_a_takeover_inherits()
    {
        var story = Approved().Does(Ann, Begin("send", 1)).AndItemIs(1, ItemState.Applying).Until(300);
        Assert.Equal(ActionState.Ambiguous, story.Action("send"));
        story.Does(Bob, TakeOver(1));
        Assert.Equal("send", Assert.Single(story.Reply<GrantReply>().Handover!.Actions).Action.Id);
        Assert.IsType<ItemRefusal.Unsettled>(story.When(Bob, Complete(2)).Refusal);
        story.Does(Rita, Verify("send", applied: false));
        Assert.Equal((ActionState.Prepared, StandingState.Valid), (story.Action("send"), story.Approval(1)));
        Assert.IsType<ActionRefusal.ActionSettled>(story.When(Ann, Applied("send")).Refusal);
        Assert.Equal(ConflictState.Overtaken, story.At.FindConflict(new ConflictId(1))!.State);
    }

    [Fact]
    public void What_is_not_in_doubt_was_settled_by_nobody()
    {
        var story = Approved();
        var prepared = Assert.IsType<ActionRefusal.ActionSettled>(
            story.When(Rita, Verify("send", applied: true)).Refusal
        );
        Assert.Equal((Ann.Id, "prepared", true), (prepared.By, prepared.As, prepared.IsNotInDoubt));
        story.Does(Ann, Begin("send", 1)).Does(Ann, Applied("send"));
        var applied = Assert.IsType<ActionRefusal.ActionSettled>(
            story.When(Rita, Verify("send", applied: false)).Refusal
        );
        Assert.Equal((Ann.Id, "applied", false), (applied.By, applied.As, applied.IsNotInDoubt));
        var settled = Approved()
            .Does(Ann, Begin("send", 1))
            .Does(Ann, FailedToApply("send", "unknown"))
            .Does(Rita, Verify("send", applied: false));
        var again = Assert.IsType<ActionRefusal.ActionSettled>(
            settled.When(Mona, Verify("send", applied: true)).Refusal
        );
        Assert.Equal((Rita.Id, "prepared", false), (again.By, again.As, again.IsNotInDoubt));
    }

    [Fact]
    public void A_permit_that_is_not_settled_in_time_is_in_doubt_and_can_be_settled_late()
    {
        var story = Approved().Does(Ann, Begin("send", 1)).Does(Ann, Renew(1, "sending"), 200).Until(301);
        Assert.Equal(ActionState.Ambiguous, story.Action("send"));
        story.Does(Ann, Applied("send"));
        Assert.True(story.At.FindAction("send")!.Late);
        Assert.IsType<ActionRefusal.PermitInvalid>(story.When(Bob, Applied("send")).Refusal);
        Assert.IsType<ActionRefusal.PermitInvalid>(story.When(Ann, Applied("send", "guess")).Refusal);
    }

    [Fact]
    public void What_was_seen_and_is_not_what_was_approved_is_a_conflict()
    {
        var story = Approved()
            .Does(Ann, Begin("send", 1))
            .Does(Ann, FailedToApply("send", "unknown"))
            .Does(Rita, Verify("send", applied: true, HashOf("other")));
        Assert.Contains(story.At.OpenConflicts, c => c.Kind == ConflictKind.VerificationMismatch);
    }

    [Fact]
    public void A_change_that_comes_while_it_is_applied_is_its_own_if_it_saw_that_version()
    {
        var story = Approved().Does(Ann, Begin("send", 1)).Does(Sam, Changed("mail:ann", "9"));
        Assert.Null(story.At.TargetVersion("mail:ann"));
        story.Does(Ann, Applied("send", observed: "9"));
        Assert.Equal("9", story.At.TargetVersion("mail:ann"));
        Assert.Empty(story.At.OpenConflicts);
        var other = Approved().Does(Ann, Begin("send", 1)).Does(Sam, Changed("mail:ann", "9"));
        other.Does(Ann, Applied("send", observed: "8"));
        Assert.Contains(other.At.OpenConflicts, c => c.Kind == ConflictKind.HandledElsewhere);
    }

    [Fact]
    public void Cancelling_puts_a_permit_in_doubt_and_withdraws_what_was_only_prepared()
    {
        var story = Approved().Does(Ann, Prepare("later", 1, "7")).Does(Ann, Begin("send", 1)).Does(Sam, Cancel(1));
        Assert.Equal((ActionState.Ambiguous, ActionState.Withdrawn), (story.Action("send"), story.Action("later")));
    }
}

/// <summary>Every resolution that a conflict offers, and what follows in the same write (API.md, Conflicts).</summary>
public class ConflictTests
{
    [Fact]
    public void Taking_what_was_proposed_makes_it_a_version_and_merging_makes_a_merge()
    {
        Story Two() => Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("third", 1));
        Assert.Equal(HashOf("third"), Two().Does(Sam, Resolve(1, "take_proposed")).Artifact().Current.ContentHash);
        var merged = Two().Does(Sam, Resolve(1, "merge", "both")).Artifact().Current;
        Assert.Equal((VersionKind.Merge, HashOf("both")), (merged.Kind, merged.ContentHash));
        Assert.Equal(2, Two().Does(Sam, Resolve(1, "keep_current")).Artifact().Current.Number);
        Two().When(Sam, Resolve(1, "mark_applied")).ThenRefused<Refusal.InvalidRequest>();
        Two().When(Sam, Resolve(1, "merge")).ThenRefused<Refusal.InvalidRequest>();
        Two()
            .Does(Sam, Resolve(1, "dismiss"))
            .When(Mona, Resolve(1, "dismiss"))
            .ThenRefused<ConflictRefusal.ConflictClosed>();
    }

    [Fact]
    public void Marking_settles_the_action_and_a_conflict_that_moved_is_read_again()
    {
        var story = Drafted()
            .Does(Ann, Prepare("send", 1))
            .Does(Rita, Approve(1))
            .Does(Ann, Begin("send", 1))
            .Does(Ann, FailedToApply("send", "unknown"));
        var seen = story.At.FindConflict(new ConflictId(1))!.Seq;
        story.Does(Sam, _ => new ConflictCommand.Take(new ConflictId(1)));
        story
            .When(
                Sam,
                _ => new ConflictCommand.Resolve(
                    new ConflictId(1),
                    ConflictResolution.MarkApplied,
                    seen,
                    null,
                    null,
                    "saw it"
                )
            )
            .ThenRefused<ConflictRefusal.ConflictChanged>();
        story.Does(Sam, Resolve(1, "mark_applied"));
        Assert.Equal(ActionState.Applied, story.Action("send"));
        Assert.Equal(ConflictState.Resolved, story.At.FindConflict(new ConflictId(1))!.State);
    }
}
