using ControlSurface.Core.Principals;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A manager narrows a list, selects what is meant, sees what would be refused, and reads what was done.</summary>
public sealed class Acting_on_many(Street street) : Story(street)
{
    private const int All = 58;
    private const int Meant = 30;

    private static readonly AxeRunOptions Wcag = new()
    {
        ResultTypes = [ResultType.Violations],
        RunOnly = new RunOnlyOptions
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        },
    };

    [Fact]
    public async Task By_keyboard_alone_thirty_of_fifty_eight_are_cancelled_but_for_those_that_are_refused()
    {
        var (agent, queue, ids) = await FilledAsync();
        var priya = await PersonAsync("Priya Nair", Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync("/");
        var steps = 0;
        async Task Keys(params string[] keys)
        {
            steps += keys.Length;
            foreach (var key in keys)
                await page.Keyboard.PressAsync(key);
        }

        // 1 to 3: the list. Settled items are listed because their state is named.
        await Keys("/");
        await page.Keyboard.TypeAsync($"queue:{queue} state:queued,completed");
        steps++;
        await Keys("Enter");
        await Expect(page.Locator("#main .row[data-item]")).ToHaveCountAsync(All);
        await Expect(priya.Item(ids[0])).ToBeFocusedAsync();
        Assert.Equal(0, await page.Locator(".selection-bar").CountAsync());

        // One by x, the others by x with Shift on the thirtieth.
        await Keys("x");
        await Expect(priya.Item(ids[0])).ToHaveAttributeAsync("aria-selected", "true");
        await Keys([.. Enumerable.Repeat("j", Meant - 1)]);
        await Expect(priya.Item(ids[Meant - 1])).ToBeFocusedAsync();
        await Keys("Shift+X");
        var bar = page.Locator(".selection-bar");
        await Expect(bar).ToContainTextAsync($"{Meant} items selected");
        await Expect(page.Locator("#main .row[aria-selected=true]")).ToHaveCountAsync(Meant);
        await Expect(priya.Item(ids[Meant - 1])).ToBeInViewportAsync();
        await Expect(page.Locator("#say")).ToContainTextAsync("1 item selected");
        Assert.Equal(0, await OverlapAsync(page, ids[Meant - 1]));

        // The act, what of it would be refused, and why it is done.
        await Keys("s");
        await Expect(priya.Do("bulk_cancel")).ToBeFocusedAsync();
        await Expect(priya.Item(ids[Meant - 1])).ToBeInViewportAsync();
        await Keys("Enter");
        var dialog = page.Locator("dialog.dialog[open]");
        await Expect(dialog).ToContainTextAsync($"Cancel {Meant - 2} of {Meant} items?");
        await Expect(dialog).ToContainTextAsync($"2 items would be refused: {ids[4]}, {ids[9]}. The item is completed");
        // The question takes something away and opens on the way back; the reason is the field before it.
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Back" })).ToBeFocusedAsync();
        await Keys("Shift+Tab");
        await Expect(dialog.Locator("textarea")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("the shop has closed");
        steps++;
        await Expect(page.Locator("[data-do='confirm:bulk_cancel']")).ToBeEnabledAsync();
        await Keys("Control+Enter");

        await Expect(bar).ToContainTextAsync($"{Meant - 2} items were cancelled. 2 were left as they are.");
        await Expect(page.Locator("#main .row[data-item]")).ToHaveCountAsync(All - Meant + 2);
        await Expect(page.Locator("#main .row:focus")).ToHaveCountAsync(1);
        await bar.GetByRole(AriaRole.Link).PressAsync("Enter");
        steps += 2; // a Tab leads there from the list's end
        await Expect(page.Locator("[data-bulk][data-state=done]"))
            .ToContainTextAsync($"{Meant - 2} items were cancelled.");
        Assert.Equal("cancelled", await StateAsync(agent, ids[0]));
        Assert.Equal("queued", await StateAsync(agent, ids[Meant]));
        Assert.InRange(steps, 1, 12 + Meant);
    }

    [Fact]
    public async Task By_touch_on_a_phone_taps_select_and_nothing_is_covered()
    {
        var (agent, queue, ids) = await FilledAsync();
        var priya = await PersonAsync("Priya Nair", Roles.Manager, Window.Phone);
        var page = priya.Page;
        await priya.OpensAsync($"/?q=queue:{queue} state:queued,completed");
        await Expect(priya.Item(ids[0])).ToBeVisibleAsync();
        await Expect(priya.Item(ids[0]).Locator("[data-pick]")).ToBeHiddenAsync();

        await priya.Do("select").TapAsync();
        var bar = page.Locator(".selection-bar");
        await Expect(bar).ToContainTextAsync("Select items");
        // A tap anywhere on a row selects it and opens nothing.
        foreach (var item in ids[..6])
            await priya.Item(item).Locator(".row-title").TapAsync();
        await Expect(bar).ToContainTextAsync("6 items selected");
        Assert.DoesNotContain("/items/", page.Url, StringComparison.Ordinal);
        await priya.Item(ids[5]).TapAsync();
        await Expect(bar).ToContainTextAsync("5 items selected");
        Assert.Equal(0, await OverlapAsync(page, ids[5]));
        await page.WaitForFunctionAsync("document.documentElement.scrollWidth <= innerWidth");

        await priya.Do("select_all").TapAsync();
        await Expect(bar).ToContainTextAsync($"{All} items selected");
        foreach (var item in ids[Meant..^1])
            await agent.ClaimAsync(item); // others take them meanwhile: they leave the list, and are left alone
        await Expect(bar).ToContainTextAsync($"{All - Meant - 1} of {All} are no longer in this list");
        await priya.Do("bulk_cancel").TapAsync();
        await Expect(page.Locator("dialog.dialog[open]"))
            .ToContainTextAsync($"Cancel {Meant - 1} of {Meant + 1} items?");
        await page.Locator("dialog textarea").FillAsync("the shop has closed");
        await page.Locator("[data-do='confirm:bulk_cancel']").TapAsync();
        await Expect(bar).ToContainTextAsync($"{Meant - 1} items were cancelled. 2 were left as they are.");
        Assert.Equal("claimed", await StateAsync(agent, ids[Meant]));
    }

    [Fact]
    public async Task The_pointer_selects_a_range_the_palette_knows_the_acts_and_Esc_lets_go()
    {
        var (_, queue, ids) = await FilledAsync();
        var priya = await PersonAsync("Priya Nair", Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync($"/?q=queue:{queue} state:queued");
        await priya.Item(ids[0]).HoverAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Select {ids[0]}", Exact = true }).ClickAsync();
        await priya.Item(ids[3]).Locator(".row-title a").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        var bar = page.Locator(".selection-bar");
        await Expect(bar).ToContainTextAsync("4 items selected");
        var wrong = await page.Locator("#main").RunAxe(Wcag);
        Assert.True(
            wrong.Violations.Length == 0,
            string.Join("\n", wrong.Violations.Select(one => $"{one.Id}: {one.Help} {one.Nodes[0].Html}"))
        );

        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("#palette")).ToContainTextAsync("Cancel 4 items…");
        await page.Keyboard.TypeAsync("priority");
        await Expect(page.Locator("#palette [role=option]").First).ToContainTextAsync("Set priority…");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#bulk-priority")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Expect(bar).ToHaveCountAsync(0);
        await Expect(page.Locator("#main .row:focus")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_a_search_found_is_selected_on_all_its_pages()
    {
        var (agent, queue) = await QueueAsync();
        var word = Street.Fresh("parcel").Replace("-", "", StringComparison.Ordinal);
        var last = "";
        for (var k = 0; k < 103; k++)
            last = await agent.ItemAsync(queue, FormattableString.Invariant($"Send {word} {k}"));
        var priya = await PersonAsync("Priya Nair", Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync($"/search?q={word}");
        var row = page.Locator($"[data-found='{last}']");
        await Expect(row).ToBeVisibleAsync();
        await row.FocusAsync();
        await page.Keyboard.PressAsync("x");
        var bar = page.Locator(".selection-bar");
        await Expect(bar).ToContainTextAsync("1 item selected");
        await priya.Do("select_all").ClickAsync();
        await Expect(bar).ToContainTextAsync("103 items selected");
        await priya.Do("bulk_label").ClickAsync();
        await page.Locator("dialog textarea").FillAsync("they belong together");
        await page.Locator("#bulk-add").FillAsync(word);
        await page.Locator("[data-do='confirm:bulk_label']").ClickAsync();
        await Expect(bar).ToContainTextAsync("103 items were labelled.");
    }

    [Fact]
    public async Task On_the_desk_a_manager_selects_what_waits_while_a_handover_stays_open()
    {
        var (agent, queue) = await QueueAsync();
        var ids = new List<string>();
        for (var k = 0; k < 4; k++)
        {
            var lease = await agent.ClaimAsync(
                await agent.ItemAsync(queue, FormattableString.Invariant($"Call back {k}"))
            );
            await agent.PostAsync(
                $"leases/{lease.Id}/handoff",
                new
                {
                    lease.Run,
                    lease.Token,
                    to = new { role = "support" },
                    note = "Wants a person.",
                }
            );
            ids.Add(lease.Item);
        }
        var priya = await PersonAsync("Priya Nair", Roles.Manager);
        var page = priya.Page;
        await priya.OpensAsync($"/desk?queue={queue}");
        var bar = page.Locator(".selection-bar");
        var picked = page.Locator("#main [data-pick][aria-checked=true]");
        await priya.Item(ids[1]).FocusAsync();
        await Expect(page.Locator(".handover[data-item]")).ToHaveAttributeAsync("data-item", ids[1]);
        await page.Keyboard.PressAsync("x");
        await Expect(bar).ToContainTextAsync("1 item selected");
        await priya.Item(ids[3]).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(picked).ToHaveCountAsync(3);
        await Expect(priya.Item(ids[3])).ToBeFocusedAsync();
        await Expect(page.Locator("#say")).ToContainTextAsync("3 items selected");
        await page.Keyboard.PressAsync("Control+a");
        await Expect(picked).ToHaveCountAsync(4);
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("x");
        await Expect(picked).ToHaveCountAsync(3);
        // The bar stands below both parts, and covers neither.
        Assert.True(
            await page.EvaluateAsync<bool>(
                """
                () => {
                  const bar = document.querySelector(".selection-bar").getBoundingClientRect();
                  const parts = [...document.querySelectorAll(".desk-list, .desk-detail")];
                  return bar.bottom <= innerHeight && parts.every(part => part.getBoundingClientRect().bottom <= bar.top);
                }
                """
            )
        );
        var wrong = await page.Locator("#main").RunAxe(Wcag);
        Assert.True(
            wrong.Violations.Length == 0,
            string.Join("\n", wrong.Violations.Select(one => $"{one.Id}: {one.Help} {one.Nodes[0].Html}"))
        );

        await page.Keyboard.PressAsync("s");
        await Expect(priya.Do("bulk_requeue")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog.dialog[open]")).ToContainTextAsync("Requeue 3 items?");
        await page.Locator("dialog[open] textarea").FillAsync("nobody of support is here today");
        await page.Locator("[data-do='confirm:bulk_requeue']").ClickAsync();
        await Expect(bar).ToContainTextAsync("3 items were put back into the queue");
        await Expect(page.Locator("#main .desk-entry:not(.gone)")).ToHaveCountAsync(1);
        await Expect(page.Locator("#main .desk-entry:focus")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task On_a_phone_a_tap_on_the_desk_selects_once_it_was_asked_to()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Call back"));
        await agent.PostAsync(
            $"leases/{lease.Id}/handoff",
            new
            {
                lease.Run,
                lease.Token,
                to = new { role = "support" },
                note = "Wants a person.",
            }
        );
        var priya = await PersonAsync("Priya Nair", Roles.Manager, Window.Phone);
        var page = priya.Page;
        await priya.OpensAsync($"/desk?queue={queue}");
        await Expect(priya.Item(lease.Item)).ToBeVisibleAsync();
        await Expect(page.Locator("#main [data-pick]").First).ToBeHiddenAsync();
        await priya.Do("select").TapAsync();
        await priya.Item(lease.Item).TapAsync();
        await Expect(page.Locator(".selection-bar")).ToContainTextAsync("1 item selected");
        Assert.EndsWith($"/desk?queue={queue}", page.Url, StringComparison.Ordinal);
        await page.WaitForFunctionAsync("document.documentElement.scrollWidth <= innerWidth");
        await priya.Do("clear_selection").TapAsync();
        await priya.Item(lease.Item).TapAsync();
        await Expect(page.Locator(".handover[data-item]")).ToHaveAttributeAsync("data-item", lease.Item);
    }

    // Two of the first thirty are completed: a cancel of them is refused.
    private async Task<(Agent Agent, string Queue, string[] Ids)> FilledAsync()
    {
        var (agent, queue) = await QueueAsync();
        var ids = new List<string>();
        for (var k = 0; k < All; k++)
            ids.Add(await agent.ItemAsync(queue, FormattableString.Invariant($"Order {k}: send it again")));
        foreach (var settled in (string[])[ids[4], ids[9]])
        {
            var lease = await agent.ClaimAsync(settled);
            await agent.StartAsync(lease);
            await agent.CompleteAsync(lease);
        }
        return (agent, queue, [.. ids]);
    }

    private static async Task<string?> StateAsync(Agent agent, string item)
    {
        var read = await agent.GetAsync($"items/{item}");
        return read.TryGetProperty("item", out var inner)
            ? inner.GetProperty("state").GetString()
            : read.GetProperty("state").GetString();
    }

    // How many px of a row that was scrolled to lie below the bar, or below the menu of a phone.
    private static Task<double> OverlapAsync(IPage page, string item) =>
        page.EvaluateAsync<double>(
            """
            id => {
              const row = document.querySelector(`#main .row[data-item="${id}"]`);
              row.focus();
              row.scrollIntoView({ block: "nearest" });
              const bar = document.querySelector(".selection-bar").getBoundingClientRect();
              const menu = document.querySelector(".tabbar").getBoundingClientRect();
              const under = menu.height === 0 ? 0 : Math.max(0, bar.bottom - menu.top);
              return Math.max(0, row.getBoundingClientRect().bottom - bar.top) + under;
            }
            """,
            item
        );
}
