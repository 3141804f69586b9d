using ControlSurface.Components;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Every page in a narrow window and at twice the size: nothing is cut off, nothing overlaps, every icon has words.</summary>
[Collection(nameof(AcrossTheStreet))]
public sealed class Pages_at_every_width(Street street) : StoryOnALine(street)
{
    private static readonly Window Narrow = new(1024, 768);

    // What a window of 1440 by 900 has room for at 200 %.
    private static readonly ViewportSize Doubled = new() { Width = 720, Height = 450 };

    // What reaches past the window, or lies over its neighbour in a row, a head or a bar.
    private const string Misplaced = """
        () => {
          const wrong = [];
          if (document.documentElement.scrollWidth > innerWidth)
            for (const one of document.querySelectorAll("body *"))
              if (one.getBoundingClientRect().right > innerWidth + 1) wrong.push("reaches out: " + one.outerHTML.slice(0, 140));
          for (const box of document.querySelectorAll("#main :is(.row, .list-head, .group-head, .figures, .tools, .panel > header), .top")) {
            const parts = [...box.children]
              .map(one => ({ one, at: one.getBoundingClientRect(), style: getComputedStyle(one) }))
              .filter(part => part.at.width > 1 && part.at.height > 1 && part.style.visibility === "visible");
            for (const [k, a] of parts.entries())
              for (const b of parts.slice(k + 1))
                if (Math.min(a.at.right, b.at.right) - Math.max(a.at.left, b.at.left) > 2
                  && Math.min(a.at.bottom, b.at.bottom) - Math.max(a.at.top, b.at.top) > 2)
                  wrong.push("overlap: " + a.one.outerHTML.slice(0, 140) + " AND " + b.one.outerHTML.slice(0, 140));
          }
          return [...new Set(wrong)].slice(0, 4).join("\n");
        }
        """;

    // Buttons and links that show an icon and no words: each has a word beside it once it is pointed at or has the focus.
    private const string Wordless = """
        async () => {
          const seen = one => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
          const shows = one => {
            const words = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
            for (let word; (word = words.nextNode()); )
              if (word.data.trim() && !word.parentElement.closest("[aria-hidden=true]") && word.parentElement.getBoundingClientRect().width > 1) return true;
            return false;
          };
          const icons = [...document.querySelectorAll("button, a[href], summary")].filter(one => seen(one) && one.querySelector("svg") && !shows(one));
          const wrong = [];
          for (const icon of icons) {
            if (icon.closest(".hint, .nav-link")) continue;
            icon.focus();
            const tip = document.querySelector(".tip");
            if (document.activeElement !== icon || !tip || tip.textContent !== (icon.title || icon.ariaLabel) || !seen(tip)) wrong.push(icon.outerHTML.slice(0, 200));
          }
          return { count: icons.length, wrong: wrong.join("\n") };
        }
        """;

