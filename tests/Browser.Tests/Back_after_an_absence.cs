using System.Globalization;
using ControlSurface.Core.Principals;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests;

/// <summary>Somebody who was away is led to what happened meanwhile, and somebody who was not is left alone.</summary>
public sealed class Back_after_an_absence(Street street) : Story(street)
{
    [Fact]
    public async Task Whoever_was_away_for_three_hours_is_led_from_now_to_what_was_done_since()
    {
        var (agent, queue) = await QueueAsync();
        var mona = await PersonAsync("Mona Absent", Roles.Manager, new Window(1440, 900, Zone: "Asia/Tokyo"));
        await mona.OpensAsync("/");
        await Expect(mona.Do("since")).ToHaveCountAsync(0);
        var item = await agent.ItemAsync(queue, "Done while nobody looked");
        var lease = await agent.ClaimAsync(item);
        await agent.StartAsync(lease);
        await agent.PostAsync($"leases/{lease.Id}/complete", new { lease.Run, lease.Token });
        // As the browser would have it three hours after the last look.
        await mona.Page.EvaluateAsync(
            "() => { const who = document.getElementById('drafts').dataset.who; window.addEventListener('pagehide', () => localStorage.setItem(`cs-seen:${who}`, String(Date.now() - 3 * 3600 * 1000))); }"
        );
        await mona.OpensAsync("/");

        await mona.Do("since").ClickAsync();

        await Expect(mona.Page.Locator(".views [aria-current=true]")).ToHaveTextAsync("Since you were here");
        var done = mona.Page.Locator("[data-what=Completed]");
        await Expect(done.Locator($"a[href='items/{item}']")).ToBeVisibleAsync();
        // It follows what goes on while it is open.
        var next = await agent.ItemAsync(queue, "Done while somebody looked");
        var held = await agent.ClaimAsync(next);
        await agent.StartAsync(held);
        await agent.PostAsync($"leases/{held.Id}/complete", new { held.Run, held.Token });
        await Expect(done.Locator($"a[href='items/{next}']")).ToBeVisibleAsync();

        // A day and time are those of the reader's own zone.
        var tokyo = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).AddHours(-5);
        await mona
            .Page.Locator("#since-at")
            .FillAsync(tokyo.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await mona.Do("since_then").ClickAsync();
        var from = new DateTimeOffset(tokyo.Year, tokyo.Month, tokyo.Day, tokyo.Hour, tokyo.Minute, 0, tokyo.Offset);
        await Expect(mona.Page.Locator(".since-page"))
            .ToHaveAttributeAsync("data-from", from.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_shift_ends_with_a_report_that_is_copied_and_mailed_with_words_to_the_next()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Done in the shift"));
        await agent.StartAsync(lease);
        await agent.PostAsync($"leases/{lease.Id}/complete", new { lease.Run, lease.Token });
        var mona = await PersonAsync("Mona Shift", Roles.Manager, new Window(1440, 900, Zone: "Asia/Tokyo"));
        var page = mona.Page;
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await mona.OpensAsync("/since?hours=1");
        await Expect(page.Locator("#shift-head")).ToContainTextAsync("(Asia/Tokyo)");

        const string words = "The payment system was slow. 日本チームへ";
        await page.GetByLabel("Words for the next shift").FillAsync(words);
        var copy = page.GetByRole(AriaRole.Button, new() { Name = "Copy as text" });
        await copy.ClickAsync();
        await Expect(page.Locator("[data-copy]")).ToHaveTextAsync("Copied");
        var copied = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.StartsWith("Shift report", copied, StringComparison.Ordinal);
        Assert.Contains(words, copied, StringComparison.Ordinal);
        Assert.Contains("Completed: ", copied, StringComparison.Ordinal);
        Assert.Contains("/since?from=", copied, StringComparison.Ordinal);

        var mail = page.GetByRole(AriaRole.Link, new() { Name = "Mail…" });
        await mail.FocusAsync();
        await Expect(copy).ToBeVisibleAsync(); // left, it says again what it does
        var address = Uri.UnescapeDataString((await mail.GetAttributeAsync("href"))!);
        Assert.StartsWith("mailto:?subject=Shift report", address, StringComparison.Ordinal);
        Assert.Contains(words, address, StringComparison.Ordinal);
        Assert.Contains("/since?from=", address, StringComparison.Ordinal);

        // What was typed is there after the page is loaded again, and goes on paper.
        await page.ReloadAsync();
        await mona.IsLiveAsync();
        await Expect(page.Locator("#shift-words")).ToHaveValueAsync(words);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator("#shift-words")).ToBeVisibleAsync();
        await page.Locator("#shift-words").FillAsync("");
        await Expect(page.Locator("#shift-words")).ToBeHiddenAsync();
    }
}
