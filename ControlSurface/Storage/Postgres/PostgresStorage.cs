using System.Collections.Concurrent;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// The storage of one workspace in a PostgreSQL database. The file <c>storage</c> of the workspace's folder names its id there; only
/// projections, which follow from the journal, stay in the folder.
/// </summary>
internal sealed class PostgresStorage : IStorage
{
    /// <summary>The word of this storage, also in the file <c>storage</c>.</summary>
    internal const string Word = "postgres";

    /// <summary>What this version writes, and all that it reads.</summary>
    internal const int Format = 1;

    /// <summary>In the place of the format: a move holds a complete copy. A server may open it if its folder names PostgreSQL.</summary>
    internal const int Moving = -1;

    /// <summary>In the place of the format: the workspace is in another storage now.</summary>
    internal const int MovedAway = -2;

    /// <summary>What an operator does where the database cannot be used at a start.</summary>
    internal const string Mend = "Check ControlSurface:StorageConnection, and that the server runs.";

    // What holds where the connection string does not say otherwise: of two values of a word the later one counts.
    private const string Defaults = "Timeout=5;Max Auto Prepare=40;Maximum Pool Size=20;";

    // Who may call, secrets and outboxes of all workspaces. Long reads of journals are not in their way.
    private const int ConnectionsForTables = 10;

    // Of the session that migrates: of two servers that start on an empty database one waits.
    private const long MigrationLock = 0x436F6E74726F6C53;

    // One set for each connection string: a hundred workspaces of a process share it.
    private static readonly ConcurrentDictionary<string, PostgresSources> Sources = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> Migrated = new(StringComparer.Ordinal);
    private readonly PostgresJournal _journal;

    private PostgresStorage(PostgresJournal journal) => _journal = journal;

    IJournal IStorage.Journal => _journal;

    long? IStorage.Epoch => _journal.Writer.Epoch;

    /// <summary>Opens or makes the storage of a folder that this process holds. Every older writer is fenced from then on.</summary>
    /// <exception cref="DataFolderException">No connection is named or the server does not answer, cannot keep what it acknowledges, or another version wrote the workspace.</exception>
    /// <exception cref="JournalCorruptException">Its end is missing.</exception>
    internal static PostgresStorage Open(StoragePlace place)
    {
        var sources = SourcesOf(place);
        try
        {
            Prepare(sources);
            var id = IdOf(place, sources.Reads);
            var journal = PostgresJournal.Open(sources, id);
            // A move that ended half way holds it still. The folder names this storage, and the workspace is this process's now.
            using var connection = sources.Tables.OpenConnection();
            PostgresTableRows.Release(connection, id);
            return new PostgresStorage(journal);
        }
        catch (Exception failure) when (failure is NpgsqlException or JournalRefusedException)
        {
            throw new DataFolderException(
                $"The storage of {place.Folder} cannot be opened in PostgreSQL: {failure.Message} {Mend}",
                failure
            );
        }
    }

    /// <summary>Brings the tables of a database to this version, once for each process.</summary>
    internal static void Prepare(PostgresSources sources) =>
        Migrated.GetOrAdd(sources.Reads.ConnectionString, _ => Migrate(sources.Reads));

    /// <summary>Where the workspace of a folder keeps the rest.</summary>
    internal static IWorkspaceHome HomeOf(StoragePlace place) =>
        new PostgresHome(
            place,
            StorageMark.Read(place.Folder)?.Id
                ?? throw new DataFolderException($"{place.Folder} names no workspace in PostgreSQL.")
        );

    /// <summary>Opens the storage of a folder for <c>doctor</c>: reads only, and fences nobody.</summary>
    internal static PostgresExamination Examine(StoragePlace place)
    {
        var id =
            StorageMark.Read(place.Folder)?.Id
            ?? throw new DataFolderException($"{place.Folder} names no workspace in PostgreSQL.");
        return new PostgresExamination(SourcesOf(place).Reads, id);
    }

    public void Dispose() => _journal.Dispose();

    internal static void Migrations(NpgsqlDbContextOptionsBuilder options) =>
        options.MigrationsHistoryTable("migrations", PostgresDb.Schema);

    /// <summary>The connections of a place; also for tests that use up those for reads.</summary>
    internal static PostgresSources SourcesOf(StoragePlace place)
    {
        if (place.Connection is not { Length: > 0 } connection)
            throw new DataFolderException(
                "The journal is kept in PostgreSQL, and ControlSurface:StorageConnection is empty. Name the database there or in the environment "
                    + $"({Storages.ConnectionVariable}): Host=…;Database=…;Username=…, or file:PATH of a file that holds such a line."
            );
        return Sources.GetOrAdd(TextOf(connection), Build);
    }

    /// <summary>The connection string of a place, with what ControlSurface adds to it.</summary>
    internal static string ConnectionOf(StoragePlace place) =>
        Settings(TextOf(place.Connection ?? "")).ConnectionString;

