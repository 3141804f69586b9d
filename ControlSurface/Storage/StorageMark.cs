namespace ControlSurface.Storage;

/// <summary>
/// What the file <c>storage</c> of a workspace's folder says: which storage keeps its journal, and under which id there. A folder
/// without the file keeps its journal in itself.
/// </summary>
/// <param name="Word">The word of the storage (<see cref="Storages"/>).</param>
/// <param name="Id">The workspace's id in that storage.</param>
internal sealed record StorageMark(string Word, Guid? Id)
{
    private const string FileName = "storage";

    /// <exception cref="DataFolderException">The file does not say what it should.</exception>
    internal static StorageMark? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            return null;
        return File.ReadAllText(file).Trim().Split(' ') is [var word, var text] && Guid.TryParse(text, out var id)
            ? new StorageMark(word, id)
            : throw new DataFolderException(
                $"{file} does not name a storage and an id. Restore it from the newest backup."
            );
    }

    internal static void Write(string folder, StorageMark mark) =>
        KeptFile.Replace(
            Path.Combine(folder, FileName),
            System.Text.Encoding.UTF8.GetBytes($"{mark.Word} {mark.Id}\n")
        );

    /// <summary>The folder names no storage any more: it keeps nothing yet.</summary>
    internal static void Delete(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        UnixFiles.FlushFolder(folder);
    }
}
