using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;

namespace ControlSurface.Storage;

/// <summary>How a database file is opened.</summary>
internal enum DatabaseAccess
{
    ReadOnly,
    ReadWrite,
    ReadWriteCreate,
}

/// <summary>What a failure of a database says about its file.</summary>
internal enum DatabaseFault
{
    /// <summary>The file is damaged, or is no database.</summary>
    Damaged,

    /// <summary>The file has other tables than the statement expects.</summary>
    OtherTables,

    /// <summary>Another connection holds it.</summary>
    Locked,

    /// <summary>This user may not open it.</summary>
    Forbidden,

    /// <summary>Anything else: the disk is full, or cannot be read.</summary>
    Other,
}

/// <summary>
/// The embedded database of a folder's files, as the rest of the program sees it: connections, rows and migrations. Which
/// library is behind it is known in this file and under <c>Storage/</c> alone. Connections never come from a pool.
/// </summary>
internal static class Database
{
    /// <summary>The oldest library without the WAL-reset bug, which can lose committed transactions (3.7.0 to 3.51.2).</summary>
    internal static readonly Version Oldest = new(3, 51, 3);

    /// <summary>Refuses a library that can lose what was committed.</summary>
    /// <exception cref="DataFolderException">It is older than <see cref="Oldest"/>.</exception>
    internal static void CheckVersion()
    {
        Batteries_V2.Init();
        CheckVersion(raw.sqlite3_libversion().utf8_to_string());
    }

    internal static void CheckVersion(string version)
    {
        if (Version.Parse(version) < Oldest)
            throw new DataFolderException(
                $"The SQLite library is {version}, which can lose committed writes (the WAL-reset bug). "
                    + $"ControlSurface needs {Oldest} or newer: install the build that was published with it."
            );
    }

