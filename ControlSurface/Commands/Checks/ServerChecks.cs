using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>Who uses the folder now: the server, and any other process that writes the journal.</summary>
internal sealed class ServerChecks(ExaminedFolder at) : CheckGroup(at)
{
    internal void Server(string name, string? file) =>
        Good(
            name,
            At.Folder,
            DataFolder.IsLocked(At.Folder)
                ? $"running, pid {DataFolder.Holder(At.Folder)?.ToString(CultureInfo.InvariantCulture) ?? "not known"}"
                : "not running"
        );

    // Only the process that holds the folder's lock may have the journal open for writing.
    internal void Writers(string name, string? file)
    {
        if (Storages.Of(At.Folder) is { IsInFolder: false } elsewhere)
        {
            Good(name, At.Folder, $"the journal is kept in {elsewhere.Word}, where one server alone can write it");
            return;
        }
        var journal = File.Exists(At.Journal)
            ? File.ResolveLinkTarget(At.Journal, returnFinalTarget: true)?.FullName ?? RealPath(At.Journal)
            : At.Journal;
        if (UnixFiles.WritersOf(journal) is not { } writers)
        {
            Unknown(name, At.Journal, "This system does not say who has the journal open.", "Look with its own tools.");
            return;
        }
        var isServed = DataFolder.IsLocked(At.Folder);
        var holder = isServed ? DataFolder.Holder(At.Folder) : null;
        var others = writers.Where(pid => pid != holder).ToList();
        if (others.Count > 0)
            Wrong(
                name,
                At.Journal,
                $"Beside the server{(holder is { } known ? Invariant($" (pid {known})") : ", of which none is running,")} somebody else has the journal open for writing: "
                    + $"pid {string.Join(", ", others)}.",
                "End that process, then run doctor again: two writers can damage a journal, and one of them is fenced."
            );
        else if (isServed && (holder is null || writers.Count == 0))
            Wrong(
                name,
                DataFolder.LockFileIn(At.Folder),
                "A process holds the folder's lock, and it is not the server that wrote its pid there.",
                "Find it (fuser server.lock), end it, and start the server again."
            );
        else
            Good(name, At.Journal, writers.Count == 0 ? "nobody" : "the server alone");
    }

    private string RealPath(string file) =>
        new DirectoryInfo(At.Folder).ResolveLinkTarget(returnFinalTarget: true) is { } real
            ? Path.Combine(real.FullName, Path.GetFileName(file))
            : file;

    /// <summary>Of a workspace in a database: whether that lists it. A folder that it does not list is served by no machine.</summary>
    internal void Listed(string name, string? file)
    {
        var id = StorageMark.Read(At.Folder)!.Id;
        var names = Storages.Of(At.Folder).Names!(Storages.PlaceOf(At.Folder));
        if (names.Examine().FirstOrDefault(one => one.Id == id) is { } listed)
            Good(name, file, $"the database lists it as {listed.Name}");
        else
            Wrong(
                name,
                file,
                $"The database does not list the workspace {id}: it was removed, or no server of this version has had the folder.",
                "Start the server with ControlSurface:Storage=postgres, which lists it; or delete the folder where it was removed."
            );
    }
}
