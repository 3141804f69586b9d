using System.Collections.Concurrent;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Tests.House;
using ControlSurface.Core.Workspaces;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>A rule that throws refuses its one command and nothing else (DESIGN.md, 3).</summary>
public class RuleFaultTests
{
    private static readonly ItemCommand.Create Create = new("crm", "Answer the mail");

    /// <summary>A command that no room knows: deciding it throws, as a bug in any rule would.</summary>
    private sealed record UnheardOf(string? Text, IReadOnlyList<string?> Names) : Command
    {
        public override Verb Verb => Verb.Read;

        internal override Refusal? Outside(IQueueGate gate) => null;
    }

    private static async Task<(TestHouse House, BlockingCollection<RuleFault> Told)> OpenAsync()
    {
        var told = new BlockingCollection<RuleFault>();
        return (await TestHouse.OpenAsync(options: new EngineOptions { OnFault = told.Add }), told);
    }

    private static RuleFault Take(BlockingCollection<RuleFault> told) =>
        told.TryTake(out var fault, TimeSpan.FromMinutes(1)) ? fault : throw new TimeoutException("no fault was told");

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "k1")]
    public async Task Found_1_2_a_rule_that_throws_refuses_its_command_alone(bool dryRun, string? key)
    {
        var (house, told) = await OpenAsync();
        await using var _ = house;
        var before = house.PictureDigest();
        var refused = await house.SendAsync(Ann, new UnheardOf(null, ["secret", null]), key, dryRun: dryRun);
        Assert.IsType<Refusal.InternalError>(refused.Refusal);
        Assert.Equal(before, house.PictureDigest());
        Assert.Null(house.Engine.Fatal);
        await house.AcceptedAsync(Sam, Create);
        var fault = Take(told);
        Assert.Equal(("UnheardOf", Ann.Id), (fault.What, fault.By));
        Assert.Equal("UnheardOf { Text: null, Names: list(2, 1 null) }", fault.Shape);
        Assert.Equal(1, house.Engine.Figures.Faults);
    }

    [Fact]
    public async Task Found_1_2_a_key_that_met_a_fault_is_free_again()
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        await house.SendAsync(Sam, new UnheardOf("x", []), key: "k1");
        Assert.True((await house.SendAsync(Sam, Create, key: "k1")).Wrote);
    }

    [Fact]
    public async Task Found_1_2_an_answer_that_cannot_be_rendered_leaves_nothing_of_its_command()
    {
        var (house, told) = await OpenAsync();
        await using var _ = house;
        var before = house.PictureDigest();
        var request = new Request(Create, Sam.AsCaller())
        {
            Key = new IdempotencyKey("k1", new byte[32]),
            Render = _ => throw new InvalidOperationException("no room"),
        };
        Assert.IsType<Refusal.InternalError>((await house.Engine.SendAsync(request)).Refusal);
        Assert.Equal(before, house.PictureDigest());
        Assert.Equal("no room", Take(told).Why.Message);
        Assert.True((await house.SendAsync(Sam, Create, key: "k1")).Wrote);
    }

    [Fact]
    public async Task Found_1_2_a_look_that_throws_fails_for_its_caller_alone()
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            house.Engine.AskAsync<int>((_, _) => throw new InvalidOperationException("look"))
        );
        await house.AcceptedAsync(Sam, Create);
    }

    [Fact]
    public async Task Found_1_2_those_decided_beside_a_fault_are_written_with_their_batch()
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        var first = house.SendAsync(Sam, Create);
        TestHouse.Until(() => house.Journal.Appends > appends, "the append");
        var sent = Enumerable
            .Range(0, 30)
            .Select(k => house.SendAsync(Sam, k % 3 == 1 ? new UnheardOf("x", []) : Create with { Title = $"t{k}" }))
            .ToList();
        house.Journal.Disk.Set();
        await first;
        var outcomes = await Task.WhenAll(sent);
        for (var k = 0; k < outcomes.Length; k++)
        {
            Assert.Equal(k % 3 == 1, outcomes[k].Refusal is Refusal.InternalError);
            Assert.Equal(k % 3 != 1, outcomes[k].Wrote);
        }
        Assert.Equal(21, house.Engine.Picture.Read(at => at.ItemCount));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "viewing")]
    [InlineData("nonsense", null)]
    [InlineData("", "")]
    public async Task Found_1_2_presence_that_says_nothing_is_malformed(string? topic, string? mode)
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        await house.RefusedAsync<Refusal.InvalidRequest>(Vic, new PresenceCommand(topic!, mode!));
    }

    [Fact]
    public async Task Found_1_2_a_webhook_for_null_is_malformed()
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        var set = new Webhooks.WebhookCommand.Set("x", "https://example.org/", [null!], [null!], Rotate: false);
        var refused = await house.RefusedAsync<Refusal.InvalidRequest>(Adam, set);
        Assert.Equal(["events", "queues"], refused.Errors.Keys);
    }

    [Fact]
    public async Task Found_1_3_an_event_that_cannot_be_evolved_ends_the_process_and_says_so_meanwhile()
    {
        var (house, _) = await OpenAsync();
        await using var _1 = house;
        // What the engine's copy and the picture share is broken behind their backs: the event finds no item to follow on.
        var item = await house.CreateAsync();
        await house.Engine.AskAsync((at, _) => Break(at, item));
        var renewed = await house.SendAsync(Sam, Create with { Title = "more" });
        Assert.IsType<Refusal.OutcomeUnknown>(renewed.Refusal);
        Assert.NotNull(await house.Fatal.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.NotNull(house.Engine.Fatal);
        Assert.False(house.Engine.IsWritable);
        Assert.IsType<Refusal.OutcomeUnknown>((await house.SendAsync(Sam, Create)).Refusal);
    }

    private static bool Break(Workspace at, ItemId item)
    {
        at.Subscribe(new Thrower());
        return at.FindItem(item) is not null;
    }

    private sealed class Thrower : IClaimOpenings
    {
        public void ItemReady(Item item) => throw new InvalidOperationException("broken");

        public void SlotFreed(string queue) => throw new InvalidOperationException("broken");

        public void QueueChanged(string queue) => throw new InvalidOperationException("broken");

        public void CallerChanged(PrincipalId who, string? run) => throw new InvalidOperationException("broken");

        public void LineChanged() => throw new InvalidOperationException("broken");
    }
}
