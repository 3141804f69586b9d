using Bunit;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>A queue's figures over days, and what a week says about its policy.</summary>
public class A_queue_over_time : LiveHouse
{
    private readonly Kept _kept = new();

    public A_queue_over_time()
    {
        Viewer = Priya;
        Services.AddSingleton<IProjections>(_kept);
    }

    private IRenderedComponent<QueuePage> Page(string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/queues/replies" + query);
        return Render<QueuePage>(p => p.Add(x => x.Name, "replies"));
    }

    [Fact]
    public void Each_chart_says_its_sum_and_leads_to_the_event_behind_its_peak()
    {
        var hour = new DateTimeOffset(
            Clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour,
            default
        );
        _kept.Figures =
        [
            new Figure(hour.AddHours(-3), Measure.Stale, 9, 0, 0, 40),
            new Figure(hour.AddHours(-1), Measure.Stale, 2, 0, 0, 60),
            new Figure(hour.AddHours(-2), Measure.LockWaits, 3, 180_000, 120_000, 55),
            new Figure(hour.AddHours(-2), Measure.Queued, 4, 0, 31, 57),
        ];
        // The queue was made a moment ago: what was before it is not known, and is not drawn as nothing.
        var page = Page("?range=24h");
        var charts = page.FindAll(".chart").ToDictionary(chart => Read(chart.QuerySelector("h2")!));
        Assert.Contains("11 / 0 / 0", Read(charts["Stale and lapsed"]), StringComparison.Ordinal);
        Assert.Equal(
            "history?type=lease.stale&queue=replies&before=41",
            charts["Stale and lapsed"].QuerySelector("[data-peak]")!.GetAttribute("href")
        );
        Assert.Contains(
            "3 min lost, 3 waits in 24 hours",
            Read(charts["Waits by broad locks"]),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "history?type=lock&queue=replies&before=56",
            charts["Waits by broad locks"].QuerySelector("[data-peak]")!.GetAttribute("href")
        );
        Assert.Equal("history?at=57", charts["Depth"].QuerySelector("[data-peak]")!.GetAttribute("href"));
        Assert.Contains("not known", Read(charts["Flow"].QuerySelectorAll("tbody tr")[^1]), StringComparison.Ordinal);
        Assert.Equal("24h", page.Find(".views a[aria-current]").GetAttribute("href")!.Split("range=")[1]);
    }

    [Fact]
    public void While_they_are_being_made_the_page_says_so_and_the_last_hour_is_there()
    {
        _kept.IsReady = false;
        Assert.Contains("being written down", Read(Page("?range=7d").Find("[role=status]")), StringComparison.Ordinal);
        Assert.Equal(3, Page("?range=7d").FindAll(".chart").Count);
        Assert.Empty(Page("?range=1h").FindAll(".charts-body [role=status]"));
    }

    [Fact]
    public void The_last_24_hours_come_first_and_begin_with_depth_and_the_oldest()
    {
        var page = Page("");
        Assert.Equal("24 hours", Read(page.Find(".views a[aria-current]")));
        Assert.Equal(["Depth", "Oldest queued"], page.FindAll(".chart h2").Take(2).Select(Read));
    }

    [Fact]
    public async Task What_the_policy_allows_is_a_level_in_the_chart()
    {
        await Do(
            Priya,
            new QueueCommand.Set("replies", new PolicyChange { MaxActive = 8, ReviewDueSeconds = 1_800 }, null)
        );
        var charts = Page("").FindAll(".chart").ToDictionary(chart => Read(chart.QuerySelector("h2")!));
        Assert.Equal("most that may be owned, 8", Read(charts["Depth"].QuerySelector(".chart-key.goal")!));
        Assert.NotNull(charts["Depth"].QuerySelector("path.goal"));
        Assert.Equal("due, 30", Read(charts["Review wait"].QuerySelector(".chart-key.goal")!));
    }

