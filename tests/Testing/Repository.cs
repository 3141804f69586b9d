namespace ControlSurface.Testing;

/// <summary>The folder of the repository, whose sources and documents tests compare with the code.</summary>
public static class Repository
{
    /// <summary>The folder of the solution, found upwards from where the tests run.</summary>
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    /// <summary>All files of a folder that are written by hand: not what a build has made.</summary>
    /// <param name="folder">Its path from the solution's folder.</param>
    public static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Folder, folder), "*", SearchOption.AllDirectories)
            .Where(file =>
                !file.Split(Path.DirectorySeparatorChar)
                    .Any(part => part is "obj" or "bin" or "wwwroot" or "node_modules")
            );

    private static string Find(string from) =>
        File.Exists(Path.Combine(from, "ControlSurface.sln"))
            ? from
            : Find(
                Path.GetDirectoryName(from)
                    ?? throw new InvalidOperationException("no folder above the tests has ControlSurface.sln")
            );
}
