using System.Globalization;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Server.Tests.Api;
using Server.Tests.Crash;
using Server.Tests.Field;
using Server.Tests.Storage;
using Xunit.Abstractions;

namespace Server.Tests.BadDays;

/// <summary>The disk is full, fails, or belongs to somebody else (DESIGN.md 3).</summary>
[Collection(Alone.Name)]
public sealed class When_the_disk_will_not_take_it(ITestOutputHelper output)
{
    [Fact]
    public async Task A_full_disk_refuses_writes_and_serves_reads_and_writes_go_on_by_themselves_once_there_is_room()
    {
        using var folder = new SmallDisk();
        var key = folder.AddKey("mia", Roles.Manager);
        await using var child = await ChildServer.StartAsync(folder.Path, folder.Mount("8m"));
        using var mia = new RemoteCaller(key) { Address = child.Address };
        // The mount is in the server's own name space: it is filled from outside by way of its process.
        var inside = $"/proc/{child.Id}/root{folder.Path}";
        (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
        (await mia.PostAsync("/items", new { queue = "crm", title = "before" })).Is(201);
        Fill(Path.Combine(inside, "ballast"));
        Answer refused;
        var acknowledged = 1;
        var body = new string('x', 50_000);
        while (
            (
                refused = await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "more",
                        body,
                    },
                    $"k{acknowledged}"
                )
            ).Status == System.Net.HttpStatusCode.Created
        )
            acknowledged++;
        refused.IsRefused(503, "unavailable");
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        var again = $"k{acknowledged}";
        // Where so much finds no room a little may: the disk is full when that does not either.
        while ((await mia.GetAsync("/readyz")).Status == System.Net.HttpStatusCode.OK)
        {
            if (
                (await mia.PostAsync("/items", new { queue = "crm", title = "little" })).Status
                == System.Net.HttpStatusCode.Created
            )
                acknowledged++;
        }
        (await mia.GetAsync("/healthz")).Is(200);
        Assert.Equal(acknowledged, (await mia.GetAsync("/items"))["total"].GetInt32());
        (await mia.PostAsync("/items?dryRun=true", new { queue = "crm", title = "tried" })).Is(201);
        File.Delete(Path.Combine(inside, "ballast"));
        await ReadyAsync(mia);
        (
            await mia.PostAsync(
                "/items",
                new
                {
                    queue = "crm",
                    title = "more",
                    body,
                },
                again
            )
        ).Is(201);
        Assert.Equal(acknowledged + 1, (await mia.GetAsync("/items"))["total"].GetInt32());
        Assert.Equal(
            acknowledged + 1,
            (await mia.EventsAsync(0)).Count(e => e.GetProperty("type").GetString() == "item.created")
        );
        output.WriteLine($"{acknowledged} items before the disk was full");
        child.Terminate();
        Assert.Equal(0, await child.ExitAsync());
    }

    [Fact]
    public async Task In_one_process_what_was_decided_and_refused_was_never_seen_and_expiry_waits_for_the_disk()
    {
        await using var server = await LiveServer.OpenAsync();
        var (mia, bot, bob, _) = await server.StaffAsync();
        var held = await bot.HoldAsync(await mia.CreateAsync());
        var before = await mia.SeqAsync();
        await using var hub = await HubReader.FollowAsync(server, mia, before, "all");
        var pages = ((SqliteJournal)server.Host.Journal).WritingConnection.Scalar("pragma page_count");
        ((SqliteJournal)server.Host.Journal).WritingConnection.Execute($"pragma max_page_count={pages}");
        var body = new string('x', 90_000);
        var many = Enumerable
            .Range(0, 64)
            .Select(k =>
                mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "t",
                        body,
                    },
                    $"k{k}"
                )
            );
        var answers = await Task.WhenAll(many);
        Assert.All(answers, a => Assert.True((int)a.Status is 201 or 503, a.Text));
        var refused = answers.Select((a, k) => (a, k)).Where(x => (int)x.a.Status == 503).Select(x => x.k).ToList();
        Assert.NotEmpty(refused);
        (await bot.PostAsync("/items", new { queue = "crm", title = "no" })).IsRefused(503, "unavailable");
        // Items are counted, not all events: the server may still be telling the workspace who else may call.
        Assert.Equal(
            64 - refused.Count,
            (await mia.EventsAsync(before)).Count(e => e.GetProperty("type").GetString() == "item.created")
        );
        // Its time passes while there is no room for much: it is shown all the same, and decided once there is room.
        server.Pass(301);
        (await bob.GetAsync($"/items/{held.Item}")).Is(200);
        ((SqliteJournal)server.Host.Journal).WritingConnection.Execute("pragma max_page_count=1000000");
        await PassUntilWritableAsync(server, mia);
        foreach (var k in refused)
            (
                await mia.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "t",
                        body,
                    },
                    $"k{k}"
                )
            ).Is(201);
        Assert.Equal("stale", await mia.StateOfAsync(held.Item));
        Assert.Equal(64, (await mia.GetAsync("/items?q=t&state=queued"))["total"].GetInt32());
        var end = await mia.SeqAsync();
        for (var seq = before + 1; seq <= end; seq++)
            Assert.Equal(seq, (await hub.NextAsync())!.Value.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_tool_that_holds_the_journal_locked_makes_it_read_only_until_it_lets_go()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (mia, _, _, _) = await server.StaffAsync();
        await mia.CreateAsync();
        using var ready = new RemoteCaller(mia.Key) { Address = server.Address };
        using (var tool = Database.Open(DataFolder.JournalFileIn(server.Folder), DatabaseAccess.ReadWrite))
        {
            tool.Execute("begin immediate");
            (await mia.PostAsync("/items", new { queue = "crm", title = "no" })).IsRefused(503, "unavailable");
            (await ready.GetAsync("/readyz")).Is(503);
            Assert.Equal(1, (await mia.GetAsync("/items"))["total"].GetInt32());
            tool.Execute("rollback");
        }
        await ReadyAsync(ready);
        await mia.CreateAsync();
    }

    [Fact]
    public async Task A_write_that_fails_in_the_middle_ends_the_process_with_70_and_the_next_start_has_all_that_was_acknowledged()
    {
        var folder = LiveServer.NewFolder();
        try
        {
            var key = AddKey(folder, "mia", Roles.Manager);
            var acknowledged = new List<string>();
            Answer last;
            // A limit on the size of files: the system refuses a write in the middle of the log, as a failing disk does.
            await using (
                var child = await ChildServer.StartAsync(
                    folder,
                    "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0; ulimit -f 4096"
                )
            )
            {
                using var mia = new RemoteCaller(key) { Address = child.Address };
                (await mia.SendAsync(HttpMethod.Put, "/queues/crm", new { }, null)).Is(201);
                var body = new string('x', 50_000);
                while (
                    (
                        last = await mia.PostAsync(
                            "/items",
                            new
                            {
                                queue = "crm",
                                title = "t",
                                body,
                            },
                            $"k{acknowledged.Count}"
                        )
                    ).Status == System.Net.HttpStatusCode.Created
                )
                    acknowledged.Add(last["id"].GetString()!);
                last.IsRefused(503, "outcome_unknown");
                Assert.Equal(ControlSurface.Hosting.ServerHost.FatalExitCode, await child.ExitAsync());
                Assert.Contains("The next start reads what is on disk.", child.Error, StringComparison.Ordinal);
                output.WriteLine($"{acknowledged.Count} acknowledged, then: {child.Error.Trim()}");
            }
            await using var again = await ChildServer.StartAsync(folder);
            using var after = new RemoteCaller(key) { Address = again.Address };
            foreach (var id in acknowledged)
                (await after.GetAsync($"/items/{id}")).Is(200);
            (
                await after.PostAsync(
                    "/items",
                    new
                    {
                        queue = "crm",
                        title = "t",
                        body = new string('x', 50_000),
                    },
                    $"k{acknowledged.Count}"
                )
            ).Is(201);
            Assert.Equal(acknowledged.Count + 1, (await after.GetAsync("/items"))["total"].GetInt32());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_append_of_unknown_fate_is_answered_outcome_unknown_and_reported_once()
    {
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary.Path);
        using var sqlite = SqliteStorage.Open(folder.Path).Journal;
        var told = new List<Exception>();
        var journal = new FailingFlush(sqlite);
        await using (var engine = Engine.Open(journal, TimeProvider.System, new EngineOptions { OnFatal = told.Add }))
        {
            var admin = new Principal(
                new PrincipalId(1),
                "Ann",
                PrincipalKind.Person,
                Roles.Admin,
                null,
                PrincipalState.Active
            );
            Assert.Null((await SyncAsync(engine, admin)).Refusal);
            journal.Fails = true;
            var many = Enumerable
                .Range(2, 20)
                .Select(n => SyncAsync(engine, admin with { Id = new PrincipalId(n), Name = $"n{n}" }));
            foreach (var outcome in await Task.WhenAll(many))
                Assert.Equal("outcome_unknown", outcome.Refusal?.Code);
            journal.Fails = false;
            Assert.Equal("outcome_unknown", (await SyncAsync(engine, admin with { Name = "later" })).Refusal?.Code);
            Assert.False(engine.IsWritable);
            Assert.Equal(1, engine.Picture.Seq);
        }
        Assert.IsType<JournalOutcomeUnknownException>(Assert.Single(told));
        Assert.Equal(1, sqlite.LastSeq);
    }

    [Fact]
    public async Task A_disk_that_hangs_is_noticed_by_the_mark_that_does_not_come()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(LiveServer.T0);
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary.Path);
        using var sqlite = SqliteStorage.Open(folder.Path).Journal;
        var journal = new FailingFlush(sqlite);
        await using var engine = Engine.Open(journal, clock);
        clock.Advance(TimeSpan.FromSeconds(1));
        while (engine.SinceMark > TimeSpan.Zero)
            await Task.Yield();
        using (journal.Hang())
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(TimeSpan.FromSeconds(6), engine.SinceMark);
            Assert.True(engine.IsWritable);
        }
        while (engine.SinceMark > TimeSpan.Zero)
            await Task.Yield();
    }

    internal static string AddKey(string folder, string name, Roles roles)
    {
        using var access = AccessStore.Open(folder, TimeProvider.System);
        return access.AddKey(access.AddPrincipal(name, PrincipalKind.Person, roles, null).Id, name).Text;
    }

    internal static async Task ReadyAsync(RemoteCaller caller)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await caller.GetAsync("/readyz")).Status != System.Net.HttpStatusCode.OK)
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "not ready again");
    }

    private static async Task PassUntilWritableAsync(LiveServer server, Field.TestCaller mia)
    {
        for (var k = 0; k < 50 && !server.Host.Engine.IsWritable; k++)
        {
            server.Pass(1);
            await mia.GetAsync("/me");
        }
        Assert.True(server.Host.Engine.IsWritable);
    }

    private static Task<Outcome> SyncAsync(Engine engine, Principal principal) =>
        engine.SendAsync(
            new Request(new PrincipalCommand.Sync(principal), ControlSurface.Core.Vocabulary.Caller.System)
        );

    private static void Fill(string file)
    {
        using var ballast = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (var size = block.Length; size > 0; )
        {
            try
            {
                ballast.Write(block.AsSpan(0, size));
                ballast.Flush();
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>A folder on which a child process mounts a small disk that only it has, so that nothing is left to undo.</summary>
    private sealed class SmallDisk : IDisposable
    {
        internal string Path { get; } = NewFolder();

        // Its owner's alone, or the server would refuse it.
        private static string NewFolder()
        {
            var folder = Directory.CreateDirectory(LiveServer.NewFolder()).FullName;
            UnixFiles.KeepToOwner(folder);
            return folder;
        }

        internal string AddKey(string name, Roles roles) => When_the_disk_will_not_take_it.AddKey(Path, name, roles);

        internal string Mount(string size)
        {
            var saved = Path + ".saved";
            return $"cp -a {Path} {saved} && mount -t tmpfs -o size={size},mode=700 none {Path} && cp -a {saved}/. {Path}/ && rm -rf {saved}";
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

/// <summary>A real journal whose next flush fails when it is told to: nobody can say what is on disk.</summary>
internal sealed class FailingFlush(IJournal inner) : IJournal
{
    private readonly object _disk = new();

    internal bool Fails { get; set; }

    public long LastSeq => inner.LastSeq;
    public DateTimeOffset? LastUpAt => inner.LastUpAt;

    public void Append(JournalBatch batch)
    {
        if (Fails)
            throw new JournalOutcomeUnknownException("The flush failed.");
        inner.Append(batch);
    }

    public IEnumerable<ControlSurface.Core.Vocabulary.Recorded> ReadAfter(long seq) => inner.ReadAfter(seq);

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => inner.Snapshots(upTo);

    public void Save(Snapshot snapshot) => inner.Save(snapshot);

    public void MarkUp(DateTimeOffset at)
    {
        lock (_disk)
            inner.MarkUp(at);
    }

    /// <summary>Until it is disposed of, no mark is written and none is refused.</summary>
    internal IDisposable Hang()
    {
        Monitor.Enter(_disk);
        return new Hanging(_disk);
    }

    private sealed class Hanging(object disk) : IDisposable
    {
        public void Dispose() => Monitor.Exit(disk);
    }

    public EventPage FindEvents(EventQuery query) => inner.FindEvents(query);

    public IReadOnlyList<AuditRow> Chained(long after, int limit) => inner.Chained(after, limit);

    public byte[] HashAt(long seq) => inner.HashAt(seq);

    public long LastBefore(DateTimeOffset at) => inner.LastBefore(at);

    public int CountOf(ControlSurface.Core.Vocabulary.ItemId item) => inner.CountOf(item);

    public ArchivePage FindArchived(ArchiveQuery query) => inner.FindArchived(query);

    public KeptContent? FindContent(string hash) => inner.FindContent(hash);

    public KeptAnswer? FindAnswer(ControlSurface.Core.Vocabulary.PrincipalId principal, string key) =>
        inner.FindAnswer(principal, key);

    public void PruneAnswers(DateTimeOffset before) => inner.PruneAnswers(before);

    public ControlSurface.Core.Items.Item? FindArchived(ControlSurface.Core.Vocabulary.ItemId id) =>
        inner.FindArchived(id);

    public ControlSurface.Core.Items.Item? FindArchived(ControlSurface.Core.Vocabulary.LeaseId id) =>
        inner.FindArchived(id);

    public ControlSurface.Core.Items.Item? FindArchived(string queue, string externalId) =>
        inner.FindArchived(queue, externalId);

    public void Dispose() => inner.Dispose();
}
