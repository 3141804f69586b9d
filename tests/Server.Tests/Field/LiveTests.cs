using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ControlSurface.Core.Principals;
using Server.Tests.Api;
using Xunit.Abstractions;

namespace Server.Tests.Field;

/// <summary>Hub and stream under load, with slow readers, narrow keys and people who leave (API.md, live; DESIGN.md 12, 15).</summary>
[Collection(Alone.Name)]
public sealed class Whoever_listens_misses_nothing_and_hears_nothing_twice(ITestOutputHelper output)
{
    [Fact]
    public async Task A_reader_that_reconnects_all_the_time_under_load_gets_each_event_once_in_order()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync(new { maxQuietRenewals = 1_000_000 });
        var start = await mia.SeqAsync();
        using var over = new CancellationTokenSource();
        var load = LoadAsync(mia, bot, TimeSpan.FromSeconds(6), over);
        var streamed = StreamAllAsync(server, mia, start, over.Token);
        var pushed = PushAllAsync(server, mia, start, over.Token);
        var written = await load;
        // Whoever has caught up waits for one more event, and looks at nothing else until it comes.
        while (!streamed.IsCompleted || !pushed.IsCompleted)
            await mia.CreateAsync("one more");
        var end = await mia.SeqAsync();
        var (byStream, streams) = await streamed;
        var (byHub, hubs) = await pushed;
        output.WriteLine(
            $"{end - start} events by {written} writes; {streams} streams and {hubs} hub connections resumed one another"
        );
        Assert.True(streams > 10 && hubs > 10, $"{streams} streams, {hubs} hub connections");
        foreach (var seen in new[] { byStream, byHub })
            Assert.Equal(Sequence(start + 1, seen[^1]), seen);
        await using var rest = await HubReader.FollowAsync(server, mia, byHub[^1], "all");
        for (var seq = byHub[^1] + 1; seq <= end; seq++)
            Assert.Equal(seq, (await rest.NextAsync())!.Value.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_stream_that_is_not_read_is_closed_and_resumes_at_its_last_id()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync(new { maxQuietRenewals = 1_000_000 });
        var renew = await ManyAsync(mia, bot, 500);
        var start = await mia.SeqAsync();
        using var slow = await mia.StreamAsync(start);
        for (var k = 0; k < 60; k++)
            (await bot.PostAsync("/leases/renewals", renew)).Is(200);
        var one = await mia.CreateAsync();
        var held = await bot.HoldAsync(one);
        for (var k = 0; k < 1_500; k++)
            (await held.DoAsync("renew")).Is(200);
        var end = await mia.SeqAsync();
        var seen = new List<long>();
        while (await slow.NextAsync() is { } e)
            seen.Add(e.GetProperty("seq").GetInt64());
        output.WriteLine($"{end - start} events; the slow stream was closed after {seen.Count}");
        Assert.InRange(seen.Count, 1, end - start - 1);
        Assert.Equal(Sequence(start + 1, seen[^1]), seen);
        using var again = await mia.StreamAsync(seen[^1]);
        for (var seq = seen[^1] + 1; seq <= end; seq++)
            Assert.Equal(seq, (await again.NextAsync())!.Value.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_hub_subscription_that_is_not_read_is_closed_and_names_the_seq_from_which_to_resume()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync(new { maxQuietRenewals = 1_000_000 });
        var renew = await ManyAsync(mia, bot, 500);
        var start = await mia.SeqAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + mia.Key);
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/live"), CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await SendAsync(
            socket,
            $$"""{"type":4,"invocationId":"1","target":"Subscribe","arguments":[{"topics":["all"],"after":{{start}},"notices":false}]}"""
        );
        for (var k = 0; k < 60; k++)
            (await bot.PostAsync("/leases/renewals", renew)).Is(200);
        var end = await mia.SeqAsync();
        var (seen, error) = await ReadAllAsync(socket);
        output.WriteLine($"{end - start} events; the slow subscription was closed after {seen.Count}: {error}");
        Assert.InRange(seen.Count, 1, end - start - 1);
        Assert.Equal(Sequence(start + 1, seen[^1]), seen);
        Assert.Contains($"Too slow: subscribe again with after {seen[^1]}.", error, StringComparison.Ordinal);
        await using var again = await HubReader.FollowAsync(server, mia, seen[^1], "all");
        for (var seq = seen[^1] + 1; seq <= end; seq++)
            Assert.Equal(seq, (await again.NextAsync())!.Value.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_key_with_queues_hears_of_those_alone_live_and_resumed_and_also_of_what_is_archived()
    {
        await using var server = await LiveServer.OpenAsync(settings: "--ControlSurface:ArchiveAfterSeconds=1");
        var (mia, bot, _, _) = await server.StaffAsync();
        (await mia.PutAsync("/queues/secret", new { })).Is(201);
        var byPrincipal = await server.AddAsync("narrow", Roles.Agent, queues: ["crm"]);
        var byKey = await server.AddAsync("wide", Roles.Viewer, keyQueues: ["crm"]);
        await byPrincipal.GetAsync("/me");
        await byKey.GetAsync("/me");
        var start = await mia.SeqAsync();
        var live = new List<(HubReader Hub, EventReader Stream)>();
        foreach (var narrow in new[] { byPrincipal, byKey })
            live.Add((await HubReader.FollowAsync(server, narrow, start, "all"), await narrow.StreamAsync(start)));
        var secret = await mia.CreateAsync(queue: "secret");
        var open = await mia.CreateAsync("Call");
        (await (await bot.ClaimAsync(open)).DoAsync("complete")).Is(200);
        (await (await bot.ClaimAsync(secret)).DoAsync("complete")).Is(200);
        var last = await mia.CreateAsync("last");
        string[] expected =
        [
            "item.created",
            "lease.claimed",
            "lease.started",
            "lease.completed",
            "item.completed",
            "item.created",
        ];
        foreach (var (hub, stream) in live)
        {
            Assert.Equal(expected, await TypesAsync(hub.NextAsync, last));
            Assert.Equal(expected, await TypesAsync(stream.NextAsync, last));
            await hub.DisposeAsync();
            stream.Dispose();
        }
        server.Pass(2);
        Assert.Equal("completed", await mia.StateOfAsync(open));
        while ((await mia.EventsAsync(start)).Count(e => e.GetProperty("type").GetString() == "item.archived") < 2)
            await Task.Yield();
        foreach (var narrow in new[] { byPrincipal, byKey })
        {
            await using var hub = await HubReader.FollowAsync(server, narrow, start, "all");
            using var stream = await narrow.StreamAsync(start);
            Assert.Equal(expected, await TypesAsync(hub.NextAsync, last));
            Assert.Equal(expected, await TypesAsync(stream.NextAsync, last));
            Assert.Equal("item.archived", (await hub.NextAsync())!.Value.GetProperty("type").GetString());
            Assert.Equal("item.archived", (await stream.NextAsync())!.Value.GetProperty("type").GetString());
            (await narrow.GetAsync($"/items/{secret}")).IsRefused(403, "forbidden");
            var events = await narrow.EventsAsync(start);
            Assert.Equal(7, events.Count);
        }
        await using var refused = await HubReader.FollowAsync(server, byKey, null, "queue:secret");
        Assert.Null(await refused.NextAsync());
        await using var topic = await HubReader.FollowAsync(server, mia, start, "queue:crm");
        Assert.Equal(expected, await TypesAsync(topic.NextAsync, last));
    }

    [Fact]
    public async Task Whoever_is_disabled_loses_requests_hub_and_stream_by_itself()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, bot, _, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        await using var hub = await HubReader.FollowAsync(server, bot, null, "all");
        await using var idle = await HubReader.OpenAsync(server, bot);
        using var stream = await bot.StreamAsync(await mia.SeqAsync());
        await mia.CreateAsync("seen");
        Assert.NotNull(await hub.NextAsync());
        Assert.NotNull(await stream.NextAsync());

        // Another process: what the command line does.
        Assert.Equal(
            0,
            await ControlSurface.Commands.CommandTree.RunAsync(
                ["people", "disable", "bot", "--data", server.Folder],
                _ => Task.FromResult(9),
                TextWriter.Null,
                TextWriter.Null
            )
        );
        while (await stream.NextAsync() is not null) { }
        await hub.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        await idle.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        (await bot.GetAsync("/me")).IsRefused(401, "unauthorized");
        (await held.DoAsync("renew")).IsRefused(401, "unauthorized");
        await Assert.ThrowsAnyAsync<Exception>(() => HubReader.OpenAsync(server, bot));
        var item = (await mia.GetAsync($"/items/{held.Item}")).Is(200);
        Assert.Equal("queued", item["state"].GetString());
        Assert.Equal("principal_ended", (await mia.GetAsync($"/leases/{held.Lease}"))["lease.endedAs"].GetString());
    }

