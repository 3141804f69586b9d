using System.Globalization;
using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using ControlSurface.Storage.Projections;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>A figure leads to just what it counted, a rate is over what was measured, and an empty list says what it left out.</summary>
public class Figures_and_what_they_count : ReviewHouse
{
    public Figures_and_what_they_count()
    {
        Viewer = Priya;
        Services.AddSingleton<IProjections>(at => new WrittenProjections(at.GetRequiredService<IJournal>()));
    }

    // Work in every state that a figure counts, in two queues.
    private async Task Busy()
    {
        await Do(Priya, new QueueCommand.Set("other", new PolicyChange(), IfSeq: null));
        await Do(Priya, new QueueCommand.Set("quiet", new PolicyChange(), IfSeq: null));
        await Work(await Item("Owned by an agent"), run: "7f1");
        await Work(await Item("Owned by a person"), by: Jun, run: null);
        await Work(await Item("Elsewhere", "other"), run: "7f2");
        await Item("Queued one");
        await Item("Queued two");
        await Item("Queued elsewhere", "other");
        var parked = await Item("Parked");
        await Do(Priya, new ItemCommand.Park(parked, "later"));
        var blocked = await Item("Blocked");
        await Do(
            Priya,
            new ItemCommand.Edit(blocked, Engine.Picture.Read(at => at.FindItem(blocked)!.Seq))
            {
                DependsOn = new(true, [parked.Text]),
                Why = "it waits",
            }
        );
        var done = await Item("Done");
        var lease = await Work(done, run: "7f3");
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, Result: null, LeaveOpen: false));
        await Asked("Waits for review");
        var ambiguous = await Asked("Nobody knows", action: "send:1");
        await Decide(Rita, ambiguous);
        await Do(Agent, new ActionCommand.Begin("send:1", "7ef", ambiguous.Lease.Token, "permit-1"));
        await Do(
            Agent,
            new ActionCommand.Fail(
                "send:1",
                "permit-1",
                "7ef",
                "the line broke",
                ControlSurface.Core.Actions.FailureEffect.Unknown
            )
        );
        await Do(Priya, new QueueCommand.PauseQueue("quiet", "audit"));
    }

    private IRenderedComponent<IComponent> Led(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var path = address.Split('?')[0];
        return path switch
        {
            "/" or "./" => (IRenderedComponent<IComponent>)Render<Now>(),
            "desk" => Render<Desk>(),
            "conflicts" => Render<Conflicts>(),
            "review" => Render<ReviewPage>(),
            "queues" => Render<Queues>(),
            "history" => Render<History>(),
            "locks" => Render<Locks>(),
            "waits" => Render<WaitsPage>(),
            "since" => Render<Since>(),
            _ => throw new InvalidOperationException($"A figure leads to {address}, which nobody walks."),
        };
    }

    private static int Listed(IRenderedComponent<IComponent> page, string address) =>
        address.Split('?')[0] switch
        {
            "history" => page.FindAll(".timeline [data-seq]").Count,
            "locks" => page.FindAll("#lock-waits tbody tr").Count,
            "desk" => page.FindAll("a[data-item]").Count,
            _ => page.FindAll(".row").Count,
        };

    private async Task<List<string>> Walk(IRenderedComponent<IComponent> page)
    {
        var wrong = new List<string>();
        var figures = page.FindAll(".figures a")
            .Select(a =>
                (
                    Label: Read(a.QuerySelector(".label")!),
                    Value: a.QuerySelector(".value")!.FirstChild!.TextContent.Trim(),
                    Href: a.GetAttribute("href")!
                )
            )
            .ToList();
        Assert.NotEmpty(figures);
        foreach (var (label, value, href) in figures)
        {
            // A rate counts nothing: it leads to what arrived.
            if (!int.TryParse(value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var counted))
                counted = -1;
            if (label == "Arrived per minute")
                continue;
            var listed = Listed(Led(href), href);
            if (listed != counted)
                wrong.Add($"{label}: counts {value}, {href} lists {listed}");
        }
        await DisposeComponentsAsync();
        return wrong;
    }

    [Fact]
    public async Task Found_6_11_the_figures_of_now_list_what_they_count()
    {
        await Busy();
        Assert.Empty(await Walk(Led("/")));
    }

    [Fact]
    public async Task Found_6_11_the_figures_of_the_queues_list_what_they_count()
    {
        await Busy();
        Assert.Empty(await Walk(Led("queues")));
    }

    [Fact]
    public async Task Found_6_11_the_figures_of_one_queue_list_what_they_count()
    {
        await Busy();
        var page = Render<QueuePage>(p => p.Add(x => x.Name, "replies"));
        Assert.Empty(await Walk((IRenderedComponent<IComponent>)page));
    }

    // Work that waits for each cause, in two queues and in none, beside work that stands in the same state for another reason.
    private async Task Waiting()
    {
        await Busy();
        var fell = await Asked("Fell");
        await Decide(Rita, fell);
        await Do(Agent, new LeaseCommand.Start(fell.Lease.Id, "7ef", fell.Lease.Token));
        await Publish(fell, "another\n");
        foreach (var queue in new[] { "replies", "other" })
        {
            var asks = await Work(await Item("Asks", queue), run: "7f5");
            await Do(
                Agent,
                new LeaseCommand.Suspend(asks.Id, "7f5", asks.Token, HolderReason.WaitingOnHuman, "Which?")
            );
            await Work(await Item("Stands at a pause", queue), run: "7f6");
        }
        await Do(Priya, new QueueCommand.Set("other", new PolicyChange { MaxAttempts = 1 }, IfSeq: null));
        var tried = await Work(await Item("Tried", "other"), run: "7f7");
        await Do(
            Agent,
            new LeaseCommand.Release(tried.Id, "7f7", tried.Token, "no", ReleaseOutcome.Failed, RetryAfterSeconds: null)
        );
        var broad = await Work(await Item("Has the lock"), run: "7f8");
        await Ask(broad, ["repo:web"]);
        await Ask(await Work(await Item("Waits for two"), run: "7f9"), ["repo:web/src", "repo:web/tests"], wait: 30);
        await Ask(await Work(await Item("Waits elsewhere", "other"), run: "7fa"), ["repo:web/docs"], wait: 30);
        await Do(Priya, new QueueCommand.PauseQueue("other", "audit"));
        Clock.Advance(TimeSpan.FromSeconds(10));
    }

    private Task Ask(Lease lease, string[] targets, int wait = 0)
    {
        var locks = new LockCommand.Acquire(
            lease.Id,
            lease.Holder.Run,
            lease.Token,
            [.. targets.Select(target => new RequestedLock(target, LockMode.Exclusive))],
            wait,
            OverStale: false
        );
        var sent = Engine.SendAsync(
            new Request(locks, new Caller(lease.Holder.Id)) { Wait = TimeSpan.FromSeconds(wait) }
        );
        return wait == 0 ? sent : Engine.AskAsync((_, _) => true);
    }

    [Fact]
    public async Task The_figures_and_the_rows_of_where_it_waits_lead_to_what_waits_now()
    {
        await Waiting();
        var wrong = new List<string>();
        var counted = new HashSet<string>();
        foreach (var who in new[] { Priya, Rita })
        {
            Viewer = who;
            foreach (var address in new[] { "waits", "waits?queue=other", "waits?queue=replies", "waits?cause=lock" })
            {
                var page = Led(address);
                var causes = page.FindAll("#waits-by-cause tbody tr")
                    .Select(row => (Read(row), Read(row.Children[4]), row.Children[4].QuerySelector("a")));
                var rows = page.FindAll("#waits-by-queue tbody tr")
                    .Select(row => (Read(row), Read(row.Children[6]), row.Children[6].QuerySelector("a")));
                var asked = page.FindAll("#waits-for-whom tbody tr")
                    .Select(row => ("For " + Read(row), Read(row.Children[1]), row.Children[1].QuerySelector("a")));
                var holders = page.FindAll("#waits-holders tbody tr")
                    .Select(row => ("Of " + Read(row), Read(row.Children[2]), row.Children[2].QuerySelector("a")));
                foreach (var (name, said, link) in causes.Concat(rows).Concat(asked).Concat(holders).ToList())
                {
                    if (link is null)
                        continue; // None waits now.
                    var waits = int.TryParse(said.Split(' ')[0], CultureInfo.InvariantCulture, out var now) ? now : 0;
                    var href = link.GetAttribute("href")!;
                    var listed = Listed(Led(href), href);
                    counted.Add($"{name.Split(' ')[0]} {waits > 0}");
                    if (listed != waits)
                        wrong.Add($"{who}, {address}, {name}: {waits} wait now, {href} lists {listed}");
                }
                await DisposeComponentsAsync();
            }
        }
        Assert.Empty(wrong);
        foreach (var cause in new[] { "Review", "Question", "Conflict", "Lock", "Pause", "Attempts", "For", "Of" })
            Assert.Contains($"{cause} True", counted);
    }

    [Fact]
    public async Task The_figures_of_since_and_each_kind_list_what_happened()
    {
        await Waiting();
        var page = Led("since?hours=24");
        var kinds = page.FindAll("[data-what]")
            .Select(panel => (Of: panel.GetAttribute("data-what"), Count: panel.GetAttribute("data-count"), panel))
            .Select(kind => (kind.Of, kind.Count, Href: kind.panel.QuerySelector("header a")!.GetAttribute("href")!))
            .ToList();
        Assert.True(kinds.Count >= 6, string.Join(", ", kinds.Select(kind => kind.Of)));
        foreach (var (of, count, href) in kinds)
            Assert.Equal((of, count), (of, Listed(Led(href), href).ToString(CultureInfo.InvariantCulture)));
        Assert.Empty(await Walk(Led("since?hours=24")));
    }

    [Fact]
    public async Task The_counts_of_locks_are_those_of_its_lists_and_a_path_leads_to_the_patterns_that_it_sums()
    {
        await Waiting();
        var page = Led("locks");
        Assert.Equal(2, Listed(page, "locks"));
        Assert.Contains("1 lock, 2 requests waiting", page.Markup, StringComparison.Ordinal);
        Assert.Equal(1, Listed(Led("locks?queue=other"), "locks"));

        Clock.Advance(TimeSpan.FromSeconds(30));
        await Engine.AskAsync((_, _) => true);
        var sums = new List<int>();
        foreach (var from in (string[])["locks", "locks?queue=other", "locks?days=28d"])
        {
            foreach (var row in Led(from).FindAll("[data-panel=losses] [data-path]").ToList())
            {
                Services
                    .GetRequiredService<NavigationManager>()
                    .NavigateTo(row.QuerySelector("a")!.GetAttribute("href")!);
                var listed = Render<Runbook>();
                var waits = int.Parse(
                    row.QuerySelectorAll("td")[2].GetAttribute("data-value")!,
                    CultureInfo.InvariantCulture
                );
                var rows = listed.FindAll(".row[data-pattern]");
                Assert.Equal(waits, rows.Sum(one => int.Parse(Read(one.Children[3]), CultureInfo.InvariantCulture)));
                Assert.All(
                    rows,
                    one => Assert.Contains(row.GetAttribute("data-path")!, Read(one), StringComparison.Ordinal)
                );
                Assert.Contains($"{Words.Plural(waits, "wait")} ended since", listed.Markup, StringComparison.Ordinal);
                sums.Add(rows.Count);
            }
        }
        Assert.Contains(sums, count => count > 1);
        Assert.Contains(1, sums);
    }

    [Fact]
    public async Task The_counts_of_the_menu_and_of_the_tabs_are_those_of_the_lists_that_they_lead_to()
    {
        await Busy();
        // One review waits for a manager alone, one for nobody who is there, and an approval fell that nobody asked for again.
        var fell = await Asked("Fell");
        await Decide(Rita, fell);
        await Do(Agent, new LeaseCommand.Start(fell.Lease.Id, "7ef", fell.Lease.Token));
        await Publish(fell, "another\n");
        await Asked("For nobody", reviewers: ["agent"]);
        await Do(
            Priya,
            new QueueCommand.Set(
                "replies",
                new PolicyChange
                {
                    Approvals = new(
                        true,
                        [new ApprovalRule("money", new ApprovalWhen("helpdesk:", null, null, null), "manager", 1)]
                    ),
                },
                IfSeq: null
            )
        );
        var given = await Asked("Needs a manager", action: "send:2");
        await Decide(Tomas, given);
        foreach (var who in new[] { Priya, Rita, Tomas, Mara })
        {
            Viewer = who;
            foreach (var place in new[] { "./", "desk", "review", "conflicts" })
            {
                var page = Led(place);
                var counted = Services.GetRequiredService<FrameState>().View.Counts[place];
                Assert.True(counted == Listed(page, place), $"{who}, {place}: {counted}, {Listed(page, place)} listed");
                foreach (var (tab, count, href) in TabsOf(page))
                {
                    var listed = Listed(Led(href), href);
                    Assert.True(count == listed, $"{who}, {place}, {tab}: {count}, {listed} listed");
                }
            }
        }
    }

    private static List<(string Name, int Count, string Href)> TabsOf(IRenderedComponent<IComponent> page) =>
        [
            .. page.FindAll(".views a")
                .Where(tab => tab.QuerySelector("span") is not null)
                .Select(tab =>
                    (
                        Read(tab),
                        int.Parse(
                            tab.QuerySelector("span")!.TextContent,
                            NumberStyles.AllowThousands,
                            CultureInfo.InvariantCulture
                        ),
                        tab.GetAttribute("href")!
                    )
                ),
        ];

    [Fact]
    public async Task Found_6_10_a_filter_searches_all_that_is_open_and_an_empty_list_says_what_it_left_out()
    {
        await Busy();
        var queued = Led("/?q=" + Uri.EscapeDataString("queue:other")).FindAll("[data-item]");
        Assert.Equal(2, queued.Count);
        Assert.Equal(2, Led("/?queue=other").FindAll("[data-item]").Count);

        var none = Led("/?q=" + Uri.EscapeDataString("queue:quiet"));
        Assert.Equal("No open work matches “queue:quiet”", Read(none.Find(".empty h2")));
        Assert.Contains("completed or cancelled was not searched", Read(none.Find(".empty")), StringComparison.Ordinal);
        var offered = none.Find("[data-do=search_settled]").GetAttribute("href")!;
        Assert.Equal("./?q=" + Uri.EscapeDataString("state:completed,cancelled queue:quiet"), offered);
        Assert.Single(
            Led("/?q=" + Uri.EscapeDataString("state:completed,cancelled queue:replies")).FindAll("[data-item]")
        );
    }

    [Fact]
    public async Task Found_6_12_a_rate_is_over_the_time_that_was_measured_and_says_what_arrived_and_what_was_done()
    {
        for (var k = 0; k < 30; k++)
            await Item($"One of thirty, {k}");
        Clock.Advance(TimeSpan.FromMinutes(14.5));
        var lease = await Work(await Item("The last"), run: "7f4");
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f4", lease.Token, Result: null, LeaveOpen: false));

        var page = Led("queues");

        // 31 arrived and 1 was done in a quarter of an hour, whoever claimed them.
        var row = page.FindAll(".list .row").Single(r => Read(r).Contains("replies", StringComparison.Ordinal));
        Assert.Contains("124 in 4 out", Read(row), StringComparison.Ordinal);
        var figure = page.FindAll(".figures a").Single(a => Read(a.QuerySelector(".label")!) == "Arrived per minute");
        Assert.Equal(
            "2.1 done 0.07",
            Read(figure.QuerySelector(".value")!).Replace("1done", "1 done", StringComparison.Ordinal)
        );
    }
}
