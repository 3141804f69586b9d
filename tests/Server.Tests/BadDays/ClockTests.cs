using System.Text.RegularExpressions;
using ControlSurface.Hosting;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.BadDays;

/// <summary>Somebody sets the clock (DESIGN.md 9; API.md, Claims and leases).</summary>
public sealed class When_somebody_sets_the_clock
{
    [Fact]
    public async Task Found_7_1_stepping_back_it_revives_nothing_and_time_goes_on_steadily()
    {
        var wall = new SteppedClock();
        await using var server = await LiveServer.OpenAsync(wall);
        var (mia, bot, bob, _) = await server.StaffAsync();
        var stale = await bot.HoldAsync(await mia.CreateAsync());
        wall.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal("stale", await mia.StateOfAsync(stale.Item));
        var live = await bot.HoldAsync(await mia.CreateAsync());
        var at = (await mia.GetAsync("/me"))["serverTime"].GetDateTimeOffset();

        wall.Step(TimeSpan.FromHours(-1));
        Assert.Equal("stale", await mia.StateOfAsync(stale.Item));
        Assert.Equal(at, (await mia.GetAsync("/me"))["serverTime"].GetDateTimeOffset());
        (await bot.PostAsync($"/leases/{stale.Lease}/complete", new { token = stale.Token })).IsRefused(
            409,
            "lease_stale"
        );
        (await bob.PostAsync($"/items/{live.Item}/claim")).IsRefused(409, "already_owned");
        (await live.DoAsync("renew")).Is(200);
        var events = await mia.EventsAsync();
        Assert.Equal(
            events.Select(e => e.GetProperty("at").GetDateTimeOffset()).Order(),
            events.Select(e => e.GetProperty("at").GetDateTimeOffset())
        );
        // Time goes on by the steady clock, whatever the wall clock says.
        wall.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("leased", await mia.StateOfAsync(live.Item));
        wall.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("stale", await mia.StateOfAsync(live.Item));
    }

    [Fact]
    public async Task Stepping_forward_it_gives_the_step_back_to_all_that_is_live()
    {
        var wall = new SteppedClock();
        await using var server = await LiveServer.OpenAsync(wall);
        var (mia, bot, bob, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        wall.Advance(TimeSpan.FromSeconds(100));
        var before = await mia.SeqAsync();
        wall.Step(TimeSpan.FromHours(5));
        (await bob.PostAsync($"/items/{held.Item}/claim")).IsRefused(409, "already_owned");
        var given = Assert.Single(await mia.EventsAsync(before));
        Assert.Equal("workspace.resumed", given.GetProperty("type").GetString());
        Assert.Equal(200, (await bot.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
        wall.Advance(TimeSpan.FromSeconds(199));
        Assert.Equal("leased", await mia.StateOfAsync(held.Item));
        wall.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("stale", await mia.StateOfAsync(held.Item));
    }

    [Fact]
    public async Task A_slow_correction_of_a_few_seconds_is_time_that_passed()
    {
        var wall = new SteppedClock();
        await using var server = await LiveServer.OpenAsync(wall);
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var before = await mia.SeqAsync();
        wall.Step(TimeSpan.FromSeconds(4));
        Assert.Equal(296, (await bot.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
        Assert.Empty(await mia.EventsAsync(before));
    }

    [Fact]
    public async Task Found_7_1_behind_the_journal_it_is_said_in_the_log_on_now_and_in_a_figure_until_it_is_right()
    {
        var wall = new SteppedClock();
        await using var server = await LiveServer.OpenAsync(wall);
        var (mia, _, _, _) = await server.StaffAsync(new { });
        await mia.CreateAsync();
        var said = new Heard<ClockWatch>();
        using var watch = new ClockWatch(server.Host.Engine, wall, said);
        await watch.StartAsync(CancellationToken.None);

        wall.Step(TimeSpan.FromHours(-1));
        (await mia.GetAsync("/me")).Is(200);
        wall.Advance(TimeSpan.FromSeconds(1));
        await said.HasAsync("The clock of this machine is 3600 s behind the journal.");
        using var window = new Access.Window(server);
        await window.SignInAsync(mia.Key);
        Assert.Contains(
            "The server&#x27;s clock is 1 h 0 m behind its journal.",
            (await window.GetAsync("/")).Text,
            StringComparison.Ordinal
        );
        Assert.Matches(@"(?m)^controlsurface_clock_ahead\S* 3600", await FiguresAsync(server, mia.Key));

        wall.Step(TimeSpan.FromHours(1));
        (await mia.GetAsync("/me")).Is(200);
        wall.Advance(TimeSpan.FromSeconds(1));
        await said.HasAsync("The clock of this machine is no longer behind the journal.");
        Assert.DoesNotContain("behind its journal", (await window.GetAsync("/")).Text, StringComparison.Ordinal);
        // The page of figures is made anew a few times a second at most.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!Regex.IsMatch(await FiguresAsync(server, mia.Key), @"(?m)^controlsurface_clock_ahead\S* 0"))
            await Task.Delay(50, patience.Token);
        await watch.StopAsync(CancellationToken.None);
    }

    private static async Task<string> FiguresAsync(LiveServer server, string key)
    {
        using var asks = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/metrics"));
        asks.Headers.Authorization = new("Bearer", key);
        using var answer = await server.Http.SendAsync(asks);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>A clock that tests move, and whose wall clock alone can be set: the steady one knows nothing of it.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private readonly FakeTimeProvider _steady = new(LiveServer.T0);
        private long _stepTicks;

        public override long TimestampFrequency => _steady.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow().AddTicks(Interlocked.Read(ref _stepTicks));

        public override long GetTimestamp() => _steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _steady.CreateTimer(callback, state, dueTime, period);

        internal void Advance(TimeSpan by) => _steady.Advance(by);

        internal void Step(TimeSpan by) => Interlocked.Add(ref _stepTicks, by.Ticks);
    }
}
