using System.Text.Json;

namespace Server.Tests.Api;

public sealed class An_agent_does_its_main_job_over_http
{
    [Fact]
    public async Task It_claims_renews_records_a_checkpoint_and_completes()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var bot = await house.PersonAsync("bot", Roles.Agent);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        var item = (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "Call Ann",
                    externalId = "a1",
                }
            )
        ).Is(201);
        Assert.Equal("/api/v1/items/W-1", item.Headers["Location"]);

        var claim = (await bot.PostAsync("/queues/crm/claims", new { run = "7f3" })).Is(200);
        var token = claim["lease.token"].GetInt64();
        var lease = claim["lease.id"].GetString();
        Assert.Equal("claimed", claim["lease.state"].GetString());
        Assert.Equal(120, claim["leaseExpiresInSeconds"].GetDecimal());
        Assert.Equal(JsonValueKind.Null, claim["handover"].ValueKind);

        house.Clock.Advance(TimeSpan.FromSeconds(10));
        var renewed = (
            await bot.PostAsync(
                $"/leases/{lease}/renew",
                new
                {
                    run = "7f3",
                    token,
                    progress = new { step = "1 of 2" },
                }
            )
        ).Is(200);
        Assert.Equal("active", renewed["lease.state"].GetString());
        Assert.Equal(300, renewed["leaseExpiresInSeconds"].GetDecimal());
        Assert.Equal("1 of 2", renewed["lease.lastProgress.step"].GetString());

        var checkpoint = (
            await bot.PostAsync(
                $"/leases/{lease}/checkpoints",
                new
                {
                    run = "7f3",
                    token,
                    summary = "called",
                    openQuestions = new[] { "when?" },
                }
            )
        ).Is(201);
        Assert.Equal("called", checkpoint["checkpoint.summary"].GetString());

        var done = (
            await bot.PostAsync(
                $"/leases/{lease}/complete",
                new
                {
                    run = "7f3",
                    token,
                    result = new { ok = true },
                }
            )
        ).Is(200);
        Assert.Equal("completed", done["lease.endedAs"].GetString());
        (
            await bot.PostAsync(
                $"/leases/{lease}/complete",
                new
                {
                    run = "7f3",
                    token,
                    result = new { ok = true },
                }
            )
        ).Is(200);
        var after = (await bot.GetAsync("/items/W-1")).Is(200);
        Assert.Equal("completed", after["state"].GetString());
        Assert.True(after["result.ok"].GetBoolean());
        Assert.Equal("last", after["ownerIs"].GetString());
    }

    [Fact]
    public async Task A_stale_item_is_taken_over_with_what_its_last_holder_left()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, _) = await StartedAsync(house);
        house.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal("stale", (await bot.GetAsync("/items/W-1"))["state"].GetString());
        var taken = (await mia.PostAsync("/items/W-1/takeover", new { why = "bot is gone" })).Is(200);
        Assert.Equal("bot", taken["handover.from.name"].GetString());
        Assert.Equal("half way", taken["handover.checkpoint.summary"].GetString());
        Assert.Equal(0, taken["handover.artifacts"].GetArrayLength());
        var late = (await bot.PostAsync("/leases/L-1/renew", new { token = Token(house) })).IsRefused(409, "fenced");
        Assert.Equal("U-1", late["owner.principal"].GetString());
        Assert.Equal("taken_over", late["endedAs"].GetString());
        Assert.Contains("Mia", late["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_shown_to_the_holder_in_its_run_alone()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, token) = await StartedAsync(house);
        Assert.Equal(token, (await bot.GetAsync("/leases/L-1"))["lease.token"].GetInt64());
        Assert.Equal(JsonValueKind.Null, (await bot.GetAsync("/leases/L-1?run=other"))["lease.token"].ValueKind);
        Assert.Equal(JsonValueKind.Null, (await mia.GetAsync("/leases/L-1"))["lease.token"].ValueKind);
        Assert.Equal(JsonValueKind.Null, (await mia.GetAsync("/items/W-1"))["lease.token"].ValueKind);
        Assert.DoesNotContain("\"token\":", (await mia.GetAsync("/events")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renewals_are_decided_each_by_itself_in_order()
    {
        await using var house = await House.OpenAsync();
        var (_, bot, token) = await StartedAsync(house);
        var renewals = new object[]
        {
            new { leaseId = "L-1", token },
            new { leaseId = "L-x", token },
            new { leaseId = "L-9", token },
        };
        var answer = (await bot.PostAsync("/leases/renewals", new { renewals })).Is(200);
        Assert.True(answer["results.0.ok"].GetBoolean());
        Assert.Equal("L-x", answer["results.1.leaseId"].GetString());
        Assert.Equal("not_found", answer["results.1.problem.code"].GetString());
        Assert.Equal("not_found", answer["results.2.problem.code"].GetString());
    }

    [Fact]
    public async Task Nothing_to_claim_is_204_and_says_which_limit_stops_it()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, _) = await StartedAsync(house);
        var none = (await bot.PostAsync("/queues/crm/claims")).Is(204);
        Assert.False(none.Headers.ContainsKey("Retry-After"));
        (await mia.SendAsync("PUT", "/queues/crm", new { maxActive = 1 })).Is(200);
        (await mia.PostAsync("/items", new { queue = "crm", title = "second" })).Is(201);
        var limited = (await bot.PostAsync("/queues/crm/claims", "{}")).Is(204);
        Assert.Equal("maxActive", limited.Headers["Waiting-For"]);
        Assert.Equal("1", limited.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_waiting_claim_is_served_as_soon_as_something_comes()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var bot = await house.PersonAsync("bot", Roles.Agent);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        var waits = bot.PostAsync("/queues/crm/claims", new { waitSeconds = 55 });
        while (house.Engine.WaitingClaims == 0)
            await Task.Yield();
        (await mia.PostAsync("/items", new { queue = "crm", title = "new" })).Is(201);
        Assert.Equal("W-1", (await waits).Is(200)["item.id"].GetString());
    }

    [Fact]
    public async Task A_note_stays_in_lease_replies_until_it_is_acknowledged()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, token) = await StartedAsync(house);
        var note = (
            await mia.PostAsync(
                "/items/W-1/notes",
                new
                {
                    text = "Hurry",
                    to = "holder",
                    kind = "note",
                }
            )
        ).Is(201);
        Assert.Equal(1, note["id"].GetInt32());
        var renewed = (await bot.PostAsync("/leases/L-1/renew", new { token })).Is(200);
        Assert.Equal("Hurry", renewed["lease.notes.0.text"].GetString());
        Assert.True(renewed["lease.notes.0.fromPerson"].GetBoolean());
        (await bot.PostAsync("/items/W-1/notes/1/ack", new { answer = "on it" })).Is(200);
        Assert.Equal(0, (await bot.PostAsync("/leases/L-1/renew", new { token }))["lease.notes"].GetArrayLength());
    }

    [Fact]
    public async Task A_run_that_ends_frees_what_it_holds()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, _) = await StartedAsync(house);
        (await mia.PostAsync("/items", new { queue = "crm", title = "second" })).Is(201);
        (await bot.PostAsync("/queues/crm/claims", new { run = "r1" })).Is(200);
        var ended = (await bot.PostAsync("/runs/r1/end", new { outcome = "crashed" })).Is(200);
        Assert.Equal("W-2", ended["released.0.itemId"].GetString());
        Assert.Equal("run_ended", (await bot.GetAsync("/leases/L-2"))["lease.endedAs"].GetString());
        (await bot.PostAsync("/items/W-2/claim", new { run = "r1" })).IsRefused(409, "run_ended");
    }

    [Fact]
    public async Task What_the_caller_may_do_is_found_by_trying()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, _) = await StartedAsync(house);
        var can = (await mia.GetAsync("/items/W-1/can")).Is(200);
        Assert.False(can["claim.may"].GetBoolean());
        Assert.Equal("already_owned", can["claim.code"].GetString());
        Assert.True(can["force.may"].GetBoolean());
        Assert.False((await bot.GetAsync("/items/W-1/can"))["cancel.may"].GetBoolean());
        Assert.True((await bot.GetAsync("/items/W-1/can?fields=renew.may"))["renew.may"].GetBoolean());
    }

    [Fact]
    public async Task Archived_items_are_found_by_id_and_in_lists()
    {
        await using var house = await House.OpenAsync();
        var (mia, bot, token) = await StartedAsync(house);
        (await bot.PostAsync("/leases/L-1/complete", new { token })).Is(200);
        house.Clock.Advance(TimeSpan.FromMinutes(11));
        (await mia.PostAsync("/items", new { queue = "crm", title = "second" })).Is(201);
        Assert.NotNull(house.Journal.FindArchived(new ControlSurface.Core.Vocabulary.ItemId(1)));
        Assert.Equal("completed", (await mia.GetAsync("/items/W-1")).Is(200)["state"].GetString());
        Assert.Equal("ended", (await mia.GetAsync("/leases/L-1")).Is(200)["lease.state"].GetString());
        Assert.Equal(2, (await mia.GetAsync("/items"))["total"].GetInt32());
        Assert.Equal("W-1", (await mia.GetAsync("/items?state=completed"))["items.0.id"].GetString());
        Assert.Equal("not_claimable", (await mia.GetAsync("/items/W-1/can"))["claim.code"].GetString());
    }

    [Fact]
    public async Task Lists_are_paged_and_say_how_much_there_is()
    {
        await using var house = await House.OpenAsync();
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        for (var k = 0; k < 5; k++)
            (await mia.PostAsync("/items", new { queue = "crm", title = $"item {k}" })).Is(201);
        var first = (await mia.GetAsync("/items?limit=2")).Is(200);
        Assert.Equal(5, first["total"].GetInt32());
        Assert.Equal("W-2", first["next"].GetString());
        var last = (await mia.GetAsync("/items?limit=3&after=W-2")).Is(200);
        Assert.Equal(3, last["items"].GetArrayLength());
        Assert.Equal(JsonValueKind.Null, last["next"].ValueKind);
        Assert.Equal(1, (await mia.GetAsync("/items?q=ITEM%203"))["total"].GetInt32());
    }

    /// <summary>A manager, an agent that has started W-1 under L-1 with a checkpoint, and its token.</summary>
    internal static async Task<(House.Caller Mia, House.Caller Bot, long Token)> StartedAsync(House house)
    {
        var mia = await house.PersonAsync("Mia", Roles.Manager);
        var bot = await house.PersonAsync("bot", Roles.Agent);
        (await mia.SendAsync("PUT", "/queues/crm", "{}")).Is(201);
        (await mia.PostAsync("/items", new { queue = "crm", title = "Call Ann" })).Is(201);
        var token = (await bot.PostAsync("/queues/crm/claims", "{}")).Is(200)["lease.token"].GetInt64();
        (await bot.PostAsync("/leases/L-1/checkpoints", new { token, summary = "half way" })).Is(201);
        return (mia, bot, token);
    }

    private static long Token(House house) =>
        house.Engine.Picture.Read(at => at.FindLease(new ControlSurface.Core.Vocabulary.LeaseId(1))!.Token);
}
