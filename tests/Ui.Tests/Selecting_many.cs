using Bunit;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>Rows of a list are selected, and one act is done to all of them.</summary>
public class Selecting_many : LiveHouse
{
    private void Go(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    // Something was claimed before: an empty house shows how to begin instead of its list.
    private async Task<IRenderedComponent<Now>> List(string address)
    {
        await Work(await Item("Something else"));
        Viewer = Priya;
        Go(address);
        return Render<Now>();
    }

    private static Task Press(IRenderedComponent<IComponent> page, ItemId item, bool upToHere = false) =>
        page.Find($"[data-item={item}] [data-pick]").ClickAsync(new MouseEventArgs { ShiftKey = upToHere });

    private static string Bar(IRenderedComponent<IComponent> page) => Read(page.Find(".selection-bar"));

    private static IEnumerable<string?> Selected(IRenderedComponent<IComponent> page) =>
        page.FindAll(".row[aria-selected=true]").Select(row => row.GetAttribute("data-item"));

    [Fact]
    public async Task A_row_that_moves_or_changes_stays_selected_and_one_that_leaves_is_counted()
    {
        var one = await Item("Refund one");
        var two = await Item("Refund two");
        var three = await Item("Refund three");
        var page = await List("/?q=refund");
        await Press(page, one);
        await Press(page, two);
        Assert.Equal([one.Text, two.Text], Selected(page));
        Assert.Contains("2 items selected", Bar(page), StringComparison.Ordinal);
        Assert.Equal("true", page.Find("[role=grid]").GetAttribute("aria-multiselectable"));

        await Work(one); // it moves to the end of the list
        page.WaitForAssertion(() => Assert.Equal("leased", page.Find($"[data-item={one}]").GetAttribute("data-state")));
        Assert.Equal(new[] { one.Text, two.Text }.Order(), Selected(page).Order());

        await Do(Jun, new ItemCommand.Cancel(two, "gone"));
        page.WaitForAssertion(() => Assert.Equal("1 of 2 is no longer in this list", Read(page.Find("[data-gone]"))));
        Assert.Contains("1 item selected", Bar(page), StringComparison.Ordinal);
        Assert.Contains("Cancel 1 item…", Bar(page), StringComparison.Ordinal);

        // What is looked at is another list: nothing in it is selected, and nothing can be done.
        Go($"/?q={three}");
        page.WaitForAssertion(() => Assert.Equal("2 of 2 are no longer in this list", Read(page.Find("[data-gone]"))));
        Assert.Empty(page.FindAll(".selection-acts"));
        await page.Find("[data-do=clear_selection]").ClickAsync();
        Assert.Empty(page.FindAll(".selection-bar"));
    }

    [Fact]
    public async Task Shift_selects_up_to_a_row_and_the_box_of_the_head_selects_all_that_match()
    {
        var items = new List<ItemId>();
        for (var k = 0; k < 70; k++) // more than are drawn at once
            items.Add(await Item($"Refund {k}"));
        await Item("Reply");
        var page = await List("/?q=refund");
        await Press(page, items[3]);
        await Press(page, items[1], upToHere: true);
        Assert.Contains("3 items selected", Bar(page), StringComparison.Ordinal);

        var all = page.Find("[data-pick-all]");
        Assert.Equal("mixed", all.GetAttribute("aria-checked"));
        await all.ClickAsync(new MouseEventArgs());
        Assert.Contains("70 items selected", Bar(page), StringComparison.Ordinal);
        Assert.Equal("true", page.Find("[data-pick-all]").GetAttribute("aria-checked"));
        await page.Find("[data-pick-all]").ClickAsync(new MouseEventArgs());
        Assert.Empty(page.FindAll(".selection-bar"));
    }

    [Fact]
    public async Task What_would_be_refused_is_said_first_and_is_not_done()
    {
        var open = await Item("Refund one");
        var settled = await Item("Refund two");
        var lease = await Work(settled);
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, Result: null, LeaveOpen: false));
        var page = await List("/?q=refund state:queued,completed");
        await page.Find("[data-pick-all]").ClickAsync(new MouseEventArgs());
        await page.Find("[data-do=bulk_cancel]").ClickAsync();

