using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A reader in another zone than the server's: each instant has its day and its zone, and one zone stands on a page.</summary>
public sealed class A_reader_elsewhere(Street street) : Story(street)
{
    private static readonly TimeSpan Tokyo = TimeSpan.FromHours(9);

    [Fact]
    public async Task Found_2_15_every_instant_of_a_page_is_in_the_zone_that_it_names()
    {
        var (agent, queue) = await QueueAsync();
        var due = new DateTimeOffset(
            TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(9).AddHours(20).AddMinutes(11),
            TimeSpan.Zero
        );
        var until = new DateTimeOffset(
            TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(23).AddMinutes(16),
            TimeSpan.Zero
        );
        var added = await agent.PostAsync(
            "items",
            new
            {
                queue,
                title = "Reply to ticket 88190",
                dueAt = due,
            }
        );
        var item = added.GetProperty("id").GetString()!;
        var support = Premises.Agent($"Sana Ito {queue}", Roles.Support);
        await support.PostAsync(
            "targets/holds",
            new
            {
                target = $"crm:{queue}",
                mode = "exclusive",
                until,
                why = "The record is moved by hand.",
            }
        );
        var kenji = await PersonAsync(
            "Kenji Mori",
            Roles.Manager | Roles.Support,
            new Window(1440, 900, Zone: "Asia/Tokyo")
        );

        await kenji.OpensAsync($"/items/{item}");
        await Expect(kenji.Page.Locator("[data-zone]"))
            .ToHaveTextAsync("Times are in Asia/Tokyo, now UTC+09:00. Point at a time for UTC.");
        // 20:11 in UTC is the next morning there.
        var dueThere = kenji.Page.Locator($"#main time[datetime^='{due:yyyy-MM-dd}T20:11']").First;
        await Expect(dueThere).ToHaveTextAsync(new Regex($"{Day(due)}.*05:11:00"));
        await Expect(dueThere).ToHaveAttributeAsync("title", new Regex($"^{due:yyyy-MM-dd} 20:11:00.* UTC$"));
        await NoOtherZoneAsync(kenji);

        await kenji.OpensAsync("/locks");
        var held = kenji.Page.Locator($"#main time[datetime^='{until:yyyy-MM-dd}T23:16']").First;
        await Expect(held).ToHaveTextAsync(new Regex($"{Day(until)}.*08:16:00"));
        await NoOtherZoneAsync(kenji);

        foreach (
            var path in (string[])
                ["/", "/desk", "/review", $"/queues/{queue}", $"/queues/{queue}?range=24h", "/inbox", "/history"]
        )
        {
            await kenji.OpensAsync(path);
            await NoOtherZoneAsync(kenji);
        }
    }

    [Fact]
    public async Task The_hours_of_where_it_waits_have_their_day_in_the_readers_zone_on_a_phone_and_by_keyboard()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88190"));
        await agent.StartAsync(lease);
        await agent.AskAsync(lease, "Reply to ticket 88190", "We credit one day.", $"send:{lease.Item}");
        var maya = await PersonAsync(
            "Maya Rai",
            Roles.Manager,
            new Window(Window.Phone.Width, Window.Phone.Height, Zone: "Asia/Kathmandu")
        );
        var page = maya.Page;

        await maya.OpensAsync($"/waits?range=7d&queue={queue}");
        await Expect(page.Locator(".heat-panel"))
            .ToContainTextAsync(new Regex("Days and hours are in Asia/Kath?mandu."));
        // Its hours begin a quarter before or after those of UTC: each is where it begins.
        var most = page.Locator(".heat .most");
        await Expect(most).ToHaveAttributeAsync("title", new Regex(@", \d\d:45 to \d\d:45: "));
        await Expect(most).ToHaveTextAsync(new Regex(@"^\d+ (s|min|h)$"));
        Assert.Equal(
            "0",
            await page.EvaluateAsync<string>("() => String(document.documentElement.scrollWidth - innerWidth)")
        );

