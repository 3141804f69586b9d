using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using ControlSurface.Commands;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Hosting;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Api;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Commands;

/// <summary>A data folder that a real server made: who was added, an answer to a key, contents, an artifact, a webhook.</summary>
public sealed class ServedFolder : IAsyncLifetime
{
    internal string Path { get; } = LiveServer.NewFolder();

    public async Task InitializeAsync()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System, Path);
        var (mia, _, _, _) = await server.StaffAsync();
        var ada = await server.AddAsync("Ada", Roles.Admin);
        (await mia.PostAsync("/items", new { queue = "crm", title = "One" }, "k-1")).Is(201);
        var item = await mia.CreateAsync("Two");
        (
            await mia.PostAsync(
                "/artifacts",
                new
                {
                    name = "Reply",
                    itemId = item,
                    contentType = "text/plain",
                    content = "Dear Ann",
                }
            )
        ).Is(201);
        (await ada.PutAsync("/webhooks/crm", new { url = "https://crm.example/hook", events = new[] { "item.*" } })).Is(
            201
        );
        await mia.CreateAsync("Three");
        // What follows the journal has to have come as far, so that each file has something to be wrong about.
        for (var k = 0; k < 2_000 && (await ada.GetAsync("/webhooks/crm/deliveries"))["total"].GetInt32() == 0; k++)
            await Task.Yield();
        await mia.GetAsync("/search?q=three");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A copy of it, its owner's alone.</summary>
    internal string Copy()
    {
        var copy = LiveServer.NewFolder();
        UnixFiles.KeepNewFilesToOwner();
        foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories).Prepend(Path))
            Directory.CreateDirectory(folder.Replace(Path, copy, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            File.Copy(file, file.Replace(Path, copy, StringComparison.Ordinal));
        return copy;
    }
}

/// <summary>What <c>doctor</c> says of a folder in which something was broken on purpose.</summary>
[UnsupportedOSPlatform("windows")] // Modes and owners are part of it.
public sealed class DoctorTests(ServedFolder served) : IClassFixture<ServedFolder>, IDisposable
{
    private const string Newer = "insert into __EFMigrationsHistory values ('20991231000000_Future', '99.0.0')";
    private const string Older =
        "delete from __EFMigrationsHistory where MigrationId = (select max(MigrationId) from __EFMigrationsHistory)";
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly List<IDisposable> _open = [];
    private readonly string _folder = served.Copy();

