namespace ControlSurface.Storage;

/// <summary>Small files of the data folder that are written whole: after a kill at any moment the old one is there, or the new one.</summary>
internal static class KeptFile
{
    /// <summary>Puts <paramref name="content"/> in the place of what was there, for the owner alone, and on the disk before it returns.</summary>
    /// <exception cref="IOException">It cannot be written; what was there stays.</exception>
    internal static void Replace(string file, byte[] content)
    {
        var unfinished = file + ".new";
        // One that was left half written keeps the mode that it was made with.
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, file, overwrite: true);
        // The new name is an entry of the folder, which has a flush of its own.
        UnixFiles.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }
}
