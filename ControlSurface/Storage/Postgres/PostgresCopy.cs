using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>
/// Writes a whole journal as one workspace, in one transaction: a copy is there whole, held by its move, or not at all. Batches are
/// copied byte by byte, so that each hash stays what it was.
/// </summary>
internal sealed class PostgresCopy
{
    private const string Schema = PostgresDb.Schema;
    private const string FormatOf = $"select format from {Schema}.workspaces where id = $1";
    private const int AnswersAtOnce = 1_000;

    // Statements and bytes that are sent together.
    private const int StatementsAtOnce = 500;
    private const long BytesAtOnce = 8 << 20;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Guid _workspace;
    private readonly PostgresRows _rows;
    private NpgsqlBatch _write;
    private long _bytes;

    private PostgresCopy(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid workspace)
    {
        (_connection, _transaction, _workspace) = (connection, transaction, workspace);
        _rows = new PostgresRows(workspace);
        _write = NewWrite();
    }

    /// <exception cref="DataFolderException">A server has the workspace: it is no copy that a move left.</exception>
    /// <exception cref="NpgsqlException">The database does not take it; nothing is written.</exception>
    internal static void Make(NpgsqlDataSource source, Guid workspace, IJournalExamination journal)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var copy = new PostgresCopy(connection, transaction, workspace);
        try
        {
            copy.Clear();
            copy.Add(journal);
            transaction.Commit();
        }
        finally
        {
            copy._write.Dispose();
        }
    }

    /// <summary>Refuses a workspace that is in use: only what a move left may be replaced.</summary>
    /// <exception cref="DataFolderException">A server has the workspace.</exception>
    internal static void RefuseInUse(NpgsqlDataSource source, Guid workspace)
    {
        using var find = source.CreateCommand(FormatOf);
        RefuseInUse(find, workspace);
    }

    private static void RefuseInUse(NpgsqlCommand find, Guid workspace)
    {
        find.Parameters.AddWithValue(workspace);
        if (find.ExecuteScalar() is int format and not (PostgresStorage.Moving or PostgresStorage.MovedAway))
            throw new DataFolderException(
                $"The database has a workspace {workspace} already (format {format}), which is in use: this folder is a copy of one that was moved there. "
                    + "Serve that one; or delete the file storage of this folder, and it is moved as a workspace of its own."
            );
    }

    private void Clear()
    {
        using (var find = new NpgsqlCommand($"{FormatOf} for update", _connection, _transaction))
            RefuseInUse(find, _workspace);
        foreach (
            var table in (string[])
                ["batches", "answers", "item_events", "archive", "archive_leases", "contents", "snapshots"]
        )
            Send($"delete from {Schema}.{table} where workspace = $1", _workspace);
        Send($"delete from {Schema}.workspaces where id = $1", _workspace);
        Flush();
    }

    private void Add(IJournalExamination journal)
    {
        var (last, hash) = (0L, JournalChain.Start());
        foreach (var batch in journal.Batches())
        {
            _rows.AddBatch(_write, batch);
            _rows.AddItemEvents(_write, [.. batch.Events().Where(e => e.Item != 0).Select(e => (e.Item, e.Seq))]);
            (last, hash) = (batch.Last, batch.Hash);
            FlushIfMany(batch.Data.Length);
        }
        foreach (var kept in journal.Contents())
        {
            _rows.AddContents(_write, [kept]);
            FlushIfMany(kept.Content.Bytes.Length);
        }
        foreach (var (_, item) in journal.Archived())
        {
            _rows.AddArchived(_write, item!);
            FlushIfMany(bytes: 4_096);
        }
        foreach (var answers in journal.Answers().Select(a => a.Answer).Chunk(AnswersAtOnce))
        {
            _rows.AddAnswers(_write, [.. answers.OrderBy(a => a.At)]);
            FlushIfMany(answers.Sum(a => (long)a.Body.Length));
        }
        foreach (var snapshot in journal.Snapshots())
        {
            _rows.AddSnapshot(_write, snapshot, Packed.Deflate(snapshot.State));
            FlushIfMany(snapshot.State.Length);
        }
        Send(
            $"insert into {Schema}.workspaces (id, epoch, writer, last_seq, last_hash, up_at, format, is_idle) values ($1, 1, $1, $2, $3, nullif($4, -1), $5, false)",
            _workspace,
            last,
            hash,
            journal.Mark?.At ?? -1,
            PostgresStorage.Moving
        );
        Flush();
    }

    private void Send(string sql, params ReadOnlySpan<object?> values) => PostgresWriter.Add(_write, sql, values);

    private void FlushIfMany(long bytes)
    {
        _bytes += bytes;
        if (_write.BatchCommands.Count >= StatementsAtOnce || _bytes >= BytesAtOnce)
            Flush();
    }

    private void Flush()
    {
        if (_write.BatchCommands.Count > 0)
            _write.ExecuteNonQuery();
        _write.Dispose();
        _write = NewWrite();
        _bytes = 0;
    }

    // No time limit: nobody waits for it but the operator.
    private NpgsqlBatch NewWrite() => new(_connection, _transaction) { Timeout = 0 };
}
