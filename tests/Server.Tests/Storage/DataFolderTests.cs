using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Server.Tests.Storage;

/// <summary>Taking a data folder for one process.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")] // File modes are what it looks at.
public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    [Fact]
    public void A_new_folder_is_its_owners_alone()
    {
        using var folder = DataFolder.Open(_temporary.Path);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder.Path)
        );
        Assert.Empty(folder.Warnings);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Found_4_12_a_folder_that_others_get_into_is_refused_unless_told_and_then_served_with_a_warning(
        UnixFileMode others
    )
    {
        Directory.CreateDirectory(_temporary.Path);
        File.SetUnixFileMode(
            _temporary.Path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others
        );
        var refused = Assert.Throws<DataFolderException>(() => DataFolder.Open(_temporary.Path));
        Assert.Contains($"chmod 700 {_temporary.Path}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-open-folder", refused.Message, StringComparison.Ordinal);
        using var folder = DataFolder.Open(_temporary.Path, acceptsOpen: true);
        Assert.Contains("chmod 700", Assert.Single(folder.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Found_4_12_files_that_an_earlier_version_left_open_are_closed_at_the_start()
    {
        DataFolder.Open(_temporary.Path).Dispose();
        SqliteStorage.Open(_temporary.Path).Dispose();
        var inner = Directory.CreateDirectory(Path.Combine(_temporary.Path, "protection")).FullName;
        string[] files = [Path.Combine(_temporary.Path, "journal.db"), Path.Combine(inner, "key.xml")];
        File.WriteAllText(files[1], "<key/>");
        foreach (var file in files)
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(inner, (UnixFileMode)0b111_101_101);
        DataFolder.Open(_temporary.Path).Dispose();
        Assert.All(files, file => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(file)));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(inner));
    }

    [Fact]
    public void A_second_server_is_refused_with_the_folder_and_the_pid_that_holds_it()
    {
        using (DataFolder.Open(_temporary.Path))
        {
            var refused = Assert.Throws<DataFolderException>(() => DataFolder.Open(_temporary.Path));
            Assert.Contains(_temporary.Path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("pid " + Environment.ProcessId, refused.Message, StringComparison.Ordinal);
        }
        DataFolder.Open(_temporary.Path).Dispose();
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        File.WriteAllText(_temporary.Path, "");
        Assert.Contains(
            _temporary.Path,
            Assert.Throws<DataFolderException>(() => DataFolder.Open(_temporary.Path)).Message,
            StringComparison.Ordinal
        );
        File.Delete(_temporary.Path);
    }

    [Fact]
    public void A_folder_that_a_newer_version_wrote_is_refused_with_both_versions()
    {
        SqliteStorage.Open(DataFolder.Create(_temporary.Path)).Dispose();
        _temporary.Tamper(
            "update marks set value = '9' where name = 'format'; update marks set value = '7.1.0' where name = 'written_by'"
        );
        var refused = Assert.Throws<DataFolderException>(() => SqliteStorage.Open(_temporary.Path));
        Assert.Contains("7.1.0 (format 9)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("knows format 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_before_the_batches_is_refused_and_stays_as_it_was()
    {
        SqliteStorage.Open(DataFolder.Create(_temporary.Path)).Dispose();
        _temporary.Tamper("update marks set value = '1' where name = 'format'; drop table batches");
        var before = File.ReadAllBytes(DataFolder.JournalFileIn(_temporary.Path));
        var refused = Assert.Throws<DataFolderException>(() => SqliteStorage.Open(_temporary.Path));
        Assert.Contains("(format 1)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Name an empty folder with --data", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(DataFolder.JournalFileIn(_temporary.Path)));
    }

    [Fact]
    public void A_kill_during_a_migration_does_not_keep_the_next_start_waiting()
    {
        Directory.CreateDirectory(_temporary.Path);
        using (var half = Database.Open(Path.Combine(_temporary.Path, "journal.db"), DatabaseAccess.ReadWriteCreate))
            half.Execute(
                "create table __EFMigrationsLock (Id integer not null primary key, Timestamp text not null); "
                    + "insert into __EFMigrationsLock values (1, '2026-01-01')"
            );
        using var folder = DataFolder.Open(_temporary.Path);
        using var journal = SqliteStorage.Open(folder.Path).Journal;
        journal.Append(Batches.Renewals(0, 1));
        Assert.Equal(1, journal.LastSeq);
    }

    [Theory]
    [InlineData("3.51.2", false)]
    [InlineData("3.7.0", false)]
    [InlineData("3.51.3", true)]
    [InlineData("3.60.0", true)]
    public void A_library_that_can_lose_commits_is_refused(string version, bool good)
    {
        if (good)
            Database.CheckVersion(version);
        else
            Assert.Contains(
                version,
                Assert.Throws<DataFolderException>(() => Database.CheckVersion(version)).Message,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData(13, 13, true, true)] // full
    [InlineData(5, 5, true, true)] // busy
    [InlineData(8, 8, true, false)] // read only
    [InlineData(14, 14, true, false)] // cannot open
    [InlineData(7, 7, true, false)] // no memory
    [InlineData(10, 1034, false, false)] // a failed flush
    [InlineData(10, 778, false, false)] // a failed write
    [InlineData(10, 266, false, false)] // a failed read
    [InlineData(11, 11, false, false)] // damaged
    public void What_a_failure_leaves_behind_depends_on_its_kind_and_on_the_stage(
        int code,
        int extended,
        bool before,
        bool inCommit
    )
    {
        var failure = new SqliteException("it failed", code, extended);
        Assert.Equal(before, SqliteFailure.LeavesNothing(failure, WritingStage.Before));
        Assert.Equal(inCommit, SqliteFailure.LeavesNothing(failure, WritingStage.Commit));
        Assert.IsType<JournalOutcomeUnknownException>(SqliteFailure.Unknown(failure));
    }

    public void Dispose() => _temporary.Dispose();
}
