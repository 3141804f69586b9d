using System.Formats.Tar;
using System.IO.Compression;
using ControlSurface.Commands;
using ControlSurface.Storage;
using Microsoft.Data.Sqlite;
using Server.Tests.Field;
using Server.Tests.Storage;

namespace Server.Tests.Workspaces;

/// <summary>A backup is made while work goes on, and what is restored from it is what was there at one instant.</summary>
public sealed class An_export_beside_a_running_server
{
    [Fact]
    public async Task Holds_every_event_up_to_one_instant_and_is_served_as_it_was()
    {
        await using var server = await LiveServer.OpenAsync(TimeProvider.System);
        var (_, bot, _, _) = await server.StaffAsync();
        using var over = new CancellationTokenSource();
        var writing = WriteAsync(bot, over.Token);
        var file = Path.Combine(server.Folder, "main.tar.gz");
        await UntilAsync(() => server.Host.Engine.Picture.Seq > 50);

        var (code, said, error) = await RunAsync("workspaces", "export", "main", "--to", file, "--data", server.Folder);
        var seqAfter = server.Host.Engine.Picture.Seq;
        await UntilAsync(() => server.Host.Engine.Picture.Seq > seqAfter);
        await over.CancelAsync();
        var written = await writing;

        Assert.True(code == 0, error);
        Assert.Contains("It was read back", said, StringComparison.Ordinal);
        using var restored = new TemporaryFolder();
        DataFolder.Create(restored.Path);
        await UnpackAsync(file, restored.Path);
        using (var copy = Storages.Examine(restored.Path))
        using (var source = Storages.Examine(server.Folder))
        {
            Assert.InRange(copy.LastSeq, 50, seqAfter);
            Assert.Equal(source.HashAt(copy.LastSeq), copy.HashAt(copy.LastSeq));
        }
        var (well, found, _) = await RunAsync("doctor", "--data", restored.Path);
        Assert.True(well == 0, found);
        await using var again = await LiveServer.OpenAsync(TimeProvider.System, restored.Path);
        // Its key is known, and so is the key of its first request.
        var repeat = await new TestCaller(again, bot.Principal, bot.Key).PostAsync(
            "/items",
            new { queue = "crm", title = "0" },
            idempotencyKey: "k0"
        );
        Assert.Equal(written[0], repeat.Is(201)["id"].GetString());
    }

    [Fact]
    public async Task Of_a_damaged_journal_is_refused_and_leaves_nothing()
    {
        var folder = LiveServer.NewFolder();
        await using (var server = await LiveServer.OpenAsync(folder: folder))
        {
            var (mia, _, _, _) = await server.StaffAsync();
            for (var k = 0; k < 20; k++)
                (await mia.PutAsync($"/queues/q{k}", new { })).Is(201);
        }
        using (var journal = new SqliteConnection($"Data Source={DataFolder.JournalFileIn(folder)};Pooling=False"))
        {
            journal.Open();
            using var change = journal.CreateCommand();
            change.CommandText =
                "update batches set hash = zeroblob(length(hash)) where first = (select max(first) from batches)";
            Assert.Equal(1, change.ExecuteNonQuery());
        }
        var before = Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order().ToList();

        var to = Path.Combine(folder, "main.tar.gz");
        var (code, _, error) = await RunAsync("workspaces", "export", "main", "--to", to, "--data", folder);

        Assert.Equal(1, code);
        Assert.Contains("Nothing was exported. Run doctor", error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Is_no_second_writer_of_the_journal_to_doctor()
    {
        using var folder = new TemporaryFolder();
        DataFolder.Create(folder.Path);
        await using var server = await Crash.ChildServer.StartAsync(folder.Path);

        using (
            Database.Open(
                DataFolder.JournalFileIn(folder.Path),
                WorkspaceExport.AccessTo(folder.Path),
                timeoutSeconds: 1
            )
        )
        {
            var (code, said, _) = await RunAsync("doctor", "--data", folder.Path);
            Assert.True(code == 0, said);
        }
        await server.KillAsync();
        Assert.Equal(DatabaseAccess.ReadWrite, WorkspaceExport.AccessTo(folder.Path));
    }

    [Fact]
    public async Task Of_a_journal_whose_mark_cannot_be_read_is_refused_with_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using (await LiveServer.OpenAsync(folder: folder.Path)) { }
        folder.Tamper("insert or replace into marks (name, value) values ('up', 'soon 1 00')");

        var to = Path.Combine(folder.Path, "main.tar.gz");
        var (code, _, error) = await RunAsync("workspaces", "export", "main", "--to", to, "--data", folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("cannot be read: soon 1 00.", error, StringComparison.Ordinal);
        Assert.False(File.Exists(to));
        var (well, found, _) = await RunAsync("doctor", "--data", folder.Path);
        Assert.Equal(1, well);
        Assert.Contains("WRONG  head: The mark of how far the journal went cannot be read", found);
    }

    // The ids of what it made, in order.
    private static async Task<List<string>> WriteAsync(TestCaller bot, CancellationToken over)
    {
        var ids = new List<string>();
        for (var k = 0; !over.IsCancellationRequested; k++)
        {
            var made = await bot.PostAsync("/items", new { queue = "crm", title = $"{k}" }, $"k{k}");
            ids.Add(made.Is(201)["id"].GetString()!);
        }
        return ids;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
            await Task.Delay(10, patience.Token);
    }

    private static async Task UnpackAsync(string file, string folder)
    {
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(packed, folder, overwriteFiles: false);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(
            args,
            _ => throw new InvalidOperationException("It serves nothing."),
            output,
            error
        );
        return (code, output.ToString(), error.ToString());
    }
}
