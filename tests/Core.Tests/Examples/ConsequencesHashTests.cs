using ControlSurface.Core.Actions;
using ControlSurface.Core.Applying;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Standing;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.ReviewAsks;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What people approve by is over codes, ids and bytes; how it is worded is no consequence (DESIGN.md, The way of a change).</summary>
public class ConsequencesHashTests
{
    private static Consequences Of(Story story) =>
        Consequences.Of(story.At, story.Artifact(), story.Artifact().Current, Rita.Id, story.Now);

    private static Story WithTheSameElsewhere() =>
        Drafted(new PolicyChange { RequiredApprovals = 0 })
            .Does(Ann, Prepare("a1", 1))
            .AnItem()
            .Does(Bob, Claim(2))
            .Does(Bob, Start(2))
            .Does(
                Bob,
                s => new ActionCommand.Prepare("b1")
                {
                    Kind = "send",
                    Target = "mail:ann",
                    Item = new ItemId(2),
                    PayloadHash = s.At.FindAction("a1")!.PayloadHash,
                    Token = s.Lease(2).Token,
                }
            );

    [Fact]
    public void Another_sentence_for_the_same_obstruction_is_the_same_consequence()
    {
        var story = WithTheSameElsewhere().Does(Bob, Begin("b1", 2)).Does(Bob, Applied("b1")).Does(Bob, Release(2));
        var before = Of(story);
        Assert.Contains("b1 was the same", before.Actions[0].Why, StringComparison.Ordinal);
        // Its item is moved: whoever reads this one need not see that queue, and the sentence names nobody any more.
        story
            .Does(Mona, _ => new QueueCommand.Set("web", new PolicyChange(), null))
            .Does(Mona, s => new ItemCommand.Edit(new ItemId(2), s.Item(2).Seq) { Queue = "web" });
        var after = Of(story);
        Assert.NotEqual(before.Actions[0].Why, after.Actions[0].Why);
        Assert.Equal(before.Hash, after.Hash);
    }

    [Fact]
    public void An_obstruction_that_comes_goes_or_turns_into_another_is_another_consequence()
    {
        var story = WithTheSameElsewhere();
        var free = Of(story).Hash;
        story.Does(Bob, Begin("b1", 2));
        var applying = Of(story).Hash;
        story.Does(Bob, Applied("b1"));
        var applied = Of(story).Hash;
        Assert.Equal(3, new[] { free, applying, applied }.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_an_action_claims_to_do_is_part_of_what_is_approved()
    {
        var (plain, told, other) = (
            Story(null),
            Story("Sends the letter to Ann Lee."),
            Story("Sends the letter to all.")
        );
        Assert.Equal(
            3,
            new[] { plain, told, other }.Select(one => Of(one).Hash).Distinct(StringComparer.Ordinal).Count()
        );
        Assert.Equal("Sends the letter to Ann Lee.", Of(told).Actions[0].Summary);
        told.When(Ann, Prepare("a1", 1, summary: "Sends the letter to all."))
            .ThenRefused<ActionRefusal.ActionIdReused>();

        static Story Story(string? summary) =>
            Drafted(new PolicyChange { RequiredApprovals = 1 }).Does(Ann, Prepare("a1", 1, summary: summary));
    }
}
