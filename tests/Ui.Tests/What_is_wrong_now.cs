using Bunit;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>Queues answers what is wrong now: the worst first, with the reason in the row.</summary>
public class What_is_wrong_now : LiveHouse
{
    private readonly Levels _levels = new();

    public What_is_wrong_now()
    {
        Services.AddSingleton<IProjections>(_levels);
        Viewer = Priya;
    }

    private IRenderedComponent<Queues> Page(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/queues" + query);
        return Render<Queues>();
    }

    private static IEnumerable<string?> Names(IRenderedComponent<Queues> page) =>
        page.FindAll(".row").Select(row => row.GetAttribute("data-queue"));

    private static string Reason(IRenderedComponent<Queues> page, string queue) =>
        Read(page.Find($".row[data-queue={queue}] .reasons"));

    private Task Queue(string name, PolicyChange? policy = null) =>
        Do(Priya, new QueueCommand.Set(name, policy ?? new PolicyChange(), null));

    [Fact]
    public async Task The_worst_stands_first_and_each_row_says_why()
    {
        await Queue("calm");
        await Queue("paused");
        await Item("Waits", "paused");
        await Do(Priya, new QueueCommand.PauseQueue("paused", "audit"));
        await Queue("left");
        await Work(await Item("Left", "left"), leaseSeconds: 60);
        await Item("Nobody comes", "replies");
        Clock.Advance(TimeSpan.FromMinutes(12));
        await Engine.AskAsync(static (_, _) => true);

        var page = Page();

        Assert.Equal(["paused", "replies", "left", "calm"], Names(page));
        Assert.Equal(
            "3 of 4 queues need somebody. The first is paused: paused for 12 min, 1 waits.",
            Read(page.Find(".say h2"))
        );
        Assert.Equal("Paused for 12 min, 1 waits by Priya Nair: “audit”", Reason(page, "paused"));
        Assert.Equal("No agent has claimed since it was made, 12 min ago", Reason(page, "replies"));
        Assert.Equal("1 stale", Reason(page, "left"));
        Assert.Equal("Running", Reason(page, "calm"));
    }

    [Fact]
    public async Task What_needs_somebody_stands_apart_and_can_be_listed_alone()
    {
        await Queue("calm");
        await Queue("paused");
        await Item("Waits", "paused");
        await Do(Priya, new QueueCommand.PauseQueue("paused", "audit"));

        var page = Page();
        Assert.Equal(["Need somebody", "As usual"], page.FindAll(".group-head h2").Select(Read));
        Assert.Equal(["All 3", "Need somebody 1", "Paused 1"], page.FindAll(".views a").Select(Read));

        Assert.Equal(["paused"], Names(Page("?state=need")));
        Assert.Equal(["paused"], Names(Page("?state=paused")));
        // Another order has no border between them.
        Assert.Empty(Page("?sort=name").FindAll(".group-head"));
    }

