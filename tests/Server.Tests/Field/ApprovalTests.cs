using System.Text.Json;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>Approving exactly what was read, and what comes of it (FIELD.md 4, 8, 9, 10, 17, 18, 21, 27; DESIGN.md 4 and 5).</summary>
public sealed class An_approval_is_for_exactly_what_was_read
{
    [Fact]
    public async Task Field_04_an_approval_is_spent_by_the_one_action_that_it_lets_begin()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync("deploy-1")).Is(201);
        (await desk.PrepareAsync("deploy-2", expected: "x")).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        Assert.Equal("valid", await desk.ApprovalAsync());
        var first = (await desk.BeginAsync("deploy-1")).Is(200);
        Assert.Equal("go", first["outcome"].GetString());
        Assert.Equal("spent", await desk.ApprovalAsync());
        var second = (await desk.BeginAsync("deploy-2")).Is(200);
        Assert.NotEqual("go", second["outcome"].GetString());
        Assert.Equal("in_progress", (await desk.BeginAsync("deploy-1"))["outcome"].GetString());
    }

    [Fact]
    public async Task Field_08_begin_and_complete_can_be_repeated_after_a_lost_answer_and_after_a_restart()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        var go = (await desk.BeginAsync(idempotencyKey: "b1")).Is(200);
        await server.StopAsync();
        await server.StartAsync();
        var again = (await desk.BeginAsync(idempotencyKey: "b1")).Is(200);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(go["permit"].GetString(), again["permit"].GetString());
        var permit = go["permit"].GetString()!;
        var seq = await desk.Mia.SeqAsync();
        (await desk.CompleteAsync(permit, idempotencyKey: "c1")).Is(200);
        var after = await desk.Mia.SeqAsync();
        Assert.True(after > seq);
        (await desk.CompleteAsync(permit, idempotencyKey: "c1")).Is(200);
        var without = (await desk.CompleteAsync(permit)).Is(200);
        Assert.Equal("applied", without["state"].GetString());
        var done = (await desk.BeginAsync()).Is(200);
        Assert.Equal(("already_completed", 7), (done["outcome"].GetString(), done["receipt.messageId"].GetInt32()));
        Assert.Equal(after, await desk.Mia.SeqAsync());
        Assert.DoesNotContain(
            await desk.Mia.EventsAsync(),
            e => e.GetRawText().Contains(permit, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Field_09_an_approval_falls_with_the_content_and_with_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        (await desk.Held.DoAsync("renew", new { progress = new { step = "2 of 3" } })).Is(200);
        (await desk.Held.DoAsync("checkpoints", new { summary = "approved" })).Is(200 + 1);
        var same = (await desk.PublishAsync("Dear Ann,\nwe refund 42 EUR.\nRegards\n", 1)).Is(200);
        Assert.Equal(1, same["version"].GetInt32());
        Assert.Equal("valid", await desk.ApprovalAsync());

        var before = await desk.Mia.SeqAsync();
        (await desk.PublishAsync("Dear Ann,\nwe refund 420 EUR.\nRegards\n", 1)).Is(201);
        var events = await desk.Mia.EventsAsync(before);
        // In the same write: nobody can ever have seen one without the other.
        Assert.Equal(
            ["approval.invalidated", "artifact.versionPublished", "conflict.opened"],
            events.Select(e => e.GetProperty("type").GetString())
        );
        Assert.Single(events.Select(e => e.GetProperty("at").GetString()).Distinct());
        var fallen = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/approvals")).Is(200);
        Assert.Equal("invalidated", fallen["state"].GetString());
        Assert.Equal(1, fallen["version"].GetInt32());
        Assert.Equal(2, fallen["invalidatedBy.version"].GetInt32());
        Assert.Equal(desk.Bot.Id, fallen["invalidatedBy.by"].GetString());
        var conflict = Assert.Single(await desk.ConflictsAsync());
        Assert.Equal("approval_outdated", conflict.GetProperty("kind").GetString());
        Assert.Equal("superseded", (await desk.BeginAsync())["outcome"].GetString());
        // What was approved once does not come back by writing it again.
        (await desk.PublishAsync("Dear Ann,\nwe refund 42 EUR.\nRegards\n", 2)).Is(201);
        Assert.Equal("invalidated", await desk.ApprovalAsync());
    }

    [Fact]
    public async Task Field_10_a_replay_notifies_nobody()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var body = new { run = desk.Held.Run, token = desk.Held.Token };
        var path = $"/artifacts/{desk.Artifact}/versions/1/review";
        (await desk.Bot.PostAsync(path, body, idempotencyKey: "ask")).Is(201);
        var seq = await desk.Mia.SeqAsync();
        await using var hub = await HubReader.FollowAsync(server, desk.Mia, seq, "all");
        var replay = (await desk.Bot.PostAsync(path, body, idempotencyKey: "ask")).Is(201);
        Assert.Equal("true", replay.Headers["Idempotency-Replayed"]);
        (await desk.Bot.PostAsync(path, body)).Is(200);
        Assert.Equal(seq, await desk.Mia.SeqAsync());
        await desk.Mia.CreateAsync("next");
        Assert.Equal("item.created", (await hub.NextAsync())!.Value.GetProperty("type").GetString());
    }

    [Fact]
    public async Task What_an_action_claims_to_do_is_read_with_what_it_would_do()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var told = new
        {
            kind = "send_reply",
            target = "mail:ben",
            artifactId = desk.Artifact,
            summary = "Sends the reply to Ben.",
            run = desk.Held.Run,
            token = desk.Held.Token,
        };
        (await desk.Bot.PutAsync("/actions/told", told)).Is(201);
        Assert.Equal(
            "Sends the reply to Ben.",
            (await desk.Bot.GetAsync("/actions/told")).Is(200)["summary"].GetString()
        );
        (
            await desk.Bot.PutAsync(
                "/actions/long",
                new
                {
                    told.kind,
                    told.target,
                    summary = new string('x', 501),
                }
            )
        ).IsRefused(400, "invalid_request");
        var shown = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/1/consequences")).Is(200);
        Assert.Equal("Sends the reply to Ben.", shown["actions"][0].GetProperty("summary").GetString());
    }

    [Fact]
    public async Task Field_17_an_action_prepared_after_the_decision_or_with_another_payload_is_not_approved()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync("shown")).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        (await desk.PrepareAsync("later", expected: "9")).Is(201);
        Assert.Equal("not_approved", (await desk.BeginAsync("later"))["outcome"].GetString());
        var other = new
        {
            kind = "send_reply",
            target = "mail:everyone",
            artifactId = desk.Artifact,
            run = desk.Held.Run,
            token = desk.Held.Token,
        };
        (await desk.Bot.PutAsync("/actions/shown", other)).IsRefused(409, "action_id_reused");
        var payload = new
        {
            kind = "send_reply",
            target = "mail:ann",
            artifactId = desk.Artifact,
            payloadHash = Desk.HashOf("something else"),
            run = desk.Held.Run,
            token = desk.Held.Token,
        };
        (await desk.Bot.PutAsync("/actions/other-payload", payload)).Is(201);
        Assert.Equal("not_approved", (await desk.BeginAsync("other-payload"))["outcome"].GetString());
        // The version can be approved again with the new list, and then covers it.
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        Assert.Equal("go", (await desk.BeginAsync("later"))["outcome"].GetString());
    }

    [Fact]
    public async Task Field_18_of_six_publishes_on_one_base_one_counts_and_five_are_kept_beside_it()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var desk = await Desk.OpenAsync(server);
        var contents = Enumerable.Range(1, 6).Select(n => $"Dear Ann,\nwe refund {n} EUR.\nRegards\n").ToList();
        var answers = await Task.WhenAll(contents.Select(content => desk.PublishAsync(content, 1)));
        Assert.Single(answers, a => (int)a.Status == 201);
        var refused = answers.Where(a => (int)a.Status != 201).ToList();
        Assert.All(refused, a => a.IsRefused(409, "version_conflict"));
        Assert.Single(refused.Select(a => a["conflictId"].GetString()).Distinct());
        Assert.All(refused, a => Assert.False(a["mergeable"].GetBoolean()));
        var conflict = (await desk.Mia.GetAsync($"/conflicts/{refused[0]["conflictId"].GetString()}")).Is(200);
        var proposed = conflict["competing"]
            .EnumerateArray()
            .Where(c => c.GetProperty("label").GetString() == "proposed");
        Assert.Equal(5, proposed.Count());
        foreach (var content in contents)
            Assert.Equal(content, (await desk.Bot.GetAsync($"/contents/{Desk.HashOf(content)}")).Is(200).Text);
        // Sent again, it is the same collision still.
        var seq = await desk.Mia.SeqAsync();
        (
            await desk.PublishAsync(
                contents.First(c => refused.Any(r => r["keptAs.contentHash"].GetString() == Desk.HashOf(c))),
                1
            )
        ).IsRefused(409, "version_conflict");
        Assert.Equal(seq, await desk.Mia.SeqAsync());
    }

    [Fact]
    public async Task Field_18_edits_that_do_not_touch_say_that_they_merge_and_merge_where_the_queue_lets_them()
    {
        await using var server = await LiveServer.OpenAsync();
        const string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
        var desk = await Desk.OpenAsync(server, content: text);
        (await desk.PublishAsync(text.Replace("one", "ONE", StringComparison.Ordinal), 1)).Is(201);
        var late = (await desk.PublishAsync(text.Replace("seven", "SEVEN", StringComparison.Ordinal), 1)).IsRefused(
            409,
            "version_conflict"
        );
        Assert.True(late["mergeable"].GetBoolean());
        (await desk.Mia.PutAsync("/queues/crm", new { mergeClean = "auto" })).Is(200);
        var merged = (await desk.PublishAsync(text.Replace("seven", "7", StringComparison.Ordinal), 1)).Is(201);
        Assert.Equal((3, "merge"), (merged["version"].GetInt32(), merged["versions.2.kind"].GetString()));
        Assert.Equal(
            "ONE\ntwo\nthree\nfour\nfive\nsix\n7\n",
            (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/3/content")).Is(200).Text
        );
    }

    [Fact]
    public async Task Field_21_nothing_waits_on_a_review_that_nobody_can_give_without_saying_so()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var desk = await Desk.OpenAsync(server);
        var review = (await desk.AskAsync(desk.Rae.Id)).Is(201);
        Assert.Equal("ok", review["attention"].GetString());
        Assert.Equal("waiting_on_review", await desk.Mia.StateOfAsync(desk.Held.Item));
        Assert.Equal(
            0,
            await ControlSurface.Commands.CommandTree.RunAsync(
                ["people", "disable", "Rae", "--data", server.Folder],
                _ => Task.FromResult(9),
                TextWriter.Null,
                TextWriter.Null
            )
        );
        while ((await desk.Mia.GetAsync("/reviews?attention=nobody_eligible"))["total"].GetInt32() == 0)
            await Task.Yield();
        var left = (await desk.Mia.GetAsync($"/reviews/{review["id"].GetString()}")).Is(200);
        Assert.Equal(("open", "nobody_eligible"), (left["state"].GetString(), left["attention"].GetString()));
        (
            await desk.Mia.PostAsync(
                $"/reviews/{review["id"].GetString()}/reassign",
                new { to = "reviewer", why = "Rae has left" }
            )
        ).Is(200);
        (await desk.ApproveAsync(desk.Ron)).Is(201);
        var item = (await desk.Mia.GetAsync($"/items/{desk.Held.Item}")).Is(200);
        Assert.Equal("claimed", item["state"].GetString());
    }

    [Fact]
    public async Task What_a_reviewer_decides_wakes_the_holder_who_need_not_poll()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.AskAsync()).Is(201);
        var waiting = desk.Bot.GetAsync($"/artifacts/{desk.Artifact}/versions/1/decisions?waitSeconds=55");
        var changes = new
        {
            decision = "request_changes",
            contentHash = Desk.HashOf("Dear Ann,\nwe refund 42 EUR.\nRegards\n"),
            comment = "The amount is wrong.",
        };
        (await desk.DecideAsync(desk.Rae, 1, changes)).Is(201);
        var heard = (await waiting).Is(200);
        Assert.Equal(
            ("request_changes", "Rae"),
            (heard["items.0.decision"].GetString(), heard["items.0.byName"].GetString())
        );
        var lease = (await desk.Bot.GetAsync($"/leases/{desk.Held.Lease}?run=r1")).Is(200);
        Assert.Equal("claimed", lease["lease.state"].GetString());
        Assert.Equal("The amount is wrong.", lease["lease.notes.0.text"].GetString());
        (await desk.PrepareAsync()).Is(201);
        Assert.Equal("not_approved", (await desk.BeginAsync())["outcome"].GetString());
    }

    [Fact]
    public async Task Whoever_decides_on_what_is_not_there_any_more_hears_what_is()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var shown = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/1/consequences")).Is(200);
        object Approve(string? hash = null, string? consequences = null) =>
            new
            {
                decision = "approve",
                contentHash = hash ?? shown["contentHash"].GetString(),
                consequencesHash = consequences ?? shown["consequencesHash"].GetString(),
            };
        (await desk.DecideAsync(desk.Rae, 1, Approve(hash: Desk.HashOf("other")))).IsRefused(409, "version_changed");
        (await desk.DecideAsync(desk.Rae, 1, Approve(consequences: Desk.HashOf("other")))).IsRefused(
            409,
            "consequences_changed"
        );
        (await desk.DecideAsync(desk.Bot, 1, Approve())).IsRefused(403, "forbidden");
        var vera = await server.AddAsync("Vera", Roles.Viewer);
        (await desk.DecideAsync(vera, 1, Approve())).IsRefused(403, "forbidden");
        var elsewhere = await server.AddAsync("Eve", Roles.Reviewer, queues: ["other"]);
        (await desk.DecideAsync(elsewhere, 1, Approve())).IsRefused(403, "forbidden");
        (await desk.DecideAsync(desk.Rae, 7, Approve())).IsRefused(404, "not_found");
        (await desk.PrepareAsync()).Is(201);
        (await desk.DecideAsync(desk.Rae, 1, Approve())).IsRefused(409, "consequences_changed");
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(200);
        (await desk.ApproveAsync(desk.Ron)).Is(200);
        (await desk.PublishAsync("Dear Ann,\nwe refund 1 EUR.\nRegards\n", 1)).Is(201);
        var late = (await desk.DecideAsync(desk.Ron, 1, Approve())).IsRefused(409, "version_changed");
        Assert.Equal(2, late["currentVersion"].GetInt32());
    }

    [Fact]
    public async Task Nobody_approves_their_own_change_but_a_small_correction_goes_with_the_approval()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        var both = await server.AddAsync("Bea", Roles.Reviewer);
        var own = (
            await both.PostAsync(
                "/artifacts",
                new
                {
                    name = "note",
                    itemId = desk.Held.Item,
                    contentType = "text/plain",
                    content = "mine",
                }
            )
        ).Is(201);
        var mine = desk with { Artifact = own["id"].GetString()! };
        var refused = (await mine.ApproveAsync(both)).IsRefused(403, "self_approval");
        Assert.Contains(desk.Rae.Id, refused["eligible"].EnumerateArray().Select(e => e.GetString()));

        var shown = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/1/consequences")).Is(200);
        var fixedUp = "Dear Ann,\nwe refund 42.00 EUR.\nRegards\n";
        var decided = (
            await desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision = "approve",
                    contentHash = shown["contentHash"].GetString(),
                    consequencesHash = shown["consequencesHash"].GetString(),
                    edited = new { content = fixedUp },
                }
            )
        ).Is(201);
        Assert.Equal(("valid", 2), (decided["approval.state"].GetString(), decided["version"].GetInt32()));
        var go = (await desk.BeginAsync()).Is(200);
        Assert.Equal(
            ("go", 2, Desk.HashOf(fixedUp)),
            (go["outcome"].GetString(), go["version"].GetInt32(), go["payloadHash"].GetString())
        );
    }

    [Fact]
    public async Task What_may_have_happened_stays_open_until_somebody_has_looked()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.ApproveAsync(desk.Rae)).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        Assert.Equal("applying", await desk.Mia.StateOfAsync(desk.Held.Item));
        server.Pass(301);
        Assert.Equal("ambiguous", await desk.ActionAsync());
        Assert.Equal("stale", await desk.Mia.StateOfAsync(desk.Held.Item));
        var conflict = Assert.Single(await desk.ConflictsAsync());
        Assert.Equal("late_result", conflict.GetProperty("kind").GetString());

        var bob = await server.AddAsync("Ben", Roles.Agent);
        var taken = Held.From(
            bob,
            (await bob.PostAsync($"/items/{desk.Held.Item}/takeover", new { why = "it is stale" })).Is(200)
        );
        (await taken.DoAsync("complete")).IsRefused(409, "unsettled");
        var told = (await bob.PostAsync("/actions/send-1/begin", new { token = taken.Token })).Is(200);
        Assert.Equal("ambiguous", told["outcome"].GetString());
        (await bob.PostAsync("/actions/send-1/complete", new { permit, receipt = 1 })).IsRefused(409, "permit_invalid");
        // Whoever began it comes back and knows: late, and settled all the same.
        var late = (await desk.CompleteAsync(permit)).Is(200);
        Assert.Equal(("applied", true), (late["state"].GetString(), late["late"].GetBoolean()));
        Assert.Equal("overtaken", Assert.Single(await desk.ConflictsAsync()).GetProperty("state").GetString());
        (await taken.DoAsync("complete")).Is(200);
    }

    [Theory]
    [InlineData(1024 * 1024, 201)]
    [InlineData(1024 * 1024 + 1, 413)]
    public async Task A_content_of_the_limit_is_kept_and_one_byte_more_is_not(int length, int status)
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var content = new string('"', length);
        var made = await desk.Mia.PostAsync(
            "/artifacts",
            new
            {
                name = "big",
                contentType = "text/plain",
                content,
            }
        );
        made.Is(status);
        if (status == 413)
            Assert.Equal(1024 * 1024, made.IsRefused(413, "too_large")["limitBytes"].GetInt32());
    }

    [Theory]
    [InlineData("text/html", "<script>alert(1)</script>")]
    [InlineData("image/svg+xml", "<svg onload='alert(1)'/>")]
    [InlineData("text/plain", "\u202Egnp.exe")]
    public async Task A_content_is_served_for_saving_and_never_as_a_page(string contentType, string content)
    {
        await using var server = await LiveServer.OpenAsync();
        var mia = await server.AddAsync("Mia", Roles.Manager);
        var made = (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "x\"y.html",
                    contentType,
                    content,
                }
            )
        ).Is(201);
        foreach (
            var path in new[]
            {
                $"/artifacts/{made["id"].GetString()}/versions/1/content",
                $"/contents/{made["contentHash"].GetString()}",
            }
        )
        {
            var served = (await mia.GetAsync(path)).Is(200);
            Assert.Equal(content, served.Text);
            Assert.StartsWith("attachment;", served.Headers["Content-Disposition"], StringComparison.Ordinal);
            Assert.DoesNotContain("\"", served.Headers["Content-Disposition"], StringComparison.Ordinal);
            Assert.Equal("nosniff", served.Headers["X-Content-Type-Options"]);
            Assert.Equal("sandbox; default-src 'none'", served.Headers["Content-Security-Policy"]);
        }
    }

    [Fact]
    public async Task A_content_that_was_only_kept_is_its_senders_and_theirs_who_settle_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PublishAsync("second\n", 1)).Is(201);
        var kept = (await desk.PublishAsync("third\n", 1)).IsRefused(409, "version_conflict")["keptAs.contentHash"];
        (await desk.Bot.GetAsync($"/contents/{kept.GetString()}")).Is(200);
        (await desk.Rae.GetAsync($"/contents/{kept.GetString()}")).Is(200);
        var vera = await server.AddAsync("Vera", Roles.Viewer);
        (await vera.GetAsync($"/contents/{kept.GetString()}")).IsRefused(404, "not_found");
        (await vera.GetAsync($"/contents/{Desk.HashOf("second\n")}")).Is(200);
        var eve = await server.AddAsync("Eve", Roles.Reviewer, queues: ["other"]);
        (await eve.GetAsync($"/contents/{Desk.HashOf("second\n")}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_person_who_is_editing_holds_agents_before_anything_is_saved()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var topic = $"artifact:{desk.Artifact}";
        (await desk.Rae.PostAsync("/presence", new { topic, mode = "viewing" })).Is(200);
        (await desk.PublishAsync("second\n", 1)).Is(201);
        var here = (await desk.Rae.PostAsync("/presence", new { topic, mode = "editing" })).Is(200);
        Assert.Equal("Rae", here["present.0.name"].GetString());
        var held = (await desk.PublishAsync("third\n", 2)).IsRefused(409, "human_edit_hold");
        Assert.Equal((desk.Rae.Id, true), (held["by"].GetString(), held["editing"].GetBoolean()));
        Assert.Equal("editing", (await desk.ArtifactAsync()).GetProperty("present")[0].GetProperty("mode").GetString());
        server.Pass(46);
        (await desk.PublishAsync("third\n", 2)).Is(201);
        (await desk.Rae.PostAsync("/presence", new { topic = "artifact:A-99", mode = "viewing" })).IsRefused(
            404,
            "not_found"
        );
        (await desk.Rae.PostAsync("/presence", new { topic = "moon:1", mode = "viewing" })).IsRefused(
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Whoever_has_it_open_is_said_in_the_refusal_and_at_the_hub_until_the_connection_goes()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var topic = $"artifact:{desk.Artifact}";
        await using var listens = await HubReader.FollowAsync(server, desk.Bot, await desk.Mia.SeqAsync(), topic);
        (await desk.PublishAsync("second\n", 1)).Is(201);
        Assert.Equal("artifact.versionPublished", (await listens.NoticeAsync()).GetProperty("type").GetString());
        var reads = await HubReader.OpenAsync(server, desk.Rae);
        await reads.SayAsync(topic, "viewing");
        var came = await listens.NoticeAsync();
        Assert.Equal("presence.changed", came.GetProperty("type").GetString());
        Assert.Equal("Rae", came.GetProperty("present")[0].GetProperty("name").GetString());
        Assert.False(came.TryGetProperty("seq", out _));
        var refused = (await desk.PublishAsync("third\n", 1)).IsRefused(409, "version_conflict");
        Assert.EndsWith("Rae has it open now.", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal("conflict.opened", (await listens.NoticeAsync()).GetProperty("type").GetString());
        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => reads.SayAsync("moon:1", "viewing"));
        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() =>
            reads.SayAsync("artifact:A-99", "viewing")
        );
        await reads.DisposeAsync();
        Assert.Equal(0, (await listens.NoticeAsync()).GetProperty("present").GetArrayLength());
        Assert.Equal(0, (await desk.ArtifactAsync()).GetProperty("present").GetArrayLength());
    }

    [Fact]
    public async Task A_person_who_edits_is_not_written_over_and_what_the_agent_sent_is_kept()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (
            await desk.Rae.PostAsync(
                $"/artifacts/{desk.Artifact}/versions",
                new { baseVersion = 1, content = "Dear Ann,\nno refund.\nRegards\n" }
            )
        ).Is(201);
        var held = (await desk.PublishAsync("Dear Ann,\nmaybe.\nRegards\n", 2)).IsRefused(409, "human_edit_hold");
        Assert.Equal(
            (2, desk.Rae.Id, "permit"),
            (held["version"].GetInt32(), held["by"].GetString(), held["resolveBy"].GetString())
        );
        (await desk.Bot.GetAsync($"/contents/{held["keptAs.contentHash"].GetString()}")).Is(200);
        var old = (await desk.PublishAsync("Dear Ann,\nmaybe.\nRegards\n", 1)).IsRefused(409, "version_conflict");
        Assert.True(old["humanEdit"].GetBoolean());
        (await desk.Rae.PostAsync($"/artifacts/{desk.Artifact}/permit", new { version = 2 })).Is(200);
        (await desk.PublishAsync("Dear Ann,\nmaybe.\nRegards\n", 2)).Is(201);
    }

    [Fact]
    public async Task What_recurs_is_in_the_runbook_and_its_guidance_in_the_next_refusal_and_on_the_conflict()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.PublishAsync("second\n", 1)).Is(201);
        (await desk.PublishAsync("third\n", 1)).IsRefused(409, "version_conflict");
        var pattern = (await desk.Mia.GetAsync("/runbook")).Is(200)["items.0"];
        Assert.Equal("overlapping_edit", pattern.GetProperty("kind").GetString());
        Assert.Equal(1, pattern.GetProperty("trend").GetProperty("last7Days").GetInt32());
        Assert.Equal("narrower_lock", pattern.GetProperty("suggested").GetProperty("change").GetString());
        var id = pattern.GetProperty("id").GetString();
        (await desk.Bot.PutAsync($"/runbook/{id}", new { guidance = "mine" })).IsRefused(403, "forbidden");
        (await desk.Mia.PutAsync($"/runbook/{id}", new { state = "asleep" })).IsRefused(400, "invalid_request");
        (await desk.Mia.PutAsync("/runbook/RB-1", new { guidance = "x" })).IsRefused(404, "not_found");
        var set = (
            await desk.Mia.PutAsync(
                $"/runbook/{id}",
                new
                {
                    guidance = "Lock the draft first.",
                    change = "narrower_lock",
                    state = "absorbed",
                }
            )
        ).Is(200);
        Assert.Equal(("absorbed", 0), (set["state"].GetString(), set["sinceAbsorbed"].GetInt32()));
        var refused = (await desk.PublishAsync("fourth\n", 1)).IsRefused(409, "version_conflict");
        Assert.EndsWith(
            "The runbook says: Lock the draft first.",
            refused["detail"].GetString(),
            StringComparison.Ordinal
        );
        var conflict = (await desk.Mia.GetAsync($"/conflicts/{refused["conflictId"].GetString()}")).Is(200);
        Assert.Equal(
            (id, "Lock the draft first."),
            (conflict["runbook.patternId"].GetString(), conflict["runbook.guidance"].GetString())
        );
    }
}
