using System.Text.Json;
using System.Text.Json.Nodes;
using Server.Tests.Api;
using Server.Tests.Field;
using Server.Tests.Mcp;

namespace Server.Tests.Found;

/// <summary>Rules that agents meet: permits, ids, runs, and waiting for a review.</summary>
public sealed class AgentRuleTests
{
    private static object Receipt => new { messageId = 7 };

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    public async Task Found_2_12_settling_an_action_takes_its_run_and_says_that_it_is_missing(string verb)
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 0 });
        (await desk.PrepareAsync()).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        JsonObject Body(params (string Name, JsonNode? Value)[] more)
        {
            var body = new JsonObject { ["permit"] = permit };
            if (verb == "complete")
                body["receipt"] = 1;
            else
                (body["why"], body["effect"]) = ("it said no", "none");
            foreach (var (name, value) in more)
                body[name] = value;
            return body;
        }

        var refused = (await desk.Bot.PostAsync($"/actions/send-1/{verb}", Body())).IsRefused(409, "permit_invalid");
        Assert.Equal(("run", "run"), (refused["why"].GetString(), refused["member"].GetString()));
        Assert.Contains("name it as run", refused["detail"].GetString(), StringComparison.Ordinal);
        var other = await desk.Bot.PostAsync($"/actions/send-1/{verb}", Body(("run", "another")));
        Assert.Equal("not_yours", other.IsRefused(409, "permit_invalid")["why"].GetString());
        (await desk.Bot.PostAsync($"/actions/send-1/{verb}", Body(("run", "r1")))).Is(200);
        (await desk.Bot.PostAsync($"/actions/send-1/{verb}", Body(("run", "r1")))).Is(200);
    }

    [Fact]
    public async Task Found_2_12_a_tool_settles_an_action_under_its_run_and_is_told_what_is_missing()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 0 });
        await using var agent = await Agent.ConnectAsync(server, desk.Bot);
        (await desk.PrepareAsync()).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        var refused = await agent.CallAsync(
            "settle_action",
            new
            {
                operation = "applied",
                actionId = "send-1",
                permit,
                receipt = Receipt,
            }
        );
        Assert.Equal("run", refused.Refused("permit_invalid").Text("member"));
        var settled = await agent.CallAsync(
            "settle_action",
            new
            {
                operation = "applied",
                actionId = "send-1",
                permit,
                receipt = Receipt,
                run = "r1",
            }
        );
        Assert.Equal("applied", settled.Good().Text("state"));
    }

    [Fact]
    public async Task Found_7_4_an_action_that_was_superseded_goes_on_under_its_id()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync(expected: "9")).Is(201);
        (
            await desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision = "request_changes",
                    contentHash = Desk.HashOf("Dear Ann,\nwe refund 42 EUR.\nRegards\n"),
                    comment = "24, not 42",
                }
            )
        ).Is(201);
        (await desk.PublishAsync("Dear Ann,\nwe refund 24 EUR.\nRegards\n", 1)).Is(201);
        Assert.Equal("superseded", await desk.ActionAsync());
        var other = await desk.Bot.PutAsync(
            "/actions/send-1",
            new
            {
                kind = "send_letter",
                target = "mail:ann",
                artifactId = desk.Artifact,
                run = "r1",
                token = desk.Held.Token,
            }
        );
        other.IsRefused(409, "action_id_reused");
        var seq = await desk.Mia.SeqAsync();
        // The target was read again meanwhile: what rests on the version may differ.
        var again = (await desk.PrepareAsync(expected: "10")).Is(200);
        Assert.Equal(
            ("prepared", 2, "10"),
            (again["state"].GetString(), again["version"].GetInt32(), again["expectedTargetVersion"].GetString())
        );
        Assert.Equal(
            ["action.prepared"],
            (await desk.Mia.EventsAsync(seq)).Select(e => e.GetProperty("type").GetString())
        );
        (await desk.PrepareAsync(expected: "10")).Is(200);
        Assert.Equal(seq + 1, await desk.Mia.SeqAsync());
        (await desk.ApproveAsync(desk.Rae, version: 2)).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        (await desk.CompleteAsync(permit)).Is(200);
        // One id still means once.
        (await desk.PublishAsync("Dear Ann,\nwe refund 25 EUR.\nRegards\n", 2)).Is(201);
        (await desk.PrepareAsync()).IsRefused(409, "action_id_reused");
        Assert.Equal("already_completed", (await desk.BeginAsync()).Is(200)["outcome"].GetString());
    }

    [Fact]
    public async Task Found_7_4_whoever_began_an_action_is_given_its_permit_again_and_nobody_else_is()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 0 });
        (await desk.PrepareAsync()).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        async Task<string?> SeesAsync(TestCaller who, string query) =>
            (await who.GetAsync("/actions/send-1" + query)).Is(200)["permit"].GetString();

        Assert.Equal(permit, await SeesAsync(desk.Bot, "?run=r1"));
        Assert.Null(await SeesAsync(desk.Bot, ""));
        Assert.Null(await SeesAsync(desk.Bot, "?run=r2"));
        Assert.Null(await SeesAsync(desk.Mia, "?run=r1"));
        await server.StopAsync();
        await server.StartAsync();
        Assert.Equal(permit, await SeesAsync(desk.Bot, "?run=r1"));
        // What may or may not have happened can still be settled with it.
        server.Pass(301);
        Assert.Equal("ambiguous", await desk.ActionAsync());
        Assert.Equal(permit, await SeesAsync(desk.Bot, "?run=r1"));
        (await desk.CompleteAsync(permit)).Is(200);
        Assert.Null(await SeesAsync(desk.Bot, "?run=r1"));
        var events = await desk.Mia.EventsAsync();
        Assert.DoesNotContain(events, e => e.GetRawText().Contains(permit, StringComparison.Ordinal));
        Assert.DoesNotContain(
            (await desk.Bot.GetAsync("/actions")).Is(200).Json.GetRawText(),
            permit,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Found_7_11_a_run_that_was_ended_is_reopened_by_its_principal_and_old_tokens_stay_fenced()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "s1");
        (await sue.PostAsync("/runs/s1/end", new { outcome = "failed", principal = bot.Id })).Is(200);
        (await bot.PostAsync($"/items/{held.Item}/claim", new { run = "s1" })).IsRefused(409, "run_ended");
        (await bob.PostAsync("/runs/s1/reopen")).IsRefused(404, "not_found");
        (await sue.PostAsync("/runs/s1/reopen")).IsRefused(404, "not_found");
        var seq = await mia.SeqAsync();
        var open = (await bot.PostAsync("/runs/s1/reopen", new { }, idempotencyKey: "again")).Is(200);
        Assert.Equal(
            ("s1", "open", 2),
            (open["run"].GetString(), open["state"].GetString(), open["generation"].GetInt32())
        );
        (await bot.PostAsync("/runs/s1/reopen", new { }, idempotencyKey: "again")).Is(200);
        (await bot.PostAsync("/runs/s1/reopen")).Is(200);
        Assert.Equal(["run.reopened"], (await mia.EventsAsync(seq)).Select(e => e.GetProperty("type").GetString()));
        // What the run held is not given back, and nothing under the old token counts.
        (await held.DoAsync("renew")).IsRefused(409, "lease_ended");
        var now = await bot.ClaimAsync(held.Item, run: "s1");
        Assert.True(now.Token > held.Token);
        (await held.DoAsync("renew")).IsRefused(409, "fenced");
        (await now.DoAsync("renew")).Is(200);
        await server.StopAsync();
        await server.StartAsync();
        (await bot.PostAsync("/runs/s1/end", new { outcome = "done" })).Is(200);
        Assert.Equal(3, (await bot.PostAsync("/runs/s1/reopen")).Is(200)["generation"].GetInt32());
    }

    [Fact]
    public async Task Found_7_3_the_end_of_a_run_that_nobody_saw_is_404_and_of_one_that_only_waits_ends_its_wait()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        (await bot.PostAsync("/runs/nobody/end", new { outcome = "done" })).IsRefused(404, "not_found");
        (await bot.PostAsync("/runs/nobody/reopen")).IsRefused(404, "not_found");
        var waiting = bot.PostAsync("/queues/crm/claims", new { run = "w1", waitSeconds = 55 });
        while (server.Host.Engine.WaitingClaims == 0)
            await Task.Yield();
        (await bob.PostAsync("/runs/w1/end", new { outcome = "done" })).IsRefused(404, "not_found");
        (await sue.PostAsync("/runs/w1/end", new { outcome = "done", principal = bot.Id })).Is(200);
        (await waiting).IsRefused(409, "run_ended");
        // A run is known by what it was granted, however that ended and after a restart too.
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "w2");
        (await held.DoAsync("complete")).Is(200);
        await server.StopAsync();
        await server.StartAsync();
        (await bot.PostAsync("/runs/w2/end", new { outcome = "done" })).Is(200);
        (await bot.PostAsync("/runs/w2/end", new { outcome = "done" })).Is(200);
    }

    [Theory]
    [InlineData("s1%2Fsub", "s1/sub")]
    [InlineData("s1%252Fsub", "s1%2Fsub")]
    [InlineData("50%25", "50%")]
    [InlineData("a%0Ab", "a\nb")]
    public async Task Found_7_3_ids_of_runs_and_actions_hold_neither_slash_nor_percent_nor_control(
        string address,
        string id
    )
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        var item = await mia.CreateAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        void Bad(Answer answer, string member) =>
            Assert.True(
                answer.IsRefused(400, "invalid_request").Json.GetProperty("errors").TryGetProperty(member, out _),
                answer.Json.GetRawText()
            );

        Bad(await bot.PostAsync($"/runs/{address}/end", new { outcome = "done" }), "run");
        Bad(await bot.PostAsync($"/runs/{address}/reopen"), "run");
        Bad(await bot.PostAsync($"/items/{item}/claim", new { run = id }), "run");
        Bad(await bot.PostAsync("/queues/crm/claims", new { run = id }), "run");
        Bad(await bot.PostAsync($"/items/{item}/takeover", new { run = id, why = "x" }), "run");
        Bad(await bot.PostAsync($"/items/{item}/accept", new { run = id }), "run");
        Bad(await bot.PostAsync($"/leases/{held.Lease}/renew", new { run = id, token = held.Token }), "run");
        Bad(
            await bot.PostAsync(
                "/artifacts",
                new
                {
                    name = "a",
                    contentType = "text/plain",
                    content = "a",
                    run = id,
                }
            ),
            "run"
        );
        var action = new { kind = "send", target = "mail:ann" };
        Bad(await bot.PutAsync($"/actions/{address}", action), "actionId");
        Bad(
            await bot.PutAsync(
                "/actions/a1",
                new
                {
                    action.kind,
                    action.target,
                    run = id,
                }
            ),
            "run"
        );
        (await bot.PutAsync("/actions/a1", action)).Is(201);
        Bad(await bot.PostAsync($"/actions/{address}/begin", new { }), "actionId");
        Bad(await bot.PostAsync("/actions/a1/begin", new { run = id }), "run");
        Bad(
            await bot.PostAsync(
                "/actions/a1/complete",
                new
                {
                    permit = "p",
                    receipt = 1,
                    run = id,
                }
            ),
            "run"
        );
        Bad(
            await bot.PostAsync(
                "/actions/a1/fail",
                new
                {
                    permit = "p",
                    why = "x",
                    effect = "none",
                    run = id,
                }
            ),
            "run"
        );
        Bad(await bot.GetAsync($"/actions/{address}"), "actionId");
        foreach (var read in (string[])["/actions/a1", $"/leases/{held.Lease}", "/leases", "/events"])
            Bad(await bot.GetAsync($"{read}?run={Uri.EscapeDataString(id)}"), "run");
        await using var agent = await Agent.ConnectAsync(server, bot);
        var tool = await agent.CallAsync(
            "prepare_action",
            new
            {
                actionId = id,
                action.kind,
                action.target,
            }
        );
        Assert.True(tool.Refused("invalid_request").Json.GetProperty("errors").TryGetProperty("actionId", out _));
    }

    private static Task<Answer> OutcomeAsync(Desk desk, int version = 1, int wait = 0, string query = "") =>
        desk.Bot.GetAsync($"/artifacts/{desk.Artifact}/versions/{version}/outcome?waitSeconds={wait}{query}");

    private static Task<Answer> SayAsync(Desk desk, TestCaller by, string decision, string comment) =>
        desk.DecideAsync(
            by,
            1,
            new
            {
                decision,
                contentHash = Desk.HashOf("Dear Ann,\nwe refund 42 EUR.\nRegards\n"),
                comment,
            }
        );

    [Fact]
    public async Task Whoever_waits_for_a_review_is_told_at_once_that_the_server_drains()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.AskAsync()).Is(201);
        var engine = server.Host.Engine;
        var before = engine.Feed.Count;
        var outcome = OutcomeAsync(desk, wait: 55);
        var decisions = desk.Bot.GetAsync($"/artifacts/{desk.Artifact}/versions/1/decisions?waitSeconds=55");
        var begun = desk.Bot.PostAsync(
            "/actions/send-1/begin",
            new
            {
                run = "r1",
                token = desk.Held.Token,
                waitSeconds = 55,
            }
        );
        while (engine.Feed.Count < before + 3)
            await Task.Delay(10);
        engine.Drain();
        // The clock of this server stands still: no wait is over by itself.
        foreach (var answer in await Task.WhenAll(outcome, decisions, begun).WaitAsync(TimeSpan.FromSeconds(20)))
            Assert.NotNull(answer.IsRefused(503, "unavailable").Headers["Retry-After"]);
    }

    [Fact]
    public async Task Found_7_5_the_outcome_comes_when_all_approvals_are_given_and_not_after_the_first()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 2 });
        Assert.Equal("pending", (await OutcomeAsync(desk)).Is(200)["outcome"].GetString());
        (await desk.PrepareAsync()).Is(201);
        (await desk.AskAsync()).Is(201);
        var outcome = OutcomeAsync(desk, wait: 55, query: "&run=r1");
        var begun = desk.Bot.PostAsync(
            "/actions/send-1/begin",
            new
            {
                run = "r1",
                token = desk.Held.Token,
                waitSeconds = 55,
            }
        );
        (await desk.ApproveAsync(desk.Rae, comment: "fine by me")).Is(201);
        Assert.Equal("pending", (await OutcomeAsync(desk)).Is(200)["outcome"].GetString());
        Assert.False(outcome.IsCompleted || begun.IsCompleted);
        (await desk.ApproveAsync(desk.Ron)).Is(201);
        var told = (await outcome).Is(200);
        Assert.Equal(
            ("approved", "valid", 2),
            (told["outcome"].GetString(), told["approval.state"].GetString(), told["approval.given"].GetInt32())
        );
        var comment = Assert.Single(told["comments"].EnumerateArray());
        Assert.Equal("fine by me", comment.GetProperty("body").GetString());
        Assert.Equal(desk.Held.Lease, told["lease.id"].GetString());
        Assert.Equal(desk.Held.Token, told["lease.token"].GetInt64());
        Assert.Equal("go", (await begun).Is(200)["outcome"].GetString());
        // What is settled is told at once, and stays told after it was used.
        Assert.Equal("approved", (await OutcomeAsync(desk, wait: 55)).Is(200)["outcome"].GetString());
    }

    [Fact]
    public async Task Found_7_5_the_outcome_is_a_word_for_each_way_that_a_review_ends()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        async Task<Answer> AfterAsync(Func<Task> what, int version = 1)
        {
            var waits = OutcomeAsync(desk, version, wait: 55);
            await what();
            return (await waits).Is(200);
        }

        // A question wakes whoever waits, too; the review goes on. Who begins to wait after it hears of the next one.
        var asking = OutcomeAsync(desk, wait: 55);
        for (var times = 0; times == 0 || !asking.IsCompleted; times++)
            // The same question once more would be the first one's answer, and wake nobody.
            (await SayAsync(desk, desk.Rae, "ask", times == 0 ? "Which order?" : $"Which order? ({times})")).Is(201);
        var asked = (await asking).Is(200);
        Assert.Equal("pending", asked["outcome"].GetString());
        Assert.Equal("Which order?", asked["comments"][0].GetProperty("body").GetString());
        var changes = await AfterAsync(async () =>
            (await SayAsync(desk, desk.Rae, "request_changes", "24, not 42")).Is(201)
        );
        Assert.Equal("changes_requested", changes["outcome"].GetString());
        var wants = changes["comments"]
            .EnumerateArray()
            .Single(one => one.GetProperty("decision").GetString() == "request_changes");
        Assert.Equal("24, not 42", wants.GetProperty("body").GetString());
        (await SayAsync(desk, desk.Ron, "reject", "no refund")).Is(201);
        Assert.Equal("rejected", (await OutcomeAsync(desk, wait: 55)).Is(200)["outcome"].GetString());

        (await desk.PublishAsync("24 EUR\n", 1)).Is(201);
        var old = (await OutcomeAsync(desk)).Is(200);
        Assert.Equal(("superseded", 2), (old["outcome"].GetString(), old["currentVersion"].GetInt32()));
        var path = $"/artifacts/{desk.Artifact}/versions/2/review";
        var review = (await desk.Bot.PostAsync(path, new { run = "r1", token = desk.Held.Token })).Is(201);
        var withdrawn = await AfterAsync(
            async () => (await desk.Bot.PostAsync($"/reviews/{review["id"].GetString()}/withdraw")).Is(200),
            version: 2
        );
        Assert.Equal("withdrawn", withdrawn["outcome"].GetString());
        (await desk.Bot.PostAsync(path, new { run = "r1", token = desk.Held.Token })).Is(201);
        var newer = await AfterAsync(
            async () =>
                (
                    await desk.Rae.PostAsync(
                        $"/artifacts/{desk.Artifact}/versions",
                        new { baseVersion = 2, content = "25 EUR\n" }
                    )
                ).Is(201),
            version: 2
        );
        Assert.Equal("superseded", newer["outcome"].GetString());
        (await OutcomeAsync(desk, 9)).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Found_7_5_an_approval_that_had_its_time_is_expired()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { approvalTtlSeconds = 60 });
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        Assert.Equal("approved", (await OutcomeAsync(desk)).Is(200)["outcome"].GetString());
        server.Pass(61);
        Assert.Equal("expired", (await OutcomeAsync(desk, wait: 55)).Is(200)["outcome"].GetString());
    }

    [Fact]
    public async Task Found_7_5_a_wait_that_nobody_ends_ends_by_itself_and_tells_that_it_is_pending()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.AskAsync()).Is(201);
        var waits = OutcomeAsync(desk, wait: 20);
        var begins = desk.Bot.PostAsync(
            "/actions/send-1/begin",
            new
            {
                run = "r1",
                token = desk.Held.Token,
                waitSeconds = 20,
            }
        );
        while (!(waits.IsCompleted && begins.IsCompleted))
        {
            server.Pass(1);
            await Task.Delay(5);
        }
        Assert.Equal("pending", (await waits).Is(200)["outcome"].GetString());
        (await begins).IsRefused(409, "lease_suspended");
        (await OutcomeAsync(desk, wait: 56)).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task Found_7_5_resuming_withdraws_ones_own_review_only_when_that_is_said()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var review = (await desk.AskAsync()).Is(201)["id"].GetString();
        async Task<string?> ReviewAsync() =>
            (await desk.Bot.GetAsync($"/reviews/{review}")).Is(200)["state"].GetString();

        var refused = (await desk.Held.DoAsync("resume")).IsRefused(409, "lease_suspended");
        Assert.Contains("withdrawReview", refused["detail"].GetString(), StringComparison.Ordinal);
        (await desk.Held.DoAsync("resume", new { withdrawReview = false })).IsRefused(409, "lease_suspended");
        Assert.Equal("open", await ReviewAsync());
        var can = (await desk.Bot.GetAsync($"/items/{desk.Held.Item}/can")).Is(200);
        Assert.Contains("lease_suspended", can.Json.GetRawText(), StringComparison.Ordinal);
        // A question wakes the holder; pausing for another reason and going on leaves the review as it is.
        (await SayAsync(desk, desk.Rae, "ask", "Which order?")).Is(201);
        (await desk.Held.DoAsync("start")).Is(200);
        (await desk.Held.DoAsync("suspend", new { reason = "blocked" })).Is(200);
        (await desk.Held.DoAsync("resume")).Is(200);
        Assert.Equal("open", await ReviewAsync());
        (await SayAsync(desk, desk.Rae, "request_changes", "24")).Is(201);
        (await desk.PublishAsync("24 EUR\n", 1)).Is(201);
        var path = $"/artifacts/{desk.Artifact}/versions/2/review";
        review = (await desk.Bot.PostAsync(path, new { run = "r1", token = desk.Held.Token }))
            .Is(201)["id"]
            .GetString();
        var resumed = (await desk.Held.DoAsync("resume", new { withdrawReview = true })).Is(200);
        Assert.Equal("active", resumed["lease.state"].GetString());
        Assert.Equal("withdrawn", await ReviewAsync());
    }
}

