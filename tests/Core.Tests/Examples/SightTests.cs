using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using static ControlSurface.Core.Tests.House.Asks;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>What an event shows to a caller who is limited to some queues.</summary>
public class SightTests
{
    private static readonly Scope Crm = Scope.Of(Ann.Id, Roles.Agent, ["crm"], keyQueues: null);
    private static readonly ItemId Foreign = new(9);

    private static Event? Seen(Event happened) => Sight.Of(Crm, happened, id => id == Foreign ? "web" : "crm");

    [Fact]
    public void A_restored_item_brings_no_work_of_another_queue_along_in_its_history()
    {
        var story = Story.Given(new PolicyChange()).AnItem();
        var created = story.Journal.Single(r => r.Event is ItemEvent.Created);
        var depends = created with
        {
            Event = (ItemEvent.Created)created.Event with
            {
                Fields = new ItemFields { Title = "one", DependsOn = [Foreign] },
                OpenDependencies = [Foreign],
            },
        };
        var completed = created with { Event = new ItemEvent.DependencyCompleted(new ItemId(1), Foreign) };
        var was = story.Item(1) with { Log = [depends, completed] };
        var seen = Assert.IsType<ItemEvent.Restored>(Seen(new ItemEvent.Restored(new ItemId(1), was)));
        var kept = Assert.IsType<ItemEvent.Created>(Assert.Single(seen.Was.Log).Event);
        Assert.Empty(kept.Fields.DependsOn);
        Assert.Empty(kept.OpenDependencies);
    }

    [Fact]
    public void A_grant_shows_no_policy_which_may_be_that_of_a_queue_that_the_item_came_from()
    {
        var story = Story.Given(new PolicyChange()).AnItem().Does(Ann, Claim(1));
        var grant = (LeaseEvent.Claimed)story.Journal.Single(r => r.Event is LeaseEvent.Claimed).Event;
        Assert.NotNull(grant.Terms);
        Assert.Null(Assert.IsType<LeaseEvent.Claimed>(Seen(grant)).Terms);
        Assert.Equal(grant, Sight.Of(Scope.Everything, grant, _ => "crm"));
    }
}
