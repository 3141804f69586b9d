using System.CommandLine;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;

namespace ControlSurface.Commands;

/// <summary>
/// Opens the access store of the folder and workspace that a command line names. It makes a new data folder only where the command line
/// says so.
/// </summary>
internal sealed class AccessFolder(TimeProvider clock)
{
    /// <summary>The folder of the workspace that the command line names.</summary>
    internal static string FolderOf(ParseResult parsed) =>
        WorkspacesCommand.FolderOf(parsed.GetValue(CommandOptions.Data)!, parsed.GetValue(CommandOptions.Workspace));

    /// <summary>Opens the store of an existing folder: no server would read one that a command makes elsewhere.</summary>
    /// <exception cref="DataFolderException">There is no such folder.</exception>
    internal AccessStore Open(ParseResult parsed)
    {
        var folder = FolderOf(parsed);
        if (!Directory.Exists(folder))
            throw new DataFolderException(
                $"There is no data folder {folder}. Name the one that the server was started with: --data DIR."
            );
        Storages.FoldersOf(parsed.GetValue(CommandOptions.Data)!).Join();
        var store = AccessStore.Open(folder, clock);
        try
        {
            RestorePrincipals(store, folder);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the store of the folder that was named, which may be a new one; but never makes one at the place where a server that was
    /// started from elsewhere has none: <c>dotnet run --project ControlSurface</c> starts in <c>ControlSurface/</c>.
    /// </summary>
    internal AccessStore OpenOrMake(ParseResult parsed, Option<bool> fresh, out string folder)
    {
        folder = FolderOf(parsed);
        if (Directory.Exists(folder))
            return Open(parsed);
        if (parsed.GetResult(CommandOptions.Data) is null or { Implicit: true } && !parsed.GetValue(fresh))
            throw new DataFolderException(
                $"There is no data folder {folder}, and a new one would be no running server's. Name the one that the server was started "
                    + "with (--data DIR), or say --new-folder to begin one here."
            );
        parsed.InvocationConfiguration.Error.WriteLine($"{folder} is a new data folder.");
        _ = DataFolder.Create(folder);
        Storages.FoldersOf(parsed.GetValue(CommandOptions.Data)!).Join();
        return AccessStore.Open(folder, clock);
    }

    // Where who may call was lost, the journal still knows which principal has which number. No other one may get it.
    private static void RestorePrincipals(AccessStore store, string folder)
    {
        if (store.Principals.Count > 0 || !Storages.HasJournal(folder))
            return;
        using var examined = Storages.Examine(folder);
        var workspace = new Workspace();
        foreach (var recorded in examined.Events())
            workspace.Evolve(recorded);
        store.Restore(workspace.Principals);
    }

    /// <exception cref="AccessRefusedException">No principal has this name.</exception>
    internal static Principal Known(AccessStore store, string name) =>
        store.Find(name) ?? throw new AccessRefusedException($"There is nobody called {name}.");
}