    /// <summary>What is broken, how, the check that finds it, and the file that it names.</summary>
    private static readonly Dictionary<string, (Action<DoctorTests> Plant, string Check, string File)> Faults = new(
        StringComparer.Ordinal
    )
    {
        ["a changed content"] = (
            t => t.Tamper("journal.db", "update contents set bytes = cast('Dear Eve' as blob)"),
            "contents",
            "journal.db"
        ),
        ["a missing content"] = (t => t.Tamper("journal.db", "delete from contents"), "contents", "journal.db"),
        ["a cut tail"] = (
            t => t.Tamper("journal.db", "delete from batches where first = (select max(first) from batches)"),
            "head",
            "journal.db"
        ),
        ["a changed event"] = (
            t => JournalSurgery.Change(t.JournalFile, 2, e => e with { By = 9 }),
            "chain",
            "journal.db"
        ),
        ["a changed answer"] = (
            t => JournalSurgery.ChangeAnswers(t.JournalFile, a => a with { Body = "{\"id\":\"W-9\"}"u8.ToArray() }),
            "answers",
            "journal.db"
        ),
        ["an answer with another status"] = (
            t => JournalSurgery.ChangeAnswers(t.JournalFile, a => a with { Status = 204 }),
            "answers",
            "journal.db"
        ),
        ["an answer of nobody, with a checksum that fits"] = (
            t =>
                JournalSurgery.ChangeAnswers(
                    t.JournalFile,
                    a => a with { Principal = new PrincipalId(99) },
                    mends: true
                ),
            "answers",
            "journal.db"
        ),
        ["an answer that is no JSON, with a checksum that fits"] = (
            t => JournalSurgery.ChangeAnswers(t.JournalFile, a => a with { Body = "{{"u8.ToArray() }, mends: true),
            "answers",
            "journal.db"
        ),
        ["keys of answers that cannot be read"] = (
            t =>
            {
                t.MoveAnswers();
                t.Tamper("journal.db", "update answer_blocks set keys = x'02'");
            },
            "answers",
            "journal.db"
        ),
        ["keys of other answers"] = (
            t =>
            {
                t.MoveAnswers();
                t.Tamper("journal.db", "update answer_blocks set keys = cast(replace(keys, 'k-1', 'k-9') as blob)");
            },
            "answers",
            "journal.db"
        ),
        ["answers under another hash"] = (
            t =>
            {
                t.MoveAnswers();
                t.Tamper("journal.db", "update answer_blocks set hash = hash + 1");
            },
            "answers",
            "journal.db"
        ),
        ["an index of items that is ahead of the journal"] = (
            t => t.Tamper("journal.db", "insert into marks (name, value) values ('items.indexed', '4096')"),
            "items",
            "journal.db"
        ),
        ["a missing index of the journal"] = (
            t => t.Tamper("journal.db", "drop index archive_by_queue"),
            "index",
            "journal.db"
        ),
        ["a missing index of access.db"] = (
            t => t.Tamper("access.db", "drop index keys_by_hash"),
            "index",
            "access.db"
        ),
        ["another index under its name"] = (
            t =>
                t.Tamper(
                    "outbox.db",
                    "drop index deliveries_by_webhook; create index deliveries_by_webhook on deliveries (id)"
                ),
            "index",
            "outbox.db"
        ),
        ["a missing table"] = (t => t.Tamper("projections.db", "drop table figures"), "tables", "projections.db"),
        ["an open folder"] = (t => File.SetUnixFileMode(t._folder, (UnixFileMode)0b111_101_101), "folder", ""),
        ["an open file"] = (
            t => File.SetUnixFileMode(Path.Combine(t._folder, "access.db"), (UnixFileMode)0b110_100_100),
            "modes",
            "access.db"
        ),
        ["a foreign owner"] = (t => t.GiveAway("webhooks.secret"), "owner", "webhooks.secret"),
        ["a file that cannot be read"] = (
            t => File.CreateSymbolicLink(Path.Combine(t._folder, "protection", "key-0.xml"), "/proc/self/mem"),
            "files",
            "protection/key-0.xml"
        ),
        ["an older journal"] = (t => t.Tamper("journal.db", Older), "schema", "journal.db"),
        ["an older access.db"] = (t => t.Tamper("access.db", Older), "schema", "access.db"),
        ["a newer journal"] = (t => t.Tamper("journal.db", Newer), "schema", "journal.db"),
        ["a newer access.db"] = (t => t.Tamper("access.db", Newer), "schema", "access.db"),
        ["a newer outbox"] = (t => t.Tamper("outbox.db", Newer), "schema", "outbox.db"),
        ["newer projections"] = (t => t.Tamper("projections.db", Newer), "schema", "projections.db"),
        ["a newer format"] = (
            t => t.Tamper("journal.db", "update marks set value = '9' where name = 'format'"),
            "format",
            "journal.db"
        ),
        ["a clock behind the journal"] = (t => t._clock = Clock(-Year), "clock", "journal.db"),
        ["projections ahead"] = (
            t => t.Tamper("projections.db", "update progress set seq = seq + 1000"),
            "projections",
            "projections.db"
        ),
        ["projections of another journal"] = (
            t => t.Tamper("projections.db", "update progress set hash = zeroblob(32)"),
            "projections",
            "projections.db"
        ),
        ["an outbox ahead"] = (
            t => t.Tamper("outbox.db", "update positions set seq = seq + 1000"),
            "outbox",
            "outbox.db"
        ),
        ["a delivery ahead"] = (
            t => t.Tamper("outbox.db", "update deliveries set seq = seq + 1000"),
            "outbox",
            "outbox.db"
        ),
        ["a second writer"] = (t => t._open.Add(t.Open("journal.db")), "writer", "journal.db"),
        ["a journal that is none"] = (t => t.Fill("journal.db"), "database", "journal.db"),
        ["an access.db that is none"] = (t => t.Fill("access.db"), "database", "access.db"),
        ["an outbox that is none"] = (t => t.Fill("outbox.db"), "database", "outbox.db"),
        ["projections that are none"] = (t => t.Fill("projections.db"), "database", "projections.db"),
        ["a lost access.db"] = (t => File.Delete(Path.Combine(t._folder, "access.db")), "access", "access.db"),
        ["an access.db that lacks somebody"] = (
            t => t.Tamper("access.db", "delete from keys where principal = 2; delete from principals where id = 2"),
            "access",
            "access.db"
        ),
        ["a key of nobody"] = (
            t => t.Tamper("access.db", "pragma foreign_keys=off; update keys set principal = 77 where id = 1"),
            "access",
            "access.db"
        ),
        ["a wrong snapshot"] = (
            t => t.Tamper("journal.db", "update snapshots set digest = zeroblob(32)"),
            "snapshots",
            "journal.db"
        ),
        ["a lost secret"] = (
            t => File.Delete(Path.Combine(t._folder, "webhooks.secret")),
            "secrets",
            "webhooks.secret"
        ),
        ["lost addresses"] = (
            t => File.Delete(Path.Combine(t._folder, "webhooks.addresses")),
            "secrets",
            "webhooks.addresses"
        ),
        ["a lost protection"] = (
            t => Directory.Delete(Path.Combine(t._folder, "protection"), recursive: true),
            "secrets",
            "webhooks.secret"
        ),
    };

