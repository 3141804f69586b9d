using ControlSurface.Core.Claims;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>Requests of one sender that keep their order, and take turns with everybody else's.</summary>
public class RequestLaneTests
{
    private static Request Create(string title, string? key = null) =>
        RequestOf(new ItemCommand.Create("crm", title), key);

    private static Request RequestOf(Command command, string? key = null) =>
        new(command, Sam.AsCaller())
        {
            Key = key is null ? null : new IdempotencyKey(key, new byte[32]),
            Render = key is null ? null : static outcome => new RenderedAnswer(200, [(byte)(outcome.Seq % 256)], null),
        };

    private static string TitleOf(Outcome outcome) => Assert.IsType<ItemReply>(outcome.Reply).Item.Item.Title;

    [Fact]
    public async Task What_was_added_before_it_is_sent_is_decided_in_order_and_written_at_once()
    {
        await using var house = await TestHouse.OpenAsync();
        var lane = house.Engine.OpenLane();
        var appends = house.Journal.Appends;
        var all = Enumerable.Range(0, RequestLane.Share).Select(k => lane.AddAsync(Create("item " + k))).ToList();
        Assert.DoesNotContain(all, one => one.IsCompleted);
        Assert.Equal(appends, house.Journal.Appends);
        lane.Send();
        var outcomes = await Task.WhenAll(all);
        Assert.Equal(Enumerable.Range(0, RequestLane.Share).Select(k => "item " + k), outcomes.Select(TitleOf));
        Assert.Equal(outcomes.Select(o => o.Seq).Order(), outcomes.Select(o => o.Seq));
        Assert.Equal(appends + 1, house.Journal.Appends);
    }

    [Fact]
    public async Task Nothing_goes_ahead_of_a_request_that_is_looked_up()
    {
        await using var house = await TestHouse.OpenAsync(
            options: new EngineOptions { ArchiveAfter = TimeSpan.FromSeconds(1) }
        );
        var used = await house.Engine.SendAsync(Create("first", "k1"));
        var gone = await house.CreateAsync(externalId: "X-1");
        await house.AcceptedAsync(Sam, new ItemCommand.Cancel(gone, "not needed"));
        house.Clock.Pass(TimeSpan.FromSeconds(2));
        TestHouse.Until(() => house.Engine.Picture.Read(at => !at.IsInMemory(gone)), "the archiving");
        var lane = house.Engine.OpenLane();
        var replayed = lane.AddAsync(Create("first", "k1"));
        var before = lane.AddAsync(Create("before"));
        // The item is on disk alone: what it comes to is decided before what was added after it.
        var archived = lane.AddAsync(RequestOf(new ItemCommand.Create("crm", "again") { ExternalId = "X-1" }));
        var after = lane.AddAsync(Create("after"));
        lane.Send();
        await Task.WhenAll(replayed, before, archived, after);
        Assert.Equal(used.Rendered!.Body, (await replayed).Replayed!.Body);
        Assert.True((await before).Seq <= (await archived).Seq);
        Assert.True((await archived).Seq < (await after).Seq);
        Assert.Equal((await before).Seq + 1, (await after).Seq - ((await archived).Wrote ? 1 : 0));
    }

    [Fact]
    public async Task Whoever_else_asks_waits_for_a_share_and_not_for_all_of_it()
    {
        await using var house = await TestHouse.OpenAsync();
        using var looks = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        // The engine's thread is held, so that both stand before it when it goes on.
        var held = house.Engine.AskAsync(
            (_, _) =>
            {
                looks.Set();
                return mayGoOn.Wait(TimeSpan.FromSeconds(20));
            }
        );
        Assert.True(looks.Wait(TimeSpan.FromSeconds(20)));
        var lane = house.Engine.OpenLane();
        var many = Enumerable.Range(0, 1_000).Select(k => lane.AddAsync(Create("many " + k))).ToList();
        lane.Send();
        var other = house.SendAsync(Ann, new ItemCommand.Create("crm", "other"));
        var from = house.Engine.Picture.Seq;
        mayGoOn.Set();
        Assert.True(await held);
        Assert.Equal(from + RequestLane.Share + 1, (await other).Seq);
        Assert.Equal(from + 1_001, (await Task.WhenAll(many)).Max(o => o.Seq));
    }

    [Fact]
    public async Task A_full_disk_refuses_what_would_change_something_and_nothing_is_lost_after_it()
    {
        await using var house = await TestHouse.OpenAsync();
        var lane = house.Engine.OpenLane();
        house.Journal.IsFull = true;
        var first = lane.AddAsync(Create("first"));
        lane.Send();
        Assert.IsType<Refusal.Unavailable>((await first).Refusal);
        var next = lane.AddAsync(Create("next"));
        var tried = lane.AddAsync(Create("tried") with { DryRun = true });
        lane.Send();
        Assert.IsType<Refusal.Unavailable>((await next).Refusal);
        Assert.Null((await tried).Refusal);
        house.Journal.IsFull = false;
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Engine.IsWritable, "the next proof");
        var last = lane.AddAsync(Create("last"));
        lane.Send();
        Assert.Equal("last", TitleOf(await last));
    }

    [Fact]
    public async Task A_full_disk_keeps_no_repeat_from_its_first_answer()
    {
        await using var house = await TestHouse.OpenAsync();
        var used = await house.Engine.SendAsync(Create("first", "k1"));
        var lane = house.Engine.OpenLane();
        house.Journal.IsFull = true;
        var refused = lane.AddAsync(Create("second", "k2"));
        lane.Send();
        Assert.IsType<Refusal.Unavailable>((await refused).Refusal);
        Assert.False(house.Engine.IsWritable);
        var (again, other) = (lane.AddAsync(Create("first", "k1")), lane.AddAsync(Create("second", "k2")));
        lane.Send();
        Assert.Equal(used.Rendered!.Body, (await again).Replayed?.Body);
        Assert.IsType<Refusal.Unavailable>((await other).Refusal);
    }

    [Fact]
    public async Task A_drained_engine_refuses_what_comes_and_decides_what_it_had_let_in()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.Disk.Reset();
        var lane = house.Engine.OpenLane();
        var many = Enumerable.Range(0, 500).Select(k => lane.AddAsync(Create("many " + k))).ToList();
        lane.Send();
        TestHouse.Until(() => house.Engine.Figures.Commands > 100, "the first decisions");
        house.Engine.Drain();
        house.Journal.Disk.Set();
        Assert.All(await Task.WhenAll(many), outcome => Assert.Null(outcome.Refusal));
        var late = lane.AddAsync(Create("late"));
        lane.Send();
        Assert.IsType<Refusal.Unavailable>((await late).Refusal);
    }

    [Fact]
    public async Task An_end_of_the_process_answers_everybody_in_the_lane()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.OutcomeUnknownAt = house.Journal.Appends + 1;
        var lane = house.Engine.OpenLane();
        var many = Enumerable.Range(0, 1_000).Select(k => lane.AddAsync(Create("many " + k))).ToList();
        lane.Send();
        var outcomes = await Task.WhenAll(many).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.All(outcomes, outcome => Assert.IsType<Refusal.OutcomeUnknown>(outcome.Refusal));
        var late = lane.AddAsync(Create("late"));
        lane.Send();
        Assert.IsType<Refusal.OutcomeUnknown>((await late).Refusal);
    }
}
