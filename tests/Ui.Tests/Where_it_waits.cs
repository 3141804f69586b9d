using Bunit;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class Where_it_waits : LiveHouse
{
    private readonly Kept _kept = new();

    public Where_it_waits() => Services.AddSingleton<IProjections>(_kept);

    private DateTimeOffset Hour =>
        new(Clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);

    private static long Hours(double hours) => (long)TimeSpan.FromHours(hours).TotalMilliseconds;

    private IRenderedComponent<WaitsPage> Page(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/waits" + query);
        return Render<WaitsPage>();
    }

    [Fact]
    public void Each_row_says_how_long_what_comes_what_goes_and_leads_to_what_waits_now()
    {
        _kept.Waits = new Waits(
            [new WaitedThen(Hour.AddHours(-2), WaitCause.Review, Hours(3), 6, 4)],
            [new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(3), 6, 4, Hours(1.5))],
            [],
            [
                new OpenWait(WaitCause.Review, "R-5", "replies", "reviewer", Clock.GetUtcNow().AddHours(-2)),
                new OpenWait(WaitCause.Review, "R-6", "replies", "anybody", Clock.GetUtcNow().AddHours(-1)),
            ],
            []
        );
        var page = Page();

        var row = page.Find("[data-cause=review]");
        Assert.Equal(Hours(6).ToString(System.Globalization.CultureInfo.InvariantCulture), row.GetAttribute("data-ms"));
        Assert.Contains("6.0 h", Read(row), StringComparison.Ordinal);
        Assert.Equal("review?show=open&queue=replies", row.QuerySelectorAll("td a")[0].GetAttribute("href"));
        Assert.Contains(
            "6 reviews an hour come in replies, 4 go; 2 wait now.",
            Read(page.Find(".note.wait")),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["Review reviewer 5.0 h nothing to compare with 6 4", "Review anybody 1.0 h nothing to compare with 0 0"],
            page.FindAll("#waits-by-kind tbody tr").Select(Cells)
        );
    }

    [Fact]
    public void Each_figure_stands_beside_that_of_the_period_before_with_its_direction()
    {
        Clock.Advance(TimeSpan.FromDays(3));
        _kept.Waits = new Waits(
            [],
            [
                new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(31), 48, 24, Hours(2)),
                new WaitedIn("replies", WaitCause.Lock, "exclusive", Hours(1), 4, 4, Hours(1)),
                new WaitedIn("replies", WaitCause.Question, "question", Hours(5), 1, 1, Hours(5)),
            ],
            [
                new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(22), 24, 24, Hours(1)),
                new WaitedIn("replies", WaitCause.Lock, "exclusive", Hours(4), 4, 4, Hours(1)),
                new WaitedIn("replies", WaitCause.Question, "question", Hours(5), 1, 1, Hours(5)),
            ],
            [new OpenWait(WaitCause.Conflict, "C-1", "replies", "stale_write", Hour.AddHours(-24))],
            []
        );

        var page = Page();

        Assert.Equal(Hour.AddHours(-47), _kept.Before);
        var more = Hours(31) + (Clock.GetUtcNow() - Hour.AddHours(-23)).TotalMilliseconds + Hours(6) - Hours(32);
        Assert.Equal(
            $"Work waited {WaitWords.Long((long)more + Hours(32))} in 24 hours, {WaitWords.Long((long)more)} more than in the 24 hours before.",
            Read(page.Find(".waits-head h2"))
        );
        Assert.Equal(
            ["more, was 22.0 h", "more, was 1.0 h", "about as much, was 5.0 h", "less, was 4.0 h"],
            page.FindAll("#waits-by-cause .was-before").Take(4).Select(Read)
        );
        Assert.Equal(
            ["more, was 22.0 h", "more, was 1.0 h", "about as much, was 5.0 h", "less, was 4.0 h"],
            page.FindAll("#waits-by-queue .was-before").Select(Read)
        );
        Assert.StartsWith("replies 6", Read(page.Find("[data-most=replies]")), StringComparison.Ordinal);
        Assert.Equal(
            [$"review, {Math.Round(100 * Hours(31) / (more + Hours(32)))} %"],
            page.FindAll("[data-label='most for']").Select(Read)
        );
        var reviews = page.Find("[data-flow=review]").Children.Skip(1).Select(Read).ToList();
        Assert.EndsWith("was 1", reviews[0], StringComparison.Ordinal);
        Assert.StartsWith("+1", reviews[2], StringComparison.Ordinal);
        Assert.Equal("even", Read(page.Find("[data-flow=lock]").Children[3]));
    }

    [Fact]
    public void Where_no_queue_was_there_all_through_the_time_before_nothing_is_compared()
    {
        _kept.Waits = new Waits(
            [],
            [new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(3), 6, 4, Hours(1.5))],
            [],
            [],
            []
        );

        var page = Page();

        Assert.Equal("Work waited 3.0 h in 24 hours.", Read(page.Find(".waits-head h2")));
        Assert.Contains("nothing to compare it with", Read(page.Find(".waits-head p")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".was-before"));
    }

    [Fact]
    public void Each_cause_has_its_share_and_leads_to_what_waits_for_it()
    {
        _kept.Waits = new Waits(
            [],
            [
                new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(3), 6, 4, Hours(1)),
                new WaitedIn("replies", WaitCause.Pause, "pause", Hours(1), 6, 4, Hours(1)),
            ],
            [],
            [],
            []
        );

        var page = Page();

        Assert.Equal(
            ["review 75 %", "pause 25 %", "question 0 %", "conflict 0 %", "lock 0 %", "attempts 0 %"],
            page.FindAll("#waits-by-cause tbody tr")
                .Select(row => $"{row.GetAttribute("data-by-cause")} {Read(row.Children[2])}")
        );
        Assert.All(
            page.FindAll("#waits-by-cause tbody tr"),
            row => Assert.NotNull(row.Children[4].QuerySelector("a[href]"))
        );
        Assert.EndsWith(
            "waits?cause=review",
            page.Find("[data-by-cause=review] th a").GetAttribute("href"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Hours_have_their_day_in_the_readers_zone_which_is_named()
    {
        JSInterop.Setup<string?>("controlSurface.zone").SetResult("Asia/Kathmandu");
        _kept.Waits = new Waits(
            [new WaitedThen(Hour.AddHours(-2), WaitCause.Review, Hours(3), 6, 4)],
            [new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(3), 6, 4, Hours(1.5))],
            [],
            [],
            []
        );

        var page = Page();

        var local = Hour.AddHours(-2).ToOffset(new TimeSpan(5, 45, 0));
        page.WaitForAssertion(() =>
            Assert.Contains(
                "Days and hours are in Asia/Kathmandu.",
                Read(page.Find(".heat-panel")),
                StringComparison.Ordinal
            )
        );
        Assert.Equal(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{local:ddd d MMM}, {local:HH:mm} to {local.AddHours(1):HH:mm}: 3.0 h"
            ),
            page.Find(".heat .most").GetAttribute("title")
        );
        Assert.Equal("3.0 h", Read(page.Find(".heat .most")));
        Assert.Equal(24, page.FindAll(".heat td.number:not(.total)").Count);
    }

    [Theory]
    [InlineData("2030-10-28T12:00:00Z", "Sun 27", 25, "Sun 27 Oct, 02:00 to 03:00, twice: 2.0 h")]
    [InlineData("2030-04-01T12:00:00Z", "Sun 31", 23, "Sun 31 Mar: no 02:00, the clocks went forward")]
    public void A_day_on_which_the_clocks_change_has_the_hours_that_it_had(
        string at,
        string day,
        long counted,
        string said
    )
    {
        var until = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var range = ChartRange.All[1];
        var periods = new WaitPeriods(until.AddHours(-335), until.AddHours(-167), until);
        // One hour in each hour.
        var waits = Waits.None with
        {
            ByTime =
            [
                .. Enumerable
                    .Range(0, 168)
                    .Select(k => new WaitedThen(periods.From.AddHours(k), WaitCause.Pause, Hours(1), 0, 0)),
            ],
        };

        var heat = WaitHeat.Of(
            new WaitHours(waits, periods, range),
            range,
            TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")
        );

        var row = heat.Rows.Single(one => one.Name == day);
        Assert.Equal((24, $"{counted}.0 h", said), (row.Cells.Count, row.Total, row.Cells[2].Title));
        Assert.Equal(
            168,
            heat.Rows.Sum(one => decimal.Parse(one.TotalValue, System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    [Fact]
    public void Days_stand_in_the_row_of_their_week()
    {
        _kept.Waits = new Waits([], [new WaitedIn("replies", WaitCause.Lock, "shared", 1, 1, 1, 1)], [], [], []);

        var heat = Page("?range=30d").FindAll("#waits-by-day tbody tr");

        Assert.InRange(heat.Count, 5, 6);
        Assert.All(heat, week => Assert.Equal(9, week.Children.Length));
        Assert.Equal(30, heat.Sum(week => week.QuerySelectorAll("td.number:not(.total)").Length));
    }

    [Fact]
    public void What_still_waits_is_counted_only_within_the_time_that_is_shown()
    {
        _kept.Waits = new Waits(
            [],
            [],
            [],
            [new OpenWait(WaitCause.Attempts, "W-9", "replies", "attempts", Clock.GetUtcNow().AddDays(-20))],
            []
        );

        var from = Hour.AddHours(-23);
        var shown = (long)(Clock.GetUtcNow() - from).TotalMilliseconds;
        Assert.Equal(
            shown.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Page().Find("[data-cause=attempts]").GetAttribute("data-ms")
        );
    }

    [Fact]
    public async Task A_persons_own_figures_are_theirs_alone_and_others_are_shown_from_five_on()
    {
        for (var k = 0; k < 5; k++)
            await Know(new PrincipalId(100 + k), $"Reviewer {k}", PrincipalKind.Person, Roles.Reviewer);
        var settled = new List<Settled>
        {
            new(Mara.Number, WaitCause.Review, 3, Hours(1.5)),
            new(Jun.Number, WaitCause.Review, 9, Hours(9)),
            new(Agent.Number, WaitCause.Question, 50, Hours(1)),
        };
        settled.AddRange(Enumerable.Range(0, 4).Select(k => new Settled(100 + k, WaitCause.Review, 1, Hours(1))));
        // It needs something that waited, or there is nothing to say.
        _kept.Waits = new Waits(
            [],
            [new WaitedIn("replies", WaitCause.Review, "anybody", 1, 1, 1, 1)],
            [],
            [],
            settled
        );
        Assert.Equal(["You Review 3 30 min"], People(Page()));

        settled.Add(new Settled(104, WaitCause.Review, 6, Hours(6)));
        Assert.Equal(["You Review 3 30 min", "Reviewers, 5 people Review 10 1.0 h"], People(Page()));
        // Whoever looks is not in the group: four others and oneself are no five others.
        Viewer = new PrincipalId(104);
        Assert.Equal(["You Review 6 1.0 h"], People(Page()));
    }

    [Fact]
    public void For_whom_it_waits_names_whom_reviews_ask_and_who_ends_the_rest_each_with_its_list()
    {
        var hourAgo = Clock.GetUtcNow().AddHours(-1);
        _kept.Waits = new Waits(
            [],
            [
                new WaitedIn("replies", WaitCause.Review, "reviewer", Hours(3), 6, 4, Hours(1)),
                new WaitedIn("replies", WaitCause.Lock, "exclusive", Hours(9), 6, 4, Hours(1)),
            ],
            [],
            [
                new OpenWait(WaitCause.Review, "R-5", "replies", "reviewer", hourAgo.AddHours(-1)),
                new OpenWait(WaitCause.Review, "R-6", "", "person", hourAgo),
                new OpenWait(WaitCause.Conflict, "C-1", "replies", "overlapping_edit", hourAgo),
                new OpenWait(WaitCause.Conflict, "C-2", "replies", "late_result", hourAgo),
            ],
            []
        );
        List<string> asked =
        [
            "Reviewers 1 2 h 0 m 5.0 h",
            "People who settle conflicts reviewer, support, manager or admin 2 1 h 0 m 2.0 h",
            "People, by name 1 1 h 0 m 1.0 h",
        ];

        var page = Page();
        Assert.Equal(asked, Asked(page));
        Assert.Equal(
            [
                "review?show=open&asked=reviewer",
                $"conflicts?q={Uri.EscapeDataString("state:open,in_review")}",
                "review?show=open&asked=person",
            ],
            page.FindAll("#waits-for-whom td a").Select(a => a.GetAttribute("href"))
        );

        // Who decides sees what waits for them beside it, and nobody else does.
        Viewer = Priya;
        Assert.Equal(["You 0", .. asked], Asked(Page()));

        static IEnumerable<string> Asked(IRenderedComponent<WaitsPage> page) =>
            page.FindAll("#waits-for-whom tbody tr")
                .Select(row => string.Join(' ', row.Children.SkipLast(1).Select(Read)).Trim());
    }

    [Fact]
    public async Task Agents_whose_work_waits_are_named_with_their_list_and_people_are_shown_from_five_on()
    {
        _kept.Waits = new Waits([], [new WaitedIn("replies", WaitCause.Question, "question", 1, 1, 1, 1)], [], [], []);
        await Work(await Item("Goes on"), run: "7f1");
        await Asks(Agent, "7f2");
        await Asks(Agent, "7f3");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Asks(Mara, run: null);
        Clock.Advance(TimeSpan.FromSeconds(1));
        for (var k = 0; k < 5; k++)
        {
            Assert.Equal(["reply-agent 2 2", "You 0 1"], Waiting(Page()));
            await Know(new PrincipalId(100 + k), $"Helper {k}", PrincipalKind.Person, Roles.Support);
            await Asks(new PrincipalId(100 + k), run: null);
        }

        var page = Page();

        Assert.Equal(["reply-agent 2 2", "You 0 1", "5 people 0 5"], Waiting(page));
        Assert.Equal(
            [$"./?view=waiting&owner={Agent}", $"./?view=waiting&owner={Mara}"],
            page.FindAll("#waits-holders td a").Select(a => a.GetAttribute("href"))
        );
        Assert.Equal(["reply-agent 2 2", "You 0 1", "5 people 0 5"], Waiting(Page("?cause=question")));
        Assert.Empty(Page("?cause=lock").FindAll("#waits-holders"));

        static IEnumerable<string> Waiting(IRenderedComponent<WaitsPage> page) =>
            page.FindAll("#waits-holders tbody tr")
                .Select(row => string.Join(' ', row.Children.SkipLast(1).Select(Read)));
    }

    private async Task Asks(PrincipalId who, string? run)
    {
        var lease = await Work(await Item("Asks"), who, run);
        await Do(who, new LeaseCommand.Suspend(lease.Id, run, lease.Token, HolderReason.WaitingOnHuman, "Which?"));
    }

    [Fact]
    public async Task Whoever_is_limited_to_queues_asks_for_those_alone()
    {
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), null));
        var limited = new PrincipalId(78);
        await Engine.SendAsync(
            new Request(
                new PrincipalCommand.Sync(
                    new Principal(
                        limited,
                        "Lim",
                        PrincipalKind.Person,
                        Roles.Support,
                        ["refunds"],
                        PrincipalState.Active
                    )
                ),
                Caller.System
            )
        );
        Viewer = limited;

        Page("?queue=replies");
        Assert.Empty(_kept.Asked!);
        Page();
        Assert.Equal(["refunds"], _kept.Asked);
        Viewer = Mara;
        Page();
        Assert.Null(_kept.Asked);
    }

    [Fact]
    public void While_it_is_being_written_down_the_page_says_so()
    {
        _kept.IsReady = false;
        Assert.Contains("is being written down", Read(Page().Find("[role=status]")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(48_000, "48 s")]
    [InlineData(360_000, "6 min")]
    [InlineData(44_640_000, "12.4 h")]
    [InlineData(4_334_400_000, "1,204 h")]
    public void Hours_are_said_with_what_matters_of_them(long ms, string said) =>
        Assert.Equal(said, WaitWords.Long(ms));

    private static IEnumerable<string> People(IRenderedComponent<WaitsPage> page) =>
        page.FindAll("[data-people] tbody tr").Select(Cells);

    private static string Cells(AngleSharp.Dom.IElement row) => string.Join(' ', row.Children.Select(Read));

    private sealed class Kept : PartOfProjections
    {
        public bool IsReady { get; set; } = true;
        public Waits Waits { get; set; } = Waits.None;
        public IReadOnlyList<string>? Asked { get; private set; }
        public DateTimeOffset? Before { get; private set; }

        public override Waits WaitsSince(
            DateTimeOffset from,
            DateTimeOffset? before,
            bool byDay,
            IReadOnlyList<string>? queues
        )
        {
            (Asked, Before) = (queues, before);
            return IsReady ? Waits : throw new ProjectionsNotReadyException();
        }
    }
}
