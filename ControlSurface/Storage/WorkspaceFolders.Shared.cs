namespace ControlSurface.Storage;

/// <summary>The list of workspaces that a database keeps, and the folders that this machine has for them.</summary>
public sealed partial class WorkspaceFolders
{
    /// <summary>Whether a database has the list.</summary>
    internal bool IsShared => _shared is not null;

    /// <summary>As <see cref="Join"/>, for a server that has the folder to itself: its other folders follow the database too.</summary>
    /// <exception cref="DataFolderException">The folder is another server's, or the database cannot be used.</exception>
    internal void Settle()
    {
        Join();
        if (_shared is null || IsInFolder(Data))
            return;
        NameThoseOfBefore();
        FollowNames();
        TakeInShared(TimeProvider.System.GetTimestamp());
    }

    /// <summary>
    /// Makes the first workspace's folder the one of the database: a new machine gets the workspaces that are there, and a new database
    /// the workspace of this folder. Before anything of it is opened.
    /// </summary>
    /// <exception cref="DataFolderException">The folder is another server's, or the database cannot be used.</exception>
    internal void Join()
    {
        if (_shared is null || IsInFolder(Data))
            return;
        var named = _shared.All().FirstOrDefault(one => one.IsFirst);
        if (named is null)
        {
            var id = StorageMark.Read(Data)?.Id ?? _shared.Begin();
            // Of two machines that start on an empty database one is first, and the other one gets its workspace.
            named = _shared.TryName(new NamedWorkspace(id, First, IsFirst: true))
                ? new NamedWorkspace(id, First, IsFirst: true)
                : _shared.All().FirstOrDefault(one => one.IsFirst)
                    ?? throw new DataFolderException(
                        $"The database has a workspace called {First} that is not the first. Give this one another name with workspaces rename."
                    );
        }
        if (IdIn(Data) is { } own && own != named.Id)
            throw new DataFolderException(
                $"{Data} is of another server than the database: it has the workspace {own}, and {named.Name} there is {named.Id}. "
                    + "Name the database of this folder, or a new folder, which gets the workspaces that are there."
            );
        if (First != named.Name)
            File.WriteAllText(FirstNameFile, named.Name);
        if (IdIn(Data) is null)
            StorageMark.Write(Data, new StorageMark(_shared.Word, named.Id));
    }

    /// <summary>
    /// Makes sure that a workspace is kept where new ones are, before anything of it is opened: the command line may have made its
    /// folder without knowing of the database.
    /// </summary>
    /// <exception cref="DataFolderException">Its name is another's in the database, or the database cannot be used.</exception>
    internal void Settle(string name)
    {
        var folder = Of(name);
        if (_shared is null || IsInFolder(folder) || IdIn(folder) is not null)
            return;
        StorageMark.Write(folder, new StorageMark(_shared.Word, _shared.Begin()));
        Name(folder, name);
    }

    /// <summary>Makes the folders of workspaces that another machine made. Costs nothing where there is none.</summary>
    /// <param name="asOf">As for <see cref="Tables.ITables.Version"/>.</param>
    /// <returns>Whether the list had changed.</returns>
    internal bool TakeInShared(long asOf)
    {
        if (_shared is null || _shared.Version(asOf) is var version && version == _listed?.Version)
            return false;
        var all = _shared.All();
        foreach (var (id, name, _) in all.Where(one => !one.IsFirst && Fault(one.Name) is null))
        {
            var folder = Path.Combine(Root, name);
            if (Directory.Exists(folder) && ((IdIn(folder) ?? id) != id || IsInFolder(folder)))
                continue; // Another one has the folder: it is left as it is, and cannot be opened.
            _ = DataFolder.Create(Root);
            _ = DataFolder.Create(folder);
            if (IdIn(folder) is null)
                StorageMark.Write(folder, new StorageMark(_shared.Word, id));
            if (!File.Exists(Path.Combine(folder, Marker)))
                File.WriteAllText(Path.Combine(folder, Marker), "");
        }
        _listed = new Listed(version, [.. all.Select(one => one.Id)]);
        return true;
    }

    /// <summary>Refuses a move into a database that has another workspace of that name. Where folders are the list nothing is to be asked.</summary>
    internal void RefuseTaken(string name, string folder)
    {
        if (
            _shared?.All().FirstOrDefault(one => one.Name == name) is { } taken
            && taken.Id != StorageMark.Read(folder)?.Id
        )
            throw new DataFolderException(
                $"The database has another workspace called {name} ({taken.Id}). Give one of them another name with workspaces rename."
            );
    }

    /// <summary>Lists a workspace that was moved into the database.</summary>
    internal void NameMoved(string name, string folder)
    {
        if (_shared is not null && IdIn(folder) is { } id)
            _ = _shared.TryName(new NamedWorkspace(id, name, IsFirst: folder == Data));
    }

    // Of a version that did not keep names in the database. One that was removed by another machine has nothing there.
    private void NameThoseOfBefore()
    {
        foreach (var folder in FoldersHere())
        {
            if (IdIn(folder) is { } id && _shared!.Has(id))
                _ = _shared.TryName(new NamedWorkspace(id, Path.GetFileName(folder), IsFirst: false));
        }
    }

    // Another machine renamed a workspace. Nothing is open yet.
    private void FollowNames()
    {
        var names = _shared!.All().ToDictionary(one => one.Id, one => one.Name);
        foreach (var folder in FoldersHere())
        {
            if (
                IdIn(folder) is { } id
                && names.TryGetValue(id, out var name)
                && Path.Combine(Root, name) is var renamed
                && renamed != folder
                && !Directory.Exists(renamed)
            )
                Directory.Move(folder, renamed);
        }
    }

    private List<string> FoldersHere() =>
        Directory.Exists(Root)
            ? [.. Directory.EnumerateDirectories(Root).Where(folder => File.Exists(Path.Combine(folder, Marker)))]
            : [];

    private void Name(string folder, string name)
    {
        var id = IdIn(folder)!.Value;
        _listed = null; // What this process writes is in force here at once.
        if (_shared!.TryName(new NamedWorkspace(id, name, IsFirst: false)))
            return;
        // Another machine was faster. Its workspace is taken in at the next look, into this folder.
        _shared.Delete(id);
        StorageMark.Delete(folder);
        throw new DataFolderException($"There is a workspace called {name} already.");
    }

    // A folder that names the database is a workspace while the database says so.
    private bool IsListed(string folder)
    {
        if (_shared is null || IdIn(folder) is not { } id)
            return true;
        if (_listed is null)
            TakeInShared(TimeProvider.System.GetTimestamp());
        return _listed!.Ids.Contains(id);
    }

    private bool IsInFolder(string folder) => Storages.HasJournal(folder) && Storages.Of(folder).Word != _shared!.Word;

    private Guid? IdIn(string folder) =>
        StorageMark.Read(folder) is { } mark && mark.Word == _shared!.Word ? mark.Id : null;

    private sealed record Listed(long Version, HashSet<Guid> Ids);
}
