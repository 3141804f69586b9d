namespace ControlSurface.Storage;

/// <summary>Files of a workspace's folder whose content is kept elsewhere by now: they stay, under another name, for an operator to delete.</summary>
internal static class MovedFiles
{
    /// <summary>What they are called, after their names.</summary>
    internal const string Ending = ".moved";

    /// <summary>Sets a file or a folder aside, if it is there, with what SQLite keeps beside a file.</summary>
    internal static void SetAside(string path)
    {
        if (!Path.Exists(path))
            return;
        // What was set aside before is not overwritten.
        var free = path + Ending;
        for (var k = 2; Path.Exists(free); k++)
            free = FormattableString.Invariant($"{path}{Ending}.{k}");
        if (Directory.Exists(path))
            Directory.Move(path, free);
        else
            File.Move(path, free);
        foreach (var ending in (string[])["-wal", "-shm"])
        {
            if (File.Exists(path + ending))
                File.Move(path + ending, free + ending);
        }
        UnixFiles.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Whether a file of a folder, by its path in it, was set aside.</summary>
    internal static bool Has(string name) => name.Contains(Ending, StringComparison.Ordinal);
}
