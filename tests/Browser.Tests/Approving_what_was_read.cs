using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A reviewer decides on exactly what is on the screen, and learns within a second when it is not so any more.</summary>
public sealed class Approving_what_was_read(Street street) : Story(street)
{
    [Fact]
    public async Task It_goes_by_the_keyboard_alone_and_what_fell_is_said_at_once()
    {
        var (agent, lease, artifact, action) = await AskedAsync();
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        var keys = rita.Page.Keyboard;

        await keys.PressAsync("g");
        await keys.PressAsync("r");
        await Expect(rita.Page).ToHaveURLAsync(new Regex("/review$"));
        var row = rita.Page.Locator($"#main .row[data-artifact='{artifact}']");
        await Expect(row).ToContainTextAsync("send reply");
        await WalksToAsync(rita, row);
        await keys.PressAsync("Enter");
        await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifact}\\?v=1$"));
        await Expect(rita.Page.Locator(".diff")).ToContainTextAsync("we credit one day.");
        await Expect(rita.Page.Locator($"[data-action='{action}']")).ToContainTextAsync("Would go through now");
        await Expect(rita.Do("approve")).ToBeEnabledAsync();
        await keys.PressAsync("a");
        await Expect(rita.Do("approve")).ToBeFocusedAsync();
        // The letter led to the button and decided nothing.
        await Expect(rita.Page.Locator(".page")).ToHaveAttributeAsync("data-state", "none");
        await keys.PressAsync("Enter");
        await Expect(rita.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v1");

        await agent.StartAsync(lease);
        var begun = await agent.PostAsync($"actions/{action}/begin", new { lease.Run, lease.Token });
        Assert.Equal("go", begun.GetProperty("outcome").GetString());
        var permit = begun.GetProperty("permit").GetString();
        await agent.PostAsync(
            $"actions/{action}/complete",
            new
            {
                permit,
                lease.Run,
                receipt = new { message = "msg-5512" },
            }
        );
        await agent.PublishAsync(lease, artifact, 1, "Dear Mr Haverkamp,\nwe credit three days.\n", "business rule");

        var fallen = rita.Page.Locator("[data-notice=fallen]");
        await Expect(fallen).ToContainTextAsync("Your approval of v1 was invalidated by v2");
        await Expect(fallen).ToContainTextAsync("reply-agent run 7f3 published v2: “business rule”");
        await Expect(fallen).ToContainTextAsync("What began under your approval before stays done");
        await Expect(rita.Page.Locator("[data-decide] button[data-do]")).ToHaveCountAsync(0);
        await Expect(rita.Page.Locator(".diff")).ToContainTextAsync("we credit one day.");
        await keys.PressAsync("o");
        await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifact}\\?v=2$"));
        await Expect(rita.Page.Locator(".diff ins")).ToHaveTextAsync(["three days"]);
    }

    [Fact]
    public async Task Field_27_no_open_page_offers_a_decision_that_is_no_longer_possible()
    {
        var (agent, lease, artifact, _) = await AskedAsync();
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        var tomas = await PersonAsync(Street.Fresh("Tomas Okafor"), Roles.Reviewer, Window.Phone);
        var listing = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");
        await tomas.OpensAsync($"/artifacts/{artifact}?v=1");
        await listing.OpensAsync("/review");
        await Expect(rita.Do("approve")).ToBeEnabledAsync();
        await Expect(tomas.Do("decide")).ToBeEnabledAsync();
        await rita.Page.Locator("[data-comment]").FillAsync("Half a thought");
        var row = listing.Page.Locator($"#main .row[data-artifact='{artifact}']");
        await Expect(row).ToHaveAttributeAsync("data-version", "1");

        await agent.PublishAsync(lease, artifact, 1, "Dear Mr Haverkamp,\nwe credit three days.\n", "business rule");

        await Expect(rita.Do("approve")).ToHaveCountAsync(0);
        await Expect(tomas.Do("decide")).ToHaveCountAsync(0);
        await Expect(row).ToHaveAttributeAsync("data-version", "2");
        await Expect(rita.Page.GetByRole(AriaRole.Status).First).ToBeAttachedAsync();
        await Expect(rita.Page.Locator("[data-notice=newer]"))
            .ToContainTextAsync("v2 arrived while you were reading v1");
        await Expect(rita.Page.Locator("[data-comment]")).ToHaveValueAsync("Half a thought");
        await tomas.Page.Locator("[data-notice=newer] [data-do=open_newer]").ClickAsync();
        await tomas.Do("decide").ClickAsync();
        var sheet = tomas.Page.GetByRole(AriaRole.Dialog);
        await Expect(sheet.GetByText("If you approve v2")).ToBeInViewportAsync(new() { Ratio = 1 });
        await sheet.Locator("[data-do=approve]").ClickAsync();
        await Expect(tomas.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v2");
        await Expect(row).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Found_6_2_nothing_is_approved_while_a_consequence_of_it_has_not_been_in_sight(bool isPhone)
    {
        const int Actions = 25;
        var (agent, lease, artifact, _) = await AskedAsync();
        for (var k = 1; k < Actions; k++)
            await agent.PrepareAsync(lease, artifact, $"send:{lease.Item}:{k}", $"mail:customer/{k}");
        var rita = await PersonAsync(
            Street.Fresh("Rita Voss"),
            Roles.Reviewer,
            isPhone ? Window.Phone : Window.Desktop
        );
        await rita.OpensAsync($"/artifacts/{artifact}?v=1");
        // Why an action would not go through is a sentence: it takes more lines, and not a wider page.
        Assert.False(
            await rita.Page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        );
        Assert.Equal(isPhone ? 390 : 1440, await rita.Page.EvaluateAsync<int>("innerWidth"));
        await rita.Do(isPhone ? "decide" : "approve").ClickAsync();

        // Beside the text not all of them fit, so the question is asked in a sheet, under what would happen.
        var sheet = rita.Page.GetByRole(AriaRole.Dialog);
        await Expect(sheet.Locator("[data-action]")).ToHaveCountAsync(Actions);
        var approve = sheet.Locator("[data-do=approve]");
        var (presses, left) = (0, "no count yet");
        while (presses < Actions)
        {
            await approve.ClickAsync();
            presses++;
            // Each press either approves or says that fewer are left.
            var isOver = rita.Page.Locator("[data-notice=approved]");
            var saysLess = sheet.Locator("[data-unseen]").Filter(new() { HasNotText = left });
            await Expect(isOver.Or(saysLess).First).ToBeVisibleAsync();
            if (await isOver.CountAsync() > 0)
                break;
            left = await saysLess.InnerTextAsync();
        }
        Assert.InRange(presses, 2, Actions - 1);
        await Expect(rita.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Found_6_2_a_collision_is_not_settled_while_what_follows_was_not_in_sight(bool isPhone)
    {
        var (agent, lease, artifact, _) = await AskedAsync();
        var lines = string.Concat(Enumerable.Range(1, 80).Select(n => $"Line {n} of the answer.\n"));
        await agent.PublishAsync(
            lease,
            artifact,
            1,
            lines.Replace("Line 40", "Row 40", StringComparison.Ordinal),
            "one"
        );
        using var late = await agent.TryPostAsync(
            $"artifacts/{artifact}/versions",
            new
            {
                baseVersion = 1,
                content = lines.Replace("Line 40", "Verse 40", StringComparison.Ordinal),
                lease.Run,
                lease.Token,
            }
        );
        var refusal = System.Text.Json.JsonElement.Parse(await late.Content.ReadAsStringAsync());
        var conflict = refusal.GetProperty("conflictId").GetString();
        var rita = await PersonAsync(
            Street.Fresh("Rita Voss"),
            Roles.Reviewer,
            isPhone ? Window.Phone : Window.Desktop
        );
        await rita.OpensAsync($"/conflicts/{conflict}");
        var settle = rita.Page.Locator(".resolve > [data-do^='resolve:'].ink");
        await Expect(settle).ToBeEnabledAsync();
        var code = (await settle.GetAttributeAsync("data-do"))!["resolve:".Length..];
        var follows = rita.Page.Locator($"[data-choice='{code}']");
        Assert.False(await follows.EvaluateAsync<bool>("one => one.getBoundingClientRect().top < innerHeight"));

        await settle.ClickAsync();
        await Expect(rita.Page.Locator("[data-unseen]")).ToContainTextAsync("was not in sight yet");
        await Expect(follows).ToBeInViewportAsync(new() { Ratio = 1 });
        await settle.ClickAsync();
        await Expect(rita.Page.Locator(".settled")).ToContainTextAsync("Rita Voss");
    }

    [Fact]
    public async Task From_the_comment_the_decision_that_was_chosen_is_sent()
    {
        var (_, _, artifact, _) = await AskedAsync();
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}?v=1");
        await Expect(rita.Do("request_changes")).ToBeEnabledAsync();

        await rita.Page.Keyboard.PressAsync("r");
        await Expect(rita.Page.Locator("[data-comment]")).ToBeFocusedAsync();
        await rita.Page.Keyboard.TypeAsync("name the amount");
        await rita.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(rita.Page.Locator("[data-notice=request_changes]")).ToContainTextAsync("“name the amount”");
    }

    private async Task<(Agent Agent, Lease Lease, string Artifact, string Action)> AskedAsync()
    {
        var queue = Street.Fresh("replies");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { approvalUses = 2 });
        var agent = Premises.Agent("reply-agent");
        var item = await agent.ItemAsync(queue, "Reply to ticket 88190");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        var action = $"send:{item}";
        var artifact = await agent.AskAsync(
            lease,
            "Reply to ticket 88190: credit for the outage",
            "Dear Mr Haverkamp,\nwe credit one day.\n",
            action
        );
        return (agent, lease, artifact, action);
    }

    private static async Task WalksToAsync(Visitor visitor, ILocator row)
    {
        var rows = await visitor.Page.Locator("#main .row[data-artifact]").CountAsync();
        for (var steps = 0; steps <= rows + 1 && !await IsFocusedAsync(row); steps++)
            await visitor.Page.Keyboard.PressAsync("j");
        await Expect(row).ToBeFocusedAsync();
    }

    private static Task<bool> IsFocusedAsync(ILocator element) =>
        element.EvaluateAsync<bool>("element => element === document.activeElement");
}
