using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ControlSurface.Access;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;
using static Server.Tests.Lines.LineSocket;

namespace Server.Tests.Lines;

/// <summary>Many calls on one connection (API.md, Many commands), over real sockets.</summary>
public sealed class A_stream_of_commands
{
    [Fact]
    public async Task Answers_each_line_as_the_request_that_it_stands_for_as_soon_as_it_is_on_disk()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        await lines.SendAsync("a", "POST", "/items", new { queue = "crm", title = "Call Ann" });
        var created = (await lines.NextAsync())!.Is(201);
        Assert.Equal("\"a\"", created.Id);
        Assert.Equal("id,status,headers,body", created.Members);
        Assert.Equal("/api/v1/items/W-1", created.Header("Location"));
        Assert.Equal((await bot.GetAsync("/items/W-1")).Text, created.Body.GetRawText());

        await lines.SendAsync(2, "POST", "/api/v1/items/W-1/claim", new { run = "r" });
        var granted = (await lines.NextAsync())!.Is(200);
        Assert.Equal("id,status,body", granted.Members);
        Assert.Equal("2", granted.Id);
        var (lease, token) = (
            granted.Body.GetProperty("lease").GetProperty("id").GetString(),
            granted.Body.GetProperty("lease").GetProperty("token").GetInt64()
        );
        await lines.SendAsync(
            Line("s", "POST", $"/leases/{lease}/start", new { run = "r", token }),
            "",
            Line(
                "r",
                "POST",
                $"/leases/{lease}/renew",
                new
                {
                    run = "r",
                    token,
                    progress = new { step = "1" },
                }
            ),
            Line("n", "POST", "/queues/crm/claims", new { run = "other" })
        );
        var more = await lines.NextAsync(3);
        Assert.Equal(300, more["\"r\""].Is(200).Body.GetProperty("leaseExpiresInSeconds").GetDecimal());
        Assert.Equal(JsonValueKind.Null, more["\"n\""].Is(204).Body.ValueKind);
        Assert.Equal("active", (await bot.GetAsync("/leases/L-1"))["lease.state"].GetString());

        await lines.EndAsync();
        Assert.Null(await lines.NextAsync());
        Assert.Contains("application/x-ndjson", lines.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_order_of_lines_whatever_they_need()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        await lines.SendAsync(
            Line(1, "PUT", "/queues/mail", new { leaseSeconds = 60 }),
            Line(2, "POST", "/items", new { queue = "mail", title = "One" }),
            Line(3, "POST", "/items", new { queue = "mail", title = "Two" }),
            Line(4, "GET", "/items?queue=mail"),
            Line(
                5,
                "POST",
                "/artifacts",
                new
                {
                    name = "Draft",
                    itemId = "W-1",
                    contentType = "text/plain",
                    content = "x",
                }
            ),
            Line(6, "POST", "/items/W-2/cancel", new { why = "not needed" }),
            Line(7, "GET", "/items/W-2"),
            Line(8, "POST", "/artifacts/A-1/versions", new { baseVersion = 1, content = "y" })
        );
        await lines.EndAsync();
        var all = await lines.NextAsync(8);
        Assert.True(all["1"].Status is 200 or 201, all["1"].Json.ToString());
        all["2"].Is(201);
        all["3"].Is(201);
        Assert.Equal(2, all["4"].Is(200).Body.GetProperty("total").GetInt32());
        all["5"].Is(201);
        all["6"].Is(200);
        Assert.Equal("cancelled", all["7"].Is(200).Body.GetProperty("state").GetString());
        all["8"].Is(201);
    }

