using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;
using static ControlSurface.Core.Tests.House.Story;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Items and what they wait for (API.md, Items).</summary>
public class ItemTests
{
    private static Func<ItemCommand.Create, ItemCommand.Create> After(params string[] ids) =>
        c => c with { DependsOn = ids };

    private static Func<ItemCommand.Edit, ItemCommand.Edit> On(params string[] ids) =>
        e => e with { DependsOn = new Optional<IReadOnlyList<string>>(IsSet: true, ids) };

    [Fact]
    public void What_is_wrong_with_an_item_is_said_all_at_once()
    {
        var create = new ItemCommand.Create("crm", "a\u202Eb")
        {
            Priority = 10,
            Labels = new(IsSet: true, ["a", "a"]),
            Targets = new(IsSet: true, ["repo:a/../b"]),
            DependsOn = new(IsSet: true, ["W-9"]),
        };
        var errors = Given().When(Sam, Does(create)).ThenRefused<Refusal.InvalidRequest>().Errors;
        Assert.Equal(["dependsOn", "labels", "priority", "targets", "title"], errors.Keys);
    }

    [Fact]
    public void What_waits_for_another_is_blocked_until_that_is_completed()
    {
        var story = Given().AnItem().AnItem(After("W-1")).AndItemIs(2, ItemState.Blocked);
        Assert.Equal("W-1", story.When(Ann, Claim(2)).ThenRefused<ItemRefusal.NotClaimable>().WaitingFor);
        story.Does(Ann, Claim(1)).When(Ann, Complete(1));
        story.ThenHappened("lease.started", "lease.completed", "item.completed", "item.dependencyCompleted");
        story.AndItemIs(2, ItemState.Queued);
    }

    [Fact]
    public void What_waits_for_something_cancelled_asks_for_attention_however_it_came_to_wait()
    {
        var story = Given().AnItem().AnItem(After("W-1")).When(Sam, Cancel(1));
        story.ThenHappened("item.cancelled", "item.attentionAsked");
        story.AnItem(After("W-1")).AnItem().Does(Sam, Edit(4, On("W-1")));
        foreach (var waiting in new[] { 2, 3, 4 })
            story.AndItem(waiting, i => Assert.Equal([AttentionKind.DependencyCancelled], i.Attention));
        story.Does(Sam, Edit(4, On())).AndItem(4, i => Assert.Empty(i.Attention)).AndItemIs(4, ItemState.Queued);
    }

    [Fact]
    public void Found_2_11_a_whole_chain_says_that_its_work_cannot_come_and_hushes_when_it_can()
    {
        var story = Given().AnItem().AnItem(After("W-1")).AnItem(After("W-2")).AnItem(After("W-3"));
        void Says(params string[] words)
        {
            for (var k = 0; k < words.Length; k++)
                Assert.Equal(words[k], string.Join(' ', story.Item(k + 2).Attention.Select(WireNames.Of)));
        }

        story.When(Sam, Park(1));
        story.ThenHappened("item.parked", "item.attentionAsked", "item.attentionAsked", "item.attentionAsked");
        Says("dependency_parked", "dependency_stuck", "dependency_stuck");
        Assert.Contains("unparks", ItemView.Of(story.At, story.Item(2)).MayProceed.Why, StringComparison.Ordinal);
        // Whoever comes to wait later says so from the first moment.
        story.AnItem(After("W-4")).AndItem(5, i => Assert.Equal([AttentionKind.DependencyStuck], i.Attention));
        story.When(Sam, Unpark(1));
        Says("", "", "", "");
        // What is set aside for a while comes back by itself.
        story.When(Sam, Snooze(1, until: 60)).ThenHappened("item.snoozed");
        Says("", "", "", "");
        story.When(Sam, Park(1));
        Says("dependency_parked", "dependency_stuck", "dependency_stuck", "dependency_stuck");
        story.When(Sam, Snooze(1, until: 60));
        Says("", "", "", "");
        story.Does(Sam, Unpark(1)).Does(Sam, Cancel(1));
        Says("dependency_cancelled", "dependency_stuck", "dependency_stuck", "dependency_stuck");
        story.Does(Sam, Edit(3, On()));
        Says("dependency_cancelled", "", "", "");
        story.Does(Sam, Edit(3, On("W-2")));
        Says("dependency_cancelled", "dependency_stuck", "dependency_stuck", "dependency_stuck");
        story.Does(Sam, Cancel(2));
        story.AndItem(3, i => Assert.Equal([AttentionKind.DependencyCancelled], i.Attention));
        story.Does(Sam, Edit(3, On())).Does(Ann, Claim(3)).Does(Ann, Complete(1));
        story.AndItem(4, i => Assert.Empty(i.Attention)).AndItem(5, i => Assert.Empty(i.Attention));
    }

