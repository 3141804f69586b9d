using Bunit;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Standing;
using ControlSurface.Pages;

namespace Ui.Tests;

public class An_item_with_artifacts : ReviewHouse
{
    [Fact]
    public async Task The_item_shows_what_waits_what_was_made_and_what_is_prepared()
    {
        var piece = await Asked("Reply to ticket 88190", action: "send:88190");

        var page = Render<ItemPage>(p => p.Add(x => x.Id, piece.Item.Text));

        Assert.Equal("waiting_on_review", page.Find(".page").GetAttribute("data-state"));
        Assert.Contains($"{piece.Id} v1", Read(Block(page, "Waits for")), StringComparison.Ordinal);
        Assert.Contains("0 of 1 approvals", Read(Block(page, "Waits for")), StringComparison.Ordinal);
        Assert.Contains("Reply to ticket 88190, v1", Read(Block(page, "Artifacts")), StringComparison.Ordinal);
        Assert.Equal($"artifacts/{piece.Id}?v=1", Block(page, "Artifacts").QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("send:88190", Read(Block(page, "Actions")), StringComparison.Ordinal);
        Assert.Contains("Prepared", Read(Block(page, "Actions")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_6_3_what_may_have_happened_outside_asks_what_was_seen_before_it_is_settled()
    {
        var piece = await Unknown();
        Viewer = Mara;
        var page = Render<ItemPage>(p => p.Add(x => x.Id, piece.Item.Text));
        var outside = page.Find("[data-outside='send:88190']");
        Assert.Contains("What may have happened outside", Read(outside), StringComparison.Ordinal);
        Assert.Contains("It may have happened, or not.", Read(outside), StringComparison.Ordinal);
        Assert.Contains("Ambiguous", Read(Block(page, "Actions")), StringComparison.Ordinal);
        Assert.NotNull(Block(page, "Open conflicts"));

        await page.Find("[data-do='resolve:happened']").ClickAsync();
        var asks = page.Find("dialog.dialog");
        Assert.Contains("It counts as done.", Read(asks), StringComparison.Ordinal);
        Assert.True(page.Find("[data-do='confirm:resolve:happened']").HasAttribute("disabled"));
        Assert.Equal("Cancel Esc", Read(page.Find("dialog [autofocus]")));
        Assert.Equal(ActionState.Ambiguous, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
        await page.Find("dialog textarea").InputAsync("In the sent mail of the helpdesk, 14:02.");
        await page.Find("[data-do='confirm:resolve:happened']").ClickAsync();

        Assert.Contains(
            "In the sent mail of the helpdesk, 14:02.",
            Read(page.Find(".timeline-body")),
            StringComparison.Ordinal
        );
        Assert.Equal(ActionState.Applied, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
        Assert.Empty(page.FindAll("[data-outside]"));
    }

    [Fact]
    public async Task The_handover_has_artifacts_decisions_and_what_is_not_settled_without_the_holders_help()
    {
        var piece = await Unknown();
        Viewer = Mara;

        var desk = Render<Desk>(p => p.Add(x => x.Id, piece.Item.Text));

        var panel = Read(desk.Find(".handover"));
        Assert.Contains("What may have happened outside", panel, StringComparison.Ordinal);
        Assert.Contains("Reply to ticket 88190, v1", panel, StringComparison.Ordinal);
        Assert.Contains($"Rita Voss approved it: {piece.Id} v1", panel, StringComparison.Ordinal);
        await desk.Find("[data-do='resolve:not_happened']").ClickAsync();
        Assert.Contains("It counts as not done.", Read(desk.Find("dialog.dialog")), StringComparison.Ordinal);
        await desk.Find("dialog textarea").InputAsync("Nothing in the helpdesk.");
        await desk.Find("[data-do='confirm:resolve:not_happened']").ClickAsync();
        Assert.Empty(desk.FindAll("[data-outside]"));
        Assert.Equal(ActionState.Prepared, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
    }

    [Fact]
    public async Task Found_6_4_the_handover_begins_with_what_was_done_outside_and_an_older_next_step_says_so()
    {
        var piece = await Begun();
        await Do(
            Agent,
            new LeaseCommand.RecordCheckpoint(piece.Lease.Id, "7ef", piece.Lease.Token)
            {
                Summary = "The reply is ready.",
                NextStep = "send the reply",
            }
        );
        Clock.Advance(TimeSpan.FromSeconds(3));
        await Do(
            Agent,
            new ActionCommand.Complete("send:88190", "permit-1", "7ef", "{\"message\":\"msg-5512\"}", null, null)
        );
        Viewer = Mara;

        var desk = Render<Desk>(p => p.Add(x => x.Id, piece.Item.Text));

        var done = Read(desk.Find("[data-done-outside]"));
        Assert.Contains("Send reply on helpdesk:ticket/88190", done, StringComparison.Ordinal);
        Assert.Contains("msg-5512", done, StringComparison.Ordinal);
        Assert.Contains(
            "Written before Send reply was done outside",
            Read(desk.Find("[data-older]")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Found_6_8_what_is_off_under_ones_own_lease_says_why_and_the_way_on()
    {
        var item = await Item("Help page");
        var lease = await Work(item, by: Priya, run: null);
        var content = Content("one\n");
        var made = (ArtifactReply)
            (
                await Do(
                    Priya,
                    new ArtifactCommand.Create(
                        "Help page",
                        item,
                        null,
                        "text/plain",
                        new Proposed(content.Hash, content.Bytes.Length),
                        [],
                        null,
                        lease.Token
                    ),
                    content
                )
            ).Reply!;
        foreach (var (text, merge) in new[] { ("two\n", false), ("three\n", true) })
        {
            var next = Content(text);
            var current = Engine.Picture.Read(at => at.FindArtifact(made.Artifact.Artifact.Id)!.Current);
            await Engine.SendAsync(
                new Request(
                    new ArtifactCommand.Publish
                    {
                        Artifact = made.Artifact.Artifact.Id,
                        BaseVersion = 1,
                        Content = new Proposed(
                            next.Hash,
                            next.Bytes.Length,
                            ChangedLines: 1,
                            merge ? new MergeOffer(current.ContentHash, null, 1) : null
                        ),
                        Token = lease.Token,
                    },
                    new Caller(Priya)
                )
                {
                    Contents = [next],
                }
            );
        }
        var conflict = Engine.Picture.Read(at => at.OpenConflicts.Single());
        Viewer = Priya;

        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));

        var complete = page.Find("[data-do=complete]");
        Assert.True(complete.HasAttribute("disabled"));
        var why = page.Find($"#{complete.GetAttribute("aria-describedby")}");
        Assert.Equal($"Complete: not yet, {conflict.Id} is open. Settle {conflict.Id}", Read(why));
        Assert.Equal($"conflicts/{conflict.Id}", why.QuerySelector("a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("mark_applied", ActionState.Applied)]
    [InlineData("mark_not_applied", ActionState.Prepared)]
    public async Task Found_6_3_the_conflicts_page_asks_the_same_before_it_is_settled(string said, ActionState becomes)
    {
        await Unknown();
        var conflict = Engine.Picture.Read(at => at.OpenConflicts.Single());
        Viewer = Mara;
        var page = Render<ConflictPage>(p => p.Add(x => x.Id, conflict.Id.Text));

        await page.Find($".resolve > [data-do='resolve:{said}']").ClickAsync();
        Assert.True(page.Find($"[data-do='confirm:resolve:{said}']").HasAttribute("disabled"));
        Assert.Equal("Cancel Esc", Read(page.Find("dialog [autofocus]")));
        Assert.Equal(ActionState.Ambiguous, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
        await page.Find("dialog textarea").InputAsync("In the sent mail of the helpdesk, 14:02.");
        await page.Find($"[data-do='confirm:resolve:{said}']").ClickAsync();

        Assert.Equal(becomes, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
        Assert.Contains("In the sent mail", Read(page.Find(".settled")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_6_8_what_others_work_keeps_off_says_why()
    {
        var item = await Item("Help page");
        await Work(item, by: Agent, run: "7ef");
        Viewer = Mara;

        var page = Render<ItemPage>(p => p.Add(x => x.Id, item.Text));

        var park = page.Find("[data-do=park]");
        Assert.True(park.HasAttribute("disabled"));
        Assert.StartsWith(
            "Park: not while",
            Read(page.Find($"#{park.GetAttribute("aria-describedby")}")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task While_an_action_is_applied_the_row_says_so()
    {
        var piece = await Begun();

        Assert.Equal("applying", Render<Now>().Find($"[data-item={piece.Item}]").GetAttribute("data-state"));
        var page = Render<ItemPage>(p => p.Add(x => x.Id, piece.Item.Text));
        Assert.Contains("It may be happening now.", Read(page.Find("[data-outside]")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-do='resolve:happened']"));
    }

    [Fact]
    public async Task The_strip_counts_what_waits_on_review_what_collided_and_what_nobody_knows()
    {
        await Asked("Reply to ticket 88191");
        await Unknown();

        var page = Render<Now>();

        var figures = page.FindAll(".figures a").ToDictionary(a => Read(a.QuerySelector(".label")!), a => a);
        Assert.StartsWith("1", Read(figures["Waiting on review"].QuerySelector(".value")!), StringComparison.Ordinal);
        Assert.Equal("./?state=waiting_on_review", figures["Waiting on review"].GetAttribute("href"));
        Assert.StartsWith("1", Read(figures["Open conflicts"].QuerySelector(".value")!), StringComparison.Ordinal);
        Assert.StartsWith("1", Read(figures["Ambiguous actions"].QuerySelector(".value")!), StringComparison.Ordinal);
        Assert.Equal(
            "conflicts?q=" + Uri.EscapeDataString("kind:late_result state:open,in_review"),
            figures["Ambiguous actions"].GetAttribute("href")
        );
    }

    private async Task<Piece> Begun()
    {
        var piece = await Asked("Reply to ticket 88190", action: "send:88190");
        await Decide(Rita, piece);
        await Do(Agent, new LeaseCommand.Start(piece.Lease.Id, "7ef", piece.Lease.Token));
        await Do(Agent, new ActionCommand.Begin("send:88190", "7ef", piece.Lease.Token, "permit-1"));
        return piece;
    }

    // The agent was let through and not heard of again.
    private async Task<Piece> Unknown()
    {
        var piece = await Begun();
        Clock.Advance(TimeSpan.FromSeconds(301));
        await Engine.AskAsync((_, _) => true);
        Assert.Equal(ActionState.Ambiguous, Engine.Picture.Read(at => at.FindAction("send:88190")!.Written));
        return piece;
    }

    private static AngleSharp.Dom.IElement Block(IRenderedComponent<ItemPage> page, string name) =>
        page.FindAll(".side .block").Single(block => Read(block.QuerySelector("h2, h3")!) == name);
}
