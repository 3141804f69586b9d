using System.Net;
using ControlSurface.Access;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;

namespace Server.Tests.Access;

/// <summary>How often callers whom nobody knows make the server look on disk, and how often it says the same.</summary>
public sealed class BoundTests
{
    private readonly FakeTimeProvider _clock = new(Batches.T0);

    [Fact]
    public void One_network_and_all_together_look_so_often_in_a_second()
    {
        var bound = new LookBound(_clock);
        for (var second = 0; second < 2; second++)
        {
            Assert.Equal(20, Looks(bound, "192.0.2.1"));
            Assert.Equal(20, Looks(bound, "192.0.2.2"));
            Assert.Equal(160, Enumerable.Range(3, 100).Sum(k => Looks(bound, $"192.0.2.{k}")));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void The_same_warning_is_due_once_a_minute_for_each_thing()
    {
        var bound = new WarningBound(_clock);
        for (var minute = 0; minute < 2; minute++)
        {
            foreach (var about in new[] { "annex", "zoo" })
                Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(_ => bound.IsDue(about)));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Bodies_that_nobody_proved_wait_for_those_of_their_network()
    {
        var bound = new UnprovedBodies(mostOfOne: 2, mostOfAll: 3);
        var first = await EnterAsync("192.0.2.1");
        using var second = await EnterAsync("192.0.2.1");
        var third = EnterAsync("192.0.2.1");
        Assert.False(third.IsCompleted);
        // Another network has room; then all together have none.
        var other = await EnterAsync("192.0.2.2");
        var last = EnterAsync("192.0.2.3");
        Assert.False(last.IsCompleted);
        other.Dispose();
        (await last).Dispose();
        first.Dispose();
        first.Dispose();
        using (await third) { }
        using var gone = new CancellationTokenSource();
        using var again = await EnterAsync("192.0.2.1");
        var left = bound.EnterAsync(IPAddress.Parse("192.0.2.1"), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(1, bound.Networks);

        Task<IDisposable> EnterAsync(string from) => bound.EnterAsync(IPAddress.Parse(from), CancellationToken.None);
    }

    private static int Looks(LookBound bound, string from) =>
        Enumerable.Range(0, 50).Count(_ => bound.IsFree(IPAddress.Parse(from)));
}
