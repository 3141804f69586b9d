using System.Data.Common;
using System.Formats.Tar;
using System.IO.Compression;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Moving;
using ControlSurface.Webhooks;

namespace ControlSurface.Commands;

/// <summary>
/// Writes a workspace into one file, beside a running server or without one: each database as it is at one instant, without holding up
/// whoever writes. The copy of the journal is read from its first event to its last before the file counts.
/// </summary>
internal static class WorkspaceExport
{
    /// <summary>Writes the file: complete or not there, and for its owner alone from the first byte on, since it holds secrets.</summary>
    /// <param name="data">The data folder, absolute.</param>
    /// <param name="folder">That of the workspace; the data folder itself for the first one.</param>
    /// <returns>What the journal in it holds; null where the journal is kept elsewhere, or nothing was written yet.</returns>
    /// <exception cref="DataFolderException">The file is there, cannot be written, or the workspace is damaged; nothing is left.</exception>
    internal static JournalContent? Write(string data, string folder, string file)
    {
        if (File.Exists(file))
            throw new DataFolderException($"{file} exists already. Name another file, or move it away first.");
        if (Path.GetDirectoryName(file) is { } into && !Directory.Exists(into))
            throw new DataFolderException($"{file} cannot be written: there is no folder {into}.");
        var unfinished = $"{file}.{Path.GetRandomFileName()}.new";
        var copies = unfinished + ".d";
        try
        {
            MakeForOwner(copies);
            var content = Copy(folder, copies, AccessTo(data));
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var target = new FileStream(unfinished, options))
            {
                Pack(folder, copies, unfinished, target, isFirst: folder == data);
                target.Flush(flushToDisk: true);
            }
            File.Move(unfinished, file);
            return content;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"{file} cannot be written: {failure.Message}", failure);
        }
        catch (Exception damaged) when (damaged is DbException or JournalCorruptException or DamagedRecordException)
        {
            throw new DataFolderException(
                $"{damaged.Message} Nothing was exported. Run doctor; with the server stopped the folder itself can be copied as it is.",
                damaged
            );
        }
        finally
        {
            File.Delete(unfinished);
            if (Directory.Exists(copies))
                Directory.Delete(copies, recursive: true);
        }
    }

    private static void MakeForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
    }

    /// <summary>
    /// How the databases are opened to be copied: for reading where a server has the data folder, so that <c>doctor</c> sees no writer
    /// of the journal but the server.
    /// </summary>
    internal static DatabaseAccess AccessTo(string data) =>
        DataFolder.IsLocked(data) ? DatabaseAccess.ReadOnly : DatabaseAccess.ReadWrite;

    // What is owed to webhooks first and people last: an outbox behind the journal catches up with it, and a person whom the journal
    // does not know yet is told to it. The other way round the outbox would have deliveries of events that the journal does not have:
    // they fail, or tell what gets the same seq later. And a person's number would be given twice.
    private static JournalContent? Copy(string folder, string copies, DatabaseAccess access)
    {
        if (!Storages.Of(folder).IsInFolder)
            return WorkspaceCopy.Make(Storages.PlaceOf(folder), copies, WorkspaceMoveCommand.Databases);
        foreach (var database in (KnownDatabase[])[OutboxDb.File, .. Storages.Of(folder).Databases, AccessDb.File])
        {
            var from = Path.Combine(folder, database.FileName);
            if (File.Exists(from))
                Database.Copy(from, Path.Combine(copies, database.FileName), access);
        }
        if (!File.Exists(DataFolder.JournalFileIn(copies)))
            return null;
        using var journal = Storages.Default.Examine(new StoragePlace(copies));
        return JournalContent.Of(journal);
    }

    private static void Pack(string folder, string copies, string unfinished, Stream target, bool isFirst)
    {
        using var packed = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        using var archive = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);
        var isInFolder = Storages.Of(folder).IsInFolder;
        foreach (
            var copy in Directory
                .EnumerateFiles(copies, isInFolder ? "*.db" : "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
            archive.WriteEntry(copy, Path.GetRelativePath(copies, copy).Replace('\\', '/'));
        // The folder of a workspace in a database has nothing that is not made again, but the mark that leads to it.
        if (!isInFolder)
            return;
        // Those of every storage: what a move left of another one is no part of it either.
        string[] databases =
        [
            .. KnownDatabases
                .Of(folder)
                .Concat(Storages.All.SelectMany(kind => kind.Databases))
                .Select(database => database.FileName),
        ];
        foreach (
            var entry in Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
        {
            var name = Path.GetRelativePath(folder, entry).Replace('\\', '/');
            // Of the first workspace's folder the others are no part; locks, marks of a process and what follows from the journal are of no use.
            var isOther = isFirst && name.StartsWith("workspaces/", StringComparison.Ordinal);
            var isUseless =
                Array.Exists(databases, database => name.StartsWith(database, StringComparison.Ordinal))
                || Storages.IsLeftByMove(name)
                // Half written: of a file that is being replaced, or of an export that was ended.
                || name.EndsWith(".new", StringComparison.Ordinal)
                || name is "server.lock" or "server.pid" or "access.lock" or "idle" or "workspace.name";
            if (!isOther && !isUseless && !entry.StartsWith(unfinished, StringComparison.Ordinal))
                WriteIfThere(archive, entry, name);
        }
    }

    private static void WriteIfThere(TarWriter archive, string file, string name)
    {
        try
        {
            archive.WriteEntry(file, name);
        }
        catch (FileNotFoundException)
        {
            // The server or another command has done with it since the folder was listed.
        }
    }
}
