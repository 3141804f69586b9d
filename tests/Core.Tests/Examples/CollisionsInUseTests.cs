using ControlSurface.Core.Applying;
using ControlSurface.Core.Approvals;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Resolving;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Targets;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What collides in use: several contents on one base, changes outside, blocks that nobody can take back.</summary>
public sealed class CollisionsInUseTests
{
    private static Conflict Conflict(Story story, int number = 1) => story.At.FindConflict(new ConflictId(number))!;

    private static string Safest(Story story) =>
        WireNames.Of(ConflictView.Of(story.At, Conflict(story)).SafestNextStep.Code);

    private static Ask Take(int? k) =>
        s => new ConflictCommand.Resolve(
            new ConflictId(1),
            ConflictResolution.TakeProposed,
            s.At.Seq,
            Content: null,
            s.Artifact().Current.ContentHash,
            "settled",
            k
        );

    [Fact]
    public void Found_2_2_a_write_that_brings_no_merge_is_tried_again_and_is_never_called_unmergeable()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1));
        var without = (ArtifactCommand.Publish)PublishAs("third", 1)(story);
        story.When(Ann, _ => without with { Content = without.Content with { Merge = null } });
        story.ThenRefused<ArtifactRefusal.MergeOutdated>();
        story.When(Ann, PublishAs("third", 1, merged: "both"));
        Assert.True(Assert.IsType<ArtifactRefusal.VersionConflict>(story.Refusal).Mergeable);
    }

    [Fact]
    public void Found_2_3_a_merge_that_does_not_hold_all_that_competes_is_tried_again()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("third", 1, merged: "2 and 3"));
        var blind = (ArtifactCommand.Publish)PublishAs("fourth", 1, merged: "2 and 4")(story);
        var offer = blind.Content.Merge! with { Others = [] };
        story.When(Ann, _ => blind with { Content = blind.Content with { Merge = offer } });
        story.ThenRefused<ArtifactRefusal.MergeOutdated>();
    }

    [Fact]
    public void Found_2_3_the_merge_is_the_safest_step_only_while_it_holds_all_that_competes_with_what_is_current()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("third", 1, merged: "2 and 3"));
        Assert.Equal("merge", Safest(story));
        story.When(Ann, PublishAs("fourth", 1, merged: "all"));
        Assert.Equal(("merge", HashOf("all")), (Safest(story), Conflict(story).MergedHash));
        Assert.Contains(
            "All 3",
            ConflictView.Of(story.At, Conflict(story)).SafestNextStep.Why,
            StringComparison.Ordinal
        );
        story.When(Ann, PublishAs("fifth", 1));
        Assert.Equal(("keep_current", null), (Safest(story), Conflict(story).MergedHash));
        var moved = Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("third", 1, merged: "2 and 3"));
        moved.Does(Ann, PublishAs("newer", 2));
        Assert.Equal("keep_current", Safest(moved));
    }

    [Fact]
    public void Found_2_3_where_several_compete_what_is_taken_is_named()
    {
        var story = Drafted()
            .Does(Ann, PublishAs("second", 1))
            .When(Ann, PublishAs("third", 1))
            .When(Ann, PublishAs("fourth", 1));
        var needed = story.When(Sam, Take(null)).ThenRefused<Refusal.InvalidRequest>();
        Assert.Contains("1 (of Ann), 2 (of Ann)", needed.Errors["k"][0], StringComparison.Ordinal);
        Assert.Contains("k", story.When(Sam, Take(0)).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        Assert.Contains("k", story.When(Sam, Take(-1)).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        Assert.Contains("k", story.When(Sam, Take(3)).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        var elsewhere = (ConflictCommand.Resolve)Resolve(1, "keep_current")(story) with { K = 1 };
        Assert.Contains("k", story.When(Sam, _ => elsewhere).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        story.Does(Sam, Take(1));
        Assert.Equal(HashOf("third"), story.Artifact().Current.ContentHash);
    }

    [Fact]
    public void Found_2_4_what_is_taken_has_its_length()
    {
        var story = Drafted().Does(Ann, PublishAs("second", 1)).When(Ann, PublishAs("a third one", 1));
        story.Does(Sam, Take(null));
        Assert.Equal("a third one".Length, story.Artifact().Current.Length);
        var late = Drafted()
            .Until(300)
            .Does(Bob, TakeOver(1))
            .When(Ann, PublishAs("came late", 1))
            .Does(Sam, Take(null));
        Assert.Equal("came late".Length, late.Artifact().Current.Length);
    }

    public static TheoryData<string> WaysToNameATarget => ["targets", "above", "lock", "action", "approved", "hold"];

    // One piece of work that names mail:ann in that way, and in no other.
    private static Story Naming(string way, PolicyChange? policy = null)
    {
        var story = Story
            .Given(policy)
            .AnItem(c => c with { Targets = new(IsSet: true, Named(way)) })
            .Does(Ann, Claim(1))
            .Does(Ann, Start(1));
        return way switch
        {
            "lock" => story.Does(
                Ann,
                s => new LockCommand.Acquire(
                    new LeaseId(1),
                    Run: null,
                    s.Lease(1).Token,
                    [new RequestedLock("mail:ann", LockMode.Exclusive)],
                    WaitSeconds: 0,
                    OverStale: false
                )
            ),
            "action" => WithDraft(story).Does(Ann, Prepare("send", 1, expected: "1")),
            "approved" => WithDraft(story).Does(Ann, Prepare("send", 1, expected: "1")).Does(Rita, Approve(1)),
            "hold" => story.Does(
                Sam,
                _ => new HoldCommand.Begin("mail:ann", LockMode.Exclusive, T0.AddHours(1), "I am on it")
            ),
            _ => story,
        };
    }

    private static IReadOnlyList<string> Named(string way) =>
        way switch
        {
            "targets" => ["mail:ann"],
            "above" => ["mail:ann/inbox"],
            _ => [],
        };

    private static Story WithDraft(Story story) =>
        story.Does(
            Ann,
            s => new ArtifactCommand.Create(
                "Reply",
                new ItemId(1),
                Target: null,
                "text/plain",
                new Proposed(HashOf("first"), 5),
                [],
                Run: null,
                s.Lease(1).Token
            )
        );

    [Theory, MemberData(nameof(WaysToNameATarget))]
    public void Found_2_5_a_change_outside_shows_wherever_live_work_names_the_target(string way)
    {
        var story = Naming(way).Does(Rita, Changed("mail:ann", "2"));
        var conflict = Assert.Single(story.At.OpenConflicts);
        Assert.Contains(conflict.Kind, new[] { ConflictKind.SourceChanged, ConflictKind.HandledElsewhere });
        Assert.Equal("mail:ann", conflict.Target);
        Assert.Equal(way == "hold" ? null : new ItemId(1), conflict.Item);
        Assert.Equal(way is "action" or "approved" ? "send" : null, conflict.Action);
        story.When(Rita, Changed("mail:ann", "2")).ThenNothingHappened();
        // While it is open a further change joins it; once it was settled the next one is another.
        Assert.Equal(1, story.Does(Rita, Changed("mail:ann", "3")).At.OpenConflicts.Count(c => c.Seq > 0));
        story.Does(
            Sam,
            s => new ConflictCommand.Resolve(
                conflict.Id,
                ConflictResolution.KeepCurrent,
                s.At.Seq,
                null,
                null,
                "we knew"
            )
        );
        Assert.Single(story.Does(Rita, Changed("mail:ann", "4")).At.OpenConflicts);
        Assert.Empty(Naming(way).Does(Rita, Changed("mail:bob", "2")).At.OpenConflicts);
    }

    [Theory]
    [InlineData("targets")]
    [InlineData("above")]
    [InlineData("lock")]
    [InlineData("action")]
    public void The_report_of_an_agent_counts_wherever_work_of_its_own_or_of_its_queues_names_the_target(string way)
    {
        // The holder, and a colleague who may touch the queue.
        foreach (var who in new[] { Ann, Bob })
            Assert.Equal("2", Naming(way).Does(who, Changed("mail:ann", "2")).At.FindTarget("mail:ann")!.Version);
        var story = Naming(way).When(Bob, Changed("mail:ann", "2"), keyQueues: ["elsewhere"]);
        Assert.False(story.At.FindTarget("mail:ann")!.Changes[^1].Counts);
        Assert.Contains("not confirmed", Assert.Single(story.At.OpenConflicts).What, StringComparison.Ordinal);
        story.When(Bob, Changed("mail:ann", "2"), keyQueues: ["elsewhere"]).ThenNothingHappened();
    }

    [Fact]
    public void Found_2_5_the_approval_of_an_action_on_the_target_falls_where_the_queue_says_so()
    {
        var story = Naming("approved", new() { OnSourceChange = OnSourceChange.Invalidate });
        Assert.Equal(StandingState.Valid, story.Approval(1));
        story.Does(Rita, Changed("mail:ann", "2"));
        Assert.Equal(StandingState.Invalidated, story.Approval(1));
        Assert.Equal("mail:ann", story.Artifact().Approvals[0].Fell!.Target);
        var expected = Naming("approved", new() { OnSourceChange = OnSourceChange.Invalidate });
        expected.Does(Rita, Changed("mail:ann", "1"));
        Assert.Equal(StandingState.Valid, expected.Approval(1));
    }

    [Fact]
    public void Found_2_5_work_that_is_done_is_not_disturbed_and_a_piece_of_work_is_shown_once()
    {
        var done = Naming("targets").Does(Ann, Complete(1)).Does(Rita, Changed("mail:ann", "2"));
        Assert.Empty(done.At.OpenConflicts);
        var story = Drafted();
        story.Does(Sam, Edit(1, c => c with { Targets = new(true, ["mail:ann", "crm:ann"]) }));
        story.Does(Rita, Changed("mail:ann", "2"));
        Assert.Single(story.At.OpenConflicts);
    }

    [Fact]
    public void Found_2_6_naming_an_action_excuses_only_the_version_that_it_saw()
    {
        var story = Drafted().Does(Ann, Prepare("send", 1));
        story.Does(Bob, Changed("mail:ann", "2", causedBy: "send"));
        Assert.Single(story.At.OpenConflicts);
        var applied = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).Does(Ann, Begin("send", 1));
        applied.Does(Ann, Applied("send", observed: "2")).Does(Bob, Changed("mail:ann", "3", causedBy: "send"));
        Assert.Contains(applied.At.OpenConflicts, c => c.Kind == ConflictKind.HandledElsewhere);
        var under = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).Does(Ann, Begin("send", 1));
        under.Does(Bob, Changed("mail:ann", "2", causedBy: "send"));
        Assert.Null(under.At.TargetVersion("mail:ann"));
        under.Does(Ann, Applied("send", observed: "2"));
        Assert.Equal("2", under.At.TargetVersion("mail:ann"));
        Assert.Empty(under.At.OpenConflicts);
    }

    [Fact]
    public void Found_2_6_what_an_action_did_before_a_later_change_is_history()
    {
        var story = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).Does(Ann, Begin("send", 1));
        story.Does(Ann, Applied("send", observed: "2"), 10).Does(Rita, Changed("mail:ann", "3"), 20);
        var open = story.At.OpenConflicts.Count();
        story.Does(Bob, Changed("mail:ann", "2", causedBy: "send"), 30);
        Assert.Equal(("3", open), (story.At.TargetVersion("mail:ann"), story.At.OpenConflicts.Count()));
    }

    private static readonly Principal Lea = Rita with { Id = new PrincipalId(90), Name = "Lea" };

    private static Story Blocked()
    {
        var story = Drafted();
        story.Send(new PrincipalCommand.Sync(Lea), Caller.System);
        return story.Does(Ann, Prepare("send", 1)).Does(Lea, Say("request_changes", 1));
    }

    private static Ask Lift(string why = "she has left") =>
        s => new ApprovalCommand.Lift(new ArtifactId(1), 1, s.Artifact().Verdicts[0].Seq, why);

    [Fact]
    public void Found_2_9_the_block_of_somebody_who_was_ended_can_be_lifted_by_a_manager_with_a_reason()
    {
        var story = Blocked();
        Assert.Contains(
            "ask Lea",
            story.When(Mona, Lift()).ThenRefused<Refusal.InvalidRequest>().Errors["decisionId"][0],
            StringComparison.Ordinal
        );
        story.Does(Adam, _ => new PrincipalCommand.Pause(Lea.Id, "holiday"));
        story.When(Mona, Lift()).ThenRefused<Refusal.InvalidRequest>();
        story.Does(Adam, _ => new PrincipalCommand.End(Lea.Id, "left the team")).Does(Rita, Approve(1));
        Assert.Equal(StandingState.Partial, story.Approval(1));
        Assert.Single(ApprovalStanding.Of(story.At, story.Artifact()).Liftable);
        story.When(Rita, Lift()).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, Lift("  ")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Mona, Lift()).ThenHappened("decision.lifted");
        Assert.Equal(StandingState.Valid, story.Approval(1));
        Assert.Equal(1, story.Artifact().LastApproved);
        Assert.Equal("Mona", story.Artifact().Verdicts[0].Lifted!.ByName);
        story.When(Mona, Lift()).ThenNothingHappened();
        Assert.Equal(BeginResult.Go, story.Does(Ann, Begin("send", 1)).Reply<BeginReply>().Begun.Outcome);
    }

    [Fact]
    public void Found_2_9_a_lift_that_leaves_enough_approvals_ends_the_review_and_wakes_the_holder()
    {
        var story = Blocked();
        story.Does(Ann, AskReview(1)).Does(Adam, _ => new PrincipalCommand.End(Lea.Id, "left the team"));
        story.Does(Rita, Approve(1)).Does(Mona, Lift());
        Assert.Null(story.Artifact().OpenReview);
        story.AndItemIs(1, ItemState.Claimed);
    }

    [Fact]
    public void Found_2_9_the_unspent_approvals_of_somebody_who_ends_fall_unless_they_are_kept()
    {
        var story = Drafted();
        story.Send(new PrincipalCommand.Sync(Lea), Caller.System);
        story.Does(Ann, Prepare("send", 1)).Does(Lea, Approve(1));
        story.Does(Adam, _ => new PrincipalCommand.End(Lea.Id, "left the team"));
        Assert.Equal(StandingState.Revoked, story.Approval(1));
        Assert.Single(story.Reply<PrincipalReply>().Revoked!);
        var kept = Drafted();
        kept.Send(new PrincipalCommand.Sync(Lea), Caller.System);
        kept.Does(Ann, Prepare("send", 1)).Does(Lea, Approve(1));
        kept.Does(Adam, _ => new PrincipalCommand.End(Lea.Id, "left the team", KeepApprovals: true));
        Assert.Equal(StandingState.Valid, kept.Approval(1));
        Assert.Empty(kept.Reply<PrincipalReply>().Revoked!);
    }

    [Fact]
    public void Found_2_10_an_outdated_approval_is_overtaken_once_the_new_version_is_approved()
    {
        var story = Drafted().Does(Ann, Prepare("send", 1)).Does(Rita, Approve(1)).Does(Ann, PublishAs("second", 1));
        Assert.Equal(ConflictKind.ApprovalOutdated, Assert.Single(story.At.OpenConflicts).Kind);
        story.Does(Rita, Approve(2));
        Assert.Empty(story.At.OpenConflicts);
        Assert.Equal(ConflictState.Overtaken, Conflict(story).State);
        Assert.Equal("Version 2 is approved.", Conflict(story).Note);
        // With two needed the first approval answers nothing yet.
        var two = Drafted(new() { RequiredApprovals = 2 }).Does(Ann, Prepare("send", 1));
        two.Does(Rita, Approve(1)).Does(Mona, Approve(1)).Does(Ann, PublishAs("second", 1)).Does(Rita, Approve(2));
        Assert.Single(two.At.OpenConflicts);
        Assert.Empty(two.Does(Mona, Approve(2)).At.OpenConflicts);
    }

    [Fact]
    public void Found_2_10_a_changed_source_is_overtaken_by_a_version_that_rests_on_it_as_it_is()
    {
        var story = Drafted().Does(Sam, Changed("crm:ann", "2"));
        Assert.Equal(ConflictKind.SourceChanged, Assert.Single(story.At.OpenConflicts).Kind);
        Ask On(string version, string content, int onto) =>
            s =>
                (ArtifactCommand.Publish)PublishAs(content, onto)(s) with
                {
                    Sources = [new Source("crm:ann", version)],
                };
        story.Does(Ann, On("1", "still on the old one", 1));
        Assert.Single(story.At.OpenConflicts);
        story.Does(Ann, On("2", "on the new one", 2));
        Assert.Empty(story.At.OpenConflicts);
    }
}
