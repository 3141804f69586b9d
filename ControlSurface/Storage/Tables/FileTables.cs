using System.Data.Common;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ControlSurface.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage.Tables;

/// <summary>Tables in a file of the workspace's folder.</summary>
internal sealed class FileTables : ITables
{
    private readonly KnownDatabase _database;
    private readonly DbConnection _connection;
    private readonly Statements _statements;

    private FileTables(KnownDatabase database, DbConnection connection)
    {
        (_database, _connection) = (database, connection);
        _statements = new Statements(connection);
    }

    /// <summary>Opens the file of a folder; makes it if need be, and brings its tables to this version.</summary>
    /// <exception cref="DbException">It cannot be opened.</exception>
    /// <exception cref="DataFolderException">A newer version wrote it, or the folder cannot be written.</exception>
    internal static FileTables Open(string folder, KnownDatabase database)
    {
        var connection = Database.Open(Path.Combine(folder, database.FileName), DatabaseAccess.ReadWriteCreate);
        try
        {
            using (database.IsShared ? MigrationLock(folder, database) : null)
            {
                connection.Execute("pragma journal_mode=wal");
                connection.Execute("pragma synchronous=full");
                Database.Migrate(connection, database.Context, () => database.Open(connection));
            }
            return new FileTables(database, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file of a folder to be read; null where there is none.</summary>
    internal static FileTables? Examine(string folder, KnownDatabase database)
    {
        var file = Path.Combine(folder, database.FileName);
        return File.Exists(file)
            ? new FileTables(database, Database.Open(file, DatabaseAccess.ReadOnly, timeoutSeconds: 30))
            : null;
    }

    public string Where => _connection.DataSource;

    // What this process writes does not move its own data_version.
    public long Version(long asOf) => _statements.Version;

    public T Read<T>(Func<TableStatements, T> read, bool isTogether = false) => read(_statements);

    public T Write<T>(Func<TableStatements, T> write)
    {
        using var transaction = _connection.BeginTransaction();
        var result = write(_statements);
        Commit(transaction.Commit);
        return result;
    }

    public T Change<T>(Func<TableChange, T> change)
    {
        try
        {
            using var db = _database.Open(_connection);
            using var transaction = db.Database.BeginTransaction();
            var result = change(new TableChange(db, _ => 0, (_, _) => { }));
            db.SaveChanges();
            Commit(transaction.Commit);
            return result;
        }
        catch (DbUpdateException failure) when (failure.InnerException is DbException own)
        {
            // The framework wraps what the database says; every caller knows the database's own exception.
            ExceptionDispatchInfo.Throw(own);
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    private static void Commit(Action commit)
    {
        try
        {
            commit();
        }
        catch (SqliteException failure) when (!SqliteFailure.LeavesNothing(failure, WritingStage.Commit))
        {
            // A failed flush: it may have reached the disk.
            throw new OutcomeUnknownException($"It is not known whether it is on disk: {failure.Message}", failure);
        }
    }

    // The server and the command line may both be the first to come to a new folder, or to one of an older version.
    private static FileStream MigrationLock(string folder, KnownDatabase database)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, Path.ChangeExtension(database.FileName, ".lock")),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException) when (attempt < 100)
            {
#pragma warning disable RS0030 // At start, before any request: nothing else could use the thread.
                Thread.Sleep(100);
#pragma warning restore RS0030
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new DataFolderException(
                    $"The data folder {folder} cannot be written: {failure.Message}",
                    failure
                );
            }
        }
    }

    private sealed class Statements(DbConnection connection) : TableStatements(connection)
    {
        internal override long Version =>
            long.Parse(Connection.Scalar("pragma data_version")!, CultureInfo.InvariantCulture);

        internal override string Own => "true";

        internal override string OwnColumn => "";

        internal override string OwnValue => "";

        internal override string Table(string name) => name;

        internal override long? NextNumbers(string table, int count) => null;

        internal override void MarkChanged() { }

        protected override DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values) =>
            Connection.Command(sql, values);
    }
}
