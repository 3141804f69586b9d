using Npgsql;
using NpgsqlTypes;

namespace Benchmarks;

/// <summary>
/// A queue of work as one writes it by hand on PostgreSQL, with what keeps it quick: <c>for update skip locked</c>, an index of what is ready and
/// nothing else, room in each page so that a heartbeat touches no index, prepared statements, one connection for each caller. Each statement is a
/// transaction of its own, and no answer comes before its commit is on disk (<c>synchronous_commit=on</c>).
/// </summary>
internal sealed class PostgresQueue : IDisposable
{
    private const string Schema = """
        create table job (
            id bigint generated always as identity primary key,
            queue text not null,
            title text not null,
            created_at timestamptz not null default now(),
            holder text,
            token bigint,
            claimed_at timestamptz,
            started_at timestamptz,
            expires_at timestamptz,
            progress text,
            done_at timestamptz,
            result text
        ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
        create index job_ready on job (queue, id) where claimed_at is null;
        create sequence fencing_token;
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _insert;
    private readonly NpgsqlCommand _claim;
    private readonly NpgsqlCommand _start;
    private readonly NpgsqlCommand _renew;
    private readonly NpgsqlCommand _complete;
    private readonly NpgsqlCommand _nothing;

    internal PostgresQueue(string connection)
    {
        _connection = new NpgsqlConnection(connection);
        _connection.Open();
        _insert = Prepare(
            "insert into job (queue, title) values ($1, $2) returning id",
            NpgsqlDbType.Text,
            NpgsqlDbType.Text
        );
        _claim = Prepare(
            """
            update job
            set holder = $2, token = nextval('fencing_token'), claimed_at = now(), expires_at = now() + interval '60 seconds'
            where id = (
                select id from job where queue = $1 and claimed_at is null order by id limit 1 for update skip locked
            )
            returning id, token
            """,
            NpgsqlDbType.Text,
            NpgsqlDbType.Text
        );
        const string Held = "where id = $1 and token = $2 and done_at is null and expires_at > now()";
        _start = Prepare($"update job set started_at = now() {Held}", NpgsqlDbType.Bigint, NpgsqlDbType.Bigint);
        _renew = Prepare(
            $"update job set expires_at = now() + interval '60 seconds', progress = $3 {Held}",
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Text
        );
        _complete = Prepare(
            $"update job set done_at = now(), result = $3 {Held}",
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Bigint,
            NpgsqlDbType.Text
        );
        _nothing = Prepare("select 1");
    }

    /// <summary>Makes its table in an empty database.</summary>
    internal static void Make(string connection) => Execute(connection, Schema);

    /// <summary>Lets the planner know the table, as it does once a queue has been in use for a while.</summary>
    internal static void Tidy(string connection) => Execute(connection, "vacuum analyze job");

    /// <summary>Insert, claim, start, three heartbeats, complete: seven commits.</summary>
    internal async Task CycleAsync(List<double> latencies)
    {
        await TimedAsync(latencies, _insert, "bench", "Answer a ticket about an invoice");
        var (id, token) = await ClaimAsync(latencies);
        await HeldAsync(latencies, _start, id, token);
        for (var step = 1; step <= 3; step++)
            await HeldAsync(latencies, _renew, id, token, $"{step} of 3");
        await HeldAsync(latencies, _complete, id, token, "sent");
    }

    /// <summary>The way to the server and back, and nothing written.</summary>
    internal Task NothingAsync(List<double> latencies) => TimedAsync(latencies, _nothing).AsTask();

    public void Dispose()
    {
        foreach (var command in (NpgsqlCommand[])[_insert, _claim, _start, _renew, _complete, _nothing])
            command.Dispose();
        _connection.Dispose();
    }

    private async ValueTask<(long Id, long Token)> ClaimAsync(List<double> latencies) =>
        await HttpBenchmark.TimedAsync(
            latencies,
            async () =>
            {
                (_claim.Parameters[0].Value, _claim.Parameters[1].Value) = ("bench", "agent");
                // Each caller has put in one work before it takes one. It may still find nothing: another took that one and left its own, which
                // this statement does not see yet.
                while (true)
                {
                    await using var rows = await _claim.ExecuteReaderAsync();
                    if (await rows.ReadAsync())
                        return (rows.GetInt64(0), rows.GetInt64(1));
                }
            }
        );

    private static async ValueTask HeldAsync(List<double> latencies, NpgsqlCommand command, params object[] values)
    {
        if (await TimedAsync(latencies, command, values) != 1)
            throw new InvalidOperationException("A lease was lost: " + command.CommandText);
    }

    private static ValueTask<int> TimedAsync(List<double> latencies, NpgsqlCommand command, params object[] values) =>
        HttpBenchmark.TimedAsync(
            latencies,
            async () =>
            {
                for (var k = 0; k < values.Length; k++)
                    command.Parameters[k].Value = values[k];
                return await command.ExecuteNonQueryAsync();
            }
        );

    private NpgsqlCommand Prepare(string sql, params NpgsqlDbType[] types)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var type in types)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        command.Prepare();
        return command;
    }

    private static void Execute(string connection, string sql)
    {
        using var open = new NpgsqlConnection(connection);
        open.Open();
        using var command = new NpgsqlCommand(sql, open);
        command.ExecuteNonQuery();
    }
}
