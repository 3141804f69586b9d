using System.Globalization;
using Bunit;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class The_past : LiveHouse
{
    [Fact]
    public async Task History_is_the_journal_newest_first_and_grows()
    {
        var page = Render<History>();
        var item = await Item("Reply to ticket 88213");
        await Work(item);

        page.WaitForAssertion(() =>
            Assert.Equal(
                Engine.Picture.Seq.ToString(CultureInfo.InvariantCulture),
                page.Find(".timeline li").GetAttribute("data-seq")
            )
        );
        Assert.Contains("reply-agent renewed: 3 of 5.", Read(page.Find(".timeline li")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_narrowed_by_kind_and_item()
    {
        var one = await Item("One");
        await Work(await Item("Two"));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?type=item&item={one}");

        Assert.Equal([one.Text], Render<History>().FindAll(".timeline li a").Select(Read));
    }

    [Fact]
    public async Task The_board_at_a_past_moment_is_what_it_was_and_offers_nothing()
    {
        var item = await Item("Reply to ticket 88213");
        var lease = await Work(item);
        var then = Engine.Picture.Seq;
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, null, LeaveOpen: false));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?at={then}");

        var page = Render<History>();

        page.WaitForAssertion(() =>
            Assert.Equal("leased", page.Find($".row[data-item='{item}']").GetAttribute("data-state"))
        );
        // As it ran then: nothing ticks, and nothing says that somebody stopped it.
        var clock = page.Find(".row .countdown");
        Assert.Equal(("running", null), (clock.GetAttribute("data-mode"), clock.GetAttribute("data-expires")));
        Assert.Equal("5:00", Read(clock));
        // To look at another moment is no act: a viewer may.
        Assert.Empty(page.FindAll("[data-do]"));
    }

    private static string Seconds(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private IRenderedComponent<History> At(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<History>();
    }

    private string Address =>
        Services.GetRequiredService<NavigationManager>().Uri.Replace("http://localhost/", "", StringComparison.Ordinal);

    [Fact]
    public async Task A_day_and_a_time_show_the_board_and_the_figures_as_they_were_at_that_instant()
    {
        var item = await Item("Reply to ticket 88213");
        await Item("Waits");
        var lease = await Work(item);
        var worked = Engine.Picture.Seq;
        Clock.Advance(TimeSpan.FromMinutes(2));
        var then = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Do(Agent, new LeaseCommand.Complete(lease.Id, "7f3", lease.Token, null, LeaveOpen: false));
        // The field has the reader's own time, which their browser turns into an instant.
        JSInterop.Setup<double>("controlSurface.instant", "2030-01-31T09:00").SetResult(then.ToUnixTimeMilliseconds());
        var page = At("/history");
        await page.Find("#then").ChangeAsync(new ChangeEventArgs { Value = "2030-01-31T09:00" });
        await page.Find("form:has(#then)").SubmitAsync();
        Assert.Equal($"history?time={Seconds(then)}", Address);

        page.WaitForAssertion(() => Assert.Equal($"{worked}", page.Find("[data-past]").GetAttribute("data-past")));
        // Two of five minutes had passed, though nothing was written down meanwhile.
        Assert.Equal("3:00", Read(page.Find($".row[data-item='{item}'] .countdown")));
        Assert.Contains("That was the last event", Read(page.Find(".note.then")), StringComparison.Ordinal);
        IRenderedComponent<History> List(string label)
        {
            var figure = page.FindAll(".figures a").First(a => Read(a).StartsWith(label, StringComparison.Ordinal));
            var list = At(figure.GetAttribute("href")!);
            list.WaitForElement("[data-past]");
            return list;
        }
        Assert.Contains("1", Read(page.FindAll(".figures a")[0]), StringComparison.Ordinal);
        Assert.Equal([item.Text], List("Owned then").FindAll(".row").Select(row => row.GetAttribute("data-item")));
        var queued = List("Queued");
        Assert.Equal(["queued"], queued.FindAll(".row").Select(row => row.GetAttribute("data-state")));
        Assert.Contains("Only state: queued, as it was then: 1 item", queued.Markup, StringComparison.Ordinal);
        // The conflicts of then stand on the same page: the figure never leads to those of now.
        var conflicts = page.FindAll(".figures a")
            .First(a => Read(a).StartsWith("Open conflicts", StringComparison.Ordinal));
        Assert.EndsWith("#then-conflicts", conflicts.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("No conflict was open then.", Read(page.Find("#then-conflicts")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_a_past_moment_one_goes_on_by_an_event_an_hour_or_a_day_within_the_journal()
    {
        await Item("One");
        Clock.Advance(TimeSpan.FromHours(30));
        var item = await Item("Two");
        var made = Engine.Picture.Seq;
        Clock.Advance(TimeSpan.FromHours(2));
        await Item("Three");
        IEnumerable<string> Steps(IRenderedComponent<History> page) => page.FindAll(".moment-steps a").Select(Read);

        var page = At($"/history?at={made}");
        page.WaitForAssertion(() =>
            Assert.Equal(
                ["A day earlier", "An hour earlier", "One event earlier", "One event later", "An hour later"],
                Steps(page)
            )
        );
        var href = page.FindAll(".moment-steps a")[^1].GetAttribute("href")!;
        Assert.Equal($"history?time={Seconds(Clock.GetUtcNow().AddHours(-1))}", href);
        // An hour later nothing else had happened: the same board, an hour older.
        page = At(href + "&state=queued");
        page.WaitForAssertion(() => Assert.NotNull(page.Find($".row[data-item='{item}']")));
        Assert.Equal($"{made}", page.Find("[data-past]").GetAttribute("data-past"));
        Assert.Equal($"history?at={made + 1}&state=queued", page.FindAll(".moment-steps a")[3].GetAttribute("href"));
        page = At($"/history?at=1");
        page.WaitForAssertion(() =>
            Assert.DoesNotContain(Steps(page), step => step.EndsWith("earlier", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_past_board_that_is_open_follows_the_rights_of_its_reader()
    {
        var here = await Item("Here");
        await Do(Priya, new QueueCommand.Set("other", new PolicyChange(), IfSeq: null));
        var there = await Item("There", "other");
        var page = At($"/history?at={Engine.Picture.Seq}&state=queued");
        IEnumerable<string?> Items() => page.FindAll(".row").Select(row => row.GetAttribute("data-item"));
        page.WaitForAssertion(() => Assert.Equal([here.Text, there.Text], Items().Order()));

        var reader = Engine.Picture.Read(at => at.FindPrincipal(Viewer!.Value)!);
        await Engine.SendAsync(
            new Request(
                new PrincipalCommand.Sync(reader with { Roles = Roles.Support, Queues = ["other"] }),
                Caller.System
            )
        );

        page.WaitForAssertion(() => Assert.Equal([there.Text], Items()));
        await Engine.SendAsync(new Request(new PrincipalCommand.Sync(reader), Caller.System));
        page.WaitForAssertion(() => Assert.Equal([here.Text, there.Text], Items().Order()));
    }

    [Fact]
    public async Task What_narrows_a_past_board_goes_with_the_reader_to_another_moment()
    {
        await Item("One");
        var page = At($"/history?at={Engine.Picture.Seq}&state=queued");
        page.WaitForElement("[data-past]");

        Assert.All(
            page.FindAll(".moment-form"),
            form => Assert.Equal("queued", form.QuerySelector("input[type=hidden][name=state]")?.GetAttribute("value"))
        );
    }

    [Theory]
    [InlineData("2026-11-24T13:30:05.700Z", "history?time=2026-11-24T13:30:05.700Z")]
    [InlineData("2026-11-24T13:30:05.000Z", "history?time=2026-11-24T13:30:05Z")]
    public void An_address_names_a_moment_to_the_millisecond(string instant, string address) =>
        Assert.Equal(address, PastMoment.AddressOf(PastMoment.Read(instant, out _)!.Value));

    [Theory]
    [InlineData("2020-01-01T00:00:00Z", "Nothing had happened yet")]
    [InlineData("2099-01-01T00:00:00Z", "That moment has not come yet")]
    [InlineData("2099-01-01T09:00:00+09:00", "That moment has not come yet")]
    [InlineData("yesterday", "“yesterday” is not a day and time")]
    [InlineData("2026-02-30T10:00:00Z", "“2026-02-30T10:00:00Z” is not a day and time")]
    public async Task A_moment_that_has_no_board_is_said_to_have_none(string time, string said)
    {
        await Item("One");
        var page = At($"/history?time={time}");
        page.WaitForAssertion(() => Assert.Equal(said, Read(page.Find(".empty h2"))));
        Assert.NotNull(page.Find("#then"));
        Assert.Equal(
            time.StartsWith("2020", StringComparison.Ordinal),
            page.FindAll(".empty a[href='history?at=1']").Count == 1
        );
    }

    [Fact]
    public async Task A_time_without_a_zone_is_the_readers_and_the_address_says_which_instant_that_is()
    {
        await Item("One");
        var then = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(1));
        JSInterop.Setup<double>("controlSurface.instant", "2030-01-31T09:00").SetResult(then.ToUnixTimeMilliseconds());
        var page = At("/history?time=2030-01-31T09:00");
        page.WaitForAssertion(() => Assert.Equal($"history?time={Seconds(then)}", Address));
    }

    [Fact]
    public void An_event_that_never_was_is_said_to_be_none()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/history?at=999999");

        Assert.Equal("There is no such event", Read(Render<History>().Find(".empty h2")));
    }
}
