using System.Globalization;

namespace ControlSurface.Storage;

/// <summary>The folder cannot be served. The message is a sentence for whoever started the server.</summary>
public class DataFolderException : Exception
{
    /// <inheritdoc/>
    public DataFolderException() { }

    /// <inheritdoc/>
    public DataFolderException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public DataFolderException(string message, Exception inner)
        : base(message, inner) { }
}

/// <summary>
/// Everything that a server keeps, under one folder, for one process at a time: <c>journal.db</c>, <c>access.db</c>,
/// <c>projections.db</c> that follows from the journal, and a lock that is held for the life of the process and falls with it however it ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly string[] Remote =
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smbfs",
        "9p",
        "fuse.sshfs",
        "afs",
        "ceph",
        "glusterfs",
    ];
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>The file of the journal, where that is kept in SQLite.</summary>
    public string JournalFile => JournalFileIn(Path);

    /// <summary>What is not as it should be, though the server can start; sentences for the log.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    internal static string JournalFileIn(string folder) => System.IO.Path.Combine(folder, "journal.db");

    internal const string AccessFile = "access.db";

    internal const string OutboxFile = "outbox.db";

    internal static string AccessFileIn(string folder) => System.IO.Path.Combine(folder, AccessFile);

    internal static string ProjectionFileIn(string folder) => System.IO.Path.Combine(folder, "projections.db");

    internal static string OutboxFileIn(string folder) => System.IO.Path.Combine(folder, OutboxFile);

    internal static string LockFileIn(string folder) => System.IO.Path.Combine(folder, "server.lock");

    internal static string PidFileIn(string folder) => System.IO.Path.Combine(folder, "server.pid");

    /// <summary>
    /// Makes the folder if need be, takes it for this process and keeps its files to their owner.
    /// </summary>
    /// <param name="acceptsOpen">Serves a folder that other users get into; else it is refused.</param>
    /// <exception cref="DataFolderException">
    /// Another server has it, it cannot be written, or other users get into it.
    /// </exception>
    public static DataFolder Open(string path, bool acceptsOpen = false)
    {
        Database.CheckVersion();
        var full = Create(path);
        var folder = new DataFolder(full, Lock(full));
        try
        {
            if (!acceptsOpen && UnixFiles.OpenToOthers(full) is { } others)
                throw new DataFolderException(
                    $"The data folder {full} is open to other users ({others}), and holds keys and everything that was written here. "
                        + $"Run chmod 700 {full}, or start with --accept-open-folder."
                );
            KeepFilesToOwner(full);
            folder.Warnings = Warn(full);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Makes the folder for its owner alone; an existing one is left as it is.</summary>
    internal static string Create(string path)
    {
        UnixFiles.KeepNewFilesToOwner();
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            var missing = new List<string>();
            for (
                var above = full;
                above is not null && !Directory.Exists(above);
                above = System.IO.Path.GetDirectoryName(above)
            )
                missing.Add(above);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(full);
            else
                Directory.CreateDirectory(full, OwnerOnly);
            foreach (var made in missing)
                UnixFiles.FlushFolder(System.IO.Path.GetDirectoryName(made)!);
            return full;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"The data folder {full} cannot be made: {failure.Message}", failure);
        }
    }

    /// <summary>The pid of the server that holds the folder, as it wrote it down; null where that is not known.</summary>
    internal static int? Holder(string folder)
    {
        try
        {
            return int.TryParse(
                File.ReadAllText(PidFileIn(folder)),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var pid
            )
                ? pid
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Files of an earlier version were open to others; so is what somebody copied here.
    private static void KeepFilesToOwner(string folder)
    {
        var at = folder;
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
                UnixFiles.KeepToOwner(at = entry);
        }
        catch (FileNotFoundException)
        {
            // A file that another process, such as keys add, has just done with.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"{at} cannot be kept to its owner: {failure.Message} Give the whole folder {folder} to the user that serves it (chown -R).",
                failure
            );
        }
    }

    /// <summary>Whether the folder is on a file system of another machine, where SQLite's locks cannot be relied on.</summary>
    internal static string? RemoteFileSystem(string folder)
    {
        var format = DriveInfo
            .GetDrives()
            .Where(drive => folder.StartsWith(drive.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(drive => drive.RootDirectory.FullName.Length)
            ?.DriveFormat;
        return format is not null && Remote.Contains(format, StringComparer.OrdinalIgnoreCase) ? format : null;
    }

    internal static string OwnVersion => typeof(DataFolder).Assembly.GetName().Version!.ToString(3);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // The system drops the lock with the process, also after kill -9: nobody ever has to delete a stale one.
    private static FileStream Lock(string folder)
    {
        try
        {
            var held = new FileStream(LockFileIn(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PidFileIn(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new DataFolderException(
                $"The data folder {folder} cannot be written. Give this user the right to write there, or name another folder with --data.",
                failure
            );
        }
        catch (IOException failure) when (IsLocked(folder))
        {
            var pid = Holder(folder) is { } holder ? $" (pid {holder.ToString(CultureInfo.InvariantCulture)})" : "";
            throw new DataFolderException(
                $"Another server{pid} already serves the data folder {folder}. Stop it first, or name another folder with --data.",
                failure
            );
        }
        catch (IOException failure)
        {
            throw new DataFolderException(
                $"The data folder {folder} cannot be written: {failure.Message}. Mend that, or name another folder with --data.",
                failure
            );
        }
    }

    /// <summary>Whether some process holds the folder.</summary>
    internal static bool IsLocked(string folder)
    {
        if (!File.Exists(LockFileIn(folder)))
            return false;
        try
        {
            // To read is enough for the lock, and a disk that is read-only does not look like another server then.
            using var free = new FileStream(LockFileIn(folder), FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static List<string> Warn(string folder)
    {
        var warnings = new List<string>();
        if (RemoteFileSystem(folder) is { } format)
            warnings.Add(
                $"The data folder {folder} is on a network file system ({format}), which SQLite's locks cannot be relied on to protect. Use a local disk."
            );
        if (UnixFiles.OpenToOthers(folder) is { } others)
            warnings.Add($"The data folder {folder} is open to other users ({others}). Run chmod 700 {folder}.");
        return warnings;
    }
}
