using Bunit;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Core.Runs;
using ControlSurface.Core.Workspaces;
using ControlSurface.Pages;

namespace Ui.Tests;

public class What_a_run_holds : ReviewHouse
{
    private IRenderedComponent<RunPage> Open(string run = "7f3") => Render<RunPage>(p => p.Add(x => x.Name, run));

    [Fact]
    public async Task The_page_shows_its_work_its_locks_and_what_it_published_and_nothing_of_another_run()
    {
        var piece = await Made();
        var lease = await Work(await Item("Refund 88213"), run: "7ef");
        await Do(
            Agent,
            new LockCommand.Acquire(
                lease.Id,
                "7ef",
                lease.Token,
                [new RequestedLock("crm:order/88213", LockMode.Exclusive)],
                0,
                OverStale: false
            )
        );
        var other = await Work(await Item("Another's"), run: "8a0");

        var page = Open("7ef");

        var rows = page.FindAll("[data-item]").Select(r => r.GetAttribute("data-item")).ToList();
        Assert.Contains(lease.Item.Text, rows);
        Assert.Contains(piece.Item.Text, rows);
        Assert.DoesNotContain(other.Item.Text, rows);
        Assert.Contains("crm:order/88213", page.Markup, StringComparison.Ordinal);
        Assert.Contains("version 1", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_it_says_what_is_released_and_then_releases_just_that()
    {
        Viewer = Mara;
        var (first, second) = (await Work(await Item("One")), await Work(await Item("Two")));
        var other = await Work(await Item("Three"), run: "8a0");
        var page = Open();

        await page.Find("[data-do=end_run]").ClickAsync(new());

        var question = Read(page.Find("dialog"));
        Assert.Contains($"{first.Item} is released", question, StringComparison.Ordinal);
        Assert.Contains($"{second.Item} is released", question, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Item.Text, question, StringComparison.Ordinal);

        await page.Find("dialog textarea").InputAsync("It repeats itself");
        await page.Find("dialog [data-do='confirm:end_run']").ClickAsync(new());

        Assert.Equal("ended", page.Find("[data-principal]").GetAttribute("data-state"));
        Assert.Contains("It repeats itself", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-do=end_run]"));
        Assert.True(Engine.Picture.Read(at => at.FindLease(other.Id)!.IsLive));
        Assert.Equal(EndedAs.RunEnded, Engine.Picture.Read(at => at.FindLease(first.Id)!.EndedAs));
    }

    [Fact]
    public async Task It_is_asked_to_hand_off_all_that_it_holds_once()
    {
        Viewer = Mara;
        var (first, second) = (await Work(await Item("One")), await Work(await Item("Two")));
        var other = await Work(await Item("Three"), run: "8a0");
        var page = Open();
        Assert.Equal("Ask it to hand off all 2", Read(page.Find("[data-do=ask_release]")));

        await page.Find("[data-do=ask_release]").ClickAsync();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-do=ask_release]")));
        Assert.Contains(
            "asked to hand off 2 items",
            Read(page.Find("[data-ends] [role=status]")),
            StringComparison.Ordinal
        );
        Assert.Equal([1, 1, 0], new[] { first, second, other }.Select(Requests));
        Assert.True(Engine.Picture.Read(at => at.FindLease(first.Id)!.IsLive));

        int Requests(Lease lease) =>
            Engine.Picture.Read(at =>
                at.FindItem(lease.Item)!.Notes.Count(note => note is { Kind: NoteKind.ReleaseRequest, To: "holder" })
            );
    }

    [Fact]
    public async Task Its_figures_lead_to_its_panels_and_the_lives_of_its_items_share_one_line_of_time()
    {
        var one = await Item("One");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var lease = await Work(one);
        await Lock(lease, waitSeconds: 0);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await Work(await Item("Two"));

        var page = Open();

        var figures = page.FindAll(".figures a")
            .ToDictionary(a => Read(a.QuerySelector(".label")!), StringComparer.Ordinal);
        Assert.StartsWith("2", Read(figures["Holds"].QuerySelector(".value")!), StringComparison.Ordinal);
        Assert.StartsWith("1", Read(figures["Locks"].QuerySelector(".value")!), StringComparison.Ordinal);
        foreach (var name in new[] { "Holds", "Locks" })
            Assert.NotNull(page.Find("#" + figures[name].GetAttribute("href")!.Split('#')[1]));
        Assert.Equal(
            [one.Text, Engine.Picture.Read(at => at.HeldBy(Agent).Last().Id.Text)],
            page.FindAll(".lanes li > a").Select(Read)
        );
        // Queued for a minute, then in work; what came later begins further right.
        Assert.Equal(
            ["idle", "work"],
            page.FindAll(".lanes li")[0].QuerySelectorAll(".lane > span").Select(span => span.ClassName)
        );
        Assert.Contains("In work", page.Find(".lane").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_follows_the_run_as_it_goes_on()
    {
        await Work(await Item("One"));
        var page = Open();

        var next = await Work(await Item("Two"));

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll($"[data-item={next.Item}]")));
    }

    [Fact]
    public async Task Two_agents_with_a_run_of_the_same_name_are_told_apart()
    {
        await Know(new PrincipalId(77), "second-agent", PrincipalKind.Agent, Roles.Agent);
        await Work(await Item("One"));
        await Work(await Item("Two"), new PrincipalId(77));

        var page = Open();

        Assert.Equal(
            [Agent.Text, "U-77"],
            page.FindAll("[data-principal]").Select(r => r.GetAttribute("data-principal")).Order()
        );
    }

    [Fact]
    public async Task Who_may_not_end_it_is_offered_no_button_and_a_run_that_is_not_there_is_said_to_be_none()
    {
        await Work(await Item("One"));
        Viewer = Rita;

        Assert.Empty(Open().FindAll("[data-do=end_run]"));
        Assert.Contains("There is no run nobody", Open("nobody").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_limited_to_queues_sees_only_what_it_holds_there_and_no_run_that_holds_nothing_there()
    {
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), null));
        var theirs = await Work(await Item("Theirs", "refunds"));
        var hidden = await Work(await Item("Hidden"));
        await Work(await Item("Elsewhere"), run: "8a0");
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

        var page = Open();

        Assert.NotEmpty(page.FindAll($"[data-item={theirs.Item}]"));
        Assert.DoesNotContain(hidden.Item.Text, page.Markup, StringComparison.Ordinal);
        Assert.Contains("1 more in queues that you do not see", page.Markup, StringComparison.Ordinal);
        Assert.Contains("There is no run 8a0", Open("8a0").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ending_it_does_stands_beside_the_button_and_the_question_says_the_same()
    {
        await Do(Priya, new QueueCommand.Set("once", new PolicyChange { MaxAttempts = 1 }, null));
        Viewer = Mara;
        var again = await Work(await Item("Again"));
        var last = await Work(await Item("Last attempt", "once"));
        await Lock(again, waitSeconds: 0);
        await Lock(await Work(await Item("Behind it"), run: "2c1"), waitSeconds: 50);

        var page = Open();
        var said = Lines(page.Find("[data-ends]"));

        Assert.Contains($"{again.Item} is released, in replies.", said);
        Assert.Contains(
            said,
            line =>
                line.StartsWith($"{last.Item} is parked, in once.", StringComparison.Ordinal)
                && line.Contains("used up its 1 attempt", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line =>
                line.StartsWith("1 lock is freed.", StringComparison.Ordinal)
                && line.Contains("run 2c1 waits for crm:order/88213", StringComparison.Ordinal)
        );

        await page.Find("[data-do=end_run]").ClickAsync(new());
        Assert.Equal(said, Lines(page.Find("dialog")));
        await page.Find("dialog textarea").InputAsync("It repeats itself");
        await page.Find("dialog [data-do='confirm:end_run']").ClickAsync(new());

        Assert.NotNull(Engine.Picture.Read(at => at.FindItem(last.Item)!.Parked));
        Assert.Empty(page.FindAll("[data-ends]"));

        static List<string> Lines(AngleSharp.Dom.IElement of) => [.. of.QuerySelectorAll(".lines li").Select(Read)];
    }

    [Fact]
    public async Task A_review_of_its_work_stays_open_and_is_what_the_work_waits_for()
    {
        var piece = await Asked("Reply to ticket 88190");
        Viewer = Mara;

        var page = Open("7ef");

        Assert.Contains(
            "The review of Reply to ticket 88190, version 1, stays open.",
            Read(page.Find("[data-ends]")),
            StringComparison.Ordinal
        );
        var row = page.Find($"[data-item={piece.Item}]");
        Assert.Contains("a review of Reply to ticket 88190", Read(row), StringComparison.Ordinal);
        Assert.Empty(row.QuerySelectorAll(".owner"));
        Assert.Contains("Waits for", page.FindAll("[role=columnheader]").Select(Read));
    }

    [Fact]
    public async Task What_its_work_waits_for_stands_in_one_panel_with_the_way_to_each_and_goes_as_it_comes()
    {
        Viewer = Mara;
        await Do(Priya, new QueueCommand.Set("once", new PolicyChange { MaxAttempts = 1 }, null));
        var reviewed = await Asked("Reply to ticket 88190");
        var (noted, asks) = (await Work(await Item("Notes"), run: "7ef"), await Work(await Item("Asks"), run: "7ef"));
        await Do(Agent, new NoteCommand.Add(asks.Item, "May I tell the amount?", "everyone", NoteKind.Question));
        foreach (var (lease, note) in new[] { (noted, "Which order?"), (asks, null) })
            await Do(Agent, new LeaseCommand.Suspend(lease.Id, "7ef", lease.Token, HolderReason.WaitingOnHuman, note));
        var blocked = await Work(await Item("Blocked"), run: "7ef");
        await Do(Agent, new LeaseCommand.Suspend(blocked.Id, "7ef", blocked.Token, HolderReason.Blocked, null));
        var last = await Work(await Item("Last attempt", "once"), run: "7ef");
        await Do(Agent, new LeaseCommand.Release(last.Id, "7ef", last.Token, "no", ReleaseOutcome.Failed, null));
        await Lock(await Work(await Item("Has it"), run: "8a0"), waitSeconds: 0);
        await Lock(await Work(await Item("Wants it"), run: "7ef"), waitSeconds: 50);

        var page = Open("7ef");

        Assert.Equal(
            [
                "A review of Reply to ticket 88190, version 1",
                "Which order?",
                "May I tell the amount?",
                "Somebody to take it up again",
                "crm:order/88213",
                "What blocks it",
            ],
            Lines()
        );
        Assert.StartsWith(
            $"artifacts/{reviewed.Id}",
            page.Find("[id^=waits-] a").GetAttribute("href"),
            StringComparison.Ordinal
        );
        var figure = page.FindAll(".figures a")
            .Single(a => Read(a).StartsWith("Waits for people", StringComparison.Ordinal));
        Assert.NotNull(page.Find("#" + figure.GetAttribute("href")!.Split('#')[1] + ".panel"));

        await Do(Priya, new ItemCommand.Unpark(last.Item, "Once more."));
        await Do(Mara, new NoteCommand.Acknowledge(asks.Item, 1, "Tell them."));
        page.WaitForAssertion(() =>
            Assert.Equal(
                ["A review of Reply to ticket 88190, version 1", "Which order?", "crm:order/88213", "What blocks it"],
                Lines()
            )
        );

        IEnumerable<string> Lines() => page.FindAll("[id^=waits-] li .grow > :first-child").Select(Read);
    }

    [Fact]
    public async Task A_conflict_about_its_work_is_among_what_it_waits_for()
    {
        var piece = await Made("Help page", "one\ntwo\n");
        await PublishAs(piece, Rita, "one\nthree\n", onto: 1, token: null, run: null);
        await PublishAs(piece, Agent, "one\nfour\n", onto: 1, piece.Lease.Token, "7ef");
        Viewer = Mara;

        var line = Open("7ef").Find("[id^=waits-] li");

        var conflict = Engine.Picture.Read(at => at.OpenConflicts.Single());
        Assert.Equal($"conflicts/{conflict.Id}", line.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains($"{piece.Item}, {conflict.Id}", Read(line), StringComparison.Ordinal);
    }

    private Task Lock(Lease lease, int waitSeconds)
    {
        var command = new LockCommand.Acquire(
            lease.Id,
            lease.Holder.Run,
            lease.Token,
            [new RequestedLock("crm:order/88213", LockMode.Exclusive)],
            waitSeconds,
            OverStale: false
        );
        var sent = Engine.SendAsync(
            new Request(command, new Caller(lease.Holder.Id)) { Wait = TimeSpan.FromSeconds(waitSeconds) }
        );
        return waitSeconds == 0 ? sent : Engine.AskAsync((_, _) => true);
    }
}
