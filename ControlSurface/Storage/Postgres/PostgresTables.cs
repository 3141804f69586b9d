using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ControlSurface.Storage.Tables;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// Tables of one workspace in the database. No connection is held: each piece of work takes one of the pool. A change takes the row that
/// counts the changes first, so that it is alone in its workspace, and every process learns of it by that count.
/// </summary>
/// <param name="word">What the tables are called together, which is the name of their count: <c>access</c>.</param>
internal sealed class PostgresTables(PostgresSources sources, Guid workspace, string word) : ITables
{
    private const string Schema = PostgresDb.Schema;

    // An answer to the question what became of a commit takes no longer, unless the database is away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Where => $"{word} of the workspace {workspace} in PostgreSQL";

    /// <summary>Commits; for tests that lose the answer.</summary>
    internal Action<NpgsqlTransaction> OnCommit { get; set; } = static transaction => transaction.Commit();

    public long Version(long asOf) => sources.Versions.Of(workspace, word, asOf);

    public T Read<T>(Func<TableStatements, T> read, bool isTogether = false) =>
        LostConnection.Twice(() =>
        {
            using var connection = sources.Tables.OpenConnection();
            if (!isTogether)
                return read(new Statements(connection, workspace, word));
            using var snapshot = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            var result = read(new Statements(connection, workspace, word));
            snapshot.Commit();
            return result;
        });

    public T Write<T>(Func<TableStatements, T> write) =>
        Commit((connection, _) => write(new Statements(connection, workspace, word)));

    public T Change<T>(Func<TableChange, T> change) =>
        Commit(
            (connection, transaction) =>
            {
                var statements = new Statements(connection, workspace, word);
                statements.MarkChanged();
                using var db = new PostgresDb(
                    new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(connection).Options,
                    workspace
                );
                db.Database.UseTransaction(transaction);
                try
                {
                    var result = change(
                        new TableChange(
                            db,
                            table => (int)statements.NextNumbers(table, 1)!.Value,
                            statements.KeepNumber
                        )
                    );
                    db.SaveChanges();
                    return result;
                }
                catch (Exception failure)
                    when (failure is DbUpdateException or InvalidOperationException && OwnOf(failure) is not null)
                {
                    // The framework wraps what the database says, twice where trying again may help; every caller knows the
                    // database's own exception.
                    ExceptionDispatchInfo.Throw(OwnOf(failure)!);
                    throw;
                }
            }
        );

    public void Dispose() { }

    private T Commit<T>(Func<NpgsqlConnection, NpgsqlTransaction, T> work) =>
        LostConnection.Twice(() =>
        {
            using var connection = sources.Tables.OpenConnection();
            using var transaction = connection.BeginTransaction();
            var result = work(connection, transaction);
            var id = TransactionOf(connection);
            try
            {
                OnCommit(transaction);
            }
            catch (NpgsqlException lost) when (LostConnection.Is(lost) || lost.InnerException is TimeoutException)
            {
                if (id is not null && !IsCommitted(id, lost))
                    throw;
            }
            return result;
        });

    private static DbException? OwnOf(Exception failure)
    {
        var inner = failure.InnerException;
        while (inner is not null and not DbException)
            inner = inner.InnerException;
        return inner as DbException;
    }

    // What wrote nothing has no id, and nothing to lose.
    private static string? TransactionOf(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand("select pg_current_xact_id_if_assigned()::text", connection);
        return ask.ExecuteScalar() as string;
    }

    /// <summary>What became of a commit whose answer never came: the database knows, and nobody has to guess.</summary>
    private bool IsCommitted(string id, NpgsqlException lost)
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < Patience)
        {
            try
            {
                using var connection = sources.Tables.OpenConnection();
                using var ask = new NpgsqlCommand("select pg_xact_status($1::text::xid8)", connection);
                ask.Parameters.AddWithValue(id);
                switch (ask.ExecuteScalar())
                {
                    case "committed":
                        return true;
                    case "aborted":
                        return false;
                }
            }
            catch (NpgsqlException failure) when (LostConnection.Is(failure) || failure.IsTransient)
            {
                // It is not back yet.
            }
#pragma warning disable RS0030 // Whoever asked for the change waits for its answer on this thread.
            Thread.Sleep(100);
#pragma warning restore RS0030
        }
        throw new OutcomeUnknownException(
            $"The connection to PostgreSQL was lost during a write, and the database did not answer again: {lost.Message}",
            lost
        );
    }

    private sealed class Statements(NpgsqlConnection connection, Guid workspace, string word)
        : TableStatements(connection)
    {
        internal override long Version =>
            Number($"select value from {Schema}.counters where {Own} and name = @name", ("@name", word)) ?? 0;

        internal override string Own => "workspace = @workspace";

        internal override string OwnColumn => "workspace, ";

        internal override string OwnValue => "@workspace, ";

        internal override string Table(string name) => $"{Schema}.{name}";

        internal override void MarkChanged()
        {
            if (Add(word, 1) is null)
                throw new NpgsqlException(
                    $"A move holds the {word} of the workspace {workspace}, or moved it to another storage."
                );
        }

        internal override long? NextNumbers(string table, int count) => Add(table, count) - count + 1;

        internal void KeepNumber(string table, int number) =>
            Execute(
                $"update {Schema}.counters set value = greatest(value, @number) where {Own} and name = @name",
                ("@name", table),
                ("@number", number)
            );

        protected override DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
        {
            var command = Connection.Command(sql);
            command.Add("@workspace", workspace);
            foreach (var (name, value) in values)
                command.Add(name, value is string text ? PostgresText.Of(text) : value);
            return command;
        }

        private long? Add(string name, int count) =>
            Number(
                $"update {Schema}.counters set value = value + @count where {Own} and name = @name and value >= 0 returning value",
                ("@name", name),
                ("@count", count)
            );
    }
}
