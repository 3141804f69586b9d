using Bunit;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Notes;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;

namespace Ui.Tests;

/// <summary>One plain state for a decision that was used, or that somebody who is gone left standing.</summary>
public class A_decision_that_stands : ReviewHouse
{
    private IRenderedComponent<ArtifactPage> Opened(Piece piece)
    {
        var page = Render<ArtifactPage>(p => p.Add(x => x.Id, piece.Id.Text));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".diff")));
        return page;
    }

    [Fact]
    public async Task Found_2_10_a_spent_approval_is_said_and_approving_again_is_a_plainer_act()
    {
        var piece = await Asked(action: "send:88190");
        await Decide(Rita, piece);
        await Do(Agent, new ActionCommand.Begin("send:88190", "7ef", piece.Lease.Token, "permit-1"));

        var page = Opened(piece);

        Assert.Equal("spent", page.Find(".page").GetAttribute("data-state"));
        var side = page.Find(".side").TextContent;
        Assert.DoesNotContain("0 of 1", side, StringComparison.Ordinal);
        Assert.Contains("1 of 1 approval needed", side, StringComparison.Ordinal);
        Assert.Contains("the approval was used by send:88190", side, StringComparison.Ordinal);
        var again = page.Find("[data-do=approve]");
        Assert.StartsWith("Approve v1 again", again.TextContent.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("ink", again.ClassList);
    }

    [Fact]
    public async Task Found_2_9_a_block_of_somebody_who_has_left_says_who_can_lift_it_and_is_lifted_there()
    {
        var piece = await Asked(action: "send:88190");
        await Decide(Tomas, piece, "request_changes", "the amount");
        await Decide(Rita, piece);
        var tomas = Engine.Picture.Read(at => at.FindPrincipal(Tomas)!);
        await Do(PrincipalId.System, new PrincipalCommand.Sync(tomas with { State = PrincipalState.Ended }));

        var page = Opened(piece);
        Assert.Equal("changes_requested", page.Find(".page").GetAttribute("data-state"));
        Assert.Equal("given_blocked", page.Find("[data-approval]").GetAttribute("data-state"));
        Assert.Contains(
            "a manager can lift it",
            page.Find("[data-notice=request_changes]").TextContent,
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll("[data-do=lift]"));

        Viewer = Priya;
        page = Opened(piece);
        await page.Find("[data-do=lift]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("He has left the team.");
        await page.Find("[data-do='confirm:lift']").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("valid", page.Find(".page").GetAttribute("data-state")));
    }

    private Task Besides(string role) =>
        Do(
            Priya,
            new QueueCommand.Set(
                "replies",
                new PolicyChange
                {
                    Approvals = new(
                        true,
                        [new ApprovalRule("money", new ApprovalWhen("helpdesk:", null, null, null), role, 1)]
                    ),
                },
                IfSeq: null
            )
        );

    [Fact]
    public async Task Found_6_5_an_approval_that_would_add_nothing_says_whose_is_missing_and_is_not_asked_of_its_reader()
    {
        await Besides("manager");
        var piece = await Asked(action: "send:88190");
        Assert.Contains(
            "After yours it still needs a manager's, for money.",
            Opened(piece).Find(".side").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains("For me 1", Tabs(), StringComparison.Ordinal);
        await Decide(Tomas, piece);

        Assert.Contains(
            "Yours would not count: it needs a manager's, for money.",
            Opened(piece).Find(".side").TextContent,
            StringComparison.Ordinal
        );
        Assert.Contains("For me 0", Tabs(), StringComparison.Ordinal);
        Viewer = Priya;
        Assert.Contains("For me 1", Tabs(), StringComparison.Ordinal);
        await Decide(Priya, piece);
        Assert.Equal("valid", Opened(piece).Find(".page").GetAttribute("data-state"));
    }

    private string Tabs() => string.Join(", ", Render<ReviewPage>().FindAll(".views a").Select(Read));

    [Fact]
    public async Task Found_6_6_a_later_word_of_the_same_person_stands_alone()
    {
        var piece = await Asked(action: "send:88190");
        await Decide(Rita, piece);
        await Decide(Rita, piece, "request_changes", "the amount after all");

        var page = Opened(piece);
        Assert.Equal("changes_requested", page.Find(".page").GetAttribute("data-state"));
        var approval = page.Find("[data-approval]");
        Assert.Equal("revoked", approval.GetAttribute("data-state"));
        Assert.NotNull(approval.QuerySelector(".struck"));
        Assert.Contains("requested changes after it", Read(approval), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-notice=approved]"));
        // And the other way round: an approval takes the request back.
        await Decide(Rita, piece);
        Assert.Equal("valid", Opened(piece).Find(".page").GetAttribute("data-state"));
    }

    [Fact]
    public async Task Found_6_7_a_question_is_a_thread_that_is_answered_and_goes_on_to_the_next_version()
    {
        var piece = await Asked(action: "send:88190");
        await Decide(Rita, piece, "ask", "Which month is it for?");

        var page = Opened(piece);
        var thread = page.Find("[data-comment-id]");
        Assert.Contains("Which month is it for?", Read(thread), StringComparison.Ordinal);
        Assert.Equal("question, waits for an answer", Read(thread.QuerySelector("[data-question]")!));
        // The holder answers the note that it was woken with; the answer stands in the thread.
        var note = Engine.Picture.Read(at => at.FindItem(piece.Item)!.Notes[^1]);
        await Do(Agent, new NoteCommand.Acknowledge(piece.Item, note.Number, "For May."));

        page.WaitForAssertion(() =>
            Assert.Contains("For May.", Read(page.Find("[data-comment-id] .reply")), StringComparison.Ordinal)
        );
        Assert.Equal("question, answered", Read(page.Find("[data-question]")));
        await Publish(piece, "Dear Mr Haverkamp,\nwe credit one day of May.\n");
        Assert.Contains("For May.", Read(Opened(piece).Find("[data-comment-id]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_6_14_an_outdated_approval_leads_to_the_review_of_what_is_there_now()
    {
        var piece = await Made(text: "one\n");
        await Prepare(piece, "send:88190");
        await Decide(Rita, piece);
        await Publish(piece, "two\n", "another amount");
        var conflict = Engine.Picture.Read(at => at.OpenConflicts.Single());

        var page = Render<ConflictPage>(p => p.Add(x => x.Id, conflict.Id.Text));
        var safest = page.Find(".resolve > .button.ink");
        Assert.Equal(("resolve:retry", "Have v2 reviewed"), (safest.GetAttribute("data-do"), Read(safest)));
        Assert.Equal(
            $"artifacts/{piece.Id}?v=2&from=1",
            page.Find(".panel.next [data-do=open_newer]").GetAttribute("href")
        );
        var timeline = Read(page.Find(".conflict-bottom"));
        Assert.Contains("version 1", timeline, StringComparison.Ordinal);
        Assert.Contains("version 2", timeline, StringComparison.Ordinal);
        await page.Find("#settle-note").InputAsync("The amount changed.");
        await page.Find(".resolve > [data-do='resolve:retry']").ClickAsync();

        var review = Engine.Picture.Read(at => at.FindArtifact(piece.Id)!.OpenReview)!;
        Assert.Equal(2, review.Version);
        Assert.Equal("resolved", page.Find(".page").GetAttribute("data-state"));
    }
}