    [Fact]
    public void Found_2_11_attempts_that_are_used_up_stop_a_chain_too_and_a_reopened_item_sets_it_going()
    {
        var policy = new PolicyChange { MaxAttempts = 1, OnDuplicate = OnDuplicate.Reopen };
        var story = Given(policy).AnItem(c => c with { ExternalId = "X" }).AnItem(After("W-1")).AnItem(After("W-2"));
        story.Does(Ann, Claim(1)).Does(Ann, Start(1)).Does(Ann, Release(1, failed: true));
        story.AndItem(2, i => Assert.Equal([AttentionKind.DependencyParked], i.Attention));
        story.AndItem(3, i => Assert.Equal([AttentionKind.DependencyStuck], i.Attention));
        story.Does(Sam, Cancel(1)).AndItem(2, i => Assert.Equal([AttentionKind.DependencyCancelled], i.Attention));
        story.AndItem(3, i => Assert.Equal([AttentionKind.DependencyStuck], i.Attention));
        story.AnItem(c => c with { ExternalId = "X" }).AndItemIs(1, ItemState.Queued);
        story.AndItem(2, i => Assert.Empty(i.Attention)).AndItem(3, i => Assert.Empty(i.Attention));
    }

    [Fact]
    public void Found_2_11_whoever_waits_for_several_says_each_reason_and_keeps_those_that_are_left()
    {
        var story = Given()
            .AnItem()
            .AnItem()
            .AnItem(c => c with { DependsOn = new(IsSet: true, ["W-1", "W-2"]) })
            .AnItem(After("W-3"));
        story.Does(Sam, Park(1)).Does(Sam, Cancel(2));
        story.AndItem(
            3,
            i => Assert.Equal([AttentionKind.DependencyCancelled, AttentionKind.DependencyParked], i.Attention.Order())
        );
        story.When(Sam, Unpark(1)).ThenHappened("item.unparked", "item.attentionEnded");
        story.AndItem(3, i => Assert.Equal([AttentionKind.DependencyCancelled], i.Attention));
        story.AndItem(4, i => Assert.Equal([AttentionKind.DependencyStuck], i.Attention));
    }

