using ControlSurface.Storage.Moving;
using ControlSurface.Storage.Tables;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// Reads and writes all that a workspace keeps beside its journal: to take it in from files, and to move it. A count below zero says that
/// a move holds what it counts: no change is made while it is so.
/// </summary>
internal static class PostgresTableRows
{
    private const string Schema = PostgresDb.Schema;
    private const int RowsAtOnce = 500;

    /// <summary>Adds rows of tables, and sets how far their numbers were given.</summary>
    internal static void Add(NpgsqlConnection connection, Guid workspace, IReadOnlyList<TableContent> content)
    {
        foreach (var table in content)
        {
            if (table.LastNumber is { } last)
                Run(
                    connection,
                    $"insert into {Schema}.counters (workspace, name, value) values ($1, $2, $3) on conflict (workspace, name) do update set value = excluded.value",
                    workspace,
                    table.Name,
                    last
                );
            foreach (var rows in table.Rows.Chunk(RowsAtOnce))
            {
                using var batch = new NpgsqlBatch(connection);
                foreach (var row in rows)
                    batch.BatchCommands.Add(InsertOf(workspace, table, row));
                batch.ExecuteNonQuery();
            }
        }
    }

    internal static void AddSecret(NpgsqlConnection connection, Guid workspace, string name, byte[] data) =>
        Run(
            connection,
            $"insert into {Schema}.secrets (workspace, name, data) values ($1, $2, $3)",
            workspace,
            name,
            data
        );

    internal static void AddKey(NpgsqlConnection connection, Guid workspace, string name, string xml) =>
        Run(
            connection,
            $"insert into {Schema}.protection_keys (workspace, name, xml) values ($1, $2, $3)",
            workspace,
            name,
            xml
        );

    /// <summary>Refuses all changes from here on, and waits for those that are under way.</summary>
    internal static void Hold(NpgsqlConnection connection, Guid workspace, IReadOnlyList<KnownDatabase> databases) =>
        Run(
            connection,
            $"update {Schema}.counters set value = -abs(value) where workspace = $1 and name = any($2)",
            workspace,
            Counts(databases)
        );

    /// <summary>Ends that.</summary>
    internal static void Release(NpgsqlConnection connection, Guid workspace) =>
        Run(
            connection,
            $"update {Schema}.counters set value = abs(value) + 1 where workspace = $1 and value < 0",
            workspace
        );

    /// <summary>Puts a copy in the place of what is there, held.</summary>
    internal static void Replace(
        NpgsqlConnection connection,
        Guid workspace,
        HomeContent content,
        IReadOnlyList<KnownDatabase> databases
    )
    {
        using var transaction = connection.BeginTransaction();
        foreach (var table in (string[])[.. PostgresHome.Tables.Reverse(), "secrets", "protection_keys", "counters"])
            Run(connection, $"delete from {Schema}.{table} where workspace = $1", workspace);
        Run(
            connection,
            $"insert into {Schema}.counters (workspace, name, value) select $1, name, -1 from unnest($2) as c (name)",
            workspace,
            Counts(databases)
        );
        Add(connection, workspace, content.Tables);
        foreach (var (name, data) in content.Secrets)
            AddSecret(connection, workspace, name, data);
        foreach (var (name, xml) in content.Keys)
            AddKey(connection, workspace, name, xml);
        transaction.Commit();
    }

    /// <summary>Reads all of it.</summary>
    internal static HomeContent Of(
        NpgsqlConnection connection,
        Guid workspace,
        IReadOnlyList<KnownDatabase> databases
    ) =>
        new(
            [
                .. databases
                    .SelectMany(database => database.Tables)
                    .Select(table =>
                        TableContent.Of(
                            Command(
                                connection,
                                $"select * from {Schema}.{table.Name} where workspace = $1 order by {table.Order}",
                                workspace
                            ),
                            table,
                            table.IsNumbered ? LastNumber(connection, workspace, table.Name) : null
                        )
                    ),
            ],
            Pairs<byte[]>(connection, "select name, data from {0}.secrets where workspace = $1", workspace),
            Pairs<string>(connection, "select name, xml from {0}.protection_keys where workspace = $1", workspace)
        );

    private static long LastNumber(NpgsqlConnection connection, Guid workspace, string table)
    {
        using var find = Command(
            connection,
            $"select value from {Schema}.counters where workspace = $1 and name = $2",
            workspace,
            table
        );
        return find.ExecuteScalar() as long? ?? 0;
    }

    private static List<(string, T)> Pairs<T>(NpgsqlConnection connection, string sql, Guid workspace)
    {
        using var all = Command(
            connection,
            string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, Schema),
            workspace
        );
        using var row = all.ExecuteReader();
        var pairs = new List<(string, T)>();
        while (row.Read())
            pairs.Add((row.GetString(0), row.GetFieldValue<T>(1)));
        return pairs;
    }

    private static string[] Counts(IReadOnlyList<KnownDatabase> databases) =>
        [.. databases.Select(database => database.Word), PostgresVersions.Secrets];

    private static NpgsqlBatchCommand InsertOf(Guid workspace, TableContent table, object?[] row)
    {
        var values = string.Join(", ", row.Select((_, k) => FormattableString.Invariant($"${k + 2}")));
        var insert = new NpgsqlBatchCommand(
            $"insert into {Schema}.{table.Name} (workspace, {string.Join(", ", table.Columns)}) values ($1, {values})"
        );
        foreach (var value in (object?[])[workspace, .. row])
            insert.Parameters.Add(
                new NpgsqlParameter { Value = value is string text ? PostgresText.Of(text) : value ?? DBNull.Value }
            );
        return insert;
    }

    private static void Run(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(connection, sql, values);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        // No time limit: nobody waits for it but the operator.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
