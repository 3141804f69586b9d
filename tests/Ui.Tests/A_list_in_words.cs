using Bunit;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Items;
using ControlSurface.Core.Views;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Ui.Tests;

/// <summary>Lists that are narrowed in words, kept, and done something to.</summary>
public class A_list_in_words : LiveHouse
{
    private void Go(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private static IEnumerable<string?> Items(IRenderedComponent<IComponent> page) =>
        page.FindAll("[data-item]").Select(row => row.GetAttribute("data-item"));

    [Fact]
    public async Task The_words_in_the_address_say_what_is_shown_and_what_they_do_not_know_is_said()
    {
        var mine = await Item("Refund one");
        var other = await Item("Refund two", labels: ["vip"]);
        var free = await Item("Refund three");
        await Work(mine, Mara, run: null);
        await Work(other);
        Go("/?q=owner:people");
        var page = Render<Now>();
        Assert.Equal([mine.Text], Items(page));
        Go("/?q=state:queued%20refund");
        page.WaitForAssertion(() => Assert.Equal([free.Text], Items(page)));
        Go("/?q=label:vip%20-owner:people");
        page.WaitForAssertion(() => Assert.Equal([other.Text], Items(page)));
        Go("/?q=colour:red");
        page.WaitForAssertion(() =>
            Assert.Contains("it knows age", Read(page.Find("[role=alert]")), StringComparison.Ordinal)
        );
        Assert.Empty(Items(page));
        Assert.Empty(page.FindAll("[data-keep]"));
    }

    [Fact]
    public async Task A_view_is_saved_stands_in_the_menu_of_whom_it_is_for_and_is_deleted()
    {
        await Work(await Item("Refund one"));
        Go("/?queue=replies&q=refund");
        var page = Render<Now>();
        await page.Find("[data-keep=save]").ClickAsync();
        await page.Find("#view-name").InputAsync(new ChangeEventArgs { Value = "Refunds, <b>mine</b>" });
        await page.Find("#view-shared").ChangeAsync(new ChangeEventArgs { Value = true });
        await page.Find("[data-do='confirm:save_view']").ClickAsync();

        var view = Engine.Picture.Read(at => Assert.Single(at.Views));
        Assert.Equal(
            ("refunds-b-mine-b", "Refunds, <b>mine</b>", "queue:replies refund", true),
            (view.Id, view.Name, view.Query, view.Shared)
        );
        var frame = ControlSurface.Pages.Views.FrameViews.From(
            Engine.Picture.Read(ControlSurface.Live.Board.Of),
            new ControlSurface.Live.Viewer(Engine.Picture.Read(at => at.FindPrincipal(Vera))),
            isWritable: true
        );
        Assert.Equal("./?q=queue%3Areplies%20refund", Assert.Single(frame.Views).Value);

        Go("/?q=queue:replies%20refund");
        await page.WaitForElement("[data-keep=delete]").ClickAsync();
        var notices = Render<MudSnackbarProvider>();
        await page.Find("[data-do='confirm:delete_view']").ClickAsync();
        Assert.Empty(Engine.Picture.Read(at => at.Views.ToList()));
        notices.WaitForAssertion(() =>
            Assert.Equal(
                "The view Refunds, <b>mine</b> is deleted.",
                Read(notices.Find(".mud-snackbar-content-message"))
            )
        );

        await notices.Find(".mud-snackbar-action-button").ClickAsync();

        // The undo goes on after its button has gone, and draws nothing when it is done.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Engine.Picture.Read(at => !at.Views.Any()))
            await Task.Delay(10, patience.Token);
        var back = Engine.Picture.Read(at => Assert.Single(at.Views));
        Assert.Equal((view.Id, view.Name, view.Query, view.Shared), (back.Id, back.Name, back.Query, back.Shared));
    }

    [Fact]
    public async Task What_is_done_to_many_is_tried_first_said_and_then_done_to_those_that_were_chosen()
    {
        Viewer = Priya;
        var one = await Item("Refund one");
        var two = await Item("Refund two");
        var three = await Item("Refund three");
        await Do(Priya, new ItemCommand.Cancel(three, "gone"));
        Go("/bulk?q=refund");
        var page = Render<Bulk>();
        Assert.Equal([one.Text, two.Text], Items(page));

        await page.Find($"[data-item={two.Text}] input").ChangeAsync(new ChangeEventArgs { Value = false });
        await page.Find("#act").ChangeAsync(new ChangeEventArgs { Value = nameof(BulkDo.Cancel) });
        await page.Find("#why").InputAsync(new ChangeEventArgs { Value = "asked twice" });
        await page.Find("[data-do=try_bulk]").ClickAsync();
        Assert.Contains("1 item would be done.", Read(page.Find(".lines")), StringComparison.Ordinal);
        Assert.Equal(ItemState.Queued, Engine.Picture.Read(at => at.FindItem(one)!.State));
        await page.Find("[data-do=start_bulk]").ClickAsync();

        var job = Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!);
        Assert.Equal([one.Text], job.Ids);
        Assert.EndsWith("/bulk/B-1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        var shown = Render<BulkJobPage>(p => p.Add(x => x.Id, "B-1"));
        Assert.Contains("running, 0 of 1", Read(shown.Find("header")), StringComparison.Ordinal);
        await shown.Find("[data-do=stop_bulk]").ClickAsync();
        Assert.Equal(BulkState.Stopped, Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!.State));
        shown.WaitForAssertion(() => Assert.Empty(shown.FindAll("[data-do=stop_bulk]")));
    }

