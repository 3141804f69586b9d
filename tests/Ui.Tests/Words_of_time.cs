using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;

namespace Ui.Tests;

public class Words_of_time : House
{
    [Theory]
    [InlineData(-5, "0:00")]
    [InlineData(0, "0:00")]
    [InlineData(9, "0:09")]
    [InlineData(227, "3:47")]
    [InlineData(680, "11:20")]
    [InlineData(3599, "59:59")]
    [InlineData(3600, "1h 00m")]
    [InlineData(13_860, "3h 51m")]
    public void Time_left_is_minutes_and_seconds_and_from_one_hour_hours_and_minutes(int seconds, string words) =>
        Assert.Equal(words, Words.Left(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(48, "48 s")]
    [InlineData(60, "1 min")]
    [InlineData(360, "6 min")]
    [InlineData(4320, "1 h 12 m")]
    [InlineData(259_200, "3 d")]
    public void An_age_is_in_its_largest_unit(int seconds, string words) =>
        Assert.Equal(words, Words.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Less_than_a_second_left_is_still_time_left() =>
        Assert.Equal("0:01", Words.Left(TimeSpan.FromMilliseconds(1)));

    [Fact]
    public void An_age_carries_its_exact_instant()
    {
        var drawn = Render<RelativeTime>(p => p.Add(x => x.At, T0.AddSeconds(-40))).Find("time");

        Assert.Equal("40 s ago", Read(drawn));
        Assert.Equal("2026-11-24T21:04:32.000Z", drawn.GetAttribute("datetime"));
        Assert.Equal("2026-11-24 21:04:32.000 UTC", drawn.GetAttribute("title"));
    }

    [Fact]
    public void A_running_lease_says_its_end_for_the_script_and_in_words_for_those_who_listen()
    {
        var drawn = Countdown(new LeaseClock(ClockMode.Running, T0.AddSeconds(227), 300));

        Assert.Equal("3:47", Read(drawn.QuerySelector("time")!));
        Assert.Equal("2026-11-24T21:08:59.000Z", drawn.GetAttribute("data-expires"));
        Assert.Equal("300", drawn.GetAttribute("data-total"));
        Assert.Equal("running", drawn.GetAttribute("data-mode"));
        Assert.Equal(
            "3 minutes 47 seconds left, expires 21:08:59",
            drawn.QuerySelector("time")!.GetAttribute("aria-label")
        );
    }

    [Fact]
    public void A_lease_in_its_last_minute_takes_the_waiting_hue()
    {
        var drawn = Countdown(new LeaseClock(ClockMode.Running, T0.AddSeconds(9), 300));

        Assert.Contains("wait", drawn.ClassList);
        Assert.Equal("Lease ends in 0:09, expiring", drawn.GetAttribute("title"));
    }

    [Fact]
    public void A_claim_says_by_when_it_is_to_be_started() =>
        Assert.Equal("start by 0:21", Spoken(new LeaseClock(ClockMode.Start, T0.AddSeconds(21), 30)));

    [Fact]
    public void A_stopped_clock_says_what_was_left() =>
        Assert.Equal("stopped 4:10", Spoken(new LeaseClock(ClockMode.Stopped, null, 300, LeftSeconds: 250)));

    [Fact]
    public void A_stale_lease_says_for_how_long() =>
        Assert.Equal("stale for 6 min", Spoken(new LeaseClock(ClockMode.Stale, T0.AddMinutes(-6), 300)));

    [Fact]
    public void A_clock_that_moves_on_draws_nothing_since_the_browser_ticks()
    {
        var lease = new LeaseClock(ClockMode.Running, T0.AddSeconds(227), 300);
        var part = Render<LeaseCountdown>(p => p.Add(x => x.Lease, lease));
        Clock.Advance(TimeSpan.FromSeconds(100));

        part.Render(p => p.Add(x => x.Lease, lease with { }));

        Assert.Equal(1, part.RenderCount);
    }

    private AngleSharp.Dom.IElement Countdown(LeaseClock lease) =>
        Render<LeaseCountdown>(p => p.Add(x => x.Lease, lease)).Find(".countdown");

    private string Spoken(LeaseClock lease) =>
        string.Join(' ', Countdown(lease).Children.Select(Read).Where(words => words.Length > 0));
}
