using Bunit;
using ControlSurface.Components;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Reviews;
using ControlSurface.Core.Targets;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

public class What_waits_for_review : ReviewHouse
{
    [Fact]
    public async Task The_oldest_is_first_and_the_menu_counts_what_waits_for_me()
    {
        var first = await Asked("First", action: "send:1");
        Clock.Advance(TimeSpan.FromMinutes(11));
        var second = await Asked("Second");
        await Asked("For managers", reviewers: ["manager"]);

        var page = Open();

        Assert.Equal([first.Id.Text, second.Id.Text], Rows(page));
        Assert.Equal(["For me 2", "All 3", "Decided by me 0"], page.FindAll(".views a").Select(Read));
        var row = page.Find($"[data-artifact={first.Id}]");
        Assert.Equal("waiting_on_review", row.GetAttribute("data-state"));
        Assert.Equal($"artifacts/{first.Id}?v=1", row.QuerySelector(".row-title a")!.GetAttribute("href"));
        Assert.Contains("send reply", Read(row), StringComparison.Ordinal);
        Assert.Contains("11 min", Read(row), StringComparison.Ordinal);
        Assert.Contains("0 of 1", Read(row), StringComparison.Ordinal);
        Assert.Equal(2, Services.GetRequiredService<FrameState>().View.Counts["review"]);
    }