    private static async Task<int> LoadAsync(
        TestCaller mia,
        TestCaller bot,
        TimeSpan length,
        CancellationTokenSource over
    )
    {
        var began = Stopwatch.GetTimestamp();
        var writes = 0;
        async Task OneAsync(int n)
        {
            while (Stopwatch.GetElapsedTime(began) < length)
            {
                var held = await bot.HoldAsync(await mia.CreateAsync(), run: $"r{n}");
                (await held.DoAsync("renew")).Is(200);
                (await held.DoAsync("complete")).Is(200);
                Interlocked.Add(ref writes, 5);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, 6).Select(OneAsync));
        await over.CancelAsync();
        return writes;
    }

    private static async Task<(List<long> Seen, int Connections)> StreamAllAsync(
        LiveServer server,
        TestCaller mia,
        long start,
        CancellationToken over
    )
    {
        var (seen, connections, random) = (new List<long>(), 0, new Random(1));
        while (!over.IsCancellationRequested)
        {
            connections++;
            using var stream = await mia.StreamAsync(seen.Count == 0 ? start : seen[^1], CancellationToken.None);
            for (var k = random.Next(1, 60); k > 0 && !over.IsCancellationRequested; k--)
            {
                if (await stream.NextAsync() is not { } e)
                    break;
                seen.Add(e.GetProperty("seq").GetInt64());
            }
        }
        _ = server;
        return (seen, connections);
    }