    [Fact]
    public async Task What_would_be_refused_is_said_with_why_before_anything_is_done()
    {
        Viewer = Priya;
        await Work(await Item("Refund one"));
        await Item("Refund two");
        var parked = await Item("Refund three");
        await Do(Priya, new ItemCommand.Park(parked, "later"));
        Go("/bulk?q=refund");
        var page = Render<Bulk>();
        await page.Find("#act").ChangeAsync(new ChangeEventArgs { Value = nameof(BulkDo.Takeover) });
        await page.Find("#why").InputAsync(new ChangeEventArgs { Value = "late" });
        await page.Find("[data-do=try_bulk]").ClickAsync();
        // Each with its own reason: what is said of one is not said of another.
        var lines = page.FindAll(".lines li").Select(Read).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.StartsWith("1 item would be refused: W-", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains($"{parked}. The item is parked", StringComparison.Ordinal));
        Assert.DoesNotContain("would be done", Read(page.Find(".lines")), StringComparison.Ordinal);
        Assert.NotNull(page.Find("[data-do=start_bulk]").GetAttribute("disabled"));
    }

    [Fact]
    public async Task A_filter_takes_several_values_and_says_what_the_words_say()
    {
        await Work(await Item("Refund one"));
        await Item("Refund two");
        var parked = await Item("Refund three");
        await Do(Priya, new ItemCommand.Park(parked, "later"));
        Go("/?state=queued,parked");
        var page = Render<Now>();
        Assert.Equal(2, Items(page).Count());
        Assert.Contains("State: Queued, Parked", Chips(page));
        Go("/?state=queued,parked,leased");
        page.WaitForAssertion(() => Assert.Contains("State: Queued, Parked and 1 more", Chips(page)));
        Assert.Equal(3, Items(page).Count());

        // Typed or chosen, it is the same filter, and its menu changes the words.
        Go("/?q=refund%20state:parked");
        page.WaitForAssertion(() => Assert.Contains("State: Parked", Chips(page)));
        Assert.Equal([parked.Text], Items(page));
        var entries = page.FindComponents<ChoiceMenu>()
            .First(menu => menu.Instance.Label.StartsWith("State", StringComparison.Ordinal))
            .Instance.Entries;
        var leased = entries.First(entry => entry.Words == "Leased");
        Assert.True(leased is { IsOneOfSeveral: true, IsChosen: false });
        Assert.EndsWith("/?q=refund%20state%3Aparked%2Cleased", leased.Href, StringComparison.Ordinal);
        Assert.EndsWith("/?q=refund", entries.First(entry => entry.Words == "Any").Href, StringComparison.Ordinal);
    }

    // Time passes until it is done: when it begins to wait is the page's matter.
    private async Task Pass(Task waits)
    {
        while (!waits.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await waits;
    }

    private static IEnumerable<string> Chips(IRenderedComponent<IComponent> page) =>
        page.FindAll(".tools .menu button").Select(Read);

    [Fact]
    public async Task A_list_follows_what_is_typed_once_it_is_understood()
    {
        await Work(await Item("Refund one"));
        Go("/");
        var page = Render<Now>();
        var here = Services.GetRequiredService<NavigationManager>();
        var typing = page.Find("[data-filter]").InputAsync(new ChangeEventArgs { Value = "state:que" });
        await Pass(typing);
        Assert.DoesNotContain("q=", here.Uri, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=alert]"));

        var earlier = page.Find("[data-filter]").InputAsync(new ChangeEventArgs { Value = "state:queued" });
        typing = page.Find("[data-filter]").InputAsync(new ChangeEventArgs { Value = "state:queued re" });
        await Pass(Task.WhenAll(earlier, typing));
        Assert.EndsWith("?q=state%3Aqueued%20re", here.Uri, StringComparison.Ordinal);
        Assert.Equal("state:queued re", page.Find("[data-filter]").GetAttribute("value"));

        // Who leaves the field with half a word is told what it lacks.
        await page.Find("[data-filter]").ChangeAsync(new ChangeEventArgs { Value = "state:que" });
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public async Task Only_managers_do_things_to_many_and_never_to_everything()
    {
        await Item("Refund one");
        Go("/bulk?q=refund");
        Assert.Contains("Managers do this", Read(Render<Bulk>().Find(".body")), StringComparison.Ordinal);
        Viewer = Priya;
        Go("/bulk");
        Assert.Contains("Choose the work first", Read(Render<Bulk>().Find(".body")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_nothing_can_be_looked_up_a_search_says_so()
    {
        await Item("Refund one");
        Go("/search?q=refund");
        var page = Render<Search>();
        page.WaitForAssertion(() =>
            Assert.Contains("is being written down", Read(page.Find(".body")), StringComparison.Ordinal)
        );
    }
}
