using Bunit;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Workspaces;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class What_happened_meanwhile : LiveHouse
{
    private readonly Counted _counted = new();

    private IJournal TheJournal => Services.GetRequiredService<IJournal>();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _counted.Engine = Engine;
        Services.AddSingleton<IProjections>(_counted);
    }

    private IRenderedComponent<Since> Open(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/since" + query);
        return Render<Since>();
    }

    [Fact]
    public async Task What_may_need_somebody_comes_first_and_each_figure_leads_to_all_of_it()
    {
        var item = await Item("Refund 88213");
        await Do(Priya, new ItemCommand.Cancel(item, "Paid already."));
        _counted.Add(Happening.Cancelled, Engine.Picture.Seq);
        _counted.Add(Happening.WentStale, Engine.Picture.Seq, 12);

        var page = Open("?hours=24");

        Assert.Equal(
            ["WentStale", "Cancelled"],
            page.FindAll("[data-what]").Select(panel => panel.GetAttribute("data-what"))
        );
        Assert.Contains("12 leases went stale", page.Markup, StringComparison.Ordinal);
        Assert.Contains(
            $"items/{item}",
            page.FindAll("[data-what=Cancelled] .timeline a").Select(a => a.GetAttribute("href"))
        );
        Assert.Equal(
            $"history?type=lease.stale&since={Clock.GetUtcNow().AddHours(-24).ToUnixTimeSeconds()}",
            page.Find("[data-what=WentStale] header a").GetAttribute("href")
        );
        Assert.Equal(["24 hours"], page.FindAll(".views [aria-current=true]").Select(Read));
    }

    [Fact]
    public async Task What_still_needs_somebody_stands_first_by_its_title_with_the_way_to_it()
    {
        Viewer = Mara;
        var left = await Work(await Item("Refund 88213"), leaseSeconds: 60);
        await Do(Priya, new ItemCommand.Park(await Item("Reply to Aldergate"), "Later."));
        await Do(Priya, new ItemCommand.Park(await Item("Comes back"), "Later."));
        Clock.Advance(TimeSpan.FromMinutes(12));
        await Engine.AskAsync(static (_, _) => true);

        var page = Open("?hours=1");

        var still = page.FindAll("[data-still] li").Select(Read).ToList();
        Assert.Equal(3, still.Count);
        Assert.StartsWith("Stale Refund 88213", still[0], StringComparison.Ordinal);
        Assert.Contains($"{left.Item} · replies · from reply-agent run 7f3", still[0], StringComparison.Ordinal);
        Assert.Equal($"desk/{left.Item}", page.Find("[data-still] li a").GetAttribute("href"));
        Assert.Equal("0 items done. 3 things still need somebody.", Read(page.Find(".say h2")));

        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(Open("?hours=1").FindAll("[data-still]"));
    }

    [Fact]
    public async Task What_happened_is_told_by_its_title_and_on_paper_it_says_from_when_until_when_and_by_whom()
    {
        Viewer = Mara;
        var item = await Item("Refund 88213");
        await Do(Priya, new ItemCommand.Cancel(item, "Paid already."));
        _counted.Add(Happening.Cancelled, Engine.Picture.Seq);

        var page = Open("?hours=24");

        var told = page.Find("[data-what=Cancelled] .timeline li");
        Assert.Equal("Refund 88213", Read(told.QuerySelector("a")!));
        Assert.Contains($"{item} · replies", Read(told), StringComparison.Ordinal);
        var head = Read(page.Find(".print-only"));
        Assert.StartsWith("Shift report", head, StringComparison.Ordinal);
        Assert.Contains("UTC", head, StringComparison.Ordinal);
        Assert.Contains("Made by Mara", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_text_it_says_the_same_with_the_readers_times_and_whole_addresses_and_has_room_for_words()
    {
        Viewer = Mara;
        JSInterop.Setup<string?>("controlSurface.zone").SetResult("Europe/Berlin");
        var left = await Work(await Item("Refund 88213"), leaseSeconds: 60);
        Clock.Advance(TimeSpan.FromMinutes(12));
        await Engine.AskAsync(static (_, _) => true);
        _counted.Add(Happening.WentStale, Engine.Picture.Seq, 12);

        var page = Open("?hours=1");

        page.WaitForAssertion(() =>
            Assert.Equal(
                [
                    "Shift report",
                    "Tue 24 Nov 2026, 21:17 until Tue 24 Nov 2026, 22:17 (Europe/Berlin)",
                    "By Mara Lindqvist",
                    "1 thing still needs somebody. 12 leases went stale.",
                ],
                Lines(page.Find("#shift-head"))
            )
        );
        var stale = Engine.Picture.Read(at => at.FindItem(left.Item)!.Lease!.StaleAt!.Value);
        var since = stale.ToOffset(TimeSpan.FromHours(1));
        Assert.Equal(
            [
                "Went stale: 12",
                "Still needs somebody, 1:",
                $"- Stale: Refund 88213 ({left.Item} · replies · from reply-agent run 7f3), since Tue 24 Nov 2026, {since:HH:mm}: http://localhost/desk/{left.Item}",
                $"All of it: http://localhost/since?from={Clock.GetUtcNow().AddHours(-1).ToUnixTimeSeconds()}",
            ],
            Lines(page.Find("#shift-rest"))
        );
        foreach (var act in (string[])["data-copy", "data-mail"])
        {
            var parts = page.Find($"[{act}]").GetAttribute(act)!.Split(' ');
            Assert.Equal(["shift-head", "shift-words", "shift-rest"], parts);
            Assert.All(parts, part => Assert.Single(page.FindAll("#" + part)));
        }

        static IEnumerable<string> Lines(AngleSharp.Dom.IElement text) =>
            text.TextContent.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    [Fact]
    public async Task Each_figure_says_how_much_it_was_in_as_long_a_time_before_and_queues_stand_then_beside_now()
    {
        Clock.Advance(TimeSpan.FromDays(3));
        await Item("Refund 88213");
        _counted.Add(Happening.WentStale, Engine.Picture.Seq, 12);
        _counted.Levels = [new LevelThen("replies", Measure.Queued, 4), new LevelThen("replies", Measure.StaleNow, 2)];

        var page = Open("?hours=24");

        Assert.Contains("was 24", page.FindAll(".figures small").Select(Read));
        Assert.Contains("was 0", page.FindAll(".figures small").Select(Read));
        Assert.Equal("12 was 24", Read(page.Find("[data-what=WentStale] header .push")));
        Assert.Equal(["replies", "4", "1", "−3", "0 was 2"], page.Find("[data-then=replies]").Children.Select(Read));
    }

    [Fact]
    public void Where_there_was_no_queue_yet_nothing_is_compared()
    {
        _counted.Add(Happening.WentStale, 1, 12);
        var page = Open("?hours=24");
        Assert.All(page.FindAll(".figures small"), small => Assert.Equal("", Read(small)));
        Assert.Empty(page.FindAll("[data-queues-then]"));
    }

    [Fact]
    public void With_nothing_to_tell_it_says_so_and_begins_eight_hours_ago()
    {
        var page = Open();
        Assert.Contains("Nothing that needs telling", page.Markup, StringComparison.Ordinal);
        Assert.Equal(["8 hours"], page.FindAll(".views [aria-current=true]").Select(Read));
        Assert.Equal(Clock.GetUtcNow().AddHours(-8), _counted.Since);
    }

    [Fact]
    public void A_named_instant_is_where_it_begins_and_nothing_is_counted_further_back_than_ninety_days()
    {
        Open("?from=" + Clock.GetUtcNow().AddHours(-3).ToUnixTimeSeconds());
        Assert.Equal(Clock.GetUtcNow().AddHours(-3).ToUnixTimeSeconds(), _counted.Since.ToUnixTimeSeconds());
        Services.GetRequiredService<NavigationManager>().NavigateTo("/since?from=1");
        Render<Since>();
        Assert.Equal(Clock.GetUtcNow().AddDays(-90), _counted.Since);
    }

    [Fact]
    public void Until_it_is_written_down_it_says_that_and_draws_no_figure()
    {
        _counted.IsReady = false;
        var page = Open();
        Assert.Contains("is being written down", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".figures a"));
    }

    [Fact]
    public async Task Each_figure_leads_to_a_history_that_lists_just_those_events()
    {
        var item = await Item("Refund 88213");
        await Do(Priya, new ItemCommand.Park(item, "Later."));
        await Do(Priya, new ItemCommand.Unpark(item, "Now."));
        await Do(Priya, new ItemCommand.Snooze(item, Clock.GetUtcNow().AddHours(1), "Not yet."));
        await Do(Priya, new QueueCommand.PauseQueue("replies", "Fire drill."));
        await Do(Priya, new QueueCommand.ResumeQueue("replies"));
        var written = Engine.Picture.Read(at => at.Seq);
        foreach (var recorded in TheJournal.ReadAfter(0).Where(r => r.Seq <= written))
        {
            if (HappeningTypes.Of(recorded.Event.Type) is { } what)
                _counted.Add(what, recorded.Seq);
        }

        var kinds = Open("?hours=24").FindAll("[data-what] header a").Select(a => a.GetAttribute("href")!).ToList();

        Assert.Equal(3, kinds.Count); // Parked, paused and resumed, and the queue that was made.
        foreach (var address in kinds)
        {
            Services.GetRequiredService<NavigationManager>().NavigateTo("/" + address);
            var history = Render<History>();
            var types = address.Split("type=")[1].Split('&')[0].Split(',');
            Assert.Equal(
                TheJournal.ReadAfter(0).Where(r => types.Contains(r.Event.Type)).Select(r => r.Seq).Order(),
                history
                    .FindAll(".timeline [data-seq]")
                    .Select(e =>
                        long.Parse(e.GetAttribute("data-seq")!, System.Globalization.CultureInfo.InvariantCulture)
                    )
                    .Order()
            );
        }
    }

    private sealed class Counted : IProjections
    {
        private readonly List<Happened> _happened = [];
        public bool IsReady { get; set; } = true;
        public DateTimeOffset Since { get; private set; }
        public ControlSurface.Core.Engine.Engine? Engine { get; set; }
        public long Seq => Engine?.Picture.Seq ?? 0;
        public IReadOnlyList<LevelThen> Levels { get; set; } = [];

        public void Add(Happening what, long seq, long count = 1)
        {
            if (_happened.FindIndex(one => one.What == what) is >= 0 and var k)
                _happened[k] = new Happened(what, _happened[k].Count + count, [seq, .. _happened[k].Newest]);
            else
                _happened.Add(new Happened(what, count, [seq]));
        }

        public IReadOnlyList<Happened> HappenedSince(
            DateTimeOffset since,
            DateTimeOffset? until,
            IReadOnlyList<string>? queues,
            int most
        )
        {
            if (until is not null)
                return [.. _happened.Select(one => one with { Count = one.Count * 2 })];
            Since = since;
            return IsReady ? _happened : throw new ProjectionsNotReadyException();
        }

        public Waits WaitsSince(
            DateTimeOffset from,
            DateTimeOffset? before,
            bool byDay,
            IReadOnlyList<string>? queues
        ) => Waits.None;

        public IReadOnlyList<LevelThen> CountsIn(IReadOnlyList<string> queues, DateTimeOffset at) => [];

        public IReadOnlyList<LevelThen> LevelsAt(IReadOnlyList<string> queues, DateTimeOffset at) => Levels;

        public IReadOnlyList<HourLevel> QueuedByHour(IReadOnlyList<string> queues, DateTimeOffset from) => [];

        public Task<FoundPage> SearchAsync(SearchQuery query, CancellationToken abandoned) =>
            throw new ProjectionsNotReadyException();

        public IReadOnlyList<Figure> FiguresOf(string queue, DateTimeOffset from, bool byDay) => [];

        public IReadOnlyList<Figure> LevelsBefore(string queue, DateTimeOffset from) => [];

        public IReadOnlyList<TermUse> TermsOf(string queue, DateTimeOffset since, int most) => [];

        public IReadOnlyList<TimeSpan> ReviewWaitsOf(string queue, DateTimeOffset since, int most) => [];
    }
}
