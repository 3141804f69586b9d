using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class Parts_of_a_page : House
{
    private static readonly HolderView Agent = new("reply-agent", IsAgent: true, "7f3");

    [Fact]
    public void An_agent_is_shown_with_its_run()
    {
        var chip = Render<OwnerChip>(p => p.Add(x => x.Holder, Agent)).Find(".owner");

        Assert.Equal("reply-agent", Read(chip.QuerySelector(".name")!));
        Assert.Equal("run 7f3", Read(chip.QuerySelector(".run")!));
        Assert.Equal("reply-agent run 7f3", chip.QuerySelector(".name")!.GetAttribute("title"));
        Assert.Contains("agent", chip.ClassList);
    }

    [Fact]
    public void A_person_is_shown_by_initials_and_the_reader_as_you()
    {
        var chip = Render<OwnerChip>(p =>
                p.Add(x => x.Holder, new HolderView("Mara Lindqvist", IsAgent: false)).Add(x => x.IsYou, true)
            )
            .Find(".owner");

        Assert.Equal("ML", Read(chip.QuerySelector(".avatar")!));
        Assert.Equal("Mara Lindqvist (you)", Read(chip.QuerySelector(".name")!));
        Assert.Contains("you", chip.ClassList);
    }

    [Fact]
    public void A_figure_is_a_link_and_grey_at_zero()
    {
        var strip = Render<FigureStrip>(p =>
            p.Add(
                x => x.Figures,
                [
                    new FigureView("Stale", "5", "oldest 42 min", Icons.TimerOff, Hue.Bad, "/desk"),
                    new FigureView("Open conflicts", "0", "", Icons.OctagonAlert, Hue.Bad, "/conflicts", IsZero: true),
                ]
            )
        );

        Assert.Equal(["Stale", "Open conflicts"], strip.FindAll(".label").Select(Read));
        Assert.Equal(["5oldest 42 min", "0"], strip.FindAll(".value").Select(Read));
        Assert.Equal(["bad", "idle"], strip.FindAll("a").Select(a => a.ClassName));
    }

    [Fact]
    public async Task What_is_typed_into_the_filter_stands_in_the_address_bar()
    {
        var bar = Render<FilterBar>();

        await bar.Find("[data-filter]").ChangeAsync("refund");

        Assert.EndsWith("?q=refund", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_are_taken_back_before_their_address_has_come_are_taken_back()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        // The address of the page lags behind what is typed: the field is told nothing of it here.
        var bar = Render<FilterBar>();
        await bar.Find("[data-filter]").ChangeAsync("refund");
        Assert.EndsWith("?q=refund", navigation.Uri, StringComparison.Ordinal);
        await bar.Find("[data-filter]").ChangeAsync("");
        Assert.DoesNotContain("q=", navigation.Uri, StringComparison.Ordinal);
        await bar.Find("[data-filter]").ChangeAsync("refund");
        Assert.EndsWith("?q=refund", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_consequence_says_whether_it_would_go_through_and_why_not()
    {
        var list = Render<ConsequenceList>(p =>
            p.Add(
                x => x.Consequences,
                [
                    new ConsequenceView(
                        Icons.Mail,
                        "Sends 1 message",
                        "send:88190:reply",
                        "expects version 17, and it is",
                        true
                    ),
                    new ConsequenceView(
                        Icons.Database,
                        "Adds 1 note",
                        null,
                        "expects version 9",
                        false,
                        "it is at version 10"
                    ),
                ]
            )
        );

        Assert.Equal(
            ["Would go through now", "Would not go through: it is at version 10"],
            list.FindAll(".state").Select(Read)
        );
        Assert.NotNull(list.Find("[data-action='send:88190:reply']"));
    }

    [Fact]
    public void A_refusal_says_what_happened_and_keeps_the_code_for_the_details()
    {
        var note = Render<RefusalNote>(p =>
                p.Add(
                    x => x.Problem,
                    new RefusalView(
                        "Jun Sato took it over 2 s before you",
                        "W-0987 is his until 21:10:04.",
                        "not_owner"
                    )
                )
            )
            .Find("[role=alert]");

        Assert.StartsWith("Jun Sato took it over 2 s before you", Read(note), StringComparison.Ordinal);
        Assert.Equal("not_owner", Read(note.QuerySelector("details .mono")!));
        Assert.Contains("wait", note.ClassList);
    }

    [Fact]
    public void Nothing_is_news()
    {
        var state = Render<EmptyState>(p =>
            p.Add(x => x.Icon, Icons.Inbox)
                .Add(x => x.Title, "Nothing is stale")
                .Add(x => x.Text, "Every lease is alive.")
        );

        Assert.Equal("Nothing is stale", Read(state.Find("h2")));
        Assert.Equal("Every lease is alive.", Read(state.Find("p")));
    }

    [Fact]
    public void A_skeleton_is_one_word_to_those_who_listen()
    {
        var skeleton = Render<ListSkeleton>(p => p.Add(x => x.Rows, 3));

        Assert.Equal("Loading", skeleton.Find("[role=status]").GetAttribute("aria-label"));
        Assert.Equal(3, skeleton.FindAll(".row[aria-hidden=true]").Count);
    }

    [Fact]
    public async Task A_panel_that_fails_says_so_in_its_place_and_can_be_shown_again()
    {
        var fails = true;
        var panel = Render<PanelBoundary>(p =>
            p.AddChildContent(_ =>
            {
                if (fails)
                    throw new InvalidOperationException("broken");
            })
        );
        Assert.StartsWith("This panel could not be shown", Read(panel.Find(".note.bad")), StringComparison.Ordinal);

        fails = false;
        await panel.Find("button").ClickAsync();

        Assert.Empty(panel.FindAll(".note"));
    }

    [Fact]
    public void A_timeline_says_when_what_and_by_whom_newest_first()
    {
        TimelineEntry[] events =
        [
            new(T0, Icons.Eye, Hue.Wait, "Asked for review of A-12 v4", null, "reply-agent run 7ef", 48_101),
            new(T0.AddMinutes(-1), Icons.FileText, null, "Published A-12 v4", "+5 −3", null, 48_099),
        ];

        var newest = Render<Timeline>(p => p.Add(x => x.Events, events)).FindAll("li").Select(Read);
        var story = Render<Timeline>(p => p.Add(x => x.Events, events).Add(x => x.Newest, false)).FindAll("li");

        Assert.Equal(
            ["21:05:12Asked for review of A-12 v4 reply-agent run 7ef", "21:04:12Published A-12 v4 +5 −3"],
            newest
        );
        var numbered = Render<Timeline>(p => p.Add(x => x.Events, events).Add(x => x.IsNumbered, true));
        Assert.EndsWith("reply-agent run 7ef #48,101", Read(numbered.Find("li")), StringComparison.Ordinal);
        Assert.Equal(["48099", "48101"], story.Select(li => li.GetAttribute("data-seq")));
    }

    [Fact]
    public async Task A_policy_says_what_follows_from_each_value()
    {
        var edited = ("", "");
        var table = Render<PolicyTable>(p =>
            p.Add(
                    x => x.Policy,
                    [
                        new PolicyRow(
                            "leaseSeconds",
                            "Lease",
                            "300",
                            "A run that shows no life for 5 minutes loses the item."
                        ),
                    ]
                )
                .Add(x => x.CanEdit, true)
                .Add(x => x.OnEdit, (edit => edited = edit))
        );

        await table.Find("[data-setting=leaseSeconds]").InputAsync("60");

        Assert.Equal("A run that shows no life for 5 minutes loses the item.", Read(table.Find(".consequence")));
        Assert.Equal(("leaseSeconds", "60"), edited);
    }

    [Fact]
    public void A_chart_is_a_headline_a_picture_with_words_and_a_table_of_the_same_numbers()
    {
        var chart = Render<QueueChart>(p =>
            p.Add(
                x => x.Chart,
                new ChartView(
                    "Depth",
                    "58",
                    "12 owned, 46 queued",
                    "Depth over an hour: 31, now 58",
                    "",
                    [T0.AddHours(-1), T0.AddMinutes(-30), T0],
                    [new SeriesView("queued", Hue.Idle, IsDashed: false, [31, null, 58])]
                )
            )
        );

        Assert.Equal("58", Read(chart.Find(".big")));
        Assert.Equal("Depth over an hour: 31, now 58", chart.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(["58", "not known", "31"], chart.FindAll("tbody td").Select(Read));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(58, 60)]
    [InlineData(66, 80)]
    [InlineData(0.9, 1)]
    [InlineData(101, 200)]
    public void The_scale_of_a_chart_ends_on_a_plain_number(double highest, double top) =>
        Assert.Equal(top, ChartShape.Scale(highest), 6);

    [Fact]
    public void A_line_stops_where_nothing_is_known()
    {
        var at = Enumerable.Range(0, 4).Select(i => T0.AddMinutes(i)).ToArray();
        var chart = new ChartView("", "", "", "", "", at, [new SeriesView("a", null, false, [1, 2, null, 3])]);

        Assert.Equal(2, ChartShape.Of(chart).Paths[0].D.Count(c => c == 'M'));
    }

    [Theory]
    [InlineData(19, " min", "0 min 10 20")]
    [InlineData(3, " min", "0 min 1.5 3")]
    [InlineData(900, "", "0 500 1,000")]
    [InlineData(12_000, "", "0 10k 20k")]
    [InlineData(2_900_000, "", "0 1.5M 3M")]
    public void The_numbers_beside_a_chart_are_short_enough_to_be_read_whole(double highest, string unit, string levels)
    {
        var values = new SeriesView("a", null, false, [1, highest]);

        var shape = ChartShape.Of(new ChartView("", "", "", "", unit, [T0, T0.AddHours(1)], [values]));

        Assert.Equal(levels, string.Join(' ', shape.Levels.Select(level => level.Words)));
    }

    [Theory]
    [InlineData(24, 60, "00:00 08:00 15:00 23:00")]
    [InlineData(60, 1, "00:00 00:20 00:39 00:59")]
    [InlineData(3, 60, "00:00 01:00 02:00")]
    [InlineData(2, 60, "00:00 01:00")]
    public void The_times_under_a_chart_are_those_of_its_values(int count, int minutesApart, string times)
    {
        var midnight = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] at = [.. Enumerable.Range(0, count).Select(i => midnight.AddMinutes(i * minutesApart))];
        var values = new SeriesView("a", null, false, [.. at.Select(_ => (double?)1)]);

        var shape = ChartShape.Of(new ChartView("", "", "", "", "", at, [values]));

        Assert.Equal(times, string.Join(' ', shape.Instants.Select(instant => instant.Words)));
    }
}
