using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Tests.House;
using static ControlSurface.Core.Tests.House.People;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>Snapshots are made and saved beside the writes.</summary>
public class SnapshotTests
{
    [Fact]
    public async Task Commands_are_carried_out_while_a_snapshot_is_being_saved()
    {
        await using var house = await TestHouse.OpenAsync(options: new EngineOptions { SnapshotEvery = 1 });
        house.Journal.Saving.Reset();
        await house.CreateAsync();
        var seq = house.Engine.Picture.Seq;
        var saves = house.Journal.Saves;
        await PassUntilAsync(house, () => house.Journal.Saves > saves);
        Assert.Null((await house.SendAsync(Sam, new ItemCommand.Create("crm", "meanwhile"))).Refusal);
        Assert.DoesNotContain(house.Journal.Snapshots(), snapshot => snapshot.Seq >= seq);
        house.Journal.Saving.Set();
        await PassUntilAsync(house, () => house.Journal.Snapshots().FirstOrDefault()?.Seq >= seq);
    }

    [Fact]
    public async Task A_snapshot_that_is_refused_stops_nothing_and_the_next_one_is_saved()
    {
        await using var house = await TestHouse.OpenAsync(options: new EngineOptions { SnapshotEvery = 1 });
        house.Journal.RefusesSnapshots = true;
        await house.CreateAsync();
        await PassUntilAsync(house, () => house.Engine.LastRefusal == "No room for a snapshot.");
        Assert.Null((await house.SendAsync(Sam, new ItemCommand.Create("crm", "all the same"))).Refusal);
        house.Journal.RefusesSnapshots = false;
        await house.CreateAsync();
        await PassUntilAsync(house, () => house.Journal.Snapshots().Any());
    }

    private static Task PassUntilAsync(TestHouse house, Func<bool> condition)
    {
        TestHouse.Until(
            () =>
            {
                house.Clock.Pass(TimeSpan.FromSeconds(1));
                return condition();
            },
            "what the upkeep of a second brings"
        );
        return house.SettleAsync();
    }
}
