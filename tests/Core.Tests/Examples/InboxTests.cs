using ControlSurface.Core.Inbox;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What needs whom: one entry for one cause, for as long as it lasts.</summary>
public sealed class InboxTests
{
    private static string[] Of(Story story, Principal who) =>
        [
            .. InboxEntries
                .Find(
                    story.At.Items(),
                    story.At.InReview.Select(a => ReviewView.Of(story.At, a, a.OpenReview!)),
                    story.At.Artifacts,
                    story.At.OpenConflicts,
                    story.At.Principals,
                    story.At.FindItem,
                    story.Now
                )
                .Of(who.Id)
                .Select(e => e.Id),
        ];

    [Fact]
    public void A_review_comes_to_whoever_may_decide_it_and_goes_with_the_decision()
    {
        var story = Drafted(new PolicyChange()).Does(Ann, AskReview(1));
        Assert.Equal(["review:R-1"], Of(story, Rita));
        Assert.Equal(["review:R-1"], Of(story, Mona));
        Assert.Empty(Of(story, Sam));
        Assert.Empty(Of(story, Ann));
        story.Does(Rita, Approve(1));
        Assert.Empty(Of(story, Mona));
    }

    [Fact]
    public void An_approval_that_fell_comes_to_its_giver_until_they_decide_on_what_is_current()
    {
        var story = Drafted(new PolicyChange()).Does(Rita, Approve(1));
        Assert.Empty(Of(story, Rita));
        story.Does(Ann, PublishAs("another", 1));
        Assert.Equal(["approval:P-1"], Of(story, Rita));
        Assert.Empty(Of(story, Mona));
        story.Does(Rita, Approve(2));
        Assert.Empty(Of(story, Rita));
    }

    [Fact]
    public void Work_that_is_handed_over_comes_to_whoever_may_accept_it()
    {
        var story = Story
            .Given()
            .AnItem()
            .Does(Ann, Claim(1))
            .Does(Ann, Start(1))
            .Does(Ann, HandOff(1, role: "manager"));
        Assert.Equal(["handoff:W-1:L-1"], Of(story, Mona));
        Assert.Empty(Of(story, Rita));
        story.Does(Mona, Accept(1));
        Assert.Empty(Of(story, Mona));
    }

    [Fact]
    public void A_lease_that_goes_stale_comes_to_whoever_asked_for_the_work()
    {
        var story = Story.Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1)).Until(300);
        Assert.Equal(["stale:L-1"], Of(story, Sam));
        Assert.Empty(Of(story, Mona));
        story.Does(Mona, TakeOver(1));
        Assert.Empty(Of(story, Sam));
    }

    [Fact]
    public void What_was_read_is_kept_once_and_for_that_person_alone()
    {
        var story = Drafted(new PolicyChange()).Does(Ann, AskReview(1));
        story.When(Rita, Does(new InboxCommand.Read(["review:R-1"]))).ThenHappened("inbox.read");
        story.When(Rita, Does(new InboxCommand.Read(["review:R-1"]))).ThenNothingHappened();
        Assert.Equal(["review:R-1"], story.At.InboxOf(Rita.Id).Read);
        Assert.Empty(story.At.InboxOf(Mona.Id).Read);
        var many = Enumerable.Range(1, 500).Select(n => $"stale:L-{n}").ToList();
        story.Does(Rita, Does(new InboxCommand.Read(many)));
        Assert.Equal(500, story.At.InboxOf(Rita.Id).Read.Count);
        story.When(Rita, Does(new InboxCommand.Read([""]))).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void A_kind_that_is_not_wanted_is_kept_as_a_setting()
    {
        var story = Story.Given();
        story.When(Vic, Does(new InboxCommand.Set([InboxKind.Stale, InboxKind.Stale]))).ThenHappened("inbox.set");
        Assert.Equal([InboxKind.Stale], story.At.InboxOf(Vic.Id).Muted);
        story.When(Vic, Does(new InboxCommand.Set([InboxKind.Stale]))).ThenNothingHappened();
    }
}
