using System.Text;
using System.Text.Json;
using ControlSurface.Core.Principals;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Sight;

/// <summary>What a caller who is limited to queues may do, and what a repeated request tells (API.md, Limited callers).</summary>
public sealed class LimitedCallerTests
{
    [Fact]
    public async Task Found_4_2_nobody_is_limited_to_nothing_and_no_admin_is_limited()
    {
        await using var server = await LiveServer.OpenAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        string[] none = [];
        foreach (
            var roles in (string[][])
                [
                    ["agent"],
                    ["manager"],
                    ["admin"],
                ]
        )
        {
            object New(string[]? queues) =>
                new
                {
                    name = "x-" + roles[0],
                    kind = "person",
                    roles,
                    queues,
                };
            (await ada.PostAsync("/principals", New(none))).IsRefused(400, "invalid_request");
            if (roles[0] == "admin")
                (await ada.PostAsync("/principals", New(["crm"]))).IsRefused(400, "invalid_request");
            var made = (await ada.PostAsync("/principals", New(null))).Is(201)["id"].GetString();
            (await ada.PutAsync($"/principals/{made}", new { queues = none })).IsRefused(400, "invalid_request");
            (await ada.PostAsync($"/principals/{made}/keys", new { name = "k", queues = none })).IsRefused(
                400,
                "invalid_request"
            );
            var limited = await ada.PostAsync($"/principals/{made}/keys", new { name = "k", queues = new[] { "crm" } });
            if (roles[0] == "admin")
                limited.IsRefused(400, "invalid_request");
            else
                limited.Is(201);
        }
        var limitedToCrm = (
            await ada.PostAsync(
                "/principals",
                new
                {
                    name = "l",
                    kind = "person",
                    roles = new[] { "agent" },
                    queues = new[] { "crm" },
                }
            )
        ).Is(201);
        (
            await ada.PutAsync($"/principals/{limitedToCrm["id"].GetString()}", new { roles = new[] { "admin" } })
        ).IsRefused(400, "invalid_request");
        Assert.Throws<ControlSurface.Access.AccessRefusedException>(() =>
            server.Host.Access.AddPrincipal("y", PrincipalKind.Person, Roles.Admin, ["crm"])
        );
        Assert.Throws<ControlSurface.Access.AccessRefusedException>(() =>
            server.Host.Access.AddKey(
                limitedToCrm["id"].GetString() is { } id
                && ControlSurface.Core.Vocabulary.PrincipalId.TryParse(id, out var who)
                    ? who
                    : default,
                "k",
                none
            )
        );
    }

