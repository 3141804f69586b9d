using ControlSurface.Core.Engine;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Postgres;
using ControlSurface.Storage.Sqlite;

namespace ControlSurface.Storage;

/// <summary>Where a workspace is kept.</summary>
/// <param name="Folder">The workspace's folder, absolute.</param>
/// <param name="Connection">What <c>ControlSurface:StorageConnection</c> says; null or empty where the storage needs none.</param>
internal sealed record StoragePlace(string Folder, string? Connection = null);

/// <summary>A way to keep a workspace, under the word that <c>ControlSurface:Storage</c> names it by.</summary>
/// <param name="Open">
/// Opens or makes the storage of one workspace's folder, which this process holds. Throws
/// <see cref="DataFolderException"/> where another version wrote it, and <see cref="JournalCorruptException"/> where its end is missing.
/// </param>
/// <param name="Examine">Opens the storage of a folder for <c>doctor</c>: reads only.</param>
/// <param name="Home">Where the workspace keeps what is not in its journal.</param>
/// <param name="Names">The list of the server's workspaces, where the storage keeps it; null where their folders are the list.</param>
/// <param name="Side">The storage as one side of a move of the workspace with that id.</param>
/// <param name="Databases">The database files that it keeps in the folder.</param>
/// <param name="Mend">What an operator does where it cannot be used at a start: a sentence.</param>
internal sealed record StorageKind(
    string Word,
    Func<StoragePlace, IStorage> Open,
    Func<StoragePlace, IJournalExamination> Examine,
    Func<StoragePlace, IWorkspaceHome> Home,
    Func<StoragePlace, IWorkspaceNames>? Names,
    Func<StoragePlace, Guid, IMoveSide> Side,
    IReadOnlyList<KnownDatabase> Databases,
    string Mend
)
{
    /// <summary>Whether it keeps the journal in the workspace's folder.</summary>
    internal bool IsInFolder => Databases.Count > 0;

    /// <summary>Opens what several machines share there; null where one process has the storage for itself.</summary>
    internal Func<StoragePlace, ClusterStore>? Cluster { get; init; }
}

/// <summary>Every storage that there is: a new one is one more row here.</summary>
internal static class Storages
{
    /// <summary>Where the command line reads the connection: the same setting, as a variable of the environment.</summary>
    internal const string ConnectionVariable = "ControlSurface__StorageConnection";

    /// <summary>Where the command line reads which storage keeps new workspaces.</summary>
    private const string WordVariable = "ControlSurface__Storage";

    /// <summary>In the order in which they are listed; the first is the default.</summary>
    internal static readonly IReadOnlyList<StorageKind> All =
    [
        new(
            "sqlite",
            place => SqliteStorage.Open(place.Folder),
            place => SqliteExamination.Open(place.Folder),
            place => new FolderHome(place.Folder),
            Names: null,
            (place, _) => new SqliteMoveSide(place.Folder),
            [SqliteStorage.Database],
            "Make room or mend the folder, then start again."
        ),
        new(
            PostgresStorage.Word,
            PostgresStorage.Open,
            PostgresStorage.Examine,
            PostgresStorage.HomeOf,
            place => new PostgresNames(place),
            (place, id) => new PostgresMoveSide(place, id),
            [],
            PostgresStorage.Mend
        )
        {
            Cluster = Postgres.Clustering.PostgresCluster.Open,
        },
    ];

    /// <summary>The storage that is used where none is named.</summary>
    internal static StorageKind Default => All[0];

    /// <summary>The storage of that word; null where there is none.</summary>
    internal static StorageKind? Find(string word) =>
        All.FirstOrDefault(kind => string.Equals(kind.Word, word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The storage that keeps the journal of a folder.</summary>
    /// <exception cref="DataFolderException">The folder names one that this version does not have.</exception>
    internal static StorageKind Of(string folder) =>
        StorageMark.Read(folder) is not { } mark
            ? Default
            : Find(mark.Word)
                ?? throw new DataFolderException(
                    $"{folder} keeps its journal in {mark.Word}, which this version does not have. Start the version that made it."
                );

    /// <summary>Whether a folder has a journal, wherever it is kept.</summary>
    internal static bool HasJournal(string folder) =>
        File.Exists(DataFolder.JournalFileIn(folder)) || StorageMark.Read(folder) is not null;

    /// <summary>
    /// Opens the storage of a folder that this process holds: a new workspace in the one that is named, and another where its folder
    /// says, since workspaces of one server may have been moved one by one. Only a journal in SQLite is refused where another storage is
    /// asked for: whoever sets that expects nothing to be kept in the folder.
    /// </summary>
    /// <param name="word">The word of the settings; <see cref="Find"/> knows it.</param>
    /// <exception cref="DataFolderException">The journal is in SQLite and not wanted there, or the storage cannot be opened.</exception>
    internal static IStorage Open(string word, StoragePlace place)
    {
        var kind = Find(word)!;
        if (!HasJournal(place.Folder) || Of(place.Folder) is not { } own || own == kind)
            return kind.Open(place);
        return own != Default
            ? own.Open(place)
            : throw new DataFolderException(
                $"{place.Folder} keeps its journal in {own.Word}, and ControlSurface:Storage is {kind.Word}. Move it there with the server stopped "
                    + $"(workspaces move NAME --to {kind.Word}), set ControlSurface:Storage to {own.Word}, or name another folder with --data."
            );
    }

    /// <summary>Opens the storage of a folder to be read by the command line.</summary>
    internal static IJournalExamination Examine(string folder) => Of(folder).Examine(PlaceOf(folder));

    /// <summary>The place of a folder for the command line.</summary>
    internal static StoragePlace PlaceOf(string folder) =>
        new(folder, Environment.GetEnvironmentVariable(ConnectionVariable));

    /// <summary>Where the workspace of a folder keeps what is not in its journal.</summary>
    /// <exception cref="DataFolderException">The folder names a storage that this version does not have, or that is not set up.</exception>
    internal static IWorkspaceHome HomeOf(StoragePlace place) => Of(place.Folder).Home(place);

    /// <summary>The list of a server's workspaces that the storage keeps; null where their folders are the list.</summary>
    /// <param name="word">The storage of new workspaces; <see cref="Find"/> knows it.</param>
    internal static IWorkspaceNames? NamesOf(string word, StoragePlace place) => Find(word)!.Names?.Invoke(place);

    /// <summary>The workspaces of a data folder, for the command line: as the server has them that is set up by the same environment.</summary>
    internal static WorkspaceFolders FoldersOf(string data)
    {
        var place = PlaceOf(Path.GetFullPath(data));
        var word = Environment.GetEnvironmentVariable(WordVariable) is { Length: > 0 } named
            ? (Find(named) ?? throw new DataFolderException($"{WordVariable} is {named}. Name one of: {Words}.")).Word
            : Of(place.Folder).Word;
        return new WorkspaceFolders(place.Folder, NamesOf(word, place));
    }

    /// <summary>Whether a file of a folder, by its path in it, is what a move set aside or left half made.</summary>
    internal static bool IsLeftByMove(string name) =>
        MovedFiles.Has(name) || name.StartsWith(SqliteMoveSide.IncomingFolder + "/", StringComparison.Ordinal);

    /// <summary>The words of all storages, for a message.</summary>
    internal static string Words => string.Join(", ", All.Select(kind => kind.Word));
}
