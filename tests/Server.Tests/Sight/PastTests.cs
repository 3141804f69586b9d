using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Server.Tests.Api;

namespace Server.Tests.Sight;

/// <summary>Several look at past moments, each of which takes its time.</summary>
public sealed class A_past_moment_is_waited_for
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_is_shown_by_the_rights_of_after_the_wait()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var vic = await house.PersonAsync("Vic", Roles.Viewer);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        (await mia.PostAsync("/items", new { queue = "crm", title = "Call Ann" })).Is(201);
        var seq = house.Engine.Picture.Seq;
        (await mia.PostAsync("/items", new { queue = "crm", title = "Call Bob" })).Is(201);
        Assert.Contains("Call Ann", (await vic.GetAsync($"/state?at={seq}")).Is(200).Text, StringComparison.Ordinal);
        var begun = new TaskCompletionSource();
        using var gate = new ManualResetEventSlim();
        house.Journal.OnReplay = () =>
        {
            begun.TrySetResult();
            gate.Wait();
        };
        var asked = vic.GetAsync($"/state?at={seq - 1}");
        await begun.Task.WaitAsync(Patience);
        var behind = vic.GetAsync($"/state?at={seq}");

        await house.SyncAsync(vic.Principal with { Queues = ["law"] });
        gate.Set();

        Assert.DoesNotContain("crm", (await asked).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("crm", (await behind).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_asks_for_many_keeps_others_waiting_for_one_of_them()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var vic = await house.PersonAsync("Vic", Roles.Viewer);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        using var past = new Past(house.Journal);
        using var replays = new SemaphoreSlim(0);
        house.Journal.OnReplay = () => replays.Wait();
        var first = past.AtAsync(1, vic.Principal.Id, CancellationToken.None);
        var second = past.AtAsync(2, vic.Principal.Id, CancellationToken.None);
        var other = past.AtAsync(3, mia.Principal.Id, CancellationToken.None);

        replays.Release(2);

        Assert.Equal(3, (await other.WaitAsync(Patience))!.Seq);
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);
        replays.Release();
        Assert.Equal(2, (await second.WaitAsync(Patience))!.Seq);
    }
}
