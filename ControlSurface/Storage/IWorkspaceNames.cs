namespace ControlSurface.Storage;

/// <summary>A workspace as the database of its storage knows it.</summary>
/// <param name="IsFirst">It is the one that is served where an address names none.</param>
internal sealed record NamedWorkspace(Guid Id, string Name, bool IsFirst);

/// <summary>
/// The workspaces of a server, where a database keeps the list: each machine with the database knows the same ones, whichever made them.
/// </summary>
internal interface IWorkspaceNames
{
    /// <summary>The word that a folder names the storage by.</summary>
    string Word { get; }

    /// <summary>Changes with each change of the list, see <see cref="Tables.ITables.Version"/>.</summary>
    long Version(long asOf);

    /// <summary>All of them: the first, then the others in alphabetical order.</summary>
    IReadOnlyList<NamedWorkspace> All();

    /// <summary>The same for <c>doctor</c>, which changes nothing: none where no server of this version has had the database.</summary>
    IReadOnlyList<NamedWorkspace> Examine();

    /// <summary>Makes room for a workspace that has no name yet: nobody opens it before it has one.</summary>
    Guid Begin();

    /// <summary>Whether there is room for it: one that was removed has none.</summary>
    bool Has(Guid id);

    /// <summary>Gives it its name, from which on it is a workspace of the server. One that has a name keeps it.</summary>
    /// <returns>False where the name is taken, or the server has a first one.</returns>
    bool TryName(NamedWorkspace workspace);

    /// <summary>Gives it another name.</summary>
    /// <returns>False where it has none, or the other one is taken.</returns>
    bool TryRename(Guid id, string name);

    /// <summary>It is no workspace of the server any more; what is kept of it stays.</summary>
    void TakeName(Guid id);

    /// <summary>Deletes it, with everything that is kept of it.</summary>
    void Delete(Guid id);
}