    [Fact]
    public async Task What_waits_is_counted_by_age_the_longest_stand_first_and_who_works_it_is_named()
    {
        for (var k = 0; k < 11; k++)
            await Item($"Old {k}");
        await Work(await Item("In work"), leaseSeconds: 3_600);
        Clock.Advance(TimeSpan.FromMinutes(7));
        await Item("New");

        var page = Page("");

        var ages = page.FindAll("[data-panel=ages] tbody tr").Select(Read).ToList();
        Assert.Equal("under 1 min1", ages[0]);
        Assert.Equal("5 to 15 min11", ages[2]);
        var longest = page.FindAll("[data-panel=longest] li").Select(Read).ToList();
        Assert.Equal(10, longest.Count);
        Assert.Contains("Old 0", longest[0], StringComparison.Ordinal);
        Assert.Contains("7 min", longest[0], StringComparison.Ordinal);
        Assert.DoesNotContain(longest, row => row.Contains("New", StringComparison.Ordinal));
        var worker = page.FindAll("[data-panel=workers] li").Single();
        Assert.Contains("reply-agent", Read(worker), StringComparison.Ordinal);
        Assert.Contains("holds 1", Read(worker), StringComparison.Ordinal);
        Assert.Equal($"./?queue=replies&owner={Agent.Text}", worker.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_setting_says_what_it_would_have_done_in_the_last_week_while_it_is_typed()
    {
        _kept.Terms =
        [
            Term(longest: 100),
            Term(longest: 200),
            Term(longest: 290),
            Term(longest: 10, started: null),
            Term(longest: 9_000, isPerson: true),
        ];
        var page = Page("");
        Assert.Contains("none of 3 leases of agents would have gone stale", Policy(page), StringComparison.Ordinal);
        await page.Find("[data-do=edit_policy]").ClickAsync();
        await page.Find("[data-setting=leaseSeconds]").InputAsync(new ChangeEventArgs { Value = "120" });
        Assert.Contains("2 of 3 leases of agents would have gone stale", Policy(page), StringComparison.Ordinal);
        await page.Find("[data-setting=claimSeconds]").InputAsync(new ChangeEventArgs { Value = "5" });
        Assert.Contains("5 of 5 claims would have gone back unstarted", Policy(page), StringComparison.Ordinal);
        Assert.Contains("none of 1 lease of a person", Policy(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_say_where_they_would_have_held_work_back()
    {
        Figure Hour(int ago, Measure measure, long count, long peak) =>
            new(Clock.GetUtcNow().AddHours(-ago), measure, count, 0, peak, 1);
        _kept.Figures =
        [
            Hour(3, Measure.Owned, 2, 9),
            Hour(3, Measure.InReview, 1, 4),
            Hour(3, Measure.Claimed, 200, 0),
            Hour(2, Measure.Owned, 2, 3),
            Hour(2, Measure.Claimed, 20, 0),
        ];
        var page = Page("");
        await page.Find("[data-do=edit_policy]").ClickAsync();

        foreach (
            var (setting, value, says) in new[]
            {
                ("maxActive", "5", "9 items were in work at most: in 1 hour claims would have waited."),
                ("maxActive", "9", "9 items were in work at most: nothing would have waited."),
                ("maxWaitingReview", "2", "4 items were in review at most: in 1 hour nothing would have been claimed."),
                ("claimsPerMinute", "3", "the busiest hour had 200 claims; 1 had more than that allows."),
            }
        )
        {
            await page.Find($"[data-setting={setting}]").InputAsync(new ChangeEventArgs { Value = value });
            Assert.Contains($"In the last week {says}", Policy(page), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Attempts_and_approvals_say_what_another_number_would_have_asked_for()
    {
        var week = new LastWeek([], [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)]) { Attempts = [1, 3, 2] };
        var rows = PolicyWords.Rows(new QueuePolicy { MaxAttempts = 2, RequiredApprovals = 2 }, typed: null, week);

        Assert.Contains(
            "In the last week 2 of 3 items that are still at hand had that many attempts.",
            rows.Single(row => row.Name == "maxAttempts").Consequence,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "In the last week 2 reviews were decided; they would have needed 4 approvals.",
            rows.Single(row => row.Name == "requiredApprovals").Consequence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_nothing_ended_last_week_nothing_is_said_of_it() =>
        Assert.DoesNotContain("last week", Policy(Page("")), StringComparison.Ordinal);

    private static string Policy(IRenderedComponent<QueuePage> page) => Read(page.Find(".policy"));

    private static TermUse Term(int longest, int? started = 10, bool isPerson = false) =>
        new(
            isPerson,
            started is { } s ? TimeSpan.FromSeconds(s) : null,
            TimeSpan.FromSeconds(longest),
            TimeSpan.FromHours(1),
            MostQuiet: 1
        );

    private sealed class Kept : IProjections
    {
        public bool IsReady { get; set; } = true;
        public IReadOnlyList<Figure> Figures { get; set; } = [];
        public IReadOnlyList<TermUse> Terms { get; set; } = [];
        public long Seq => 1;

        public Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned) =>
            throw new ProjectionsNotReadyException();

        public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) => Ready(Figures);

        public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) => Ready<Figure>([]);

        public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) => Ready(Terms);

        public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) =>
            Ready<TimeSpan>([]);

        public IReadOnlyList<Happened> HappenedSince(
            DateTimeOffset since,
            DateTimeOffset? until,
            IReadOnlyList<string>? queues,
            int most
        ) => Ready<Happened>([]);

        public Waits WaitsSince(
            DateTimeOffset from,
            DateTimeOffset? before,
            bool byDay,
            IReadOnlyList<string>? queues
        ) => Waits.None;

        public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) => [];

        public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => [];

        public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) => [];

        private IReadOnlyList<T> Ready<T>(IReadOnlyList<T> those) =>
            IsReady ? those : throw new ProjectionsNotReadyException();
    }
}
