using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;
using Npgsql;
using NpgsqlTypes;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// The one connection that writes a workspace. Each write is one round trip and one transaction, which first moves the workspace's
/// row on from the seq, the epoch and the writer that this process knows: another writer makes it fail, whatever each of them
/// believes. Not safe for two threads.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    // Of advance(): the row is not where this writer left it.
    private const string FencedState = "CS001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly NpgsqlDataSource _source;
    private readonly Guid _workspace;
    private readonly Guid _writer = Guid.NewGuid();
    private NpgsqlConnection? _connection;
    private long _epoch;

    internal PostgresWriter(NpgsqlDataSource source, Guid workspace)
    {
        _source = source;
        _workspace = workspace;
    }

    /// <summary>The epoch of this writer; of an older one the database takes nothing.</summary>
    internal long Epoch => Volatile.Read(ref _epoch);

    /// <summary>For tests that change the session of the writer: one that may not write, one that is gone.</summary>
    internal NpgsqlConnection Connection => Connect();

    /// <summary>Takes the workspace: the next epoch is this writer's, and every older writer is fenced.</summary>
    /// <returns>Seq and hash of the last event, and when the server was last up.</returns>
    /// <exception cref="DataFolderException">The database has no such workspace, or another version wrote it; its writer goes on.</exception>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    internal (long Seq, byte[] Hash, long? UpAt) Take()
    {
        using (
            var take = Command(
                // The folder names this storage, so an unfinished move (format Moving) may be opened too.
                $"update {PostgresDb.Schema}.workspaces set epoch = epoch + 1, writer = $2, format = $3, is_idle = false where id = $1 and format in ($3, $4) returning epoch, last_seq, last_hash, up_at",
                _workspace,
                _writer,
                PostgresStorage.Format,
                PostgresStorage.Moving
            )
        )
        using (var row = take.ExecuteReader())
        {
            if (row.Read())
            {
                _epoch = row.GetInt64(0);
                return (row.GetInt64(1), row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetInt64(3));
            }
        }
        using var other = Command($"select format from {PostgresDb.Schema}.workspaces where id = $1", _workspace);
        throw new DataFolderException(
            other.ExecuteScalar() is int format
                ? format == PostgresStorage.MovedAway
                    ? $"The workspace {_workspace} was moved out of the database. The folder is older than that: start the one that it was moved to."
                    : $"The workspace was written in format {format}; this version reads {PostgresStorage.Format}. Start the version that wrote it."
                : $"The database has no workspace {_workspace}. Is it another database than the one that it was made in?"
        );
    }

    /// <summary>Whether nobody has taken the workspace since this writer did.</summary>
    internal bool IsNewest()
    {
        using var ask = Command(
            $"select epoch = $2 from {PostgresDb.Schema}.workspaces where id = $1",
            _workspace,
            _epoch
        );
        return ask.ExecuteScalar() is true;
    }

    /// <summary>Writes in one transaction that also moves the end of the journal on.</summary>
    /// <param name="before">Where the journal ends now.</param>
    /// <param name="after">Where it ends then; the same for a write without events.</param>
    /// <param name="write">Adds the statements.</param>
    /// <exception cref="JournalRefusedException">Nothing was written; trying again may help.</exception>
    /// <exception cref="JournalFencedException">Another process opened the workspace, or wrote to it.</exception>
    /// <exception cref="JournalOutcomeUnknownException">
    /// The database did not say within 30 seconds whether it was written, or another process opened the workspace before it could be asked.
    /// </exception>
    internal void Write((long Seq, byte[] Hash) before, (long Seq, byte[] Hash) after, Action<NpgsqlBatch> write)
    {
        if (TryWrite(before, after, write) is not { } lost || IsThere(before, after, lost))
            return;
        // The connection was lost and nothing was written: a restart of the database costs time and refuses nobody.
        if (TryWrite(before, after, write) is { } again && !IsThere(before, after, again))
            throw Refused(again);
    }

    /// <returns>Null where it was written; else the failure after which nobody knows.</returns>
    private Exception? TryWrite(
        (long Seq, byte[] Hash) before,
        (long Seq, byte[] Hash) after,
        Action<NpgsqlBatch> write
    )
    {
        using var batch = new NpgsqlBatch(Connect());
        Add(
            batch,
            $"select {PostgresDb.Schema}.advance($1, $2, $3, $4, $5, $6)",
            _workspace,
            _epoch,
            _writer,
            before.Seq,
            after.Seq,
            after.Hash
        );
        write(batch);
        try
        {
            using var answer = batch.ExecuteReader();
            while (answer.NextResult())
                continue;
            return null;
        }
        catch (PostgresException fenced) when (fenced.SqlState == FencedState)
        {
            throw Fenced(before.Seq, fenced);
        }
        catch (PostgresException refused) when (LeavesNothing(refused))
        {
            throw Refused(refused);
        }
        catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException)
        {
            return lost;
        }
    }

    /// <summary>Adds a statement of positional parameters to a batch.</summary>
    /// <returns>The statement, which knows how many rows it changed once the batch was written.</returns>
    internal static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        batch.BatchCommands.Add(command);
        return command;
    }

    internal static NpgsqlParameter Parameter(object? value) =>
        value switch
        {
            null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
            byte[][] many => new NpgsqlParameter
            {
                Value = many,
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
            },
            _ => new NpgsqlParameter { Value = value },
        };

    public void Dispose() => _connection?.Dispose();

    private NpgsqlConnection OpenConnection()
    {
        if (_connection is { FullState: System.Data.ConnectionState.Open })
            return _connection;
        _connection?.Dispose();
        _connection = null;
        return _connection = _source.OpenConnection();
    }

    // Of the writer's own connection: the fence does not compete with readers for a connection.
    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, OpenConnection());
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }

    private NpgsqlConnection Connect()
    {
        try
        {
            return OpenConnection();
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw Refused(failure);
        }
    }

    // An error that the server reports has rolled the transaction back. When the server itself goes down it may have committed first.
    private static bool LeavesNothing(PostgresException failure) =>
        !failure.SqlState.StartsWith("57P", StringComparison.Ordinal)
        && failure.InvariantSeverity is not ("FATAL" or "PANIC");

    /// <summary>
    /// Finds out what became of a write whose answer never came, by the database and never by guessing: taking the next epoch waits for
    /// the row, which the lost transaction holds until it is committed or gone, and fences whatever of it is still on its way.
    /// </summary>
    /// <returns>Whether the write is there. One without events moves nothing and may be there; it can be written twice.</returns>
    private bool IsThere((long Seq, byte[] Hash) before, (long Seq, byte[] Hash) after, Exception lost)
    {
        _connection?.Dispose();
        _connection = null;
        var began = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var (seq, hash) = NextEpoch(lost);
                if (seq == before.Seq && hash.AsSpan().SequenceEqual(before.Hash))
                    return false;
                return seq == after.Seq && hash.AsSpan().SequenceEqual(after.Hash) ? true : throw Unsettled(lost);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
            {
                if (began.Elapsed > Patience)
                    throw new JournalOutcomeUnknownException(
                        $"The connection to PostgreSQL was lost during a write, and the database did not answer again: {failure.Message}",
                        failure
                    );
                // The database restarts, or another takes its place: ask again, and not in a loop without rest.
#pragma warning disable RS0030 // This thread writes the journal and has nothing else to do.
                Thread.Sleep(200);
#pragma warning restore RS0030
            }
        }
    }

    private (long Seq, byte[] Hash) NextEpoch(Exception lost)
    {
        using var command = Command(
            $"update {PostgresDb.Schema}.workspaces set epoch = epoch + 1 where id = $1 and writer = $2 returning epoch, last_seq, last_hash",
            _workspace,
            _writer
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            throw Unsettled(lost);
        _epoch = row.GetInt64(0);
        return (row.GetInt64(1), row.GetFieldValue<byte[]>(2));
    }

    private static JournalFencedException Fenced(long after, Exception why) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Another process opened the workspace in PostgreSQL: nothing of this one is written after seq {after}."
            ),
            why
        );

    // Another process took the workspace before this one could ask: what is there now may rest on the write that was lost.
    private static JournalOutcomeUnknownException Unsettled(Exception lost) =>
        new(
            "The connection to PostgreSQL was lost during a write, and another process has opened the workspace since.",
            lost
        );

    private static JournalRefusedException Refused(Exception failure) =>
        new($"PostgreSQL did not take the write: {failure.Message}", failure);
}
