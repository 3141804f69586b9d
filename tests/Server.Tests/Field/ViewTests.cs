namespace Server.Tests.Field;

/// <summary>Lists in words, and lists that are kept (API.md, Runbook, lists, journal, live).</summary>
public sealed class A_list_is_narrowed_in_words_and_kept
{
    private static IEnumerable<string?> Ids(Server.Tests.Api.Answer answer) =>
        answer["items"].EnumerateArray().Select(one => one.GetProperty("id").GetString());

    [Fact]
    public async Task The_same_words_narrow_the_list_the_view_and_the_bulk_job()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var first = await mia.CreateAsync("Refund one");
        var second = await mia.CreateAsync("Refund two");
        await mia.CreateAsync("Something else");
        await bot.HoldAsync(second);
        const string Words = "queue:crm owner:none refund";
        var listed = (await mia.GetAsync("/items?q=" + Uri.EscapeDataString(Words))).Is(200);
        Assert.Equal([first], Ids(listed));
        Assert.Equal(1, listed["total"].GetInt32());
        var saved = (
            await mia.PutAsync(
                "/views/free",
                new
                {
                    name = "Free refunds",
                    page = "now",
                    query = Words,
                    shared = true,
                }
            )
        ).Is(201);
        Assert.Equal("/?q=" + Uri.EscapeDataString(Words), saved["href"].GetString());
        Assert.Equal(["free"], Ids((await bot.GetAsync("/views")).Is(200)));
        Task<Server.Tests.Api.Answer> BulkAsync(int expect) =>
            mia.PostAsync(
                "/bulk",
                new
                {
                    @do = "priority",
                    args = new { priority = 1 },
                    filter = new { q = saved["query"].GetString() },
                    expect,
                    why = "late",
                }
            );
        (await BulkAsync(expect: 2)).IsRefused(409, "count_changed");
        var job = (await BulkAsync(expect: 1)).Is(202);
        Assert.Equal([first], job["ids"].EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task Words_that_no_list_knows_are_refused_everywhere_with_what_there_is()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        foreach (var path in (string[])["/items?q=colour:red", "/conflicts?q=owner:me", "/items?q=age:soon"])
            (await mia.GetAsync(path)).IsRefused(400, "invalid_request");
        Assert.Contains(
            "it knows age",
            (await mia.GetAsync("/items?q=colour:red")).IsRefused(400, "invalid_request").Text,
            StringComparison.Ordinal
        );
        (
            await mia.PutAsync(
                "/views/v",
                new
                {
                    name = "V",
                    page = "now",
                    query = "colour:red",
                }
            )
        ).IsRefused(400, "invalid_request");
        // Words that narrow nothing would mean everything.
        foreach (var q in (string[])["colour:red", "", "  ", "\"\""])
        {
            var tried = await mia.PostAsync(
                "/bulk",
                new
                {
                    @do = "cancel",
                    filter = new { q },
                    expect = 1,
                    why = "x",
                }
            );
            tried.IsRefused(400, "invalid_request");
        }
    }

    [Fact]
    public async Task A_view_outlives_a_restart_and_is_deleted_once_by_whose_it_is()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        (
            await bot.PutAsync(
                "/views/mine",
                new
                {
                    name = "Mine",
                    page = "now",
                    query = "owner:me",
                }
            )
        ).Is(201);
        (
            await bot.PutAsync(
                "/views/mine",
                new
                {
                    name = "Mine",
                    page = "now",
                    query = "owner:me",
                }
            )
        ).Is(200);
        (await mia.GetAsync("/views/mine")).IsRefused(404, "not_found");
        (
            await bot.PutAsync(
                "/views/mine",
                new
                {
                    name = "Mine",
                    page = "now",
                    query = "owner:me",
                    shared = true,
                }
            )
        ).IsRefused(403, "forbidden");
        await server.StopAsync();
        await server.StartAsync();
        Assert.Equal("owner:me", (await bot.GetAsync("/views/mine")).Is(200)["query"].GetString());
        (await bot.SendAsync(HttpMethod.Delete, "/views/mine", new { }, idempotencyKey: null)).Is(204);
        (await bot.SendAsync(HttpMethod.Delete, "/views/mine", new { }, idempotencyKey: null)).IsRefused(
            404,
            "not_found"
        );
    }

    [Fact]
    public async Task What_is_archived_is_in_the_list_by_the_same_words_and_the_pages_go_on_through_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, sue) = await server.StaffAsync(new { });
        var old = await mia.CreateAsync("Refund long ago");
        (await sue.PostAsync($"/items/{old}/cancel", new { why = "over" })).Is(200);
        server.Pass(60 * 60 * 24);
        await server.StopAsync();
        await server.StartAsync();
        var now = await mia.CreateAsync("Refund now");
        Assert.Equal([old, now], Ids((await mia.GetAsync("/items?q=refund")).Is(200)));
        Assert.Equal([old], Ids((await mia.GetAsync("/items?q=refund%20state:cancelled")).Is(200)));
        Assert.Equal([now], Ids((await mia.GetAsync("/items?q=refund%20-state:cancelled")).Is(200)));
        Assert.Equal([now], Ids((await mia.GetAsync("/items?q=refund%20owner:none")).Is(200)));
    }
}