    [Fact]
    public async Task It_is_filtered_by_words_of_a_name_or_of_a_reason_while_they_are_typed()
    {
        await Queue("calm");
        await Queue("paused");
        await Do(Priya, new QueueCommand.PauseQueue("paused", "audit of the ledger"));
        var page = Page();

        var typed = page.Find("[data-filter]").InputAsync("ledger");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await typed;
        page.WaitForAssertion(() => Assert.Equal(["paused"], Names(page)));

        Assert.Equal(["calm"], Names(Page("?q=CAL")));
        Assert.Contains("No queue has these words", Page("?q=nowhere").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_reason_leads_to_where_something_can_be_done_about_it()
    {
        await Queue("left");
        await Work(await Item("Left", "left"), leaseSeconds: 60);
        await Queue("paused");
        await Do(Priya, new QueueCommand.PauseQueue("paused", "audit"));
        Clock.Advance(TimeSpan.FromMinutes(12));
        await Engine.AskAsync(static (_, _) => true);

        var page = Page();

        Assert.Equal("desk?show=stale&queue=left", Way("left"));
        Assert.Equal("queues/paused", Way("paused"));

        string? Way(string queue) => page.Find($".row[data-queue={queue}] .reasons a").GetAttribute("href");
    }

    [Fact]
    public async Task What_may_have_happened_and_a_review_that_nobody_may_decide_stand_before_what_is_late()
    {
        await Queue("doubtful");
        var queue = Engine.Picture.Read(at => ControlSurface.Live.Board.Of(at)).FindQueue("doubtful")!;

        var reasons = QueueReasons.Of(
            queue,
            stopped: null,
            new QueueTroubles(Conflicts: 1, Doubtful: 2, Hopeless: 3),
            oldestReview: null,
            growth: 5,
            Clock.GetUtcNow()
        );

        Assert.Equal(
            [
                "2 actions may have happened, and nobody has looked",
                "nobody may decide 3 reviews",
                "1 open conflict",
                "growing 5 an hour",
            ],
            reasons.Select(reason => reason.Words)
        );
        // The list of those actions, as the figure of Now has it.
        Assert.Equal("conflicts?q=kind%3Alate_result%20state%3Aopen%2Cin_review&queue=doubtful", reasons[0].Href);
    }

    [Fact]
    public async Task A_row_lights_up_where_something_happened_and_not_because_time_passes()
    {
        await Queue("busy");
        await Item("First", "busy");
        var before = Revision(Page());

        Clock.Advance(TimeSpan.FromMinutes(3)); // what arrived a minute is another figure by now
        Assert.Equal(before, Revision(Page()));
        await Item("Second", "busy");
        Assert.NotEqual(before, Revision(Page()));

        static string? Revision(IRenderedComponent<Queues> page) =>
            page.Find(".row[data-queue=busy]").GetAttribute("data-rev");
    }

    [Fact]
    public async Task Nobody_came_is_said_only_while_something_waits_and_somebody_could_have_it()
    {
        await Queue("full", new PolicyChange { MaxActive = 1 });
        await Work(await Item("In work", "full"), leaseSeconds: 3_600);
        await Item("Waits", "full");
        Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal("At its limit, 1 of 1 owned", Reason(Page(), "full"));
        Assert.Equal("Running", Reason(Page(), "replies"));
    }

    [Theory]
    [InlineData(10, "Growing 18 an hour")] // 20 more within an hour and five minutes
    [InlineData(29, "Running")]
    public async Task A_queue_that_grows_says_by_how_much_from_what_was_measured_before(long before, string reason)
    {
        for (var k = 0; k < 30; k++)
            await Item($"Item {k}");
        // Half an hour is measured at least: at 21:05 the end of the hour before the last.
        _levels.Before = [new LevelThen("replies", Measure.Queued, before)];
        _levels.Yesterday = [new LevelThen("replies", Measure.Queued, 2)];

        var page = Page();

        Assert.Equal(reason, Reason(page, "replies"));
        Assert.Contains(
            "30↑, at this hour yesterday 2",
            Read(page.Find(".row[data-queue=replies]")),
            StringComparison.Ordinal
        );
        Assert.Contains("was 2 at this hour yesterday", Read(page.FindAll(".figures a")[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_before_is_asked_once_in_a_half_hour_for_all_who_see_the_same_queues()
    {
        await Item("Waits");
        _levels.Yesterday = [new LevelThen("replies", Measure.Queued, 2)];
        Assert.Equal("2", YesterdayOf(Page()));
        Page();
        Assert.Equal(2, _levels.Asked); // yesterday, and the hour before
        // An open page asks too, as soon as it is drawn anew.
        await DisposeComponentsAsync();

        var limited = new Principal(
            new PrincipalId(78),
            "Lim",
            PrincipalKind.Person,
            Roles.Support,
            ["replies"],
            PrincipalState.Active
        );
        await Engine.SendAsync(new Request(new PrincipalCommand.Sync(limited), Caller.System));
        Viewer = limited.Id;
        Page();
        Assert.Equal(4, _levels.Asked);
        Page();
        Assert.Equal(4, _levels.Asked);
        await DisposeComponentsAsync();

        Clock.Advance(TimeSpan.FromMinutes(30));
        Page();
        Assert.Equal(6, _levels.Asked);
    }

    [Fact]
    public async Task What_was_before_stays_while_it_is_being_written_down_anew()
    {
        await Item("Waits");
        _levels.Yesterday = [new LevelThen("replies", Measure.Queued, 2)];
        Assert.Equal("2", YesterdayOf(Page()));
        await DisposeComponentsAsync();

        _levels.IsBusy = true;
        Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal("2", YesterdayOf(Page()));
        await DisposeComponentsAsync();
        (_levels.IsBusy, _levels.Yesterday) = (false, [new LevelThen("replies", Measure.Queued, 3)]);
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("3", YesterdayOf(Page()));
    }

    private static string YesterdayOf(IRenderedComponent<Queues> page) =>
        Read(page.FindAll(".figures a")[1]).Split("was ")[1].Split(' ')[0];

    [Fact]
    public async Task The_figures_of_now_say_how_much_there_was_at_this_hour_yesterday()
    {
        await Work(await Item("In work"));
        await Item("Waits");
        _levels.Yesterday = [new LevelThen("replies", Measure.Queued, 2), new LevelThen("replies", Measure.Owned, 7)];

        var figures = Render<Now>()
            .FindAll(".figures a")
            .ToDictionary(
                figure => Read(figure.QuerySelector(".label")!),
                figure => Read(figure),
                StringComparer.Ordinal
            );

        Assert.Contains("was 7 at this hour yesterday; 0 by people", figures["Owned now"], StringComparison.Ordinal);
        Assert.Contains("was 2 at this hour yesterday; oldest", figures["Queued"], StringComparison.Ordinal);
        Assert.DoesNotContain("yesterday", figures["Stale"], StringComparison.Ordinal);
        Assert.Contains("less, was 7", figures["Owned now"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_figure_that_is_counted_says_whether_it_is_more_than_yesterday()
    {
        for (var k = 0; k < 3; k++)
            await Item($"Waits {k}");
        _levels.Yesterday =
        [
            new LevelThen("replies", Measure.Queued, 3),
            new LevelThen("replies", Measure.HandedOffNow, 2),
            new LevelThen("replies", Measure.RestsNow, 0),
            new LevelThen("replies", Measure.ConflictsNow, 1),
        ];
        _levels.Counts = [new LevelThen("replies", Measure.Created, 120)];

        var queues = Figures(Page());
        Assert.Contains("as much, was 3 at this hour yesterday", queues["Queued"], StringComparison.Ordinal);
        Assert.Contains("less, was 2 in this hour yesterday", queues["Arrived per minute"], StringComparison.Ordinal);
        Assert.Contains("as much, was 0 in this hour yesterday", queues["Lapsed claims"], StringComparison.Ordinal);
        var one = Figures(Render<QueuePage>(p => p.Add(x => x.Name, "replies")));
        Assert.Contains("less, was 2 at this hour yesterday", one["Handed off"], StringComparison.Ordinal);
        Assert.Contains("as much, was 0 at this hour yesterday", one["Blocked or parked"], StringComparison.Ordinal);
        Assert.Contains("less, was 1 at this hour yesterday", one["Open conflicts"], StringComparison.Ordinal);
        Assert.Contains("as much, was 0 in this hour yesterday", one["Done, last hour"], StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Figures(IRenderedComponent<IComponent> page) =>
        page.FindAll(".figures a")
            .ToDictionary(figure => Read(figure.QuerySelector(".label")!), Read, StringComparer.Ordinal);

    [Fact]
    public async Task It_is_sorted_by_the_column_that_is_pressed_and_a_bar_says_where_work_waits()
    {
        await Queue("busy");
        for (var k = 0; k < 3; k++)
            await Item($"Item {k}", "busy");
        await Work(await Item("In work", "busy"));

        var page = Page("?sort=queued");

        Assert.Equal("busy", Names(page).First());
        Assert.Equal("descending", Sort(page, "Queued"));
        Assert.Equal(
            ["3 for an agent", "1 in work"],
            page.FindAll("[data-queue=busy] .where-words > span").Select(Read)
        );
        Assert.Equal(["busy", "replies"], Names(Page("?sort=name")));
    }

    private static AngleSharp.Dom.IElement Head(IRenderedComponent<Queues> page, string words) =>
        page.FindAll("[role=columnheader]").Single(head => Read(head) == words);

    private static string? Sort(IRenderedComponent<Queues> page, string words) =>
        Head(page, words).GetAttribute("aria-sort");

    [Fact]
    public async Task Each_column_sorts_both_ways_and_the_third_press_goes_back_to_the_worst_first()
    {
        await Queue("busy");
        await Item("First", "busy");
        foreach (var words in (string[])["Queue", "Where work waits", "Queued", "Oldest", "An hour"])
        {
            var address = "";
            foreach (var name in (string[])["first", "turned", "back"])
            {
                var page = Page(address);
                Assert.Equal((name == "first", words), (Sort(page, words) is null, words));
                var next = new Uri(Head(page, words).QuerySelector("a")!.GetAttribute("href")!);
                address = next.Query;
            }
            Assert.DoesNotContain("sort=", address, StringComparison.Ordinal);
        }
        Assert.Equal(["replies", "busy"], Names(Page("?sort=-name")));
        Assert.Equal(["replies", "busy"], Names(Page("?sort=-queued")));
        // Where nothing waits, nothing is old.
        Assert.Equal(["busy", "replies"], Names(Page("?sort=-oldest")));
        Assert.Equal("ascending", Sort(Page("?sort=-queued"), "Queued"));
        Assert.Equal("descending", Sort(Page("?sort=-name"), "Queue"));
    }

    [Fact]
    public async Task Each_row_draws_the_last_day_beside_the_one_before_and_says_both()
    {
        await Item("Waits");
        await Item("Waits too");
        var hour = Clock.GetUtcNow().AddTicks(-(Clock.GetUtcNow().UtcTicks % TimeSpan.TicksPerHour));
        _levels.Hours =
        [
            new HourLevel(0, hour.AddHours(-60), Measure.Queued, 4),
            new HourLevel(0, hour.AddHours(-30), Measure.Queued, 9),
            new HourLevel(0, hour.AddHours(-5), Measure.Queued, 7),
            new HourLevel(0, hour.AddHours(-60), Measure.OldestReadyAt, 0),
            new HourLevel(0, hour.AddHours(-5), Measure.OldestReadyAt, hour.AddHours(-5).ToUnixTimeMilliseconds()),
        ];

        var page = Page();

        // Where nothing happened the level stayed; now stands in the place of the hour that runs.
        Assert.Equal(
            [
                "Queued, 24 hours: 2 to 9, now 2; the day before 4 to 9",
                "Oldest, 24 hours: 0 s to 5 h 0 m, now 0 s; the day before 0 s",
            ],
            page.FindAll(".row[data-queue=replies] [role=gridcell]:not(.only-on-phone) .trend")
                .Select(trend => trend.GetAttribute("title"))
        );
        Assert.Equal(2, page.FindAll(".row[data-queue=replies] .trend")[0].QuerySelectorAll("path").Length);

        await page.Find("[data-shows=by_hour]").ClickAsync();

        var rows = page.FindAll("#queues-by-hour tbody tr").Select(row => row.Children.Select(Read).ToList()).ToList();
        Assert.Equal(
            ["Queued", "Queued, the day before", "Oldest, in minutes", "Oldest, the day before, in minutes"],
            rows.Select(row => row[1])
        );
        Assert.All(rows, row => Assert.Equal(2 + QueueTrend.Hours, row.Count));
        Assert.Equal(["9", "7", "7", "7", "7", "7", "2"], rows[0].Skip(2 + 17).Select(text => text));
        Assert.Equal(["4", "9"], [rows[1][2], rows[1][^1]]);
        Assert.Equal(["60", "120", "180", "240", "300", "0"], rows[2].Skip(2 + 18));
    }

    [Fact]
    public async Task Yesterday_is_the_same_hour_by_the_clocks_of_the_reader_though_they_went_forward_in_between()
    {
        Clock.SetUtcNow(new DateTimeOffset(2027, 3, 28, 10, 30, 0, TimeSpan.Zero));
        await Engine.AskAsync(static (_, _) => true);
        await Item("Waits");
        JSInterop.Setup<string?>("controlSurface.zone").SetResult("Europe/Berlin");

        Render<Now>();
        Page();
        var queue = Render<QueuePage>(p => p.Add(x => x.Name, "replies"));

        // Each of the three asks for what it shows.
        queue.WaitForAssertion(() => Assert.Equal(3, _levels.At.Count(at => at == Clock.GetUtcNow().AddHours(-23))));
    }

    [Fact]
    public void Each_hour_of_a_line_stands_beside_the_same_of_the_day_before()
    {
        var now = new DateTimeOffset(2027, 3, 28, 10, 30, 0, TimeSpan.Zero);
        var hours = Enumerable.Range(0, 60).Select(k => now.AddMinutes(-30).AddHours(k - 59)).ToList();
        _levels.Hours =
        [
            .. hours.Select(hour => new HourLevel(0, hour, Measure.Queued, hour.ToUnixTimeSeconds() / 3600)),
        ];

        // At one in the morning, UTC, the clocks of Berlin went from two to three.
        var trend = QueueTrend.Of(_levels, ["replies"], now, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))[
            "replies"
        ];
        var changed = new DateTimeOffset(2027, 3, 28, 1, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 3600;
        Assert.Equal(trend.Depth.Select(hour => hour - (hour >= changed ? 23 : 24)), trend.DepthThen);

        var utc = QueueTrend.Of(_levels, ["replies"], now, TimeZoneInfo.Utc)["replies"];
        Assert.Equal(trend.Depth, utc.Depth);
        Assert.Equal(utc.Depth.Select(hour => hour - 24), utc.DepthThen);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2027-03-28T10:30Z", "2027-03-27T11:30Z")] // the clocks went forward: 23 hours
    [InlineData("Europe/Berlin", "2026-10-25T12:00Z", "2026-10-24T11:00Z")] // and back: 25
    [InlineData("Europe/Berlin", "2027-03-29T00:30Z", "2027-03-28T00:30Z")] // half past two was skipped then
    [InlineData("Europe/Berlin", "2026-10-26T01:30Z", "2026-10-25T01:30Z")] // and was there twice
    [InlineData("Asia/Kathmandu", "2026-11-24T21:05Z", "2026-11-23T21:05Z")]
    public void An_hour_and_the_same_of_the_day_before(string zone, string at, string then) =>
        Assert.Equal(
            DateTimeOffset.Parse(then, System.Globalization.CultureInfo.InvariantCulture),
            SameHour.Yesterday(
                DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
                TimeZoneInfo.FindSystemTimeZoneById(zone)
            )
        );

    [Theory]
    [InlineData("2026-11-24T21:05Z", "UTC")]
    [InlineData("2027-03-28T10:30Z", "Europe/Berlin")]
    [InlineData("2027-03-29T22:00Z", "Europe/Berlin")]
    [InlineData("2027-03-30T22:00Z", "UTC")]
    public void Readers_whose_clocks_did_not_change_share_what_is_known(string at, string zone) =>
        Assert.Equal(
            zone,
            SameHour
                .ZoneFor(
                    TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
                    DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)
                )
                .Id
        );

    [Fact]
    public async Task A_queue_of_which_no_hour_is_known_has_no_line()
    {
        await Item("Waits");
        Assert.Empty(Page().FindAll(".trend"));
        Assert.Empty(Page().FindAll("[data-shows=by_hour]"));
    }

    private sealed class Levels : PartOfProjections
    {
        public IReadOnlyList<HourLevel> Hours { get; set; } = [];

        public override IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) =>
            Hours;

        public IReadOnlyList<LevelThen> Yesterday { get; set; } = [];
        public IReadOnlyList<LevelThen> Before { get; set; } = [];
        public IReadOnlyList<LevelThen> Counts { get; set; } = [];

        public override IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => Counts;

        public bool IsBusy { get; set; }

        /// <summary>How often it was asked for levels.</summary>
        public int Asked { get; private set; }

        /// <summary>Of which instants.</summary>
        public System.Collections.Concurrent.ConcurrentBag<DateTimeOffset> At { get; } = [];

        public override IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at)
        {
            if (IsBusy)
                throw new ProjectionsNotReadyException();
            Asked++;
            At.Add(at);
            return at < T0.AddHours(-12) ? Yesterday : Before;
        }
    }
}
