namespace Server.Tests.Field;

/// <summary>Sentences of the contract, tried from outside.</summary>
public sealed class ContractTextTests
{
    [Fact]
    public async Task A_key_that_was_used_for_another_request_is_refused_after_403_404_and_400()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        (await bot.PostAsync("/items", new { queue = "crm", title = "Call Ann" }, "once")).Is(201);
        (await bot.PostAsync("/items", new { queue = "crm", title = "" }, "once")).IsRefused(400, "invalid_request");
        (await bot.PostAsync("/items", new { queue = "none", title = "Call" }, "once")).IsRefused(404, "not_found");
        (await bot.PostAsync("/workspace/stop", new { why = "w", scope = "all" }, "once")).IsRefused(403, "forbidden");
        var seq = await mia.SeqAsync();
        (await bot.PostAsync("/items", new { queue = "crm", title = "Call" }, "once")).IsRefused(
            422,
            "idempotency_key_reused"
        );
        Assert.Equal(seq, await mia.SeqAsync());
    }

    [Fact]
    public async Task A_paused_principal_hears_who_paused_it_and_still_does_after_a_restart()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        (await mia.PostAsync($"/principals/{bot.Id}/pause", new { why = "It sends too much." })).Is(200);
        await IsPausedByMiaAsync();
        await server.StopAsync();
        await server.StartAsync();
        await IsPausedByMiaAsync();
        (await mia.PostAsync($"/principals/{bot.Id}/resume")).Is(200);
        (await bot.PostAsync("/items", new { queue = "crm", title = "Call" })).Is(201);

        async Task IsPausedByMiaAsync()
        {
            var refused = await bot.PostAsync("/items", new { queue = "crm", title = "Call" });
            refused.IsRefused(409, "paused");
            Assert.Equal("principal", refused["scope"].GetString());
            Assert.Equal(mia.Id, refused["by"].GetString());
            Assert.Equal("It sends too much.", refused["why"].GetString());
        }
    }

    [Fact]
    public async Task Consequences_that_were_never_shown_are_answered_as_changed()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var shown = (await desk.Rae.GetAsync($"/artifacts/{desk.Artifact}/versions/1/consequences")).Is(200);
        (await DecideAsync("what I remember")).IsRefused(409, "consequences_changed");
        (await DecideAsync(" ")).IsRefused(400, "invalid_request");
        (await DecideAsync(null)).IsRefused(400, "invalid_request");
        (await DecideAsync(shown["consequencesHash"].GetString())).Is(201);

        Task<Api.Answer> DecideAsync(string? consequencesHash) =>
            desk.DecideAsync(
                desk.Rae,
                1,
                new
                {
                    decision = "approve",
                    contentHash = shown["contentHash"].GetString(),
                    consequencesHash,
                }
            );
    }

    [Fact]
    public async Task The_answer_to_complete_shows_the_version_that_was_observed()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 0 });
        (await desk.PrepareAsync()).Is(201);
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        var done = await desk.Bot.PostAsync(
            "/actions/send-1/complete",
            new
            {
                permit,
                run = desk.Held.Run,
                receipt = "sent",
                observedTargetVersion = "7",
            }
        );
        Assert.Equal("7", done.Is(200)["currentTargetVersion"].GetString());
        Assert.Equal("7", (await desk.Bot.GetAsync("/actions/send-1")).Is(200)["currentTargetVersion"].GetString());
    }

    [Fact]
    public async Task A_fault_that_many_members_share_is_said_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var on = await mia.CreateAsync();
        var refused = await mia.PostAsync(
            "/items",
            new
            {
                queue = "crm",
                title = "Call",
                dependsOn = Enumerable.Repeat(on, 1_000),
            }
        );
        refused.IsRefused(400, "invalid_request");
        Assert.Single(refused["errors.dependsOn"].EnumerateArray());
        // Where there are too many to name, the last one says so.
        refused = await mia.PostAsync(
            "/items",
            new
            {
                queue = "crm",
                title = "Call",
                dependsOn = Enumerable.Range(100, 90).Select(k => $"W-{k}"),
            }
        );
        refused.IsRefused(400, "invalid_request");
        var named = refused["errors.dependsOn"].EnumerateArray().Select(e => e.GetString()!).ToList();
        Assert.Equal(51, named.Count);
        Assert.Contains("and more", named[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_accepts_a_suggestion_under_its_lease()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { onHumanEdit = "free" });
        var said = await desk.Rae.PostAsync(
            $"/artifacts/{desk.Artifact}/versions/1/comments",
            new
            {
                body = "Name the month.",
                anchor = new
                {
                    quote = "Regards",
                    start = 28,
                    end = 35,
                },
                suggestion = "Kind regards",
            }
        );
        var accept = $"/artifacts/{desk.Artifact}/versions/1/comments/{said.Is(201)["id"].GetString()}/accept";
        (await desk.Bot.PostAsync(accept, new { })).IsRefused(409, "lease_required");
        (await desk.Bot.PostAsync(accept, new { run = "other", token = desk.Held.Token })).IsRefused(403, "not_holder");
        // A run is what it may be on every other way to a version; a person needs no token to send one.
        (await desk.Rae.PostAsync(accept, new { run = "a/b" })).IsRefused(400, "invalid_request");
        var accepted = await desk.Bot.PostAsync(accept, new { run = desk.Held.Run, token = desk.Held.Token });
        Assert.Equal(2, accepted.Is(201)["version"].GetInt32());
        Assert.True(accepted["leaseExpiresInSeconds"].GetDouble() > 0);
        var version = accepted["versions"].EnumerateArray().Last();
        Assert.Equal("suggestion", version.GetProperty("kind").GetString());
        Assert.Equal(desk.Held.Run, version.GetProperty("run").GetString());
        (await desk.Bot.PostAsync(accept, new { run = desk.Held.Run, token = desk.Held.Token })).Is(200);
    }

    [Fact]
    public async Task A_review_that_a_newer_version_takes_over_stays_the_one_of_whoever_asked()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var first = (await desk.AskAsync(desk.Rae.Id)).Is(201)["id"].GetString();
        (
            await desk.Ron.PostAsync($"/artifacts/{desk.Artifact}/versions", new { baseVersion = 1, content = "New\n" })
        ).Is(201);
        var next = (await desk.Bot.GetAsync($"/reviews/{first}")).Is(200)["supersededBy"].GetString();
        var review = (await desk.Bot.GetAsync($"/reviews/{next}")).Is(200);
        Assert.Equal(desk.Bot.Id, review["requestedBy"].GetString());
        Assert.Equal("bot", review["requestedByName"].GetString());
        (await desk.Bot.PostAsync($"/reviews/{next}/withdraw")).Is(200);
    }

    [Fact]
    public async Task An_item_that_waits_on_a_review_that_nobody_can_give_says_so()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var sue = await server.AddAsync("Sam", Roles.Support);
        Assert.Equal("nobody_eligible", (await desk.AskAsync(sue.Id)).Is(201)["attention"].GetString());
        var item = (await desk.Bot.GetAsync($"/items/{desk.Held.Item}")).Is(200);
        Assert.Equal("waiting_on_review", item["state"].GetString());
        Assert.Equal("nobody_eligible", item["review.attention"].GetString());
        Assert.Contains("nobody", item["mayProceed.why"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_with_an_open_conflict_that_nobody_holds_is_given_out_by_a_takeover()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var made = await mia.PostAsync(
            "/items",
            new
            {
                queue = "crm",
                title = "Call Ann",
                targets = new[] { "crm:ann" },
            }
        );
        var held = await bot.HoldAsync(made.Is(201)["id"].GetString()!);
        (await mia.PostAsync("/targets/changes", new { target = "crm:ann", version = "2" })).Is(201);
        (await held.DoAsync("release")).Is(200);
        Assert.Equal("conflict_detected", await mia.StateOfAsync(held.Item));
        (await bob.PostAsync("/queues/crm/claims", new { })).Is(204);
        var taken = await bob.PostAsync($"/items/{held.Item}/takeover", new { why = "Ann changed." });
        Assert.Equal(bob.Id, taken.Is(200)["lease.holder.id"].GetString());
        Assert.Equal(held.Lease, taken["handover.leaseId"].GetString());
        var free = await mia.CreateAsync();
        (await bob.PostAsync($"/items/{free}/takeover", new { why = "It is free." })).IsRefused(409, "not_claimable");
    }

    [Fact]
    public async Task A_takeover_of_what_nobody_holds_keeps_to_the_limits_of_its_queue()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync(new { maxActive = 1 });
        var made = await mia.PostAsync(
            "/items",
            new
            {
                queue = "crm",
                title = "Call Ann",
                targets = new[] { "crm:ann" },
            }
        );
        var held = await bot.HoldAsync(made.Is(201)["id"].GetString()!);
        (await mia.PostAsync("/targets/changes", new { target = "crm:ann", version = "2" })).Is(201);
        (await held.DoAsync("release")).Is(200);
        await bot.HoldAsync(await mia.CreateAsync());
        var taken = await bob.PostAsync($"/items/{held.Item}/takeover", new { why = "Ann changed." });
        taken.IsRefused(409, "not_claimable");
        Assert.Equal("limit", taken["why"].GetString());
    }

    [Fact]
    public async Task A_suggestion_on_a_guarded_target_is_accepted_under_its_lock_alone()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { guardTargets = true });
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var under = new { run = held.Run, token = held.Token };
        (await held.DoAsync("locks", new { targets = new[] { new { target = "doc:a", mode = "exclusive" } } })).Is(200);
        var artifact = (
            await bot.PostAsync(
                "/artifacts",
                new
                {
                    itemId = held.Item,
                    name = "Reply",
                    contentType = "text/plain",
                    content = "Dear Ann\n",
                    target = "doc:a",
                    run = held.Run,
                    token = held.Token,
                }
            )
        ).Is(201)["id"].GetString();
        var said = await rae.PostAsync(
            $"/artifacts/{artifact}/versions/1/comments",
            new
            {
                body = "More polite.",
                anchor = new
                {
                    quote = "Dear",
                    start = 0,
                    end = 4,
                },
                suggestion = "Dearest",
            }
        );
        var accept = $"/artifacts/{artifact}/versions/1/comments/{said.Is(201)["id"].GetString()}/accept";
        (await held.DoAsync("unlock", new { targets = new[] { "doc:a" } })).Is(200);
        (await bot.PostAsync(accept, under)).IsRefused(409, "lock_not_held");
    }

    [Fact]
    public async Task A_report_that_was_held_is_the_version_that_the_answer_to_complete_shows()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { requiredApprovals = 0 });
        var target = (await desk.PrepareAsync()).Is(201)["target"].GetString();
        var permit = (await desk.BeginAsync()).Is(200)["permit"].GetString()!;
        (await desk.Mia.PostAsync("/targets/changes", new { target, version = "9" })).Is(201);
        var done = await desk.Bot.PostAsync(
            "/actions/send-1/complete",
            new
            {
                permit,
                run = desk.Held.Run,
                receipt = "sent",
                observedTargetVersion = "7",
            }
        );
        Assert.Equal(
            (await desk.Bot.GetAsync("/actions/send-1")).Is(200)["currentTargetVersion"].GetString(),
            done.Is(200)["currentTargetVersion"].GetString()
        );
    }

    [Fact]
    public async Task An_unconfirmed_report_is_told_from_its_repeat_also_where_another_came_between()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, bob, _) = await server.StaffAsync();
        var report = new { target = "crm:ann", version = "2" };
        (await bot.PostAsync("/targets/changes", report)).Is(201);
        (await bob.PostAsync("/targets/changes", report)).Is(201);
        (await bot.PostAsync("/targets/changes", report)).Is(200);
        (await bob.PostAsync("/targets/changes", report)).Is(200);
    }

    [Fact]
    public async Task A_comment_follows_its_quote_into_later_versions_or_is_shown_as_outdated()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var comments = $"/artifacts/{desk.Artifact}/versions/1/comments";
        var anchor = new
        {
            quote = "Regards",
            start = 28,
            end = 35,
        };
        (await desk.Rae.PostAsync(comments, new { body = "Whose?", anchor })).Is(201);
        (await desk.Rae.PostAsync(comments, new { body = "Good." })).Is(201);
        (await desk.PublishAsync("Hello!\nDear Ann,\nwe refund 42 EUR.\nRegards\n", 1)).Is(201);
        (await desk.PublishAsync("Hello!\nDear Ann,\nwe refund 42 EUR.\n", 2)).Is(201);
        Assert.Equal(["stands 28 35", ""], await PlacesAsync(1));
        Assert.Equal(["stands 35 42", ""], await PlacesAsync(2));
        Assert.Equal(["outdated  ", ""], await PlacesAsync(3));

        async Task<List<string>> PlacesAsync(int version) =>
            [
                .. (await desk.Bot.GetAsync($"/artifacts/{desk.Artifact}/versions/{version}"))
                    .Is(200)["comments"]
                    .EnumerateArray()
                    .Select(c => c.GetProperty("place"))
                    .Select(p =>
                        p.ValueKind == System.Text.Json.JsonValueKind.Null
                            ? ""
                            : $"{p.GetProperty("standing")} {p.GetProperty("start")} {p.GetProperty("end")}"
                    ),
            ];
    }

    [Fact]
    public async Task A_rule_that_nobody_can_meet_any_more_can_be_overridden()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(
            server,
            new
            {
                requiredApprovals = 0,
                selfApproval = "never",
                approvals = new[]
                {
                    new
                    {
                        name = "lead",
                        when = new { },
                        role = "manager",
                        count = 1,
                    },
                },
            }
        );
        // The only manager is the author: others may approve, and none of them is a manager.
        (
            await desk.Mia.PostAsync(
                $"/artifacts/{desk.Artifact}/versions",
                new { baseVersion = 1, content = "Dear\n" }
            )
        ).Is(201);
        var shown = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/2/consequences")).Is(200);
        Assert.Equal("nobody_eligible", shown["rules"][0].GetProperty("state").GetString());
        (await desk.ApproveAsync(desk.Rae, 2)).Is(201);
        Assert.Equal("partial", await desk.ApprovalAsync());
        shown = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/2/consequences")).Is(200);
        var decision = new
        {
            decision = "approve",
            contentHash = shown["contentHash"].GetString(),
            consequencesHash = shown["consequencesHash"].GetString(),
            @override = new { why = "Nobody else leads." },
        };
        (await desk.DecideAsync(desk.Ron, 2, decision)).IsRefused(403, "forbidden");
        (await desk.DecideAsync(desk.Mia, 2, decision)).Is(201);
        Assert.Equal("valid", await desk.ApprovalAsync());
        (await desk.DecideAsync(desk.Mia, 2, decision)).Is(200);
    }

    [Fact]
    public async Task A_rule_that_somebody_can_still_meet_is_not_overridden()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(
            server,
            new
            {
                requiredApprovals = 1,
                selfApproval = "never",
                approvals = new[]
                {
                    new
                    {
                        name = "lead",
                        when = new { },
                        role = "manager",
                        count = 1,
                    },
                },
            }
        );
        // Nobody else is a manager, but a reviewer can still read what the manager wrote.
        (
            await desk.Mia.PostAsync(
                $"/artifacts/{desk.Artifact}/versions",
                new { baseVersion = 1, content = "Dear\n" }
            )
        ).Is(201);
        var shown = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/2/consequences")).Is(200);
        var refused = await desk.DecideAsync(
            desk.Mia,
            2,
            new
            {
                decision = "approve",
                contentHash = shown["contentHash"].GetString(),
                consequencesHash = shown["consequencesHash"].GetString(),
                @override = new { why = "Nobody else leads." },
            }
        );
        refused.IsRefused(400, "invalid_request");
        Assert.Equal("none", await desk.ApprovalAsync());
    }

    [Fact]
    public async Task A_dry_run_names_who_would_be_added_and_who_would_be_present()
    {
        await using var server = await LiveServer.OpenAsync();
        await server.StaffAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        var added = new
        {
            name = "new",
            kind = "agent",
            roles = new[] { "agent" },
        };
        var tried = (await ada.PostAsync("/principals?dryRun=true", added)).Is(201)["id"].GetString();
        Assert.Equal(tried, (await ada.PostAsync("/principals", added)).Is(201)["id"].GetString());
        var topic = "item:" + await ada.CreateAsync();
        var here = await rae.PostAsync("/presence?dryRun=true", new { topic, mode = "editing" });
        var present = Assert.Single(here.Is(200)["present"].EnumerateArray());
        Assert.Equal(rae.Id, present.GetProperty("principal").GetString());
        Assert.Equal("editing", present.GetProperty("mode").GetString());
        // Trying it noted nothing.
        var left = await ada.PostAsync("/presence?dryRun=true", new { topic, mode = "away" });
        Assert.Empty(left.Is(200)["present"].EnumerateArray());
        Assert.Equal(
            (await rae.PostAsync("/presence", new { topic, mode = "editing" })).Is(200).Text,
            (await rae.PostAsync("/presence?dryRun=true", new { topic, mode = "editing" })).Is(200).Text
        );
    }
}
