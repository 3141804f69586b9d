using System.Globalization;
using System.Text;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>The journal of one workspace in PostgreSQL: <c>synchronous_commit=on</c>, one writer by epoch (DESIGN.md, More than one).</summary>
internal sealed class PostgresJournal : IJournal
{
    private const int IndexedAtOnce = 10_000;

    /// <summary>Most answers that one transaction deletes: a week's answers at once would hold up every command behind it.</summary>
    internal const int AnswersPerStep = 5_000;
    private const string Schema = PostgresDb.Schema;
    private readonly Lock _writing = new();
    private readonly Guid _workspace;
    private readonly PostgresWriter _writer;
    private readonly PostgresReads _reads;
    private readonly JournalHistory _history;
    private readonly EventReader _events;
    private readonly BatchCodec _codec = new();
    private readonly PostgresRows _rows;
    private (long Seq, byte[] Hash) _last;
    private Exception? _over;

    // Whether the last step left answers from before the instant that readers go by: the next mark takes another step.
    private bool _hasMoreToPrune;

    private PostgresJournal(PostgresSources sources, Guid workspace)
    {
        _workspace = workspace;
        _rows = new PostgresRows(workspace);
        _reads = new PostgresReads(sources.Reads, workspace);
        _history = new JournalHistory(_reads);
        _events = new EventReader(_reads, _reads);
        _writer = new PostgresWriter(sources.Writers, workspace);
        try
        {
            var (seq, hash, upAt) = _writer.Take();
            _last = (seq, hash);
            if (_reads.End() is var end && (end.Seq != seq || !end.Hash.AsSpan().SequenceEqual(hash)))
                throw !_writer.IsNewest()
                    ? new DataFolderException(
                        $"Another process opened the workspace {workspace} at the same time, and has it."
                    )
                    : JournalHistory.Corrupt(
                        Math.Min(end.Seq, seq) + 1,
                        string.Create(CultureInfo.InvariantCulture, $"is missing: the journal went up to {seq}")
                    );
            LastUpAt = upAt is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
            if (seq > 0 && !_reads.HasItemEvents())
                IndexItems();
        }
        catch
        {
            _writer.Dispose();
            throw;
        }
    }

    /// <summary>Takes the workspace from whoever had it, and opens its journal.</summary>
    /// <exception cref="JournalCorruptException">Its end is missing.</exception>
    internal static PostgresJournal Open(PostgresSources sources, Guid workspace) => new(sources, workspace);

    /// <summary>For tests that break a write on its way.</summary>
    internal PostgresWriter Writer => _writer;

    public long LastSeq => Volatile.Read(ref _last.Seq);

    public DateTimeOffset? LastUpAt { get; private set; }

