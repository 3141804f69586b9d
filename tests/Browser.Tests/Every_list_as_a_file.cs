using ControlSurface.Components;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Each list, each table and each chart of each page is one press away from a file that has all of its rows.</summary>
[Collection(nameof(AcrossTheStreet))]
public sealed class Every_list_as_a_file(Street street) : StoryOnALine(street)
{
    // A table has a control of its own. A list or a chart has one in its panel; outside of panels the page has one.
    // Lines without a link are sentences. The report of Since is one file, whatever parts it has.
    private const string WithoutFile = """
        () => {
          const main = document.querySelector("#main");
          const controls = "[data-saves], [data-export], [data-csv]";
          const panels = ".panel, .life";
          const hasFile = list => {
            const panel = list.closest(panels);
            return panel && !panel.closest(".since-kinds")
              ? panel.querySelector(controls)
              : [...main.querySelectorAll(controls)].some(control => !control.closest(panels));
          };
          const tables = [...main.querySelectorAll("table")].filter(table => !table.id || !main.querySelector(`[data-csv="${table.id}"]`));
          const lists = [...main.querySelectorAll("[role=grid], .timeline, .lanes, .locks-tree, .plot, .life-bar, .picked, .panel .lines:has(li a[href])")].filter(
            list => list.checkVisibility() && !list.closest("dialog, aside, .desk-detail") && !hasFile(list));
          return [...tables, ...lists].map(one => one.outerHTML.slice(0, 120)).join("\n");
        }
        """;

    // How many rows stand in the list that a control is for; 1 where it is not the page's only one.
    private const string RowsOf = """
        control => control.dataset.csv
          ? document.getElementById(control.dataset.csv).rows.length - 1
          : Math.max(1, (control.closest(".panel") ?? document.querySelector("#main")).querySelectorAll(
              control.closest(".panel") ? ".lines > li, .picked > label, .timeline > li" : ".list .row:not([hidden]), .history-page .timeline > li").length)
        """;

    [Fact]
    public async Task Each_is_saved_with_all_of_its_rows()
    {
        var queue = Street.Fresh("replies");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue);
        var agent = Premises.Agent("reply-agent");
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "=1+1", "", "crm:customer/118"));
        await agent.StartAsync(lease);
        var asked = await agent.AskAsync(lease, "Reply to Aldergate", "We credit one day.", $"send:{lease.Item}");
        var collided = await agent.ClaimAsync(await agent.ItemAsync(queue, "Refund"));
        await agent.StartAsync(collided);
        var draft = await agent.AskAsync(collided, "Refund", "We credit one day.", $"send:{collided.Item}");
        var conflict = await agent.CollideAsync(collided, draft);
        for (var k = 0; k < 3; k++)
            await agent.ItemAsync(queue, $"Waits {k}");
        var left = await agent.ClaimAsync(await agent.ItemAsync(queue, "Left"));
        await agent.PostAsync(
            $"leases/{left.Id}/handoff",
            new
            {
                left.Run,
                left.Token,
                to = new { role = "support" },
                note = "Call back.",
            }
        );
        var mara = await PersonAsync("Mara Lindqvist", Roles.Manager | Roles.Support | Roles.Reviewer);
        string[] paths =
        [
            .. Navigation
                .Places.Where(place => place.Href != "search")
                .Select(place => "/" + place.Href.TrimStart('.', '/')),
            "/?view=expiring",
            "/review?show=all",
            "/runbook?show=absorbed",
            "/history?at=12",
            "/search?q=refund",
            "/since?hours=24",
            $"/items/{lease.Item}",
            $"/artifacts/{asked}",
            $"/conflicts/{conflict}",
            $"/queues/{queue}",
            $"/runs/{lease.Run}",
            $"/bulk?q=queue:{queue}",
            $"/desk/{left.Item}",
        ];
        var files = 0;
        foreach (var path in paths)
        {
            await mara.OpensAsync(path);
            await Expect(mara.Page.Locator("#main .page, #main .body").First).ToBeVisibleAsync();
            Assert.Equal((path, ""), (path, await mara.Page.EvaluateAsync<string>(WithoutFile)));
            foreach (var control in await Controls(mara.Page).AllAsync())
            {
                await SavesAsync(mara.Page, path, control);
                files++;
            }
        }
        Assert.True(files > paths.Length, "It looked past the files.");
    }

    private static ILocator Controls(IPage page) =>
        page.Locator("#main :is([data-saves], [data-export], [data-csv]):visible:not([disabled])");

    private static async Task SavesAsync(IPage page, string path, ILocator control)
    {
        var drawn = await control.EvaluateAsync<int>(RowsOf);
        var file = await page.RunAndWaitForDownloadAsync(() => control.ClickAsync());
        var rows = (await File.ReadAllTextAsync(await file.PathAsync())).TrimEnd().Split("\r\n");
        Assert.EndsWith(".csv", file.SuggestedFilename, StringComparison.Ordinal);
        Assert.True(
            rows.Length - 1 >= drawn,
            $"{path}: {file.SuggestedFilename} has {rows.Length - 1} of {drawn} rows"
        );
        // Each field in quotes, and none that a spreadsheet would count with or run.
        Assert.All(rows, row => Assert.Matches("""^\uFEFF?"(?![-+=@](?!""))""", row));
        Assert.All(rows, row => Assert.DoesNotMatch("""(^|,)"=1""", row));
    }
}
