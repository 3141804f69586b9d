using ControlSurface.Api;
using ControlSurface.Core.Artifacts;

namespace Server.Tests.Api;

/// <summary>Somebody waits for a decision while others work.</summary>
public sealed class A_wait_for_a_decision
{
    [Fact]
    public async Task It_is_woken_by_what_is_about_its_artifact_and_by_nothing_else()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        (await mia.PostAsync("/items", new { queue = "crm", title = "Call Ann" })).Is(201);
        object Made(string name) =>
            new
            {
                name,
                itemId = "W-1",
                contentType = "text/plain",
                content = name,
            };
        (await mia.PostAsync("/artifacts", Made("one"))).Is(201);
        Assert.True(ArtifactId.TryParse("A-1", out var artifact));
        using var feed = ReviewWait.Listen(house.Engine, artifact);

        (await mia.PostAsync("/items", new { queue = "crm", title = "Call Bob" })).Is(201);
        (await mia.PostAsync("/artifacts", Made("two"))).Is(201);
        Assert.False(feed.Batches.TryRead(out _));

        (await mia.PostAsync("/artifacts/A-1/versions", new { baseVersion = 1, content = "new" })).Is(201);
        Assert.True(feed.Batches.TryRead(out _));
    }
}
