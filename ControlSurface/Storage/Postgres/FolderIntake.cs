using ControlSurface.Storage.Tables;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// Takes what a workspace's folder keeps in files into the database, once: where the database has nothing of it yet. The files are set
/// aside, under their names with <c>.moved</c>. Ended half way it is begun again.
/// </summary>
internal sealed class FolderIntake(PostgresSources sources, Guid workspace, string folder)
{
    private const string Schema = PostgresDb.Schema;

    /// <summary>Takes in a database file. Whoever has it open can write it no more then.</summary>
    internal void TakeTables(KnownDatabase database)
    {
        var file = Path.Combine(folder, database.FileName);
        if (IsThere(database.Word))
        {
            MovedFiles.SetAside(file);
            return;
        }
        if (!File.Exists(file))
        {
            Begin(database, _ => { });
            return;
        }
        // Of this version's form first.
        FileTables.Open(folder, database).Dispose();
        using (var source = Database.Open(file, DatabaseAccess.ReadWrite))
        using (var hold = source.BeginTransaction())
        {
            var content = TableContent.Of(source, database);
            Begin(database, connection => PostgresTableRows.Add(connection, workspace, content));
            // The command line may have it open: what it would write now is refused instead of lost.
            FileFence.Set(source, database);
            hold.Commit();
        }
        MovedFiles.SetAside(file);
    }

    /// <summary>Takes in secrets and the keys that protect them.</summary>
    internal void TakeSecrets()
    {
        var from = new FolderSecrets(folder);
        if (!IsThere(PostgresVersions.Secrets))
            Begin(
                [PostgresVersions.Secrets],
                connection =>
                {
                    foreach (var name in SecretNames.All.Where(name => File.Exists(from.Where(name))))
                        PostgresTableRows.AddSecret(connection, workspace, name, from.Read(name)!);
                    foreach (var (name, xml) in from.Keys().ToList())
                        PostgresTableRows.AddKey(connection, workspace, name, xml);
                }
            );
        from.SetAside();
    }

    /// <summary>Whether the database has it already.</summary>
    internal bool IsThere(string counter)
    {
        using var find = sources.Tables.CreateCommand(
            $"select exists (select from {Schema}.counters where workspace = $1 and name = $2)"
        );
        find.Parameters.AddWithValue(workspace);
        find.Parameters.AddWithValue(counter);
        return (bool)LostConnection.Twice(find.ExecuteScalar)!;
    }

    private void Begin(KnownDatabase database, Action<NpgsqlConnection> write) =>
        Begin([database.Word, .. database.Tables.Where(t => t.IsNumbered).Select(t => t.Name)], write);

    // Of two processes that come first, one makes the counts, and with them writes what there is.
    private void Begin(string[] counters, Action<NpgsqlConnection> write)
    {
        using var connection = sources.Tables.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using var insert = new NpgsqlCommand(
            $"insert into {Schema}.counters (workspace, name, value) select $1, name, case name when $3 then 1 else 0 end from unnest($2) as c (name) on conflict do nothing",
            connection
        );
        insert.Parameters.AddWithValue(workspace);
        insert.Parameters.AddWithValue(counters);
        insert.Parameters.AddWithValue(counters[0]);
        if (insert.ExecuteNonQuery() == 0)
            return;
        write(connection);
        transaction.Commit();
    }
}