    private static async Task<(List<long> Seen, int Connections)> PushAllAsync(
        LiveServer server,
        TestCaller mia,
        long start,
        CancellationToken over
    )
    {
        var (seen, connections, random) = (new List<long>(), 0, new Random(2));
        while (!over.IsCancellationRequested)
        {
            connections++;
            await using var hub = await HubReader.FollowAsync(server, mia, seen.Count == 0 ? start : seen[^1], "all");
            for (var k = random.Next(1, 60); k > 0 && !over.IsCancellationRequested; k--)
            {
                if (await hub.NextAsync() is not { } e)
                    break;
                seen.Add(e.GetProperty("seq").GetInt64());
            }
        }
        return (seen, connections);
    }

    private static async Task<object> ManyAsync(TestCaller mia, TestCaller bot, int leases)
    {
        var renewals = new List<object>();
        for (var k = 0; k < leases; k++)
        {
            var held = await bot.HoldAsync(await mia.CreateAsync());
            renewals.Add(new { leaseId = held.Lease, token = held.Token });
        }
        return new { renewals };
    }

    private static async Task<List<string>> TypesAsync(Func<Task<JsonElement?>> next, string last)
    {
        var types = new List<string>();
        while (await next() is { } e)
        {
            types.Add(e.GetProperty("type").GetString()!);
            if (e.GetProperty("itemId").GetString() == last)
                break;
        }
        return types;
    }

    private static IEnumerable<long> Sequence(long from, long to)
    {
        for (var seq = from; seq <= to; seq++)
            yield return seq;
    }

    private static Task SendAsync(ClientWebSocket socket, string frame) =>
        socket.SendAsync(
            Encoding.UTF8.GetBytes(frame + "\u001e"),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );

    private static async Task<(List<long> Seen, string? Error)> ReadAllAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (seen, buffer, text) = (new List<long>(), new byte[64 * 1024], new MemoryStream());
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            text.Write(buffer.AsSpan(0, read.Count));
            if (!read.EndOfMessage)
                continue;
            foreach (
                var frame in Encoding
                    .UTF8.GetString(text.ToArray())
                    .Split('\u001e', StringSplitOptions.RemoveEmptyEntries)
            )
            {
                var json = JsonElement.Parse(frame);
                if (!json.TryGetProperty("type", out var type))
                    continue;
                if (type.GetInt32() == 2)
                    seen.Add(json.GetProperty("item").GetProperty("seq").GetInt64());
                else if (type.GetInt32() == 3)
                    return (seen, json.TryGetProperty("error", out var error) ? error.GetString() : null);
            }
            text.SetLength(0);
        }
    }
}
