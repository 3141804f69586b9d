using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>A claim that waits costs nothing until something it could take becomes available (API.md, Limits).</summary>
public class WaitQueueTests
{
    private static ClaimCommand.Next Next(params string[] labels) => new("crm", null, null, labels);

    private static async Task<List<Task<Outcome>>> WaitAsync(TestHouse house, params ClaimCommand.Next[] claims)
    {
        var before = house.Engine.WaitingClaims;
        var sent = claims.Select(c => house.SendAsync(Bob, c, waitSeconds: 55)).ToList();
        TestHouse.Until(() => house.Engine.WaitingClaims == before + claims.Length, "the waiting claims");
        await house.SettleAsync();
        return sent;
    }

    private static async Task<ItemId> CreateAsync(TestHouse house, params string[] labels) =>
        ((ItemReply)await house.AcceptedAsync(Sam, new ItemCommand.Create("crm", "Mail") { Labels = labels }))
            .Item
            .Item
            .Id;

    private static ItemId Got(Outcome outcome) => Assert.IsType<GrantReply>(outcome.Reply).Item.Item.Id;

    [Fact]
    public async Task Found_1_7_claims_for_a_label_that_nobody_has_are_decided_once_whatever_else_is_written()
    {
        await using var house = await TestHouse.OpenAsync();
        await WaitAsync(
            house,
            [.. Enumerable.Repeat(Next("nobody"), 500), .. Enumerable.Range(0, 500).Select(k => Next($"n{k}"))]
        );
        var decided = house.Engine.WaitsDecided;
        for (var k = 0; k < 50; k++)
        {
            var run = $"r{k}";
            var claim = new ClaimCommand.One(await CreateAsync(house, "mail"), run, null);
            var lease = ((GrantReply)await house.AcceptedAsync(Ann, claim)).Lease.Lease;
            var progress = new ProgressNote("1", null);
            await house.AcceptedAsync(Ann, new LeaseCommand.Renew(lease.Id, run, lease.Token, progress));
            await house.AcceptedAsync(Ann, new RunCommand.End(run, "cancelled", null, null));
        }
        Assert.Equal(decided, house.Engine.WaitsDecided);
        Assert.Equal(1_000, house.Engine.WaitingClaims);
    }

    [Fact]
    public async Task Found_1_7_what_becomes_available_is_offered_to_those_who_could_take_it_and_to_the_first_of_them()
    {
        await using var house = await TestHouse.OpenAsync();
        var waits = await WaitAsync(house, Next("a", "b"), Next("b"), Next("c"), Next("b", "a"), Next());
        var decided = house.Engine.WaitsDecided;
        Assert.Equal(await CreateAsync(house, "b"), Got(await waits[1]));
        // Those who ask for "b" were, and at most those who take anything; nobody else.
        Assert.InRange(house.Engine.WaitsDecided - decided, 1, 2);
        Assert.Equal(await CreateAsync(house, "x", "b", "a"), Got(await waits[0]));
        Assert.Equal(await CreateAsync(house, "b", "a"), Got(await waits[3]));
        Assert.Equal(await CreateAsync(house, "z"), Got(await waits[4]));
        Assert.False(waits[2].IsCompleted);
        var late = await CreateAsync(house, "d");
        var seq = house.Engine.Picture.Read(at => at.FindItem(late)!.Seq);
        await house.AcceptedAsync(
            Sam,
            new ItemCommand.Edit(late, seq) { Labels = new Optional<IReadOnlyList<string>>(true, ["c"]) }
        );
        Assert.Equal(late, Got(await waits[2]));
    }

