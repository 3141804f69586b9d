using Bunit;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
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
        Assert.Equal("Paused for 12 min, 1 wait", Reason(page, "paused"));
        Assert.Equal("No agent has claimed since it was made, 12 min ago", Reason(page, "replies"));
        Assert.Equal("1 stale", Reason(page, "left"));
        Assert.Equal("Running", Reason(page, "calm"));
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

    [Fact]
    public async Task A_queue_that_grows_says_by_how_much_from_what_was_measured_before()
    {
        for (var k = 0; k < 30; k++)
            await Item($"Item {k}");
        // Half an hour is measured at least: at 21:05 the end of the hour before the last.
        _levels.Before = [new LevelThen("replies", Measure.Queued, 10)];
        _levels.Yesterday = [new LevelThen("replies", Measure.Queued, 2)];

        var page = Page();

        // 20 more within an hour and five minutes.
        Assert.Equal("Growing 18 an hour", Reason(page, "replies"));
        Assert.Contains(
            "30↑, at this hour yesterday 2",
            Read(page.Find(".row[data-queue=replies]")),
            StringComparison.Ordinal
        );
        Assert.Contains("was 2 at this hour yesterday", Read(page.FindAll(".figures a")[1]), StringComparison.Ordinal);
        _levels.Before = [new LevelThen("replies", Measure.Queued, 29)];
        Assert.Equal("Running", Reason(Page(), "replies"));
    }

    [Fact]
    public async Task It_is_sorted_by_the_column_that_is_pressed_and_a_bar_says_where_work_waits()
    {
        await Queue("busy");
        for (var k = 0; k < 3; k++)
            await Item($"Item {k}", "busy");
        await Work(await Item("In work", "busy"));

        var page = Page("?sort=queued");

        Assert.Equal("busy", Names(page).First());
        Assert.Equal("descending", page.FindAll("[role=columnheader]")[2].GetAttribute("aria-sort"));
        Assert.Equal("3 for an agent, 1 in work", page.Find(".where-bar").GetAttribute("aria-label"));
        Assert.Equal(["busy", "replies"], Names(Page("?sort=name")));
    }

    private sealed class Levels : PartOfProjections
    {
        public IReadOnlyList<LevelThen> Yesterday { get; set; } = [];
        public IReadOnlyList<LevelThen> Before { get; set; } = [];

        public override IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) =>
            at < T0.AddHours(-12) ? Yesterday : Before;
    }
}
