using System.Text.Json;
using ControlSurface.Demo.Scenes;

namespace Server.Tests.Demo;

/// <summary>The texts of the demo: the same for the same seed, complete, and within the contract's bounds.</summary>
public class When_scenes_are_written
{
    private static List<Scene> Write(int seed, int rounds)
    {
        var writer = new SceneWriter(seed);
        return [.. Enumerable.Range(0, rounds).SelectMany(_ => Crafts.All.Select(writer.Next))];
    }

    [Fact]
    public void The_same_seed_writes_the_same_scenes()
    {
        Assert.Equal(JsonSerializer.Serialize(Write(7, 20)), JsonSerializer.Serialize(Write(7, 20)));
        Assert.NotEqual(JsonSerializer.Serialize(Write(7, 20)), JsonSerializer.Serialize(Write(8, 20)));
    }

    [Fact]
    public void No_external_id_comes_twice()
    {
        var ids = Write(1, 400).SelectMany(scene => new[] { scene, SceneWriter.FollowUp(scene) }).ToList();
        Assert.Equal(ids.Count, ids.DistinctBy(scene => (scene.Queue, scene.ExternalId)).Count());
    }

    [Fact]
    public void No_blank_is_left_unfilled() => Assert.DoesNotContain("{n}", Texts(), StringComparison.Ordinal);

    [Fact]
    public void Every_blank_has_a_filling()
    {
        foreach (var blank in new[] { "{order}", "{customer}", "{name}", "{eur}", "{sha}" })
            Assert.DoesNotContain(blank, Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_it_is_within_the_bounds()
    {
        foreach (var scene in Write(3, 20).SelectMany(scene => new[] { scene, SceneWriter.FollowUp(scene) }))
        {
            Assert.InRange(scene.Title.Length, 1, 200);
            Assert.InRange(scene.Steps.Count, 2, 8);
            Assert.All(scene.Targets, target => Assert.Null(TargetPath.Check(target, out _)));
            Assert.All(scene.Checks, check => Assert.Contains(check.Outcome, new[] { "passed", "failed", "skipped" }));
            Assert.All(scene.Evidence.Where(e => e.Sha256 is not null), e => Assert.Equal(64, e.Sha256!.Length));
        }
    }

    private static string Texts() => string.Join('\n', Write(5, 20).Select(scene => JsonSerializer.Serialize(scene)));
}
