using System.Net;
using System.Text.Json;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>What a person typed is recorded whole, or it is there when they come back: across gaps, restarts, other pages and tabs.</summary>
public sealed class What_was_typed(Street street) : StoryOnALine(street)
{
    private const Roles Everything = Roles.Reviewer | Roles.Manager | Roles.Support;
    private const float NoticedWithinMs = 60_000;
    private const float BackWithinMs = 60_000;

    [Fact]
    public async Task Found_3_2_each_field_is_recorded_whole_after_a_gap_and_a_restart_of_the_server()
    {
        var rita = await PersonAsync("Rita Voss", Everything, through: Line);
        rita.IsOffline = true;
        var fields = await FieldsAsync();
        // One tab for each field, through the same gap.
        foreach (var field in fields)
        {
            field.Page = await rita.Page.Context.NewPageAsync();
            await field.Page.GotoAsync(field.Path);
            await IsLiveAsync(field.Page);
            await field.Opens(field.Page);
            await field.Box.FillAsync(field.Before);
        }

        // Nothing passes any more; people go on typing, before and after the page notices.
        Line.Cut();
        foreach (var field in fields)
            await TypeAsync(field.Box, field.After[..10]);
        foreach (var field in fields)
            await IsAwayAsync(field.Page);
        foreach (var field in fields)
            await TypeAsync(field.Box, field.After[10..]);
        Line.Mend();
        foreach (var field in fields)
        {
            await IsLiveAsync(field.Page);
            await IsThereAsync(field);
        }

        // The server is killed: the pages are loaded anew once it is back.
        await Premises.Server.KillAsync();
        foreach (var field in fields)
            await IsAwayAsync(field.Page);
        await Premises.Server.StartAgainAsync();
        foreach (var field in fields)
        {
            await IsLiveAsync(field.Page);
            await IsThereAsync(field);
            await field.Sends(field.Page);
        }

        var reader = Premises.Agent("Lead Manager");
        foreach (var field in fields)
        {
            var kept = await reader.EventsAsync();
            if (field.Content is { } content)
                Assert.Equal(field.Whole, (await reader.ContentAsync(content, field.ContentVersion)).TrimEnd('\n'));
            else
                Assert.True(
                    kept.Contains(JsonEncodedText.Encode(field.Whole).ToString(), StringComparison.Ordinal),
                    $"{field.Name} was not recorded whole"
                );
            // Nothing of it is left to be sent.
            await Expect(field.Page.Locator("#drafts [data-draft-kept]")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task What_is_sent_by_a_key_waits_until_the_server_has_heard_what_was_typed()
    {
        var sam = await PersonAsync("Sam Okoro", Everything, through: Line);
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Customer asks for a call back");
        await sam.OpensAsync($"/items/{item}");
        await sam.Do("claim").ClickAsync();
        await Expect(sam.Page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "leased");
        await sam.Do("release_with").ClickAsync();
        await Expect(sam.Page.Locator("dialog textarea")).ToBeFocusedAsync();

        Line.Cut();
        await sam.Page.Keyboard.TypeAsync("Back after lunch.");
        await sam.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(sam.Page.Locator("[data-do='confirm:release_with']")).ToBeDisabledAsync();
        Line.Mend();

        await Expect(sam.Page.Locator(".item-page")).ToHaveAttributeAsync("data-state", "queued");
        await Expect(sam.Page.Locator(".timeline")).ToContainTextAsync("Back after lunch.");
    }

    [Fact]
    public async Task Found_3_2_what_was_typed_waits_on_every_other_page_and_in_its_own_field()
    {
        var (_, _, artifact) = await AskedAsync("Reply to ticket 88190");
        var rita = await PersonAsync("Rita Voss", Everything);
        await rita.OpensAsync($"/artifacts/{artifact}");
        await TypeAsync(rita.Page.Locator("#decision-comment"), "Half a thought");
        await rita.Do("comment").ClickAsync();
        await TypeAsync(rita.Page.Locator("#comment-body"), "Another half");

        // Away by a link of the page, and back by what is listed there.
        await rita.Page.Locator(".nav a[href='desk']").ClickAsync();
        var kept = rita.Page.Locator("#drafts [data-draft-kept]");
        await Expect(kept).ToHaveCountAsync(2);
        await Expect(rita.Page.Locator("#drafts")).ToContainTextAsync($"Not sent: comment on {artifact}");
        await rita.Page.Locator($"[data-draft-kept='comment on {artifact}'] summary").ClickAsync();
        await rita
            .Page.Locator($"[data-draft-kept='comment on {artifact}']")
            .GetByRole(AriaRole.Button, new() { Name = "Go on with it" })
            .ClickAsync();
        await Expect(rita.Page.Locator("#comment-body")).ToHaveValueAsync("Another half");
        await Expect(rita.Page.Locator("#comment-body")).ToBeFocusedAsync();
        await Expect(rita.Page.Locator("#decision-comment")).ToHaveValueAsync("Half a thought");
        await Expect(kept).ToHaveCountAsync(0);

        // Away by the address bar.
        await rita.Page.GotoAsync("/queues");
        await rita.IsLiveAsync();
        await Expect(kept).ToHaveCountAsync(2);

        // A tab that is closed leaves what was typed in it to the next that opens the page.
        var closed = await rita.Page.Context.NewPageAsync();
        await closed.GotoAsync($"/artifacts/{artifact}");
        await IsLiveAsync(closed);
        await Expect(closed.Locator("#decision-comment")).ToHaveValueAsync("");
        await rita.Page.GotoAsync("about:blank");
        await closed.CloseAsync();
        var again = await rita.Page.Context.NewPageAsync();
        await again.GotoAsync($"/artifacts/{artifact}");
        await IsLiveAsync(again);
        await Expect(again.Locator("#decision-comment")).ToHaveValueAsync("Half a thought");
        await Expect(again.Locator("#drafts [data-draft-kept]")).ToHaveCountAsync(1);

        // Dropped only when the reader says so.
        await again.Locator("[data-draft-drop]").First.ClickAsync();
        await Expect(again.Locator("#decision-comment")).ToHaveValueAsync("");
        await again.ReloadAsync();
        await IsLiveAsync(again);
        await Expect(again.Locator("#decision-comment")).ToHaveValueAsync("");
        await rita.OpensAsync("/queues");
    }

    [Fact]
    public async Task Found_3_2_two_tabs_and_two_people_keep_what_each_typed()
    {
        var (_, _, artifact) = await AskedAsync("Reply to ticket 88190");
        var rita = await PersonAsync("Rita Voss", Everything);
        await rita.OpensAsync($"/artifacts/{artifact}");
        var second = await rita.Page.Context.NewPageAsync();
        await second.GotoAsync($"/artifacts/{artifact}");
        await IsLiveAsync(second);

        await TypeAsync(rita.Page.Locator("#decision-comment"), "from the first tab");
        await TypeAsync(second.Locator("#decision-comment"), "from the second tab");
        await rita.Page.ReloadAsync();
        await second.ReloadAsync();
        await rita.IsLiveAsync();
        await IsLiveAsync(second);
        await Expect(rita.Page.Locator("#decision-comment")).ToHaveValueAsync("from the first tab");
        await Expect(second.Locator("#decision-comment")).ToHaveValueAsync("from the second tab");

        // What one tab sends, the other keeps.
        await rita.Do("request_changes").ClickAsync();
        await Expect(rita.Page.Locator("[data-notice=request_changes]")).ToContainTextAsync("“from the first tab”");
        await Expect(rita.Page.Locator("#decision-comment")).ToHaveValueAsync("");
        await Expect(second.Locator("#decision-comment")).ToHaveValueAsync("from the second tab");

        // Somebody else on the same machine sees nothing of it.
        var other = Premises.Access.AddPrincipal("Tomas Okafor", PrincipalKind.Person, Everything, queues: null);
        await second.GotoAsync(Premises.Access.MakeSignInLink(other.Id));
        await second.GetByRole(AriaRole.Button, new() { Name = "Sign in as Tomas Okafor" }).ClickAsync();
        await second.WaitForURLAsync(url => !url.Contains("/login", StringComparison.Ordinal));
        await IsLiveAsync(second);
        await second.GotoAsync($"/artifacts/{artifact}");
        await IsLiveAsync(second);
        await Expect(second.Locator("#decision-comment")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Found_3_2_a_browser_that_keeps_nothing_asks_before_the_page_is_left()
    {
        var (_, _, artifact) = await AskedAsync("Reply to ticket 88190");
        var rita = await PersonAsync("Rita Voss", Everything);
        await rita.Page.Context.AddInitScriptAsync(
            "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
        );
        await rita.OpensAsync($"/artifacts/{artifact}");
        await TypeAsync(rita.Page.Locator("#decision-comment"), "Kept nowhere");
        await Expect(rita.Page.Locator("[data-draft-note]:visible")).ToContainTextAsync("cannot keep what you type");
        var asked = new List<string>();
        rita.Page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            await dialog.DismissAsync();
        };

        await rita.Page.Locator(".nav a[href='desk']").ClickAsync();
        await rita.Page.Locator("h1").ClickAsync();
        await rita.Page.Keyboard.PressAsync("g");
        await rita.Page.Keyboard.PressAsync("d");
        await rita.Page.EvaluateAsync("location.href = '/queues'");
        await rita.Page.WaitForFunctionAsync("() => document.querySelector('#decision-comment') !== null");

        await Expect(rita.Page.Locator("#decision-comment")).ToHaveValueAsync("Kept nowhere");
        Assert.Equal(["confirm", "confirm", "beforeunload"], asked);
    }

    private static Task IsLiveAsync(IPage page) =>
        Expect(page.Locator("body")).ToHaveAttributeAsync("data-connection", "live", new() { Timeout = BackWithinMs });

    private static Task IsAwayAsync(IPage page) =>
        Expect(page.Locator("body"))
            .ToHaveAttributeAsync("data-connection", "reconnecting", new() { Timeout = NoticedWithinMs });

    private static async Task TypeAsync(ILocator box, string words)
    {
        await box.FocusAsync();
        await box.PressAsync("Control+End");
        await box.PressSequentiallyAsync(words);
    }

    // It stands in its field, or one press away, where the field is behind a button.
    private static async Task IsThereAsync(Field field)
    {
        if (await field.Box.CountAsync() == 0)
        {
            var kept = field.Page.Locator("#drafts [data-draft-kept]", new() { HasText = field.Whole });
            await Expect(kept).ToHaveCountAsync(1);
            await kept.Locator("summary").ClickAsync();
            await kept.GetByRole(AriaRole.Button, new() { Name = "Go on with it" }).ClickAsync();
        }
        await Expect(field.Box).ToHaveValueAsync(field.Whole);
    }

    private async Task<(Agent Agent, Lease Lease, string Artifact)> AskedAsync(
        string title,
        string text = "Dear Mr Haverkamp,\nwe credit one day.\n"
    )
    {
        await Premises.Agent("Lead Manager", Roles.Manager).QueueAsync("replies");
        var agent = Premises.Agent("reply-agent");
        var item = await agent.ItemAsync("replies", title);
        var lease = await agent.ClaimAsync(item, leaseSeconds: 3600);
        await agent.StartAsync(lease);
        return (agent, lease, await agent.AskAsync(lease, title, text, $"send:{item}"));
    }

    /// <summary>A field, where it stands, and how it is sent.</summary>
    private sealed record Field(
        string Name,
        string Path,
        string Selector,
        Func<IPage, Task> Opens,
        Func<IPage, Task> Sends
    )
    {
        public IPage Page { get; set; } = null!; // set when its tab is opened

        public ILocator Box => Page.Locator(Selector);

        public string Before => $"{Name}: the fee is missing. ";

        public string After { get; init; } = "Name the amount, and the day on which it is paid.";

        public string Whole => Before + After;

        /// <summary>The artifact whose new content it becomes; null where it is a part of an event.</summary>
        public string? Content { get; init; }

        public int ContentVersion { get; init; } = 2;
    }

    // Every field of the product that takes more than a line.
    private async Task<List<Field>> FieldsAsync()
    {
        var fields = new List<Field>();
        Task None(IPage page) => Task.CompletedTask;
        Func<IPage, Task> Press(string act) =>
            page => page.Locator($"#main [data-do='{act}']:visible").First.ClickAsync();
        Func<IPage, Task> Gone(string act, string gone) =>
            async page =>
            {
                await Press(act)(page);
                await Expect(page.Locator(gone)).ToHaveCountAsync(0);
            };

        var (_, _, decided) = await AskedAsync("Decided");
        fields.Add(
            new Field(
                "decision-comment",
                $"/artifacts/{decided}",
                "#decision-comment",
                None,
                async page =>
                {
                    await Press("request_changes")(page);
                    await Expect(page.Locator("[data-notice=request_changes]")).ToBeVisibleAsync();
                }
            )
        );
        var (_, _, commented) = await AskedAsync("Commented");
        fields.Add(
            new Field(
                "comment-body",
                $"/artifacts/{commented}",
                "#comment-body",
                Press("comment"),
                Gone("send_comment", "#comment-body")
            )
        );
        var quoted = new Field("comment-quote", "", "#comment-quote", Press("comment"), None);
        var (_, _, quote) = await AskedAsync("Quoted", $"Dear all,\n{quoted.Whole}\n");
        fields.Add(
            quoted with
            {
                Path = $"/artifacts/{quote}",
                Sends = async page =>
                {
                    await page.Locator("#comment-body").FillAsync("About these words.");
                    await Gone("send_comment", "#comment-quote")(page);
                },
            }
        );
        var (_, _, suggested) = await AskedAsync("Suggested");
        async Task Suggest(IPage page)
        {
            await Press("comment")(page);
            await page.Locator("#comment-quote").FillAsync("one day");
            await page.Locator("[data-suggests]").CheckAsync();
        }
        fields.Add(
            new Field(
                "comment-suggestion",
                $"/artifacts/{suggested}",
                "#comment-suggestion",
                Suggest,
                async page =>
                {
                    await page.Locator("#comment-body").FillAsync("Other words.");
                    await Gone("send_comment", "#comment-suggestion")(page);
                }
            )
        );
        var (agent, _, replied) = await AskedAsync("Replied");
        await agent.PostAsync($"artifacts/{replied}/versions/1/comments", new { body = "Is this enough?" });
        fields.Add(
            new Field(
                "reply-body",
                $"/artifacts/{replied}",
                "#reply-body",
                Press("reply"),
                Gone("send_reply", "#reply-body")
            )
        );
        var (_, _, edited) = await AskedAsync("Edited");
        fields.Add(
            new Field(
                "edit-text",
                $"/artifacts/{edited}",
                "#edit-text",
                Press("edit"),
                Gone("save_version", "#edit-text")
            )
            {
                Content = edited,
            }
        );
        var (_, _, noted) = await AskedAsync("Noted");
        fields.Add(
            new Field(
                "edit-note",
                $"/artifacts/{noted}",
                "#edit-note",
                Press("edit"),
                async page =>
                {
                    await page.Locator("#edit-text").FillAsync("Other words.");
                    await Gone("save_version", "#edit-text")(page);
                }
            )
        );
        var settled = await CollidesAsync("Settled");
        fields.Add(
            new Field(
                "settle-note",
                $"/conflicts/{settled.Conflict}",
                "#settle-note",
                None,
                Gone("resolve:keep_current", ".resolve")
            )
        );
        var merged = await CollidesAsync("Merged");
        fields.Add(
            new Field(
                "place-1-text",
                $"/conflicts/{merged.Conflict}",
                "#place-1-text",
                Press("settle:edit"),
                async page =>
                {
                    await page.Locator("#settle-note").FillAsync("Both were right.");
                    await Gone("resolve:merge", ".resolve")(page);
                }
            )
            {
                Content = merged.Artifact,
                ContentVersion = 3,
            }
        );
        fields.Add(
            new Field(
                "rb-guidance",
                "/runbook",
                "#rb-guidance",
                async page =>
                {
                    if (await page.Locator("#rb-guidance").CountAsync() == 0)
                        await page.Locator("#main .row a").First.ClickAsync();
                },
                async page =>
                {
                    await Press("save_guidance")(page);
                    await Expect(page.Locator("#main")).ToContainTextAsync("Rita Voss");
                }
            )
        );
        var many = await agent.ItemAsync("replies", "One of many");
        fields.Add(
            new Field(
                "why",
                $"/bulk?q={WebUtility.UrlEncode("queue:replies state:queued")}",
                "#why",
                None,
                async page =>
                {
                    await page.Locator("#act").SelectOptionAsync("Priority");
                    await page.Locator("#priority").FillAsync("1");
                    await Press("try_bulk")(page);
                    await Press("start_bulk")(page);
                    await page.WaitForURLAsync("**/bulk/*");
                }
            )
        );
        fields.Add(
            new Field(
                "reason",
                $"/items/{many}",
                "dialog textarea",
                Press("park"),
                Gone("confirm:park", "dialog.dialog[open]")
            )
        );
        return fields;
    }

    // Two versions on one base, which contradict each other.
    private async Task<(string Artifact, string Conflict)> CollidesAsync(string title)
    {
        var (agent, lease, artifact) = await AskedAsync(title, "We credit one day.");
        return (artifact, await agent.CollideAsync(lease, artifact));
    }
}
