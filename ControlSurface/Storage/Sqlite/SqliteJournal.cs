using System.Globalization;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Storage.Journaling;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>The journal of one workspace in SQLite: WAL, <c>synchronous=FULL</c>, one writer (DESIGN.md, Journal).</summary>
internal sealed class SqliteJournal : IJournal
{
    private readonly JournalOptions _options;
    private readonly Lock _writing = new();
    private readonly JournalWriter _writer;
    private readonly ReadConnections _reads;
    private readonly JournalHistory _history;
    private readonly SnapshotRows _snapshots;
    private readonly EventReader _events;
    private readonly ArchiveReader _archive;
    private readonly AnswerIndex _answers;
    private readonly ItemIndex _items;
    private readonly BatchPacking _packing;
    private (long Seq, byte[] Hash) _last;
    private Exception? _over;
    private Thread? _move;
    private volatile bool _isClosing;
    private long _moveAfter;

    // Why the last move failed: reported once and not each second. Moves alone use it, one at a time.
    private string? _moveFailure;
    private readonly string _file;

    private SqliteJournal(string file, JournalOptions options)
    {
        _file = file;
        _options = options;
        _reads = new ReadConnections(file);
        var batches = new SqliteBatches(_reads);
        _history = new JournalHistory(batches);
        _snapshots = new SnapshotRows(_reads);
        _archive = new ArchiveReader(_reads);
        _writer = new JournalWriter(file, options.OnCheckpoint, options.MovesInBackground);
        try
        {
            _last = _writer.Last();
            CheckMark();
            _answers = AnswerIndex.Open(_reads, options);
            _items = ItemIndex.Open(_reads, options);
            _events = new EventReader(batches, _items);
            _packing = BatchPacking.Open(_reads, batches, options);
        }
        catch
        {
            _writer.Dispose();
            _reads.Dispose();
            throw;
        }
    }

    /// <summary>Opens the journal in a file of a folder that this process holds.</summary>
    /// <exception cref="JournalCorruptException">Its end is missing, or is not what was last marked.</exception>
    internal static SqliteJournal Open(string file, JournalOptions? options = null) =>
        new(file, options ?? new JournalOptions());

    public long LastSeq => Volatile.Read(ref _last.Seq);

    public DateTimeOffset? LastUpAt { get; private set; }

    /// <summary>For tests that break the store on purpose.</summary>
    internal SqliteConnection WritingConnection => _writer.Connection;