/// <summary>What agents look up before they act, and what they listen to.</summary>
public sealed class AgentReadTests
{
    [Fact]
    public async Task Found_7_15_a_target_is_checked_with_the_locks_above_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var lockAll = new { targets = new[] { new { target = "repo:web/src", mode = "exclusive" } } };
        (await held.DoAsync("locks", lockAll)).Is(200);
        (
            await sue.PostAsync(
                "/targets/holds",
                new
                {
                    target = "crm:customer/42",
                    mode = "shared",
                    until = LiveServer.T0.AddHours(1),
                    why = "Ann is on the phone.",
                }
            )
        ).Is(201);
        const string Query =
            "/targets/check?path=repo:web/src/app.cs%23L10&path=repo:web&path=repo:docs&path=crm:customer/42";
        var seen = (await bob.GetAsync(Query)).Is(200)["targets"].EnumerateArray().ToList();
        Assert.Equal(
            ["repo:web/src/app.cs#L10", "repo:web", "repo:docs", "crm:customer/42"],
            seen.Select(t => t.GetProperty("path").GetString())
        );
        Assert.Equal([false, false, true, false], seen.Select(t => t.GetProperty("free").GetBoolean()));
        var above = Assert.Single(seen[0].GetProperty("coveredBy").EnumerateArray());
        Assert.Equal("repo:web/src", above.GetProperty("target").GetString());
        Assert.Equal(held.Lease, above.GetProperty("leaseId").GetString());
        Assert.Equal("r1", above.GetProperty("owner").GetProperty("run").GetString());
        Assert.Equal(LiveServer.T0.AddSeconds(300), above.GetProperty("expiresAt").GetDateTimeOffset());
        var may = seen[0].GetProperty("may");
        Assert.False(may.GetProperty("write").GetBoolean());
        Assert.Equal(JsonValueKind.Null, may.GetProperty("lock").ValueKind);
        Assert.Contains(
            "bot (run r1) has repo:web/src locked",
            may.GetProperty("why").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(LiveServer.T0.AddSeconds(300), may.GetProperty("until").GetDateTimeOffset());
        // A lock below does not cover it, and is in the way of an exclusive one all the same.
        Assert.Empty(seen[1].GetProperty("coveredBy").EnumerateArray());
        Assert.Single(seen[1].GetProperty("within").EnumerateArray());
        Assert.Equal("exclusive", seen[2].GetProperty("may").GetProperty("lock").GetString());
        Assert.Equal("shared", seen[3].GetProperty("may").GetProperty("lock").GetString());

        var own = (await bot.GetAsync("/targets/check?path=repo:web/src/app.cs&run=r1")).Is(200)["targets"][0];
        Assert.True(own.GetProperty("free").GetBoolean());
        Assert.True(own.GetProperty("coveredBy")[0].GetProperty("mine").GetBoolean());
        Assert.True(own.GetProperty("may").GetProperty("write").GetBoolean());
        var other = (await bot.GetAsync("/targets/check?path=repo:web/src/app.cs")).Is(200)["targets"][0];
        Assert.False(other.GetProperty("free").GetBoolean());

        // The answer is what a lock would get: whoever asks for a lock hears the same.
        var bobs = await bob.HoldAsync(await mia.CreateAsync());
        (
            await bobs.DoAsync(
                "locks",
                new { targets = new[] { new { target = "repo:web/src/app.cs", mode = "shared" } } }
            )
        ).IsRefused(409, "target_locked");
        (
            await bobs.DoAsync("locks", new { targets = new[] { new { target = "crm:customer/42", mode = "shared" } } })
        ).Is(200);

        (await bob.GetAsync("/targets/check")).IsRefused(400, "invalid_request");
        (await bob.GetAsync("/targets/check?path=repo:a//b")).IsRefused(400, "invalid_request");
        (await bob.GetAsync("/targets/check?path=")).IsRefused(400, "invalid_request");
        var many = string.Join('&', Enumerable.Range(0, 101).Select(k => "path=repo:" + k));
        (await bob.GetAsync("/targets/check?" + many)).IsRefused(400, "invalid_request");
        await using var agent = await Agent.ConnectAsync(server, bob);
        var tool = await agent.CallAsync(
            "get_record",
            new { operation = "target_check", path = new[] { "repo:web/src/app.cs", "repo:docs" } }
        );
        Assert.Equal("repo:web/src", tool.Good().Text("targets.0.coveredBy.0.target"));
        Assert.Equal("repo:docs", tool.Good().Text("targets.1.path"));
    }

