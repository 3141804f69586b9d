using System.Globalization;
using System.IO.Compression;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Reads a journal back, checking the chain as it goes, and its snapshots. Writes nothing.</summary>
internal sealed class JournalHistory(ReadConnections reads, int workspace)
{
    private const int RowsPerRead = 1_000;

    internal IEnumerable<Recorded> ReadAfter(long seq)
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

    internal IEnumerable<Snapshot> Snapshots()
    {
        foreach (var seq in SnapshotSeqs())
        {
            if (ReadSnapshot(seq) is { } snapshot)
                yield return snapshot;
        }
    }

    internal byte[] HashAt(long seq)
    {
        if (seq == 0)
            return JournalChain.Start(workspace);
        using var read = reads.Rent();
        using var command = read.Connection.Command(
            "select hash from journal where workspace = $workspace and seq = $seq",
            ("$workspace", workspace),
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
            using var read = reads.Rent();
            using var command = read.Connection.Command(
                "select seq, at, by, type, item, data, hash from journal where workspace = $workspace and seq > $after order by seq limit $limit",
                ("$workspace", workspace),
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
        using var read = reads.Rent();
        using var command = read.Connection.Command(
            "select seq from snapshots where workspace = $workspace order by seq desc",
            ("$workspace", workspace)
        );
        using var row = command.ExecuteReader();
        var seqs = new List<long>();
        while (row.Read())
            seqs.Add(row.GetInt64(0));
        return seqs;
    }

    private Snapshot? ReadSnapshot(long seq)
    {
        using var read = reads.Rent();
        using var command = read.Connection.Command(
            "select digest, state from snapshots where workspace = $workspace and seq = $seq",
            ("$workspace", workspace),
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

    private static byte[] Inflate(byte[] packed)
    {
        using var state = new MemoryStream();
        using (var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress))
            inflate.CopyTo(state);
        return state.ToArray();
    }

    private const string Advice =
        "Nothing was changed. Keep a copy of the folder as it is, run doctor to see the whole of it, and restore the newest backup.";

    internal static JournalCorruptException Corrupt(long seq, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The journal does not check: seq {seq} {what}. ") + Advice);
}
