namespace ControlSurface.Testing;

/// <summary>The folder of the repository, whose documents tests compare with the code.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ControlSurface.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("no folder above the tests has ControlSurface.sln");
    }
}
