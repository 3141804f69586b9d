using ControlSurface.Core.Claims;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Trying a command changes nothing and keeps nothing: what it comes to depends on its arguments alone.</summary>
public class DryRunTests
{
    private static readonly Command[] Tried =
    [
        new ClaimCommand.Next("crm", "r1", null, []),
        new ClaimCommand.One(new ItemId(2), "r1", null),
        new ItemCommand.Cancel(new ItemId(1), "No longer needed"),
        new ItemCommand.Requeue(new ItemId(7), "There is no such item"),
        new ItemCommand.Create("crm", "One more"),
    ];

    [Fact]
    public void Many_threads_that_try_on_one_workspace_hear_the_same()
    {
        var at = Story.Given().AnItem().AnItem().At;
        var alone = Tried.Select(command => Heard(at, command)).ToList();
        var seq = at.Seq;
        Parallel.For(0, 400, k => Assert.Equal(alone[k % Tried.Length], Heard(at, Tried[k % Tried.Length])));
        Assert.Equal(seq, at.Seq);
    }

    [Fact]
    public void An_item_that_is_lent_to_one_decision_is_not_there_for_another()
    {
        var story = Story.Given().AnItem().Does(Sam, _ => new ItemCommand.Cancel(new ItemId(1), "Done elsewhere"));
        var archived = story.At.FindItem(new ItemId(1))! with { Id = new ItemId(90) };
        var requeue = new ItemCommand.Requeue(archived.Id, "Again");
        var lent = new DecisionContext(new Caller(Sam.Id), story.Now) { Rehydrated = [archived] };
        var both = new Decision[40];
        Parallel.For(
            0,
            both.Length,
            k => both[k] = story.At.Decide(requeue, k % 2 == 0 ? lent : lent with { Rehydrated = [] })
        );
        Assert.All(both.Where((_, k) => k % 2 == 0), d => Assert.IsType<ItemRefusal.NotClaimable>(d.Refusal));
        Assert.All(both.Where((_, k) => k % 2 == 1), d => Assert.IsType<Refusal.NotFound>(d.Refusal));
    }

    private static string Heard(Workspace at, Command command)
    {
        var decision = at.Decide(command, new DecisionContext(new Caller(Sam.Id), T0.AddSeconds(5)));
        return string.Join('\n', decision.Events)
            + decision.Refusal
            + (decision.Reply as GrantReply)?.Lease.Lease.Token;
    }
}
