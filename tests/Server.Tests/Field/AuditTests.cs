using System.Text.Json;

namespace Server.Tests.Field;

/// <summary>Who did what, for whoever has to show it (API.md, GET /audit).</summary>
public sealed class The_audit_is_whole_and_safe_to_open
{
    private static async Task<string[]> LinesAsync(TestCaller caller, string query) =>
        (await caller.GetAsync("/audit" + query)).Is(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task Every_event_is_in_it_with_its_sentence_and_the_hash_that_the_journal_chains()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var item = await mia.CreateAsync("Answer a ticket");
        await bot.HoldAsync(item);
        var seq = await mia.SeqAsync();
        var lines = await LinesAsync(mia, "");
        Assert.Equal(seq, lines.Length);
        var rows = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(1, (int)seq), rows.Select(row => row.GetProperty("seq").GetInt32()));
        Assert.All(rows, row => Assert.Matches("^[0-9a-f]{64}$", row.GetProperty("hash").GetString()));
        Assert.Equal(rows.Count, rows.Select(row => row.GetProperty("hash").GetString()).Distinct().Count());
        var created = rows.Single(row =>
            row.GetProperty("itemId").GetString() == item && row.GetProperty("type").GetString() == "item.created"
        );
        Assert.Equal("Mia created it in crm.", created.GetProperty("what").GetString());
        Assert.DoesNotContain(lines, line => line.Contains("token", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task It_is_narrowed_by_time_and_by_who_and_refuses_what_it_does_not_know()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        await mia.CreateAsync("before");
        server.Pass(60);
        var from = server.Time.GetUtcNow();
        var later = await mia.CreateAsync("after");
        server.Pass(60);
        var to = server.Time.GetUtcNow();
        await mia.CreateAsync("too late");
        var between = await LinesAsync(mia, $"?from={from:yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(later, JsonDocument.Parse(Assert.Single(between)).RootElement.GetProperty("itemId").GetString());
        Assert.Empty(await LinesAsync(mia, $"?by={bot.Id}"));
        foreach (var query in new[] { "?from=yesterday", "?by=Mia", "?format=xml" })
            (await mia.GetAsync("/audit" + query)).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task A_table_has_every_field_in_quotes_and_nothing_in_it_is_a_formula()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var evil = await server.AddAsync("=HYPERLINK(1)", ControlSurface.Core.Vocabulary.Roles.Manager);
        await evil.CreateAsync("He said \"no\", twice");
        var lines = await LinesAsync(mia, "?format=csv");
        Assert.StartsWith("seq,at,by,byName,type,itemId,what,data,hash", lines[0], StringComparison.Ordinal);
        var row = lines.Single(line => line.Contains("item.created", StringComparison.Ordinal));
        Assert.Contains(",\"'=HYPERLINK(1)\",", row, StringComparison.Ordinal);
        Assert.Contains("\"\"title\"\":\"\"He said", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_queues_sees_of_it_what_it_sees_of_the_events()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/other", new { })).Is(201);
        await mia.CreateAsync("theirs");
        var narrow = await server.AddAsync("Narrow", ControlSurface.Core.Vocabulary.Roles.Agent, queues: ["other"]);
        Assert.DoesNotContain(await LinesAsync(narrow, ""), line => line.Contains("theirs", StringComparison.Ordinal));
    }
}
