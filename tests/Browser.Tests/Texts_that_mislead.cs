using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Hidden, reversed and look-alike characters in everything that others write, and the languages of the world beside them.</summary>
public sealed class Texts_that_mislead(Street street) : Story(street)
{
    // What names may have and nobody sees: soft hyphen, zero-width space, left-to-right mark, word joiner.
    private const string Name = "a\u00ADb\u200Bc\u200Ed\u2060e";

    // What prose may have besides: an override, an isolate, fillers, a tag, a selector.
    private const string Prose = Name + " f\u202Eg\u2066h\u3164i\u034Fj\U000E0041k\uFE00l";

    // Text nodes and the attributes that are read out or shown: where a hidden character stands in them raw.
    private const string Raw = """
        () => {
          const hidden = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\u3164\u034F\uFE00-\uFE0D]|[\u{E0000}-\u{E01EF}]/u;
          const found = [];
          const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            if (node.nodeType === Node.TEXT_NODE) {
              const at = node.parentElement;
              if (hidden.test(node.data) && !at.closest(".hidden-itself, script, style, textarea"))
                found.push(`text in <${at.tagName.toLowerCase()} class="${at.className}">: ${JSON.stringify(node.data.slice(0, 80))}`);
            } else {
              for (const name of ["title", "aria-label", "alt", "placeholder", "label"])
                if (hidden.test(node.getAttribute(name) ?? ""))
                  found.push(`${name} of <${node.tagName.toLowerCase()} class="${node.className}">: ${node.getAttribute(name).slice(0, 80)}`);
            }
          }
          return found;
        }
        """;

