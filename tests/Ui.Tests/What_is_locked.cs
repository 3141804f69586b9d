using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class What_is_locked : ReviewHouse
{
    private async Task<Lease> Locks(string title, string target, int wait = 0)
    {
        var lease = await Work(await Item(title));
        await Ask(lease, target, wait);
        return lease;
    }

    private Task Ask(Lease lease, string target, int wait = 0)
    {
        var command = new LockCommand.Acquire(
            lease.Id,
            lease.Holder.Run,
            lease.Token,
            [new RequestedLock(target, LockMode.Exclusive)],
            wait,
            OverStale: false
        );
        var sent = Engine.SendAsync(
            new ControlSurface.Core.Engine.Request(command, new Caller(lease.Holder.Id))
            {
                Wait = TimeSpan.FromSeconds(wait),
            }
        );
        return wait == 0 ? sent : Engine.AskAsync((_, _) => true);
    }

    [Fact]
    public async Task The_tree_shows_who_has_what_who_waits_behind_it_and_what_would_have_been_narrow_enough()
    {
        var broad = await Locks("Bump the image", "repo:web");
        var waits = await Locks("Fix a test", "repo:web/tests/checkout", wait: 30);

        var page = Render<Locks>();

        var rows = page.FindAll("[data-target]");
        Assert.Equal(["repo:web", "repo:web/tests/checkout"], rows.Select(r => r.GetAttribute("data-target")));
        Assert.Contains("depth-1", rows[1].ClassList);
        Assert.Contains(broad.Item.Text, Read(rows[0]), StringComparison.Ordinal);
        Assert.Contains("Others want only repo:web/tests/checkout", Read(rows[0]), StringComparison.Ordinal);
        Assert.Contains("waits since", Read(rows[1]), StringComparison.Ordinal);
        Assert.Contains(waits.Item.Text, Read(rows[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tree_is_filtered_by_words_of_a_target_an_item_or_a_holder()
    {
        var web = await Locks("Bump the image", "repo:web");
        await Locks("Bump the other", "repo:api");

        Assert.Equal(["repo:api"], Targets("?q=API"));
        Assert.Equal(["repo:web"], Targets($"?q={web.Item}"));
        Assert.Equal(["repo:api", "repo:web"], Targets("?q=reply-agent"));
        Assert.Empty(Targets("?q=nowhere"));

        IEnumerable<string?> Targets(string query)
        {
            Services.GetRequiredService<NavigationManager>().NavigateTo("/locks" + query);
            return Render<Locks>().FindAll("[data-target]").Select(row => row.GetAttribute("data-target"));
        }
    }

    [Fact]
    public async Task It_says_who_waits_for_whom_and_what_that_has_cost_in_a_named_period()
    {
        var broad = await Locks("Bump the image", "repo:web");
        var waits = await Locks("Fix a test", "repo:web/tests/checkout", wait: 30);
        var page = Render<Locks>();
        var pair = page.Find("#lock-waits tbody tr");
        Assert.Equal(waits.Item.Text, pair.GetAttribute("data-waits"));
        Assert.Contains(broad.Item.Text, Read(pair.Children[2]), StringComparison.Ordinal);
        Assert.Contains(
            "No wait for a lock has ended",
            Read(page.Find("[data-panel=losses]")),
            StringComparison.Ordinal
        );

        Clock.Advance(TimeSpan.FromSeconds(20));
        await Do(Agent, new LeaseCommand.Complete(broad.Id, broad.Holder.Run, broad.Token, null, LeaveOpen: false));

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("#lock-waits")));
        var loss = page.Find("[data-panel=losses] [data-path]");
        Assert.Contains("20 s lost", Read(loss), StringComparison.Ordinal);
        Assert.Contains("1 wait", Read(loss), StringComparison.Ordinal);
        Assert.Contains("replies", Read(loss), StringComparison.Ordinal);
        Assert.Equal("7 days", Read(page.Find("[data-panel=losses] a[aria-current]")));
        Clock.Advance(TimeSpan.FromDays(8));
        Assert.Contains(
            "No wait for a lock has ended",
            Read(Render<Locks>().Find("[data-panel=losses]")),
            StringComparison.Ordinal
        );
        Services.GetRequiredService<NavigationManager>().NavigateTo("/locks?days=28d");
        Assert.Single(Render<Locks>().FindAll("[data-panel=losses] [data-path]"));
    }

    [Fact]
    public async Task The_days_of_time_lost_begin_when_the_page_says()
    {
        var broad = await Locks("Bump the image", "repo:web");
        await Locks("Fix a test", "repo:web/tests/checkout", wait: 30);
        await Do(Agent, new LeaseCommand.Complete(broad.Id, broad.Holder.Run, broad.Token, null, LeaveOpen: false));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/locks?days=1d");
        var midnight = new DateTimeOffset(Clock.GetUtcNow().Date, TimeSpan.Zero);
        Assert.Contains($"have ended since {Words.At(midnight)}", Losses(), StringComparison.Ordinal);
        Assert.Contains("1 wait", Losses(), StringComparison.Ordinal);

        Clock.Advance(midnight.AddDays(1) - Clock.GetUtcNow());

        Assert.Contains(
            $"No wait for a lock has ended since {Words.At(midnight.AddDays(1))}",
            Losses(),
            StringComparison.Ordinal
        );

        string Losses() => Read(Render<Locks>().Find("[data-panel=losses]"));
    }

    [Fact]
    public async Task It_moves_by_itself_when_a_lock_is_let_go()
    {
        var broad = await Locks("Bump the image", "repo:web");
        await Locks("Fix a test", "repo:web/tests", wait: 30);
        var page = Render<Locks>();

        await Do(Agent, new LeaseCommand.Complete(broad.Id, broad.Holder.Run, broad.Token, null, LeaveOpen: false));

        page.WaitForAssertion(() =>
        {
            var row = page.FindAll("[data-target='repo:web/tests']").Single();
            Assert.Equal("0", row.GetAttribute("data-waiters"));
            Assert.Contains("exclusive", Read(row), StringComparison.Ordinal);
        });
        Assert.Contains("1 wait", Read(page.Find("[data-target='repo:web']")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_touches_a_target_is_shown_where_one_is_named()
    {
        await Locks("One", "repo:web/src");
        await Locks("Two", "crm:customer/4");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/locks?under=repo%3Aweb");

        var page = Render<Locks>();

        Assert.Equal(["repo:web/src"], page.FindAll("[data-target]").Select(r => r.GetAttribute("data-target")));
    }

    [Fact]
    public async Task The_locks_of_one_queue_show_what_is_in_their_way_without_the_waits_of_other_queues()
    {
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), IfSeq: null));
        var broad = await Locks("Bump the image", "repo:web");
        await Locks("Fix a test", "repo:web/tests/checkout", wait: 30);
        var refund = await Work(await Item("Refund order 5518", "refunds"));
        await Ask(refund, "repo:web/src", wait: 30);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/locks?queue=refunds");

        var page = Render<Locks>();

        var rows = page.FindAll("[data-target]");
        Assert.Equal(["repo:web", "repo:web/src"], rows.Select(r => r.GetAttribute("data-target")));
        Assert.Contains(broad.Item.Text, Read(rows[0]), StringComparison.Ordinal);
        Assert.Contains("Others want only repo:web/src:", Read(rows[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("lost so far", Read(rows[0]), StringComparison.Ordinal);
        Assert.Contains(broad.Item.Text, Read(page.Find("#lock-waits tbody tr").Children[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_item_and_the_handover_show_its_locks_and_who_waits_for_them()
    {
        Viewer = Mara;
        var broad = await Locks("Bump the image", "repo:web");
        await Locks("Fix a test", "repo:web/tests", wait: 30);

        var item = Render<ItemPage>(p => p.Add(x => x.Id, broad.Item.Text));
        var block = item.FindAll(".block").Single(b => b.QuerySelector("h3")?.TextContent == "Locks");
        Assert.Contains("repo:web", Read(block), StringComparison.Ordinal);
        Assert.Contains("waits since", Read(block), StringComparison.Ordinal);

        var desk = Render<Desk>(p => p.Add(x => x.Id, broad.Item.Text));
        Assert.Contains("repo:web", Read(desk.Find(".handover")), StringComparison.Ordinal);
    }
}
