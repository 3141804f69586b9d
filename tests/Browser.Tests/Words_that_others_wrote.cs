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
        var lease = await agent.ClaimAsync(item, run: "<i>run", leaseSeconds: 5);
        await agent.StartAsync(lease);
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

    /// <summary>What content may try: to run, to load, to leave, to look like something else.</summary>
    public static TheoryData<string, string> Hostile =>
        new()
        {
            {
                "text/html",
                $"<html><body onload=ran.push(4)>{Markup}<iframe src='javascript:ran.push(5)'></iframe></body></html>"
            },
            {
                "image/svg+xml",
                "<svg xmlns='http://www.w3.org/2000/svg' onload='ran.push(6)'><script>ran.push(7)</script></svg>"
            },
            {
                "text/markdown",
                $"# {Markup}\n\n[go](javascript:ran.push(8)) [ours](https://example.invalid/x)\n\n![p](https://example.invalid/p.png)\n\n<style>*{{background:url(https://example.invalid/b)}}</style>\n<meta http-equiv=refresh content='0;url=https://example.invalid'>\n"
            },
            { "application/json", "{\"a\": \"<script>ran.push(9)</script>\", \"b\": \"javascript:ran.push(10)\"}" },
            {
                "text/css",
                "@import url(https://example.invalid/a.css); body { background: url(javascript:ran.push(11)) }"
            },
            { "text/plain", $"{Markup}\u202Etxt.exe\u200B {Link}" },
        };

    [Theory, MemberData(nameof(Hostile))]
    public async Task No_content_runs_loads_or_leaves_where_it_is_reviewed(string contentType, string content)
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Refund order 5518");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var made = await agent.PostAsync(
            "artifacts",
            new
            {
                name = $"{Markup} {contentType}",
                itemId = item,
                target = $"mail:{Link}",
                contentType,
                content,
                lease.Run,
                lease.Token,
                sources = new[] { new { target = $"crm:{Link}", version = Markup } },
            }
        );
        var artifact = made.GetProperty("id").GetString();
        await agent.PostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = content + "\nmore\n",
                note = $"{Markup} {Link}",
                lease.Run,
                lease.Token,
            }
        );
        await agent.PostAsync(
            $"artifacts/{artifact}/versions/2/comments",
            new { body = $"{Markup} {Link}", blocks = true }
        );
        await agent.PostAsync(
            $"artifacts/{artifact}/versions/2/review",
            new
            {
                note = Markup,
                lease.Run,
                lease.Token,
            }
        );
        var rita = await PersonAsync("Rita Voss", Roles.Reviewer);
        foreach (
            var path in new[]
            {
                "/review",
                $"/artifacts/{artifact}",
                $"/artifacts/{artifact}?v=2&from=1",
                $"/artifacts/{artifact}?v=1",
                $"/items/{item}",
            }
        )
        {
            await rita.OpensAsync(path);
            await Expect(rita.Page.Locator("#main")).ToContainTextAsync("<script>ran.push(1)</script>");
            await Expect(
                    rita.Page.Locator(
                        "a[href^='javascript' i], #main script, #main style, #main meta, #main iframe, #main svg[onload], #main img[src*='invalid'], #main a[href*='example.invalid']"
                    )
                )
                .ToHaveCountAsync(0);
            await rita.IsContentAsync();
        }
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
        Assert.Contains("U+202E", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_title_that_turns_the_direction_turns_only_itself()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, FromTheRight);
        await agent.ClaimAsync(item);
        var viewer = await PersonAsync("Vera Lind", Roles.Viewer);
        await viewer.OpensAsync($"/?queue={queue}");

        await Expect(viewer.Item(item).Locator(".row-title a")).ToHaveCSSAsync("unicode-bidi", Isolated);
        await viewer.OpensAsync($"/items/{item}");
        await Expect(viewer.Page.Locator(".item-page h2.page-title")).ToHaveCSSAsync("unicode-bidi", Isolated);
        await viewer.OpensAsync($"/history?item={item}");
        await Expect(viewer.Page.Locator(".timeline li .strong").First).ToHaveCSSAsync("unicode-bidi", Isolated);
    }

    private static readonly System.Text.RegularExpressions.Regex Bold = new("^bold$");
    private static readonly System.Text.RegularExpressions.Regex Isolated = new("isolate|plaintext");
}