    [Fact]
    public async Task Found_3_5_no_page_prints_a_text_of_others_raw()
    {
        var (_, queue) = await QueueAsync();
        using var agent = Premises.Agent(Street.Fresh($"{Name} agent"));
        var item = await agent.ItemAsync(queue, $"title {Name}", $"body {Prose}\n{Prose}", $"crm:{Name}/1");
        var lease = await agent.ClaimAsync(item, run: $"run {Name}");
        await agent.StartAsync(lease);
        await agent.RenewAsync(lease, $"step {Name}");
        await agent.PostAsync(
            $"leases/{lease.Id}/checkpoints",
            new
            {
                lease.Run,
                lease.Token,
                summary = Prose,
                evidence = new[] { new { label = Name, text = Prose } },
                validations = new[]
                {
                    new
                    {
                        name = Name,
                        outcome = "passed",
                        detail = Prose,
                    },
                },
                openQuestions = new[] { Prose },
                nextStep = Prose,
            }
        );
        await agent.PostAsync(
            $"items/{item}/notes",
            new
            {
                text = Prose,
                to = "everyone",
                kind = "question",
            }
        );
        await agent.PostAsync(
            $"leases/{lease.Id}/locks",
            new
            {
                lease.Run,
                lease.Token,
                targets = new[] { new { target = $"crm:{Name}/1", mode = "exclusive" } },
            }
        );
        var artifact = (
            await agent.PostAsync(
                "artifacts",
                new
                {
                    name = $"artifact {Name}",
                    itemId = item,
                    target = $"crm:{Name}/1",
                    contentType = "text/markdown",
                    content = $"# {Prose}\n\n{Prose}\n",
                    lease.Run,
                    lease.Token,
                    sources = new[] { new { target = $"crm:{Name}/source", version = Name } },
                }
            )
        ).GetProperty("id").GetString()!;
        await agent.PublishAsync(lease, artifact, 1, $"# {Prose}\n\nmore {Prose}\n", Prose);
        await agent.PutAsync(
            $"actions/{Street.Fresh("send-" + Name)}",
            new
            {
                kind = $"send {Name}",
                target = $"crm:{Name}/1",
                itemId = item,
                artifactId = artifact,
                version = 2,
                expectedTargetVersion = Name,
                lease.Run,
                lease.Token,
            }
        );
        // Another content on the same base: a conflict.
        await agent.TryPostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = $"# other {Prose}\n",
                note = Prose,
                lease.Run,
                lease.Token,
            }
        );
        await agent.PostAsync(
            $"artifacts/{artifact}/versions/2/comments",
            new
            {
                body = Prose,
                anchor = new
                {
                    quote = "more",
                    start = 0,
                    end = 4,
                },
                suggestion = Prose,
                blocks = true,
            }
        );
        await agent.PostAsync(
            $"artifacts/{artifact}/versions/2/review",
            new
            {
                note = Prose,
                lease.Run,
                lease.Token,
            }
        );
        var conflict = (await agent.GetAsync($"conflicts?queue={queue}"))
            .GetProperty("items")[0]
            .GetProperty("id")
            .GetString();
        var mara = await PersonAsync(Street.Fresh($"Mara {Name}"), Roles.Manager | Roles.Support | Roles.Reviewer);
        var raw = new List<string>();

        foreach (
            var path in new[]
            {
                "/",
                "/desk",
                $"/desk/{item}",
                $"/items/{item}",
                "/review",
                $"/artifacts/{artifact}",
                $"/artifacts/{artifact}?v=1",
                "/conflicts",
                $"/conflicts/{conflict}",
                "/locks",
                "/history",
                $"/history?item={item}",
                "/inbox",
                "/queues",
                $"/queues/{queue}",
                "/runbook",
                "/search?q=title",
                "/bulk",
                "/more",
            }
        )
        {
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main .skeleton, #main [aria-busy=true]")).ToHaveCountAsync(0);
            raw.AddRange((await mara.Page.EvaluateAsync<string[]>(Raw)).Select(one => $"{path}: {one}"));
        }

        Assert.True(raw.Count == 0, string.Join("\n", raw.Distinct()));
    }

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Found_3_5_six_targets_that_differ_by_tricks_look_like_six_things(
        int width,
        int height,
        ColorScheme scheme
    )
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Send six replies");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var artifact = (
            await agent.PostAsync(
                "artifacts",
                new
                {
                    name = "Reply",
                    itemId = item,
                    contentType = "text/plain",
                    content = "Dear Ada,\n",
                    lease.Run,
                    lease.Token,
                }
            )
        ).GetProperty("id").GetString()!;
        string[] targets =
        [
            "crm:customer/42",
            "crm:customer/4\u200B2",
            "crm:customer/4\u200E2",
            "\u0441rm:customer/42",
            "crm:customer/\uFF142",
            "crm:customer/42\u00AD",
        ];
        foreach (var target in targets)
            await agent.PutAsync(
                $"actions/{Street.Fresh("reply")}",
                new
                {
                    kind = "send_reply",
                    target,
                    itemId = item,
                    artifactId = artifact,
                    version = 1,
                    lease.Run,
                    lease.Token,
                }
            );
        await agent.PostAsync($"artifacts/{artifact}/versions/1/review", new { lease.Run, lease.Token });
        var rita = await PersonAsync(Street.Fresh("Rita"), Roles.Reviewer, new Window(width, height, scheme));
        await rita.OpensAsync($"/artifacts/{artifact}");
        var drawn = rita.Page.Locator(".consequences .target");
        await Expect(drawn).ToHaveCountAsync(6);

        // What is seen is compared as the eye compares: without what shows nothing, look-alikes as the letters that they are taken for.
        var seen = await drawn.EvaluateAllAsync<string[]>(
            """
            all => all.map(one => {
              const copy = one.cloneNode(true);
              copy.querySelectorAll(".hidden-itself").forEach(hidden => hidden.remove());
              copy.querySelectorAll(".suspect").forEach(word => word.append("~"));
              return copy.textContent.normalize("NFKC").replaceAll("\u0441", "c");
            })
            """
        );
        Assert.Equal(6, seen.Distinct(StringComparer.Ordinal).Count());
        await Expect(rita.Page.Locator(".consequences [data-warning]")).ToHaveCountAsync(6);
        await Expect(rita.Page.Locator(".consequences [data-warning]").First)
            .ToContainTextAsync("which is another target");
        await ShotAsync(rita, $"six-targets-{width}-{scheme}");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/markdown")]
    public async Task Found_3_4_prose_from_the_right_reads_in_its_order(string contentType)
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(
            queue,
            "بازپرداخت سفارش 5518 برای می\u200Cخواهم",
            "سلام! این متن 3 بخش دارد.\nHello in English.\nनमस्ते क्\u200Dष 👨\u200D👩\u200D👧 日本語です。"
        );
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        const string First = "مرحبا (Ada), طلبك رقم 5518 جاهز.";
        var artifact = (
            await agent.PostAsync(
                "artifacts",
                new
                {
                    name = "پاسخ به مشتری 👩🏽\u200D🚒",
                    itemId = item,
                    contentType,
                    content = $"{First}\n\nمن می\u200Cخواهم به خانه بروم.\n\nनमस्ते दुनिया, क्\u200Dष\n\n日本語の返信です。👨\u200D👩\u200D👧\n",
                    lease.Run,
                    lease.Token,
                }
            )
        ).GetProperty("id").GetString()!;
        await agent.PublishAsync(
            lease,
            artifact,
            1,
            $"{First}\n\nمن می\u200Cخواهم فردا به خانه بروم.\n\nनमस्ते दुनिया, क्\u200Dष\n\n日本語の返信です。👨\u200D👩\u200D👧\n",
            "یادداشت 12"
        );
        await agent.PostAsync($"artifacts/{artifact}/versions/2/comments", new { body = "نظر: 2 خط کم است (لطفاً)." });
        await agent.PutAsync(
            $"actions/{Street.Fresh("ارسال")}",
            new
            {
                kind = "send_reply",
                target = "crm:مشتری/42/الف",
                itemId = item,
                artifactId = artifact,
                version = 2,
                lease.Run,
                lease.Token,
            }
        );
        await agent.PostAsync(
            $"artifacts/{artifact}/versions/2/review",
            new
            {
                lease.Run,
                lease.Token,
                note = "لطفاً بخوانید: 2",
            }
        );
        var rita = await PersonAsync(Street.Fresh("ریتا"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");

        // The first word of the line stands at the right, its full stop at the left, on the line where it is read.
        await rita.Page.GetByText("مرحبا").First.WaitForAsync();
        var places = await rita.Page.EvaluateAsync<double[][]>(
            """
            () => {
              const places = [];
              for (const block of document.querySelectorAll("#main .diff .text, #main .markdown p")) {
                const text = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
                const first = text.nextNode();
                if (!first?.data.startsWith("مرحبا")) continue;
                const range = document.createRange();
                range.setStart(first, 0); range.setEnd(first, 1);
                const start = range.getBoundingClientRect();
                range.setStart(first, first.data.length - 1); range.setEnd(first, first.data.length);
                const end = range.getBoundingClientRect();
                places.push([start.left, end.left]);
              }
              return places;
            }
            """
        );
        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.True(place[0] > place[1], "the line begins at the left"));
        await Expect(rita.Page.Locator(".hidden-note")).ToHaveCountAsync(0);
        Assert.Equal(0, await rita.Page.Locator("#main .hidden-character").CountAsync());
        await ShotAsync(rita, $"from-the-right-{contentType.Replace('/', '-')}");
        foreach (var path in new[] { "/", $"/items/{item}", "/review" })
        {
            await rita.OpensAsync(path);
            Assert.Equal(0, await rita.Page.Locator("#main .hidden-character").CountAsync());
            await ShotAsync(rita, $"from-the-right-{contentType.Replace('/', '-')}{path.Replace('/', '-')}");
        }
    }

    private static async Task ShotAsync(Visitor who, string name)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { Length: > 0 } folder)
            await who.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = false });
    }
}
