using System.CommandLine;
using System.CommandLine.Parsing;
using System.Formats.Tar;
using System.IO.Compression;
using ControlSurface.Access;
using ControlSurface.Core.Principals;
using ControlSurface.Storage;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary>
/// <c>workspaces add|list|rename|export|move|remove</c>. Adding, listing and exporting work beside a running server; the others need its
/// folder to themselves, and say so.
/// </summary>
internal static class WorkspacesCommand
{
    internal static Command Of(Option<string> data, TimeProvider clock) =>
        new("workspaces", "The workspaces of a server: each has a journal, people and keys of its own.")
        {
            Add(data, clock),
            List(data, clock),
            Rename(data),
            Export(data),
            WorkspaceMoveCommand.Of(data),
            Remove(data),
        };

    /// <summary>The folder of a workspace.</summary>
    /// <param name="workspace">Its name; null for the first, whose folder may not be there yet.</param>
    /// <exception cref="DataFolderException">There is no workspace of that name.</exception>
    internal static string FolderOf(string data, string? workspace)
    {
        if (workspace is null)
            return Path.GetFullPath(data);
        var folders = Storages.FoldersOf(data);
        return folders.Has(workspace)
            ? folders.Of(workspace)
            : throw new DataFolderException(
                $"There is no workspace {workspace} in {folders.Data}. See workspaces list, or make it with workspaces add {workspace}."
            );
    }

