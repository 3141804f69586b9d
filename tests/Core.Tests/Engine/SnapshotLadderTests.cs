using ControlSurface.Core.Engine;

namespace ControlSurface.Core.Tests.Engine;

/// <summary>Which snapshots are kept: the newest few, and rungs from which the board of any moment is near.</summary>
public class SnapshotLadderTests
{
    [Fact]
    public void Every_moment_of_any_history_is_near_a_rung_and_rungs_cost_little()
    {
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        for (var history = 0; history < 200; history++)
        {
            var kept = new SortedDictionary<long, long>();
            var rungs = new HashSet<long>();
            var seq = 0L;
            for (var k = 0; k < 300; k++)
            {
                // Between two clean stops there may be one event; between two snapshots of a server in use there are 100,000.
                seq += chance.Next(3) == 0 ? chance.Next(1, 50) : chance.Next(1, 100_001);
                kept[seq] = chance.Next(1_000_000);
                foreach (var gone in SnapshotLadder.Dropped(kept.Select(s => (s.Key, s.Value))))
                {
                    Assert.True(kept.Remove(gone), $"seed {seed}: {gone} is not stored");
                    Assert.False(rungs.Contains(gone), $"seed {seed}: {gone} was a rung");
                }
                rungs.UnionWith(kept.Keys.SkipLast(SnapshotLadder.Newest));
            }
            var far = kept.Keys.Prepend(0).Zip(kept.Keys).Max(step => step.Second - step.First);
            Assert.True(far <= SnapshotLadder.Rung, $"seed {seed}: {far} events between two");
            var most = SnapshotLadder.Newest + 1 + 2 * seq / SnapshotLadder.Rung;
            Assert.True(kept.Count <= most, $"seed {seed}: {kept.Count} kept of {seq} events");
        }
    }

    [Fact]
    public void Rungs_of_a_big_board_lie_further_apart()
    {
        const long Big = 100_000_000;
        var kept = new List<long>();
        for (var seq = 100_000L; seq <= 10_000_000; seq += 100_000)
        {
            kept.Add(seq);
            kept = [.. kept.Except(SnapshotLadder.Dropped(kept.Select(s => (s, Big))))];
        }
        Assert.Equal(
            [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_000_000, 8_000_000, 9_000_000],
            kept.SkipLast(SnapshotLadder.Newest)
        );
    }
}