        await maya.Do("heat_numbers").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(maya.Do("heat_numbers")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator(".heat.in-numbers .most span")).Not.ToHaveClassAsync("visually-hidden");
        await Expect(maya.Do("heat_numbers")).ToBeFocusedAsync();

        // The bar of a cause leads to what waits for it.
        await page.Locator("[data-by-cause=review] td a").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"/review\?"));
        await Expect(page.Locator("#main .row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_moment_is_chosen_by_day_and_time_in_the_readers_zone_and_its_address_holds_for_everybody()
    {
        var (agent, queue) = await QueueAsync();
        var lease = await agent.ClaimAsync(await agent.ItemAsync(queue, "Reply to ticket 88190"));
        await agent.StartAsync(lease);
        var kenji = await PersonAsync(
            "Kenji Mori",
            Roles.Manager | Roles.Support,
            new Window(1440, 900, Zone: "Asia/Tokyo")
        );
        var page = kenji.Page;
        // The first whole second after it was started: the field takes seconds, and writes none where they are 0.
        var now = TimeProvider.System.GetUtcNow();
        var then = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero).AddSeconds(1);
        if (then.Second == 0)
            then = then.AddSeconds(1);
        await page.WaitForFunctionAsync("then => Date.now() > then", then.ToUnixTimeMilliseconds());
        await agent.CompleteAsync(lease);
        var there = then.ToOffset(Tokyo).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var address = new Regex($@"/history\?time={then:yyyy-MM-dd}T{then:HH:mm:ss}Z$");

        await kenji.OpensAsync("/history");
        await page.Locator("#then").FillAsync(there);
        await page.Locator("#then").PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(address);
        await Expect(kenji.Item(lease.Item)).ToHaveAttributeAsync("data-state", "leased");
        await Expect(page.Locator(".note.then time").First)
            .ToHaveTextAsync(new Regex($"{then.ToOffset(Tokyo):HH:mm:ss}$"));
        Assert.Equal(
            then.ToUnixTimeSeconds(),
            await page.Locator("#then").EvaluateAsync<long>("field => new Date(field.value).getTime() / 1000")
        );
        await NoOtherZoneAsync(kenji);

        // On by an event, to where it was completed, and back.
        var later = page.GetByRole(AriaRole.Link, new() { Name = "One event later" });
        await later.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"/history\?at=\d+$"));
        await page.GoBackAsync();
        await Expect(page).ToHaveURLAsync(address);
        await Expect(kenji.Item(lease.Item)).ToHaveAttributeAsync("data-state", "leased");

        // What a form sends that has no circuit: the reader's time, without a zone.
        await kenji.OpensAsync($"/history?time={there}");
        await Expect(page).ToHaveURLAsync(address);
        await Expect(kenji.Item(lease.Item)).ToHaveAttributeAsync("data-state", "leased");
    }

    // As en-GB writes it: "8 Dec".
    private static string Day(DateTimeOffset at) => at.ToOffset(Tokyo).ToString("d MMM", CultureInfo.InvariantCulture);

    // Whatever is drawn as a clock was written anew in the reader's zone, and no sentence names another.
    private static async Task NoOtherZoneAsync(Visitor visitor)
    {
        await Expect(visitor.Page.Locator("[data-zone]")).ToContainTextAsync("Asia/Tokyo");
        await Expect(visitor.Page.Locator("time[data-clock]:not([data-local]), svg text[data-at]:not([data-local])"))
            .ToHaveCountAsync(0);
        var said = await visitor.Page.Locator("#main").InnerTextAsync();
        Assert.DoesNotMatch(
            @"\bUTC\b|\d:\d\dZ\b", // nor an instant as the sentences of events have it
            said.Replace("Point at a time for UTC.", "", StringComparison.Ordinal)
                .Replace("now UTC+09:00", "", StringComparison.Ordinal)
        );
    }
}
