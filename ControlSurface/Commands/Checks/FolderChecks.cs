using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>The folder and its files: who may read and write them, and where they are kept.</summary>
internal sealed class FolderChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Missing(string name, string? file) =>
        Wrong(
            name,
            file,
            File.Exists(file) ? $"{file} is a file." : $"{file} does not exist.",
            "Name the folder with --data."
        );

    internal void Modes(string name, string? file)
    {
        if (UnixFiles.OpenToOthers(At.Folder) is { } others)
            Wrong(
                name,
                At.Folder,
                $"{At.Folder} is open to others ({others}).",
                $"Run chmod 700 {At.Folder}; the server refuses it otherwise, unless it is started with --accept-open-folder."
            );
        else
            Good(name, At.Folder, $"{At.Folder}, its owner's alone");
        foreach (var entry in Entries())
        {
            if (UnixFiles.OpenToOthers(entry) is { } open)
                Wrong(
                    "modes",
                    entry,
                    $"{entry} is open to others ({open}).",
                    $"Run chmod go-rwx {entry}, or start the server, which does that."
                );
        }
    }

    internal void Owners(string name, string? file)
    {
        if (UnixFiles.OwnerOf(At.Folder) is not { } owner)
        {
            Good(name, At.Folder, "This system does not say whose files are");
            return;
        }
        var foreign = Entries().Where(entry => UnixFiles.OwnerOf(entry) is { } other && other != owner).ToList();
        foreach (var entry in foreign)
            Wrong(
                name,
                entry,
                Invariant($"{entry} belongs to user {UnixFiles.OwnerOf(entry)}, and the folder to user {owner}."),
                Invariant($"Run chown {owner} {entry}: the server could not write it.")
            );
        if (UnixFiles.Me is { } me && me != owner)
            Wrong(
                name,
                At.Folder,
                Invariant($"{At.Folder} belongs to user {owner}, and this is user {me}."),
                "Run the server and its commands as the folder's owner; or, where this user is to serve it, give it the folder (chown -R)."
            );
        else if (foreign.Count == 0)
            Good(name, At.Folder, Invariant($"user {owner}"));
    }

    // Read no database here: closing its file would drop the locks that SQLite holds on it in the same process (fcntl).
    internal void Files(string name, string? file)
    {
        var count = 0;
        foreach (var entry in Entries().Where(entry => File.Exists(entry) && UnixFiles.IsPlainFile(entry)))
        {
            count++;
            var isDatabase = KnownDatabases
                .Of(At.Folder)
                .Any(d => Path.GetFileName(entry).StartsWith(d.FileName, StringComparison.Ordinal));
            // Lock files have a check of their own.
            if (!isDatabase && Path.GetExtension(entry) != ".lock")
                At.Run(new Check(name, entry, ReadThrough));
        }
        Good(name, At.Folder, Invariant($"{count} files"));
    }

    private static void ReadThrough(string name, string? file)
    {
        using var content = new FileStream(
            file!,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        content.CopyTo(Stream.Null);
    }

    private IEnumerable<string> Entries() =>
        Directory
            .EnumerateFileSystemEntries(
                At.Folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = false,
                    AttributesToSkip = FileAttributes.None,
                }
            )
            .Where(entry => File.Exists(entry) || Directory.Exists(entry))
            .Order(StringComparer.Ordinal);

    internal void FileSystem(string name, string? file)
    {
        if (DataFolder.RemoteFileSystem(At.Folder) is { } format)
            Wrong(
                name,
                At.Folder,
                $"It is on a network file system ({format}), whose locks cannot be relied on.",
                "Use a local disk."
            );
        if (new FileInfo(At.Journal).LinkTarget is { } target)
            Wrong(
                name,
                At.Journal,
                $"journal.db is a link to {target}: two names for one database can damage it.",
                "Move the file itself here."
            );
        var free = new DriveInfo(At.Folder).AvailableFreeSpace;
        var detail = Invariant($"{free / 1_048_576:n0} MiB free");
        if (free < 100L * 1_048_576)
            Wrong(name, At.Folder, detail + ": writes will be refused soon.", "Make room.");
        else
            Good(name, At.Folder, detail);
    }
}
