using System.Globalization;
using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Landmarks and headings as a screen reader meets them (docs/ACCESSIBILITY.md), from the tree that the browser gives it.</summary>
public sealed partial class In_the_order_of_reading(Street street) : Story(street)
{
    private static readonly string[] Before = ["navigation Main", "banner", "h1 {0}", "main"];

    [Fact]
    public async Task Review_Desk_and_Queues_are_read_as_they_are_described()
    {
        var (agent, queue) = await QueueAsync();
        var asked = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88190"));
        await agent.StartAsync(asked);
        await agent.AskAsync(asked, "Reply to ticket 88190", "Dear Mr Haverkamp,\n", $"send:{asked.Item}");
        var given = await agent.ClaimAsync(await agent.ItemAsync(queue, "Customer asks for a call back"));
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
        var rita = await PersonAsync(Street.Fresh("Rita Moss"), Roles.Support | Roles.Manager | Roles.Reviewer);

        await ReadsAsync(
            rita,
            $"/review?queue={queue}",
            "Review",
            "navigation Saved views",
            "grid Versions that wait for a decision, due first, then least like what was approved before, then oldest",
            "h2 Waits for you"
        );
        await ReadsAsync(
            rita,
            $"/desk?queue={queue}",
            "Desk",
            "region Stale and handed-off work, oldest first",
            "navigation Saved views",
            $"region Handover of {given.Item}",
            "h2 Customer asks for a call back",
            "h3 Last checkpoint",
            "h3 Evidence",
            "h3 Drafts",
            "h3 Decisions",
            "h3 Validations",
            "h3 Open questions",
            "h3 Locks, kept for the next owner",
            "h3 Since the last checkpoint"
        );
        await ReadsAsync(
            rita,
            $"/queues?state=need&q={queue}",
            "Queues",
            "h2", // how many of how many need somebody, and which first
            "navigation Figures",
            "navigation Saved views",
            "grid Queues, what may need somebody first",
            "h2 Need somebody"
        );
    }

    private static async Task ReadsAsync(Visitor visitor, string path, string page, params string[] within)
    {
        await visitor.OpensAsync(path);
        await Expect(visitor.Page.Locator("#main .page")).ToBeVisibleAsync();
        var tree = await visitor.Page.Locator("body").AriaSnapshotAsync();
        string[] expected =
        [
            .. Before.Select(one => string.Format(CultureInfo.InvariantCulture, one, page)),
            .. within,
            "contentinfo",
        ];
        Assert.Equal(expected, Stops().Matches(tree).Select(Words));
    }

    // What a count or a clock adds to a name differs from one reading to the next.
    private static string Words(Match stop)
    {
        var role = stop.Groups["level"] is { Success: true, Value: var level }
            ? "h" + level
            : stop.Groups["role"].Value;
        return $"{role} {Counted().Replace(stop.Groups["name"].Value, "")}".Trim();
    }

    [GeneratedRegex(
        """^\s*- '?(?<role>banner|navigation|main|contentinfo|region|complementary|grid|heading)\b(?: "(?<name>(?:[^"\\]|\\.)*)")?(?: \[level=(?<level>\d)\])?""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2_000
    )]
    private static partial Regex Stops();

    [GeneratedRegex(@"(^| )\d[\d:, ]*.*$", RegexOptions.None, matchTimeoutMilliseconds: 2_000)]
    private static partial Regex Counted();
}
