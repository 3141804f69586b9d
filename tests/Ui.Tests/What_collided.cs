using Bunit;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Bulk;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Resolving;
using ControlSurface.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Ui.Tests;

/// <summary>The list of collisions, and the page on which one is settled.</summary>
public class What_collided : ReviewHouse
{
    private const string Was = "Returns\nYou have 30 days.\nKeep the box.\nWe refund in 10 days.\n";
    private const string Edited = "Returns\nYou have 30 days.\nKeep the box.\nWe refund in 5 days.\n";

    // The agent publishes on the version that Rita has edited meanwhile: refused, kept, and one conflict.
    private async Task<(Piece Piece, Conflict Conflict)> Collides(string proposed, string name = "Help page")
    {
        var piece = await Made(name, Was);
        await PublishAs(piece, Rita, Edited, onto: 1, token: null, run: null);
        await PublishAs(piece, Agent, proposed, onto: 1, piece.Lease.Token, "7ef");
        return (piece, Engine.Picture.Read(at => at.OpenConflicts.Single(c => c.Artifact == piece.Id)));
    }

    [Fact]
    public async Task A_past_board_lists_what_was_open_then_and_leads_to_how_it_stands_now()
    {
        var (_, conflict) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal));
        var then = Engine.Picture.Seq;
        await Do(
            Rita,
            new ConflictCommand.Resolve(
                conflict.Id,
                ConflictResolution.Dismiss,
                conflict.Seq,
                null,
                null,
                "Not needed."
            )
        );
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?at={then}");

        var page = Render<History>();

        var list = page.WaitForElement("#then-conflicts");
        Assert.StartsWith($"{conflict.Id}: ", Read(list.QuerySelector("li a")!), StringComparison.Ordinal);
        Assert.Equal($"conflicts/{conflict.Id}", list.QuerySelector("li a")!.GetAttribute("href"));
        Assert.Contains("taken by nobody", Read(list), StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".figures a"), a => a.GetAttribute("href") == $"history?at={then}#then-conflicts");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/history?at={then + 1}");
        var later = Render<History>().WaitForElement("#then-conflicts");
        Assert.Contains("No conflict was open then.", Read(later), StringComparison.Ordinal);
    }

    private IRenderedComponent<ConflictPage> Opened(Conflict conflict)
    {
        var page = Render<ConflictPage>(p => p.Add(x => x.Id, conflict.Id.Text));
        page.WaitForElement(".three-texts"); // the three texts are compared beside the circuit
        return page;
    }

    private string Text(string hash) =>
        System.Text.Encoding.UTF8.GetString(Services.GetRequiredService<IJournal>().FindContent(hash)!.Content.Bytes);

    private Conflict Now(Conflict conflict) => Engine.Picture.Read(at => at.FindConflict(conflict.Id)!);

    [Fact]
    public async Task Three_texts_stand_beside_each_other_with_what_each_side_changed()
    {
        var (_, conflict) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal));

        var page = Opened(conflict);

        Assert.Equal(
            ["Base, v1", "Current, v2", "Proposed, competing version 1"],
            page.FindAll(".three-texts-head b").Select(head => head.TextContent)
        );
        var changed = page.FindAll(".three-texts-row .text.added");
        Assert.Contains(
            changed,
            cell => cell.GetAttribute("data-of") == "Current" && Read(cell).Contains("5 days", StringComparison.Ordinal)
        );
        Assert.Contains(
            changed,
            cell =>
                cell.GetAttribute("data-of") == "Proposed" && Read(cell).Contains("60 days", StringComparison.Ordinal)
        );
        Assert.NotEmpty(page.FindAll(".three-texts-row del"));
    }

    [Fact]
    public async Task What_each_choice_would_do_is_found_by_trying()
    {
        var (_, conflict) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal));

        var page = Opened(conflict);

        Assert.Contains(
            "Nothing else changes",
            Read(page.Find("[data-choice=keep_current]")),
            StringComparison.Ordinal
        );
        foreach (var choice in (string[])["take_proposed", "merge"])
            Assert.EndsWith(
                "It becomes version 3 of A-1, in your name.",
                Read(page.Find($"[data-choice={choice}]")),
                StringComparison.Ordinal
            );
        Assert.DoesNotContain("as noted", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_3_6_the_note_is_there_for_the_safest_step_and_asked_for_by_the_others()
    {
        var (piece, conflict) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal));
        var page = Opened(conflict);
        var safest = Engine.Picture.Read(at => ConflictView.Of(at, at.FindConflict(conflict.Id)!)).SafestNextStep;
        Assert.Equal(safest.Why, page.Find("#settle-note").GetAttribute("value"));
        Assert.False(page.Find($".resolve > [data-do='resolve:{WireNames.Of(safest.Code)}']").HasAttribute("disabled"));
        Assert.True(page.Find(".resolve > [data-do='resolve:take_proposed']").HasAttribute("disabled"));
        Assert.Contains("Say why first", Read(page.Find(".resolve-why")), StringComparison.Ordinal);
        await page.Find("#settle-note").InputAsync(" ");
        Assert.True(page.Find($".resolve > [data-do='resolve:{WireNames.Of(safest.Code)}']").HasAttribute("disabled"));

        await page.Find("#settle-note").InputAsync("Ten days is the rule.");
        await page.Find(".resolve > [data-do='resolve:take_proposed']").ClickAsync();

        Assert.Equal(
            (ConflictResolution.TakeProposed, Rita),
            (Now(conflict).Resolution, Now(conflict).ResolvedBy!.Value)
        );
        Assert.Equal(3, Current(piece).Number);
        Assert.Contains("Took what was proposed, by Rita Voss", Read(page.Find(".settled")), StringComparison.Ordinal);
        Assert.Contains("Ten days is the rule.", Read(page.Find(".settled")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".resolve"));
    }

    [Fact]
    public async Task Places_that_contradict_each_other_are_settled_one_by_one_and_become_one_version()
    {
        var (piece, conflict) = await Collides(
            "Returns\nYou have 30 days.\nKeep the box and the label.\nWe refund in 7 days.\n"
        );
        var page = Opened(conflict);
        await page.Find("#settle-note").InputAsync("Both were right.");
        Assert.Equal("1", page.Find("section.merge").GetAttribute("data-left"));
        var merge = page.Find(".resolve > [data-do='resolve:merge']");
        Assert.Equal("Settle 1 more above first.", merge.GetAttribute("title"));

        await page.Find("[data-place='1'] [data-do='settle:edit']").ClickAsync();
        await page.Find("[data-place='1'] textarea")
            .ChangeAsync(new ChangeEventArgs { Value = "Keep the box and the label.\nWe refund in 5 days." });
        await page.Find(".resolve > [data-do='resolve:merge']").ClickAsync();

        Assert.Equal(ConflictResolution.Merge, Now(conflict).Resolution);
        Assert.Equal(
            "Returns\nYou have 30 days.\nKeep the box and the label.\nWe refund in 5 days.\n",
            Text(Current(piece).ContentHash)
        );
    }

    [Fact]
    public async Task Whoever_settled_one_is_led_to_the_next_and_nobody_else_is()
    {
        var (_, next) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal), "Another page");
        var (_, conflict) = await Collides(Was.Replace("30 days", "90 days", StringComparison.Ordinal));
        var page = Opened(conflict);
        Assert.Empty(page.FindAll("[data-do=next_conflict]"));

        await page.Find("#settle-note").InputAsync("Ten days is the rule.");
        await page.Find(".resolve > [data-do='resolve:take_proposed']").ClickAsync();

        Assert.Equal($"conflicts/{next.Id}", page.Find("[data-do=next_conflict]").GetAttribute("href"));
        Assert.StartsWith(
            $"Next: {next.Id}, open for",
            Read(page.Find("[data-do=next_conflict]")),
            StringComparison.Ordinal
        );
        Assert.Empty(Opened(conflict).FindAll("[data-do=next_conflict]"));
    }

    [Fact]
    public async Task Whoever_comes_second_is_told_by_whom_it_was_settled()
    {
        var (_, conflict) = await Collides(Was.Replace("30 days", "60 days", StringComparison.Ordinal));
        var page = Opened(conflict);
        await Do(
            Tomas,
            new ConflictCommand.Resolve(
                conflict.Id,
                ConflictResolution.KeepCurrent,
                Now(conflict).Seq,
                null,
                null,
                "Mine."
            )
        );

        page.WaitForAssertion(() =>
            Assert.Contains(
                "Kept what was there, by Tomas Okafor",
                Read(page.Find(".settled")),
                StringComparison.Ordinal
            )
        );
        Assert.Empty(page.FindAll(".resolve"));
    }

    [Fact]
    public async Task The_list_has_what_is_open_what_was_settled_and_its_filters_in_the_address()
    {
        var (_, one) = await Collides(Was.Replace("30", "60", StringComparison.Ordinal), "Help page one");
        var (_, two) = await Collides(Was.Replace("30", "90", StringComparison.Ordinal), "Help page two");
        await Do(
            Tomas,
            new ConflictCommand.Resolve(one.Id, ConflictResolution.Dismiss, Now(one).Seq, null, null, "Not needed.")
        );

        var page = Render<Conflicts>();

        Assert.Equal("open", page.Find($".row[data-conflict='{two.Id}']").GetAttribute("data-state"));
        Assert.Equal("dismissed", page.Find($".row[data-conflict='{one.Id}']").GetAttribute("data-state"));
        Assert.Contains("Unsettled 1", Read(page.Find(".views")), StringComparison.Ordinal);
        Assert.Contains("Dismissed 1", Read(page.Find(".views")), StringComparison.Ordinal);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/conflicts?show=dismissed&q=help%20page%20two");
        page.WaitForAssertion(() => Assert.Contains("No conflict matches", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Those_that_are_selected_are_settled_the_same_way_by_one_job()
    {
        var (_, one) = await Collides(Was.Replace("30", "60", StringComparison.Ordinal), "Help page one");
        await Collides(Was.Replace("30", "90", StringComparison.Ordinal), "Help page two");
        Viewer = Priya;
        var page = Render<Conflicts>();
        await page.Find($"[data-conflict={one.Id}] [data-pick]").ClickAsync(new MouseEventArgs());
        Assert.Contains("1 conflict selected", Read(page.Find(".selection-bar")), StringComparison.Ordinal);
        await page.Find("[data-do=bulk_dismiss]").ClickAsync();
        Assert.Equal("Dismiss 1 conflict?", Read(page.Find("dialog h2")));
        await page.Find("dialog textarea").InputAsync("Old drafts.");
        await page.Find("[data-do='confirm:bulk_dismiss']").ClickAsync();

        var job = Engine.Picture.Read(at => at.FindBulk(new BulkId(1))!);
        Assert.Equal((BulkDo.Resolve, "dismiss"), (job.Do, job.Args.Resolution));
        Assert.Equal([one.Id.Text], job.Ids);
        Assert.Contains(
            "B-1: Dismiss, 1 conflict",
            Render<BulkJobPage>(p => p.Add(x => x.Id, "B-1")).Markup,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Several_are_dismissed_with_one_note_and_what_moved_meanwhile_stays_and_is_named()
    {
        var (_, one) = await Collides(Was.Replace("30", "60", StringComparison.Ordinal), "Help page one");
        var (second, two) = await Collides(Was.Replace("30", "90", StringComparison.Ordinal), "Help page two");
        var page = Render<Conflicts>();
        await page.Find("[data-do=dismiss_all]").ClickAsync();
        await PublishAs(second, Agent, Was.Replace("30", "91", StringComparison.Ordinal), 1, second.Lease.Token, "7ef");
        page.WaitForElement($".row[data-conflict='{two.Id}'][data-rev='{Now(two).Seq}']");

        await page.Find("dialog textarea").InputAsync("Old drafts.");
        await page.Find("[data-do='confirm:dismiss_all']").ClickAsync();

        Assert.Equal((ConflictState.Dismissed, "Old drafts."), (Now(one).State, Now(one).Note));
        Assert.Equal(ConflictState.Open, Now(two).State);
        page.WaitForAssertion(() =>
            Assert.Contains($"1 conflict stayed open: {two.Id}", page.Markup, StringComparison.Ordinal)
        );
    }
}