    private static Command Add(Option<string> data, TimeProvider clock)
    {
        var name = NameArgument();
        var command = new Command("add", "Makes a workspace. A running server serves it at once, at /w/NAME/.")
        {
            name,
        };
        command.SetAction(parsed =>
        {
            var folders = Folders(parsed, data);
            var folder = folders.Make(
                parsed.GetValue(name)!,
                made =>
                {
                    using (AccessStore.Open(made, clock)) { }
                }
            );
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{parsed.GetValue(name)} is kept in {folder}. Give somebody a key: keys add --workspace {parsed.GetValue(name)} …; "
                    + $"or let a person in: people join NAME --workspace {parsed.GetValue(name)} --role …"
            );
            return 0;
        });
        return command;
    }

    private static Command List(Option<string> data, TimeProvider clock)
    {
        var command = new Command("list", "Lists the workspaces, the first one first.");
        command.SetAction(parsed =>
        {
            var folders = Folders(parsed, data);
            foreach (var name in folders.All())
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{name}\t{(name == folders.First ? "/" : $"/w/{name}/")}\t{MembersOf(folders.Of(name), clock)}\t{folders.Of(name)}"
                );
            return 0;
        });
        return command;
    }

    private static string MembersOf(string folder, TimeProvider clock)
    {
        try
        {
            using var access = AccessStore.Open(folder, clock);
            var members = access.Principals.Count(p => p.State != PrincipalState.Ended);
            return FormattableString.Invariant($"{members} members");
        }
        catch (DataFolderException)
        {
            return "cannot be read: run doctor";
        }
    }

    private static Command Rename(Option<string> data)
    {
        var name = NameArgument();
        var to = new Argument<string>("TO") { Description = "The new name." };
        var command = new Command(
            "rename",
            "Gives a workspace another name, with the server stopped. Addresses with the old name lead nowhere then; keys go on working."
        )
        {
            name,
            to,
        };
        command.SetAction(parsed =>
        {
            var folders = Alone(parsed, data, "rename");
            folders.Rename(parsed.GetValue(name)!, parsed.GetValue(to)!);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{parsed.GetValue(name)} is called {parsed.GetValue(to)}."
            );
            return 0;
        });
        return command;
    }

    private static Command Export(Option<string> data)
    {
        var name = NameArgument();
        var into = new Option<string>("--to")
        {
            Description = "The file to write, such as team.tar.gz; it must not exist yet.",
            Required = true,
        };
        var command = new Command(
            "export",
            "Writes a workspace into one file, beside a running server or without one: journal, contents, people, keys (hashes), webhooks and the "
                + "secrets that go with them. It is read back and checked before it counts. The file holds secrets and the keys that protect them: it is made for its owner alone; keep it as safe as the "
                + "data folder."
        )
        {
            name,
            into,
        };
        command.SetAction(parsed =>
        {
            var folders = Folders(parsed, data);
            var from = FolderOf(folders.Data, parsed.GetValue(name)!);
            var file = Path.GetFullPath(parsed.GetValue(into)!);
            var content = WorkspaceExport.Write(folders.Data, from, file);
            var asFiles = Storages.Of(from) is { IsInFolder: false } storage
                ? $" It is a copy as files of what {storage.Word} keeps: a folder that it is unpacked into needs no database."
                : "";
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{file} holds the workspace {parsed.GetValue(name)}: journal and contents (journal.db), people, hashes of keys and sessions "
                    + "(access.db), what is owed to webhooks (outbox.db), and the secrets of permits and webhooks with the keys that protect them "
                    + "(protection). What can be made again from the journal (projections.db) is not in it."
                    + asFiles
                    + (
                        content is null
                            ? ""
                            : FormattableString.Invariant(
                                $" It was read back: {content.Events:n0} events, chain {content.Chain[..16]}, state {content.State[..16]}."
                            )
                    )
            );
            return 0;
        });
        return command;
    }

    private static Command Remove(Option<string> data)
    {
        var name = NameArgument();
        var yes = new Option<bool>("--yes")
        {
            Description = "Says that it is meant: nothing of the workspace is left.",
        };
        var command = new Command("remove", "Deletes a workspace with everything in it, with the server stopped.")
        {
            name,
            yes,
        };
        command.SetAction(parsed =>
        {
            var folders = Alone(parsed, data, "remove");
            var workspace = parsed.GetValue(name)!;
            var folder = FolderOf(folders.Data, workspace);
            if (!parsed.GetValue(yes))
                throw new AccessRefusedException(
                    $"Nothing of {workspace} would be left: journal, contents, people and keys. Say --yes if that is meant; workspaces export "
                        + "keeps it in a file first."
                );
            var left = folders.IsShared ? "" : LeftElsewhere(folder);
            folders.Remove(workspace);
            parsed.InvocationConfiguration.Output.WriteLine($"{workspace} is removed.{left}");
            return 0;
        });
        return command;
    }

    // A copy of the folder may be what is removed: rows that another folder names are not this command's to delete.
    private static string LeftElsewhere(string folder)
    {
        try
        {
            return StorageMark.Read(folder) is { Id: { } id } mark && Storages.Find(mark.Word) is { IsInFolder: false }
                ? $" Its journal in {mark.Word} is left, as workspace {id}: delete it there (docs/OPERATIONS.md)."
                : "";
        }
        catch (Exception damaged) when (damaged is DataFolderException or IOException or UnauthorizedAccessException)
        {
            return " The file storage could not be read: if the journal was in PostgreSQL, its rows are left.";
        }
    }

    private static Argument<string> NameArgument() =>
        new("NAME") { Description = "1 to 63 lower-case letters, digits and hyphens, a letter first." };

    private static WorkspaceFolders Folders(ParseResult parsed, Option<string> data)
    {
        var folders = Storages.FoldersOf(parsed.GetValue(data)!);
        return Directory.Exists(folders.Data)
            ? folders
            : throw new DataFolderException(
                $"There is no data folder {folders.Data}. Name the one that the server was started with: --data DIR."
            );
    }

    // A server has every workspace's access.db open, and opens the rest when it is needed.
    internal static WorkspaceFolders Alone(ParseResult parsed, Option<string> data, string what)
    {
        var folders = Folders(parsed, data);
        return DataFolder.IsLocked(folders.Data)
            ? throw new DataFolderException(
                $"A server{(DataFolder.Holder(folders.Data) is { } pid ? FormattableString.Invariant($" (pid {pid})") : "")} has {folders.Data} open. "
                    + $"Stop it, run workspaces {what} again, and start it."
            )
            : folders;
    }
}