    public void Append(JournalBatch batch)
    {
        lock (_writing)
        {
            if (batch.Follows != _last.Seq)
                throw new JournalFencedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"A batch that follows {batch.Follows} came after {_last.Seq}."
                    )
                );
            var hash = (byte[])_last.Hash.Clone();
            var data = batch.Events.Count == 0 ? null : _codec.Write(batch.Events, hash).ToArray();
            var after = batch.Events.Count == 0 ? _last : (batch.Events[^1].Seq, hash);
            Write(
                after,
                write =>
                {
                    if (data is not null)
                        _rows.AddBatch(
                            write,
                            new BatchRow(
                                batch.Events[0].Seq,
                                batch.Events.Count,
                                batch.Events[0].At.ToUnixTimeMilliseconds(),
                                hash,
                                data
                            )
                        );
                    _rows.AddItemEvents(write, EntriesOf(batch.Events));
                    AddArchive(write, batch);
                    _rows.AddContents(write, batch.Contents);
                    _rows.AddAnswers(write, batch.Answers);
                }
            );
        }
    }

    private static List<(int Item, long Seq)> EntriesOf(IEnumerable<Recorded> events) =>
        [.. events.Where(e => e.Event.ItemId is not null).Select(e => (e.Event.ItemId!.Value.Number, e.Seq))];

    private void AddArchive(NpgsqlBatch write, JournalBatch batch)
    {
        _rows.TakeFromArchive(
            write,
            [
                .. batch
                    .Events.Select(e => e.Event)
                    .OfType<ItemEvent.Restored>()
                    .Select(e => e.Item)
                    .Concat(batch.Archived.Select(item => item.Id)),
            ]
        );
        foreach (var item in batch.Archived)
            _rows.AddArchived(write, item);
    }

    /// <summary>
    /// Makes the index of events by item anew: an operator deletes the workspace's rows where <c>doctor</c> finds them wrong. One
    /// transaction, so that a start that ends half way leaves no index that looks whole.
    /// </summary>
    private void IndexItems() =>
        Write(
            _last,
            write =>
            {
                write.Timeout = 0; // Nobody waits yet, and a long journal takes its time.
                foreach (var events in _history.ReadAfter(0).Chunk(IndexedAtOnce))
                    _rows.AddItemEvents(write, EntriesOf(events));
            }
        );

    public byte[] HashAt(long seq) => _history.HashAt(seq);

    public IEnumerable<Recorded> ReadAfter(long seq) => _history.ReadAfter(seq);

    public EventPage FindEvents(EventQuery query) => _events.Find(query);

    public IReadOnlyList<AuditRow> Chained(long after, int limit) => _events.Chained(after, limit);

    public long LastBefore(DateTimeOffset at) => _events.LastBefore(at);

    public int CountOf(ItemId item) => _events.CountOf(item);

    public void MarkUp(DateTimeOffset at)
    {
        lock (_writing)
        {
            Write(
                _last,
                write =>
                    PostgresWriter.Add(
                        write,
                        $"update {Schema}.workspaces set up_at = $2 where id = $1",
                        _workspace,
                        at.ToUnixTimeMilliseconds()
                    )
            );
            LastUpAt = at;
            if (_hasMoreToPrune)
                PruneStep(_reads.AnswersFrom);
        }
    }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key)
    {
        var (isThere, stored) = _reads.FindAnswer(principal, Encoding.UTF8.GetBytes(key));
        if (!isThere)
            return null;
        return stored is { IsIntact: true } kept
            ? kept.Answer
            : throw new DamagedRecordException(
                "The answer kept for this Idempotency-Key is not the one that was given: it was changed in the database. Run doctor."
            );
    }

    public IEnumerable<(PrincipalId Principal, string Key)> AnswerKeys() => _reads.AnswerKeys();

    /// <summary>
    /// Hides the answers at once, and deletes them in steps: one here, the others with the marks of the next seconds. A restart
    /// between shows the rest again until the next call; the engine gives no answer that is older than it keeps them.
    /// </summary>
    public void PruneAnswers(DateTimeOffset before)
    {
        lock (_writing)
        {
            var from = before.ToUnixTimeMilliseconds();
            PruneStep(from);
            _reads.AnswersFrom = Math.Max(_reads.AnswersFrom, from);
        }
    }

    private void PruneStep(long before)
    {
        NpgsqlBatchCommand? delete = null;
        Write(
            _last,
            write =>
                delete = PostgresWriter.Add(
                    write,
                    $"delete from {Schema}.answers where ctid = any(array(select ctid from {Schema}.answers where workspace = $1 and at < $2 limit $3))",
                    _workspace,
                    before,
                    AnswersPerStep
                )
        );
        _hasMoreToPrune = delete!.RecordsAffected >= AnswersPerStep;
    }

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => _reads.Snapshots(upTo);

    public void Save(Snapshot snapshot)
    {
        var state = Packed.Deflate(snapshot.State);
        var others = _reads.SnapshotLengths().Where(other => other.Seq != snapshot.Seq);
        var dropped = SnapshotLadder.Dropped(others.Append((snapshot.Seq, snapshot.State.Length)));
        lock (_writing)
        {
            Write(
                _last,
                write =>
                {
                    _rows.AddSnapshot(write, snapshot, state);
                    foreach (var seq in dropped)
                        PostgresWriter.Add(
                            write,
                            $"delete from {Schema}.snapshots where workspace = $1 and seq = $2",
                            _workspace,
                            seq
                        );
                }
            );
        }
    }

    public KeptContent? FindContent(string hash)
    {
        var kept = _reads.FindContent(hash);
        // Whoever approved a hash approved these bytes: others are never shown under it.
        if (kept is not null && ContentHash.Of(kept.Content.Bytes) != hash)
            throw new DamagedRecordException(
                $"The bytes kept under {hash} are not those that were sent: they were changed in the database. Run doctor; sending the same content again mends it."
            );
        return kept;
    }

    public Item? FindArchived(ItemId id) => _reads.FindArchived("item = $2", id.Number);

    public Item? FindArchived(LeaseId id) =>
        _reads.FindArchived(
            $"item = (select item from {Schema}.archive_leases where workspace = $1 and lease = $2)",
            id.Number
        );

    public Item? FindArchived(string queue, string externalId) =>
        _reads.FindArchived("queue = $2 and external_id = $3", queue, Encoding.UTF8.GetBytes(externalId));

    public ArchivePage FindArchived(ArchiveQuery query) => _reads.FindArchived(query);

    public void Dispose()
    {
        lock (_writing)
        {
            _writer.Dispose();
            _codec.Dispose();
        }
    }

    private void Write((long Seq, byte[] Hash) after, Action<NpgsqlBatch> write)
    {
        // After a write of unknown fate, or a foreign one, whatever is in memory may be wrong: nothing is written any more.
        if (_over is not null)
            throw new JournalOutcomeUnknownException("The journal was given up after: " + _over.Message, _over);
        try
        {
            _writer.Write(_last, after, write);
            _last = after;
        }
        catch (Exception failure) when (failure is JournalOutcomeUnknownException or JournalFencedException)
        {
            _over = failure;
            throw;
        }
    }
}
