using System.Text.Json;
using ControlSurface.Core.Principals;
using ControlSurface.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>Sent again, lost, cut off, away for a while (FIELD.md 7, 8, 10, 11, 15, 24).</summary>
public sealed class A_lost_answer_or_a_lost_server_costs_nobody_their_work
{
    [Fact]
    public async Task Field_07_every_reply_says_how_long_is_left_and_what_was_left_comes_back_with_the_item()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(
            new
            {
                leaseSeconds = 180,
                onStale = "requeue",
                reviveStale = false,
            }
        );
        await mia.CreateAsync();
        var grant = (await bot.PostAsync("/queues/crm/claims")).Is(200);
        Assert.Equal(120, grant["leaseExpiresInSeconds"].GetDecimal());
        var held = Held.From(bot, grant);
        Assert.Equal(180, (await held.DoAsync("start")).Is(200)["leaseExpiresInSeconds"].GetDecimal());
        server.Pass(30);
        Assert.Equal(
            150,
            (await held.DoAsync("checkpoints", new { summary = "half" })).Is(201)["leaseExpiresInSeconds"].GetDecimal()
        );
        Assert.Equal(150, (await bot.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
        server.Pass(150);
        Assert.Equal(0, (await bot.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
        var again = (await bot.PostAsync("/queues/crm/claims")).Is(200);
        Assert.Equal("half", again["handover.checkpoint.summary"].GetString());
        Assert.Equal("expired", again["handover.endedAs"].GetString());
    }

    [Fact]
    public async Task Field_07_and_24_the_holder_is_told_at_a_third_and_ten_seconds_before_the_end_and_that_no_checkpoint_is_there()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await using var hub = await HubReader.FollowAsync(server, bot, await bot.SeqAsync(), $"lease:{held.Lease}");
        async Task<JsonElement> NextAsync()
        {
            JsonElement notice;
            do notice = await hub.NoticeAsync();
            while (notice.GetProperty("type").GetString() != "lease.expiring");
            Assert.False(notice.TryGetProperty("seq", out _));
            return notice;
        }

        // A first event shows that the subscription is there before the clock moves.
        (await held.DoAsync("renew")).Is(200);
        Assert.NotNull(await hub.NextAsync());
        server.Pass(200);
        var third = await NextAsync();
        Assert.Equal(
            (100m, "missing"),
            (third.GetProperty("expiresInSeconds").GetDecimal(), third.GetProperty("checkpoint").GetString())
        );
        server.Pass(90);
        Assert.Equal(10m, (await NextAsync()).GetProperty("expiresInSeconds").GetDecimal());
        (await held.DoAsync("checkpoints", new { summary = "half", openQuestions = new[] { "when?" } })).Is(201);
        (await held.DoAsync("renew")).Is(200);
        // A shorter term takes nothing back, and announces the same end once, not twice.
        (await held.DoAsync("renew", new { leaseSeconds = 5 })).Is(200);
        server.Pass(200);
        Assert.Equal("recorded", (await NextAsync()).GetProperty("checkpoint").GetString());
        server.Pass(90);
        Assert.Equal(10m, (await NextAsync()).GetProperty("expiresInSeconds").GetDecimal());
        server.Pass(10);
        var taken = (await bob.PostAsync($"/items/{held.Item}/takeover", new { why = "stale" })).Is(200);
        Assert.Equal("when?", taken["handover.openQuestions.0"].GetString());
        foreach (var known in new[] { "artifacts", "actions", "conflicts", "locks", "decisions", "checkpoints" })
            Assert.Equal(JsonValueKind.Array, taken["handover." + known].ValueKind);
        JsonElement last;
        do last = await hub.NoticeAsync();
        while (last.GetProperty("type").GetString() is not ("lease.lost" or "lease.expiring"));
        Assert.Equal("lease.lost", last.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_lease_that_is_renewed_often_has_one_planned_notice()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await using var hub = await HubReader.FollowAsync(server, bot, await bot.SeqAsync(), $"lease:{held.Lease}");
        (await held.DoAsync("renew")).Is(200);
        Assert.NotNull(await hub.NextAsync());
        for (var k = 0; k < 20; k++)
        {
            server.Pass(1);
            (await held.DoAsync("renew", new { progress = new { step = $"{k}" } })).Is(200);
        }

        server.Pass(200);

        // Each renewal before the notice is planned by now.
        JsonElement notice;
        do notice = await hub.NoticeAsync();
        while (notice.GetProperty("type").GetString() != "lease.expiring");
        Assert.Equal(100m, notice.GetProperty("expiresInSeconds").GetDecimal());
        var notices = server.Host.App.Services.GetServices<IHostedService>().OfType<ExpiryNotices>().Single();
        Assert.Equal(1, notices.PlannedCount);
    }

    [Fact]
    public async Task Field_08_every_post_can_be_repeated_after_a_lost_answer_and_after_a_restart()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, sue) = await server.StaffAsync();
        var sent = new List<(TestCaller By, HttpMethod Method, string Path, object? Body, string Key, Answer First)>();
        async Task<Answer> Once(TestCaller by, string path, object? body, HttpMethod? method = null)
        {
            var key = $"key {sent.Count}";
            var first = await by.SendAsync(method ?? HttpMethod.Post, path, body, key);
            Assert.True((int)first.Status < 300, first.Text);
            sent.Add((by, method ?? HttpMethod.Post, path, body, key, first));
            return first;
        }

        await Once(mia, "/queues/refunds", new { maxAttempts = 3 }, HttpMethod.Put);
        var item = (await Once(mia, "/items", new { queue = "crm", title = "one" }))["id"].GetString();
        var grant = Held.From(bot, await Once(bot, $"/items/{item}/claim", new { run = "r1" }));
        object Under(object? more = null)
        {
            var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
            body["token"] = grant.Token;
            body["run"] = "r1";
            return body;
        }
        var at = $"/leases/{grant.Lease}";
        await Once(bot, $"{at}/start", Under());
        await Once(bot, $"{at}/renew", Under(new { progress = new { step = "1" } }));
        await Once(bot, $"{at}/checkpoints", Under(new { summary = "half" }));
        await Once(
            mia,
            $"/items/{item}/notes",
            new
            {
                text = "Hurry",
                to = "holder",
                kind = "note",
            }
        );
        await Once(bot, $"/items/{item}/notes/1/ack", new { answer = "yes" });
        await Once(bot, $"{at}/suspend", Under(new { reason = "blocked" }));
        await Once(bot, $"{at}/resume", Under());
        await Once(mia, "/queues/crm/pause", new { why = "audit" });
        await Once(mia, "/queues/crm/resume", new { });
        await Once(bot, $"{at}/handoff", Under(new { to = new { role = "support" }, note = "yours" }));
        var sues = Held.From(sue, await Once(sue, $"/items/{item}/accept", new { }));
        await Once(sue, $"/leases/{sues.Lease}/release", new { token = sues.Token });
        await Once(sue, $"/items/{item}/park", new { why = "later" });
        await Once(sue, $"/items/{item}/unpark", new { why = "now" });
        var last = Held.From(bot, await Once(bot, "/queues/crm/claims", new { run = "r2" }));
        await Once(sue, $"/items/{item}/takeover", new { why = "mine", force = true });
        await Once(sue, $"/items/{item}/requeue", new { why = "again" });
        last = Held.From(bot, await Once(bot, $"/items/{item}/claim", new { run = "r2" }));
        await Once(
            bot,
            $"/leases/{last.Lease}/complete",
            new
            {
                token = last.Token,
                run = "r2",
                result = new { ok = 1 },
            }
        );
        await Once(bot, "/runs/r2/end", new { outcome = "done" });
        var second = (await Once(mia, "/items", new { queue = "crm", title = "two" }))["id"].GetString();
        await Once(mia, $"/items/{second}/snooze", new { until = LiveServer.T0.AddDays(1), why = "later" });
        await Once(mia, $"/items/{second}/cancel", new { why = "no need" });
        await Once(mia, "/workspace/stop", new { why = "fire", scope = "claims" });
        await Once(mia, "/workspace/go", new { });

        var end = await mia.SeqAsync();
        server.Pass(5);
        await RepeatAllAsync();
        // Without a key too, the work that is done is found done.
        (
            await bot.PostAsync(
                $"/leases/{last.Lease}/complete",
                new
                {
                    token = last.Token,
                    run = "r2",
                    result = new { ok = 1 },
                }
            )
        ).Is(200);
        Assert.Equal(end, await mia.SeqAsync());
        await server.StopAsync();
        server.Pass(86_400 * 6);
        await server.StartAsync();
        var after = await mia.SeqAsync();
        await RepeatAllAsync();
        Assert.Equal(after, await mia.SeqAsync());

        async Task RepeatAllAsync()
        {
            foreach (var (by, method, path, body, key, first) in sent)
            {
                var again = await by.SendAsync(method, path, body, key);
                Assert.True(first.Status == again.Status, $"{path}: {again.Text}");
                Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
                Assert.Equal(Timeless(first), Timeless(again));
            }
        }
    }

    [Fact]
    public async Task Field_08_an_answer_that_was_cut_off_is_learned_by_repeating_with_the_same_key()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        for (var k = 0; k < 100; k++)
        {
            using var cut = new CancellationTokenSource(TimeSpan.FromMilliseconds(k % 10 / 2.0));
            try
            {
                await bot.SendAsync(
                    HttpMethod.Post,
                    "/items",
                    new { queue = "crm", title = $"t{k}" },
                    $"k{k}",
                    cut.Token
                );
            }
            catch (OperationCanceledException)
            {
                // The caller hung up: it does not know.
            }
        }
        for (var k = 0; k < 100; k++)
        {
            Answer answer;
            do answer = await bot.PostAsync("/items", new { queue = "crm", title = $"t{k}" }, $"k{k}");
            while (answer.Headers.ContainsKey("Retry-After"));
            answer.Is(201);
        }
        var titles = (await mia.GetAsync("/items?limit=500"))["items"]
            .EnumerateArray()
            .Select(i => i.GetProperty("title").GetString())
            .ToList();
        Assert.Equal(100, titles.Count);
        Assert.Equal(100, titles.Distinct().Count());
    }

