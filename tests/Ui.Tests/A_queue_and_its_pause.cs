using Bunit;
using ControlSurface.Components.Parts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Queues;
using ControlSurface.Pages;

namespace Ui.Tests;

public class A_queue_and_its_pause : LiveHouse
{
    public A_queue_and_its_pause() => Viewer = Priya;

    [Fact]
    public async Task Before_it_is_paused_the_numbers_of_now_say_what_will_happen()
    {
        await Busy();
        var page = Page();

        await page.Find("[data-do=pause]").ClickAsync();

        var lines = page.FindAll("dialog .lines li").Select(Read).ToList();
        Assert.Equal(
            [
                "No new claims; 1 item stays queued.",
                "3 live leases become suspended and their clocks stop: 2 of agents, 1 of people.",
            ],
            lines.Take(2)
        );
        // A lease that was only claimed gets the time to start again, not a term: both are named, as they would be given.
        Assert.StartsWith("On resume each lease gets a full term: ", lines[2], StringComparison.Ordinal);
        Assert.Contains("for agents", lines[2], StringComparison.Ordinal);
        Assert.Contains("for people", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pausing_asks_why_and_does_what_it_said()
    {
        await Busy();
        var page = Page();
        await page.Find("[data-do=pause]").ClickAsync();
        await page.Find("dialog textarea").InputAsync("new source system");
        await page.Find("[data-do='confirm:pause']").ClickAsync();

        Assert.Equal("paused", page.Find("[data-queue]").GetAttribute("data-state"));
        Assert.Equal(
            3,
            Engine.Picture.Read(at => at.Items().Count(item => item.Lease is { State: LeaseState.Suspended }))
        );
        Assert.Empty(page.FindAll("dialog"));

        await page.Find("[data-do=resume]").ClickAsync();
        Assert.Equal("3 leases go on with a full term.", Read(page.FindAll("dialog .lines li")[1]));
        await page.Find("[data-do='confirm:resume']").ClickAsync();
        Assert.Equal("running", page.Find("[data-queue]").GetAttribute("data-state"));
    }

    [Fact]
    public async Task A_setting_says_its_consequence_while_it_is_typed_and_is_saved()
    {
        await Busy();
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();

        await page.Find("[data-setting=leaseSeconds]").InputAsync("600");
        Assert.Contains(
            "A run that shows no life for 10 minutes loses the item.",
            page.Markup,
            StringComparison.Ordinal
        );

        await page.Find("[data-do=save_policy]").ClickAsync();
        Assert.Equal(600, Engine.Picture.Read(at => at.FindQueue("replies")!.Queue.Policy.LeaseSeconds));
        Assert.Empty(page.FindAll("[data-setting]"));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_why_and_stays_typed()
    {
        await Busy();
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();

        await page.Find("[data-setting=leaseSeconds]").InputAsync("soon");
        Assert.Contains(
            "“soon” is not a length such as 20 s",
            page.Find("#pol-leaseSeconds-wrong").TextContent,
            StringComparison.Ordinal
        );
        Assert.True(page.Find("[data-do=save_policy]").HasAttribute("disabled"));
        Assert.Equal("Put right what is marked first.", page.Find(".cannot").TextContent);

        await page.Find("[data-setting=leaseSeconds]").InputAsync("1");
        Assert.Contains("5", page.Find("#pol-leaseSeconds-wrong").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-do=save_policy]").HasAttribute("disabled"));
        Assert.Equal("1", page.Find("[data-setting=leaseSeconds]").GetAttribute("value"));
        Assert.Equal(300, Engine.Picture.Read(at => at.FindQueue("replies")!.Queue.Policy.LeaseSeconds));
    }

    [Theory]
    [InlineData("20 s", 20)]
    [InlineData("5min", 300)]
    [InlineData("1.5 h", 5_400)]
    [InlineData("2 D", 172_800, "acceptSeconds")]
    [InlineData("1,200", 1_200)]
    public async Task Found_6_15_a_length_is_read_with_its_unit_and_it_is_said_that_it_was_saved(
        string typed,
        int seconds,
        string setting = "leaseSeconds"
    )
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        await page.Find($"[data-setting={setting}]").InputAsync(typed);
        Assert.Empty(page.FindAll(".wrong"));
        await page.Find("[data-do=save_policy]").ClickAsync();

        var policy = Engine.Picture.Read(at => at.FindQueue("replies")!.Queue.Policy);
        Assert.Equal(seconds, setting == "leaseSeconds" ? policy.LeaseSeconds : policy.AcceptSeconds);
        Assert.Contains("Saved, by you, ", Read(page.Find("header [role=status]")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("5 parsecs")]
    [InlineData("-5")]
    [InlineData("0.5 s")]
    [InlineData("99999999999 d")]
    [InlineData("79228162514264337593543950335 d")]
    public async Task Found_6_15_what_is_no_length_is_refused_under_its_field(string typed)
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        await page.Find("[data-setting=leaseSeconds]").InputAsync(typed);
        var field = page.Find("[data-setting=leaseSeconds]");
        Assert.Equal(
            ("true", "pol-leaseSeconds-wrong"),
            (field.GetAttribute("aria-invalid"), field.GetAttribute("aria-describedby"))
        );
        Assert.NotEmpty(page.Find("#pol-leaseSeconds-wrong").TextContent);
    }

    private static readonly Dictionary<string, string> Nothing = []; // typed yet

    [Fact]
    public void Each_member_of_a_policy_is_on_the_page_and_can_be_typed_as_it_is_shown()
    {
        var policy = new QueuePolicy
        {
            Approvals =
            [
                new ApprovalRule("legal", new ApprovalWhen(null, null, "refund", null), "manager", 1),
                new ApprovalRule(
                    "money",
                    new ApprovalWhen("pay:order", "send_reply", null, "text/plain"),
                    "reviewer",
                    2
                ),
            ],
            MaxActivePer = [new ActiveLimit("refund", null, 3), new ActiveLimit(null, "crm:customer", 1)],
            Backoff = new Backoff(10, 1.5m, 300),
            MaxWaitingReview = 40,
            ApprovalTtlSeconds = 3600,
        };
        var rows = ControlSurface.Pages.Views.PolicyWords.Rows(policy, Nothing);
        Assert.Equal(
            typeof(QueuePolicy)
                .GetProperties()
                .Select(one => char.ToLowerInvariant(one.Name[0]) + one.Name[1..])
                .Order(),
            rows.Select(row => row.Name).Order()
        );
        Assert.All(rows, row => Assert.True(row is { WhyFixed: null, Consequence.Length: > 0 }, row.Name));
        var typed = rows.ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        var read = ControlSurface.Pages.Views.PolicyWords.Read(typed, out var wrong)!.ApplyTo(new QueuePolicy());
        Assert.Null(wrong);
        Assert.Equal(policy.Approvals, read.Approvals);
        Assert.Equal(policy.MaxActivePer, read.MaxActivePer);
        Assert.Equal(policy with { Approvals = read.Approvals, MaxActivePer = read.MaxActivePer }, read);
    }

    [Fact]
    public void A_name_that_a_field_would_read_as_something_else_is_shown_and_not_offered_for_typing()
    {
        var policy = new QueuePolicy
        {
            Approvals = [new ApprovalRule("legal; all", new ApprovalWhen(null, null, null, null), "manager", 1)],
        };
        var row = ControlSurface.Pages.Views.PolicyWords.Rows(policy, Nothing).Single(one => one.Name == "approvals");
        Assert.Contains("legal; all: 1 manager", row.Value, StringComparison.Ordinal);
        Assert.Contains("over the API", row.WhyFixed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_a_few_values_is_chosen_and_lists_are_typed_in_a_line()
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        var field = page.FindComponents<ChoiceField>()
            .Single(one => one.Find("[role=combobox]").GetAttribute("data-setting") == "onHumanEdit");
        Assert.Equal(["ask", "acknowledge", "free"], field.Instance.Choices.Select(one => one.Value));
        await ChooseAsync(page, field.Instance.Label, "free");
        Assert.Contains("as on any other", page.Markup, StringComparison.Ordinal);
        await page.Find("[data-setting=approvals]").InputAsync("legal: 1 boss where label=refund");
        Assert.NotEmpty(page.Find("#pol-approvals-wrong").TextContent);
        await page.Find("[data-setting=approvals]").InputAsync("legal: 1 manager where label=refund");
        Assert.Empty(page.FindAll(".wrong"));
        await page.Find("[data-do=save_policy]").ClickAsync();

        var policy = Engine.Picture.Read(at => at.FindQueue("replies")!.Queue.Policy);
        Assert.Equal(OnHumanEdit.Free, policy.OnHumanEdit);
        Assert.Equal(
            [new ApprovalRule("legal", new ApprovalWhen(null, null, "refund", null), "manager", 1)],
            policy.Approvals
        );
    }

    [Fact]
    public async Task What_differs_is_marked_with_what_it_was_and_summed_up_before_it_is_saved()
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        Assert.Empty(page.FindAll("[data-differs], [data-changes]"));

        await page.Find("[data-setting=leaseSeconds]").InputAsync("8 min");
        await page.Find("input[data-setting=blockOnComments]").ChangeAsync(false);
        Assert.Equal(
            ["leaseSeconds", "blockOnComments"],
            page.FindAll("[data-differs]").Select(row => row.GetAttribute("data-differs"))
        );
        Assert.Equal(["was 5 min", "was yes"], page.FindAll(".policy .was").Select(Read));
        Assert.Equal(
            "2 settings change: Lease from 5 min → to 8 min; Comments block from yes → to no",
            Read(page.Find("[data-changes]"))
        );

        // As it was: nothing is to be saved.
        await page.Find("[data-setting=leaseSeconds]").InputAsync("300 s");
        await page.Find("input[data-setting=blockOnComments]").ChangeAsync(true);
        Assert.Empty(page.FindAll("[data-differs], [data-changes]"));
        Assert.Equal("Nothing is changed yet.", page.Find("[data-do=save_policy]").GetAttribute("title"));
    }

    [Fact]
    public async Task A_list_says_how_it_is_written_and_where_it_cannot_be_read()
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        Assert.StartsWith(
            "Write a list such as legal: 1 manager",
            Read(page.Find("#pol-approvals-how")),
            StringComparison.Ordinal
        );

        await page.Find("[data-setting=approvals]").InputAsync("legal: 1 manager; money 2 reviewer");

        Assert.StartsWith(
            "“money 2 reviewer” cannot be read.",
            Read(page.Find("#pol-approvals-wrong")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Another_change_in_between_is_not_overwritten()
    {
        var page = Page();
        await page.Find("[data-do=edit_policy]").ClickAsync();
        await page.Find("[data-setting=maxActive]").InputAsync("4");
        await Do(Priya, new QueueCommand.Set("replies", new PolicyChange { LeaseSeconds = 120 }, IfSeq: null));

        await page.Find("[data-do=save_policy]").ClickAsync();

        Assert.NotNull(page.Find(".note[data-code=item_changed]"));
        Assert.Null(Engine.Picture.Read(at => at.FindQueue("replies")!.Queue.Policy.MaxActive));
    }

    [Fact]
    public async Task Support_reads_it_and_may_neither_edit_nor_pause()
    {
        Viewer = Mara;
        await Busy();

        // A file takes nothing from anybody.
        Assert.Empty(Page().FindAll("button[data-do]:not([data-do=csv])"));
    }

    [Fact]
    public async Task The_list_says_who_paused_what_and_why()
    {
        await Do(Priya, new QueueCommand.PauseQueue("replies", "new source system"));

        var page = Render<Queues>();

        Assert.Equal("paused", page.Find(".row").GetAttribute("data-state"));
        Assert.Equal("by Priya Nair: “new source system”", Read(page.Find(".row[data-queue=replies] .paused-words")));
    }

    private IRenderedComponent<QueuePage> Page() => Render<QueuePage>(p => p.Add(x => x.Name, "replies"));

    private async Task Busy()
    {
        await Work(await Item("One"));
        await Work(await Item("Two"), run: "7f4");
        await Work(await Item("Three"), by: Jun, run: null);
        await Item("Waits");
    }
}
