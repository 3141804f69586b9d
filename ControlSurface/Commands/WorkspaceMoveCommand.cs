using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlSurface.Access;
using ControlSurface.Core.Engine;
using ControlSurface.Storage;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;
using ControlSurface.Webhooks;
using Command = System.CommandLine.Command;

namespace ControlSurface.Commands;

/// <summary><c>workspaces move</c>: takes a workspace from one storage to another (docs/decisions/0042).</summary>
internal static class WorkspaceMoveCommand
{
    /// <summary>What a workspace has beside its journal.</summary>
    internal static readonly IReadOnlyList<KnownDatabase> Databases = [AccessDb.File, OutboxDb.File];

    internal static Command Of(Option<string> data)
    {
        var name = new Argument<string>("NAME") { Description = "The workspace; workspaces list names them." };
        var to = new Option<string>("--to") { Description = $"Where it goes: {Storages.Words}.", Required = true };
        to.AcceptOnlyFromAmong([.. Storages.All.Select(kind => kind.Word)]);
        var json = new Option<bool>("--json") { Description = "For machines." };
        var command = new Command(
            "move",
            "Moves a workspace between SQLite and PostgreSQL, with the server stopped: events, answers to keys, contents, archive and "
                + "snapshots, people, keys, sessions, what is owed to webhooks, and secrets. The copy is read back and compared before it is used; where that fails, or the command is ended half way, the "
                + $"workspace is where it was, and the command can be run again. The database is the one that {Storages.ConnectionVariable} names."
        )
        {
            name,
            to,
            json,
        };
        command.SetAction(parsed =>
        {
            var folders = WorkspacesCommand.Alone(parsed, data, "move");
            var workspace = parsed.GetValue(name)!;
            var kind = Storages.Find(parsed.GetValue(to)!)!;
            var moved = Move(folders, workspace, WorkspacesCommand.FolderOf(folders.Data, workspace), kind);
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? ToJson(workspace, kind.Word, moved) : ToText(workspace, kind, moved)
            );
            return 0;
        });
        return command;
    }

    // Both locks, for as long as it takes: a server that is started meanwhile is refused.
    private static MoveResult Move(WorkspaceFolders folders, string name, string folder, StorageKind to)
    {
        using var server = DataFolder.Open(folders.Data, acceptsOpen: true);
        using var own = folder == folders.Data ? null : DataFolder.Open(folder, acceptsOpen: true);
        try
        {
            var place = Storages.PlaceOf(folder);
            var shared = new WorkspaceFolders(folders.Data, to.Names?.Invoke(place));
            shared.RefuseTaken(name, folder);
            var moved = WorkspaceMove.Run(place, to, Databases);
            shared.NameMoved(name, folder);
            return moved;
        }
        catch (Exception damaged) when (damaged is DamagedRecordException or JournalRefusedException)
        {
            throw new DataFolderException($"{damaged.Message} Nothing was moved.", damaged);
        }
    }

    private static string ToText(string workspace, StorageKind to, MoveResult moved)
    {
        var aside = moved.SetAside is { } old
            ? $" The old journal is kept ({old}); nothing reads it any more. Delete it once there is a backup."
            : "";
        if (moved.Content is not { } content)
            return $"{workspace} is kept in {to.Word} already.{aside}";
        return FormattableString.Invariant(
            $"{workspace} is kept in {to.Word} now: {content.Events:n0} events, chain {content.Chain[..16]}, state {content.State[..16]}, {content.Answers.Count:n0} answers, {content.Contents.Count:n0} contents, {content.Archived.Count:n0} archived items, and {moved.Home!.Counts[AccessTables.Principals]:n0} principals, {moved.Home.Counts[AccessTables.Keys]:n0} keys, {moved.Home.Counts[OutboxTables.Deliveries]:n0} deliveries and {moved.Home.Secrets.Count} secrets with the keys that protect them. Before and after are the same.{aside}"
        );
    }

    private static string ToJson(string workspace, string storage, MoveResult moved) =>
        JsonSerializer.Serialize(
            new MoveBody(
                workspace,
                storage,
                Moved: moved.Content is not null,
                moved.Content?.Events,
                moved.Content?.Chain,
                moved.Content?.State,
                moved.Content?.Answers.Count,
                moved.Content?.Contents.Count,
                moved.Content?.Archived.Count,
                moved.Home?.Counts[AccessTables.Principals],
                moved.Home?.Counts[AccessTables.Keys],
                moved.Home?.Counts[OutboxTables.Deliveries],
                moved.Home?.Digest(),
                moved.SetAside
            ),
            MoveJson.Default.MoveBody
        );
}

/// <summary>A move for machines.</summary>
/// <param name="Moved">False where the workspace was there already; the figures are null then.</param>
/// <param name="Chain">The chain's hash after the last event, lower-case hex.</param>
/// <param name="State">The digest of the state, lower-case hex.</param>
/// <param name="Beside">The digest of people, keys, sessions, deliveries and secrets, lower-case hex.</param>
/// <param name="SetAside">Where the old journal is kept; null for none.</param>
internal sealed record MoveBody(
    string Workspace,
    string Storage,
    bool Moved,
    long? Events,
    string? Chain,
    string? State,
    long? Answers,
    long? Contents,
    long? Archived,
    int? Principals,
    int? Keys,
    int? Deliveries,
    string? Beside,
    string? SetAside
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(MoveBody))]
internal sealed partial class MoveJson : JsonSerializerContext;
