using System.Buffers;
using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Storage.Journaling;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// The one connection that writes <c>journal.db</c>: prepared statements, one transaction at a time, and the checkpoint
/// of the write-ahead log between transactions. Not safe for two threads: <see cref="SqliteJournal"/> sees to that.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE: pages written since it was last asked for.
    private const int PagesWritten = 9;

    // The log is used again after this many pages. Reusing it is faster than growing it (measured: twice).
    private const int PagesPerCheckpoint = 1_000;

    // Where the disk is slower than the writer: it waits for the copy, so that the log has an end.
    private const int MostPagesBesideCopy = 8_000;

    private const string NameOfUpMark = "up";

    private readonly SqliteConnection _connection;
    private readonly DbCommand _begin;
    private readonly DbCommand _commit;
    private readonly DbCommand _rollback;
    private readonly DbCommand _last;
    private readonly HotStatement _insertBatch;
    private readonly HotStatement _insertRecent;
    private readonly DbCommand _mark;
    private readonly BatchCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _answers = new(4096);
    private int _pages;

    private readonly Action? _onCheckpoint;
    private readonly LogCopy? _copy;

    /// <param name="copiesBeside">Whether the log is copied into the database on a thread of its own.</param>
    internal JournalWriter(string file, Action? onCheckpoint = null, bool copiesBeside = false)
    {
        _onCheckpoint = onCheckpoint;
        _copy = copiesBeside ? new LogCopy(file, onCheckpoint) : null;
        _connection = SqliteFile.Open(file, DatabaseAccess.ReadWrite, timeoutSeconds: 1);
        Settle(_connection);
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _rollback = Prepare("rollback");
        _last = Prepare("select first + count - 1, hash from batches order by first desc limit 1");
        _insertBatch = new HotStatement(
            _connection,
            "insert into batches (first, count, at, hash, data) values (?, ?, ?, ?, ?)"
        );
        _insertRecent = new HotStatement(_connection, "insert into recent (id, data) values (?, ?)");
        _mark = Prepare(
            "insert into marks (name, value) values ($name, $value) on conflict (name) do update set value = excluded.value",
            "$name",
            "$value"
        );
    }

    /// <summary>The mark that says when the server was up; null for none.</summary>
    /// <exception cref="JournalCorruptException">It cannot be read.</exception>
    internal static UpMark? UpMarkIn(DbConnection connection) =>
        UpMark.Parse(connection.Scalar($"select value from marks where name = '{NameOfUpMark}'"));

    /// <summary>For tests: limits of the connection itself, as <c>pragma max_page_count</c>.</summary>
    internal SqliteConnection Connection => _connection;

    /// <summary>Seq and hash of the last event; 0 and the chain's start for an empty journal.</summary>
    internal (long Seq, byte[] Hash) Last()
    {
        using var row = _last.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : (0, JournalChain.Start());
    }

    /// <summary>
    /// Runs one transaction. What it throws says what is on disk: refused, nothing; fenced, what somebody else wrote;
    /// unknown, nobody can say.
    /// </summary>
    /// <param name="before">Seq and hash that the journal must end with, before and also after a refusal.</param>
    internal void Transact((long Seq, byte[] Hash) before, Action write)
    {
        var stage = WritingStage.Before;
        try
        {
            Run(_begin);
            if (!IsAt(before))
                throw new JournalFencedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Another writer appended after seq {before.Seq}: the journal ends at {Last().Seq}."
                    )
                );
            write();
            stage = WritingStage.Commit;
            Run(_commit);
            CountPages();
        }
        catch (SqliteException failure) when (SqliteFailure.IsTaken(failure))
        {
            RollBack(before);
            throw new JournalFencedException(
                $"Another writer appended, or the workspace is moved: {failure.Message}",
                failure
            );
        }
        catch (SqliteException failure) when (SqliteFailure.LeavesNothing(failure, stage))
        {
            RollBack(before);
            throw SqliteFailure.Refused(failure);
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Unknown(failure);
        }
        catch (JournalFencedException)
        {
            Run(_rollback);
            throw;
        }
        catch
        {
            // A bug in what was written, not in the store: nothing of it may stay.
            RollBack(before);
            throw;
        }
    }

    /// <summary>One batch, within a transaction.</summary>
    /// <param name="hash">The chain's hash before the first event; after the call, that after the last one.</param>
    internal void Append(IReadOnlyList<Recorded> events, Span<byte> hash)
    {
        var data = _codec.Write(events, hash);
        _insertBatch.Bind(1, events[0].Seq);
        _insertBatch.Bind(2, events.Count);
        _insertBatch.Bind(3, events[0].At.ToUnixTimeMilliseconds());
        _insertBatch.Bind(4, hash);
        _insertBatch.Bind(5, data);
        _insertBatch.Run();
    }

    /// <summary>A batch as another store has it, byte by byte, within a transaction.</summary>
    internal void Append(BatchRow batch)
    {
        _insertBatch.Bind(1, batch.First);
        _insertBatch.Bind(2, batch.Count);
        _insertBatch.Bind(3, batch.At);
        _insertBatch.Bind(4, batch.Hash);
        _insertBatch.Bind(5, batch.Data);
        _insertBatch.Run();
    }

    /// <summary>The answers of one batch in one row, until a portion takes them in.</summary>
    internal void Keep(long row, IReadOnlyList<KeptAnswer> answers)
    {
        _answers.ResetWrittenCount();
        AnswerCodec.Begin(_answers);
        foreach (var answer in answers)
            AnswerCodec.Write(_answers, answer);
        _insertRecent.Bind(1, row);
        _insertRecent.Bind(2, _answers.WrittenSpan);
        _insertRecent.Run();
    }

    /// <summary>Keeps a content under its hash; the same again changes nothing, but mends bytes that were changed on disk.</summary>
    internal void Keep(KeptContent kept)
    {
        using var insert = _connection.Command(
            "insert into contents (hash, type, by, at, bytes) values ($hash, $type, $by, $at, $bytes) "
                + "on conflict (hash) do update set bytes = excluded.bytes where bytes <> excluded.bytes",
            ("$hash", kept.Content.Hash),
            ("$type", kept.Content.Type),
            ("$by", kept.By.Number),
            ("$at", kept.At.ToUnixTimeMilliseconds()),
            ("$bytes", kept.Content.Bytes)
        );
        insert.ExecuteNonQuery();
    }

    /// <summary>Puts a settled item into the archive.</summary>
    internal void Archive(Item item)
    {
        TakeFromArchive(item.Id);
        using (
            var insert = _connection.Command(
                "insert into archive (item, queue, external_id, state, settled_at, owner, title, labels, search, data) "
                    + "values ($item, $queue, $external, $state, $at, $owner, $title, $labels, $search, $data)",
                ("$item", item.Id.Number),
                ("$queue", item.Queue),
                ("$external", item.ExternalId),
                ("$state", WireNames.Of(item.State)),
                ("$at", (item.Settled?.At ?? item.UpdatedAt).ToUnixTimeMilliseconds()),
                ("$owner", item.LastLease?.Holder.Id.Number),
                ("$title", item.Title),
                ("$labels", ArchiveText.Labels(item)),
                ("$search", ArchiveText.Search(item)),
                ("$data", ArchivedItem.Pack(item))
            )
        )
            insert.ExecuteNonQuery();
        foreach (var lease in item.Past)
        {
            using var insert = _connection.Command(
                "insert into archive_leases (lease, item) values ($lease, $item)",
                ("$lease", lease.Id.Number),
                ("$item", item.Id.Number)
            );
            insert.ExecuteNonQuery();
        }
    }

    /// <summary>An item that was brought back is in memory again and in the archive no more.</summary>
    internal void TakeFromArchive(ItemId item)
    {
        Run("delete from archive_leases where item = $item", ("$item", item.Number));
        Run("delete from archive where item = $item", ("$item", item.Number));
    }

    /// <summary>Puts a snapshot in the place of an older one of its seq, within a transaction.</summary>
    internal void Save(Snapshot snapshot) => Save(snapshot, Packed.Deflate(snapshot.State));

    /// <param name="packed">The state, deflated before the transaction began.</param>
    internal void Save(Snapshot snapshot, byte[] packed) =>
        Run(
            "insert or replace into snapshots (seq, digest, length, state) values ($seq, $digest, $length, $state)",
            ("$seq", snapshot.Seq),
            ("$digest", snapshot.Digest),
            ("$length", snapshot.State.Length),
            ("$state", packed)
        );

    /// <summary>Drops the snapshots that are no rung, within a transaction.</summary>
    internal void ThinSnapshots()
    {
        var stored = _connection.Rows(
            "select seq, length from snapshots",
            row => (Seq: row.GetInt64(0), Length: row.GetInt64(1))
        );
        foreach (var seq in SnapshotLadder.Dropped(stored))
            Run("delete from snapshots where seq = $seq", ("$seq", seq));
    }

    /// <summary>Marks when the server was up, and where the journal ends.</summary>
    internal void MarkUp(long at, (long Seq, byte[] Hash) end) => Mark(NameOfUpMark, UpMark.Of(at, end).Text);

    internal void Mark(string name, string value)
    {
        _mark.Parameters[0].Value = name;
        _mark.Parameters[1].Value = value;
        _mark.ExecuteNonQuery();
    }

    /// <summary>Runs a statement once, within a transaction; returns how many rows it changed.</summary>
    internal int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = _connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>
    /// Copies the log into the database once it is long, between two transactions: whoever wrote the last one has been
    /// answered. Nothing is lost where it fails, since the log stays; but a disk that fails is not carried on with.
    /// </summary>
    internal void CheckpointIfDue()
    {
        try
        {
            if (_copy is null)
            {
                if (_pages < PagesPerCheckpoint)
                    return;
                _onCheckpoint?.Invoke();
                Checkpoint();
            }
            else if (_copy.IsUnderWay && _pages < MostPagesBesideCopy)
                return;
            // Only a log of which nothing is left to copy is used again from its start: what came meanwhile is copied here, in a
            // moment. A thousand pages took 6 to 16 ms, and every command that was under way waited for them.
            else if (_copy.End())
                Checkpoint();
            else if (_pages >= PagesPerCheckpoint)
            {
                _pages = 0;
                _copy.Begin();
            }
        }
        catch (SqliteException failure) when (SqliteFailure.LeavesNothing(failure, WritingStage.Before))
        {
            // No room to copy into, or a reader in the way: the log grows, and the next one copies more.
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Unknown(failure);
        }
    }

    private void Checkpoint()
    {
        _pages = 0;
        _connection.Execute("pragma wal_checkpoint(passive)");
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _insertBatch.Dispose();
        _insertRecent.Dispose();
        _codec.Dispose();
        foreach (var command in new[] { _begin, _commit, _rollback, _last, _mark })
            command.Dispose();
        _connection.Dispose();
    }

    private void RollBack((long Seq, byte[] Hash) to)
    {
        try
        {
            // Some failures roll back by themselves; a second rollback would be an error of its own.
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                Run(_rollback);
            if (raw.sqlite3_get_autocommit(_connection.Handle) != 0 && IsAt(to))
                return;
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Unknown(failure);
        }
        throw new JournalOutcomeUnknownException(
            "A refused write could not be rolled back: the journal is not where it was."
        );
    }

    private bool IsAt((long Seq, byte[] Hash) expected)
    {
        var (seq, hash) = Last();
        return seq == expected.Seq && hash.AsSpan().SequenceEqual(expected.Hash);
    }

    private void CountPages()
    {
        if (
            raw.sqlite3_db_status(_connection.Handle, PagesWritten, out var written, out _, resetFlg: 1)
            == raw.SQLITE_OK
        )
            _pages += written;
    }

    private static void Settle(SqliteConnection connection)
    {
        connection.Execute("pragma journal_mode=wal");
        connection.Execute("pragma synchronous=full");
        // The writer checkpoints itself, between transactions; a batch is never spilled into the log half way.
        connection.Execute("pragma wal_autocheckpoint=0");
        connection.Execute("pragma cache_spill=off");
        // 16 MiB: the pages that rows are added to stay at hand instead of being read back from the log.
        connection.Execute("pragma cache_size=-16384");
        var (mode, synchronous) = (connection.Scalar("pragma journal_mode"), connection.Scalar("pragma synchronous"));
        if (mode != "wal" || synchronous != "2")
            throw new DataFolderException(
                $"SQLite would not keep what it acknowledges (journal_mode {mode}, synchronous {synchronous}): the file system does not allow it."
            );
    }

    private DbCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in names)
            command.Add(name, value: null);
        command.Prepare();
        return command;
    }

    private static void Run(DbCommand command) => command.ExecuteNonQuery();
}
