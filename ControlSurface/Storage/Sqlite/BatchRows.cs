using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;
using Microsoft.Data.Sqlite;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Reads batches of <c>journal.db</c> by the seqs of their events.</summary>
internal static class BatchRows
{
    private const int BatchesPerRead = 500;

    /// <summary>From the batch that has the seq, or the next one after it; at most about so many events more.</summary>
    internal static List<BatchRow> From(DbConnection connection, long seq, int events = IBatchSource.EventsPerRead)
    {
        var rows = new List<BatchRow>();
        try
        {
            using var command = connection.Command(
                "select first, count, at, hash, data from batches "
                    + "where first >= coalesce((select max(first) from batches where first <= $seq), 0) "
                    + "order by first limit $most",
                ("$seq", seq),
                ("$most", BatchesPerRead)
            );
            using var row = command.ExecuteReader();
            while (events > 0 && row.Read())
            {
                var batch = new BatchRow(
                    row.GetInt64(0),
                    row.GetInt32(1),
                    row.GetInt64(2),
                    row.GetFieldValue<byte[]>(3),
                    row.GetFieldValue<byte[]>(4)
                );
                if (batch.Last < seq)
                    continue;
                rows.Add(batch);
                events -= (int)Math.Min(batch.Last - seq + 1, batch.Count);
            }
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is 11 or 26)
        {
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The database file is damaged somewhere after seq {seq - 1}: {failure.Message} "
                ) + JournalHistory.Advice,
                failure
            );
        }
        return rows;
    }

    /// <summary>Seq of the last event; 0 for none.</summary>
    internal static long Last(DbConnection connection) =>
        long.Parse(
            connection.Scalar(
                "select coalesce((select first + count - 1 from batches order by first desc limit 1), 0)"
            )!,
            CultureInfo.InvariantCulture
        );

    /// <summary>All events after a seq, in order, not checked against the chain.</summary>
    internal static IEnumerable<StoredEvent> EventsAfter(ReadConnections reads, long seq)
    {
        while (true)
        {
            List<BatchRow> rows;
            using (var read = reads.Rent())
                rows = From(read.Connection, seq + 1);
            if (rows.Count == 0)
                yield break;
            foreach (var row in rows)
            {
                foreach (var stored in row.Events())
                {
                    if (stored.Seq > seq)
                        yield return stored;
                }
            }
            seq = rows[^1].Last;
        }
    }
}

/// <summary>The batches of a file.</summary>
internal sealed class SqliteBatches(ReadConnections reads) : IBatchSource
{
    public List<BatchRow> From(long seq, int events = IBatchSource.EventsPerRead)
    {
        using var read = reads.Rent();
        return BatchRows.From(read.Connection, seq, events);
    }

    public long Last()
    {
        using var read = reads.Rent();
        return BatchRows.Last(read.Connection);
    }
}
