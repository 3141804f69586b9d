using Bunit;
using ControlSurface.Core.Actions;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
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
}
