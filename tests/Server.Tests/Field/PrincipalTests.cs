using System.Text;
using System.Text.Json;
using ControlSurface.Core.Principals;
using Server.Tests.Api;

namespace Server.Tests.Field;

/// <summary>API.md, People, keys and the outside: who may call and with which keys, while the server runs.</summary>
public class PrincipalTests
{
    private static async Task<(TestCaller Ada, TestCaller Mia)> OpenAsync(LiveServer server) =>
        (await server.AddAsync("Ada", Roles.Admin), (await server.StaffAsync()).Mia);

    private static TestCaller With(LiveServer server, TestCaller like, string key) => new(server, like.Principal, key);

    private static async Task<(string Id, TestCaller Bot)> AddBotAsync(LiveServer server, TestCaller ada)
    {
        var added = await ada.PostAsync(
            "/principals",
            new
            {
                name = "writer",
                kind = "agent",
                roles = new[] { "agent" },
            }
        );
        var id = added.Is(201)["id"].GetString()!;
        var key = (await ada.PostAsync($"/principals/{id}/keys", new { name = "prod" })).Is(201)["key"].GetString()!;
        return (id, With(server, ada, key));
    }

    [Fact]
    public async Task An_admin_adds_an_agent_whose_key_works_at_once_and_is_kept_nowhere()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);

        var (id, bot) = await AddBotAsync(server, ada);

        Assert.Equal(id, (await bot.GetAsync("/me")).Is(200)["principal.id"].GetString());
        Assert.Equal("writer", (await mia.GetAsync($"/principals/{id}")).Is(200)["name"].GetString());
        var keys = (await ada.GetAsync($"/principals/{id}/keys")).Is(200);
        Assert.Equal(JsonValueKind.Null, keys["items.0.key"].ValueKind);
        Assert.Equal(bot.Key[^4..], keys["items.0.ends"].GetString());
        var told = (await ada.EventsAsync()).Where(e =>
            e.GetProperty("type").GetString()!.StartsWith("principal.key", StringComparison.Ordinal)
        );
        Assert.Equal(ada.Id, Assert.Single(told).GetProperty("by").GetString());
        await server.StopAsync();
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                bot.Key,
                Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)),
                StringComparison.Ordinal
            );
        await server.StartAsync();
        (await bot.GetAsync("/me")).Is(200);
    }

    [Fact]
    public async Task A_key_that_is_asked_for_twice_is_made_once_and_said_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, _) = await OpenAsync(server);
        var (id, _) = await AddBotAsync(server, ada);
        var ask = new { name = "second" };

        var asked = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => ada.PostAsync($"/principals/{id}/keys", ask, "k-1"))
        );

        var first = Assert.Single(asked, a => a.Is(201)["key"].ValueKind == JsonValueKind.String);
        Assert.All(asked, a => Assert.Equal(first["id"].GetString(), a["id"].GetString()));
        Assert.Equal(2, (await ada.GetAsync($"/principals/{id}/keys")).Is(200)["total"].GetInt32());
        (await ada.PostAsync($"/principals/{id}/keys?dryRun=true", new { name = "third" })).Is(201);
        Assert.Equal(2, (await ada.GetAsync($"/principals/{id}/keys")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Two_keys_allow_rotation_and_a_revoked_or_expired_one_opens_nothing()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, _) = await OpenAsync(server);
        var (id, old) = await AddBotAsync(server, ada);
        var until = LiveServer.T0.AddMinutes(5);
        var made = (await ada.PostAsync($"/principals/{id}/keys", new { name = "new", expiresAt = until })).Is(201);
        var fresh = With(server, ada, made["key"].GetString()!);
        (await old.GetAsync("/me")).Is(200);
        (await fresh.GetAsync("/me")).Is(200);
        var first = (await ada.GetAsync($"/principals/{id}/keys")).Is(200)["items.0.id"].GetString();

        (await ada.SendAsync(HttpMethod.Delete, $"/keys/{first}", new { }, idempotencyKey: null)).Is(204);
        (await old.GetAsync("/me")).IsRefused(401, "unauthorized");
        (await fresh.GetAsync("/me")).Is(200);
        var seq = await ada.SeqAsync();
        (await ada.SendAsync(HttpMethod.Delete, $"/keys/{first}", new { }, idempotencyKey: null)).Is(204);
        Assert.Equal(seq, await ada.SeqAsync());
        (await ada.SendAsync(HttpMethod.Delete, "/keys/K-999", new { }, idempotencyKey: null)).IsRefused(
            404,
            "not_found"
        );
        server.Pass(301);
        (await fresh.GetAsync("/me")).IsRefused(401, "unauthorized");
    }

    [Fact]
    public async Task A_key_of_one_queue_reaches_no_other_and_roles_that_are_taken_are_gone_at_once()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);
        (await mia.PutAsync("/queues/hr", new { })).Is(201);
        var (id, _) = await AddBotAsync(server, ada);
        var made = await ada.PostAsync($"/principals/{id}/keys", new { name = "narrow", queues = new[] { "crm" } });
        var narrow = With(server, ada, made.Is(201)["key"].GetString()!);
        (await narrow.PostAsync("/queues/hr/claims")).IsRefused(403, "forbidden");
        (await narrow.PostAsync("/queues/crm/claims")).Is(204);

        (await ada.PutAsync($"/principals/{id}", new { roles = new[] { "viewer" } })).Is(200);
        (await narrow.PostAsync("/queues/crm/claims")).IsRefused(403, "forbidden");
        (await ada.PutAsync($"/principals/{id}", new { queues = new[] { "hr" }, roles = new[] { "agent" } })).Is(200);
        (await narrow.PostAsync("/queues/crm/claims")).IsRefused(403, "forbidden");
        (await ada.PutAsync($"/principals/{id}", new { queues = (string[]?)null })).Is(200);
        (await narrow.PostAsync("/queues/crm/claims")).Is(204);
    }

    [Fact]
    public async Task Whoever_is_paused_does_nothing_and_whoever_is_ended_holds_nothing_and_hears_nothing_more()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);
        var (id, bot) = await AddBotAsync(server, ada);
        var item = await mia.CreateAsync();
        var held = await bot.HoldAsync(item, run: "r1");
        (await mia.PostAsync($"/principals/{id}/pause", new { why = "it loops" })).Is(200);
        var paused = (await held.DoAsync("renew", new { progress = new { step = "2" } })).IsRefused(409, "paused");
        Assert.Equal("it loops", paused["why"].GetString());
        (await mia.PostAsync($"/principals/{id}/resume")).Is(200);
        (await held.DoAsync("renew", new { progress = new { step = "2" } })).Is(200);
        (await mia.PostAsync($"/principals/{id}/end", new { why = "left" })).IsRefused(403, "forbidden");
        using var stream = await bot.StreamAsync(await ada.SeqAsync());

        (await ada.PostAsync($"/principals/{id}/end", new { why = "replaced" })).Is(200);

        var heard = new List<string?>();
        while (await stream.NextAsync() is { } happened)
            heard.Add(happened.GetProperty("type").GetString());
        Assert.Contains("principal.set", heard);
        Assert.Equal("queued", await mia.StateOfAsync(item));
        (await bot.GetAsync("/me")).IsRefused(401, "unauthorized");
        (await ada.PostAsync($"/principals/{id}/resume")).IsRefused(400, "invalid_request");
        (await ada.PostAsync($"/principals/{id}/keys", new { name = "x" })).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task One_admin_always_stays_and_names_are_one_persons_each()
    {
        await using var server = await LiveServer.OpenAsync();
        var (ada, mia) = await OpenAsync(server);
        (await ada.PostAsync($"/principals/{ada.Id}/end", new { why = "x" })).IsRefused(400, "invalid_request");
        (await ada.PutAsync($"/principals/{ada.Id}", new { roles = new[] { "viewer" } })).IsRefused(
            400,
            "invalid_request"
        );
        (await mia.PostAsync($"/principals/{ada.Id}/pause", new { why = "coup" })).IsRefused(403, "forbidden");
        (await ada.PutAsync($"/principals/{mia.Id}", new { name = "Ada" })).IsRefused(400, "invalid_request");
        (await ada.PutAsync("/principals/U-999", new { name = "Eve" })).IsRefused(404, "not_found");
        (await mia.GetAsync($"/principals/{ada.Id}/keys")).IsRefused(403, "forbidden");
        var twice = new
        {
            name = "eve",
            kind = "agent",
            roles = new[] { "agent" },
        };
        (await ada.PostAsync("/principals", twice, "k-2")).Is(201);
        (await ada.PostAsync("/principals", twice, "k-2")).Is(201);
        (await ada.PostAsync("/principals", twice, "k-3")).IsRefused(400, "invalid_request");
        Assert.Equal(6, (await ada.GetAsync("/principals")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task A_manager_may_override_where_all_who_may_decide_are_away_and_not_before()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server, new { selfApproval = "never" });
        const string Own = "Dear Ann,\nwe refund 40 EUR.\nRegards\n";
        (await desk.Mia.PostAsync($"/artifacts/{desk.Artifact}/versions", new { baseVersion = 1, content = Own })).Is(
            201
        );
        async Task<Answer> OverrideAsync()
        {
            var shown = (await desk.Mia.GetAsync($"/artifacts/{desk.Artifact}/versions/2/consequences")).Is(200);
            return await desk.Mia.PostAsync(
                $"/artifacts/{desk.Artifact}/versions/2/decisions",
                new
                {
                    decision = "approve",
                    contentHash = Desk.HashOf(Own),
                    consequencesHash = shown["consequencesHash"].GetString(),
                    @override = new { why = "It is due today." },
                }
            );
        }
        var refused = (await OverrideAsync()).IsRefused(400, "invalid_request");
        Assert.Contains("Rae", refused["errors.override.0"].GetString(), StringComparison.Ordinal);

        foreach (var who in new[] { desk.Rae, desk.Ron })
            (await who.PutAsync("/me/absence", new { until = LiveServer.T0.AddHours(1) })).Is(200);

        (await OverrideAsync()).Is(201);
    }

    [Fact]
    public async Task A_review_does_not_count_on_whoever_is_away_until_they_are_back()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        var asked = await desk.Bot.PostAsync(
            $"/artifacts/{desk.Artifact}/versions/1/review",
            new
            {
                reviewers = new[] { desk.Rae.Id },
                run = desk.Held.Run,
                token = desk.Held.Token,
            }
        );
        var review = asked.Is(201)["id"].GetString();
        async Task<string?> AttentionAsync() =>
            (await desk.Rae.GetAsync($"/reviews/{review}")).Is(200)["attention"].GetString();
        Assert.Equal("ok", await AttentionAsync());

        (await desk.Rae.PutAsync("/me/absence", new { until = LiveServer.T0.AddHours(2), note = "dentist" })).Is(200);
        Assert.Equal("nobody_eligible", await AttentionAsync());
        Assert.Equal(0, (await desk.Rae.GetAsync("/me/inbox")).Is(200)["total"].GetInt32());
        Assert.Equal(
            "dentist",
            (await desk.Mia.GetAsync($"/principals/{desk.Rae.Id}")).Is(200)["absence.note"].GetString()
        );
        server.Pass(7_200);
        Assert.Equal("ok", await AttentionAsync());
        (await desk.Rae.PutAsync("/me/absence", new { until = LiveServer.T0.AddDays(1) })).Is(200);
        (await desk.Rae.PutAsync("/me/absence", new { until = (string?)null })).Is(200);
        Assert.Equal("ok", await AttentionAsync());
        (await desk.Rae.PutAsync("/me/absence", new { until = LiveServer.T0 })).IsRefused(400, "invalid_request");
    }
}
