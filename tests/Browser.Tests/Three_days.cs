using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Browser.Tests;

/// <summary>A reviewer's, a supporter's and a manager's day, each without a mouse and once more with a thumb.</summary>
public sealed class Three_days(Street street, ITestOutputHelper said) : StoryOnALine(street)
{
    private static readonly string[] Titles = ["First", "Second", "Third"];

    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 10)]
    public async Task A_reviewer_decides_on_three_versions_one_after_another(bool isTouch, int mostSteps)
    {
        var (agent, queue) = await QueueAsync();
        var artifacts = new List<string>();
        foreach (var title in Titles)
        {
            var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, title), run: Street.Fresh("run"));
            await agent.StartAsync(lease);
            artifacts.Add(await agent.AskAsync(lease, title, $"Dear {title},\none day.\n", $"send:{lease.Item}"));
        }
        var (rita, hands) = await AtWorkAsync("Rita Moss", Roles.Reviewer, isTouch);

        await hands.GoesToAsync("Review");
        await hands.OpensAsync(rita.Page.Locator($"#main .row[data-artifact='{artifacts[0]}']"));
        foreach (var artifact in artifacts)
        {
            await Expect(rita.Page).ToHaveURLAsync(new Regex($"/artifacts/{artifact}"));
            if (isTouch)
            {
                await hands.DoesAsync("decide");
                await hands.TapsAsync(rita.Page.Locator("dialog[open] [data-do=approve]"));
            }
            else
                await hands.DoesAsync("approve");
            await Expect(rita.Page.Locator("[data-notice=approved]")).ToContainTextAsync("You approved v1");
            if (artifact != artifacts[^1])
                await hands.DoesAsync("next_review");
        }

        Is(hands, mostSteps);
        await Expect(rita.Do("next_review")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false, 60)]
    [InlineData(true, 20)]
    public async Task Support_takes_over_leaves_what_is_known_hands_off_and_is_taken_over_from(
        bool isTouch,
        int mostSteps
    )
    {
        var (agent, item) = await LeftBehindAsync();
        var (sam, hands) = await AtWorkAsync("Sam Okoro", Roles.Support, isTouch);
        var junName = Street.Fresh("Jun Sato");
        var (jun, hisHands) = await AtWorkAsync(junName, Roles.Support, isTouch);
        var page = sam.Page;

        await hands.GoesToAsync("Desk");
        await Expect(sam.Item(item)).ToHaveAttributeAsync("data-state", "stale");
        await hands.OpensAsync(sam.Item(item));
        await Expect(page).ToHaveURLAsync(new Regex($"/desk/{item}$"));
        await Expect(page.Locator(".handover").First).ToContainTextAsync("The return was received.");
        await hands.DoesAsync("take_over");
        await Expect(page.Locator(".became")).ToContainTextAsync("It is yours.");

        // Everything that a holder does stands on the item's own page.
        await sam.OpensAsync($"/items/{item}");
        await hands.DoesAsync("checkpoint");
        await hands.WritesAsync(page.Locator("dialog textarea").First, "Called twice, nobody answered.");
        await SendsAsync(sam, hands, "checkpoint", isTouch);
        await hands.DoesAsync("note");
        await hands.WritesAsync(page.Locator("dialog textarea").First, "Does anybody know another number?");
        await SendsAsync(sam, hands, "note", isTouch);

        await hands.DoesAsync("hand_off");
        await hands.WritesAsync(page.GetByLabel("To", new() { Exact = true }), junName);
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        if (isTouch)
            await hands.TapsAsync(page.GetByRole(AriaRole.Option));
        else
            await hands.KeyAsync("Enter");
        await Expect(page.GetByLabel("To", new() { Exact = true })).ToHaveValueAsync(junName);
        await hands.WritesAsync(page.Locator("dialog textarea"), "You have the other number.");
        await hands.DoesAsync("confirm:hand_off");
        await Expect(page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "handed_off");

        await jun.OpensAsync($"/items/{item}");
        await hisHands.DoesAsync("accept");
        await Expect(jun.Page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "leased");
        await Expect(jun.Page.Locator("#main")).ToContainTextAsync("Called twice, nobody answered.");
        // Somebody else needs it now: he is told on the page that he has open.
        await Premises
            .Agent("Lead Manager", Roles.Manager)
            .PostAsync($"items/{item}/takeover", new { why = "The customer is on my line", force = true });
        await Expect(jun.Page.Locator("[data-lost]")).ToContainTextAsync("A lease of yours was ended.");
        if (isTouch)
            await hisHands.TapsAsync(jun.Page.Locator("[data-do=acknowledge_lost]"));
        else
        {
            await jun.Page.Locator("[data-do=acknowledge_lost]").FocusAsync();
            await hisHands.KeyAsync("Enter");
        }
        await Expect(jun.Page.Locator("[data-lost]")).ToHaveCountAsync(0);

        Is(hands, mostSteps);
        Assert.NotEqual("", await agent.EventsAsync());
    }

    [Theory]
    [InlineData(false, 160)]
    [InlineData(true, 56)]
    public async Task A_manager_finds_what_holds_a_queue_up_mends_it_cancels_thirty_of_fifty_eight_and_reads_what_happened(
        bool isTouch,
        int mostSteps
    )
    {
        var (queue, ids) = await HeldUpAsync();
        var (priya, hands) = await AtWorkAsync(Street.Fresh("Priya Nair"), Roles.Manager, isTouch);
        var page = priya.Page;

        // Which queue, and why: the reason leads to the page where it is mended.
        await hands.GoesToAsync("Queues");
        var row = page.Locator($"#main .row[data-queue='{queue}']");
        await Expect(row.Locator(".reasons")).ToContainTextAsync("At its limit, 1 of 1 owned");
        if (isTouch)
            await hands.TapsAsync(row.Locator(".reasons a").First);
        else
            await hands.OpensAsync(row);
        await Expect(page.Locator(".queue-page")).ToHaveAttributeAsync("data-queue", queue);
        await MendsAsync(page, hands);

        await PicksThirtyAsync(priya, hands, queue, ids, isTouch);
        await Expect(page.Locator(".selection-bar")).ToContainTextAsync("30 items were cancelled");
        await Expect(page.Locator("#main .row[data-item]")).ToHaveCountAsync(28);

        await hands.GoesToAsync("Since");
        await hands.FollowsAsync(page.Locator("#main .views a[href='since?hours=24']"));
        await Expect(page.Locator("[data-what=PolicySet]")).ToContainTextAsync("Policies changed");
        await Expect(page.Locator("[data-what=Cancelled]")).ToBeVisibleAsync();
        Is(hands, mostSteps);
    }

    // What the policy says, what would differ, and that it is saved.
    private static async Task MendsAsync(IPage page, Hands hands)
    {
        await hands.ChoosesAsync("Edit policy");
        var most = page.Locator("input[data-setting=maxActive]");
        await hands.WritesAsync(most, "8");
        await Expect(page.Locator("[data-differs=maxActive]")).ToContainTextAsync("was 1");
        await Expect(page.Locator("[data-changes]")).ToContainTextAsync("1 setting changes: Most at once");
        await hands.ChoosesAsync("Save policy");
        await Expect(page.Locator(".panel header [role=status]").First).ToContainTextAsync("Saved, by you");
    }

    private static async Task PicksThirtyAsync(Visitor priya, Hands hands, string queue, List<string> ids, bool isTouch)
    {
        var page = priya.Page;
        const int Meant = 30;
        if (isTouch)
        {
            await hands.TapsAsync(page.Locator(".figures a[href*='state=queued']"));
            await hands.DoesAsync("select");
            await Expect(priya.Item(ids[0])).ToHaveAttributeAsync("aria-selected", "false"); // a tap selects from now on
            foreach (var id in ids[..Meant])
                await hands.TapsAsync(priya.Item(id).Locator(".row-title"));
        }
        else
        {
            await hands.GoesToAsync("Now");
            await hands.KeyAsync("/");
            await hands.TypesAsync($"queue:{queue} state:queued");
            await hands.KeyAsync("Enter");
            await Expect(priya.Item(ids[0])).ToBeFocusedAsync();
            await hands.KeyAsync("x");
            for (var k = 1; k < Meant; k++)
                await hands.KeyAsync("j");
            await Expect(priya.Item(ids[Meant - 1])).ToBeFocusedAsync();
            await hands.KeyAsync("Shift+X");
        }
        await Expect(page.Locator(".selection-bar")).ToContainTextAsync($"{Meant} items selected");
        if (isTouch)
            await hands.DoesAsync("bulk_cancel");
        else
            await hands.ChoosesAsync($"Cancel {Meant} items");
        var why = page.Locator("dialog[open] textarea");
        if (!isTouch)
            await Expect(page.Locator("dialog[open] footer button").First).ToBeFocusedAsync();
        if (isTouch)
            await hands.TapsAsync(why);
        else
            await hands.KeyAsync("Shift+Tab"); // the question opens on the way back
        await Expect(why).ToBeFocusedAsync();
        await hands.TypesAsync("the shop has closed");
        await SendsAsync(priya, hands, "bulk_cancel", isTouch);
    }

    // One at once is allowed, and somebody has it: fifty-eight wait.
    private async Task<(string Queue, List<string> Ids)> HeldUpAsync()
    {
        var queue = Street.Fresh("returns");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { maxActive = 1 });
        var agent = Premises.Agent("reply-agent");
        await agent.StartAsync(await agent.ClaimAsync(await agent.ItemAsync(queue, "In work")));
        var ids = new List<string>();
        for (var k = 1; k <= 58; k++)
            ids.Add(await agent.ItemAsync(queue, FormattableString.Invariant($"Return {k:00}")));
        return (queue, ids);
    }

    private void Is(Hands hands, int mostSteps)
    {
        said.WriteLine($"{hands.Steps} steps");
        Assert.InRange(hands.Steps, 1, mostSteps);
    }

    private async Task<(Visitor, Hands)> AtWorkAsync(string name, Roles roles, bool isTouch)
    {
        var visitor = await PersonAsync(name, roles, isTouch ? Window.Phone : Window.Desktop);
        return (visitor, new Hands(visitor, isTouch));
    }

    private static async Task SendsAsync(Visitor visitor, Hands hands, string act, bool isTouch)
    {
        if (isTouch)
            await hands.DoesAsync($"confirm:{act}");
        else
            await hands.KeyAsync("Control+Enter");
        await Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    // An agent began, said how far it got, and was not heard of again.
    private async Task<(Agent Agent, string Item)> LeftBehindAsync()
    {
        var queue = Street.Fresh("refunds");
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync(queue, new { claimSeconds = 5 });
        var agent = Premises.Agent("reply-agent");
        var item = await agent.ItemAsync(queue, "Refund order 5518: item arrived damaged");
        var lease = await agent.ClaimAsync(item, leaseSeconds: 5);
        await agent.PostAsync(
            $"leases/{lease.Id}/checkpoints",
            new
            {
                lease.Run,
                lease.Token,
                summary = "The return was received.",
            }
        );
        return (agent, item);
    }
}