    private static string TextOf(string connection) =>
        connection.StartsWith("file:", StringComparison.Ordinal)
            ? File.ReadAllText(connection["file:".Length..]).Trim()
            : connection;

    private static PostgresSources Build(string connection)
    {
        try
        {
            var reads = Settings(connection);
            // A writer has a connection of its own for as long as its workspace is open: no pool, in which readers could be before it.
            var writers = new NpgsqlConnectionStringBuilder(reads.ConnectionString) { Pooling = false };
            var tables = new NpgsqlConnectionStringBuilder(reads.ConnectionString)
            {
                MaxPoolSize = ConnectionsForTables,
                ApplicationName = "controlsurface tables",
            };
            // A process that hangs in the middle of a change must not keep the others from theirs.
            tables.Options = $"{tables.Options} -c idle_in_transaction_session_timeout=10s";
            return new PostgresSources(
                NpgsqlDataSource.Create(writers),
                NpgsqlDataSource.Create(reads),
                NpgsqlDataSource.Create(tables)
            );
        }
        catch (ArgumentException failure)
        {
            throw new DataFolderException(
                $"ControlSurface:StorageConnection is no connection string of PostgreSQL: {failure.Message}",
                failure
            );
        }
    }

    /// <summary>A connection string with what ControlSurface adds to it.</summary>
    internal static NpgsqlConnectionStringBuilder Settings(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(Defaults + connection) { TcpKeepAlive = true };
        // Off on the server or in the string, it would acknowledge what a crash can take back.
        settings.Options = $"{settings.Options} -c synchronous_commit=on".Trim();
        return settings;
    }

    private static bool Migrate(NpgsqlDataSource source)
    {
        CheckServer(source);
        var options = new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(source, Migrations).Options;
        using var db = new PostgresDb(options);
        db.Database.OpenConnection();
        // It falls with the session, however that ends.
        db.Database.ExecuteSql($"select pg_advisory_lock({MigrationLock})");
        if (
            db
                .Database.GetAppliedMigrations()
                .Except(db.Database.GetMigrations(), StringComparer.Ordinal)
                .FirstOrDefault() is
            { } newer
        )
            throw new DataFolderException(
                $"The database was migrated by a newer version of ControlSurface ({newer}). Start that version."
            );
        db.Database.Migrate();
        db.Database.ExecuteSql($"select pg_advisory_unlock({MigrationLock})");
        return true;
    }

    private static void CheckServer(NpgsqlDataSource source)
    {
        using var command = source.CreateCommand(
            "select current_setting('fsync'), current_setting('full_page_writes'), pg_is_in_recovery()"
        );
        using var row = command.ExecuteReader();
        row.Read();
        if (row.GetString(0) != "on" || row.GetString(1) != "on")
            throw new DataFolderException(
                $"PostgreSQL would not keep what it acknowledges (fsync {row.GetString(0)}, full_page_writes {row.GetString(1)}). Set both to on."
            );
        if (row.GetBoolean(2))
            throw new DataFolderException(
                "The PostgreSQL server is a replica and cannot be written. Name the primary in ControlSurface:StorageConnection."
            );
    }

    // The row first, then the file: a crash between them leaves a row that nobody names.
    private static Guid IdOf(StoragePlace place, NpgsqlDataSource source)
    {
        if (StorageMark.Read(place.Folder) is { Id: { } known })
            return known;
        var id = NewWorkspace(source);
        StorageMark.Write(place.Folder, new StorageMark(Word, id));
        return id;
    }

    /// <summary>Makes the row of a workspace that nothing names yet.</summary>
    internal static Guid NewWorkspace(NpgsqlDataSource source)
    {
        var id = Guid.NewGuid();
        using var insert = source.CreateCommand(
            $"insert into {PostgresDb.Schema}.workspaces (id, epoch, writer, last_seq, last_hash, format, is_idle) values ($1, 0, $1, 0, $2, $3, false)"
        );
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(JournalChain.Start());
        insert.Parameters.AddWithValue(Format);
        LostConnection.Twice(insert.ExecuteNonQuery);
        return id;
    }
}

/// <summary>The connections to one database.</summary>
/// <param name="Writers">One for each open workspace, not pooled: writers never wait for readers.</param>
/// <param name="Reads">A bounded pool that the reads of all journals share; a read that gets none in time is refused.</param>
/// <param name="Tables">A bounded pool for who may call, secrets and outboxes of all workspaces.</param>
internal sealed record PostgresSources(NpgsqlDataSource Writers, NpgsqlDataSource Reads, NpgsqlDataSource Tables)
{
    /// <summary>How often each workspace's tables were changed.</summary>
    internal PostgresVersions Versions { get; } = new(Tables);

    /// <summary>Which workspaces are at work.</summary>
    internal PostgresWork Work { get; } = new(Tables);
}
