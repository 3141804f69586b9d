using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Packs old batches: neighbours become one batch that holds the events of all, each with its own check, and the chain's hash after the
/// last one. Events of many writes have much in common and deflate together to a tenth. One transaction puts the new row in the place of
/// the old ones, so that a reader finds each event once at any moment. Only what checks is packed: a batch that was changed on disk stays
/// as it is, and the doctor names it. The steps are one thread's.
/// </summary>
internal sealed class BatchPacking : IDisposable
{
    private const string PackedMark = "batches.packed";

    // A journal of before, or one that was copied, is packed for minutes: what else moves has its turn meanwhile.
    private const int StepsPerMove = 64;

    // Stored bytes of a pack; events with large data are fewer to a pack.
    private const int BytesPerPack = 256 * 1024;

    private readonly IBatchSource _batches;
    private readonly JournalOptions _options;
    private readonly BatchCodec _codec = new();
    private long _packed;
    private long _marked;

    private BatchPacking(IBatchSource batches, JournalOptions options, long packed)
    {
        (_batches, _options) = (batches, options);
        _packed = _marked = packed;
    }

    internal static BatchPacking Open(ReadConnections reads, IBatchSource batches, JournalOptions options)
    {
        using var read = reads.Rent();
        // Without the mark everything is looked at once more, and what is packed already stays as it is.
        _ = long.TryParse(
            read.Connection.Scalar($"select value from marks where name = '{PackedMark}'"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var packed
        );
        return new BatchPacking(batches, options, packed);
    }

    /// <summary>Whether enough is old to be packed.</summary>
    /// <param name="last">The journal's last seq.</param>
    internal bool IsDue(long last) => last - Volatile.Read(ref _packed) >= 2L * _options.EventsLeftLoose;

    /// <summary>Packs what is old, each pack in a transaction of its own.</summary>
    /// <param name="last">The journal's last seq.</param>
    /// <param name="transact">Runs one transaction, and then what it returned.</param>
    internal void Move(long last, Action<Func<JournalWriter, Action?>> transact)
    {
        var upTo = last - _options.EventsLeftLoose;
        for (var step = 0; step < StepsPerMove && Next(upTo) is { Count: > 0 } rows; step++)
        {
            if (rows.Count > 1 && PackOf(rows) is { } pack)
                transact(writer => Replace(writer, rows, pack));
            else
                Volatile.Write(ref _packed, rows[^1].Last);
        }
        if (_packed != _marked)
            transact(writer =>
            {
                writer.Mark(PackedMark, _packed.ToString(CultureInfo.InvariantCulture));
                return () => _marked = _packed;
            });
    }

    public void Dispose() => _codec.Dispose();

    // The next neighbours to pack, or a single batch that is large already; null where too little is old.
    private List<BatchRow>? Next(long upTo)
    {
        var some = new List<BatchRow>();
        var (events, bytes) = (0, 0);
        foreach (var row in _batches.From(_packed + 1, _options.EventsPerPack))
        {
            if (row.Last > upTo)
                return null;
            var isLarge = row.Count >= _options.EventsPerPack || row.Data.Length >= BytesPerPack;
            if (isLarge && some.Count > 0)
                return some;
            some.Add(row);
            (events, bytes) = (events + row.Count, bytes + row.Data.Length);
            if (events >= _options.EventsPerPack || bytes >= BytesPerPack)
                return some;
        }
        return null;
    }

    // Null where one of them does not check.
    private BatchRow? PackOf(List<BatchRow> rows)
    {
        try
        {
            var chain = _batches.Before(rows[0]);
            List<StoredEvent> events = [.. rows.SelectMany(row => JournalHistory.Checked(row, chain))];
            return events.Count == rows.Sum(row => row.Count) ? BatchRow.Of(_codec, events, rows[^1].Hash) : null;
        }
        catch (JournalCorruptException)
        {
            return null;
        }
    }

    private Action Replace(JournalWriter writer, List<BatchRow> rows, BatchRow pack)
    {
        var deleted = writer.Run(
            "delete from batches where first >= $first and first <= $last",
            ("$first", pack.First),
            ("$last", pack.Last)
        );
        // Rolled back: a batch was put in or taken out meanwhile, which no other writer may do.
        if (deleted != rows.Count)
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The batches from seq {pack.First} to {pack.Last} are not those that were read. "
                ) + JournalHistory.Advice
            );
        writer.Append(pack);
        writer.Mark(PackedMark, pack.Last.ToString(CultureInfo.InvariantCulture));
        return () =>
        {
            Volatile.Write(ref _packed, pack.Last);
            _marked = pack.Last;
        };
    }
}
