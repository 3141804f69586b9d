using System.Diagnostics;
using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// A workspace that keeps everything in the database. What its folder holds still, of an earlier version or because a key was made
/// before the server was first started, is taken into the database when it is first looked for.
/// </summary>
internal sealed class PostgresHome(StoragePlace place, Guid workspace) : IWorkspaceHome
{
    private const string Schema = PostgresDb.Schema;
    private readonly PostgresSources _sources = PostgresStorage.SourcesOf(place);
    private PostgresSecrets? _secrets;

    /// <summary>Tables that a file has too; one that others refer to comes before those.</summary>
    internal static IEnumerable<string> Tables => [.. AccessTables.All.Concat(OutboxTables.All).Select(t => t.Name)];

    public string Mend => PostgresStorage.Mend;

    public string Where(KnownDatabase database) => new PostgresTables(_sources, workspace, database.Word).Where;

    public ITables Open(KnownDatabase database)
    {
        PostgresStorage.Prepare(_sources);
        new FolderIntake(_sources, workspace, place.Folder).TakeTables(database);
        return new PostgresTables(_sources, workspace, database.Word);
    }

    public ITables? Examine(KnownDatabase database)
    {
        return IsThere(database.Word)
            ? new PostgresTables(_sources, workspace, database.Word)
            : FileTables.Examine(place.Folder, database);
    }

    public ISecrets Secrets
    {
        get
        {
            if (_secrets is null)
            {
                PostgresStorage.Prepare(_sources);
                new FolderIntake(_sources, workspace, place.Folder).TakeSecrets();
                _secrets = new PostgresSecrets(_sources, workspace);
            }
            return _secrets;
        }
    }

    public ISecrets ExamineSecrets() =>
        IsThere(PostgresVersions.Secrets) ? new PostgresSecrets(_sources, workspace) : new FolderSecrets(place.Folder);

    public HomeContent Read(IReadOnlyList<KnownDatabase> databases)
    {
        using var connection = _sources.Tables.OpenConnection();
        using var snapshot = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        return PostgresTableRows.Of(connection, workspace, databases);
    }

    public bool WasOpened => _sources.Work.WasOpened(workspace, Stopwatch.GetTimestamp());

    public bool WasAtWork(long asOf) => _sources.Work.WasAtWork(workspace, asOf);

    // Closed by now: another process may have opened it meanwhile, and is at work. The next idle close says so again.
    public void MarkIdle() =>
        LostConnection.Twice(() =>
        {
            using var mark = _sources.Tables.CreateCommand(
                $"update {Schema}.workspaces set is_idle = true where id = $1"
            );
            mark.Parameters.AddWithValue(workspace);
            return mark.ExecuteNonQuery();
        });

    // Whoever opens the journal took it in the same statement.
    public void MarkOpen() { }

    private bool IsThere(string counter)
    {
        try
        {
            return new FolderIntake(_sources, workspace, place.Folder).IsThere(counter);
        }
        catch (PostgresException older) when (older.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // No server of this version has had the database yet.
            return false;
        }
    }
}
