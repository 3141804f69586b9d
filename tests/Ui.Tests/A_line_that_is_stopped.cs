using Bunit;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Live;
using ControlSurface.Pages;
using ControlSurface.Pages.Views;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class A_line_that_is_stopped : LiveHouse
{
    public A_line_that_is_stopped() => Viewer = Priya;

    [Fact]
    public async Task Before_it_is_stopped_the_numbers_of_now_say_what_will_happen_at_each_extent()
    {
        await Busy();
        var page = Render<Queues>();

        await page.Find("[data-do=stop_line]").ClickAsync();
        Assert.Equal(
            [
                "No action begins; none is prepared.",
                "Nobody claims, takes over or accepts anything; 1 item is queued.",
                "3 live leases go on, their clocks running.",
                "Results, checkpoints, releases, reviews and decisions are taken as before.",
            ],
            Lines(page)
        );

        await Choose(page, "begins");
        Assert.Equal("Claims go on; 1 item is queued.", Lines(page)[1]);

        await Choose(page, "all");
        Assert.Equal("3 live leases become suspended and their clocks stop: 2 of agents, 1 of people.", Lines(page)[2]);
        Assert.StartsWith("On resume each lease gets a full term: ", Lines(page)[3], StringComparison.Ordinal);
        Assert.EndsWith("renewals and new versions are refused.", Lines(page)[^1], StringComparison.Ordinal);
        Assert.Null(Stopped());
    }

    [Fact]
    public async Task Stopping_asks_why_does_what_it_said_and_is_ended_in_the_same_place()
    {
        await Busy();
        await Do(Priya, new QueueCommand.Set("refunds", new PolicyChange(), IfSeq: null));
        await Do(Priya, new QueueCommand.PauseQueue("refunds", "audit"));
        var page = QueuePage();

        await Stop(page, "stop_line", "all", "wrong prices");

        Assert.Equal(3, Suspended());
        Assert.Empty(page.FindAll("dialog"));
        Assert.Empty(page.FindAll("[data-do=stop_line]"));
        page.WaitForAssertion(() => Assert.Equal("all", page.Find("[data-line]").GetAttribute("data-line")));
        Assert.Equal(
            "The line is stopped: no action begins, nobody gets new work, and all clocks stand still.",
            Read(page.Find("[data-line] .note-title"))
        );
        Assert.Contains("By Priya Nair, ", Read(page.Find("[data-line]")), StringComparison.Ordinal);
        Assert.Contains("wrong prices", Read(page.Find("[data-line]")), StringComparison.Ordinal);

        await page.Find("[data-do=go_line]").ClickAsync();
        Assert.Equal(
            [
                "Actions begin again; none is prepared.",
                "Claims are taken again; 1 item is queued.",
                "3 leases go on with a full term.",
                "1 queue stays paused: each is resumed on its own page.",
            ],
            Lines(page)
        );
        await page.Find("[data-do='confirm:go_line']").ClickAsync();

        Assert.Null(Stopped());
        Assert.Equal(0, Suspended());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-line]")));
        Assert.Single(page.FindAll("[data-do=stop_line]"));
    }

    [Fact]
    public async Task More_or_less_of_it_is_stopped_and_what_is_stopped_already_is_no_change()
    {
        await Busy();
        var page = QueuePage();
        await Stop(page, "stop_line", "claims", "first look");

        await page.Find("[data-do=change_stop]").ClickAsync();
        await Choose(page, "claims");
        await page.Find("dialog textarea").InputAsync("the same");
        Assert.True(page.Find("[data-do='confirm:change_stop']").HasAttribute("disabled"));
        await Choose(page, "all");
        await page.Find("[data-do='confirm:change_stop']").ClickAsync();
        Assert.Equal(StopScope.All, Stopped()!.Scope);

        await page.Find("[data-do=change_stop]").ClickAsync();
        await Choose(page, "begins");
        Assert.Equal(
            ["Claims are taken again; 1 item is queued.", "3 leases go on with a full term."],
            Lines(page).Skip(1).Take(2)
        );
    }

    [Fact]
    public async Task Who_may_not_stop_it_sees_no_act_and_reads_who_did()
    {
        await Do(Priya, new QueueCommand.Stop(StopScope.Begins, "wrong prices"));
        Viewer = Vera;

        foreach (var page in (IRenderedComponent<IComponent>[])[Render<Queues>(), QueuePage()])
        {
            Assert.Empty(page.FindAll("[data-do=stop_line], [data-do=go_line], [data-do=change_stop]"));
            var note = Read(page.Find("[data-line=begins]"));
            Assert.Contains("By Priya Nair", note, StringComparison.Ordinal);
            Assert.Contains("until a manager lets the line go on", note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Now_the_desk_and_review_say_it_as_long_as_it_lasts_and_lead_to_where_it_is_ended()
    {
        IRenderedComponent<IComponent>[] pages = [Render<Now>(), Render<Desk>(), Render<ReviewPage>()];
        Assert.All(pages, page => Assert.Empty(page.FindAll("[data-line]")));

        await Do(Priya, new QueueCommand.Stop(StopScope.Claims, "wrong prices"));

        foreach (var page in pages)
        {
            page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-line=claims]")));
            var note = Read(page.Find("[data-line]"));
            Assert.Contains("nobody gets new work", note, StringComparison.Ordinal);
            Assert.Contains("By Priya Nair, 0 s ago: wrong prices", note, StringComparison.Ordinal);
            Assert.Equal("queues?ask=line", page.Find("[data-line] a").GetAttribute("href"));
        }
        pages[0].WaitForAssertion(() => Assert.Equal(pages.Length, Told("The line is stopped: no action begins,")));

        await Do(Priya, new QueueCommand.Go());

        Assert.All(pages, page => page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-line]"))));
        pages[0].WaitForAssertion(() => Assert.Equal(pages.Length, Told("The line goes on.")));
        Assert.Equal(2 * pages.Length, Told("The line"));
    }

    [Fact]
    public async Task Who_comes_to_a_line_that_is_stopped_reads_it_and_nothing_is_announced()
    {
        await Do(Priya, new QueueCommand.Stop(StopScope.Begins, "wrong prices"));
        Viewer = Vera;

        foreach (var page in (IRenderedComponent<IComponent>[])[Render<Now>(), Render<Desk>(), Render<ReviewPage>()])
        {
            Assert.Contains("until a manager lets", Read(page.Find("[data-line=begins]")), StringComparison.Ordinal);
            Assert.Empty(page.FindAll("[data-line] a"));
        }
        Assert.Equal(0, Told("The line"));
    }

    [Fact]
    public async Task An_address_asks_whoever_may_what_to_do_with_the_line_as_it_is()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("queues?ask=line");
        Assert.Equal("Stop the whole line?", Read(Render<Queues>().Find("dialog h2")));

        await Do(Priya, new QueueCommand.Stop(StopScope.Claims, "wrong prices"));
        Assert.Equal("Let the line go on?", Read(Render<Queues>().Find("dialog h2")));

        Viewer = Mara;
        Assert.Empty(Render<Queues>().FindAll("dialog"));
    }

    [Fact]
    public async Task The_palette_offers_it_to_those_who_may()
    {
        Assert.Contains("Stop the line…", Found(Priya));
        Assert.DoesNotContain("Stop the line…", Found(Mara));

        await Do(Priya, new QueueCommand.Stop(StopScope.Claims, "wrong prices"));

        Assert.Contains("Let the line go on…", Found(Priya));
        Assert.DoesNotContain("Let the line go on…", Found(Mara));

        IEnumerable<string> Found(PrincipalId who)
        {
            var board = Engine.Picture.Read(Board.Of);
            return WorkPalette.From(board, ControlSurface.Live.Viewer.On(board, who), "stop line").Select(e => e.Text);
        }
    }

    // How often readers who do not see it heard words that begin so.
    private int Told(string words) =>
        JSInterop
            .Invocations["controlSurface.say"]
            .Count(said => ((string)said.Arguments[0]!).StartsWith(words, StringComparison.Ordinal));

    private LineStop? Stopped() => Engine.Picture.Read(at => at.Stopped);

    private int Suspended() =>
        Engine.Picture.Read(at => at.Items().Count(item => item.Lease is { State: LeaseState.Suspended }));

    private IRenderedComponent<QueuePage> QueuePage() => Render<QueuePage>(p => p.Add(x => x.Name, "replies"));

    private static List<string> Lines(IRenderedComponent<IComponent> page) =>
        [.. page.FindAll("dialog .lines li").Select(Read)];

    private static Task Choose(IRenderedComponent<IComponent> page, string scope) =>
        page.Find($"dialog input[value={scope}]").ChangeAsync(scope);

    private static async Task Stop(IRenderedComponent<IComponent> page, string act, string scope, string why)
    {
        await page.Find($"[data-do={act}]").ClickAsync();
        await Choose(page, scope);
        await page.Find("dialog textarea").InputAsync(why);
        await page.Find($"[data-do='confirm:{act}']").ClickAsync();
    }

    private async Task Busy()
    {
        await Work(await Item("One"));
        await Work(await Item("Two"), run: "7f4");
        await Work(await Item("Three"), by: Jun, run: null);
        await Item("Waits");
    }
}
