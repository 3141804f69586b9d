using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ControlSurface.Storage;

/// <summary>
/// Owners, modes and limits of a Unix system that .NET has no call for. On a system that cannot tell, each answer is null; nothing
/// here throws for that reason.
/// </summary>
internal static class UnixFiles
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    private const int OwnerOnlyMask = 0b111_111; // 077
    private const int NoFile = 7;
    private const int NoFileOfApple = 8;

    /// <summary>Makes every file and folder that this process creates from now on its owner's alone (0600, 0700).</summary>
    internal static void KeepNewFilesToOwner()
    {
        if (!OperatingSystem.IsWindows())
            Ask<uint>(() => Native.Umask(OwnerOnlyMask));
    }

    /// <summary>The permissions by which others than the owner get at it; null where there are none.</summary>
    internal static string? OpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var others = File.GetUnixFileMode(path) & Others;
        return others == UnixFileMode.None ? null : others.ToString();
    }

    /// <summary>Takes every permission of others away.</summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    internal static void KeepToOwner(string path)
    {
        if (!OperatingSystem.IsWindows() && OpenToOthers(path) is not null)
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~Others);
    }

    /// <summary>
    /// Brings a folder's entries to the disk: a file that was made or renamed in it is there after a power cut. Does nothing on a
    /// system that has no such call.
    /// </summary>
    /// <exception cref="IOException">The disk failed, or is full.</exception>
    internal static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;
        var flags = OperatingSystem.IsMacOS() ? ReadAloneOfApple : ReadAlone;
        if (Ask(() => Native.Open(folder, flags)) is not { } descriptor || descriptor < 0)
            return;
        var fault = Native.Flush(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Native.Close(descriptor);
        // Any other number: a file system whose folders cannot be flushed.
        if (fault is DiskFailed or DiskFull)
            throw new IOException($"{folder} cannot be brought to the disk: {Marshal.GetPInvokeErrorMessage(fault)}.");
    }

    /// <summary>Number of the user that owns a file or folder.</summary>
    internal static uint? OwnerOf(string path)
    {
        // The layout of statx is the same on every architecture, unlike that of stat.
        var found = new byte[256];
        return
            OperatingSystem.IsLinux()
            && Ask(() => Native.Statx(AtCurrentFolder, path, flags: 0, OwnerWanted, found)) == 0
            ? BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(OwnerOffset))
            : null;
    }

    /// <summary>Whether it is a file with bytes, and no pipe or device whose reading never ends; true where the system does not say.</summary>
    internal static bool IsPlainFile(string path)
    {
        var found = new byte[256];
        return !OperatingSystem.IsLinux()
            || Ask(() => Native.Statx(AtCurrentFolder, path, flags: 0, KindWanted, found)) != 0
            || (BinaryPrimitives.ReadUInt16LittleEndian(found.AsSpan(ModeOffset)) & KindMask) == PlainFile;
    }

    /// <summary>Number of the user that this process acts as.</summary>
    internal static uint? Me => OperatingSystem.IsWindows() ? null : Ask(Native.GetEffectiveUser);

    /// <summary>How many files and connections this process may have open at once.</summary>
    internal static long? OpenFilesLimit
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return null;
            var limits = new ulong[2];
            var kind = OperatingSystem.IsMacOS() ? NoFileOfApple : NoFile;
            return Ask(() => Native.GetLimit(kind, limits)) == 0 ? (long)Math.Min(limits[0], int.MaxValue) : null;
        }
    }

    /// <summary>Processes that have a file open for writing, as far as this user may look at them; null where that cannot be told.</summary>
    internal static IReadOnlyList<int>? WritersOf(string file)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fd"))
            return null;
        var writers = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var pid)
                && Writes(folder, file)
            )
                writers.Add(pid);
        }
        return writers;
    }

    [SupportedOSPlatform("linux")]
    private static bool Writes(string process, string file)
    {
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")))
            {
                if (
                    new FileInfo(descriptor).LinkTarget == file
                    && IsForWriting(Path.Combine(process, "fdinfo", Path.GetFileName(descriptor)))
                )
                    return true;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended, or belongs to another user, who could not open a file that is its owner's alone.
        }
        return false;
    }

    // A line "flags: 02100002", in octal: the last digit says how the file was opened.
    private static bool IsForWriting(string information) =>
        File.ReadLines(information).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal))
            is { } flags
        && (flags[^1] - '0' & 3) != 0;

    // O_RDONLY | O_CLOEXEC: a process that is started meanwhile does not get the folder.
    private const int ReadAlone = 0x80000;
    private const int ReadAloneOfApple = 0x1000000;
    private const int DiskFailed = 5;
    private const int DiskFull = 28;

    private const int AtCurrentFolder = -100;
    private const uint OwnerWanted = 8;
    private const int OwnerOffset = 20;
    private const uint KindWanted = 1;
    private const int ModeOffset = 28;
    private const int KindMask = 0xF000;
    private const int PlainFile = 0x8000;

    private static T? Ask<T>(Func<T> call)
        where T : struct
    {
        try
        {
            return call();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static class Native
    {
        private const string Library = "libc";

        [DllImport(Library, EntryPoint = "open"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [
            DllImport(Library, EntryPoint = "fsync", SetLastError = true),
            DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)
        ]
        internal static extern int Flush(int descriptor);

        [DllImport(Library, EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Close(int descriptor);

        [DllImport(Library, EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern uint Umask(uint mask);

        [DllImport(Library, EntryPoint = "geteuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern uint GetEffectiveUser();

        [DllImport(Library, EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int GetLimit(int kind, [Out] ulong[] limits);

        [DllImport(Library, EntryPoint = "statx"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Statx(
            int folder,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
            int flags,
            uint mask,
            [Out] byte[] found
        );
    }
}
