using System.Collections.Concurrent;
using System.Diagnostics;
using Bunit;
using ControlSurface.Components;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Pages.Parts;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class The_board_as_it_changes : LiveHouse
{
    [Fact]
    public async Task A_row_turns_stale_without_a_reload()
    {
        var item = await Item("Reply to ticket 88213");
        await Work(item, leaseSeconds: 60);
        var page = Render<Now>();
        Assert.Equal("leased", page.Find($"[data-item='{item}']").GetAttribute("data-state"));

        Clock.Advance(TimeSpan.FromSeconds(61));

        page.WaitForAssertion(() =>
            Assert.Equal("stale", page.Find($"[data-item='{item}']").GetAttribute("data-state"))
        );
    }

    [Fact]
    public async Task A_claim_appears_and_a_completion_goes()
    {
        var page = Render<Now>();
        Assert.Equal("Nothing is owned", Read(page.Find(".empty h2")));
        var item = await Item("Reply to ticket 88213");

        var lease = await Work(item);
        page.WaitForAssertion(() => Assert.Equal("step 3 of 5 · 0 s ago", Read(page.Find(".row").Children[4])));

        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, null, LeaveOpen: false));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".row")));
    }

    [Fact]
    public async Task A_page_with_a_bug_keeps_no_other_page_from_its_changes()
    {
        var live = Services.GetRequiredService<LiveFanOut>();
        using var broken = live.Follow(_ => throw new InvalidOperationException("a bug"), () => Task.CompletedTask);
        var page = Render<Now>();

        foreach (var title in new[] { "First", "Second" })
        {
            var item = await Item(title);
            await Work(item);
            page.WaitForAssertion(() => Assert.Single(page.FindAll($".row[data-item='{item}']")));
        }
    }

    [Fact]
    public async Task Stale_work_comes_first_then_what_ends_first_then_stopped_clocks()
    {
        var late = await Item("Ends late");
        var soon = await Item("Ends soon");
        var held = await Item("Stopped");
        var gone = await Item("Went stale");
        await Work(gone, leaseSeconds: 10);
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Work(late, leaseSeconds: 300);
        await Work(soon, leaseSeconds: 100);
        var stopped = await Work(held);
        await Do(Agent, new LeaseCommand.Suspend(stopped.Id, "7f3", stopped.Token, HolderReason.Blocked, null));

        var page = Render<Now>();

        Assert.Equal(
            [gone.Text, soon.Text, late.Text, held.Text],
            page.FindAll(".row").Select(row => row.GetAttribute("data-item"))
        );
    }

    [Fact]
    public async Task Filters_stand_in_the_address_and_an_empty_answer_says_what_was_asked()
    {
        var vip = await Item("Reply to ticket 88236", labels: ["VIP"]);
        var other = await Item("Reply to ticket 88240");
        await Work(vip);
        await Work(other, by: Jun, run: null);

        Go("?label=VIP");
        Assert.Equal([vip.Text], Rows(Render<Now>()));
        Go("?view=people");
        Assert.Equal([other.Text], Rows(Render<Now>()));
        Go("?q=88236");
        Assert.Equal([vip.Text], Rows(Render<Now>()));
        Go("?q=nothing");
        Assert.Equal("No open work matches “nothing”", Read(Render<Now>().Find(".empty h2")));
    }

    [Fact]
    public async Task What_is_owned_by_nobody_can_be_asked_for_by_its_state()
    {
        var item = await Item("Reply to ticket 88213");
        Go("?state=queued");

        var row = Render<Now>().Find(".row");

        Assert.Equal((item.Text, "queued"), (row.GetAttribute("data-item"), row.GetAttribute("data-state")));
    }

    [Fact]
    public async Task Menu_and_seq_follow_with_the_page()
    {
        var frame = Services.GetRequiredService<FrameState>();
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        frame.Changed += (_, _) =>
        {
            if (frame.View.Counts.GetValueOrDefault("./") == 1)
                shown.TrySetResult();
        };
        Render<Now>();
        await Work(await Item("Reply to ticket 88213"));

        await shown.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, frame.View.Counts["./"]);
        Assert.InRange(frame.View.Seq, 1, Engine.Picture.Seq);
        Assert.Equal("support", frame.View.YourRole);
    }

    [Fact]
    public async Task A_commit_that_is_not_on_the_page_draws_nothing()
    {
        var item = await Item("Reply to ticket 88213");
        await Work(item);
        var other = await Item("Another");
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));
        var drawn = page.RenderCount;

        await Do(Priya, Note(other));
        await Do(Priya, Note(item));

        page.WaitForAssertion(() =>
            Assert.Contains("Look at this", page.Find(".side").TextContent, StringComparison.Ordinal)
        );
        Assert.Equal(drawn + 1, page.RenderCount);
    }

    [Fact]
    public async Task A_commit_in_one_queue_draws_that_group_alone()
    {
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), IfSeq: null));
        await Work(await Item("Refund an order", "refunds"));
        var lease = await Work(await Item("Reply to ticket 88213"));
        var page = Render<Now>();
        var groups = page.FindComponents<WorkGroupPart<WorkRowView>>()
            .ToDictionary(group => group.Instance.Group.Name, StringComparer.Ordinal);
        var (drawn, others) = (groups["replies"].RenderCount, groups["refunds"].RenderCount);

        await Do(Agent, new LeaseCommand.Suspend(lease.Id, "7f3", lease.Token, HolderReason.Blocked, Note: null));

        page.WaitForAssertion(() =>
        {
            Assert.Equal("suspended", page.Find($".row[data-item='{lease.Item}']").GetAttribute("data-state"));
            Assert.NotEqual(drawn, groups["replies"].RenderCount);
        });
        Assert.Equal(others, groups["refunds"].RenderCount);
    }

    [Fact]
    public async Task Whoever_ends_sees_nothing_from_then_on()
    {
        await Work(await Item("Reply to ticket 88213"));
        var page = Render<Now>();
        Assert.NotEmpty(page.FindAll(".row"));

        await Do(
            PrincipalId.System,
            new PrincipalCommand.Sync(
                new Principal(Mara, "Mara Lindqvist", PrincipalKind.Person, Roles.Support, null, PrincipalState.Ended)
            )
        );

        page.WaitForAssertion(() => Assert.Equal("Sign in to see this", Read(page.Find(".empty h2"))));
    }

    [Fact]
    public async Task Nobody_sees_nothing()
    {
        Viewer = null;
        await Work(await Item("Reply to ticket 88213"));

        Assert.DoesNotContain("88213", Render<Now>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_commits_are_a_few_drawings_and_the_last_one_is_seen()
    {
        var lease = await Work(await Item("Reply to ticket 88213"));
        var page = Render<Now>();
        // The frame is shown anew with each drawing: the seq in it has moved.
        var drawn = 0;
        Services.GetRequiredService<FrameState>().Changed += (_, _) => Interlocked.Increment(ref drawn);
        var watch = Stopwatch.StartNew();

        for (var i = 1; i <= 200; i++)
            await Do(Agent, new LeaseCommand.Renew(lease.Id, "7f3", lease.Token, new ProgressNote($"page {i}", null)));

        page.WaitForAssertion(() => Assert.Contains("page 200", Read(page.Find(".row")), StringComparison.Ordinal));
        Assert.InRange(Volatile.Read(ref drawn), 1, (int)(watch.Elapsed / LiveFanOut.Pause) + 2);
    }

    [Fact]
    public async Task Whoever_is_limited_to_queues_sees_no_other()
    {
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), IfSeq: null));
        var refund = await Item("Refund order 5518", "refunds");
        var reply = await Item("Reply to ticket 88213");
        await Work(refund);
        await Work(reply);
        await Do(
            PrincipalId.System,
            new PrincipalCommand.Sync(
                new Principal(
                    Mara,
                    "Mara Lindqvist",
                    PrincipalKind.Person,
                    Roles.Support,
                    ["refunds"],
                    PrincipalState.Active
                )
            )
        );

        Assert.Equal([refund.Text], Rows(Render<Now>()));
        Assert.DoesNotContain(
            "88213",
            Render<ItemPage>(p => p.Add(x => x.Id, reply.Text)).Markup,
            StringComparison.Ordinal
        );
        Assert.Equal(["refunds"], Render<Queues>().FindAll(".row .row-title").Select(Read));
        Assert.DoesNotContain(reply.Text, Render<History>().FindAll(".timeline li a").Select(Read));
    }

    [Fact]
    public async Task A_part_of_a_page_is_looked_at_no_second_time_while_nothing_changes()
    {
        var live = Services.GetRequiredService<LiveFanOut>();
        var told = new ConcurrentBag<ItemId>();
        var drawn = 0;
        // It shows no seq, and so is drawn every two seconds.
        using var beside = live.Follow(Told, () => Task.FromResult(Interlocked.Increment(ref drawn)));
        var item = await Item("Reply to ticket 88213");
        Assert.True(SpinWait.SpinUntil(() => told.Contains(item), DefaultWaitTimeout));
        var part = Render<CountedPeek>(p => p.Add(x => x.Item, item.Text));
        GoesRoundTwice(); // a round that was under way when the part began to follow is over
        var looks = part.Instance.Looks;

        GoesRoundTwice();

        Assert.Equal(looks, part.Instance.Looks);

        void GoesRoundTwice()
        {
            var before = Volatile.Read(ref drawn);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref drawn) >= before + 2, DefaultWaitTimeout));
        }

        bool Told(Touched touched)
        {
            foreach (var one in touched.Items)
                told.Add(one);
            return true;
        }
    }

    [Fact]
    public async Task A_page_that_is_left_is_followed_no_more()
    {
        var live = Services.GetRequiredService<LiveFanOut>();
        Render<Now>();
        Assert.NotEqual(0, live.Count);

        await DisposeComponentsAsync();

        Assert.Equal(0, live.Count);
    }

    private void Go(string query) => Services.GetRequiredService<NavigationManager>().NavigateTo("/" + query);

    private static IEnumerable<string?> Rows(IRenderedComponent<Now> page) =>
        page.FindAll(".row").Select(row => row.GetAttribute("data-item"));

    private static NoteCommand.Add Note(ItemId item) => new(item, "Look at this", "everyone", NoteKind.Note);

    private sealed class CountedPeek : Peek
    {
        private int _looks;

        internal int Looks => Volatile.Read(ref _looks);

        protected override ItemPageView? Look()
        {
            Interlocked.Increment(ref _looks);
            return base.Look();
        }
    }
}
