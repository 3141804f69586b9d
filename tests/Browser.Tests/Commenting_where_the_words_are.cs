using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A reviewer comments on what they read, in the view in which they read it, and is led from the words to the comment and back.</summary>
public sealed class Commenting_where_the_words_are(Street street) : FocusStory(street)
{
    private const string Letter =
        "# Delay of the order\n\nDear **Mr Haverkamp**,\n\nwe credit two days. We credit two days again.\n";
    private const string Record = "{\"customer\":\"Haverkamp\",\"credit\":{\"days\":2,\"sum\":\"9.80\"},\"days\":2}";

    private async Task<(string Artifact, Agent Agent)> VersionAsync(string contentType, string content)
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Answer the customer"));
        await agent.StartAsync(lease);
        var made = await agent.PostAsync(
            "artifacts",
            new
            {
                name = "Letter to the customer",
                itemId = lease.Item,
                contentType,
                content,
                lease.Run,
                lease.Token,
            }
        );
        return (made.GetProperty("id").GetString()!, agent);
    }

    // Selects words as a reader does, by dragging over them, once more where the page moved meanwhile. Which of several that are the same is
    // counted from 0.
    private static async Task DragOverAsync(Visitor visitor, string within, string words, int nth = 0)
    {
        string selected;
        var tries = 0;
        do
        {
            await DragOnceAsync(visitor, within, words, nth);
            selected = await visitor.Page.EvaluateAsync<string>("getSelection().toString()");
        } while (selected != words && ++tries < 5);
        Assert.Equal(words, selected);
    }

    private static async Task DragOnceAsync(Visitor visitor, string within, string words, int nth)
    {
        var edges = await visitor.Page.EvaluateAsync<float[]>(
            """
            ([within, words, nth]) => {
              const walk = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
              for (let seen = 0; walk.nextNode(); )
                for (let at = walk.currentNode.data.indexOf(words); at >= 0; at = walk.currentNode.data.indexOf(words, at + 1)) {
                  if (seen++ < nth) continue;
                  const range = document.createRange();
                  range.setStart(walk.currentNode, at);
                  range.setEnd(walk.currentNode, at + words.length);
                  walk.currentNode.parentElement.scrollIntoView({ block: "center" });
                  const box = range.getBoundingClientRect();
                  return [box.left, box.right, (box.top + box.bottom) / 2];
                }
              return [];
            }
            """,
            new object[] { within, words, nth }
        );
        await visitor.Page.Mouse.MoveAsync(edges[0] + 0.5f, edges[2]);
        await visitor.Page.Mouse.DownAsync();
        await visitor.Page.Mouse.MoveAsync(edges[1] - 0.5f, edges[2], new() { Steps = 4 });
        await visitor.Page.Mouse.UpAsync();
    }

    private static async Task CommentAsync(Visitor visitor, string body)
    {
        await visitor.Do("comment_here").ClickAsync();
        var field = visitor.Page.Locator("#comment-body");
        await Expect(field).ToBeFocusedAsync();
        await field.FillAsync(body);
        await visitor.Do("send_comment").ClickAsync();
        await Expect(field).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Words_of_a_rendered_letter_are_commented_on_beside_them_and_marked_there()
    {
        var (artifact, _) = await VersionAsync("text/markdown", Letter);
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");
        var here = rita.Do("comment_here");
        await Expect(here).ToBeHiddenAsync();

        // The second of two that read the same.
        await DragOverAsync(rita, ".markdown", "two days", nth: 1);
        await Expect(here).ToBeVisibleAsync();
        var button = (await here.BoundingBoxAsync())!;
        await here.ClickAsync();
        await Expect(rita.Page.Locator("#comment-quote")).ToHaveValueAsync("two days");
        var form = (await rita.Page.Locator(".beside-words").BoundingBoxAsync())!;
        Assert.InRange(form.Y, button.Y - 20, button.Y + 20);
        await rita.Page.Locator("#comment-body").FillAsync("It is three.");
        await rita.Page.Locator("[data-suggests]").CheckAsync();
        await rita.Page.Locator("#comment-suggestion").FillAsync("three days");
        await rita.Do("send_comment").ClickAsync();

        var mark = rita.Page.Locator(".markdown .comment-mark");
        await Expect(mark).ToHaveCountAsync(1);
        await Expect(mark.Locator("xpath=..")).ToContainTextAsync("We credit two days again.");
        var focused = await rita.Page.EvaluateAsync<bool>("document.activeElement.closest('.markdown') !== null");
        Assert.True(focused, "the reader goes on where they read");
        var comment = rita.Page.Locator("[data-comment-id]");
        await Expect(comment.Locator("del")).ToHaveTextAsync("two");
        await Expect(comment.Locator("ins")).ToHaveTextAsync("three");

        await mark.FocusAsync();
        await mark.PressAsync("Enter");
        await Expect(comment).ToBeFocusedAsync();
        await Expect(comment).ToBeInViewportAsync();
        var row = rita.Page.Locator("[data-row].diff-inline", new() { HasText = "We credit two days again." });
        await PressesAsync(rita, "to_words", row, on: row);

        await rita.Do("accept_suggestion").ClickAsync();
        await Expect(rita.Page.Locator(".artifact-page")).ToHaveAttributeAsync("data-version", "2");
        await Expect(rita.Page.Locator(".diff-split .text.added"))
            .ToHaveTextAsync("we credit two days. We credit three days again.");
        await Expect(rita.Page.Locator(".diff-head")).ToContainTextAsync("nobody approved it");
    }

    [Fact]
    public async Task Words_of_json_in_order_are_quoted_from_its_source()
    {
        var (artifact, agent) = await VersionAsync("application/json", Record);
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");

        await DragOverAsync(rita, "[data-laid]", "\"days\": 2", nth: 1);
        await CommentAsync(rita, "Twice the same name.");

        var mark = rita.Page.Locator("[data-laid] .comment-mark");
        await Expect(mark.Locator("xpath=..")).ToHaveAttributeAsync("data-line", "7");
        var seen = await agent.GetAsync($"artifacts/{artifact}");
        var anchor = seen.GetProperty("comments")[0].GetProperty("anchor");
        Assert.Equal("\"days\":2", anchor.GetProperty("quote").GetString());
        Assert.Equal(Record.LastIndexOf("\"days\"", StringComparison.Ordinal), anchor.GetProperty("start").GetInt32());
        await mark.ClickAsync();
        await Expect(rita.Page.Locator("[data-comment-id]")).ToBeFocusedAsync();
        await rita.Do("to_words").ClickAsync();
        await Expect(rita.Page.Locator("[data-laid] [data-row]:focus")).ToContainTextAsync("\"days\"");
    }

    [Fact]
    public async Task Without_a_mouse_the_letter_m_leads_to_the_words_and_cancel_back_to_them()
    {
        var (artifact, _) = await VersionAsync("text/plain", "Dear customer,\nwe credit two days.\nKind regards\n");
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");
        // As caret browsing and the handles of a finger do: the selection changes, and nothing is pressed.
        await rita.Page.EvaluateAsync(
            "() => getSelection().selectAllChildren(document.querySelector(\".text[data-line='2']\"))"
        );
        await Expect(rita.Do("comment_here")).ToBeVisibleAsync();
        await rita.Page.Keyboard.PressAsync("m");
        await Expect(rita.Do("comment_here")).ToBeFocusedAsync();
        var body = rita.Page.Locator("#comment-body");
        await PressesAsync(rita, "comment_here", body, on: body);
        await Expect(rita.Page.Locator("#comment-quote")).ToHaveValueAsync("we credit two days.");

        await rita.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).PressAsync("Enter");

        await Expect(rita.Page.Locator(".text[data-line='2']")).ToBeFocusedAsync();
        await Expect(rita.Page.Locator("#comment-body")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_an_edit_changes_is_shown_while_it_is_written()
    {
        var (artifact, _) = await VersionAsync("text/plain", "Dear customer,\nwe credit two days.\nKind regards\n");
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}");
        await rita.Do("edit").ClickAsync();
        var field = rita.Page.Locator("#edit-text");
        await Expect(field).ToBeFocusedAsync();
        Assert.Equal(
            await rita.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.diff')).fontFamily"),
            await field.EvaluateAsync<string>("one => getComputedStyle(one).fontFamily")
        );

        await field.PressAsync("Control+Home");
        await field.PressSequentiallyAsync("Hello. ");

        var changes = rita.Page.Locator(".edit-changes");
        await Expect(changes.Locator("ins")).ToHaveTextAsync("Hello. ");
        await Expect(field).ToBeFocusedAsync();
        await field.PressSequentiallyAsync("And more. ");
        await Expect(changes.Locator("ins")).ToHaveTextAsync("Hello. And more. ");
        await Expect(field).ToHaveValueAsync("Hello. And more. Dear customer,\nwe credit two days.\nKind regards\n");
    }

    [Fact]
    public async Task A_picture_is_enlarged_and_closed_with_the_keyboard()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Replace the banner"));
        await agent.StartAsync(lease);
        var picture = Picture();
        var artifact = await agent.PictureAsync(lease, picture, picture);
        var rita = await PersonAsync(Street.Fresh("Rita Voss"), Roles.Reviewer);
        await rita.OpensAsync($"/artifacts/{artifact}?v=1");
        var button = rita.Do("enlarge");
        await button.PressAsync("Enter");
        var large = rita.Page.Locator(".large-picture");
        await Expect(large.Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 4);
        await Expect(large.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await large.GetByRole(AriaRole.Button, new() { Name = "As large as it is" }).ClickAsync();
        await Expect(large.GetByRole(AriaRole.Button, new() { Name = "All of it" })).ToBeVisibleAsync();

        await rita.Page.Keyboard.PressAsync("Escape");

        await Expect(large).ToHaveCountAsync(0);
        await Expect(button).ToBeFocusedAsync();
    }

    private static byte[] Picture() =>
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAAEElEQVR4nGOQkzsBRwzIHABkaggh4UPC6AAAAABJRU5ErkJggg=="
        );
}
