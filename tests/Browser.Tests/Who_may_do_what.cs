using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The same pages for different people.</summary>
public sealed class Who_may_do_what(Street street) : Story(street)
{
    [Fact]
    public async Task A_viewer_sees_everything_and_no_button_that_acts()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        await agent.StartAsync(await agent.ClaimAsync(item));
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        var support = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);

        foreach (
            var path in new[]
            {
                $"/?queue={queue}",
                "/desk",
                $"/items/{item}",
                "/queues",
                $"/queues/{queue}",
                "/history",
            }
        )
        {
            await viewer.OpensAsync(path);
            await Expect(viewer.Page.Locator("#main .page")).ToBeVisibleAsync();
            await HasNoActsAsync(viewer, path);
        }
        await support.OpensAsync($"/items/{item}");
        await Expect(support.Do("force")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_is_disabled_sees_nothing_more()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Reply to ticket 88213");
        await agent.ClaimAsync(item);
        var name = Street.Fresh("Uma Reyes");
        var uma = await PersonAsync(name, Roles.Support);
        await uma.OpensAsync($"/?queue={queue}");
        await Expect(uma.Item(item)).ToBeVisibleAsync();

        Premises.Access.SetState(Premises.Access.Find(name)!.Id, PrincipalState.Ended, "left the team");

        await Expect(uma.Page.Locator(".row[data-item], [data-do]")).ToHaveCountAsync(0);
        await Expect(uma.Page.GetByText("Sign in").First).ToBeVisibleAsync();
        await uma.Page.ReloadAsync();
        await Expect(uma.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/(login|signin)"));
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_gets_the_way_in()
    {
        var anybody = await AnybodyAsync();

        await anybody.Page.GotoAsync("/queues");

        await Expect(anybody.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login"));
        await Expect(anybody.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_that_was_used_says_so()
    {
        await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);
        var link = Premises.Access.MakeSignInLink(Premises.Access.Find("Mara Lindqvist")!.Id);
        var first = await AnybodyAsync();
        await first.UsesAsync(link);
        var second = await AnybodyAsync();

        await second.Page.GotoAsync(link);

        await Expect(second.Page.Locator(".note[role='alert']")).ToContainTextAsync("it was used before");
    }

    // Which button it was is said: on this server stand the works of other stories too.
    private static async Task HasNoActsAsync(Visitor visitor, string path)
    {
        try
        {
            // What is on the page may be saved as a file by whoever reads it.
            await Expect(visitor.Page.Locator("[data-do]:not([data-do='csv'])")).ToHaveCountAsync(0);
        }
        catch (PlaywrightException)
        {
            var there = await visitor.Page.EvaluateAsync<string>(
                "[...document.querySelectorAll(\"[data-do]:not([data-do='csv'])\")].map(one => one.parentElement.outerHTML).join()"
            );
            Assert.Fail($"{path}: {there}");
        }
    }
}
