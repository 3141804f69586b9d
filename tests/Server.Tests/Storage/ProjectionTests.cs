using System.Data.Common;
using System.Text.Json;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Projections;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Field;

namespace Server.Tests.Storage;

/// <summary>What is found and counted follows from the journal, and can be made again from it (DESIGN.md, Projections).</summary>
public sealed class What_is_looked_up_follows_from_the_journal
{
    private static async Task<List<JsonElement>> FindAsync(TestCaller caller, string words, string more = "") =>
        [
            .. (await caller.GetAsync("/search?q=" + Uri.EscapeDataString(words) + more))
                .Is(200)["items"]
                .EnumerateArray(),
        ];

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> found) =>
        found.Select(one => one.GetProperty("id").GetString()!);

    [Fact]
    public async Task Items_artifacts_conflicts_targets_people_and_runs_are_found_by_their_words()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var item = (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "Refund the Haverkamp order",
                    body = "She paid twice.",
                    labels = new[] { "urgent" },
                    targets = new[] { "crm:haverkamp/orders/17" },
                    externalId = "ZD-9931",
                }
            )
        ).Is(201)["id"].GetString()!;
        var held = await bot.HoldAsync(item, run: "nightly-4711");
        var artifact = (
            await bot.PostAsync(
                "/artifacts",
                new
                {
                    name = "Letter to Haverkamp",
                    itemId = item,
                    contentType = "text/plain",
                    content = "Dear",
                    run = "nightly-4711",
                    token = held.Token,
                }
            )
        ).Is(201)["id"].GetString()!;
        Assert.Equal(
            [artifact, "crm:haverkamp/orders/17", item],
            Ids(await FindAsync(mia, "haverkamp")).Where(id => id != "never")
        );
        foreach (
            var words in (string[])["paid twice", "URGENT", "refun order", "zd-9931", item, item.ToLowerInvariant()]
        )
            Assert.Contains(item, Ids(await FindAsync(mia, words)));
        Assert.Equal([bot.Principal.Name], (await FindAsync(mia, bot.Principal.Name, "&kind=principal")).Select(Title));
        var run = Assert.Single(await FindAsync(mia, "nightly-4711"));
        Assert.Equal($"Run nightly-4711 of {bot.Principal.Name}", Title(run));
        Assert.Equal(("run", item), (run.GetProperty("kind").GetString(), run.GetProperty("itemId").GetString()));
        Assert.Empty(await FindAsync(mia, "haverkamp nowhere"));
        // Worded anew it is found by the new words and not by the old; how it stands is asked when it is found.
        await mia.PatchAsync(
            "/items/" + item,
            new { ifSeq = (await mia.GetAsync("/items/" + item))["seq"].GetInt64(), title = "Pay it back" }
        );
        Assert.Empty(await FindAsync(mia, "refund", "&kind=item"));
        var found = Assert.Single(await FindAsync(mia, "zd-9931 pay back"));
        Assert.Equal("leased", found.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_full_disk_is_not_taken_for_a_damaged_file()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var words = string.Join(' ', Enumerable.Range(0, 5_000).Select(k => $"word{k}"));
        (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "Long",
                    body = words,
                }
            )
        ).Is(201);
        var journal = server.Host.App.Services.GetRequiredService<IJournal>();
        using var file = new ProjectionFile(Path.Combine(server.Folder, "full.db"));
        using var writer = ProjectionWriter.Open(file, 1, journal);
        file.Writing.Execute("pragma max_page_count = " + file.Writing.Scalar("pragma page_count"));

        var full = Assert.ThrowsAny<DbException>(() => writer.Write([.. journal.ReadAfter(0)], []));

        Assert.Equal(DatabaseFault.Other, Database.FaultOf(full));
        // The transaction is over: another one begins.
        file.Writing.Execute("begin immediate");
        Database.RollBack(file.Writing);
    }

    private static string? Title(JsonElement one) => one.GetProperty("title").GetString();

    [Theory]
    [InlineData("\" OR scope : k1 OR \"")]
    [InlineData("title : secret")]
    [InlineData("NEAR(a b)")]
    [InlineData("a AND NOT b")]
    [InlineData("* ^ - + ( ) { } :")]
    [InlineData("\0\0")]
    [InlineData("'; drop table words; --")]
    public async Task Whatever_is_typed_are_words_and_never_a_language(string typed)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        await mia.CreateAsync("Something else");
        Assert.Empty(await FindAsync(mia, typed));
        Assert.Single(await FindAsync(mia, "something"));
    }

    [Theory]
    [InlineData("Über den Fluß", "uber")]
    [InlineData("注文を返金する", "返金")]
    [InlineData("Ответ клиенту", "ОТВЕТ")]
    [InlineData("naïve café", "cafe")]
    public async Task Words_are_found_in_any_script_with_and_without_accents(string title, string words)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var item = await mia.CreateAsync(title);
        Assert.Equal([item], Ids(await FindAsync(mia, words)));
    }

    [Fact]
    public async Task A_key_with_queues_finds_what_is_in_them_and_nothing_else_not_even_how_much_there_is()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/law", new { })).Is(201);
        await mia.CreateAsync("The merger of two", "law");
        var seen = await mia.CreateAsync("The merger of texts");
        var narrow = await server.AddAsync("Nina", Roles.Agent, queues: ["crm"]);
        var answer = (await narrow.GetAsync("/search?q=merger")).Is(200);
        Assert.Equal((1, seen), (answer["total"].GetInt32(), answer["items"][0].GetProperty("id").GetString()));
        Assert.Empty(await FindAsync(narrow, "W-1"));
        Assert.Empty(await FindAsync(narrow, "Mia"));
        (await narrow.GetAsync("/search?q=merger&queue=law")).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task What_moves_to_another_queue_is_found_by_those_who_see_that_one_and_by_no_others()
    {
        await using var server = await LiveServer.OpenAsync();
        var desk = await Desk.OpenAsync(server);
        (await desk.Mia.PutAsync("/queues/law", new { })).Is(201);
        var before = await server.AddAsync("Nina", Roles.Agent, queues: ["crm"]);
        var after = await server.AddAsync("Lena", Roles.Agent, queues: ["law"]);
        Assert.Contains(desk.Artifact, Ids(await FindAsync(before, "reply ticket 88213")));
        Assert.Empty(await FindAsync(after, "88213"));
        (await desk.Held.DoAsync("release")).Is(200);
        var seq = (await desk.Mia.GetAsync("/items/" + desk.Held.Item)).Is(200)["seq"].GetInt64();
        (await desk.Mia.PatchAsync("/items/" + desk.Held.Item, new { ifSeq = seq, queue = "law" })).Is(200);
        Assert.Empty(await FindAsync(before, "88213"));
        Assert.Empty(await FindAsync(before, desk.Artifact));
        Assert.Equal([desk.Artifact], Ids(await FindAsync(after, "88213", "&kind=artifact")));
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_with_what_to_ask()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        foreach (
            var query in (string[])
                [
                    "",
                    "?q=",
                    "?q=%20",
                    "?q=a&kind=ghost",
                    "?q=a&after=first",
                    "?q=" + new string('a', 201),
                    "?q=a&what=b",
                ]
        )
            (await mia.GetAsync("/search" + query)).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task A_long_list_comes_page_by_page_newest_first_nothing_missed_and_nothing_twice()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        var items = new List<string>();
        for (var k = 0; k < 25; k++)
            items.Add(await mia.CreateAsync("Repeated work"));
        var seen = new List<string>();
        var after = "";
        do
        {
            var page = (await mia.GetAsync("/search?q=repeated&limit=10" + after)).Is(200);
            Assert.Equal(25, page["total"].GetInt32());
            seen.AddRange(Ids(page["items"].EnumerateArray()));
            after = page["next"].GetString() is { } next ? "&after=" + next : "";
        } while (after.Length > 0);
        Assert.Equal(items.AsEnumerable().Reverse(), seen);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    [InlineData("of another version")]
    [InlineData("of another journal")]
    [InlineData("behind")]
    public async Task The_file_is_made_again_when_it_is(string what)
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, _, _) = await server.StaffAsync(new { });
        var kept = Path.Combine(server.Folder, "kept.db");
        var file = Path.Combine(server.Folder, "projections.db");
        var item = await mia.CreateAsync("Lasting words");
        await bot.HoldAsync(item);
        Assert.Equal([item], Ids(await FindAsync(mia, "lasting")));
        if (what == "behind")
        {
            await server.StopAsync();
            File.Copy(file, kept);
            await server.StartAsync();
            Assert.Single(await FindAsync(mia, "lasting"));
        }
        var later = await mia.CreateAsync("Lasting too");
        Assert.Equal([later, item], Ids(await FindAsync(mia, "lasting")));
        var before = Counted(server);
        await server.StopAsync();
        if (what is "behind")
            File.Move(kept, file, overwrite: true);
        else if (what is "gone")
            File.Delete(file);
        else if (what is "damaged")
            await File.WriteAllBytesAsync(file, [.. "SQLite format 3\0"u8, .. new byte[9_000]]);
        else if (what is "of another version")
            Change(file, "alter table documents drop column title");
        else
            Change(file, "update progress set hash = zeroblob(32); delete from documents; delete from words");
        await server.StartAsync();
        Assert.Equal([later, item], Ids(await FindAsync(mia, "lasting")));
        Assert.Equal(before, Counted(server));
    }

    [Fact]
    public async Task What_happened_in_an_hour_is_counted_for_each_queue()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/law", new { })).Is(201);
        await mia.CreateAsync("Anything");
        await mia.CreateAsync("Anything else");
        Assert.Equal(2, (await FindAsync(mia, "anything")).Count); // all of it is written down
        var projections = server.Host.App.Services.GetRequiredService<IProjections>();

        var counts = projections.CountsIn(["law", "crm"], LiveServer.T0);

        Assert.Equal([new LevelThen("crm", Measure.Created, 2)], counts);
        Assert.Empty(projections.CountsIn(["law", "crm"], LiveServer.T0.AddDays(-1)));
    }

    [Fact]
    public async Task Each_queue_by_the_hour_is_read_in_one_look_with_the_last_hour_before()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, _, _, _) = await server.StaffAsync(new { });
        (await mia.PutAsync("/queues/law", new { })).Is(201);
        (await mia.PutAsync("/queues/new", new { })).Is(201);
        await mia.CreateAsync("Anything");
        Assert.Single(await FindAsync(mia, "anything"));
        var from = LiveServer.T0.AddTicks(-(LiveServer.T0.UtcTicks % TimeSpan.TicksPerHour)).AddDays(2);
        var hour = from.ToUnixTimeMilliseconds() / 3_600_000;
        var rows = ((string Queue, long Hour, Measure Measure, long Value)[])
            [
                ("crm", hour - 9, Measure.Queued, 1),
                ("crm", hour - 3, Measure.Queued, 2),
                ("crm", hour - 3, Measure.OldestReadyAt, 7),
                ("crm", hour - 3, Measure.Owned, 5),
                ("crm", hour, Measure.Queued, 3),
                ("crm", hour + 4, Measure.Queued, 4),
                ("law", hour + 1, Measure.Queued, 6),
            ];
        Change(
            Path.Combine(server.Folder, "projections.db"),
            "delete from figures; "
                + string.Concat(
                    rows.Select(row =>
                        FormattableString.Invariant(
                            $"insert into figures values (1, '{row.Queue}', {row.Hour}, {(int)row.Measure}, {row.Value}, 0, 0, 0); "
                        )
                    )
                )
        );

        var levels = server
            .Host.App.Services.GetRequiredService<IProjections>()
            .QueuedByHour(["law", "crm", "new"], from);

        Assert.Equal(
            [
                (0, 1, Measure.Queued, 6L),
                (1, -3, Measure.OldestReadyAt, 7),
                (1, -3, Measure.Queued, 2),
                (1, 0, Measure.Queued, 3),
                (1, 4, Measure.Queued, 4),
            ],
            levels
                .Select(level => (level.Queue, (int)(level.Hour - from).TotalHours, level.Measure, level.Value))
                .OrderBy(level => level.Queue)
                .ThenBy(level => level.Item2)
                .ThenByDescending(level => level.Measure)
        );
    }

    private static void Change(string file, string sql)
    {
        using var connection = ControlSurface.Storage.Database.Open(
            file,
            ControlSurface.Storage.DatabaseAccess.ReadWrite
        );
        using var forge = connection.CreateCommand();
        forge.CommandText = sql;
        forge.ExecuteNonQuery();
    }

    private static List<(Measure, long, long)> Counted(LiveServer server) =>
        [
            .. server
                .Host.App.Services.GetRequiredService<IProjections>()
                .FiguresOf("crm", LiveServer.T0 - TimeSpan.FromDays(1), byDay: false)
                .Where(figure => figure.Measure < Measure.Queued)
                .Select(figure => (figure.Measure, figure.Count, figure.PeakSeq)),
        ];
}
