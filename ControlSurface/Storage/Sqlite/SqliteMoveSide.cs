using ControlSurface.Core.Engine;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;

namespace ControlSurface.Storage.Sqlite;

/// <summary>SQLite as a side of a move: the copy is made in a folder of its own, and placed whole.</summary>
internal sealed class SqliteMoveSide(string folder) : IMoveSide
{
    /// <summary>The folder, in the workspace's, in which a copy is made.</summary>
    internal const string IncomingFolder = "incoming";

    /// <summary>What <c>journal.db</c> is called once its workspace is elsewhere.</summary>
    internal const string MovedFile = "journal.db.moved";

    // What SQLite keeps beside a file.
    private const string Log = "-wal";
    private const string Index = "-shm";

    private readonly string _file = DataFolder.JournalFileIn(folder);
    private readonly string _incoming = Path.Combine(folder, IncomingFolder);

    public void CheckTarget() => RefuseAnother();

    public void Hold()
    {
        SqliteStorage.Open(folder).Dispose();
        SqliteFence.Set(_file);
    }

    // A file is opened by the process alone that holds its folder, and the move does.
    public void CheckHold() { }

    public IJournalExamination Source() => SqliteExamination.Open(folder);

    public IJournalExamination Copy() => SqliteExamination.Open(_incoming);

    public void Receive(IJournalExamination source)
    {
        RefuseAnother();
        if (Directory.Exists(_incoming))
            Directory.Delete(_incoming, recursive: true);
        SqliteCopy.Make(DataFolder.Create(_incoming), source);
        // Fence the copy until the folder names SQLite.
        SqliteFence.Set(DataFolder.JournalFileIn(_incoming));
    }

    public HomeContent HoldHome(IReadOnlyList<KnownDatabase> databases)
    {
        foreach (var database in databases.Where(d => File.Exists(Path.Combine(folder, d.FileName))))
        {
            // Of this version's form first.
            FileTables.Open(folder, database).Dispose();
            using var file = Database.Open(Path.Combine(folder, database.FileName), DatabaseAccess.ReadWrite);
            using var hold = file.BeginTransaction();
            FileFence.Set(file, database);
            hold.Commit();
        }
        return new FolderHome(folder).Read(databases);
    }

    public void ReceiveHome(HomeContent content, IReadOnlyList<KnownDatabase> databases)
    {
        var tables = content.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
        foreach (var database in databases)
        {
            FileTables.Open(_incoming, database).Dispose();
            using var file = Database.Open(Path.Combine(_incoming, database.FileName), DatabaseAccess.ReadWrite);
            file.Execute("pragma synchronous=full");
            using var write = file.BeginTransaction();
            foreach (var table in database.Tables)
                tables[table.Name].WriteTo(file);
            write.Commit();
        }
        var secrets = new FolderSecrets(_incoming);
        foreach (var (name, data) in content.Secrets)
            secrets.Update(name, _ => data);
        foreach (var (name, xml) in content.Keys)
            secrets.AddKey(name, xml);
    }

    public HomeContent CopyOfHome(IReadOnlyList<KnownDatabase> databases) => new FolderHome(_incoming).Read(databases);

    // Each goes by one rename. What lies there of an earlier time is set aside: the workspace is elsewhere still.
    private void PlaceHome()
    {
        foreach (
            var made in Directory
                .EnumerateFileSystemEntries(_incoming)
                .Where(entry => !Path.GetFileName(entry).StartsWith("journal.db", StringComparison.Ordinal))
                .Where(entry => Path.GetExtension(entry) != ".lock")
        )
        {
            var place = Path.Combine(folder, Path.GetFileName(made));
            MovedFiles.SetAside(place);
            Directory.Move(made, place);
        }
    }

    public void Place()
    {
        RefuseAnother();
        if (Directory.Exists(_incoming))
            PlaceHome();
        var copy = DataFolder.JournalFileIn(_incoming);
        Checkpoint(copy);
        // A log that was left beside an older file would be taken for this one's.
        SetJournalAside();
        foreach (var ending in (string[])[Log, Index])
            File.Delete(_file + ending);
        File.Move(copy, _file);
        Directory.Delete(_incoming, recursive: true);
        UnixFiles.FlushFolder(folder);
    }

    public void Release()
    {
        if (!File.Exists(_file))
            return;
        using var connection = SqliteFile.Open(_file, DatabaseAccess.ReadWrite);
        SqliteFence.Lift(connection);
        FileFence.Lift(folder);
    }

    public string? SetAside()
    {
        if (!File.Exists(_file) || !SqliteFence.IsSet(_file))
            return null;
        foreach (var name in (string[])[DataFolder.AccessFile, DataFolder.OutboxFile])
            MovedFiles.SetAside(Path.Combine(folder, name));
        new FolderSecrets(folder).SetAside();
        return SetJournalAside();
    }

    private string? SetJournalAside()
    {
        if (!File.Exists(_file) || !SqliteFence.IsSet(_file))
            return null;
        var moved = Path.Combine(folder, MovedFile);
        Checkpoint(_file);
        File.Delete(moved + Log);
        File.Delete(moved + Index);
        File.Move(_file, moved, overwrite: true);
        // Where a process has it open still, the log may hold what the file does not: it goes along.
        if (File.Exists(_file + Log))
            File.Move(_file + Log, moved + Log);
        File.Delete(_file + Index);
        UnixFiles.FlushFolder(folder);
        return moved;
    }

    // Everything into the file itself; the connection that closes last removes the log.
    private static void Checkpoint(string file)
    {
        using var connection = SqliteFile.Open(file, DatabaseAccess.ReadWrite, timeoutSeconds: 1);
        connection.Execute("pragma wal_checkpoint(truncate)");
    }

    // What a move left is held; anything else was put there by somebody.
    private void RefuseAnother()
    {
        if (File.Exists(_file) && !SqliteFence.IsSet(_file))
            throw new DataFolderException(
                $"{_file} is there already, though the folder keeps its journal elsewhere. Move it away if it is of no use, then move again."
            );
    }
}
