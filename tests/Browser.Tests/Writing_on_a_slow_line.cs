using ControlSurface.Core.Principals;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// The server's words take a quarter of a second to arrive. Whoever writes meanwhile writes on in the field that they chose: nothing that
/// the server draws or asks for later takes the focus from them.
/// </summary>
public sealed class Writing_on_a_slow_line(Street street) : Story(street)
{
    private const string SlowLine = """
        const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
        Object.defineProperty(WebSocket.prototype, "onmessage", {
          ...own,
          set(hear) { own.set.call(this, hear && (event => setTimeout(() => hear.call(this, event), 250))); },
        });
        """;
    private const string Why = "It is asked for.";

    [Theory]
    [InlineData("bulk_priority", "bulk-priority")]
    [InlineData("bulk_label", "bulk-add")]
    [InlineData("bulk_handoff", "bulk-to")]
    public async Task A_question_about_many_opens_whole_and_leaves_the_reader_where_they_write(string act, string first)
    {
        var (agent, queue) = await QueueAsync();
        var held = (await agent.ClaimAsync(await agent.ItemAsync(queue, "Held"))).Item;
        var item = act == "bulk_handoff" ? held : await agent.ItemAsync(queue, "One of many");
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        await priya.Page.AddInitScriptAsync(SlowLine);
        await priya.OpensAsync($"/?q=queue:{queue} state:queued,claimed");
        await priya.Item(item).FocusAsync();
        await priya.Page.Keyboard.PressAsync("x");
        await WritesAsync(priya, act, first);
    }

    [Fact]
    public async Task So_does_the_question_to_whom_one_item_goes()
    {
        var (agent, queue) = await QueueAsync();
        var item = await agent.ItemAsync(queue, "Call the customer back");
        var sam = await PersonAsync(Street.Fresh("Sam Okoro"), Roles.Support);
        await sam.Page.AddInitScriptAsync(SlowLine);
        await sam.OpensAsync($"/items/{item}");
        await sam.Do("claim").PressAsync("Enter");
        await WritesAsync(sam, "hand_off", first: null);
    }

    [Fact]
    public async Task A_form_leaves_whoever_was_faster_in_the_field_that_they_chose()
    {
        var (agent, queue) = await QueueAsync();
        await agent.ClaimAsync(await agent.ItemAsync(queue, "Held"));
        var priya = await PersonAsync(Street.Fresh("Priya Nair"), Roles.Manager);
        var page = priya.Page;
        await page.AddInitScriptAsync(SlowLine);
        await priya.OpensAsync($"/?q=queue:{queue}");
        await priya.Do("new_item").PressAsync("Enter");
        await WritesInAsync(page, page.Locator("#main textarea").First);
    }

    private static async Task WritesAsync(Visitor visitor, string act, string? first)
    {
        var page = visitor.Page;
        await visitor.Do(act).First.PressAsync("Enter");
        var dialog = page.Locator("dialog[open]");
        await Expect(dialog).ToBeVisibleAsync();
        if (first is not null)
            Assert.Equal(first, await page.EvaluateAsync<string>("() => document.activeElement.id"));
        if (first == "bulk-add")
            await page.Keyboard.TypeAsync("vip");
        await WritesInAsync(page, dialog.Locator("textarea").First);
        await Expect(page.Locator($"[data-do='confirm:{act}']")).ToBeEnabledAsync();
        await page.Locator($"[data-do='confirm:{act}']").PressAsync("Enter");
        await Expect(dialog).ToHaveCountAsync(0);
    }

    // As fast as a person types, so that whatever the server still has to say arrives meanwhile.
    private static async Task WritesInAsync(IPage page, ILocator field)
    {
        await field.FocusAsync();
        await page.Keyboard.TypeAsync(Why, new() { Delay = 60 });
        await Expect(field).ToHaveValueAsync(Why);
        await Expect(field).ToBeFocusedAsync();
    }
}