    [Fact]
    public async Task Field_10_a_replay_pushes_nothing_over_hub_or_stream()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var item = await mia.CreateAsync();
        var start = await mia.SeqAsync();
        await using var hub = await HubReader.FollowAsync(server, mia, start, "all");
        using var stream = await mia.StreamAsync(start);
        var claim = (await bot.PostAsync($"/items/{item}/claim", new { run = "r" }, "once")).Is(200);
        for (var again = 0; again < 20; again++)
        {
            Assert.Equal(
                "true",
                (await bot.PostAsync($"/items/{item}/claim", new { run = "r" }, "once")).Is(200).Headers[
                    "Idempotency-Replayed"
                ]
            );
            (await bot.PostAsync($"/items/{item}/claim", new { run = "other" }, "once")).IsRefused(
                422,
                "idempotency_key_reused"
            );
        }
        await mia.CreateAsync("marker");
        foreach (var next in new Func<Task<JsonElement?>>[] { hub.NextAsync, stream.NextAsync })
        {
            Assert.Equal("lease.claimed", (await next())!.Value.GetProperty("type").GetString());
            Assert.Equal("item.created", (await next())!.Value.GetProperty("type").GetString());
        }
        Assert.Equal("lease.claimed", (await hub.NoticeAsync()).GetProperty("type").GetString());
        Assert.Equal("item.created", (await hub.NoticeAsync()).GetProperty("type").GetString());
        Assert.Empty(hub.TakeNotices());
        Assert.Equal(start + 2, await mia.SeqAsync());
        Assert.Equal(start + 1, claim["lease.token"].GetInt64());
    }

    [Fact]
    public async Task Field_11_a_claim_that_waits_leaves_the_line_at_once_when_its_run_or_its_principal_ends()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var ofRun = bot.PostAsync("/queues/crm/claims", new { run = "r1", waitSeconds = 55 });
        var ofOther = bot.PostAsync("/queues/crm/claims", new { run = "r2", waitSeconds = 55 });
        var ofPrincipal = bob.PostAsync("/queues/crm/claims", new { waitSeconds = 55 });
        await UntilAsync(() => server.Host.Engine.WaitingClaims == 3);
        (await bot.PostAsync("/runs/r1/end", new { outcome = "killed" })).Is(200);
        (await ofRun.WaitAsync(TimeSpan.FromSeconds(30))).IsRefused(409, "run_ended");
        server.Host.Access.SetState(bob.Principal.Id, PrincipalState.Ended, "left");
        (await ofPrincipal.WaitAsync(TimeSpan.FromSeconds(30))).IsRefused(401, "unauthorized");
        Assert.Equal(1, server.Host.Engine.WaitingClaims);
        (await mia.PostAsync("/workspace/stop", new { why = "fire", scope = "claims" })).Is(200);
        (await ofOther.WaitAsync(TimeSpan.FromSeconds(30))).IsRefused(409, "paused");
        Assert.Equal(0, server.Host.Engine.WaitingClaims);
    }

    [Fact]
    public async Task Field_11_ending_and_cancelling_with_requests_in_flight_leaves_no_lease_and_no_waiter()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, sue) = await server.StaffAsync();
        var cancelled = new List<string>();
        for (var round = 0; round < 40; round++)
        {
            var run = $"r{round}";
            var items = new List<string>();
            for (var k = 0; k < 4; k++)
                items.Add(await mia.CreateAsync());
            var held = await bot.HoldAsync(items[0], run);
            var flying = new List<Task<Answer>>
            {
                bot.PostAsync("/queues/crm/claims", new { run, waitSeconds = 55 }),
                bot.PostAsync($"/items/{items[1]}/claim", new { run }),
                held.DoAsync("renew"),
                held.DoAsync("checkpoints", new { summary = "half" }),
                bot.PostAsync($"/runs/{run}/end", new { outcome = "killed" }),
                bot.PostAsync("/queues/crm/claims", new { run, waitSeconds = 55 }),
                sue.PostAsync($"/items/{items[2]}/cancel", new { why = "no need" }),
                bot.PostAsync($"/items/{items[2]}/claim", new { run }),
                held.DoAsync("suspend", new { reason = "blocked" }),
            };
            cancelled.Add(items[2]);
            foreach (var answer in await Task.WhenAll(flying).WaitAsync(TimeSpan.FromSeconds(20)))
                Assert.True((int)answer.Status is < 300 or 409, answer.Text);
        }
        Assert.Equal(0, (await mia.GetAsync("/leases"))["total"].GetInt32());
        Assert.Equal(0, server.Host.Engine.WaitingClaims);
        foreach (var item in cancelled)
            Assert.Equal("cancelled", await mia.StateOfAsync(item));
        Assert.Equal(120, (await mia.GetAsync("/items?state=queued"))["total"].GetInt32());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(20 * 86_400)]
    public async Task Field_15_time_that_the_server_was_down_is_given_back_and_nothing_is_granted_twice(int away)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync(new { onStale = "requeue" });
        var active = await bot.HoldAsync(await mia.CreateAsync());
        var claimed = await bot.ClaimAsync(await mia.CreateAsync());
        var waiting = await bot.HoldAsync(await mia.CreateAsync());
        (await waiting.DoAsync("suspend", new { reason = "blocked" })).Is(200);
        var handed = await bot.HoldAsync(await mia.CreateAsync());
        (await handed.DoAsync("handoff", new { to = new { role = "support" }, note = "yours" })).Is(200);
        server.Pass(100);
        var before = await mia.SeqAsync();
        await server.StopAsync();
        server.Pass(away);
        await server.StartAsync();

        var resumed = (await mia.EventsAsync(before)).Single();
        Assert.Equal("workspace.resumed", resumed.GetProperty("type").GetString());
        Assert.Equal(4, resumed.GetProperty("data").GetProperty("extended").GetArrayLength());
        foreach (var (held, left) in new[] { (active, 200m), (claimed, 20m), (waiting, 86_300m) })
        {
            Assert.Equal(left, (await bot.GetAsync($"/leases/{held.Lease}"))["leaseExpiresInSeconds"].GetDecimal());
            (await bob.PostAsync($"/items/{held.Item}/claim")).IsRefused(409, "already_owned");
        }
        server.Pass(19);
        (await claimed.DoAsync("start")).Is(200);
        server.Pass(180);
        (await active.DoAsync("renew")).Is(200);
        (await waiting.DoAsync("resume")).Is(200);
        (await sue.PostAsync($"/items/{handed.Item}/accept")).Is(200);
        var grants = (await mia.EventsAsync()).Where(e => e.GetProperty("type").GetString() == "lease.claimed");
        Assert.Equal(4, grants.Select(e => e.GetProperty("itemId").GetString()).Distinct().Count());
        Assert.Equal(4, grants.Count());
        // And whoever does not come back is over after what was left, no later.
        server.Pass(300);
        Assert.Equal("queued", await mia.StateOfAsync(claimed.Item));
    }

    // By time and not by turns: how many turns a machine makes meanwhile says nothing about the requests on their way.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo() && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
            await Task.Delay(5);
        Assert.True(isSo());
    }

    /// <summary>The body without what is of the moment of answering (API.md, Refusals).</summary>
    private static string Timeless(Answer answer)
    {
        if (answer.Text.Length == 0)
            return "";
        var body = System.Text.Json.Nodes.JsonNode.Parse(answer.Text)!;
        Strip(body);
        return body.ToJsonString();

        static void Strip(System.Text.Json.Nodes.JsonNode? node)
        {
            if (node is System.Text.Json.Nodes.JsonObject o)
            {
                foreach (var name in new[] { "serverTime", "expiresInSeconds", "leaseExpiresInSeconds" })
                    o.Remove(name);
                foreach (var (_, value) in o.ToList())
                    Strip(value);
            }
            else if (node is System.Text.Json.Nodes.JsonArray list)
            {
                foreach (var value in list)
                    Strip(value);
            }
        }
    }
}
