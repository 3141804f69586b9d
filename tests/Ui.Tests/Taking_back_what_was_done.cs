using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Ui.Tests;

/// <summary>What is done quietly can be undone for a moment, unless somebody has changed it since; the rest is said.</summary>
public class Taking_back_what_was_done : LiveHouse
{
    private readonly KeptNotices _notices;

    public Taking_back_what_was_done()
    {
        _notices = new KeptNotices(this);
        Services.AddScoped<ISnackbar>(_ => _notices);
    }

    private Item Now(ItemId item) => Engine.Picture.Read(at => at.FindItem(item)!);

    private async Task Done(ItemId item, string act)
    {
        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));
        await page.Find($"[data-do={act}]").ClickAsync(new MouseEventArgs());
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "wait for the parcel" });
        await page.Find($"[data-do='confirm:{act}']").ClickAsync(new MouseEventArgs());
    }

    [Theory]
    [InlineData("park")]
    [InlineData("snooze")]
    public async Task An_item_that_rests_is_available_again(string act)
    {
        var item = await Item("Refund order 5518");
        await Done(item, act);
        Assert.NotNull(Now(item).Parked);

        await _notices.UndoAsync();

        Assert.Equal($"{item} is as it was before.", _notices.Said[^1]);
        Assert.Null(Now(item).Parked);

        var said = _notices.Said.Count;
        await Do(Jun, new ItemCommand.Park(item, "it is late"));
        await _notices.UndoAsync(); // the same once more
        Assert.Equal("it is late", Now(item).Parked!.Why);
        Assert.Equal(said, _notices.Said.Count);
    }

    [Fact]
    public async Task What_somebody_else_changed_since_is_left_and_said()
    {
        var item = await Item("Refund order 5518");
        await Done(item, "park");
        Assert.Equal($"{item} is parked.", _notices.Said[^1]);
        await Do(Jun, new ItemCommand.Unpark(item, "it is here"));
        await Do(Jun, new ItemCommand.Park(item, "no, it is not"));

        await _notices.UndoAsync();

        Assert.Equal($"{item} has changed since; nothing was undone.", _notices.Said[^1]);
        Assert.Equal("no, it is not", Now(item).Parked!.Why);
    }

    [Fact]
    public async Task Where_a_lease_ended_by_it_nothing_is_called_undone()
    {
        var item = await Stale("Refund order 5518");
        await Done(item, "park");

        Assert.Equal($"{item} is parked.", _notices.Said[^1]);
        Assert.False(_notices.OffersUndo);
    }

    [Theory]
    [InlineData("cancel", "is cancelled.")]
    [InlineData("requeue", "is back in its queue.")]
    public async Task What_cannot_be_undone_is_said(string act, string words)
    {
        var item = await Stale("Refund order 5518");
        await Done(item, act);

        Assert.Equal($"{item} {words}", _notices.Said[^1]);
        Assert.False(_notices.OffersUndo);
    }

    [Fact]
    public async Task The_labels_of_many_are_as_before_but_for_those_that_changed_since()
    {
        Viewer = Priya;
        var items = new[]
        {
            await Item("Refund one", labels: ["vip"]),
            await Item("Refund two", labels: ["late", "parcel"]),
            await Item("Refund three"),
        };
        await Work(await Item("Something else")); // an empty house shows how to begin instead of its list
        Services.GetRequiredService<NavigationManager>().NavigateTo("/?q=refund");
        var page = Render<Now>();
        await page.Find("[data-pick-all]").ClickAsync(new MouseEventArgs());
        await page.Find("[data-do=bulk_label]").ClickAsync(new MouseEventArgs());
        await page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "they belong together" });
        await page.Find("#bulk-add").InputAsync(new ChangeEventArgs { Value = "parcel" });
        await page.Find("[data-do='confirm:bulk_label']").ClickAsync(new MouseEventArgs());
        var job = Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!);
        foreach (var item in items)
            await Do(Priya, job.EditOf(Now(item))!);
        await Engine.SendAsync(
            new Request(
                new BulkCommand.Advance(
                    job.Id,
                    [.. items.Select(item => new BulkResult(item.Text, Code: null, Detail: null))]
                ),
                Caller.System
            )
        );
        await Do(Jun, new ItemCommand.Edit(items[2], Now(items[2]).Seq) { Labels = new(true, ["parcel", "lost"]) });

        await page.WaitForElement("[data-do=undo_many]").ClickAsync(new MouseEventArgs());

        page.WaitForAssertion(() =>
            Assert.Contains(
                "1 item is as before. 1 has changed since and stays so.",
                Read(page.Find(".selection-bar")),
                StringComparison.Ordinal
            )
        );
        Assert.Equal(["vip"], Now(items[0]).Labels);
        Assert.Equal(["late", "parcel"], Now(items[1]).Labels); // it had the label before
        Assert.Equal(["parcel", "lost"], Now(items[2]).Labels);
        Assert.Empty(page.FindAll("[data-do=undo_many]"));
    }

    [Fact]
    public async Task The_priority_of_one_that_was_edited_is_as_before()
    {
        var item = await Item("Refund order 5518");
        var page = Render<ItemForm>(p => p.Add(x => x.Id, item.Text));
        await page.Find("#item-priority").ChangeAsync(new ChangeEventArgs { Value = "2" });
        await page.Find("[data-do=save_item]").ClickAsync(new MouseEventArgs());
        Assert.Equal($"{item} has priority 2 now; it was 5.", _notices.Said[^1]);
        Assert.Equal(2, Now(item).Priority);

        await _notices.UndoAsync();

        Assert.Equal($"{item} is as it was before.", _notices.Said[^1]);
        Assert.Equal(5, Now(item).Priority);
    }

    [Fact]
    public async Task The_palette_offers_of_an_item_what_its_buttons_offer()
    {
        var mine = (await Work(await Item("Refund one"), by: Mara, run: null, leaseSeconds: null)).Item;
        var anothers = (await Work(await Item("Refund two"))).Item;
        foreach (var item in new[] { mine, anothers, await Stale("Refund three"), await Item("Refund four") })
        {
            var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));
            Services.GetRequiredService<FrameState>().PaletteOn = $"item:{item}";

            var found = await Services.GetRequiredService<ItemPalette>().FindAsync("", CancellationToken.None);

            var buttons = page.FindAll(".side [data-do]:not([disabled])").Select(one => one.GetAttribute("data-do"));
            Assert.NotEmpty(found);
            Assert.Equal(buttons, found.Select(one => one.Do));
            Assert.All(found, one => Assert.Equal(item.Text, one.Item));
        }
    }

    [Fact]
    public async Task A_viewer_is_offered_nothing_to_do_and_nothing_to_make()
    {
        var item = await Item("Refund order 5518");
        Viewer = Vera;
        Services.GetRequiredService<FrameState>().PaletteOn = $"item:{item}";

        Assert.Empty(await Services.GetRequiredService<ItemPalette>().FindAsync("", CancellationToken.None));
        Assert.Empty(await Services.GetRequiredService<WorkPalette>().FindAsync("", CancellationToken.None));
    }

    [Fact]
    public async Task On_a_queues_page_a_new_item_is_meant_for_it()
    {
        Viewer = Priya;
        Services.GetRequiredService<FrameState>().PaletteOn = "queue:replies";

        var found = await Services.GetRequiredService<WorkPalette>().FindAsync("", CancellationToken.None);

        Assert.Equal(["New item…", "New queue…"], found.Select(one => one.Text));
        Assert.Equal(["items/new?queue=replies", "queues?ask=queue"], found.Select(one => one.Href));
    }
}
