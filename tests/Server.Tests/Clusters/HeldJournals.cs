using ControlSurface.Storage.Postgres;
using Npgsql;
using Server.Tests.Storage;

namespace Server.Tests.Clusters;

/// <summary>Holds what every writer of a journal needs, until it is disposed: whoever opens one, writes to it or marks it waits.</summary>
internal sealed class HeldJournals : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _holding;

    private HeldJournals(NpgsqlConnection connection, NpgsqlTransaction holding)
    {
        _connection = connection;
        _holding = holding;
    }

    internal static async Task<HeldJournals> HoldAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var holding = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"select 1 from {PostgresDb.Schema}.workspaces for update",
            connection,
            holding
        );
        await hold.ExecuteNonQueryAsync();
        return new HeldJournals(connection, holding);
    }

    /// <summary>Whether anybody in the database waits for somebody else.</summary>
    internal static bool SomebodyWaits(string database) =>
        PostgresServer.Scalar(
            database,
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
            is > 0L;

    public async ValueTask DisposeAsync()
    {
        await _holding.RollbackAsync();
        await _holding.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
