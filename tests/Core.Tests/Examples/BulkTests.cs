using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>One act on many: fixed when it begins, counted against what was seen (API.md, POST /bulk; FIELD.md, 23).</summary>
public class BulkTests
{
    private static Ask Start(
        BulkDo what,
        int expect,
        BulkArgs? args = null,
        IReadOnlyList<string>? ids = null,
        BulkFilter? filter = null,
        string why = "tidy"
    ) => _ => new BulkCommand.Start(what, args ?? new BulkArgs(), ids, filter, expect, why);

    private static BulkJob Job(Story story) => story.Reply<BulkReply>().Job;

    private static Story Three() => Story.Given().AnItem().AnItem().AnItem();

    [Fact]
    public void The_ids_are_fixed_when_it_begins_and_another_number_than_was_seen_is_refused_and_named()
    {
        var story = Three().Does(Sam, Cancel(3));
        var refused = story.When(Mona, Start(BulkDo.Cancel, 3, filter: new BulkFilter(Queue: "crm")));
        Assert.Equal(2, refused.ThenRefused<BulkRefusal.CountChanged>().Count);
        story.When(Mona, Start(BulkDo.Cancel, 2, filter: new BulkFilter(Queue: "crm"))).ThenHappened("bulk.started");
        Assert.Equal(["W-1", "W-2"], Job(story).Ids);
        Assert.Equal(story.At.Seq, Job(story).AtSeq);
        story.AnItem();
        Assert.Equal(["W-1", "W-2"], story.At.FindBulk(new BulkId(1))!.Ids);
    }

    [Fact]
    public void Each_is_asked_for_as_its_caller_would_by_itself()
    {
        var story = Three().When(Mona, Start(BulkDo.Priority, 1, new BulkArgs(Priority: 2), ["W-2"]));
        var edit = Assert.IsType<ItemCommand.Edit>(Job(story).CommandFor(story.At, "W-2"));
        Assert.Equal((2, story.At.FindItem(new ItemId(2))!.Seq), (edit.Priority.Value, edit.IfSeq));
        story.When(Mona, Start(BulkDo.Label, 1, new BulkArgs(Add: ["b"], Remove: ["a"]), ["W-2"]));
        var labels = Assert.IsType<ItemCommand.Edit>(Job(story).CommandFor(story.At, "W-2"));
        Assert.Equal(["b"], labels.Labels.Value);
        story.When(Mona, Start(BulkDo.Requeue, 1, ids: ["W-2"]));
        Assert.IsType<ItemCommand.Requeue>(Job(story).CommandFor(story.At, "W-2"));
    }

    [Fact]
    public void What_became_of_each_is_kept_and_the_last_ends_it()
    {
        var story = Three().Does(Mona, Start(BulkDo.Cancel, 2, ids: ["W-1", "W-2"]));
        var told = BulkRules.Advance(
            story.At,
            new BulkCommand.Advance(new BulkId(1), [new BulkResult("W-1", null, null)]),
            story.Now
        );
        Assert.Equal("bulk.advanced", Assert.Single(told.Events).Type);
        var half = ((BulkReply)told.Reply!).Job;
        Assert.Equal((BulkState.Running, 1), (half.State, half.Results.Count));
        var both = BulkRules.Advance(
            story.At,
            new BulkCommand.Advance(
                new BulkId(1),
                [new BulkResult("W-1", null, null), new BulkResult("W-2", "not_found", "gone")]
            ),
            story.Now
        );
        var done = ((BulkReply)both.Reply!).Job;
        Assert.Equal(("bulk.done", BulkState.Done, 1), (both.Events[0].Type, done.State, done.Failed));
        var outOfTurn = new BulkCommand.Advance(new BulkId(1), [new BulkResult("W-2", null, null)]);
        Assert.Empty(BulkRules.Advance(story.At, outOfTurn, story.Now).Events);
    }

    [Fact]
    public void It_is_stopped_once_and_nobody_but_a_manager_begins_or_stops_one()
    {
        var story = Three().Does(Mona, Start(BulkDo.Cancel, 2, ids: ["W-1", "W-2"]));
        story.When(Sam, _ => new BulkCommand.Stop(new BulkId(1))).ThenRefused<Refusal.Forbidden>();
        story.When(Mona, _ => new BulkCommand.Stop(new BulkId(1))).ThenHappened("bulk.stopped");
        story.When(Mona, _ => new BulkCommand.Stop(new BulkId(1))).ThenNothingHappened();
        story.When(Mona, _ => new BulkCommand.Stop(new BulkId(9))).ThenRefused<Refusal.NotFound>();
        story.When(Sam, Start(BulkDo.Cancel, 1, ids: ["W-1"])).ThenRefused<Refusal.Forbidden>();
    }

    [Fact]
    public void What_cannot_be_meant_is_named_and_nothing_begins()
    {
        var story = Three();
        void Refuses(Ask ask, string member) =>
            Assert.Contains(member, story.When(Mona, ask).ThenRefused<Refusal.InvalidRequest>().Errors.Keys);
        Refuses(Start(BulkDo.Cancel, 1), "ids");
        Refuses(Start(BulkDo.Cancel, 1, ids: ["W-1"], filter: new BulkFilter("crm")), "ids");
        Refuses(Start(BulkDo.Cancel, 1, filter: new BulkFilter()), "filter");
        Refuses(Start(BulkDo.Cancel, 1, ids: ["C-1"]), "ids");
        Refuses(Start(BulkDo.Cancel, 2, ids: ["W-1", "W-1"]), "ids");
        Refuses(Start(BulkDo.Cancel, 0, ids: []), "expect");
        Refuses(Start(BulkDo.Cancel, 1, ids: ["W-1"], why: " "), "why");
        Refuses(Start(BulkDo.Cancel, 1, filter: new BulkFilter(State: "asleep")), "filter.state");
        Refuses(Start(BulkDo.Cancel, 1, filter: new BulkFilter(Kind: "late_result")), "filter");
        Refuses(Start(BulkDo.Label, 1, ids: ["W-1"]), "args");
        Refuses(Start(BulkDo.Priority, 1, new BulkArgs(Priority: 10), ["W-1"]), "args.priority");
        Refuses(Start(BulkDo.Resolve, 1, new BulkArgs(Resolution: "merge"), ["C-1"]), "args.resolution");
        Refuses(Start(BulkDo.Handoff, 1, ids: ["W-1"]), "args.to");
        Assert.Empty(story.At.BulkJobs);
    }

    [Fact]
    public void The_last_fifty_are_kept_and_one_that_runs_is_never_dropped()
    {
        var story = Three().Does(Mona, Start(BulkDo.Cancel, 1, ids: ["W-1"]));
        for (var k = 2; k <= 60; k++)
        {
            story.Does(Mona, Start(BulkDo.Cancel, 1, ids: ["W-2"]));
            story.Does(Mona, _ => new BulkCommand.Stop(new BulkId(k)));
        }
        Assert.Equal((50, BulkState.Running), (story.At.BulkJobs.Count(), story.At.FindBulk(new BulkId(1))!.State));
        Assert.Null(story.At.FindBulk(new BulkId(2)));
    }
}