        Assert.Equal("Cancel 1 of 2 items?", Read(page.Find("dialog h2")));
        // Beside "Cancel 1 item" no other button is called Cancel.
        Assert.Equal("Back Esc", Read(page.Find("dialog [autofocus]")));
        Assert.Contains(
            $"1 item would be refused: {settled}.",
            Read(page.Find("dialog .lines")),
            StringComparison.Ordinal
        );
        var confirm = page.Find("[data-do='confirm:bulk_cancel']");
        Assert.NotNull(confirm.GetAttribute("disabled"));
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "it is time" });
        await page.Find("[data-do='confirm:bulk_cancel']").ClickAsync();

        var job = Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!);
        Assert.Equal([open.Text], job.Ids);
        Assert.Equal("it is time", job.Why);
        Assert.Empty(page.FindAll("dialog[open], .row[aria-selected=true]"));
        await Engine.SendAsync(
            new Request(
                new BulkCommand.Advance(job.Id, [new BulkResult(open.Text, Code: null, Detail: null)]),
                Caller.System
            )
        );
        page.WaitForAssertion(() =>
            Assert.Contains("1 item was cancelled. 1 was left as it is. B-1", Bar(page), StringComparison.Ordinal)
        );
        Assert.Equal("bulk/B-1", page.Find(".selection-bar a").GetAttribute("href"));
    }

    [Fact]
    public async Task What_changed_since_it_was_shown_is_shown_again_before_it_is_done()
    {
        await Work(await Item("Refund one"));
        var two = await Item("Refund two");
        await Do(Priya, new ItemCommand.Park(two, "later"));
        var page = await List("/?q=refund");
        await page.Find("[data-pick-all]").ClickAsync(new MouseEventArgs());
        await page.Find("[data-do=bulk_requeue]").ClickAsync();
        Assert.Equal("Requeue 1 of 2 items?", Read(page.Find("dialog h2")));
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "it is time" });

        await Do(Priya, new ItemCommand.Unpark(two, "now"));
        await page.Find("[data-do='confirm:bulk_requeue']").ClickAsync();
        Assert.NotNull(page.Find("[data-changed-since]"));
        Assert.Equal("Requeue 2 items?", Read(page.Find("dialog h2")));
        Assert.Null(Engine.Picture.Read(at => at.FindBulk(new BulkId(1))));

        await page.Find("[data-do='confirm:bulk_requeue']").ClickAsync();
        Assert.Equal(2, Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!.Ids.Count));
    }

    [Fact]
    public async Task What_was_done_leaves_the_list_also_where_the_bar_below_hears_of_it_first()
    {
        var (one, two) = (await Item("Refund one"), await Item("Refund two"));
        var stays = await Item("Refund three");
        var page = await List("/?q=refund");
        await page.Find("[role=grid]").TriggerEventAsync("onfocusin", new FocusEventArgs());
        await Press(page, one);
        await Press(page, two);
        await page.Find("[data-do=bulk_cancel]").ClickAsync();
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "it is time" });
        await page.Find("[data-do='confirm:bulk_cancel']").ClickAsync();

        // The circuit is busy while the job runs: the list has drawn nothing of it when the bar looks.
        using var isBusy = new SemaphoreSlim(0);
        using var isDone = new SemaphoreSlim(0);
        var bar = page.FindComponent<ControlSurface.Pages.Parts.SelectionConsole>();
        var looks = Task.Run(() =>
            page.InvokeAsync(() =>
            {
                isBusy.Release();
                isDone.Wait();
                return bar.Instance.SetParametersAsync(ParameterView.Empty);
            })
        );
        await isBusy.WaitAsync();
        await Do(Priya, new ItemCommand.Cancel(one, "it is time"));
        await Do(Priya, new ItemCommand.Cancel(two, "it is time"));
        await Engine.SendAsync(
            new Request(
                new BulkCommand.Advance(
                    new BulkId(1),
                    [.. new[] { one, two }.Select(item => new BulkResult(item.Text, Code: null, Detail: null))]
                ),
                Caller.System
            )
        );
        isDone.Release();
        await looks;

        Assert.Contains("2 items were cancelled.", Bar(page), StringComparison.Ordinal);
        Assert.Equal([stays.Text], page.FindAll(".row[data-item]").Select(row => row.GetAttribute("data-item")));
    }

    [Fact]
    public async Task A_label_is_asked_for_before_it_is_set()
    {
        var one = await Item("Refund one");
        var page = await List("/?q=refund");
        await Press(page, one);
        await page.Find("[data-do=bulk_label]").ClickAsync();
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "to be found" });
        Assert.NotNull(page.Find("[data-do='confirm:bulk_label']").GetAttribute("disabled"));
        await page.Find("#bulk-add").InputAsync(new ChangeEventArgs { Value = "vip" });
        await page.Find("[data-do='confirm:bulk_label']").ClickAsync();
        Assert.Equal(["vip"], Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!.Args.Add!));
    }

    [Fact]
    public async Task Work_on_the_desk_is_selected_and_the_handover_that_is_read_stays()
    {
        var first = await Stale("Refund one");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await Stale("Refund two");
        var given = await Item("Call back");
        var lease = await Work(given);
        await Do(Agent, new LeaseCommand.HandOff(lease.Id, "7f3", lease.Token, null, "support", "Asks for a call"));
        Viewer = Priya;
        Go($"/desk/{second}");
        var page = Render<Desk>(p => p.Add(x => x.Id, second.Text));
        IEnumerable<string?> Boxes(string isChecked) =>
            page.FindAll($".desk-row:has([data-pick][aria-checked={isChecked}]) a")
                .Select(a => a.GetAttribute("data-item"));
        Task Picks(ItemId item, bool upToHere = false) =>
            page.Find($".desk-row:has([data-item={item}]) [data-pick]")
                .ClickAsync(new MouseEventArgs { ShiftKey = upToHere });

        await Picks(given);
        await Picks(first, upToHere: true);
        Assert.Equal([first.Text, second.Text, given.Text], Boxes("true"));
        Assert.Equal("true", page.Find("[data-pick-all]").GetAttribute("aria-checked"));
        Assert.Equal(second.Text, page.Find(".handover").GetAttribute("data-item"));
        // What finds it an owner stands first; what is handed off cannot be taken over, which is said before anything is done.
        Assert.StartsWith(
            "bulk_takeover",
            page.Find(".selection-acts button").GetAttribute("data-do"),
            StringComparison.Ordinal
        );
        await page.Find("[data-do=bulk_takeover]").ClickAsync();
        Assert.Equal("Take over 2 of 3 items?", Read(page.Find(".selection-bar ~ dialog h2")));
        Assert.Contains(
            $"1 item would be refused: {given}.",
            Read(page.Find(".selection-bar ~ dialog .lines")),
            StringComparison.Ordinal
        );

        // Somebody takes what is read: it stays to be read, counts no longer, and has no box.
        await Do(Jun, new ClaimCommand.TakeOver(second, null, "mine", Force: false));
        page.WaitForAssertion(() => Assert.Equal("1 of 3 is no longer in this list", Read(page.Find("[data-gone]"))));
        // The bar follows by itself, and may be drawn before the list.
        page.WaitForAssertion(() => Assert.Contains("gone", page.Find($"[data-item={second}].desk-entry").ClassList));
        Assert.Equal([first.Text, given.Text], Boxes("true"));
        Assert.Equal(second.Text, page.Find(".handover").GetAttribute("data-item"));
    }

    [Fact]
    public async Task On_the_desk_too_only_who_may_act_on_many_selects()
    {
        await Stale("Refund one");
        Assert.Empty(Render<Desk>().FindAll("[data-pick], [data-pick-all], [data-do=select]"));
    }

    [Fact]
    public async Task Only_who_may_act_on_many_selects()
    {
        var one = await Item("Refund one");
        Go("/?q=refund");
        var page = Render<Now>();
        Assert.Null(page.Find($"[data-item={one}]").GetAttribute("aria-selected"));
        Assert.Empty(page.FindAll("[data-pick], [data-pick-all], [data-do=select]"));
    }

    [Fact]
    public void No_more_is_selected_than_one_job_takes()
    {
        var selection = new RowSelection();
        selection.AddAll(Enumerable.Range(1, RowSelection.Most + 5).Select(k => $"W-{k}"));
        Assert.Equal(RowSelection.Most, selection.Count);
    }
}
