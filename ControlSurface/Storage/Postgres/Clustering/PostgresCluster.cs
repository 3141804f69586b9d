using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlSurface.Storage.Postgres.Clustering;

/// <summary>Makes and checks what the machines of one PostgreSQL share beside the workspaces.</summary>
internal static class PostgresCluster
{
    // The name by which ADO.NET, and so Orleans, knows the provider.
    private const string Provider = "Npgsql";

    // A version of Orleans that finds no statement under this key fails at its first clean-up, an hour after the start.
    private const string LastQuery = "CleanupDefunctSiloEntriesKey";
    private const int SecretLength = 32;

    /// <summary>Makes the tables where they are not there, and the secret.</summary>
    /// <exception cref="DataFolderException">The database does not answer, or a newer version has migrated it.</exception>
    internal static ClusterStore Open(StoragePlace place)
    {
        var sources = PostgresStorage.SourcesOf(place);
        try
        {
            PostgresStorage.Prepare(sources);
            Migrate(sources.Reads);
            CheckQueries(sources.Reads);
            return new ClusterStore(Provider, ConnectionOf(place), SecretIn(sources.Reads));
        }
        catch (NpgsqlException failure)
        {
            throw new DataFolderException(
                $"The tables of the cluster cannot be used in PostgreSQL: {failure.Message} {PostgresStorage.Mend}",
                failure
            );
        }
    }

    private static void Migrate(NpgsqlDataSource source)
    {
        var options = new DbContextOptionsBuilder<PostgresClusterDb>().UseNpgsql(
            source,
            npgsql => npgsql.MigrationsHistoryTable(PostgresClusterDb.History, PostgresDb.Schema)
        );
        using var db = new PostgresClusterDb(options.Options);
        if (
            db
                .Database.GetAppliedMigrations()
                .Except(db.Database.GetMigrations(), StringComparer.Ordinal)
                .FirstOrDefault() is
            { } newer
        )
            throw new DataFolderException(
                $"The cluster was migrated by a newer version of ControlSurface ({newer}). Start that version."
            );
        db.Database.Migrate();
    }

    private static void CheckQueries(NpgsqlDataSource source)
    {
        using var command = source.CreateCommand(
            $"select count(*) from {PostgresDb.Schema}.orleansquery where querykey = $1"
        );
        command.Parameters.AddWithValue(LastQuery);
        if (command.ExecuteScalar() is not 1L)
            throw new DataFolderException(
                $"The table {PostgresDb.Schema}.orleansquery has no {LastQuery}: it was not made by this version. Drop the tables orleans* and {PostgresClusterDb.History} of the schema with every machine stopped, then start again."
            );
    }

    private static byte[] SecretIn(NpgsqlDataSource source)
    {
        using var insert = source.CreateCommand(
            $"insert into {PostgresDb.Schema}.cluster_secret (id, secret) values (true, $1) on conflict do nothing"
        );
        insert.Parameters.AddWithValue(RandomNumberGenerator.GetBytes(SecretLength));
        insert.ExecuteNonQuery();
        using var select = source.CreateCommand($"select secret from {PostgresDb.Schema}.cluster_secret");
        return (byte[])select.ExecuteScalar()!;
    }

    private static string ConnectionOf(StoragePlace place) =>
        new NpgsqlConnectionStringBuilder(PostgresStorage.ConnectionOf(place))
        {
            SearchPath = PostgresDb.Schema,
            MaxPoolSize = 5,
        }.ConnectionString;
}
