using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ControlSurface.Storage.Postgres.Clustering;

/// <summary>
/// The tables by which machines find each other, beside those of workspaces. Only a server of several machines makes them. They have a
/// history of migrations of their own, and no entities: Orleans reads and writes its tables by its own statements.
/// </summary>
internal sealed class PostgresClusterDb(DbContextOptions<PostgresClusterDb> options) : DbContext(options)
{
    internal const string History = "cluster_migrations";
}

/// <summary>The membership tables of Orleans, and the secret by which machines know each other.</summary>
[DbContext(typeof(PostgresClusterDb))]
[Migration("20261130020000_Cluster")]
internal sealed class ClusterMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        using var script = new StreamReader(
            typeof(ClusterMigration).Assembly.GetManifestResourceStream("ControlSurface.Membership.sql")!
        );
        migrationBuilder.Sql($"create schema if not exists {PostgresDb.Schema};");
        // Orleans' statements name no schema: they find their tables by the search path of their connections.
        migrationBuilder.Sql($"set local search_path to {PostgresDb.Schema};");
        migrationBuilder.Sql(script.ReadToEnd());
        migrationBuilder.Sql(
            $"create table {PostgresDb.Schema}.cluster_secret (id boolean primary key check (id), secret bytea not null);"
        );
        migrationBuilder.Sql("set local search_path to default;");
    }
}
