using System.Text.Json;
using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>Locks over HTTP, from the field's failures (FIELD.md 1, 2, 3, 11, 14, 16, 19, 22, 28).</summary>
public sealed class What_is_locked_is_one_holders_and_is_let_go(ITestOutputHelper output)
{
    private static object Locks(string targets, int waitSeconds = 0, bool overStale = false) =>
        new
        {
            targets = targets.Split(' ').Select(target => new { target, mode = "exclusive" }),
            waitSeconds,
            overStale,
        };

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var k = 0; k < 2_000 && !condition(); k++)
            await Task.Delay(10);
        Assert.True(condition());
    }

    private static int Waits(LiveServer server) => server.Host.Engine.Picture.Read(at => at.LockWaitCount);

    private static int Held(LiveServer server) => server.Host.Engine.Picture.Read(at => at.LockCount);

    [Fact]
    public async Task Field_02_a_refused_lock_says_who_until_when_who_may_take_it_over_and_when_to_ask_again()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var has = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var wants = await bob.HoldAsync(await mia.CreateAsync());
        var locked = (await has.DoAsync("locks", Locks("repo:web/src"))).Is(200);
        Assert.Equal("repo:web/src", locked["locks"][0].GetProperty("target").GetString());
        Assert.Equal("repo:web/src", locked["lease.locks"][0].GetProperty("target").GetString());
        var refused = (await wants.DoAsync("locks", Locks("repo:web/src/app.cs"))).IsRefused(409, "target_locked");
        var blocking = refused["blocking"][0];
        Assert.Equal("repo:web/src", blocking.GetProperty("target").GetString());
        Assert.Equal("exclusive", blocking.GetProperty("mode").GetString());
        Assert.Equal(bot.Id, blocking.GetProperty("owner").GetProperty("principal").GetString());
        Assert.Equal("r1", blocking.GetProperty("owner").GetProperty("run").GetString());
        Assert.Equal(has.Lease, blocking.GetProperty("leaseId").GetString());
        Assert.Equal(LiveServer.T0.AddSeconds(300), blocking.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(0, blocking.GetProperty("position").GetInt32());
        Assert.Contains(
            "overStale",
            blocking.GetProperty("takeover").GetProperty("who").GetString(),
            StringComparison.Ordinal
        );
        Assert.False(refused["wouldDeadlock"].GetBoolean());
        Assert.Empty(refused["cycle"].EnumerateArray());
        Assert.Equal("1", refused.Headers["Retry-After"]);
        server.Pass(300);
        (await bob.GetAsync($"/items/{has.Item}")).Is(200);
        var late = await bob.HoldAsync(await mia.CreateAsync());
        (await late.DoAsync("locks", Locks("repo:web/src/app.cs", overStale: true))).Is(200);
    }

    [Fact]
    public async Task Field_01_and_03_each_way_to_end_a_lease_lets_its_locks_go_and_serves_whoever_waits()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync(new { onStale = "requeue" });
        var ways = new Func<Held, Task>[]
        {
            async held => (await held.DoAsync("release")).Is(200),
            async held => (await held.DoAsync("release", new { outcome = "failed" })).Is(200),
            async held => (await held.DoAsync("complete")).Is(200),
            async held => (await sue.PostAsync($"/items/{held.Item}/requeue", new { why = "again" })).Is(200),
            async held => (await sue.PostAsync($"/items/{held.Item}/cancel", new { why = "no need" })).Is(200),
            async held => (await bot.PostAsync($"/runs/{held.Run}/end", new { outcome = "killed" })).Is(200),
            held =>
            {
                server.Pass(300);
                return Task.CompletedTask;
            },
        };
        for (var k = 0; k < ways.Length; k++)
        {
            var has = await bot.HoldAsync(await mia.CreateAsync(), run: $"r{k}");
            (await has.DoAsync("locks", Locks("repo:a repo:b"))).Is(200);
            var wants = await sue.HoldAsync(await mia.CreateAsync());
            var waits = wants.DoAsync("locks", Locks("repo:b/x", waitSeconds: 55));
            await UntilAsync(() => Waits(server) == 1);
            await ways[k](has);
            Assert.Equal(
                "repo:b/x",
                (await waits.WaitAsync(TimeSpan.FromSeconds(30))).Is(200)["locks"][0].GetProperty("target").GetString()
            );
            Assert.Equal(1, Held(server));
            (await wants.DoAsync("complete")).Is(200);
            Assert.Equal(0, Held(server));
        }
    }

    [Fact]
    public async Task Field_11_ending_runs_with_lock_requests_in_flight_leaves_no_lock_and_no_waiter()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        for (var round = 0; round < 40; round++)
        {
            var run = $"r{round}";
            var mine = await bot.HoldAsync(await mia.CreateAsync(), run);
            var same = await bot.HoldAsync(await mia.CreateAsync(), run);
            var others = await bob.HoldAsync(await mia.CreateAsync(), run: "o" + run);
            var flying = new List<Task<Answer>>
            {
                others.DoAsync("locks", Locks("repo:a", waitSeconds: 55)),
                mine.DoAsync("locks", Locks("repo:a/b repo:c", waitSeconds: 55)),
                same.DoAsync("locks", Locks("repo:c", waitSeconds: 55)),
                bot.PostAsync($"/runs/{run}/end", new { outcome = "killed" }),
                mine.DoAsync("locks", Locks("repo:d", waitSeconds: 55)),
                bob.PostAsync($"/runs/o{run}/end", new { outcome = "killed" }),
                others.DoAsync("locks", Locks("repo:e")),
            };
            foreach (var answer in await Task.WhenAll(flying).WaitAsync(TimeSpan.FromSeconds(20)))
                Assert.True((int)answer.Status is < 300 or 409, answer.Text);
        }
        Assert.Equal((0, 0), (Held(server), Waits(server)));
        output.WriteLine("40 rounds of 7 requests in flight");
    }

    [Fact]
    public async Task Field_14_waits_are_counted_against_the_lock_that_caused_them_and_against_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, sue) = await server.StaffAsync();
        var broad = await bot.HoldAsync(await mia.CreateAsync());
        (await broad.DoAsync("locks", Locks("repo:web"))).Is(200);
        var first = await bob.HoldAsync(await mia.CreateAsync());
        var second = await sue.HoldAsync(await mia.CreateAsync());
        var one = first.DoAsync("locks", Locks("repo:web/src/a.cs", waitSeconds: 55));
        await UntilAsync(() => Waits(server) == 1);
        var two = second.DoAsync("locks", Locks("repo:web/docs", waitSeconds: 55));
        await UntilAsync(() => Waits(server) == 2);
        server.Pass(12);
        var whileWaiting = (await mia.GetAsync("/targets?prefix=repo:web")).Is(200);
        Assert.Equal(24, Target(whileWaiting, "repo:web").GetProperty("waitedSeconds").GetDecimal());
        Assert.Equal(
            bob.Id,
            Target(whileWaiting, "repo:web/src/a.cs")
                .GetProperty("waiters")[0]
                .GetProperty("holder")
                .GetProperty("id")
                .GetString()
        );
        Assert.Equal(
            broad.Item,
            Target(whileWaiting, "repo:web").GetProperty("holders")[0].GetProperty("itemId").GetString()
        );
        (await broad.DoAsync("unlock", new { targets = new[] { "repo:web" } })).Is(200);
        (await one).Is(200);
        (await two).Is(200);
        var after = (await mia.GetAsync("/targets?prefix=repo:web")).Is(200);
        Assert.Equal(2, Target(after, "repo:web").GetProperty("waits").GetInt32());
        Assert.Equal(24, Target(after, "repo:web").GetProperty("waitedSeconds").GetDecimal());
        Assert.Equal(0, Target(after, "repo:web/docs").GetProperty("waits").GetInt32());
        Assert.Equal(24, (await mia.GetAsync("/queues/crm"))["figures.lockWaitSeconds"].GetDecimal());
    }

    [Fact]
    public async Task Field_16_at_its_end_a_lease_that_is_requeued_lets_go_and_whoever_waits_for_the_lock_is_served()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync(new { onStale = "requeue", leaseSeconds = 60 });
        var has = await bot.HoldAsync(await mia.CreateAsync());
        server.Pass(30);
        var wants = await bob.HoldAsync(await mia.CreateAsync());
        (await has.DoAsync("locks", Locks("repo:a"))).Is(200);
        var waits = wants.DoAsync("locks", Locks("repo:a", waitSeconds: 55));
        await UntilAsync(() => Waits(server) == 1);
        server.Pass(30);
        (await waits.WaitAsync(TimeSpan.FromSeconds(30))).Is(200);
    }

    [Fact]
    public async Task Field_19_unlock_lists_what_it_released_and_refuses_what_is_not_held()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var has = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var other = await bob.HoldAsync(await mia.CreateAsync());
        (await has.DoAsync("locks", Locks("repo:a repo:b"))).Is(200);
        var refused = (await other.DoAsync("unlock", new { targets = new[] { "repo:a" } })).IsRefused(
            409,
            "lock_not_held"
        );
        Assert.Equal(bot.Id, refused["owner.principal"].GetString());
        var released = (await has.DoAsync("unlock", new { targets = new[] { "repo:a" } })).Is(200);
        Assert.Equal(["repo:a"], released["released"].EnumerateArray().Select(t => t.GetString()));
        (await has.DoAsync("unlock", new { targets = new[] { "repo:a", "repo:b" } })).IsRefused(409, "lock_not_held");
        Assert.Equal(1, Held(server));
    }

    [Fact]
    public async Task Field_22_the_request_that_closes_a_cycle_is_refused_at_once_and_the_others_go_on()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var one = await bot.HoldAsync(await mia.CreateAsync(), run: "r1");
        var two = await bob.HoldAsync(await mia.CreateAsync());
        (await one.DoAsync("locks", Locks("repo:a"))).Is(200);
        (await two.DoAsync("locks", Locks("repo:b"))).Is(200);
        var waits = one.DoAsync("locks", Locks("repo:b", waitSeconds: 55));
        await UntilAsync(() => Waits(server) == 1);
        var refused = (await two.DoAsync("locks", Locks("repo:a", waitSeconds: 55))).IsRefused(409, "target_locked");
        Assert.True(refused["wouldDeadlock"].GetBoolean());
        Assert.Equal(
            [(two.Item, "repo:a"), (one.Item, "repo:b")],
            refused["cycle"]
                .EnumerateArray()
                .Select(c => (c.GetProperty("itemId").GetString()!, c.GetProperty("waitsFor").GetString()!))
        );
        (await two.DoAsync("unlock", new { targets = new[] { "repo:b" } })).Is(200);
        (await waits.WaitAsync(TimeSpan.FromSeconds(30))).Is(200);
        var targets = (await mia.GetAsync("/targets?prefix=repo:a")).Is(200);
        Assert.Equal(1, Target(targets, "repo:a").GetProperty("waits").GetInt32());
    }

    [Fact]
    public async Task Field_28_letting_one_lock_go_touches_nothing_else()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var other = await desk.Bot.HoldAsync(await desk.Mia.CreateAsync(), run: "r2");
        (await desk.Held.DoAsync("locks", Locks("mail:ann repo:x"))).Is(200);
        (await other.DoAsync("locks", Locks("repo:y"))).Is(200);
        (await desk.PrepareAsync()).Is(201);
        var before = (await desk.ArtifactAsync()).GetRawText();
        (await desk.Held.DoAsync("unlock", new { targets = new[] { "repo:x" } })).Is(200);
        Assert.Equal(before, (await desk.ArtifactAsync()).GetRawText());
        Assert.Equal("prepared", await desk.ActionAsync());
        Assert.Equal(2, Held(server));
    }

    [Fact]
    public async Task A_hold_of_a_person_is_support_s_to_begin_and_to_end()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, sue) = await server.StaffAsync();
        var ask = new
        {
            target = "repo:web",
            mode = "exclusive",
            until = LiveServer.T0.AddMinutes(10),
            why = "release day",
        };
        (await bot.PostAsync("/targets/holds", ask)).IsRefused(403, "forbidden");
        var hold = (await sue.PostAsync("/targets/holds", ask)).Is(201);
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var refused = (await held.DoAsync("locks", Locks("repo:web/a"))).IsRefused(409, "target_locked");
        Assert.Equal(hold["id"].GetString(), refused["blocking"][0].GetProperty("holdId").GetString());
        var waits = held.DoAsync("locks", Locks("repo:web/a", waitSeconds: 55));
        await UntilAsync(() => Waits(server) == 1);
        (await mia.SendAsync(HttpMethod.Delete, $"/targets/holds/{hold["id"].GetString()}", null, null)).Is(204);
        (await waits.WaitAsync(TimeSpan.FromSeconds(30))).Is(200);
        (await mia.SendAsync(HttpMethod.Delete, $"/targets/holds/{hold["id"].GetString()}", null, null)).IsRefused(
            404,
            "not_found"
        );
    }

    [Fact]
    public async Task Ten_thousand_locks_of_one_lease_are_held_found_and_let_go_at_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var has = await bot.HoldAsync(await mia.CreateAsync());
        for (var k = 0; k < 10; k++)
        {
            var thousand = string.Join(' ', Enumerable.Range(k * 1_000, 1_000).Select(n => $"repo:d{n / 100}/f{n}"));
            (await has.DoAsync("locks", Locks(thousand))).Is(200);
        }
        (await has.DoAsync("locks", Locks("repo:one-more"))).IsRefused(400, "invalid_request");
        var wants = await bob.HoldAsync(await mia.CreateAsync());
        var refused = (await wants.DoAsync("locks", Locks("repo:d7"))).IsRefused(409, "target_locked");
        Assert.Equal(20, refused["blocking"].GetArrayLength());
        (await wants.DoAsync("locks", Locks("repo:d700"))).Is(200);
        (await has.DoAsync("release")).Is(200);
        Assert.Equal(1, Held(server));
    }

    private static JsonElement Target(Answer list, string path) =>
        list["items"].EnumerateArray().Single(t => t.GetProperty("target").GetString() == path);
}