    [Fact]
    public async Task Found_1_7_while_a_limit_of_the_queue_is_reached_nobody_is_decided_and_when_it_opens_the_first_is()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { MaxActive = 1 });
        var items = new List<ItemId>();
        for (var k = 0; k < 4; k++)
            items.Add(await CreateAsync(house, "a"));
        var lease = await house.ClaimAsync(Ann, items[0]);
        var waits = await WaitAsync(house, Next("nobody"), Next("a"), Next("a"));
        var decided = house.Engine.WaitsDecided;
        for (var k = 0; k < 20; k++)
            await house.AcceptedAsync(
                Ann,
                new LeaseCommand.Renew(lease.Id, null, lease.Token, new ProgressNote($"{k}", null))
            );
        Assert.Equal(decided, house.Engine.WaitsDecided);
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false));
        Assert.Equal(items[1], Got(await waits[1]));
        Assert.InRange(house.Engine.WaitsDecided - decided, 2, 4);
        Assert.False(waits[0].IsCompleted || waits[2].IsCompleted);
    }

    [Fact]
    public async Task Found_1_7_a_limit_by_label_that_opens_lets_in_those_it_stopped()
    {
        var limit = new PolicyChange { MaxActivePer = new(true, [new ActiveLimit("big", null, 1)]) };
        await using var house = await TestHouse.OpenAsync(limit);
        var (first, second) = (await CreateAsync(house, "big"), await CreateAsync(house, "big"));
        var lease = await house.ClaimAsync(Ann, first);
        var waits = await WaitAsync(house, Next("big"), Next("small"));
        Assert.Equal(await CreateAsync(house, "small"), Got(await waits[1]));
        await house.AcceptedAsync(Ann, new LeaseCommand.Complete(lease.Id, null, lease.Token, null, LeaveOpen: false));
        Assert.Equal(second, Got(await waits[0]));
    }

    [Fact]
    public async Task Found_1_7_a_limit_by_the_minute_opens_by_time()
    {
        await using var house = await TestHouse.OpenAsync(new PolicyChange { ClaimsPerMinute = 1 });
        var (first, second) = (await CreateAsync(house), await CreateAsync(house));
        await house.ClaimAsync(Ann, first);
        house.Clock.Pass(TimeSpan.FromSeconds(30));
        var waits = await WaitAsync(house, Next());
        house.Clock.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(second, Got(await waits[0]));
    }

    [Fact]
    public async Task Found_1_7_one_wait_too_many_of_a_principal_is_refused_with_the_limit_and_another_principal_waits()
    {
        await using var house = await TestHouse.OpenAsync(options: new EngineOptions { MaxWaitsPerPrincipal = 3 });
        var lease = await house.ClaimAsync(Ann, await CreateAsync(house));
        await house.AcceptedAsync(
            Ann,
            new LockCommand.Acquire(
                lease.Id,
                null,
                lease.Token,
                [new RequestedLock("repo:a", LockMode.Exclusive)],
                0,
                false,
                null
            )
        );
        var other = await house.ClaimAsync(Bob, await CreateAsync(house));
        var locks = house.SendAsync(
            Bob,
            new LockCommand.Acquire(
                other.Id,
                null,
                other.Token,
                [new RequestedLock("repo:a", LockMode.Exclusive)],
                50,
                false,
                null
            ),
            waitSeconds: 50
        );
        var waits = await WaitAsync(house, Next("x"), Next("y"));
        var refused = Assert.IsType<Refusal.RateLimited>(
            (await house.SendAsync(Bob, Next("z"), "k1", waitSeconds: 55)).Refusal
        );
        Assert.Equal(new LimitReached("waits", 3, Bob.Id), refused.Limit);
        var ann = house.SendAsync(Ann, Next("x"), waitSeconds: 55);
        TestHouse.Until(() => house.Engine.WaitingClaims == 3, "another's wait");
        await CreateAsync(house, "y");
        Got(await waits[1]);
        await WaitAsync(house, Next("y"));
        Assert.False(locks.IsCompleted || ann.IsCompleted);
    }

    [Fact]
    public async Task Found_1_7_whoever_asks_finds_by_the_rarest_of_the_labels()
    {
        await using var house = await TestHouse.OpenAsync();
        for (var k = 0; k < 20; k++)
            await CreateAsync(house, "common");
        var rare = await CreateAsync(house, "common", "rare");
        Assert.Equal(rare, Got(await house.SendAsync(Bob, Next("common", "rare"))));
        Assert.IsType<NothingToClaimReply>((await house.SendAsync(Bob, Next("common", "rare"))).Reply);
    }
}