    public void Append(JournalBatch batch)
    {
        lock (_writing)
        {
            GoOn();
            Checkpoint();
            if (batch.Follows != _last.Seq)
                throw new JournalFencedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"A batch that follows {batch.Follows} came after {_last.Seq}."
                    )
                );
            var hash = (byte[])_last.Hash.Clone();
            var row = _answers.NextRow;
            Write(() => Append(batch, hash, row));
            if (batch.Events.Count > 0)
            {
                _items.Note(batch.Events);
                _last = (batch.Events[^1].Seq, hash);
            }
            if (batch.Answers.Count > 0)
                _answers.Note(row, batch.Answers);
        }
        MoveIfDue();
    }

    private void Append(JournalBatch batch, byte[] hash, long row)
    {
        if (batch.Events.Count > 0)
            _writer.Append(batch.Events, hash);
        foreach (var recorded in batch.Events)
        {
            if (recorded.Event is ItemEvent.Restored restored)
                _writer.TakeFromArchive(restored.Item);
        }
        foreach (var content in batch.Contents)
            _writer.Keep(content);
        if (batch.Answers.Count > 0)
            _writer.Keep(row, batch.Answers);
        foreach (var item in batch.Archived)
            _writer.Archive(item);
    }

    /// <summary>The chain's hash at a seq; at 0, where the chain starts.</summary>
    public byte[] HashAt(long seq) => _history.HashAt(seq);

    public IEnumerable<Recorded> ReadAfter(long seq) => _history.ReadAfter(seq);

    public EventPage FindEvents(EventQuery query) => _events.Find(query);

    public IReadOnlyList<AuditRow> Chained(long after, int limit) => _events.Chained(after, limit);

    public long LastBefore(DateTimeOffset at) => _events.LastBefore(at);

    public int CountOf(ItemId item) => _events.CountOf(item);

    public ArchivePage FindArchived(ArchiveQuery query) => _archive.Find(query);

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => _snapshots.UpTo(upTo);

    public void Save(Snapshot snapshot)
    {
        var state = Packed.Deflate(snapshot.State);
        lock (_writing)
        {
            GoOn();
            Write(() =>
            {
                _writer.Save(snapshot, state);
                _writer.ThinSnapshots();
            });
        }
    }

    public void MarkUp(DateTimeOffset at)
    {
        lock (_writing)
        {
            GoOn();
            Checkpoint();
            Write(() => _writer.MarkUp(at.ToUnixTimeMilliseconds(), _last));
            LastUpAt = at;
        }
    }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key) => _answers.Find(principal, key);

    public IEnumerable<(PrincipalId Principal, string Key)> AnswerKeys() => _answers.Keys();

    public void PruneAnswers(DateTimeOffset before)
    {
        lock (_writing)
        {
            GoOn();
            Action? done = null;
            Write(() => done = _answers.Prune(_writer, before.ToUnixTimeMilliseconds()));
            done!();
        }
        MoveIfDue();
    }

    public KeptContent? FindContent(string hash)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select type, by, at, bytes from contents where hash = $hash",
            ("$hash", hash)
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            return null;
        var bytes = row.GetFieldValue<byte[]>(3);
        // Whoever approved a hash approved these bytes: others are never shown under it.
        if (ContentHash.Of(bytes) != hash)
            throw new DamagedRecordException(
                $"The bytes kept under {hash} are not those that were sent: they were changed on disk. Run doctor; sending the same content again mends it."
            );
        return new KeptContent(
            new ContentData(hash, row.GetString(0), bytes),
            new PrincipalId(row.GetInt32(1)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))
        );
    }

    public Item? FindArchived(ItemId id) =>
        _archive.FindOne("select data from archive where item = $item", ("$item", id.Number));

    public Item? FindArchived(LeaseId id) =>
        _archive.FindOne(
            "select data from archive where item = (select item from archive_leases where lease = $lease)",
            ("$lease", id.Number)
        );

    public Item? FindArchived(string queue, string externalId) =>
        _archive.FindOne(
            "select data from archive where queue = $queue and external_id = $external order by item desc limit 1",
            ("$queue", queue),
            ("$external", externalId)
        );

    public void Dispose()
    {
        _isClosing = true;
        _move?.Join();
        lock (_writing)
        {
            _packing.Dispose();
            _writer.Dispose();
            _reads.Dispose();
        }
    }

    private void MoveIfDue()
    {
        if (!_answers.IsDue && !_items.IsDue && !_packing.IsDue(LastSeq))
            return;
        if (!_options.MovesInBackground)
            Move();
        else if (_move is not { IsAlive: true } && Environment.TickCount64 >= Volatile.Read(ref _moveAfter))
            StartMove();
    }

    // Not on a thread of the pool: it waits for the disk, and for the writer between two batches.
    private void StartMove()
    {
        _move = new Thread(Move) { IsBackground = true, Name = "Journal indexes" };
        _move.Start();
    }

    /// <summary>
    /// Moves answers and items' events into their indexes, and packs old batches. What is not moved or packed is found all the same: a
    /// failure costs time later and nothing else, and the move is tried again after a second.
    /// </summary>
    private void Move()
    {
        try
        {
            if (_items.IsDue)
                _items.Move(Transact);
            if (_answers.IsDue)
                _answers.Move(Transact);
            if (_packing.IsDue(LastSeq))
                _packing.Move(LastSeq, Transact);
            _moveFailure = null;
        }
        catch (JournalRefusedException)
        {
            // No room, or somebody else writes: the writer meets the same and says so.
            PauseMoves();
        }
        catch (OperationCanceledException) when (_isClosing)
        {
            // The next start goes on.
        }
        catch (Exception failure) when (_options.MovesInBackground)
        {
            // The file cannot be opened or read just now, a row is damaged, or memory is short. After a write of unknown fate,
            // or a foreign one, the journal is given up already, and the next write says so.
            PauseMoves();
            if (_over is null && _moveFailure != failure.Message)
                _options.OnMoveFailed(
                    $"What follows the journal in {_file} cannot be written just now: {failure.Message} It is tried again each second, and nothing is lost meanwhile."
                );
            _moveFailure = failure.Message;
        }
    }

    private void PauseMoves() => Volatile.Write(ref _moveAfter, Environment.TickCount64 + 1_000);

    private void Transact(Func<JournalWriter, Action?> write)
    {
        _options.OnStep?.Invoke(MoveStep.Before);
        lock (_writing)
        {
            if (_isClosing)
                throw new OperationCanceledException("The journal is being closed.");
            GoOn();
            Checkpoint();
            Action? then = null;
            Write(() =>
            {
                then = write(_writer);
                _options.OnStep?.Invoke(MoveStep.Within);
            });
            then?.Invoke();
        }
        _options.OnStep?.Invoke(MoveStep.After);
    }

    // After a write of unknown fate, or a foreign one, whatever is in memory may be wrong: nothing is written any more.
    private void GoOn()
    {
        if (_over is not null)
            throw new JournalOutcomeUnknownException("The journal was given up after: " + _over.Message, _over);
    }

    private void Write(Action write) => Guard(() => _writer.Transact(_last, write));

    // A failed flush of what it copies is of unknown fate too, whoever's turn it was.
    private void Checkpoint() => Guard(_writer.CheckpointIfDue);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is JournalOutcomeUnknownException or JournalFencedException)
        {
            _over = failure;
            throw;
        }
    }

    private void CheckMark()
    {
        UpMark? mark;
        using (var read = _reads.Rent())
            mark = JournalWriter.UpMarkIn(read.Connection);
        if (mark is null)
            return;
        if (mark.Seq > _last.Seq)
            throw JournalHistory.Corrupt(
                _last.Seq + 1,
                string.Create(CultureInfo.InvariantCulture, $"is missing: the journal went up to {mark.Seq}")
            );
        if (Convert.ToHexStringLower(_history.HashAt(mark.Seq)) != mark.Hash)
            throw JournalHistory.Corrupt(mark.Seq, "is not the one that was marked");
        LastUpAt = DateTimeOffset.FromUnixTimeMilliseconds(mark.At);
    }
}
