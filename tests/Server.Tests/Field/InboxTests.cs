using System.Text.Json;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>The inbox over HTTP: what needs the caller (FIELD.md 10 and 17: nobody is told twice).</summary>
public sealed class What_needs_somebody_comes_once
{
    private static async Task<List<JsonElement>> InboxAsync(TestCaller of) =>
        [.. (await of.GetAsync("/me/inbox")).Is(200)["items"].EnumerateArray()];

    [Fact]
    public async Task A_request_that_is_repeated_or_reminded_is_one_entry_that_stays_read_and_goes_with_its_cause()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        (await desk.AskAsync()).Is(200);
        var entry = Assert.Single(await InboxAsync(desk.Rae));
        Assert.Equal(
            ("review", false),
            (entry.GetProperty("kind").GetString(), entry.GetProperty("isRead").GetBoolean())
        );
        Assert.Equal(1, (await desk.Rae.GetAsync("/me")).Is(200)["inbox.total"].GetInt32());

        var id = entry.GetProperty("id").GetString()!;
        (await desk.Rae.PostAsync("/me/inbox/read", new { ids = new[] { id } })).Is(200);
        (await desk.Bot.PostAsync($"/reviews/{id["review:".Length..]}/remind")).Is(200);
        Assert.True(Assert.Single(await InboxAsync(desk.Rae)).GetProperty("isRead").GetBoolean());
        Assert.False(Assert.Single(await InboxAsync(desk.Ron)).GetProperty("isRead").GetBoolean());

        (await desk.ApproveAsync(desk.Ron)).Is(201);
        Assert.Empty(await InboxAsync(desk.Rae));
        (await desk.PublishAsync("Dear Ann,\nwe refund 43 EUR.\n", 1)).Is(201);
        var fell = Assert.Single(await InboxAsync(desk.Ron));
        Assert.Equal(
            ("approval_fell", 2),
            (fell.GetProperty("kind").GetString(), fell.GetProperty("version").GetInt32())
        );
    }

    [Fact]
    public async Task A_setting_is_kept_over_a_restart_and_hides_its_kind_for_that_person_alone()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        (await desk.Rae.PutAsync("/me/notifications", new { review = false })).Is(200);
        Assert.Empty(await InboxAsync(desk.Rae));
        Assert.Single(await InboxAsync(desk.Ron));
        await server.StopAsync();
        await server.StartAsync();
        Assert.False((await desk.Rae.GetAsync("/me/notifications")).Is(200)["review"].GetBoolean());
        Assert.True((await desk.Rae.GetAsync("/me/notifications")).Is(200)["stale"].GetBoolean());
        Assert.Empty(await InboxAsync(desk.Rae));
    }
}
