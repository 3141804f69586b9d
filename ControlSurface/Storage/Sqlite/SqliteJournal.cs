using System.Globalization;
using System.IO.Compression;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>The journal of one workspace in SQLite: WAL, <c>synchronous=FULL</c>, one writer (DESIGN.md, Journal).</summary>
internal sealed class SqliteJournal : IJournal
{
    private const int SnapshotsKept = 3;
    private readonly int _workspace;
    private readonly Lock _writing = new();
    private readonly JournalWriter _writer;
    private readonly ReadConnections _reads;
    private readonly JournalHistory _history;
    private (long Seq, byte[] Hash) _last;
    private Exception? _over;

    private SqliteJournal(string file, int workspace)
    {
        _workspace = workspace;
        _writer = new JournalWriter(file, workspace);
        _reads = new ReadConnections(file);
        Reader = new JournalReader(_reads, workspace);
        _history = new JournalHistory(_reads, workspace);
    }

    /// <summary>Opens the journal in a file of a folder that this process holds.</summary>
    /// <param name="workspace">Number of the workspace, from 1.</param>
    /// <exception cref="JournalCorruptException">Its end is missing, or is not what was last marked.</exception>
    internal static SqliteJournal Open(string file, int workspace = 1)
    {
        var journal = new SqliteJournal(file, workspace);
        try
        {
            journal._last = journal._writer.Last();
            journal.CheckMark();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public long LastSeq => Volatile.Read(ref _last.Seq);

    public DateTimeOffset? LastUpAt { get; private set; }

    /// <summary>Queries for pages and the API, over the same file.</summary>
    internal JournalReader Reader { get; }

    /// <summary>For tests that break the store on purpose.</summary>
    internal SqliteConnection WritingConnection => _writer.Connection;

    public void Append(JournalBatch batch)
    {
        lock (_writing)
        {
            GoOn();
            _writer.CheckpointIfDue();
            if (batch.Follows != _last.Seq)
                throw new JournalFencedException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"A batch that follows {batch.Follows} came after {_last.Seq}."
                    )
                );
            var hash = _last.Hash;
            Write(() =>
            {
                foreach (var recorded in batch.Events)
                {
                    hash = _writer.Append(recorded, hash);
                    if (recorded.Event is ItemEvent.Restored restored)
                        _writer.TakeFromArchive(restored.Item);
                }
                foreach (var content in batch.Contents)
                    _writer.Keep(content);
                foreach (var answer in batch.Answers)
                    _writer.Keep(answer);
                foreach (var item in batch.Archived)
                    _writer.Archive(item);
            });
            if (batch.Events.Count > 0)
                _last = (batch.Events[^1].Seq, hash);
        }
    }

    /// <summary>The chain's hash at a seq; at 0, where the chain starts.</summary>
    public byte[] HashAt(long seq) => _history.HashAt(seq);

    public IEnumerable<Recorded> ReadAfter(long seq) => _history.ReadAfter(seq);

    public EventPage FindEvents(EventQuery query) => Reader.Events(query);

    public IReadOnlyList<AuditRow> Chained(long after, int limit) => Reader.Chained(after, limit);

    public long LastBefore(DateTimeOffset at) => Reader.LastBefore(at);

    public int CountOf(ItemId item) => Reader.CountOf(item);

    public ArchivePage FindArchived(ArchiveQuery query) => Reader.Archived(query);

    public IEnumerable<Snapshot> Snapshots() => _history.Snapshots();

    public void Save(Snapshot snapshot)
    {
        var state = Deflate(snapshot.State);
        lock (_writing)
        {
            GoOn();
            Write(() =>
            {
                using var insert = _writer.Command(
                    "insert or replace into snapshots (workspace, seq, digest, state) values ($workspace, $seq, $digest, $state)",
                    ("$seq", snapshot.Seq),
                    ("$digest", snapshot.Digest),
                    ("$state", state)
                );
                insert.ExecuteNonQuery();
                using var prune = _writer.Command(
                    "delete from snapshots where workspace = $workspace and seq not in "
                        + "(select seq from snapshots where workspace = $workspace order by seq desc limit $kept)",
                    ("$kept", SnapshotsKept)
                );
                prune.ExecuteNonQuery();
            });
        }
    }

    public void MarkUp(DateTimeOffset at)
    {
        lock (_writing)
        {
            GoOn();
            _writer.CheckpointIfDue();
            // The end of the journal goes with it: a tail that is missing later breaks no chain, but is missed here.
            var value = string.Create(
                CultureInfo.InvariantCulture,
                $"{at.ToUnixTimeMilliseconds()} {_last.Seq} {Convert.ToHexStringLower(_last.Hash)}"
            );
            Write(() => _writer.Mark(UpMark, value));
            LastUpAt = at;
        }
    }