    [Fact]
    public async Task What_is_due_comes_before_what_only_waits_and_overdue_is_said()
    {
        var waits = await Asked("Waits");
        var due = await Asked("Due", dueSeconds: 60);
        var page = Open();
        Assert.Equal([due.Id.Text, waits.Id.Text], Rows(page));

        Clock.Advance(TimeSpan.FromSeconds(61));

        page.WaitForAssertion(() =>
            Assert.Contains("overdue", Read(page.Find($"[data-artifact={due.Id}]")), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_differs_most_from_what_was_approved_before_comes_first_and_says_how_much()
    {
        var slightly = await ApprovedAndChanged("Slightly", "one\ntwo\nthree\nfour\n", "one\ntwo\nthree\nfive!\n");
        var wholly = await ApprovedAndChanged("Wholly", "six\nseven\n", "Now this is about another customer.\n");
        var page = Open();

        page.WaitForAssertion(() => Assert.Equal([wholly.Id.Text, slightly.Id.Text], Rows(page)));

        Assert.Equal("25 %", Read(page.Find($"[data-artifact={slightly.Id}] [data-unlike]")));
        Assert.Equal("100 %", Read(page.Find($"[data-artifact={wholly.Id}] [data-unlike]")));
        Assert.Contains(
            "due first, then least like what was approved before, then oldest",
            page.Find("[role=grid]").GetAttribute("aria-label"),
            StringComparison.Ordinal
        );
    }

    private async Task<Piece> ApprovedAndChanged(string name, string approved, string now)
    {
        var piece = await Asked(name, approved);
        await Decide(Rita, piece);
        await Do(Agent, new ControlSurface.Core.Leases.LeaseCommand.Start(piece.Lease.Id, "7ef", piece.Lease.Token));
        await Publish(piece, now);
        await Ask(piece);
        return piece;
    }

    [Fact]
    public async Task What_it_is_for_when_it_is_due_and_what_would_not_go_through_are_in_the_row_and_filters()
    {
        var reply = await Made("Reply");
        await Do(
            Agent,
            new ActionCommand.Prepare("send:1")
            {
                Kind = "send_reply",
                Target = "helpdesk:ticket/88190",
                Item = reply.Item,
                Artifact = reply.Id,
                Version = 1,
                ExpectedTargetVersion = "7",
                Run = "7ef",
                Token = reply.Lease.Token,
            }
        );
        await Ask(reply, dueSeconds: 600);
        var nothing = await Asked("Nothing yet");
        Assert.Equal([reply.Id.Text], Rows(Open("?kind=send+reply")));
        Assert.Equal([nothing.Id.Text], Rows(Open("?kind=~")));
        Assert.Empty(Rows(Open("?attention=stopped")));
        var row = Open().Find($"[data-artifact={reply.Id}]");
        Assert.Contains("due 21:15:12", Read(row), StringComparison.Ordinal);
        Assert.Null(row.QuerySelector("[data-acts]")); // "If approved" says it.

        await Do(
            Agent,
            new TargetCommand.Report("helpdesk:ticket/88190", "8", By: null, Note: null, At: null, CausedBy: null)
        );

        Assert.Equal([reply.Id.Text], Rows(Open("?attention=stopped,overdue")));
        var stopped = Open().Find($"[data-artifact={reply.Id}]");
        Assert.Contains("1 of 1 would not go through", Read(stopped), StringComparison.Ordinal);
        Assert.Equal("send reply", Read(stopped.QuerySelector("[data-acts]")!));
    }

    [Fact]
    public async Task A_decision_takes_its_row_away_wherever_the_list_is_open()
    {
        var piece = await Asked();
        var page = Open();
        Assert.Single(Rows(page));

        await Decide(Tomas, piece);

        page.WaitForAssertion(() =>
            Assert.Contains("Nothing waits for a decision", page.Markup, StringComparison.Ordinal)
        );
        Assert.Equal(0, Services.GetRequiredService<FrameState>().View.Counts["review"]);
    }

    [Fact]
    public async Task An_approval_that_fell_stands_above_the_rest()
    {
        var other = await Asked("Other");
        var piece = await Asked("Fell");
        await Decide(Rita, piece);
        await Do(Agent, new ControlSurface.Core.Leases.LeaseCommand.Start(piece.Lease.Id, "7ef", piece.Lease.Token));
        await Publish(piece, "another\n");
        await Ask(piece);

        var page = Open();

        Assert.Equal([piece.Id.Text, other.Id.Text], Rows(page));
        Assert.Equal("invalidated", page.Find($"[data-artifact={piece.Id}]").GetAttribute("data-state"));
        Assert.Equal(["Approved before, changed since", "Waits for you"], page.FindAll(".group-head h2").Select(Read));
    }

    [Fact]
    public async Task Where_nobody_may_decide_it_is_said_plainly_and_a_manager_has_it()
    {
        var piece = await Asked(reviewers: ["agent"]);
        Viewer = Priya;

        var page = Open();

        Assert.Equal(["Nobody who was asked can decide now"], page.FindAll(".group-head h2").Select(Read));
        Assert.Contains("nobody can decide", Read(page.Find($"[data-artifact={piece.Id}]")), StringComparison.Ordinal);
        Viewer = Rita;
        Assert.Empty(Rows(Open()));
        Assert.Equal([piece.Id.Text], Rows(Open("?show=all")));
        var now = Render<Now>();
        Assert.Contains("nobody can decide", Read(now.Find($"[data-item={piece.Item}]")), StringComparison.Ordinal);
        Assert.Contains("1 review that nobody can decide on", Read(now.Find(".group-head")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_taken_it_is_in_the_row()
    {
        var piece = await Asked();
        var page = Open();

        await Do(Tomas, new ReviewCommand.Take(Artifact(piece).OpenReview!.Id));

        page.WaitForAssertion(() =>
            Assert.Contains("taken by Tomas Okafor", Read(page.Find(".row")), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Age_is_set_against_what_is_usual_in_the_queue()
    {
        for (var k = 0; k < 3; k++)
        {
            var decided = await Asked($"Decided {k}");
            Clock.Advance(TimeSpan.FromMinutes(10));
            await Decide(Tomas, decided);
        }
        await Asked("Waits");
        var page = Open();
        Assert.Contains("usually 10 min", Read(page.Find(".row")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".row .hue.wait.strong"));

        Clock.Advance(TimeSpan.FromMinutes(21));

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".row .hue.wait.strong")));
    }

    [Fact]
    public async Task Filters_stand_in_the_address()
    {
        await Asked("First");
        var second = await Asked("Second");

        Assert.Equal([second.Id.Text], Rows(Open("?q=second")));
        Assert.Contains("No review matches the filter", Open("?attention=overdue").Markup, StringComparison.Ordinal);
        Assert.Equal(2, Rows(Open("?queue=replies")).Count);
    }

    [Fact]
    public async Task What_I_decided_is_kept_in_sight_with_what_became_of_it()
    {
        var approved = await Asked("Approved");
        await Decide(Rita, approved);
        var sentBack = await Asked("Sent back");
        await Decide(Rita, sentBack, "request_changes", "Name the amount.");

        var page = Open("?show=decided");

        Assert.Equal([sentBack.Id.Text, approved.Id.Text], Rows(page));
        Assert.Equal(
            ["changes_requested", "valid"],
            page.FindAll(".row[data-artifact]").Select(row => row.GetAttribute("data-state"))
        );
    }

    [Fact]
    public void Nothing_that_waits_is_news() =>
        Assert.Contains("Nothing waits for a decision", Open().Markup, StringComparison.Ordinal);

    [Fact]
    public async Task The_palette_finds_what_waits_by_its_name_and_by_the_word_review()
    {
        var piece = await Asked("Credit for the outage");
        var palette = Services.GetRequiredService<ControlSurface.Pages.Views.WorkPalette>();

        var byName = await palette.FindAsync("outage", default);
        var byWord = await palette.FindAsync("review", default);

        Assert.Contains(byName, entry => entry is { Group: "Artifacts" } && entry.Lead == piece.Id.Text);
        Assert.Contains(
            byWord,
            entry => entry.Href == $"artifacts/{piece.Id}?v=1" && entry.Right == "v1, waits for you"
        );
    }

    private IRenderedComponent<ReviewPage> Open(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/review" + query);
        return Render<ReviewPage>();
    }

    private static List<string?> Rows(IRenderedComponent<ReviewPage> page) =>
        [.. page.FindAll(".row[data-artifact]").Select(row => row.GetAttribute("data-artifact"))];
}
