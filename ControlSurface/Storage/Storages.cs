using ControlSurface.Core.Engine;
using ControlSurface.Storage.Sqlite;

namespace ControlSurface.Storage;

/// <summary>A way to keep a workspace, under the word that <c>ControlSurface:Storage</c> names it by.</summary>
/// <param name="Open">
/// Opens or makes the storage of one workspace's folder, which this process holds. Throws
/// <see cref="DataFolderException"/> where another version wrote it, and <see cref="JournalCorruptException"/> where its end is missing.
/// </param>
/// <param name="Examine">Opens the storage of a folder for <c>doctor</c>: reads only.</param>
/// <param name="Databases">The database files that it keeps in the folder.</param>
internal sealed record StorageKind(
    string Word,
    Func<string, IStorage> Open,
    Func<string, IJournalExamination> Examine,
    IReadOnlyList<KnownDatabase> Databases
);

/// <summary>Every storage that there is: a new one is one more row here.</summary>
internal static class Storages
{
    /// <summary>In the order in which they are listed; the first is the default.</summary>
    internal static readonly IReadOnlyList<StorageKind> All =
    [
        new("sqlite", SqliteStorage.Open, SqliteExamination.Open, [SqliteStorage.Database]),
    ];

    /// <summary>The storage that is used where none is named.</summary>
    internal static StorageKind Default => All[0];

    /// <summary>The storage of that word; null where there is none.</summary>
    internal static StorageKind? Find(string word) =>
        All.FirstOrDefault(kind => string.Equals(kind.Word, word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The words of all storages, for a message.</summary>
    internal static string Words => string.Join(", ", All.Select(kind => kind.Word));
}
