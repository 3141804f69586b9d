using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>The storage of one workspace in <c>journal.db</c> of its folder.</summary>
internal sealed class SqliteStorage : IStorage
{
    /// <summary>
    /// What this version writes, and all that it reads. A folder with a higher one was written by a newer version; 1 had a row for
    /// each event, and was never released.
    /// </summary>
    internal const int Format = 2;

    private SqliteStorage(SqliteJournal journal) => Journal = journal;

    /// <summary>The file with the tables that this version makes in it.</summary>
    internal static KnownDatabase Database { get; } =
        new(
            "journal.db",
            typeof(JournalDb),
            connection => new JournalDb(Storage.Database.Options<JournalDb>(connection)),
            "Keep a copy of the folder as it is, and restore the newest backup."
        );

    /// <inheritdoc cref="IStorage.Journal"/>
    internal SqliteJournal Journal { get; }

    IJournal IStorage.Journal => Journal;

    /// <summary>Opens or makes the storage of a folder that this process holds.</summary>
    /// <exception cref="DataFolderException">It cannot be opened, or another version wrote it.</exception>
    /// <exception cref="JournalCorruptException">Its end is missing, or is not what was last marked.</exception>
    internal static SqliteStorage Open(string folder) => Open(folder, new JournalOptions());

    internal static SqliteStorage Open(string folder, JournalOptions options)
    {
        var file = DataFolder.JournalFileIn(folder);
        Storage.Database.CheckVersion();
        try
        {
            RefuseOther(file);
            Migrate(file);
        }
        catch (SqliteException failure)
        {
            throw new DataFolderException(
                $"{file} cannot be opened: {failure.Message} Run doctor --data {folder}.",
                failure
            );
        }
        var storage = new SqliteStorage(SqliteJournal.Open(file, options));
        FileFence.Lift(folder);
        return storage;
    }

    /// <summary>Refuses a file of another format: what it means by its rows is not known here.</summary>
    /// <exception cref="DataFolderException">Another version wrote it.</exception>
    internal static void RefuseOther(string file)
    {
        if (!File.Exists(file))
            return;
        using var connection = SqliteFile.Open(file, DatabaseAccess.ReadOnly);
        if (connection.Scalar("select name from sqlite_master where name = 'marks'") is not { Length: > 0 })
            return;
        var format = connection.Scalar("select value from marks where name = 'format'");
        if (
            !int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            || written == Format
        )
            return;
        var by = connection.Scalar("select value from marks where name = 'written_by'");
        if (written < Format)
            throw new DataFolderException(
                $"The data folder was written by an earlier build of ControlSurface {by} (format {written}), before the first release; "
                    + $"this is {DataFolder.OwnVersion} and reads format {Format} alone. Name an empty folder with --data, or start the earlier build."
            );
        throw new DataFolderException(
            $"The data folder was written by ControlSurface {by} (format {written}); this is {DataFolder.OwnVersion} and knows format {Format}. "
                + "Start the newer version, or restore the backup from before the upgrade."
        );
    }

    public void Dispose() => Journal.Dispose();

    private static void Migrate(string file)
    {
        using var connection = SqliteFile.Open(file, DatabaseAccess.ReadWriteCreate);
        connection.Execute("pragma journal_mode=wal");
        // The folder names SQLite, so an unfinished move loses its hold on the file.
        SqliteFence.Lift(connection);
        Storage.Database.Migrate(connection, () => new JournalDb(Storage.Database.Options<JournalDb>(connection)));
        var format = Format.ToString(CultureInfo.InvariantCulture);
        connection.Execute(
            $"insert into marks (name, value) values ('format', '{format}'), ('written_by', '{DataFolder.OwnVersion}') "
                + "on conflict (name) do update set value = excluded.value where value <> excluded.value"
        );
    }
}
