using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>The names of workspaces in the database. Each change counts, so that every process sees it within a second.</summary>
internal sealed class PostgresNames(StoragePlace place) : IWorkspaceNames
{
    private const string Schema = PostgresDb.Schema;

    // One that others refer to comes after those.
    private static readonly string[] Tables =
    [
        "batches",
        "answers",
        "item_events",
        "archive_leases",
        "archive",
        "contents",
        "snapshots",
        .. PostgresHome.Tables.Reverse(),
        "secrets",
        "protection_keys",
        "counters",
        "names",
    ];

    private readonly PostgresSources _sources = PostgresStorage.SourcesOf(place);

    public string Word => PostgresStorage.Word;

    public long Version(long asOf)
    {
        PostgresStorage.Prepare(_sources);
        return _sources.Versions.Of(Guid.Empty, PostgresVersions.Names, asOf);
    }

    public IReadOnlyList<NamedWorkspace> All() => Ask(Read);

    public IReadOnlyList<NamedWorkspace> Examine()
    {
        try
        {
            using var connection = _sources.Tables.OpenConnection();
            return Read(connection);
        }
        catch (PostgresException older) when (older.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    private static List<NamedWorkspace> Read(NpgsqlConnection connection)
    {
        using var command = Command(
            connection,
            $"select workspace, name, is_first from {Schema}.names order by not is_first, name collate \"C\""
        );
        using var row = command.ExecuteReader();
        var all = new List<NamedWorkspace>();
        while (row.Read())
            all.Add(new NamedWorkspace(row.GetGuid(0), row.GetString(1), row.GetBoolean(2)));
        return all;
    }

    public Guid Begin() => Ask(_ => PostgresStorage.NewWorkspace(_sources.Tables));

    public bool Has(Guid id) =>
        Ask(connection =>
        {
            using var command = Command(
                connection,
                $"select format <> {PostgresStorage.MovedAway} from {Schema}.workspaces where id = $1",
                id
            );
            return command.ExecuteScalar() is true;
        });

    public bool TryName(NamedWorkspace workspace) =>
        Change(
            $"insert into {Schema}.names (workspace, name, is_first) values ($1, $2, $3) on conflict (workspace) do nothing",
            workspace.Id,
            workspace.Name,
            workspace.IsFirst
        )
            is not null;

    public bool TryRename(Guid id, string name) =>
        Change($"update {Schema}.names set name = $2 where workspace = $1", id, name) > 0;

    public void TakeName(Guid id) => Change($"delete from {Schema}.names where workspace = $1", id);

    public void Delete(Guid id) =>
        Ask(connection =>
        {
            using var transaction = connection.BeginTransaction();
            // Its row first: whoever has it open writes no more.
            foreach (
                var sql in (string[])
                    [
                        $"delete from {Schema}.workspaces where id = $1",
                        .. Tables.Select(table => $"delete from {Schema}.{table} where workspace = $1"),
                    ]
            )
            {
                using var delete = Command(connection, sql, id);
                delete.CommandTimeout = 0; // Nobody waits but the operator.
                delete.ExecuteNonQuery();
            }
            Count(connection);
            transaction.Commit();
            return true;
        });

    /// <returns>How many rows it changed; null where a name or a first one is there already.</returns>
    private int? Change(string sql, params object[] values) =>
        Ask<int?>(connection =>
        {
            using var transaction = connection.BeginTransaction();
            try
            {
                using var change = Command(connection, sql, values);
                var rows = change.ExecuteNonQuery();
                Count(connection);
                transaction.Commit();
                return rows;
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return null;
            }
        });

    private static void Count(NpgsqlConnection connection)
    {
        using var count = Command(
            connection,
            $"insert into {Schema}.counters as c (workspace, name, value) values ($1, $2, 1) on conflict (workspace, name) do update set value = c.value + 1",
            Guid.Empty,
            PostgresVersions.Names
        );
        count.ExecuteNonQuery();
    }

    private T Ask<T>(Func<NpgsqlConnection, T> ask)
    {
        try
        {
            PostgresStorage.Prepare(_sources);
            return LostConnection.Twice(() =>
            {
                using var connection = _sources.Tables.OpenConnection();
                return ask(connection);
            });
        }
        catch (NpgsqlException failure)
        {
            throw new DataFolderException(
                $"The list of workspaces cannot be used in PostgreSQL: {failure.Message} {PostgresStorage.Mend}",
                failure
            );
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
