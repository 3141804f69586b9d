using Bunit;
using ControlSurface.Core.Engine;
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
            ["Review reviewer 5.0 h 6 4", "Review anybody 1.0 h 0 0"],
            page.FindAll("#waits-by-kind tbody tr").Select(Cells)
        );
    }

    [Fact]
    public void What_still_waits_is_counted_only_within_the_time_that_is_shown()
    {
        _kept.Waits = new Waits(
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
        _kept.Waits = new Waits([], [new WaitedIn("replies", WaitCause.Review, "anybody", 1, 1, 1, 1)], [], settled);
        Assert.Equal(["You Review 3 30 min"], People(Page()));

        settled.Add(new Settled(104, WaitCause.Review, 6, Hours(6)));
        Assert.Equal(["You Review 3 30 min", "Reviewers, 5 people Review 10 1.0 h"], People(Page()));
        // Whoever looks is not in the group: four others and oneself are no five others.
        Viewer = new PrincipalId(104);
        Assert.Equal(["You Review 6 1.0 h"], People(Page()));
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
        Assert.Equal(said, WaitsView.Long(ms));

    private static IEnumerable<string> People(IRenderedComponent<WaitsPage> page) =>
        page.FindAll("[data-people] tbody tr").Select(Cells);

    private static string Cells(AngleSharp.Dom.IElement row) => string.Join(' ', row.Children.Select(Read));

    private sealed class Kept : PartOfProjections
    {
        public bool IsReady { get; set; } = true;
        public Waits Waits { get; set; } = Waits.None;
        public IReadOnlyList<string>? Asked { get; private set; }

        public override Waits WaitsSince(DateTimeOffset from, bool byDay, IReadOnlyList<string>? queues)
        {
            Asked = queues;
            return IsReady ? Waits : throw new ProjectionsNotReadyException();
        }
    }
}
