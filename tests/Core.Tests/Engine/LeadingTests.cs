using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>A lone request is led by one thread of the pool; with company the engine's own threads do it. Neither may show.</summary>
public class LeadingTests
{
    private static ItemCommand.Create Create(string title) => new("crm", title);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Whoever_comes_alone_or_in_company_is_answered_in_the_order_of_the_journal(int callers)
    {
        const int Each = 1_000;
        await using var house = await TestHouse.OpenAsync();
        using var done = new CancellationTokenSource();
        // The upkeep of many hours comes between: it has the journal for itself too.
        var time = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                house.Clock.Pass(TimeSpan.FromSeconds(1));
        });
        var answered = await Task.WhenAll(
                Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(house, caller, Each)))
            )
            .WaitAsync(TimeSpan.FromMinutes(2));
        await done.CancelAsync();
        await time;
        var seqs = answered.SelectMany(some => some).Order().ToList();
        Assert.Equal(seqs.Distinct(), seqs);
        Assert.Equal(callers * Each, seqs.Count);
        Assert.Equal(house.Engine.Picture.Seq, house.Journal.ReadAfter(0).Count());
    }

    private static async Task<List<long>> CallAsync(TestHouse house, int caller, int times)
    {
        var random = new Random(caller);
        var seqs = new List<long>();
        for (var k = 0; k < times; k++)
        {
            var outcome = await house.SendAsync(Sam, Create($"{caller} {k}"));
            Assert.True(house.Engine.Picture.Seq >= outcome.Seq);
            seqs.Add(outcome.Seq);
            // Now at once, now after the others have gone.
            Thread.SpinWait(random.Next(3) == 0 ? random.Next(20_000) : 0);
        }
        Assert.Equal(seqs.Order(), seqs);
        return seqs;
    }

    [Fact]
    public async Task What_comes_while_a_leader_writes_is_decided_meanwhile()
    {
        await using var house = await TestHouse.OpenAsync();
        house.Journal.Disk.Reset();
        var appends = house.Journal.Appends;
        var first = house.SendAsync(Sam, Create("first"));
        TestHouse.Until(() => house.Journal.Appends > appends, "the first append");
        var commands = house.Engine.Figures.Commands;
        var second = house.SendAsync(Sam, Create("second"));
        TestHouse.Until(() => house.Engine.Figures.Commands > commands, "the second decision");
        Assert.False(first.IsCompleted || second.IsCompleted);
        house.Journal.Disk.Set();
        Assert.True((await first).Seq < (await second).Seq);
    }

    [Fact]
    public async Task A_leader_whose_write_is_refused_leaves_an_engine_that_goes_on()
    {
        await using var house = await TestHouse.OpenAsync();
        var before = house.PictureDigest();
        house.Journal.IsFull = true;
        Assert.IsType<Refusal.Unavailable>((await house.SendAsync(Sam, Create("no"))).Refusal);
        Assert.Equal(before, house.PictureDigest());
        house.Journal.IsFull = false;
        house.Clock.Pass(TimeSpan.FromSeconds(1));
        TestHouse.Until(() => house.Engine.IsWritable, "the journal that can be written again");
        Assert.Null((await house.SendAsync(Sam, Create("yes"))).Refusal);
        Assert.Null((await house.SendAsync(Sam, Create("and again"))).Refusal);
    }
}
