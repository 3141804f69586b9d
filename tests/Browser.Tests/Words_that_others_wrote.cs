using ControlSurface.Core.Principals;

namespace Browser.Tests;

/// <summary>Titles, notes and names come from agents and from whoever writes to them: they are words, and nothing else.</summary>
public sealed class Words_that_others_wrote(Street street) : Story(street)
{
    private const string Markup = "<script>ran.push(1)</script><img src=x onerror=ran.push(2)><b>bold</b>";
    private const string Link = "javascript:ran.push(3)";

    // Letters that are read from the right are anybody's; characters that only turn the direction are nobody's.
    private const string FromTheRight = "החזר כספי 5518";
    private const string Turned = "\u202Etxt.exe";

    [Fact]
    public async Task They_run_nothing_on_any_page()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(
            queue,
            $"{Markup} {FromTheRight}",
            $"{Markup}\n{Link}\n<a href=\"{Link}\">here</a>",
            Link
        );
        var lease = await agent.ClaimAsync(item, run: "<i>run</i>", leaseSeconds: 5);
        await agent.PostAsync(
            $"leases/{lease.Id}/checkpoints",
            new
            {
                lease.Run,
                lease.Token,
                summary = $"{Markup} {FromTheRight}",
                evidence = new[] { new { label = Markup, text = Link } },
                openQuestions = new[] { Markup },
                nextStep = Link,
            }
        );
        await agent.PostAsync(
            $"items/{item}/notes",
            new
            {
                text = $"{Markup} {Link}",
                to = "everyone",
                kind = "question",
            }
        );
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);

        foreach (
            var path in new[] { "/", "/desk", $"/desk/{item}", $"/items/{item}", "/history", $"/history?item={item}" }
        )
        {
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main")).ToContainTextAsync("<script>ran.push(1)</script>");
            await Expect(mara.Page.Locator("#main b", new() { HasTextRegex = Bold })).ToHaveCountAsync(0);
            await Expect(mara.Page.Locator("a[href^='javascript' i], #main script, #main img, #main iframe"))
                .ToHaveCountAsync(0);
            await mara.IsContentAsync();
        }
        await mara.Page.Keyboard.PressAsync("Control+k");
        await mara.Page.GetByRole(Microsoft.Playwright.AriaRole.Combobox).FillAsync(item);
        await Expect(mara.Page.Locator("#palette-list")).ToContainTextAsync("<script>ran.push(1)</script>");
    }

    [Fact]
    public async Task Evidence_that_names_a_script_is_no_link()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Refund order 5518");
        var lease = await agent.ClaimAsync(item);
        using var answer = await agent.TryPostAsync(
            $"leases/{lease.Id}/checkpoints",
            new
            {
                lease.Run,
                lease.Token,
                summary = "Looked.",
                evidence = new[] { new { label = "Receipt", uri = Link } },
            }
        );
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);

        // Kept or refused, nobody is led there.
        foreach (var path in new[] { $"/items/{item}", $"/desk/{item}", $"/history?item={item}" })
        {
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main")).ToContainTextAsync(item);
            await Expect(mara.Page.Locator("a[href^='javascript' i]")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Characters_that_only_turn_the_direction_are_refused()
    {
        var (agent, queue) = await QueueAsync();

        using var answer = await agent.TryPostAsync("items", new { queue, title = Turned });

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("direction", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_title_that_turns_the_direction_turns_only_itself()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, FromTheRight);
        await agent.ClaimAsync(item);
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");

        await Expect(viewer.Item(item).Locator(".ti a")).ToHaveCSSAsync("unicode-bidi", Isolated);
        await viewer.OpensAsync($"/items/{item}");
        await Expect(viewer.Page.Locator(".item h2.h1")).ToHaveCSSAsync("unicode-bidi", Isolated);
        await viewer.OpensAsync($"/history?item={item}");
        await Expect(viewer.Page.Locator(".tl li .strong").First).ToHaveCSSAsync("unicode-bidi", Isolated);
    }

    private static readonly System.Text.RegularExpressions.Regex Bold = new("^bold$");
    private static readonly System.Text.RegularExpressions.Regex Isolated = new("isolate|plaintext");
}
