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
/// The storage of one workspace in a PostgreSQL database. The file <c>storage</c> of the workspace's folder names its id there; keys,
/// sessions and projections stay in the folder.
/// </summary>
internal sealed class PostgresStorage : IStorage
{
    /// <summary>The word of this storage, also in the file <c>storage</c>.</summary>
    internal const string Word = "postgres";

    /// <summary>What this version writes, and all that it reads.</summary>
    internal const int Format = 1;

    // One pool for each connection string: a hundred workspaces of a process share it.
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> Sources = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> Migrated = new(StringComparer.Ordinal);
    private readonly PostgresJournal _journal;

    private PostgresStorage(PostgresJournal journal) => _journal = journal;

    IJournal IStorage.Journal => _journal;

    /// <summary>Opens or makes the storage of a folder that this process holds. Every older writer is fenced from then on.</summary>
    /// <exception cref="DataFolderException">No connection is named or the server does not answer, cannot keep what it acknowledges, or another version wrote the workspace.</exception>
    /// <exception cref="JournalCorruptException">Its end is missing.</exception>
    internal static PostgresStorage Open(StoragePlace place)
    {
        var source = SourceOf(place);
        try
        {
            Migrated.GetOrAdd(source.ConnectionString, _ => Migrate(source));
            var id = IdOf(place, source);
            return new PostgresStorage(PostgresJournal.Open(source, id));
        }
        catch (NpgsqlException failure)
        {
            throw new DataFolderException(
                $"The storage of {place.Folder} cannot be opened in PostgreSQL: {failure.Message} Check ControlSurface:StorageConnection, and that the server runs.",
                failure
            );
        }
    }

    /// <summary>Opens the storage of a folder for <c>doctor</c>: reads only, and fences nobody.</summary>
    internal static PostgresExamination Examine(StoragePlace place)
    {
        var id =
            StorageMark.Read(place.Folder)?.Id
            ?? throw new DataFolderException($"{place.Folder} names no workspace in PostgreSQL.");
        return new PostgresExamination(SourceOf(place), id);
    }

    public void Dispose() => _journal.Dispose();

    internal static void Migrations(NpgsqlDbContextOptionsBuilder options) =>
        options.MigrationsHistoryTable("migrations", PostgresDb.Schema);

    private static NpgsqlDataSource SourceOf(StoragePlace place)
    {
        if (place.Connection is not { Length: > 0 } connection)
            throw new DataFolderException(
                "The journal is kept in PostgreSQL, and ControlSurface:StorageConnection is empty. Name the database there or in the environment "
                    + $"({Storages.ConnectionVariable}): Host=…;Database=…;Username=…, or file:PATH of a file that holds such a line."
            );
        if (connection.StartsWith("file:", StringComparison.Ordinal))
            connection = File.ReadAllText(connection["file:".Length..]).Trim();
        return Sources.GetOrAdd(connection, Build);
    }

    private static NpgsqlDataSource Build(string connection)
    {
        try
        {
            var given = new NpgsqlConnectionStringBuilder(connection);
            // Off on the server or in the string, it would acknowledge what a crash can take back.
            given.Options = $"{given.Options} -c synchronous_commit=on".Trim();
            if (!given.ContainsKey("Max Auto Prepare"))
                given.MaxAutoPrepare = 40;
            if (!given.ContainsKey("Timeout"))
                given.Timeout = 5;
            given.TcpKeepAlive = true;
            return NpgsqlDataSource.Create(given);
        }
        catch (ArgumentException failure)
        {
            throw new DataFolderException(
                $"ControlSurface:StorageConnection is no connection string of PostgreSQL: {failure.Message}",
                failure
            );
        }
    }

    private static bool Migrate(NpgsqlDataSource source)
    {
        CheckServer(source);
        var options = new DbContextOptionsBuilder<PostgresDb>().UseNpgsql(source, Migrations).Options;
        using var db = new PostgresDb(options);
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
        var id = Guid.NewGuid();
        using var insert = source.CreateCommand(
            $"insert into {PostgresDb.Schema}.workspaces (id, epoch, writer, last_seq, last_hash, format) values ($1, 0, $1, 0, $2, $3)"
        );
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(JournalChain.Start());
        insert.Parameters.AddWithValue(Format);
        insert.ExecuteNonQuery();
        StorageMark.Write(place.Folder, new StorageMark(Word, id));
        return id;
    }
}