    [Fact]
    public void Found_2_11_a_chain_of_ten_thousand_says_so_in_one_write()
    {
        var story = Given().AnItem();
        for (var k = 1; k < 10_000; k++)
        {
            var before = k;
            story.AnItem(After(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"W-{before}")));
        }
        story.When(Sam, Park(1));
        Assert.Equal(10_000, story.Happened.Count);
        story.When(Sam, Unpark(1));
        Assert.All(story.At.Items(), item => Assert.Empty(item.Attention));
    }

    [Fact]
    public void A_circle_is_refused_with_its_path()
    {
        var story = Given().AnItem().AnItem(After("W-1")).AnItem(After("W-2"));
        var errors = story.When(Sam, Edit(1, On("W-3"))).ThenRefused<Refusal.InvalidRequest>().Errors;
        Assert.Contains("W-1 → W-3 → W-2 → W-1", errors["dependsOn"][0], StringComparison.Ordinal);
        story.When(Sam, Edit(1, On("W-1"))).ThenRefused<Refusal.InvalidRequest>();
    }

    [Fact]
    public void What_was_settled_while_it_waited_hears_nothing_more_and_catches_up_when_opened_again()
    {
        var story = Given(new PolicyChange { OnDuplicate = OnDuplicate.Reopen })
            .AnItem()
            .AnItem(c => c with { DependsOn = new(IsSet: true, ["W-1"]), ExternalId = "X" })
            .Does(Sam, Cancel(2))
            .Does(Ann, Claim(1))
            .When(Ann, Complete(1));
        story.ThenHappened("lease.started", "lease.completed", "item.completed");
        story.AnItem(c => c with { DependsOn = new(IsSet: true, ["W-1"]), ExternalId = "X" });
        story.ThenHappened("item.reopened", "item.dependencyCompleted").AndItemIs(2, ItemState.Queued);
    }

    [Fact]
    public void Before_its_date_an_item_is_blocked_and_at_it_available()
    {
        var story = Given().AnItem(c => c with { NotBefore = T0.AddSeconds(60) });
        story.Until(59.999).AndItemIs(1, ItemState.Blocked);
        story.Until(60).ThenHappened("item.becameReady").AndItem(1, i => Assert.Equal(T0.AddSeconds(60), i.ReadyAt));
    }

    [Fact]
    public void At_its_due_date_an_item_asks_for_attention_and_a_later_date_ends_that()
    {
        var story = Given().AnItem(c => c with { DueAt = T0.AddSeconds(60) }).Until(60);
        story.ThenHappened("item.attentionAsked").Does(Sam, Edit(1, e => e with { DueAt = T0.AddSeconds(90) }));
        story
            .AndItem(1, i => Assert.Empty(i.Attention))
            .Until(90)
            .AndItem(1, i => Assert.Equal([AttentionKind.Overdue], i.Attention));
    }

    [Fact]
    public void A_snooze_ends_by_itself_and_must_lie_ahead()
    {
        var story = Given().AnItem();
        story.When(Sam, Snooze(1, 0)).ThenRefused<Refusal.InvalidRequest>();
        story
            .When(Sam, Snooze(1, 60))
            .ThenHappened("item.snoozed")
            .AndItem(1, i => Assert.Equal("snoozed", i.StateReason));
        story.Until(59.999).AndItemIs(1, ItemState.Parked).Until(60).AndItemIs(1, ItemState.Queued);
    }

    [Fact]
    public void Parking_waits_for_a_live_lease_and_ends_a_stale_one()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        story.When(Sam, Park(1), at: 299.999).ThenRefused<LeaseRefusal.AlreadyOwned>();
        story.When(Sam, Park(1), at: 300).ThenHappened("lease.requeued", "item.parked");
        story.When(Sam, Park(1)).ThenNothingHappened();
        story.When(Sam, Requeue(1)).ThenRefused<ItemRefusal.NotClaimable>();
    }

    [Fact]
    public void Cancelling_ends_the_lease_and_the_handoff_and_can_be_repeated()
    {
        var held = Given().AnItem().Does(Ann, Claim(1)).When(Sam, Cancel(1));
        held.ThenHappened("lease.cancelled", "item.cancelled").When(Sam, Cancel(1)).ThenNothingHappened();
        Assert.Equal(EndedAs.Cancelled, held.When(Ann, Renew(1)).ThenRefused<LeaseRefusal.LeaseEnded>().EndedAs);
        var handed = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, HandOff(1, Bob)).Does(Sam, Cancel(1));
        handed.AndItem(1, i => Assert.Null(i.Handoff)).When(Bob, Accept(1)).ThenRefused<ItemRefusal.NotClaimable>();
    }

    [Fact]
    public void Requeueing_frees_the_item_from_whoever_has_it()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).When(Sam, Requeue(1));
        story.ThenHappened("lease.requeued", "item.requeued").When(Sam, Requeue(1)).ThenNothingHappened();
        story.When(Bob, Requeue(1)).ThenRefused<Refusal.Forbidden>();
        story.When(Sam, Requeue(1, " ")).ThenRefused<Refusal.InvalidRequest>();
        story.When(Sam, Requeue(9)).ThenRefused<Refusal.NotFound>();
    }

    [Fact]
    public void An_edit_names_what_it_saw_and_a_change_under_the_lease_has_to_be_acknowledged()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        var seen = story.Item(1).Seq;
        story.Does(Sam, Edit(1, e => e with { Priority = 1 })).When(Ann, Renew(1, "a")).ThenAccepted();
        var stale = new ItemCommand.Edit(new ItemId(1), seen) { Title = "Answer it well" };
        story.When(Sam, Does(stale)).ThenRefused<ItemRefusal.ItemChanged>();
        story
            .Does(Sam, Edit(1, e => e with { Title = "Answer it well" }))
            .Does(Sam, Edit(1, e => e with { Body = "b" }));
        var asked = story.When(Ann, Complete(1)).ThenRefused<LeaseRefusal.AcknowledgeRequired>();
        Assert.Equal((story.Item(1).Seq, "body title"), (asked.Acknowledges, string.Join(' ', asked.Changed)));
        story.When(Ann, Complete(1, ack: asked.Acknowledges - 1)).ThenRefused<LeaseRefusal.AcknowledgeRequired>();
        story.When(Ann, Complete(1, ack: asked.Acknowledges));
        story.ThenHappened("lease.acknowledged", "lease.completed", "item.completed");
    }

    [Fact]
    public void Letting_go_never_needs_an_acknowledgement() =>
        Given()
            .AnItem()
            .Does(Ann, Claim(1))
            .Does(Sam, Edit(1, e => e with { Title = "Answer it well" }))
            .When(Ann, Release(1))
            .ThenHappened("lease.released");

    [Fact]
    public void An_agent_may_edit_what_it_created_or_holds_and_a_viewer_nothing()
    {
        var story = Given().Does(Ann, Does(new ItemCommand.Create("crm", "Mine")));
        story.When(Ann, Edit(1, e => e with { Priority = 1 })).ThenAccepted();
        story.When(Bob, Edit(1, e => e with { Priority = 2 })).ThenRefused<Refusal.Forbidden>();
        story.Does(Bob, Claim(1)).When(Bob, Edit(1, e => e with { Priority = 2 })).ThenAccepted();
        story.When(Vic, Edit(1, e => e with { Priority = 3 })).ThenRefused<Refusal.Forbidden>();
    }

    [Fact]
    public void An_item_that_is_owned_stays_in_its_queue()
    {
        var story = Given().AnItem().Does(Ann, Claim(1));
        story.When(Sam, Edit(1, e => e with { Queue = "web" })).ThenRefused<LeaseRefusal.AlreadyOwned>();
        story.Does(Ann, Release(1)).Does(Sam, Edit(1, e => e with { Queue = "web" }));
        Assert.Equal(1, story.At.FindQueue("web")!.CountOf(ItemState.Queued));
    }

    [Fact]
    public void An_item_is_not_moved_to_where_its_externalId_is_in_use()
    {
        var story = Given().AnItem(c => c with { ExternalId = "X" }).AnItem(c => c with { ExternalId = "Y" });
        story.AnItem(c => c with { Queue = "web", ExternalId = "X" });
        var errors = story
            .When(Sam, Edit(1, e => e with { Queue = "web" }))
            .ThenRefused<Refusal.InvalidRequest>()
            .Errors;
        Assert.Contains("W-3", errors["queue"][0], StringComparison.Ordinal);
        story.Does(Sam, Edit(2, e => e with { Queue = "web" })).AndItem(2, i => Assert.Equal("web", i.Queue));
    }

    [Fact]
    public void Notes_wait_for_the_holder_until_acknowledged()
    {
        var story = Given().AnItem().Does(Ann, Claim(1));
        story.Does(Sam, _ => new NoteCommand.Add(new ItemId(1), "hurry", "holder", NoteKind.Instruction));
        story.Does(Ann, Start(1));
        Assert.Equal("hurry", Assert.Single(story.Reply<LeaseReply>().Lease.Notes).Text);
        story.When(Ann, _ => new NoteCommand.Acknowledge(new ItemId(1), 2, null)).ThenRefused<Refusal.NotFound>();
        story.Does(Ann, _ => new NoteCommand.Acknowledge(new ItemId(1), 1, null));
        story.When(Ann, _ => new NoteCommand.Acknowledge(new ItemId(1), 1, null)).ThenNothingHappened();
        Assert.Empty(story.Does(Ann, Renew(1, "a")).Reply<LeaseReply>().Lease.Notes);
        var bad = new NoteCommand.Add(new ItemId(1), "", "nobody", Kind: null);
        Assert.Equal(
            ["kind", "text", "to"],
            story.When(Sam, Does(bad)).ThenRefused<Refusal.InvalidRequest>().Errors.Keys
        );
    }

    [Fact]
    public void What_one_can_do_is_what_one_would_be_allowed_to_do()
    {
        var story = Given().AnItem().Does(Ann, Claim(1)).Does(Ann, Start(1));
        Dictionary<string, string?> Can(Core.Principals.Principal who) =>
            CanRules
                .Of(story.At, story.Item(1), who.AsCaller(), story.Now)
                .ToDictionary(c => c.Verb, c => c.May ? "yes" : c.Refusal!.Code, StringComparer.Ordinal)!;
        var ann = Can(Ann);
        Assert.Equal(("yes", "yes", "forbidden"), (ann["renew"], ann["complete"], ann["cancel"]));
        var bob = Can(Bob);
        Assert.Equal(("already_owned", "already_owned", "not_holder"), (bob["claim"], bob["takeover"], bob["renew"]));
        var sam = Can(Sam);
        Assert.Equal(("yes", "yes", "yes"), (sam["force"], sam["cancel"], sam["handoff"]));
        story.Until(300);
        Assert.Equal(("yes", "yes", "lease_stale"), (Can(Bob)["takeover"], Can(Ann)["renew"], Can(Ann)["complete"]));
    }
}