    /// <summary>Name and version of the library.</summary>
    internal static string Library
    {
        get
        {
            Batteries_V2.Init();
            return "SQLite " + raw.sqlite3_libversion().utf8_to_string();
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="timeoutSeconds">How long a statement waits for another writer.</param>
    /// <exception cref="DbException">It cannot be opened; <see cref="FaultOf"/> says why.</exception>
    internal static DbConnection Open(string file, DatabaseAccess access, int timeoutSeconds = 5) =>
        SqliteFile.Open(file, access, timeoutSeconds);

    /// <summary>Copies a file as it is at one instant. Whoever writes it goes on meanwhile; the copy is one file, and its pages are checked.</summary>
    /// <param name="access">
    /// How <paramref name="from"/> is opened. A read-only connection would leave -wal and -shm beside a database that nobody else has open.
    /// </param>
    /// <exception cref="DbException">A file cannot be read or written, or the copy is damaged.</exception>
    internal static void Copy(string from, string to, DatabaseAccess access)
    {
        using var source = (SqliteConnection)Open(from, access, timeoutSeconds: 30);
        using var copy = (SqliteConnection)Open(to, DatabaseAccess.ReadWriteCreate);
        source.BackupDatabase(copy);
        if (copy.Scalar("pragma quick_check(1)") is var said and not "ok")
            throw new SqliteException($"{Path.GetFileName(from)} is damaged: {said}.", 11);
    }

    /// <summary>An empty database without a file.</summary>
    internal static DbConnection OpenInMemory()
    {
        var memory = new SqliteConnection("Data Source=:memory:");
        memory.Open();
        return memory;
    }

    /// <summary>A transaction in which every statement reads the same state; writers are not held up.</summary>
    internal static DbTransaction BeginRead(DbConnection connection) =>
        ((SqliteConnection)connection).BeginTransaction(deferred: true);

    /// <summary>Options for a context of the framework on an open connection.</summary>
    internal static DbContextOptions<T> Options<T>(DbConnection connection)
        where T : DbContext => new DbContextOptionsBuilder<T>().UseSqlite(connection).Options;

    /// <summary>Options for <c>dotnet ef migrations add</c> only.</summary>
    internal static DbContextOptions<T> DesignOptions<T>()
        where T : DbContext => new DbContextOptionsBuilder<T>().UseSqlite("Data Source=design.db").Options;

    /// <summary>The kind of failure.</summary>
    internal static DatabaseFault FaultOf(DbException failure) =>
        (failure as SqliteException)?.SqliteErrorCode switch
        {
            11 or 26 => DatabaseFault.Damaged,
            1 => DatabaseFault.OtherTables,
            5 or 6 => DatabaseFault.Locked,
            14 or 23 => DatabaseFault.Forbidden,
            _ => DatabaseFault.Other,
        };

    /// <summary>The library's own number of a failure, for a log.</summary>
    internal static int CodeOf(DbException failure) => (failure as SqliteException)?.SqliteErrorCode ?? 0;

    internal static void Execute(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Ends a transaction after a failure of any kind. A statement that finds the disk full, among others, has rolled back by itself;
    /// then there is nothing to end.
    /// </summary>
    internal static void RollBack(DbConnection connection)
    {
        if (raw.sqlite3_get_autocommit(((SqliteConnection)connection).Handle) == 0)
            connection.Execute("rollback");
    }

    internal static string? Scalar(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>A command with parameters, in the order of their names in the text.</summary>
    internal static DbCommand Command(
        this DbConnection connection,
        string sql,
        params ReadOnlySpan<(string Name, object? Value)> values
    )
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Add(name, value);
        return command;
    }

    /// <summary>Gives a command one more parameter.</summary>
    internal static void Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    /// <summary>
    /// Brings the tables to this version. A kill in the middle leaves a row in the framework's own lock table, for which
    /// it would wait for ever: whoever calls holds a file lock, so that such a row is nobody's. Where nothing is to be
    /// done, which is nearly always, the framework's model is not even built: that is most of a start's time.
    /// </summary>
    /// <param name="open">Makes a context on <paramref name="connection"/>.</param>
    /// <exception cref="DataFolderException">A newer version wrote the file.</exception>
    internal static void Migrate<TContext>(DbConnection connection, Func<TContext> open)
        where TContext : DbContext => Migrate(connection, typeof(TContext), open);

    /// <param name="context">The very type that <paramref name="open"/> makes: its migrations are looked for.</param>
    internal static void Migrate(DbConnection connection, Type context, Func<DbContext> open)
    {
        RefuseNewer(connection, context);
        if (MigrationsOf(context).IsSubsetOf(AppliedIn(connection)))
            return;
        using var db = open();
        db.Database.OpenConnection();
        try
        {
            if (connection.Has("__EFMigrationsLock"))
                connection.Execute("delete from __EFMigrationsLock");
            db.Database.Migrate();
        }
        finally
        {
            db.Database.CloseConnection();
        }
    }

    /// <summary>Refuses a file with tables that this version knows nothing of: it would read and write them wrongly.</summary>
    /// <exception cref="DataFolderException">A newer version wrote the file.</exception>
    internal static void RefuseNewer(DbConnection connection, Type context)
    {
        var known = MigrationsOf(context);
        if (AppliedIn(connection).Where(id => !known.Contains(id)).Max(StringComparer.Ordinal) is { } newer)
            throw new DataFolderException(
                $"{connection.DataSource} was written by a newer version of ControlSurface: it has had the migration {newer}, "
                    + $"which {DataFolder.OwnVersion} does not know. Start the newer version, or restore the backup from before the upgrade."
            );
    }

    /// <summary>Every migration that this version knows of a context.</summary>
    internal static HashSet<string> MigrationsOf(Type context) =>
        [
            .. context
                .Assembly.GetTypes()
                .Where(t => t.GetCustomAttribute<DbContextAttribute>()?.ContextType == context)
                .Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id)
                .OfType<string>(),
        ];

    /// <summary>Every migration that a file has had.</summary>
    internal static HashSet<string> AppliedIn(DbConnection connection) =>
        connection.Has("__EFMigrationsHistory")
            ? [.. connection.Rows("select MigrationId from __EFMigrationsHistory", row => row.GetString(0))]
            : [];

    private static bool Has(this DbConnection connection, string table)
    {
        using var find = connection.Command("select 1 from sqlite_master where name = $name", ("$name", table));
        return find.ExecuteScalar() is not null;
    }

    /// <summary>All rows of a question, read at once.</summary>
    internal static List<T> Rows<T>(
        this DbConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        params ReadOnlySpan<(string Name, object? Value)> values
    )
    {
        using var command = connection.Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    internal static string? TextAt(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    internal static long? NumberAt(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);
}

/// <summary>The provider's own connection to a file.</summary>
internal static class SqliteFile
{
    // The provider's pool hands a connection on with the pragmas of the one before: no connection comes from it.
    internal static SqliteConnection Open(string file, DatabaseAccess access, int timeoutSeconds = 5)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = access switch
                {
                    DatabaseAccess.ReadOnly => SqliteOpenMode.ReadOnly,
                    DatabaseAccess.ReadWrite => SqliteOpenMode.ReadWrite,
                    DatabaseAccess.ReadWriteCreate => SqliteOpenMode.ReadWriteCreate,
                },
                Pooling = false,
                DefaultTimeout = timeoutSeconds,
            }.ToString()
        );
        try
        {
            connection.Open();
            connection.Execute("pragma mmap_size=0");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

/// <summary>
/// A few open connections for reading, handed to one caller at a time. Each use is short: a reader that stays keeps the
/// write-ahead log from being used again.
/// </summary>
internal sealed class ReadConnections(string file, int timeoutSeconds = 5) : IDisposable
{
    // More readers at once than this open and close their own.
    private const int Kept = 8;
    private readonly Lock _lock = new();
    private readonly Stack<DbConnection> _idle = [];
    private bool _closed;

    internal Lease Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_idle.TryPop(out var idle))
                return new Lease(this, idle);
        }
        return new Lease(this, Database.Open(file, DatabaseAccess.ReadOnly, timeoutSeconds));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            while (_idle.TryPop(out var idle))
                idle.Dispose();
        }
    }

    private void Return(DbConnection connection)
    {
        lock (_lock)
        {
            if (!_closed && _idle.Count < Kept)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
    }

    internal readonly struct Lease(ReadConnections owner, DbConnection connection) : IDisposable
    {
        internal DbConnection Connection => connection;

        public void Dispose() => owner.Return(connection);
    }
}
