using System.Net.Http.Headers;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Api;
using Server.Tests.Field;

namespace Server.Tests.Sight;

/// <summary>What one principal uses up is their own share (API.md, Limits): nobody else is refused or kept waiting for it.</summary>
public sealed class LimitTests
{
    private static string[] Set(params string[] limits) =>
        [.. limits.Select(limit => "--ControlSurface:Limits:" + limit)];

    private static void IsLimited(Answer answer, string name, TestCaller? of)
    {
        answer.IsRefused(429, "rate_limited");
        Assert.True(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) >= 1);
        Assert.Equal(name, answer["limit.name"].GetString());
        Assert.Equal(of is null ? "server" : "principal", answer["limit.per"].GetString());
        Assert.Equal(of?.Id, answer["limit.principal"].GetString());
    }

    [Fact]
    public async Task Found_1_10_one_who_opens_streams_without_end_leaves_the_others_theirs()
    {
        await using var server = await LiveServer.OpenAsync(settings: Set("Streams=3", "StreamsForAll=5"));
        var vera = await server.AddAsync("Vera", Roles.Viewer);
        var vic = await server.AddAsync("Vic", Roles.Viewer);
        var open = new List<EventReader>();
        for (var k = 0; k < 3; k++)
            open.Add(await vera.StreamAsync(0));
        IsLimited(await StreamRefusedAsync(server, vera), "streams", vera);
        open.Add(await vic.StreamAsync(0));
        open.Add(await vic.StreamAsync(0));
        IsLimited(await StreamRefusedAsync(server, vic), "streams", of: null);
        // A place is free as soon as its stream is closed.
        open[0].Dispose();
        open.Add(await UntilOpenAsync(vera));
        foreach (var stream in open)
            stream.Dispose();
    }

    [Fact]
    public async Task Found_1_10_requests_are_counted_for_each_principal_over_every_way_in()
    {
        await using var server = await LiveServer.OpenAsync(settings: Set("RequestsPerSecond=5", "RequestBurst=10"));
        var ann = await server.AddAsync("Ann", Roles.Agent);
        var bob = await server.AddAsync("Bob", Roles.Agent);
        for (var k = 0; k < 10; k++)
            (await ann.GetAsync("/me")).Is(200);
        IsLimited(await ann.GetAsync("/me"), "requests", ann);
        // Another key is the same principal.
        var second = new TestCaller(server, ann.Principal, server.Host.Access.AddKey(ann.Principal.Id, "2").Text);
        IsLimited(await second.PostAsync("/items", new { }), "requests", ann);
        using var tool = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/mcp"));
        tool.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ann.Key);
        using var refused = await server.Http.SendAsync(tool);
        Assert.Equal(429, (int)refused.StatusCode);
        (await bob.GetAsync("/me")).Is(200);
        server.Pass(1);
        for (var k = 0; k < 5; k++)
            (await ann.GetAsync("/me")).Is(200);
        IsLimited(await ann.GetAsync("/me"), "requests", ann);
    }

    [Fact]
    public async Task Lists_that_are_saved_as_files_are_counted_as_requests()
    {
        await using var server = await LiveServer.OpenAsync(settings: Set("RequestsPerSecond=5", "RequestBurst=10"));
        var rae = await server.AddAsync("Rae", Roles.Reviewer);
        using var window = new Access.Window(server);
        await window.SignInAsync(rae.Key);
        for (var k = 0; k < 10; k++)
            Assert.Equal(200, (int)(await window.GetAsync("/export/items?format=csv")).Status);
        Assert.Equal(429, (int)(await window.GetAsync("/export/items?format=csv")).Status);
        server.Pass(1);
        Assert.Equal(200, (int)(await window.GetAsync("/export/items?format=csv")).Status);
    }

    [Fact]
    public async Task Found_1_10_waits_subscriptions_contents_and_names_are_bounded_too()
    {
        await using var server = await LiveServer.OpenAsync(
            settings: Set(
                "Waits=2",
                "WaitsForAll=10",
                "Subscriptions=2",
                "SubscriptionsForAll=10",
                "ContentBytesPerSecond=1048576",
                "ContentBurstBytes=1048576",
                "NewNamesPerSecond=1",
                "NewNameBurst=3"
            )
        );
        var (mia, bot, bob, _) = await server.StaffAsync();
        var waits = Enumerable
            .Range(0, 2)
            .Select(_ => bot.PostAsync("/queues/crm/claims", new { waitSeconds = 50 }))
            .ToList();
        while (server.Host.Engine.WaitingClaims < 2)
            await Task.Delay(10);
        IsLimited(await bot.PostAsync("/queues/crm/claims", new { waitSeconds = 50 }), "waits", bot);
        var others = bob.PostAsync("/queues/crm/claims", new { waitSeconds = 50 });
        // Work is given to those who wait, and others' waits are not in the way.
        await mia.CreateAsync();
        (await await Task.WhenAny(waits)).Is(200);
        server.Pass(51);
        await Task.WhenAll([.. waits, others]);

        await using var hub = await HubReader.FollowAsync(server, bot, after: 0, "all");
        Assert.NotNull(await hub.NextAsync());
        await using var second = await HubReader.FollowAsync(server, bot, after: 0, "all");
        Assert.NotNull(await second.NextAsync());
        await using var third = await HubReader.FollowAsync(server, bot, after: 0, "all");
        Assert.Null(await third.NextAsync());
        await using var bobs = await HubReader.FollowAsync(server, bob, after: 0, "all");
        Assert.NotNull(await bobs.NextAsync());

        object Big() =>
            new
            {
                name = "Big",
                contentType = "text/plain",
                content = new string('x', 600_000),
            };
        (await bot.PostAsync("/artifacts", Big())).Is(201);
        IsLimited(await bot.PostAsync("/artifacts", Big()), "content_bytes", bot);
        (await bob.PostAsync("/artifacts", Big())).Is(201);

        for (var k = 0; k < 3; k++)
            (await mia.PostAsync("/targets/changes", new { target = $"repo:a{k}", version = "1" })).Is(201);
        IsLimited(await mia.PostAsync("/targets/changes", new { target = "repo:b", version = "1" }), "new_names", mia);
        // What is known already is no new name.
        (await mia.PostAsync("/targets/changes", new { target = "repo:a1", version = "2" })).Is(201);
    }

    [Fact]
    public async Task Found_1_10_each_call_that_waits_takes_a_place_whatever_it_waits_for()
    {
        await using var server = await LiveServer.OpenAsync(settings: Set("Waits=2", "WaitsForAll=4"));
        var desk = await Desk.OpenAsync(server);
        (await desk.PrepareAsync()).Is(201);
        (await desk.AskAsync()).Is(201);
        var limits = server.Host.App.Services.GetRequiredService<Limits>();
        var outcome = $"/artifacts/{desk.Artifact}/versions/1/outcome?waitSeconds=50";
        var lease = new
        {
            run = "r1",
            token = desk.Held.Token,
            waitSeconds = 50,
        };
        List<(string What, Func<Task<Answer>> Call)> waiting =
        [
            ("outcome", () => desk.Bot.GetAsync(outcome)),
            ("begin", () => desk.Bot.PostAsync("/actions/send-1/begin", lease)),
            ("claims", () => desk.Bot.PostAsync("/queues/crm/claims", new { run = "r2", waitSeconds = 50 })),
        ];
        // Whatever two of them wait for, the third is one too many.
        for (var k = 0; k < waiting.Count; k++)
        {
            var (first, second, third) = (waiting[k], waiting[(k + 1) % 3], waiting[(k + 2) % 3]);
            var open = new List<Task<Answer>> { first.Call(), second.Call() };
            while (limits.Waits.IsFull(desk.Bot.Principal.Id) is null)
                await Task.Delay(10);
            IsLimited(await third.Call(), "waits", desk.Bot);
            // Reads and calls that do not wait go on.
            (await desk.Bot.GetAsync($"/artifacts/{desk.Artifact}/versions/1/outcome")).Is(200);
            server.Pass(51);
            await Task.WhenAll(open);
        }
    }

    private static async Task<Answer> StreamRefusedAsync(LiveServer server, TestCaller who)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/api/v1/events"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Key);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new Answer(
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync(),
            answer
                .Headers.Concat(answer.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    private static async Task<EventReader> UntilOpenAsync(TestCaller who)
    {
        while (true)
        {
            try
            {
                return await who.StreamAsync(0);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10);
            }
        }
    }
}
