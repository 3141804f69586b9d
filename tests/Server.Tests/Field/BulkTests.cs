using System.Text.Json;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>One act on many, against the running server (API.md, POST /bulk).</summary>
public sealed class A_bulk_action_touches_what_was_seen
{
    private static async Task<Answer> DoneAsync(LiveServer server, TestCaller caller, string? id)
    {
        await using var listens = await HubReader.FollowAsync(server, caller, after: 0, "all");
        while (await listens.NextAsync() is { } next)
        {
            if (next.GetProperty("type").GetString() == "bulk.done")
                return (await caller.GetAsync($"/bulk/{id}")).Is(200);
        }
        throw new TimeoutException($"{id} runs still");
    }

    private static string? StateOf(Answer item) => item["state"].GetString();

    [Fact]
    public async Task Field_23_the_ids_are_fixed_at_what_the_person_saw_and_another_count_is_refused_and_named()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var ids = new List<string>();
        for (var k = 0; k < 5; k++)
            ids.Add(await mia.CreateAsync($"old {k}"));
        var queue = (await mia.GetAsync($"/items/{ids[0]}")).Is(200)["queue"].GetString();
        foreach (var id in ids.Take(3))
        {
            var seq = (await mia.GetAsync($"/items/{id}")).Is(200)["seq"].GetInt64();
            (await mia.PatchAsync($"/items/{id}", new { ifSeq = seq, labels = new[] { "old" } })).Is(200);
        }
        var body = new
        {
            @do = "cancel",
            filter = new { queue, label = "old" },
            expect = 5,
            why = "Not needed any more.",
        };
        var refused = (await mia.PostAsync("/bulk", body)).IsRefused(409, "count_changed");
        Assert.Equal(3, refused["count"].GetInt32());
        (await bot.PostAsync("/bulk", body with { expect = 3 })).IsRefused(403, "forbidden");
        (
            await mia.PostAsync(
                "/bulk",
                new
                {
                    @do = "cancel",
                    filter = new { },
                    expect = 5,
                    why = "all",
                }
            )
        ).IsRefused(400, "invalid_request");

        var tried = (await mia.PostAsync("/bulk?dryRun=true", body with { expect = 3 })).Is(202);
        Assert.Equal((3, 0), (tried["done"].GetInt32(), tried["failed"].GetInt32()));
        Assert.Equal("queued", StateOf((await mia.GetAsync($"/items/{ids[0]}")).Is(200)));

        var begun = (await mia.PostAsync("/bulk", body with { expect = 3 })).Is(202);
        var job = await DoneAsync(server, mia, begun["id"].GetString());
        Assert.Equal((3, 3, 0), (job["total"].GetInt32(), job["done"].GetInt32(), job["failed"].GetInt32()));
        foreach (var (id, k) in ids.Select((id, k) => (id, k)))
            Assert.Equal(k < 3 ? "cancelled" : "queued", StateOf((await mia.GetAsync($"/items/{id}")).Is(200)));
    }

    [Fact]
    public async Task What_is_refused_is_named_and_the_others_are_done()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var (one, two) = (await mia.CreateAsync("one"), await mia.CreateAsync("two"));
        await bot.HoldAsync(one);
        var begun = (
            await mia.PostAsync(
                "/bulk",
                new
                {
                    @do = "takeover",
                    ids = new[] { one, two, "W-999" },
                    expect = 3,
                    why = "Moving house.",
                }
            )
        ).Is(202);
        var job = await DoneAsync(server, mia, begun["id"].GetString());
        var codes = job["results"]
            .EnumerateArray()
            .Select(r =>
                r.GetProperty("problem") is { ValueKind: JsonValueKind.Object } p
                    ? p.GetProperty("code").GetString()
                    : null
            );
        Assert.Equal(["already_owned", "not_claimable", "not_found"], codes);
        Assert.Equal("done", job["state"].GetString());
        (await mia.PostAsync($"/bulk/{begun["id"].GetString()}/stop", new { })).Is(200);
        (await mia.PostAsync("/bulk/B-99/stop", new { })).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_job_goes_on_after_a_restart_and_does_nothing_twice()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var ids = new List<string>();
        for (var k = 0; k < 120; k++)
            ids.Add(await mia.CreateAsync($"item {k}"));
        var begun = (
            await mia.PostAsync(
                "/bulk",
                new
                {
                    @do = "label",
                    args = new { add = new[] { "moved" } },
                    ids,
                    expect = 120,
                    why = "Moving house.",
                }
            )
        ).Is(202);
        await server.StopAsync();
        await server.StartAsync();
        var job = await DoneAsync(server, mia, begun["id"].GetString());
        Assert.Equal((120, 0, "done"), (job["done"].GetInt32(), job["failed"].GetInt32(), job["state"].GetString()));
        var edits = (await mia.GetAsync("/events?types=item.edited&limit=500")).Is(200)["events"];
        Assert.Equal(120, edits.GetArrayLength());
    }
}