    [Fact]
    public async Task Each_fits_a_narrow_window_and_twice_the_size_and_has_words_for_its_icons()
    {
        // A name and a title have as many characters as they may, and none at which a line could be broken.
        var queue = Street.Fresh("refunds-of-a-very-long.queue_whose.name-has-no-end");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue);
        var agent = Premises.Agent("reply-agent");
        var item = await agent.ItemAsync(
            queue,
            "Update billing contact of Aldergate Housing Association, Registered Provider number 4471 and its subsidiaries",
            "See the contract.",
            "crm:customer/118/addresses/invoice/primary"
        );
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var artifact = await agent.AskAsync(lease, "Reply to Aldergate", "Dear Ms Okafor,\n", $"send:{item}");
        var left = await agent.ItemAsync(queue, string.Concat(Enumerable.Repeat("Donaudampfschifffahrt", 9)));
        var given = await agent.ClaimAsync(left);
        await agent.PostAsync(
            $"leases/{given.Id}/handoff",
            new
            {
                given.Run,
                given.Token,
                to = new { role = "support" },
                note = "Wants to talk to a person.",
            }
        );
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support | Roles.Reviewer, Narrow);
        string[] paths =
        [
            .. Navigation.Places.Select(place => place.Href == "./" ? "/" : $"/{place.Href}"),
            $"/items/{item}",
            $"/artifacts/{artifact}",
            $"/queues/{queue}",
            $"/items/{left}",
            $"/desk/{left}?queue={queue}",
        ];
        var icons = 0;
        foreach (var path in paths)
        {
            await mara.Page.SetViewportSizeAsync(Narrow.Width, Narrow.Height);
            await mara.OpensAsync(path);
            await FitsAsync(mara.Page, $"{path} at 1024");
            // A focus that the keyboard moves is one that shows.
            await mara.Page.Keyboard.PressAsync("Tab");
            var found = await mara.Page.EvaluateAsync<Icon>(Wordless);
            Assert.Equal((path, ""), (path, found.Wrong));
            icons += found.Count;
            await mara.Page.SetViewportSizeAsync(Doubled.Width, Doubled.Height);
            await FitsAsync(mara.Page, $"{path} at 200 %");
        }
        Assert.True(icons > paths.Length, "It looked past the icons.");
    }

    // Names of what a bar, a panel's head, a group's head and the heads of columns offer; of two alike the second has a number.
    private const string Offered = """
        () => {
          const counts = new Map();
          return [...document.querySelectorAll(
            "#main :is(.tools, .panel > header) :is(a, button, input, select), #main .group-head :is(h2, span:not([aria-hidden])), #main .list-head > :not(.title-head), #main .row .act")]
            .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1 && !one.matches(".only-by-touch"))
            .map(one => (one.closest(".list-head") ? "column " : "") + (one.ariaLabel || one.placeholder || one.textContent).replace(/[\d.,:]+/g, "").replace(/\s+/g, " ").trim())
            .map(name => (counts.set(name, (counts.get(name) ?? 0) + 1), `${name} ${counts.get(name)}`));
        }
        """;

    [Fact]
    public async Task A_list_keeps_its_counts_its_columns_and_its_acts_in_a_narrow_window_and_at_twice_the_size()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88213"));
        await agent.StartAsync(lease);
        await agent.CollideAsync(lease, await agent.AskAsync(lease, "Reply to 88213", "We credit one day.", "send:1"));
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support | Roles.Reviewer);
        foreach (
            var path in (string[])
                ["/", "/review?show=all", "/conflicts", "/queues", "/runbook", "/search?q=reply", "/since", "/history"]
        )
        {
            await mara.Page.SetViewportSizeAsync(1440, 900);
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main :is(.row, .timeline li)").First).ToBeVisibleAsync();
            var offered = await mara.Page.EvaluateAsync<string[]>(Offered);
            Assert.NotEmpty(offered);
            foreach (var (width, height) in new[] { (1024, 768), (720, 450), (512, 384), (390, 844) })
            {
                await mara.Page.SetViewportSizeAsync(width, height);
                // What stands in columns stands in a card on a phone. There it sorts all the same.
                var kept = offered.Where(name =>
                    width > 560 || path == "/queues" || !name.StartsWith("column ", StringComparison.Ordinal)
                );
                await KeepsAsync(mara.Page, $"{path} at {width}", [.. kept]);
            }
        }
    }

    private static async Task KeepsAsync(IPage page, string where, string[] kept)
    {
        const string lost =
            $"kept => {{ const now = ({Offered})(); return kept.filter(name => !now.includes(name)).join(', '); }}";
        try
        {
            await page.WaitForFunctionAsync($"kept => ({lost})(kept) === ''", kept);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{where} lost: {await page.EvaluateAsync<string>(lost, kept)}");
        }
    }

    // An owner whose name or run reaches out of the cell, or lies over the other.
    private const string OutOfItsCell = """
        () => [...document.querySelectorAll("#main .owner")]
          .flatMap(owner => {
            const cell = owner.parentElement.getBoundingClientRect();
            const [name, run] = [owner.querySelector(".name"), owner.querySelector(".run")].map(one => one?.getBoundingClientRect());
            return !run || run.right <= Math.min(cell.right, innerWidth) + 1 && name.right <= run.left + 1 && name.width > 8 ? [] : [owner.outerHTML.slice(0, 160)];
          })
          .join("\n")
        """;

    [Fact]
    public async Task A_run_with_a_long_name_stays_in_its_place_and_is_whole_on_its_own_page()
    {
        const string run = "2026-11-24T20-31-02Z_worker-eu-west-3b_reply-pool-7f9c4d";
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88213"), run);
        await agent.StartAsync(lease);
        await agent.RenewAsync(lease, "step 4 of 5");
        await agent.AskAsync(lease, "Reply to 88213", "Dear Ms Okafor,\n", $"send:{lease.Item}");
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Reviewer);
        foreach (var path in new[] { $"/runs/{run}", $"/?queue={queue}", "/review", $"/items/{lease.Item}" })
        {
            await mara.OpensAsync(path);
            foreach (var width in new[] { 1440, 1024, 720, 390 })
            {
                await mara.Page.SetViewportSizeAsync(width, 900);
                await FitsAsync(mara.Page, $"{path} at {width}");
                Assert.Equal((path, width, ""), (path, width, await mara.Page.EvaluateAsync<string>(OutOfItsCell)));
            }
        }
        await mara.OpensAsync($"/runs/{run}");
        var whole = mara.Page.Locator(".artifact-head .owner .run");
        await Expect(whole).ToContainTextAsync(run);
        Assert.True(await whole.EvaluateAsync<bool>("one => one.scrollWidth <= one.clientWidth + 1"));
    }

    private static async Task FitsAsync(IPage page, string where)
    {
        try
        {
            // A row that has just come or moved is laid out with the next frame.
            await page.WaitForFunctionAsync($"() => ({Misplaced})() === ''", null);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{where}: {await page.EvaluateAsync<string>(Misplaced)}");
        }
    }

    [Fact]
    public async Task A_pointer_on_a_chart_reads_its_values_and_Esc_takes_them_away()
    {
        var (agent, queue) = await QueueAsync();
        await agent.ItemAsync(queue, "Reply to ticket 88213");
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support);
        await mara.OpensAsync($"/queues/{queue}");
        var chart = mara.Page.Locator(".chart").Filter(new() { HasText = "Depth" });

        await chart.Locator("svg.plot").HoverAsync();

        var words = mara.Page.Locator(".plot-words");
        await Expect(words).ToContainTextAsync("queued");
        await Expect(words).ToContainTextAsync("owned");
        await mara.Page.Keyboard.PressAsync("Escape");
        await Expect(words).ToBeHiddenAsync();
    }

    private sealed class Icon
    {
        public int Count { get; set; }

        public string Wrong { get; set; } = "";
    }
}
