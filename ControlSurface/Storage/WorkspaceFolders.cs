using System.Text.RegularExpressions;

namespace ControlSurface.Storage;

/// <summary>
/// Where the workspaces of a data folder lie: the first in the folder itself, each other one in <c>workspaces/NAME</c> below it,
/// with the same files (docs/decisions/0029). Where workspaces are kept in a database, that has the list of them (docs/decisions/0044).
/// </summary>
public sealed partial class WorkspaceFolders
{
    /// <summary>The name of the first workspace, unless <c>workspaces rename</c> gave it another.</summary>
    public const string FirstByDefault = "main";

    /// <summary>Such a folder belongs to a workspace once this file is in it: it is written last.</summary>
    private const string Marker = "workspace";

    // Words that stand where a name could be meant, in addresses, on the command line or in the settings.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "all",
        "api",
        "docs",
        "hubs",
        "mcp",
        "new",
        "none",
        "server",
        "w",
        "workspace",
        "workspaces",
    };

    private readonly IWorkspaceNames? _shared;
    private volatile Listed? _listed;

    /// <summary>The workspaces of a data folder that is the list of them.</summary>
    /// <param name="data">The data folder.</param>
    public WorkspaceFolders(string data) => Data = Path.GetFullPath(data);

    /// <summary>
    /// The same where a database may keep the list: each name there has a folder here, with what follows from the database and can be
    /// made again.
    /// </summary>
    /// <param name="shared">The list; null where the folders are it.</param>
    internal WorkspaceFolders(string data, IWorkspaceNames? shared)
        : this(data) => _shared = shared;

    /// <summary>The data folder, absolute.</summary>
    public string Data { get; }

    /// <summary>The folder below which all workspaces but the first lie.</summary>
    public string Root => Path.Combine(Data, "workspaces");

    /// <summary>The name of the first workspace.</summary>
    public string First =>
        File.Exists(FirstNameFile) && File.ReadAllText(FirstNameFile).Trim() is var name && Fault(name) is null
            ? name
            : FirstByDefault;

    private string FirstNameFile => Path.Combine(Data, "workspace.name");

    /// <summary>What is wrong with a name, to be read after "The name"; null where nothing is.</summary>
    /// <param name="name">1 to 63 lower-case letters, digits and hyphens, a letter first, and no word that is reserved.</param>
    public static string? Fault(string name) =>
        !Shape().IsMatch(name) ? "must be 1 to 63 lower-case letters, digits and hyphens, and begin with a letter"
        : Reserved.Contains(name) ? $"must not be {name}, which is a word of the server"
        : null;

    /// <summary>The folder of a workspace, whether or not it is there.</summary>
    public string Of(string name) => name == First ? Data : Path.Combine(Root, name);

    /// <summary>Whether there is a workspace of that name.</summary>
    public bool Has(string name) =>
        Fault(name) is null
        && (name == First || (File.Exists(Path.Combine(Root, name, Marker)) && IsListed(Path.Combine(Root, name))));

    /// <summary>All names: the first, then the others in alphabetical order.</summary>
    public IReadOnlyList<string> All() =>
        [
            First,
            .. (Directory.Exists(Root) ? Directory.EnumerateDirectories(Root) : [])
                .Select(folder => Path.GetFileName(folder))
                .Where(name => name != First && Has(name))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>
    /// Makes the folder of a new workspace. Of two that make the same at once, one is refused. What was left half-made, without the
    /// mark, is finished.
    /// </summary>
    /// <param name="fill">Puts in what has to be there before it is a workspace.</param>
    /// <exception cref="DataFolderException">The name cannot be, or there is one of that name; or the folder cannot be made.</exception>
    public string Make(string name, Action<string> fill)
    {
        if (Fault(name) is { } fault)
            throw new DataFolderException($"The name {fault}.");
        if (Has(name))
            throw new DataFolderException($"There is a workspace called {name} already.");
        _ = DataFolder.Create(Root);
        var folder = DataFolder.Create(Path.Combine(Root, name));
        if (_shared is not null && StorageMark.Read(folder) is null)
            StorageMark.Write(folder, new StorageMark(_shared.Word, _shared.Begin()));
        fill(folder);
        if (_shared is not null)
        {
            Name(folder, name);
            // The name made it one; where this is not reached, the next look writes the mark.
            File.WriteAllText(Path.Combine(folder, Marker), "");
            return folder;
        }
        try
        {
            using var marker = new FileStream(Path.Combine(folder, Marker), FileMode.CreateNew, FileAccess.Write);
            UnixFiles.FlushFolder(folder);
            return folder;
        }
        catch (IOException taken) when (Has(name))
        {
            throw new DataFolderException($"There is a workspace called {name} already.", taken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"The workspace {name} cannot be made: {failure.Message}", failure);
        }
    }

    /// <summary>Gives a workspace another name. No server may have the data folder.</summary>
    /// <exception cref="DataFolderException">There is none of that name, or the new one cannot be or is taken.</exception>
    public void Rename(string name, string to)
    {
        if (!Has(name))
            throw new DataFolderException($"There is no workspace {name}. See workspaces list.");
        if (Fault(to) is { } fault)
            throw new DataFolderException($"The name {fault}.");
        if (Has(to))
            throw new DataFolderException($"There is a workspace called {to} already.");
        if (_shared is not null && IdIn(Of(name)) is { } id && !_shared.TryRename(id, to))
            throw new DataFolderException($"There is a workspace called {to} already.");
        if (name == First)
            File.WriteAllText(FirstNameFile, to);
        else
            Directory.Move(Path.Combine(Root, name), Path.Combine(Root, to));
    }

    /// <summary>Deletes a workspace with everything in it. No server may have the data folder.</summary>
    /// <exception cref="DataFolderException">There is none of that name, or it is the first.</exception>
    public void Remove(string name)
    {
        if (!Has(name))
            throw new DataFolderException($"There is no workspace {name}. See workspaces list.");
        if (name == First)
            throw new DataFolderException($"{name} is the first workspace: it goes with the data folder itself.");
        if (_shared is not null && IdIn(Of(name)) is { } id)
            _shared.Delete(id);
        _listed = null;
        // Out of the way in one step: half of a workspace is never taken for one.
        var gone = Path.Combine(Root, $".removed-{name}-{Path.GetRandomFileName()}");
        Directory.Move(Path.Combine(Root, name), gone);
        Directory.Delete(gone, recursive: true);
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Shape();
}