    [Fact]
    public async Task Found_4_6_a_limited_manager_manages_their_queue_and_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var max = await server.AddAsync("Max", Roles.Manager, ["ours"]);
        var hidden = world.Hidden;
        foreach (
            var (method, path, body) in ((string, string, object)[])
                [
                    ("POST", "/workspace/stop", new { why = "x", scope = "all" }),
                    ("POST", "/workspace/go", new { }),
                    ("POST", "/workspace/stop", new { scope = 1 }),
                    ("POST", $"/principals/{hidden["principal"]}/pause", new { why = "x" }),
                    ("POST", $"/principals/{world.Mia.Id}/pause", new { why = "x" }),
                    ("POST", $"/bulk/{hidden["bulk"]}/stop", new { }),
                    ("PUT", "/runbook/" + Uri.EscapeDataString(hidden["pattern"]), new { guidance = "x" }),
                    ("DELETE", "/views/zqshared", new { }),
                    ("DELETE", $"/targets/holds/{hidden["hold"]}", new { }),
                    ("PUT", $"/queues/{HiddenQueue.Queue}", new { leaseSeconds = 30 }),
                    ("PUT", "/queues/another", new { }),
                    ("POST", $"/queues/{HiddenQueue.Queue}/pause", new { why = "x" }),
                    (
                        "POST",
                        "/items",
                        new
                        {
                            queue = "ours",
                            title = "x",
                            dependsOn = new[] { hidden["item"] },
                        }
                    ),
                    ("POST", "/runs/zqrun/end", new { outcome = "x", principal = hidden["principal"] }),
                    (
                        "POST",
                        "/bulk",
                        new
                        {
                            @do = "cancel",
                            ids = new[] { hidden["item"] },
                            expect = 1,
                            why = "x",
                        }
                    ),
                    ("POST", $"/conflicts/{hidden["movedConflict"]}/take", new { }),
                ]
        )
        {
            var answer = await max.SendAsync(new HttpMethod(method), path, body, null);
            Assert.True((int)answer.Status is 403 or 404, $"{method} {path}: {(int)answer.Status} {answer.Text}");
        }
        Assert.Equal("done", (await world.Mia.GetAsync("/bulk/" + hidden["bulk"])).Is(200)["state"].GetString());
        // Of their own queue they manage all.
        (await max.PostAsync("/queues/ours/pause", new { why = "lunch" })).Is(200);
        (await max.PostAsync("/queues/ours/resume")).Is(200);
        var item = await max.CreateAsync("One more", "ours");
        var bulk = new
        {
            @do = "label",
            args = new { add = new[] { "x" } },
            filter = new { label = "none" },
            expect = 1,
            why = "x",
        };
        (await max.PostAsync("/bulk", bulk)).IsRefused(409, "count_changed");
        var job = (
            await max.PostAsync(
                "/bulk",
                new
                {
                    @do = "label",
                    args = new { add = new[] { "x" } },
                    ids = new[] { item },
                    expect = 1,
                    why = "x",
                }
            )
        ).Is(202);
        (await max.GetAsync("/bulk/" + job["id"].GetString())).Is(200);
        Assert.Equal(3, (await max.GetAsync("/items")).Is(200)["total"].GetInt32() + 1);
    }

    [Fact]
    public async Task Found_4_6_a_lock_of_another_queue_is_in_the_way_and_nobodys()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var bot = await server.AddAsync("bot", Roles.Agent, ["ours"]);
        var held = await bot.HoldAsync(await world.Mia.CreateAsync("Lock it", "ours"));
        var refused = await held.DoAsync(
            "locks",
            new { targets = new[] { new { target = "shared:doc", mode = "exclusive" } } }
        );
        refused.IsRefused(409, "target_locked");
        Assert.Null(world.LeakIn(refused.Text));
        Assert.Equal("shared:doc", refused["blocking.0.target"].GetString());
        Assert.Equal(JsonValueKind.Null, refused["blocking.0.owner"].ValueKind);
        Assert.Equal(JsonValueKind.Null, refused["blocking.0.leaseId"].ValueKind);
        // Somebody who sees both hears whose it is.
        var all = await server.AddAsync("all", Roles.Agent);
        var other = await all.HoldAsync(await world.Mia.CreateAsync("Lock it too", "ours"));
        var told = await other.DoAsync(
            "locks",
            new { targets = new[] { new { target = "shared:doc", mode = "exclusive" } } }
        );
        Assert.Equal("zqagent", told.IsRefused(409, "target_locked")["blocking.0.owner.name"].GetString());
    }

    [Fact]
    public async Task Found_4_5_a_kept_answer_is_for_who_could_make_the_request_now()
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        foreach (var queue in (string[])["crm", "other"])
            (await mia.PutAsync("/queues/" + queue, new { })).Is(201);
        var bot = await server.AddAsync("bot", Roles.Agent);
        var narrow = new TestCaller(
            server,
            bot.Principal,
            server.Host.Access.AddKey(bot.Principal.Id, "n", ["other"]).Text
        );
        var same = new TestCaller(
            server,
            bot.Principal,
            server.Host.Access.AddKey(bot.Principal.Id, "s", ["crm"]).Text
        );
        var item = await mia.CreateAsync();
        var held = Held.From(bot, (await bot.PostAsync("/queues/crm/claims", new { run = "r1" }, "claim")).Is(200));
        Assert.Equal(item, held.Item);
        var writes = new (string Path, object Body, string Key)[]
        {
            ("/queues/crm/claims", new { run = "r1" }, "claim"),
            ("/items", new { queue = "crm", title = "New" }, "create"),
            (
                $"/items/{item}/notes",
                new
                {
                    text = "look",
                    to = "holder",
                    kind = "note",
                },
                "note"
            ),
            (
                $"/leases/{held.Lease}/renew",
                new
                {
                    run = "r1",
                    token = held.Token,
                    progress = new { step = "1" },
                },
                "renew"
            ),
            (
                $"/leases/{held.Lease}/checkpoints",
                new
                {
                    run = "r1",
                    token = held.Token,
                    summary = "half",
                },
                "checkpoint"
            ),
            (
                "/leases/renewals",
                new
                {
                    renewals = new[]
                    {
                        new
                        {
                            leaseId = held.Lease,
                            run = "r1",
                            token = held.Token,
                            progress = new { step = "2" },
                        },
                    },
                },
                "renewals"
            ),
            (
                "/artifacts",
                new
                {
                    name = "Reply",
                    itemId = item,
                    contentType = "text/plain",
                    content = "Dear Ann",
                    run = "r1",
                    token = held.Token,
                },
                "artifact"
            ),
            ($"/leases/{held.Lease}/release", new { run = "r1", token = held.Token }, "release"),
            ("/runs/r1/end", new { outcome = "done" }, "end"),
        };
        foreach (var (path, body, key) in writes)
        {
            var first = await bot.PostAsync(path, body, key);
            Assert.True((int)first.Status < 300, $"{path}: {first.Text}");
            var repeated = await same.PostAsync(path, body, key);
            Assert.True((int)repeated.Status == (int)first.Status, $"{path}: {repeated.Text}");
            Assert.Equal("true", repeated.Headers["Idempotency-Replayed"]);
            // What nothing of another queue is named in is the caller's own to hear again.
            if (key is "end")
                continue;
            var refused = await narrow.PostAsync(path, body, key);
            refused.IsRefused(403, "forbidden");
            Assert.DoesNotContain(held.Lease + "\"", refused.Text, StringComparison.Ordinal);
            // Another request under the key is not told from the same.
            if (key is "claim")
                (await narrow.PostAsync(path, new { run = "r2" }, key)).Is(403);
        }
        // The principal's own rights count as well.
        Task SetAsync() =>
            server
                .Host.App.Services.GetRequiredService<ControlSurface.Hosting.PrincipalSync>()
                .EnsureAsync(server.Host.Access.Find(bot.Principal.Id)!);
        server.Host.Access.SetState(bot.Principal.Id, PrincipalState.Paused, "loops");
        await SetAsync();
        (await bot.PostAsync(writes[0].Path, writes[0].Body, "claim")).IsRefused(409, "paused");
        server.Host.Access.SetState(bot.Principal.Id, PrincipalState.Active, why: null);
        server.Host.Access.SetPrincipal(bot.Principal.Id, "bot", Roles.Viewer, queues: null);
        await SetAsync();
        (await bot.PostAsync(writes[0].Path, writes[0].Body, "claim")).IsRefused(403, "forbidden");
        server.Host.Access.SetPrincipal(bot.Principal.Id, "bot", Roles.Agent, ["other"]);
        await SetAsync();
        (await bot.PostAsync(writes[0].Path, writes[0].Body, "claim")).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task Found_4_4_a_hash_is_as_good_as_the_right_to_read_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var world = await HiddenQueue.FillAsync(server);
        var bot = await server.AddAsync("bot", Roles.Agent, ["ours"]);
        var held = await bot.HoldAsync(await world.Mia.CreateAsync("Write", "ours"));
        object Under(object more)
        {
            var body = JsonSerializer.SerializeToNode(more)!.AsObject();
            body["token"] = held.Token;
            return body;
        }
        object New(string? hash, string? content) =>
            Under(
                new
                {
                    name = "Reply",
                    itemId = held.Item,
                    contentType = "text/plain",
                    contentHash = hash,
                    content,
                }
            );
        var own = (await bot.PostAsync("/artifacts", New(null, "mine"))).Is(201);
        foreach (var hash in (string[])[world.Hidden["hash"], world.Hidden["content"], Desk.HashOf("never sent")])
        {
            (await bot.PostAsync("/artifacts", New(hash, null))).IsRefused(400, "invalid_request");
            (
                await bot.PostAsync(
                    $"/artifacts/{own["id"].GetString()}/versions",
                    Under(new { baseVersion = 1, contentHash = hash })
                )
            ).IsRefused(400, "invalid_request");
            (
                await held.DoAsync(
                    "checkpoints",
                    new { summary = "x", evidence = new[] { new { label = "l", contentHash = hash } } }
                )
            ).IsRefused(400, "invalid_request");
            (await bot.GetAsync("/contents/" + hash)).IsRefused(404, "not_found");
        }
        // Who has the bytes themselves has sent them, whoever else has.
        var sent = await SendAsync(server, bot, "zqonly kept");
        Assert.Equal(world.Hidden["content"], sent);
        (await bot.PostAsync("/artifacts", New(sent, null))).Is(201);
        (
            await held.DoAsync(
                "checkpoints",
                new { summary = "x", evidence = new[] { new { label = "l", contentHash = sent } } }
            )
        ).Is(201);
        // A narrower key does not reach what its principal sent for another queue.
        var wide = await server.AddAsync("wide", Roles.Agent);
        var narrow = new TestCaller(
            server,
            wide.Principal,
            server.Host.Access.AddKey(wide.Principal.Id, "n", ["ours"]).Text
        );
        var theirs = await wide.HoldAsync(await world.Mia.CreateAsync("zqx", HiddenQueue.Queue));
        var made = (
            await wide.PostAsync(
                "/artifacts",
                new
                {
                    name = "zqx",
                    itemId = theirs.Item,
                    contentType = "text/plain",
                    content = "wide only",
                    token = theirs.Token,
                }
            )
        ).Is(201);
        var hashOfIt = made["versions.0.contentHash"].GetString();
        (await wide.GetAsync("/contents/" + hashOfIt)).Is(200);
        (await narrow.GetAsync("/contents/" + hashOfIt)).IsRefused(404, "not_found");
        // What was evidence of an item is readable by who sees the item.
        var viewer = await server.AddAsync("Vera", Roles.Viewer, ["ours"]);
        (await viewer.GetAsync("/contents/" + sent)).Is(200);
    }

    private static async Task<string> SendAsync(LiveServer server, TestCaller who, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/v1/contents"))
        {
            Content = new StringContent(text, Encoding.UTF8, "text/plain"),
        };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", who.Key);
        using var response = await server.Http.SendAsync(request);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("hash").GetString()!;
    }
}