    private TimeProvider _clock = TimeProvider.System;

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Found_4_11_doctor_finds_it_by_name_with_what_to_do_and_exits_with_1(string fault)
    {
        var (plant, check, file) = Faults[fault];
        plant(this);
        var (code, said) = await DoctorAsync("--json");
        var found = JsonElement.Parse(said);
        var wrong = found.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(1, code);
        Assert.Equal(1, found.GetProperty("exitCode").GetInt32());
        Assert.False(found.GetProperty("ok").GetBoolean());
        var named = wrong.FirstOrDefault(f => f.GetProperty("check").GetString() == check);
        Assert.True(named.ValueKind == JsonValueKind.Object, said);
        Assert.Equal(
            Path.TrimEndingDirectorySeparator(Path.Combine(_folder, file)),
            named.GetProperty("file").GetString()
        );
        Assert.All(wrong, f => Assert.NotEmpty(f.GetProperty("what").GetString()!));
        Assert.All(wrong, f => Assert.NotEmpty(f.GetProperty("do").GetString()!));
        var (_, text) = await DoctorAsync();
        Assert.Contains("WRONG  " + check, text, StringComparison.Ordinal);
        Assert.DoesNotContain("All is well", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_10_a_sound_folder_is_well_in_every_check_and_doctor_changes_nothing()
    {
        var before = Hashes();
        var (code, said) = await DoctorAsync("--json");
        Assert.True(code == 0, said);
        var checks = JsonElement.Parse(said).GetProperty("checks").EnumerateArray().ToList();
        Assert.All(checks, c => Assert.Equal("ok", c.GetProperty("state").GetString()));
        var names = checks.Select(c => c.GetProperty("name").GetString()!).ToHashSet(StringComparer.Ordinal);
        // A check that is in the table above and finds nothing wrong has to be one that was made.
        Assert.Subset(names, Faults.Values.Select(f => f.Check).Except(["modes", "replay", "tables"]).ToHashSet());
        Assert.EndsWith("All is well.\n", (await DoctorAsync()).Said, StringComparison.Ordinal);
        Assert.Equal(before, Hashes());
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("access.db")]
    [InlineData("outbox.db")]
    [InlineData("projections.db")]
    public async Task Found_7_10_the_server_refuses_a_file_of_a_newer_version_in_one_sentence(string file)
    {
        Tamper(file, Newer);
        var said = await RefusalAsync();
        Assert.Contains(Path.Combine(_folder, file), said, StringComparison.Ordinal);
        Assert.Contains("20991231000000_Future", said, StringComparison.Ordinal);
        Assert.Contains("newer version", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("access.db")]
    [InlineData("outbox.db")]
    public async Task Found_7_10_the_server_refuses_a_file_that_is_no_database_in_one_sentence(string file)
    {
        Fill(file);
        var said = await RefusalAsync();
        Assert.Contains(file, said, StringComparison.Ordinal);
        Assert.Contains("doctor", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Found_7_10_doctor_as_a_process_of_its_own_exits_with_what_it_found()
    {
        Fill("outbox.db");
        var start = new ProcessStartInfo("dotnet", [Crash.ChildServer.Program, "doctor", "--data", _folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var doctor = Process.Start(start)!;
        var said = await doctor.StandardOutput.ReadToEndAsync();
        Assert.Equal("", await doctor.StandardError.ReadToEndAsync());
        await doctor.WaitForExitAsync();
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("WRONG  database (outbox.db): It is no sound database", said, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _open.ForEach(o => o.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    // Into a portion, as once there are thousands of them.
    private void MoveAnswers()
    {
        var options = new JournalOptions { AnswersPerPortion = 1, MovesInBackground = false };
        using var storage = SqliteStorage.Open(_folder, options);
        storage.Journal.PruneAnswers(DateTimeOffset.UnixEpoch);
    }

    private async Task<(int Code, string Said)> DoctorAsync(params string[] more)
    {
        using var output = new StringWriter();
        var code = await CommandTree.RunAsync(
            ["doctor", "--data", _folder, .. more],
            _ => throw new InvalidOperationException("doctor serves nothing"),
            output,
            output,
            _clock
        );
        return (code, output.ToString());
    }

    private async Task<string> RefusalAsync()
    {
        using var error = new StringWriter();
        var options = new ServeOptions(
            "http://127.0.0.1:0",
            _folder,
            Demo: false,
            ["--Logging:LogLevel:Default=Critical"]
        );
        Assert.Equal(1, await ServerHost.ServeAsync(options, TextWriter.Null, error));
        return Assert.Single(error.ToString().Trim().Split('\n'));
    }

    private static FakeTimeProvider Clock(TimeSpan off) => new(TimeProvider.System.GetUtcNow() + off);

    private System.Data.Common.DbConnection Open(string file) =>
        Database.Open(Path.Combine(_folder, file), DatabaseAccess.ReadWrite);

    private string JournalFile => Path.Combine(_folder, "journal.db");

    private void Tamper(string file, string sql)
    {
        using var connection = Open(file);
        connection.Execute(sql);
    }

    private void Fill(string file)
    {
        foreach (var ending in (string[])["-wal", "-shm"])
            File.Delete(Path.Combine(_folder, file + ending));
        File.WriteAllText(Path.Combine(_folder, file), new string('g', 20_000));
    }

    // Only root may give a file away; anybody may put one of root's in its place.
    private void GiveAway(string file)
    {
        var path = Path.Combine(_folder, file);
        if (UnixFiles.Me == 0)
        {
            using var chown = Process.Start("chown", ["65534", path]);
            chown.WaitForExit();
            Assert.Equal(0, chown.ExitCode);
        }
        else
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, "/etc/passwd");
        }
    }

    // Of what SQLite keeps beside a database to read it by, only the databases themselves are what must not change.
    private Dictionary<string, string> Hashes() =>
        Directory
            .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Where(file =>
                !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith("-wal", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal)
            .ToDictionary(
                file => file,
                file =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{File.GetUnixFileMode(file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"
                    )
            );
}
