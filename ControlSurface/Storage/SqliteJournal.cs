using System.Globalization;
using System.IO.Compression;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Workspaces;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage;

/// <summary>The journal of one workspace in SQLite: WAL, <c>synchronous=FULL</c>, one writer (DESIGN.md, Journal).</summary>
public sealed class SqliteJournal : IJournal
{
    private const int RowsPerRead = 1_000;
    private const int SnapshotsKept = 3;
    private readonly int _workspace;
    private readonly Lock _writing = new();
    private readonly JournalWriter _writer;
    private readonly ReadConnections _reads;
    private (long Seq, byte[] Hash) _last;
    private Exception? _over;

    private SqliteJournal(string file, int workspace)
    {
        _workspace = workspace;
        _writer = new JournalWriter(file, workspace);
        _reads = new ReadConnections(file);
        Reader = new JournalReader(_reads, workspace);
    }

    /// <summary>Opens the journal of a folder that this process holds.</summary>
    /// <param name="workspace">Number of the workspace, from 1.</param>
    /// <exception cref="JournalCorruptException">Its end is missing, or is not what was last marked.</exception>
    public static SqliteJournal Open(DataFolder folder, int workspace = 1)
    {
        var journal = new SqliteJournal(folder.JournalFile, workspace);
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
    public JournalReader Reader { get; }

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
                foreach (var answer in batch.Answers)
                    _writer.Keep(answer);
                foreach (var item in batch.Archived)
                    _writer.Archive(item);
            });
            if (batch.Events.Count > 0)
                _last = (batch.Events[^1].Seq, hash);
        }
    }

    public IEnumerable<Recorded> ReadAfter(long seq)
    {
        var chain = new JournalChain();
        var before = HashAt(seq);
        while (true)
        {
            var rows = ReadRows(seq);
            foreach (var row in rows)
            {
                if (row.Seq != seq + 1)
                    throw Corrupt(seq + 1, "is missing");
                var hash = chain.Next(before, row.Seq, row.At, row.By, row.Type, row.Data);
                if (!hash.AsSpan().SequenceEqual(row.Hash))
                    throw Corrupt(row.Seq, "was changed, or does not follow the one before it");
                yield return Understood(row);
                (seq, before) = (row.Seq, hash);
            }
            if (rows.Count < RowsPerRead)
                yield break;
        }
    }

    public IEnumerable<Snapshot> Snapshots()
    {
        foreach (var seq in SnapshotSeqs())
        {
            if (ReadSnapshot(seq) is { } snapshot)
                yield return snapshot;
        }
    }

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
            "select fingerprint, status, body, location, at from answers "
                + "where workspace = $workspace and principal = $principal and key = $key",
            ("$workspace", _workspace),
            ("$principal", principal.Number),
            ("$key", key)
        );
        using var row = command.ExecuteReader();
        return row.Read()
            ? new KeptAnswer(
                principal,
                key,
                row.GetFieldValue<byte[]>(0),
                row.GetInt32(1),
                row.GetFieldValue<byte[]>(2),
                row.IsDBNull(3) ? null : row.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))
            )
            : null;
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
            throw Corrupt(
                _last.Seq + 1,
                string.Create(CultureInfo.InvariantCulture, $"is missing: the journal went up to {seq}")
            );
        if (Convert.ToHexStringLower(HashAt(seq)) != parts[2])
            throw Corrupt(seq, "is not the one that was marked");
        LastUpAt = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
    }

    private byte[] HashAt(long seq)
    {
        if (seq == 0)
            return JournalChain.Start(_workspace);
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select hash from journal where workspace = $workspace and seq = $seq",
            ("$workspace", _workspace),
            ("$seq", seq)
        );
        return (byte[]?)command.ExecuteScalar() ?? throw Corrupt(seq, "is missing");
    }

    // A thousand rows at a time: no read transaction stays open while the caller thinks about one.
    private List<StoredRow> ReadRows(long after)
    {
        var rows = new List<StoredRow>();
        try
        {
            using var read = _reads.Rent();
            using var command = read.Connection.Command(
                "select seq, at, by, type, item, data, hash from journal where workspace = $workspace and seq > $after order by seq limit $limit",
                ("$workspace", _workspace),
                ("$after", after),
                ("$limit", RowsPerRead)
            );
            using var row = command.ExecuteReader();
            while (row.Read())
                rows.Add(StoredRow.From(row));
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is 11 or 26)
        {
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The database file is damaged somewhere after seq {after}: {failure.Message} "
                ) + Advice,
                failure
            );
        }
        return rows;
    }

    private static Recorded Understood(StoredRow row)
    {
        Event happened;
        try
        {
            happened = EventJson.Read(row.Type, row.Data);
        }
        catch (System.Text.Json.JsonException failure)
        {
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Seq {row.Seq} ({row.Type}) cannot be understood: {failure.Message} "
                ) + Advice,
                failure
            );
        }
        // The column is no part of the hash: it only repeats what the event says.
        if (happened.ItemId?.Number != row.Item)
            throw Corrupt(row.Seq, "is filed under another item than its own");
        return new Recorded(
            row.Seq,
            DateTimeOffset.FromUnixTimeMilliseconds(row.At),
            new PrincipalId(row.By),
            happened
        );
    }

    private List<long> SnapshotSeqs()
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select seq from snapshots where workspace = $workspace order by seq desc",
            ("$workspace", _workspace)
        );
        using var row = command.ExecuteReader();
        var seqs = new List<long>();
        while (row.Read())
            seqs.Add(row.GetInt64(0));
        return seqs;
    }

    private Snapshot? ReadSnapshot(long seq)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select digest, state from snapshots where workspace = $workspace and seq = $seq",
            ("$workspace", _workspace),
            ("$seq", seq)
        );
        using var row = command.ExecuteReader();
        if (!row.Read())
            return null;
        try
        {
            return new Snapshot(seq, row.GetFieldValue<byte[]>(0), Inflate(row.GetFieldValue<byte[]>(1)));
        }
        catch (InvalidDataException)
        {
            return null; // Damaged: an older one, or the journal from its start, says the same.
        }
    }

    private static byte[] Deflate(byte[] state)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
            deflate.Write(state);
        return packed.ToArray();
    }

    private static byte[] Inflate(byte[] packed)
    {
        using var state = new MemoryStream();
        using (var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress))
            inflate.CopyTo(state);
        return state.ToArray();
    }

    private const string Advice =
        "Nothing was changed. Keep a copy of the folder as it is, run doctor to see the whole of it, and restore the newest backup.";

    private static JournalCorruptException Corrupt(long seq, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The journal does not check: seq {seq} {what}. ") + Advice);
}