    public KeptAnswer? FindAnswer(PrincipalId principal, string key)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select fingerprint, status, body, location, at, sum from answers "
                + "where workspace = $workspace and principal = $principal and key = $key",
            ("$workspace", _workspace),
            ("$principal", principal.Number),
            ("$key", key)
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            return null;
        var kept = new KeptAnswer(
            principal,
            key,
            row.GetFieldValue<byte[]>(0),
            row.GetInt32(1),
            row.GetFieldValue<byte[]>(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))
        );
        if (!row.IsDBNull(5) && !AnswerSum.Of(kept).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(5)))
            throw new DamagedRecordException(
                "The first answer to this Idempotency-Key was changed on disk and is not given again. Run doctor; "
                    + "whether the request was done is in the journal (GET /events), and a new key does it anew."
            );
        return kept;
    }

    public KeptContent? FindContent(string hash)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select type, by, at, bytes from contents where workspace = $workspace and hash = $hash",
            ("$workspace", _workspace),
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

    public IEnumerable<(PrincipalId Principal, string Key)> AnswerKeys()
    {
        // In pages, so that no reader stays open and keeps the write-ahead log from being used again.
        const int Page = 10_000;
        for (var after = 0L; ; )
        {
            var keys = new List<(PrincipalId, string)>(Page);
            using (var read = _reads.Rent())
            using (
                var command = read.Connection.Command(
                    "select rowid, principal, key from answers where rowid > $after order by rowid limit $page",
                    ("$after", after),
                    ("$page", Page)
                )
            )
            using (var row = command.ExecuteReader())
            {
                while (row.Read())
                {
                    after = row.GetInt64(0);
                    keys.Add((new PrincipalId(row.GetInt32(1)), row.GetString(2)));
                }
            }
            foreach (var key in keys)
                yield return key;
            if (keys.Count < Page)
                yield break;
        }
    }

    public int PruneAnswers(DateTimeOffset before)
    {
        var pruned = 0;
        lock (_writing)
        {
            GoOn();
            Write(() =>
            {
                using var delete = _writer.Command(
                    "delete from answers where rowid in "
                        + "(select rowid from answers where workspace = $workspace and at < $before limit 2000)",
                    ("$before", before.ToUnixTimeMilliseconds())
                );
                pruned = delete.ExecuteNonQuery();
            });
        }
        return pruned;
    }

    public Item? FindArchived(ItemId id) =>
        Reader.FindItem("select data from archive where workspace = $workspace and item = $item", ("$item", id.Number));

    public Item? FindArchived(LeaseId id) =>
        Reader.FindItem(
            "select data from archive where workspace = $workspace and item = "
                + "(select item from archive_leases where workspace = $workspace and lease = $lease)",
            ("$lease", id.Number)
        );

    public Item? FindArchived(string queue, string externalId) =>
        Reader.FindItem(
            "select data from archive where workspace = $workspace and queue = $queue and external_id = $external "
                + "order by item desc limit 1",
            ("$queue", queue),
            ("$external", externalId)
        );

    public void Dispose()
    {
        lock (_writing)
        {
            _writer.Dispose();
            _reads.Dispose();
        }
    }

    private string UpMark => "up." + _workspace.ToString(CultureInfo.InvariantCulture);

    // After a write of unknown fate, or a foreign one, whatever is in memory may be wrong: nothing is written any more.
    private void GoOn()
    {
        if (_over is not null)
            throw new JournalOutcomeUnknownException("The journal was given up after: " + _over.Message, _over);
    }

    private void Write(Action write)
    {
        try
        {
            _writer.Transact(_last, write);
        }
        catch (Exception failure) when (failure is JournalOutcomeUnknownException or JournalFencedException)
        {
            _over = failure;
            throw;
        }
    }

    private void CheckMark()
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command("select value from marks where name = $name", ("$name", UpMark));
        if (command.ExecuteScalar() is not string mark)
            return;
        var parts = mark.Split(' ');
        var seq = long.Parse(parts[1], CultureInfo.InvariantCulture);
        if (seq > _last.Seq)
            throw JournalHistory.Corrupt(
                _last.Seq + 1,
                string.Create(CultureInfo.InvariantCulture, $"is missing: the journal went up to {seq}")
            );
        if (Convert.ToHexStringLower(_history.HashAt(seq)) != parts[2])
            throw JournalHistory.Corrupt(seq, "is not the one that was marked");
        LastUpAt = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
    }

    private static byte[] Deflate(byte[] state)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
            deflate.Write(state);
        return packed.ToArray();
    }
}
