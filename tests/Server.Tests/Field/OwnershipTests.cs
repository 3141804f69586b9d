using System.Text.RegularExpressions;
using ControlSurface.Core.Principals;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>Who owns what, on every surface, whatever ended the ownership before (FIELD.md 1, 2, 3, 6, 12, 13, 16, 19, 20).</summary>
public sealed partial class Nothing_is_held_by_nobody
{
    [Fact]
    public async Task Field_01_ending_a_run_frees_all_that_it_held_at_once_and_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        (await mia.PutAsync("/queues/refunds", new { })).Is(201);
        var claimed = await bot.ClaimAsync(await mia.CreateAsync(), run: "r1");
        var active = await bot.HoldAsync(await mia.CreateAsync(queue: "refunds"), run: "r1");
        var suspended = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        (await suspended.DoAsync("suspend", new { reason = "blocked" })).Is(200);
        var stale = await bot.HoldAsync(await mia.CreateAsync(), run: "r1", leaseSeconds: 30);
        var other = await bot.HoldAsync(await mia.CreateAsync(), run: "r2");
        server.Pass(60);
        Assert.Equal("stale", await mia.StateOfAsync(stale.Item));

        var ended = (await bot.PostAsync("/runs/r1/end", new { outcome = "killed" })).Is(200);
        Assert.Equal(
            new[] { claimed, active, suspended, stale }.Select(h => h.Item),
            ended["released"].EnumerateArray().Select(r => r.GetProperty("itemId").GetString())
        );
        foreach (var held in new[] { claimed, active, suspended, stale })
        {
            Assert.Equal("queued", await mia.StateOfAsync(held.Item));
            Assert.Equal(
                "run_ended",
                (await held.DoAsync("renew")).IsRefused(409, "lease_ended")["endedAs"].GetString()
            );
            await bob.ClaimAsync(held.Item);
        }
        Assert.Equal("leased", await mia.StateOfAsync(other.Item));
        (await bot.PostAsync("/queues/crm/claims", new { run = "r1" })).IsRefused(409, "run_ended");
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("requeue")]
    public async Task Field_01_a_run_that_just_dies_frees_its_item_when_the_lease_runs_out(string onStale)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync(new { onStale });
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        server.Pass(299.999);
        (await bob.PostAsync($"/items/{held.Item}/claim")).IsRefused(409, "already_owned");
        server.Pass(0.001);
        if (onStale == "hold")
        {
            var stale = (await mia.GetAsync($"/items/{held.Item}")).Is(200);
            Assert.Equal(("stale", "bot"), (stale["state"].GetString(), stale["owner.name"].GetString()));
            (await bob.PostAsync($"/items/{held.Item}/takeover", new { why = "it is gone" })).Is(200);
        }
        else
        {
            (await bob.PostAsync("/queues/crm/claims")).Is(200);
        }
        Assert.Equal("bob", (await mia.GetAsync($"/items/{held.Item}"))["owner.name"].GetString());
        (await held.DoAsync("renew")).IsRefused(409, "fenced");
    }

    [Fact]
    public async Task Field_02_a_refusal_says_who_until_when_who_may_take_over_and_when_to_ask_again()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        for (var asked = 0; asked < 5; asked++)
        {
            var refused = (await bob.PostAsync($"/items/{held.Item}/claim")).IsRefused(409, "already_owned");
            Assert.Equal((bot.Id, "r1"), (refused["owner.principal"].GetString(), refused["owner.run"].GetString()));
            Assert.Equal(held.Lease, refused["leaseId"].GetString());
            Assert.Equal(LiveServer.T0.AddSeconds(300), refused["expiresAt"].GetDateTimeOffset());
            Assert.Contains("support", refused["takeover.who"].GetString(), StringComparison.Ordinal);
            Assert.Equal(refused["expiresAt"].GetString(), refused["takeover.from"].GetString());
            var wait = 300 - 10 * asked;
            Assert.Equal(wait, refused["retryAfter"].GetInt32());
            Assert.Equal($"{wait}", refused.Headers["Retry-After"]);
            server.Pass(10);
        }
        (await bob.PostAsync($"/items/{held.Item}/takeover", new { why = "mine", force = true })).IsRefused(
            403,
            "forbidden"
        );
        (await mia.PostAsync($"/items/{held.Item}/takeover", new { why = "customer calls", force = true })).Is(200);
        var late = (await held.DoAsync("complete")).IsRefused(409, "fenced");
        Assert.Equal(("taken_over", mia.Id), (late["endedAs"].GetString(), late["by"].GetString()));
    }

    [Fact]
    public async Task Field_03_after_each_way_to_end_a_lease_the_item_can_be_had_by_whoever_it_should()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync(new { onStale = "requeue" });
        var run = 0;
        async Task<Held> Worked() => await bot.HoldAsync(await mia.CreateAsync(), run: $"r{++run}");
        async Task Queued(Held held)
        {
            Assert.Equal("queued", await mia.StateOfAsync(held.Item));
            await (await bob.ClaimAsync(held.Item)).DoAsync("complete");
        }

        var released = await Worked();
        (await released.DoAsync("release")).Is(200);
        await Queued(released);
        var failed = await Worked();
        (await failed.DoAsync("release", new { outcome = "failed" })).Is(200);
        await Queued(failed);
        var requeued = await Worked();
        (await sue.PostAsync($"/items/{requeued.Item}/requeue", new { why = "again" })).Is(200);
        await Queued(requeued);
        var ended = await Worked();
        (await bot.PostAsync($"/runs/{ended.Run}/end", new { outcome = "failed" })).Is(200);
        await Queued(ended);
        var declined = await Worked();
        (await declined.DoAsync("handoff", new { to = new { principal = sue.Id }, note = "yours" })).Is(200);
        (await bob.PostAsync($"/items/{declined.Item}/claim")).IsRefused(409, "not_claimable");
        (await sue.PostAsync($"/items/{declined.Item}/decline", new { why = "not mine" })).Is(200);
        await Queued(declined);
        var expired = await Worked();
        server.Pass(300);
        await Queued(expired);
        var parked = await Worked();
        (await parked.DoAsync("release")).Is(200);
        (await sue.PostAsync($"/items/{parked.Item}/park", new { why = "later" })).Is(200);
        (await bob.PostAsync($"/items/{parked.Item}/claim")).IsRefused(409, "not_claimable");
        (await sue.PostAsync($"/items/{parked.Item}/unpark", new { why = "now" })).Is(200);
        await Queued(parked);

        var accepted = await Worked();
        (await accepted.DoAsync("handoff", new { to = new { role = "support" }, note = "yours" })).Is(200);
        (await bob.PostAsync($"/items/{accepted.Item}/accept")).IsRefused(403, "forbidden");
        (await sue.PostAsync($"/items/{accepted.Item}/accept")).Is(200);
        Assert.Equal("Sue", (await mia.GetAsync($"/items/{accepted.Item}"))["owner.name"].GetString());
        var taken = await Worked();
        (await sue.PostAsync($"/items/{taken.Item}/takeover", new { why = "stuck", force = true })).Is(200);
        Assert.Equal("Sue", (await mia.GetAsync($"/items/{taken.Item}"))["owner.name"].GetString());
        var cancelled = await Worked();
        (await sue.PostAsync($"/items/{cancelled.Item}/cancel", new { why = "no need" })).Is(200);
        (await bob.PostAsync($"/items/{cancelled.Item}/claim")).IsRefused(409, "not_claimable");
        var completed = await Worked();
        (await completed.DoAsync("complete")).Is(200);
        (await bob.PostAsync($"/items/{completed.Item}/claim")).IsRefused(409, "not_claimable");

        var held = (await mia.GetAsync("/leases")).Is(200);
        Assert.All(
            held["items"].EnumerateArray(),
            lease => Assert.Equal("Sue", lease.GetProperty("holder").GetProperty("name").GetString())
        );
        Assert.Equal(2, held["total"].GetInt32());
    }

    [Fact]
    public async Task Field_06_a_holder_of_a_stale_lease_that_nobody_took_can_revive_it_and_let_go_in_every_way()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync(new { maxQuietRenewals = 0 });
        async Task<Held> Stale()
        {
            var held = await bot.HoldAsync(await mia.CreateAsync());
            server.Pass(7_000);
            Assert.Equal("stale", await mia.StateOfAsync(held.Item));
            return held;
        }

        var revived = await Stale();
        var again = (await revived.DoAsync("renew", new { progress = new { step = "still here" } })).Is(200);
        Assert.Equal(("active", 300m), (again["lease.state"].GetString(), again["leaseExpiresInSeconds"].GetDecimal()));
        var released = await Stale();
        // It may renew no more, and yet it can let go.
        (await released.DoAsync("renew")).IsRefused(409, "no_progress");
        (await released.DoAsync("release", new { note = "was asleep" })).Is(200);
        await bob.ClaimAsync(released.Item);
        var noted = await Stale();
        var late = (await noted.DoAsync("checkpoints", new { summary = "half way" })).Is(201);
        Assert.True(late["checkpoint.late"].GetBoolean());
        var taken = (await bob.PostAsync($"/items/{noted.Item}/takeover", new { why = "stale" })).Is(200);
        Assert.Equal("half way", taken["handover.checkpoint.summary"].GetString());
        var handed = await Stale();
        (await handed.DoAsync("handoff", new { to = new { principal = sue.Id }, note = "yours" })).Is(200);
        (await sue.PostAsync($"/items/{handed.Item}/accept")).Is(200);
        var done = await Stale();
        var refused = (await done.DoAsync("complete")).IsRefused(409, "lease_stale");
        Assert.True(refused["revivable"].GetBoolean());
    }

    [Fact]
    public async Task Field_12_the_state_word_is_the_same_on_every_surface_at_every_stage()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var browser = await SignInAsync(server, mia);
        var item = await mia.CreateAsync();
        async Task Is(string state, string? lease = null, string? owner = null)
        {
            Assert.Equal(state, await mia.StateOfAsync(item));
            Assert.Equal(1, (await mia.GetAsync($"/items?state={state}"))["total"].GetInt32());
            var counts = (await mia.GetAsync("/queues/crm"))["figures.counts"];
            Assert.Equal(1, counts.GetProperty(state).GetInt32());
            Assert.Equal(1, counts.EnumerateObject().Sum(c => c.Value.GetInt32()));
            Assert.Equal(state, (await mia.GetAsync("/state"))["items.0.state"].GetString());
            var leases = (await mia.GetAsync("/leases"))["items"].EnumerateArray().ToList();
            Assert.Equal(lease is null ? 0 : 1, leases.Count);
            if (lease is not null)
                Assert.Equal(lease, leases[0].GetProperty("state").GetString());
            Assert.Equal(
                lease is null ? 0 : 1,
                (await mia.GetAsync($"/leases?state={lease ?? "active"}"))["total"].GetInt32()
            );
            var now = (await mia.GetAsync($"/items/{item}"))["ownerIs"].GetString();
            Assert.Equal(owner, now);
            Assert.Equal(state, await OnPageAsync(browser, server, item));
        }

        await Is("queued");
        var held = await bot.ClaimAsync(item);
        await Is("claimed", "claimed", "current");
        (await held.DoAsync("start")).Is(200);
        await Is("leased", "active", "current");
        (await held.DoAsync("suspend", new { reason = "waiting_on_human" })).Is(200);
        await Is("suspended", "suspended", "current");
        (await held.DoAsync("resume")).Is(200);
        server.Pass(300);
        await Is("stale", "stale", "last");
        (await held.DoAsync("handoff", new { to = new { principal = bob.Id }, note = "yours" })).Is(200);
        await Is("handed_off", owner: "last");
        (await bob.PostAsync($"/items/{item}/accept")).Is(200);
        await Is("claimed", "claimed", "current");
        (await sue.PostAsync($"/items/{item}/requeue", new { why = "again" })).Is(200);
        (await sue.PostAsync($"/items/{item}/park", new { why = "later" })).Is(200);
        await Is("parked", owner: "last");
        (await sue.PostAsync($"/items/{item}/cancel", new { why = "no need" })).Is(200);
        await Is("cancelled", owner: "last");
    }

    [Fact]
    public async Task Field_13_live_work_is_known_by_its_renewals_and_dead_work_by_their_absence_within_one_lease()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync(new { onStale = "requeue", maxLifetimeSeconds = 86_400 });
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var before = await mia.SeqAsync();
        for (var renewal = 0; renewal < 80; renewal++)
        {
            server.Pass(299.9);
            (await bob.PostAsync("/queues/crm/claims")).Is(204);
            (await held.DoAsync("renew", new { progress = new { step = $"{renewal} of 80" } })).Is(200);
        }
        Assert.Equal(
            "lease.renewed",
            Assert.Single((await mia.EventsAsync(before)).Select(e => e.GetProperty("type").GetString()).Distinct())
        );
        server.Pass(300);
        Assert.Equal(held.Item, (await bob.PostAsync("/queues/crm/claims")).Is(200)["item.id"].GetString());
        (await bot.PostAsync("/queues/crm/claims")).Is(204);
    }

    [Fact]
    public async Task Field_16_at_its_end_a_lease_changes_without_anyone_asking_and_whoever_waits_is_served_within_a_second()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, bob, _) = await server.StaffAsync(
            new
            {
                leaseSeconds = 5,
                onStale = "requeue",
                maxLifetimeSeconds = 60,
            }
        );
        var stalled = await mia.CreateAsync();
        using var stream = await mia.StreamAsync(await mia.SeqAsync());
        var held = await bot.HoldAsync(stalled);
        var end = (await bot.GetAsync($"/leases/{held.Lease}"))["lease.expiresAt"].GetDateTimeOffset();
        var waits = bob.PostAsync("/queues/crm/claims", new { waitSeconds = 55 });
        // Nobody reads or writes from here on: the server alone notices.
        var seen = new List<(string Type, DateTimeOffset At)>();
        while (seen.Count(s => s.Type == "lease.claimed") < 2)
        {
            var e = (await stream.NextAsync())!.Value;
            seen.Add((e.GetProperty("type").GetString()!, e.GetProperty("at").GetDateTimeOffset()));
        }
        Assert.Equal(stalled, (await waits).Is(200)["item.id"].GetString());
        var stale = seen.Single(s => s.Type == "lease.stale").At;
        Assert.InRange(stale, end, end.AddSeconds(1));
        Assert.InRange(seen[^1].At, end, end.AddSeconds(1));
        Assert.InRange(TimeProvider.System.GetUtcNow(), end, end.AddSeconds(2));
    }

    [Fact]
    public async Task Field_19_letting_go_of_what_one_does_not_hold_is_refused_and_says_who_does()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var foreign = new Held(bob, held.Item, held.Lease, held.Token, "r1");
        foreach (var verb in new[] { "release", "complete", "renew", "start" })
            Assert.Contains(
                "bot (run r1)",
                (await foreign.DoAsync(verb)).IsRefused(403, "not_holder")["detail"].GetString(),
                StringComparison.Ordinal
            );
        (await (held with { Run = "r2" }).DoAsync("release")).IsRefused(403, "not_holder");
        (await (held with { Run = null }).DoAsync("release")).IsRefused(403, "not_holder");
        Assert.Equal("leased", await mia.StateOfAsync(held.Item));

        var released = (await held.DoAsync("release")).Is(200);
        Assert.Equal(
            (held.Lease, held.Item, "ended", "released"),
            (
                released["lease.id"].GetString(),
                released["lease.itemId"].GetString(),
                released["lease.state"].GetString(),
                released["lease.endedAs"].GetString()
            )
        );
        Assert.Equal("released", (await held.DoAsync("release")).IsRefused(409, "lease_ended")["endedAs"].GetString());

        var handed = await bot.HoldAsync(held.Item);
        (await handed.DoAsync("handoff", new { to = new { role = "support" }, note = "yours" })).Is(200);
        (await sue.PostAsync($"/items/{held.Item}/accept")).Is(200);
        var sam = await server.AddAsync("Sam", Roles.Support);
        var second = await sam.PostAsync($"/items/{held.Item}/accept");
        Assert.Equal("Sue", second.IsRefused(409, "already_owned")["owner.name"].GetString());
        (await bot.PostAsync("/runs/never/end", new { outcome = "done" })).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Field_20_a_holder_that_lost_the_answer_gets_its_token_again_and_nobody_else_does()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        await mia.CreateAsync();
        var first = (await bot.PostAsync("/queues/crm/claims", new { run = "r1" }, "k-1")).Is(200);
        var token = first["lease.token"].GetInt64();
        var again = (await bot.PostAsync("/queues/crm/claims", new { run = "r1" }, "k-1")).Is(200);
        Assert.Equal(token, again["lease.token"].GetInt64());
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        await server.StopAsync();
        await server.StartAsync();
        Assert.Equal(
            token,
            (await bot.PostAsync("/queues/crm/claims", new { run = "r1" }, "k-1")).Is(200)["lease.token"].GetInt64()
        );
        Assert.Equal(token, (await bot.GetAsync("/leases/L-1?run=r1"))["lease.token"].GetInt64());
        Assert.Equal(token, (await bot.GetAsync("/me"))["leases.items.0.token"].GetInt64());
        foreach (var other in new[] { mia, bob, sue })
        foreach (
            var path in new[]
            {
                "/leases/L-1?run=r1",
                "/leases?run=r1",
                "/items/W-1",
                "/items",
                "/events",
                "/state",
                "/me",
            }
        )
        {
            var answer = (await other.GetAsync(path)).Is(200);
            Assert.DoesNotContain($"\"token\":{token}", answer.Text, StringComparison.Ordinal);
        }
        // The same key of somebody else is another key, and finds nothing to claim.
        (await bob.PostAsync("/queues/crm/claims", new { run = "r1" }, "k-1")).Is(204);
    }

    private static async Task<HttpClient> SignInAsync(LiveServer server, TestCaller caller)
    {
        var cookies = new System.Net.CookieContainer();
        using var window = new Access.Window(server, cookies);
        await window.UseLinkAsync(server.Host.Access.MakeSignInLink(caller.Principal.Id));
        return new HttpClient(new SocketsHttpHandler { CookieContainer = cookies });
    }

    private static async Task<string> OnPageAsync(HttpClient browser, LiveServer server, string item)
    {
        var html = await browser.GetStringAsync(new Uri(server.Address, $"/items/{item}"));
        var state = PageState().Match(html);
        Assert.True(state.Success, html);
        return state.Groups["state"].Value;
    }

    [GeneratedRegex(
        "class=\"page item-page\"[^>]*data-state=\"(?<state>[a-z_]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex PageState();
}