    [Fact]
    public async Task Found_7_15_whose_a_lock_is_in_a_queue_that_one_may_not_see_is_not_said()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        (await mia.PutAsync("/queues/web", new { })).Is(201);
        var narrow = await server.AddAsync("narrow", Roles.Agent, queues: ["web"]);
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        (await held.DoAsync("locks", new { targets = new[] { new { target = "repo:a", mode = "exclusive" } } })).Is(
            200
        );
        var seen = (await narrow.GetAsync("/targets/check?path=repo:a/b")).Is(200);
        Assert.False(seen["targets"][0].GetProperty("free").GetBoolean());
        foreach (var secret in (string[])[held.Lease, held.Item, "bot", "r1"])
            Assert.DoesNotContain($"\"{secret}\"", seen.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_8_events_are_narrowed_to_a_lease_a_run_and_patterns_of_types()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var mine = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var other = await bob.HoldAsync(await mia.CreateAsync(), run: "r2");
        (await mine.DoAsync("checkpoints", new { summary = "half" })).Is(201);
        (await other.DoAsync("renew", new { progress = new { step = "2" } })).Is(200);
        (await sue.PostAsync($"/items/{mine.Item}/takeover", new { why = "it hangs", force = true })).Is(200);
        async Task<List<string?>> TypesAsync(string query) =>
            [
                .. (await bot.GetAsync("/events?" + query))
                    .Is(200)["events"]
                    .EnumerateArray()
                    .Select(e => e.GetProperty("type").GetString()),
            ];

        string?[] ofMine = ["lease.claimed", "lease.started", "checkpoint.recorded", "lease.lost"];
        Assert.Equal(ofMine, await TypesAsync($"lease={mine.Lease}"));
        Assert.Equal(ofMine, await TypesAsync("run=r1"));
        Assert.Equal(["lease.claimed", "lease.started", "lease.lost"], await TypesAsync("run=r1&types=lease.*"));
        Assert.Equal(["lease.lost"], await TypesAsync($"lease={mine.Lease}&types=lease.lost,item.*"));
        Assert.Equal(["lease.claimed", "lease.started", "lease.renewed"], await TypesAsync("run=r2&types=lease.*"));
        Assert.Empty(await TypesAsync("run=r9"));
        Assert.Equal(["lease.claimed", "lease.started"], await TypesAsync("run=r1&limit=2"));
        var all = (await bot.GetAsync("/events?limit=500")).Is(200)["events"].EnumerateArray().ToList();
        var byPattern = await TypesAsync("types=lease.*,item.*&limit=500");
        Assert.Equal(
            all.Select(e => e.GetProperty("type").GetString()!)
                .Where(t =>
                    t.StartsWith("lease.", StringComparison.Ordinal) || t.StartsWith("item.", StringComparison.Ordinal)
                ),
            byPattern
        );
        Assert.Equal(await mia.SeqAsync(), (await bot.GetAsync("/events?run=r9")).Is(200)["next"].GetInt64());
        (await bot.GetAsync("/events?lease=L-99")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Found_7_8_a_refusal_names_the_nearest_names_and_not_all_of_them()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        foreach (var wrong in (string[])["lease.expire", "leese.*", "nonsense", "*", new string('x', 3_000)])
        {
            var refused = (await bot.GetAsync("/events?types=" + Uri.EscapeDataString(wrong))).IsRefused(
                400,
                "invalid_request"
            );
            Assert.True(refused.Json.GetRawText().Length < 1_000, refused.Json.GetRawText());
        }
        var near = (await bot.GetAsync("/events?types=lease.expire")).Json.GetProperty("errors").GetProperty("types")[
            0
        ];
        Assert.Contains("lease.expired", near.GetString(), StringComparison.Ordinal);
        var admin = await server.AddAsync("Ada", Roles.Admin);
        var webhook = (
            await admin.PutAsync("/webhooks/w", new { url = "https://example.org", events = new[] { "lease.expire" } })
        ).IsRefused(400, "invalid_request");
        Assert.Contains("lease.expired", webhook["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_8_a_stream_of_ones_own_run_tells_of_a_takeover_and_of_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var mine = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        using var waiting = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var stream = await bot.StreamAsync(
            await mia.SeqAsync(),
            $"?run=r1&lease={mine.Lease}&types=lease.*",
            waiting.Token
        );
        var other = await bob.HoldAsync(await mia.CreateAsync(), run: "r2");
        (await other.DoAsync("renew", new { progress = new { step = "2" } })).Is(200);
        (await mine.DoAsync("checkpoints", new { summary = "half" })).Is(201);
        (await sue.PostAsync($"/items/{mine.Item}/takeover", new { why = "it hangs", force = true })).Is(200);
        var heard = (await stream.NextAsync())!.Value;
        Assert.Equal(
            ("lease.lost", sue.Id),
            (heard.GetProperty("type").GetString(), heard.GetProperty("by").GetString())
        );
    }
}
