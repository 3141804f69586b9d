using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Inbox;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class What_needs_me : ReviewHouse
{
    [Fact]
    public async Task It_is_listed_counted_and_read_one_by_one_or_all_at_once()
    {
        var first = await Asked("First");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Asked("Second");
        var page = Render<InboxPage>();
        Assert.Equal(2, page.FindAll("[data-entry]").Count);
        Assert.Equal(2, Services.GetRequiredService<FrameState>().View.Unread);
        Assert.Equal($"artifacts/{first.Id}?v=1", page.FindAll("[data-entry] a")[^1].GetAttribute("href"));

        await page.FindAll("[data-do='read']")[0].ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(1, Services.GetRequiredService<FrameState>().View.Unread));
        Assert.Equal(["false", "true"], page.FindAll("[data-entry]").Select(row => row.GetAttribute("data-read")));
        await page.Find("[data-do='read_all']").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal(0, Services.GetRequiredService<FrameState>().View.Unread));
        Assert.Equal(2, page.FindAll("[data-entry]").Count);
    }

    [Fact]
    public async Task It_is_filtered_by_words_and_what_is_shown_is_read_together()
    {
        await Asked("First");
        await Asked("Second");
        Services.GetRequiredService<NavigationManager>().NavigateTo("/inbox?q=second");
        var page = Render<InboxPage>();
        Assert.Contains("Second", Read(page.FindAll("[data-entry]").Single()), StringComparison.Ordinal);
        Assert.Equal("Mark 1 as read", Read(page.Find("[data-do=read_all]")));

        await page.Find("[data-do=read_all]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(1, Services.GetRequiredService<FrameState>().View.Unread));
    }

    [Fact]
    public async Task It_goes_by_itself_when_somebody_else_has_settled_it()
    {
        var piece = await Asked();
        var page = Render<InboxPage>();
        Assert.Single(page.FindAll("[data-entry]"));

        await Decide(Tomas, piece);

        page.WaitForAssertion(() => Assert.Contains("Nothing needs you", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kind_that_is_not_wanted_is_neither_listed_nor_counted()
    {
        await Asked();
        var page = Render<InboxPage>();

        await page.Find("[data-kind='review']").ChangeAsync(false);

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-entry]")));
        Assert.Equal(0, Services.GetRequiredService<FrameState>().View.Unread);
        Assert.Equal([InboxKind.Review], Engine.Picture.Read(at => at.InboxOf(Rita).Muted));
    }
}
