using System.Globalization;

namespace Server.Tests.Clusters;

/// <summary>Starts a program whose wall clock is wrong, by libfaketime (Debian's package faketime); its steady clock is right.</summary>
internal static class WrongClock
{
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory
            .EnumerateDirectories("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
            .FirstOrDefault(File.Exists)
        : null;

    /// <summary>Whether the library is there.</summary>
    internal static bool IsThere => Library is not null;

    /// <summary>The command that the program's own follows.</summary>
    /// <param name="seconds">How far its clock is ahead.</param>
    internal static string[] Of(int seconds) =>
        [
            "env",
            $"LD_PRELOAD={Library}",
            string.Create(CultureInfo.InvariantCulture, $"FAKETIME={seconds:+0;-0}"),
            "DONT_FAKE_MONOTONIC=1",
            "FAKETIME_NO_CACHE=1",
        ];
}
