using System.Globalization;
using System.Text.RegularExpressions;

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
            .ToHaveTextAsync("Times are in Asia/Tokyo, now UTC+09:00. A title has them in UTC.");
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
            @"\bUTC\b",
            said.Replace("A title has them in UTC.", "", StringComparison.Ordinal)
                .Replace("now UTC+09:00", "", StringComparison.Ordinal)
        );
    }
}
