namespace ControlSurface.Storage.Moving;

/// <summary>Copies a workspace that a database keeps into files of a folder, whole, and leaves it as it is.</summary>
internal static class WorkspaceCopy
{
    /// <summary>Makes the files. The copy is read back and compared.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="databases">Tables that it has beside its journal.</param>
    /// <exception cref="DataFolderException">A server has it open and wrote meanwhile; or the copy is not the same.</exception>
    /// <exception cref="Core.Engine.JournalCorruptException">The source is damaged.</exception>
    internal static JournalContent Make(StoragePlace place, string folder, IReadOnlyList<KnownDatabase> databases)
    {
        using var source = Storages.Of(place.Folder).Examine(place);
        source.CheckFormat();
        // A server that has it open writes the mark each second, and what is read would be of several instants.
        var mark = source.Mark;
        var content = JournalContent.Of(source);
        var home = Storages.HomeOf(place).Read(databases);
        var target = Storages.Default.Side(new StoragePlace(folder), Guid.Empty);
        target.Receive(source);
        target.ReceiveHome(home, databases);
        if (source.Mark != mark)
            throw new DataFolderException(
                "A server has the workspace open and wrote meanwhile. Stop it on every machine, or make a backup of the database, which needs no stop."
            );
        using (var copy = target.Copy())
        {
            if (JournalContent.Of(copy) != content || target.CopyOfHome(databases).Digest() != home.Digest())
                throw new DataFolderException("The copy does not hold what the workspace holds, and is not used.");
        }
        target.Place();
        target.Release();
        return content;
    }
}