    [Fact]
    public async Task Applies_a_key_once_in_a_line_and_in_a_request()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        var item = new { queue = "crm", title = "Call Ann" };
        await lines.SendAsync("a", "POST", "/items", item, "k1");
        var first = (await lines.NextAsync())!.Is(201);
        var again = (await mia.PostAsync("/items", item, "k1")).Is(201);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal(first.Body.GetRawText(), again.Text);
        (await mia.PostAsync("/items", new { queue = "crm", title = "Second" }, "k2")).Is(201);
        await lines.SendAsync(
            Line("b", "POST", "/items", item, "k1"),
            Line("c", "POST", "/items", new { title = "Second", queue = "crm" }, "k2"),
            Line("d", "POST", "/items", new { queue = "crm", title = "Another" }, "k2"),
            Line("e", "POST", "/items", new { queue = "crm", title = "Third" }, ""),
            Line("f", "POST", "/items?dryRun=true", new { queue = "crm", title = "Tried" })
        );
        var more = await lines.NextAsync(5);
        Assert.Equal("true", more["\"b\""].Is(201).Header("Idempotency-Replayed"));
        Assert.Equal("W-2", more["\"c\""].Is(201).Body.GetProperty("id").GetString());
        more["\"d\""].IsRefused(422, "idempotency_key_reused");
        more["\"e\""].IsRefused(400, "invalid_request", "key");
        Assert.Equal("true", more["\"f\""].Is(201).Header("Dry-Run"));
        (await mia.GetAsync("/items/W-3")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_line_that_is_none_is_answered_and_the_next_is_served()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var seq = await mia.SeqAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        var deep = new string('[', 40) + new string(']', 40);
        (string Line, int Status, string Code, string? Member)[] rows =
        [
            ("nonsense", 400, "invalid_request", "line"),
            ("[]", 400, "invalid_request", "line"),
            ("null", 400, "invalid_request", "line"),
            ("{\"id\":1,\"method\":\"POST\",\"path\":\"/items\"} {}", 400, "invalid_request", "line"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/me\"", 400, "invalid_request", "line"),
            ("{\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            ("{\"id\":null,\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            ("{\"id\":1.5,\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            ("{\"id\":\"\",\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            (
                $"{{\"id\":\"{new string('x', 129)}\",\"method\":\"GET\",\"path\":\"/me\"}}",
                400,
                "invalid_request",
                "id"
            ),
            ("{\"id\":{},\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            ("{\"id\":\"\\ud800\",\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "line"),
            ("{\"id\":1,\"id\":2,\"method\":\"GET\",\"path\":\"/me\"}", 400, "invalid_request", "id"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/me\",\"more\":1}", 400, "invalid_request", "more"),
            ("{\"id\":1,\"path\":\"/me\"}", 400, "invalid_request", "method"),
            ("{\"id\":1,\"method\":7,\"path\":\"/me\"}", 400, "invalid_request", "method"),
            ("{\"id\":1,\"method\":\"GET\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"\\ud800\"}", 400, "invalid_request", "line"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"me\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"http://x/api/v1/me\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/items/%00\"}", 400, "invalid_request", "path"),
            ($"{{\"id\":1,\"method\":\"GET\",\"path\":\"/{new string('x', 9_000)}\"}}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/nowhere\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/items//W-1\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/items/../me\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/w/other/api/v1/me\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/healthz\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/sign-in\"}", 404, "not_found", null),
            ("{\"id\":1,\"method\":\"BREW\",\"path\":\"/items\"}", 405, "method_not_allowed", null),
            (
                "{\"id\":1,\"method\":\"POST\",\"path\":\"/items\",\"body\":" + deep + "}",
                400,
                "invalid_request",
                "body"
            ),
            ("{\"id\":1,\"method\":\"POST\",\"path\":\"/items\",\"body\":[]}", 400, "invalid_request", "body"),
            (
                "{\"id\":1,\"method\":\"POST\",\"path\":\"/items\",\"body\":{\"queue\":\"crm\",\"title\":\"\\ud800\"}}",
                400,
                "invalid_request",
                "body"
            ),
            (
                "{\"id\":1,\"method\":\"POST\",\"path\":\"/items\",\"body\":{\"queue\":\"crm\",\"title\":\"x\",\"title\":\"y\"}}",
                400,
                "invalid_request",
                "title"
            ),
            (
                "{\"id\":1,\"method\":\"POST\",\"path\":\"/items?nobody=1\",\"body\":{\"queue\":\"crm\",\"title\":\"x\"}}",
                400,
                "invalid_request",
                "nobody"
            ),
            // What may not be a line.
            (
                "{\"id\":1,\"method\":\"POST\",\"path\":\"/queues/crm/claims\",\"body\":{\"waitSeconds\":1}}",
                400,
                "invalid_request",
                "waitSeconds"
            ),
            (
                "{\"id\":1,\"method\":\"GET\",\"path\":\"/artifacts/A-1/versions/1/outcome?waitSeconds=1\"}",
                404,
                "not_found",
                null
            ),
            ("{\"id\":1,\"method\":\"POST\",\"path\":\"/contents\",\"body\":{}}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/contents/x\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"POST\",\"path\":\"/hooks/github\",\"body\":{}}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"POST\",\"path\":\"/commands\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/audit\"}", 400, "invalid_request", "path"),
            ("{\"id\":1,\"method\":\"GET\",\"path\":\"/items?format=csv\"}", 400, "invalid_request", "format"),
        ];
        var number = 0;
        foreach (var (line, status, code, member) in rows)
        {
            await lines.SendAsync(line);
            number++;
            var answer = (await lines.NextAsync())!.IsRefused(status, code, member);
            // An answer without an id says which line it answers.
            if (answer.Id == "null")
                Assert.Equal(number, answer.Json.GetProperty("line").GetInt32());
            else
                Assert.StartsWith("id,status", answer.Members, StringComparison.Ordinal);
        }
        await lines.ChunkAsync("\u00c3(\"\n");
        (await lines.NextAsync())!.IsRefused(400, "invalid_request", "line");
        Assert.Equal(seq, await mia.SeqAsync());
        await lines.SendAsync("good", "POST", "/items/", new { queue = "crm", title = "x" });
        (await lines.NextAsync())!.Is(201);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_and_the_next_is_served()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        var head = "{\"id\":\"long\",\"method\":\"POST\",\"path\":\"/items\",\"body\":{\"queue\":\"crm\",\"title\":\"";
        await lines.ChunkAsync(head);
        for (var k = 0; k < 8; k++)
            await lines.ChunkAsync(new string('x', 1024 * 1024));
        await lines.SendAsync("\"}}");
        await lines.SendAsync(
            Line(
                "bigger than its operation takes",
                "POST",
                "/items",
                new { queue = "crm", title = new string('y', 1024 * 1024) }
            ),
            Line("good", "POST", "/items", new { queue = "crm", title = "x" })
        );
        var first = (await lines.NextAsync())!.IsRefused(413, "too_large");
        Assert.Equal(1, first.Json.GetProperty("line").GetInt32());
        (await lines.NextAsync())!.IsRefused(413, "too_large");
        (await lines.NextAsync())!.Is(201);
    }

    [Fact]
    public async Task An_id_may_come_again_once_its_first_line_is_answered()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        var line = Line("same", "POST", "/items", new { queue = "crm", title = "x" });
        await lines.SendAsync(line, line);
        var (one, other) = ((await lines.NextAsync())!, (await lines.NextAsync())!);
        var (good, twice) = one.Status == 201 ? (one, other) : (other, one);
        good.Is(201);
        Assert.Equal(2, twice.IsRefused(400, "invalid_request", "id").Json.GetProperty("line").GetInt32());
        await lines.SendAsync(line);
        (await lines.NextAsync())!.Is(201);
    }

    [Fact]
    public async Task What_was_read_of_a_stream_that_breaks_off_is_done_and_half_a_line_is_not()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, mia.Key);
        await lines.SendAsync("a", "POST", "/items", new { queue = "crm", title = "whole" });
        await lines.ChunkAsync(Line("b", "POST", "/items", new { queue = "crm", title = "half" }));
        (await lines.NextAsync())!.Is(201);
        lines.Cut();

        // A chunk that is none ends the stream with a word, and what came before it is answered.
        await using var bad = await OpenAsync(server, mia.Key);
        await bad.SendAsync("c", "POST", "/items", new { queue = "crm", title = "before" });
        (await bad.NextAsync())!.Is(201);
        await bad.ChunkAsync("{\"id\":1");
        await bad.RawAsync("zz\r\n");
        var word = Assert.Single(await bad.RestAsync()).IsRefused(400, "invalid_request", "line");
        Assert.Equal("null", word.Id);

        // Without an end of its own, the last line of a body that ends is a line.
        await using var last = await OpenAsync(server, mia.Key);
        await last.ChunkAsync(Line("d", "POST", "/items", new { queue = "crm", title = "last" }));
        await last.EndAsync();
        Assert.Equal(201, Assert.Single(await last.RestAsync()).Status);
        var open = server.Host.App.Services.GetRequiredService<OpenConnections>();
        await UntilAsync(() => Task.FromResult(open.Count == 0), "the end of the streams");
        var titles = (await bot.GetAsync("/items"))
            .Is(200)["items"]
            .EnumerateArray()
            .Select(i => i.GetProperty("title").GetString());
        Assert.Equal(["whole", "before", "last"], titles);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_not_read_from_and_nobody_else_waits()
    {
        await using var server = await LiveServer.OpenAsync(settings: "--ControlSurface:Limits:Streams=1");
        var (mia, bot, _, _) = await server.StaffAsync();
        for (var k = 0; k < 100; k++)
            await mia.CreateAsync(new string('x', 150));
        await using var lines = await OpenAsync(server, bot.Key, receives: 4_096);
        // Each answer has some 100 kB.
        var sent = 0;
        var flood = Task.Run(async () =>
        {
            try
            {
                for (; sent < 100_000; sent++)
                    await lines.SendAsync(sent, "GET", "/items?limit=500&q=" + new string('x', 1_000));
            }
            catch (Exception ended)
                when (ended is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
            {
                // Cut below.
            }
        });
        // It is not read from any more once nothing it sends is taken for half a second.
        var (before, since) = (0, TimeProvider.System.GetTimestamp());
        await UntilAsync(
            () =>
            {
                var now = Volatile.Read(ref sent);
                if (now != before)
                    (before, since) = (now, TimeProvider.System.GetTimestamp());
                return Task.FromResult(now > 0 && TimeProvider.System.GetElapsedTime(since).TotalMilliseconds > 500);
            },
            "the end of reading"
        );
        // Beside it others write, and the same principal too by itself.
        (await mia.PostAsync("/items", new { queue = "crm", title = "Of others" })).Is(201);
        (await bot.PostAsync("/items", new { queue = "crm", title = "By itself" })).Is(201);
        await using (var second = await OpenAsync(server, bot.Key))
            Assert.Equal(429, await second.HeadAsync());
        Assert.False(flood.IsCompleted);
        // Nothing that is sent is taken for a minute: it is cut off, and its place is free again.
        server.Pass(61);
        await flood.WaitAsync(TimeSpan.FromSeconds(30));
        await UntilAsync(
            async () =>
            {
                await using var next = await OpenAsync(server, bot.Key);
                return await next.HeadAsync() == 200;
            },
            "a place for another stream"
        );
    }

    [Fact]
    public async Task More_lines_than_are_under_way_at_once_are_all_answered()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        const int Many = 5_000;
        var sending = Task.Run(async () =>
        {
            foreach (var part in Enumerable.Range(0, Many).Chunk(700))
                await lines.SendAsync([
                    .. part.Select(k => Line(k, "POST", "/items", new { queue = "crm", title = "n" + k })),
                ]);
            await lines.EndAsync();
        });
        var all = await lines.RestAsync();
        await sending;
        Assert.Equal(Enumerable.Range(0, Many), all.Select(a => a.Is(201).Json.GetProperty("id").GetInt32()).Order());
        var titles = (await mia.EventsAsync())
            .Where(e => e.GetProperty("type").GetString() == "item.created")
            .Select(e => e.GetProperty("data").GetProperty("title").GetString()!);
        Assert.Equal(Enumerable.Range(0, Many).Select(k => "n" + k), titles);
        // One write took many of them.
        Assert.True(server.Host.Engine.Figures.Batches < Many / 4, $"{server.Host.Engine.Figures.Batches} writes");
    }

    [Fact]
    public async Task Its_lines_are_decided_by_the_rights_of_the_moment_and_it_ends_with_its_key()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        await lines.SendAsync("a", "POST", "/items", new { queue = "crm", title = "x" });
        (await lines.NextAsync())!.Is(201);
        await lines.SendAsync("b", "POST", "/items/W-1/cancel", new { why = "x" });
        (await lines.NextAsync())!.IsRefused(403, "forbidden");
        var admin = await server.AddAsync("Ada", ControlSurface.Core.Vocabulary.Roles.Admin);
        (await admin.PutAsync($"/principals/{bot.Id}", new { roles = (string[])["agent", "support"] })).Is(200);
        await lines.SendAsync("c", "POST", "/items/W-1/cancel", new { why = "x" });
        (await lines.NextAsync())!.Is(200);
        (await admin.PostAsync($"/principals/{bot.Id}/pause", new { why = "looking" })).Is(200);
        await lines.SendAsync("d", "POST", "/items", new { queue = "crm", title = "y" });
        (await lines.NextAsync())!.IsRefused(409, "paused");
        var key = (await admin.GetAsync($"/principals/{bot.Id}/keys")).Is(200)["items.0.id"].GetString();
        (await admin.SendAsync(HttpMethod.Delete, $"/keys/{key}", null, null)).Is(204);
        // Nobody sends anything: it ends by itself, with a word.
        var last = (await lines.NextAsync())!.IsRefused(401, "unauthorized");
        Assert.Equal("id,status,body", last.Members);
        Assert.Equal("null", last.Id);
        Assert.Null(await lines.NextAsync());
        await using var again = await OpenAsync(server, bot.Key);
        Assert.Equal(401, await again.HeadAsync());
        Assert.Equal(1, (await mia.GetAsync("/items?state=cancelled,queued"))["total"].GetInt32());
    }

    [Fact]
    public async Task A_drained_server_refuses_each_line_and_a_stop_ends_the_stream_with_a_word()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        await lines.SendAsync("a", "POST", "/items", new { queue = "crm", title = "x" });
        (await lines.NextAsync())!.Is(201);
        server.Host.Engine.Drain();
        await lines.SendAsync("b", "POST", "/items", new { queue = "crm", title = "y" });
        var refused = (await lines.NextAsync())!.IsRefused(503, "unavailable");
        Assert.Equal("5", refused.Header("Retry-After"));
        var stopping = server.StopAsync();
        var last = (await lines.NextAsync())!.IsRefused(503, "unavailable");
        Assert.Equal("null", last.Id);
        Assert.Null(await lines.NextAsync());
        // Who hears it closes the connection; one who does not is waited for as for any body that never ends.
        lines.Cut();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await server.StartAsync();
        Assert.Equal(1, (await bot.GetAsync("/items"))["total"].GetInt32());
    }

    [Fact]
    public async Task A_stream_on_which_nothing_comes_is_ended_and_its_workspace_may_close()
    {
        await using var server = await LiveServer.OpenAsync();
        var (_, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        await lines.SendAsync("a", "POST", "/items", new { queue = "crm", title = "x" });
        (await lines.NextAsync())!.Is(201);
        var end = lines.NextAsync();
        for (var k = 0; k < 6; k++)
        {
            server.Pass(150);
            await server.Host.Engine.AskAsync(static (_, _) => true);
        }
        Assert.Null(await end);
    }

    [Fact]
    public async Task What_opens_no_stream_is_refused_as_any_request()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        async Task<(int Status, string Text)> AskAsync(
            string query,
            string? type,
            string? key,
            string? idempotency = null
        )
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri(server.Address, "/api/v1/commands" + query)
            );
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
            request.Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(Line(1, "POST", "/items", new { queue = "crm", title = "x" }))
            );
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (idempotency is not null)
                request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotency);
            using var answer = await server.Http.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        Assert.Equal(401, (await AskAsync("", "application/x-ndjson", "nobody")).Status);
        Assert.Equal(415, (await AskAsync("", "application/json", mia.Key)).Status);
        Assert.Equal(415, (await AskAsync("", null, mia.Key)).Status);
        Assert.Equal(400, (await AskAsync("?nobody=1", "application/x-ndjson", mia.Key)).Status);
        Assert.Contains(
            "Idempotency-Key",
            (await AskAsync("", "application/x-ndjson", mia.Key, "k")).Text,
            StringComparison.Ordinal
        );
        var (status, tried) = await AskAsync("?dryRun=true", "application/x-ndjson; charset=utf-8", mia.Key);
        Assert.Equal(200, status);
        Assert.Contains(
            "\"status\":201,\"headers\":{\"Location\":\"/api/v1/items/W-1\",\"Dry-Run\":\"true\"}",
            tried,
            StringComparison.Ordinal
        );
        (await mia.GetAsync("/items/W-1")).IsRefused(404, "not_found");
        var (_, done) = await AskAsync("", "application/x-ndjson", mia.Key);
        Assert.Equal(201, JsonElement.Parse(done).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_workspace_of_its_own_is_served_by_its_address_and_no_line_leads_to_another()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync();
        var (_, key) = Workspaces.Annex.Key(server, "annex", "Olive", ControlSurface.Core.Vocabulary.Roles.Admin);
        foreach (var address in (string[])["/w/annex/api/v1/commands", "/api/v1/commands"])
        {
            await using var lines = await OpenAsync(server, key, address);
            await lines.SendAsync(
                Line(1, "PUT", "/queues/ours", new { }),
                Line(2, "PUT", "/w/annex/api/v1/queues/ours", new { }),
                Line(3, "PUT", "/w/main/api/v1/queues/crm", new { }),
                Line(4, "GET", "/queues/crm")
            );
            var all = await lines.NextAsync(4);
            Assert.True(all["1"].Status < 300 && all["2"].Status < 300);
            all["3"].IsRefused(404, "not_found");
            all["4"].IsRefused(404, "not_found");
        }
        await using var elsewhere = await OpenAsync(server, key, "/w/main/api/v1/commands");
        Assert.Equal(404, await elsewhere.HeadAsync());
        Assert.Equal(1, (await mia.GetAsync("/queues")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Too_many_requests_are_refused_line_by_line_as_requests_are()
    {
        await using var server = await LiveServer.OpenAsync(
            settings: ["--ControlSurface:Limits:RequestsPerSecond=10", "--ControlSurface:Limits:RequestBurst=20"]
        );
        var (_, bot, _, _) = await server.StaffAsync();
        await using var lines = await OpenAsync(server, bot.Key);
        await lines.SendAsync([.. Enumerable.Range(0, 30).Select(k => Line(k, "GET", "/me"))]);
        var all = await lines.NextAsync(30);
        Assert.Equal(19, all.Values.Count(a => a.Status == 200));
        var refused = all["29"].IsRefused(429, "rate_limited");
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal("requests", refused.Body.GetProperty("limit").GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_first_requests_of_a_connection_come_many_at_once_over_http_2_and_each_is_answered()
    {
        var port = FreePorts.Next();
        await using var server = await LiveServer.OpenAsync(
            settings: string.Create(CultureInfo.InvariantCulture, $"--ControlSurface:Http2Port={port}")
        );
        await server.StaffAsync();
        for (var connection = 0; connection < 100; connection++)
        {
            using var http = new HttpClient
            {
                DefaultRequestVersion = HttpVersion.Version20,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
                BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
            };
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 32).Select(_ => Task.Run(() => http.GetAsync("/healthz")))
            );
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        }
    }

    [Fact]
    public async Task An_ordinary_client_streams_both_ways_over_http_2_without_tls()
    {
        var port = FreePorts.Next();
        await using var server = await LiveServer.OpenAsync(
            settings: string.Create(CultureInfo.InvariantCulture, $"--ControlSurface:Http2Port={port}")
        );
        var (_, bot, _, _) = await server.StaffAsync();
        var version = HttpVersion.Version20;
        using var http = new HttpClient
        {
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", bot.Key);
        using var me = await http.GetAsync("/api/v1/me");
        Assert.Equal((200, version), ((int)me.StatusCode, me.Version));
        var lines = new LineContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/commands")
        {
            Content = lines,
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((200, version), ((int)answer.StatusCode, answer.Version));
        using var answers = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var k = 0; k < 3; k++)
        {
            await lines.Pipe.Writer.WriteAsync(
                Encoding.UTF8.GetBytes(Line(k, "POST", "/items", new { queue = "crm", title = "x" }) + "\n")
            );
            var line = await answers.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
            new LineAnswer(JsonElement.Parse(line!)).Is(201);
        }
        await lines.Pipe.Writer.CompleteAsync();
        Assert.Null(await answers.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(3, (await bot.GetAsync("/items"))["total"].GetInt32());
    }

    /// <summary>A body that is written while the answer is read.</summary>
    private sealed class LineContent : HttpContent
    {
        internal LineContent() => Headers.ContentType = new("application/x-ndjson");

        internal System.IO.Pipelines.Pipe Pipe { get; } = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // A head goes with the first part of the body; there may be none for long.
            await stream.FlushAsync();
            System.IO.Pipelines.ReadResult read;
            do
            {
                read = await Pipe.Reader.ReadAsync();
                foreach (var part in read.Buffer)
                    await stream.WriteAsync(part);
                await stream.FlushAsync();
                Pipe.Reader.AdvanceTo(read.Buffer.End);
            } while (!read.IsCompleted);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    [Fact]
    public async Task The_program_with_many_agents_does_their_work_as_the_page_shows_it()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync();
        for (var k = 0; k < 20; k++)
            await mia.CreateAsync();
        var page = await server.Http.GetStringAsync(new Uri(server.Address, "/docs/many-agents"));
        var (from, to) = ("<pre id=\"agents\">", "</pre>");
        var program = page[(page.IndexOf(from, StringComparison.Ordinal) + from.Length)..];
        program = WebUtility.HtmlDecode(program[..program.IndexOf(to, StringComparison.Ordinal)]);
        var folder = Directory.CreateTempSubdirectory("many-agents-");
        try
        {
            var file = Path.Combine(folder.FullName, "agents.mjs");
            await File.WriteAllTextAsync(file, program);
            var start = new ProcessStartInfo("node", [file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["CONTROLSURFACE_URL"] = server.Address.GetLeftPart(UriPartial.Authority);
            start.Environment["CONTROLSURFACE_KEY"] = bot.Key;
            start.Environment["QUEUE"] = "crm";
            using var agents = Process.Start(start)!;
            var (said, complained) = (agents.StandardOutput.ReadToEndAsync(), agents.StandardError.ReadToEndAsync());
            await agents.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(("completed 20\n", ""), (await said, await complained));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.Equal(20, (await mia.GetAsync("/items?state=completed")).Is(200)["total"].GetInt32());
    }
}
