using System.Buffers;
using System.Data.Common;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Finds an item's events. The index is written in blocks of 4,096 events, sorted by item, once a block is complete: the entries
/// then share a few pages that are written in order. The events after the last block are indexed in memory, and read from the log
/// after a start. Reading asks each block in turn, a few microseconds each. Safe from any thread; blocks are written by one.
/// </summary>
internal sealed class ItemIndex : IItemEvents
{
    private const string IndexedMark = "items.indexed";
    private const byte Version = 1;
    private const int ItemsPerRow = 64;

    /// <summary>
    /// The rows that may hold the item, one for each block: the last of the block that begins at or before it.
    /// </summary>
    internal const string Rows =
        "with recursive blocks (block) as "
        + "(select $from union all select block + 1 from blocks where block < $to) "
        + "select blocks.block, (select data from item_events e where e.block = blocks.block and e.item <= $item "
        + "order by e.item desc limit 1) from blocks where $from <= $to";

    private readonly ReadConnections _reads;
    private readonly int _shift;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, List<long>> _tail = [];
    private long _last;
    private long _indexed;

    private ItemIndex(ReadConnections reads, JournalOptions options, long indexed)
    {
        _reads = reads;
        _shift = options.EventsPerBlockShift;
        (_indexed, _last) = (indexed, indexed);
    }

    /// <summary>Opens the index of a file; reads the log after the last block.</summary>
    internal static ItemIndex Open(ReadConnections reads, JournalOptions options)
    {
        var indexed = IndexedIn(reads);
        var index = new ItemIndex(reads, options, indexed);
        foreach (var stored in BatchRows.EventsAfter(reads, indexed))
            index.Note(stored.Seq, stored.Item);
        return index;
    }

    /// <summary>The last event that the index knows of. Read it before <see cref="Find"/>, which finds everything up to it.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>Whether a block is complete that is not written yet.</summary>
    internal bool IsDue
    {
        get
        {
            lock (_lock)
                return _last - _indexed >= 1 << _shift;
        }
    }

    /// <summary>Takes in events that are on disk now.</summary>
    internal void Note(IReadOnlyList<Recorded> events)
    {
        lock (_lock)
        {
            foreach (var recorded in events)
                Note(recorded.Seq, recorded.Event.ItemId?.Number ?? 0);
        }
    }

    /// <summary>Seqs of the item's events after a seq, in order.</summary>
    public List<long> Find(ItemId item, long after, int most = int.MaxValue)
    {
        long indexed;
        List<long> tail;
        lock (_lock)
            (indexed, tail) = (_indexed, [.. _tail.GetValueOrDefault(item.Number) ?? []]);
        var found = new List<long>();
        if (after < indexed)
            FindInBlocks(item.Number, after, indexed, most, found);
        found.AddRange(tail.Where(seq => seq > after).Take(most - found.Count));
        return found;
    }

    /// <summary>Writes each complete block, each in a transaction of its own.</summary>
    /// <param name="transact">Runs one transaction, and then what it returned.</param>
    internal void Move(Action<Func<JournalWriter, Action?>> transact)
    {
        while (IsDue)
        {
            var upTo = _indexed + (1 << _shift);
            var rows = RowsOf(upTo);
            var block = (upTo - 1) >> _shift;
            transact(writer =>
            {
                // Rows are there already where the mark was deleted, so that the index is made anew.
                writer.Run("delete from item_events where block = $block", ("$block", block));
                foreach (var (item, data) in rows)
                    writer.Run(
                        "insert into item_events (block, item, data) values ($block, $item, $data)",
                        ("$block", block),
                        ("$item", item),
                        ("$data", data)
                    );
                writer.Mark(IndexedMark, upTo.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return () => Forget(upTo);
            });
        }
    }

    private void Note(long seq, int item)
    {
        _last = seq;
        if (item == 0)
            return;
        if (_tail.TryGetValue(item, out var seqs))
            seqs.Add(seq);
        else
            _tail.Add(item, [seq]);
    }

    private void Forget(long upTo)
    {
        lock (_lock)
        {
            _indexed = upTo;
            foreach (var (item, seqs) in _tail.ToList())
            {
                seqs.RemoveAll(seq => seq <= upTo);
                if (seqs.Count == 0)
                    _tail.Remove(item);
            }
        }
    }

    // Items in order, some to a row: a row begins with the item that it is found by.
    private List<(int Item, byte[] Data)> RowsOf(long upTo)
    {
        List<(int Item, long[] Seqs)> events;
        lock (_lock)
            events =
            [
                .. _tail
                    .Select(t => (t.Key, t.Value.TakeWhile(seq => seq <= upTo).ToArray()))
                    .Where(t => t.Item2.Length > 0),
            ];
        return RowsOf(events, upTo - (1 << _shift));
    }

    private static List<(int Item, byte[] Data)> RowsOf(IEnumerable<(int Item, long[] Seqs)> events, long begin)
    {
        var rows = new List<(int, byte[])>();
        foreach (var some in events.OrderBy(e => e.Item).Chunk(ItemsPerRow))
        {
            var data = new ArrayBufferWriter<byte>(1024);
            data.Write([Version]);
            foreach (var (item, seqs) in some)
            {
                Varint.Write(data, (ulong)item);
                Varint.Write(data, (ulong)seqs.Length);
                foreach (var seq in seqs)
                    Varint.Write(data, (ulong)(seq - begin));
            }
            rows.Add((some[0].Item, data.WrittenSpan.ToArray()));
        }
        return rows;
    }

    private void FindInBlocks(int item, long after, long indexed, int most, List<long> found)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            Rows,
            ("$from", after >> _shift),
            ("$to", (indexed - 1) >> _shift),
            ("$item", item)
        );
        using var row = command.ExecuteReader();
        while (found.Count < most && row.Read())
        {
            if (row.IsDBNull(1))
                continue;
            var begin = row.GetInt64(0) << _shift;
            var before = found.Count;
            try
            {
                FindIn(row.GetFieldValue<byte[]>(1), item, begin, after, most, found);
            }
            catch (InvalidDataException)
            {
                // The index only repeats what the log says. Doctor names the block.
                found.RemoveRange(before, found.Count - before);
                FindInLog(read.Connection, item, begin, after, most, found);
            }
        }
    }

    private void FindInLog(DbConnection connection, int item, long begin, long after, int most, List<long> found)
    {
        var end = begin + (1 << _shift);
        var seq = Math.Max(begin, after);
        while (seq < end && BatchRows.From(connection, seq + 1) is { Count: > 0 } batches)
        {
            found.AddRange(
                batches
                    .SelectMany(batch => batch.Events())
                    .Where(stored => stored.Item == item && stored.Seq > seq && stored.Seq <= end)
                    .Select(stored => stored.Seq)
                    .Take(most - found.Count)
            );
            seq = batches[^1].Last;
        }
    }

    private void FindIn(byte[] data, int wanted, long begin, long after, int most, List<long> found)
    {
        var reader = new VarintReader(data);
        if (reader.ReadByte() != Version)
            throw new InvalidDataException("The index of items is of a version that is not known here.");
        while (!reader.IsAtEnd)
        {
            var item = reader.ReadInt();
            for (var left = reader.ReadInt(); left > 0; left--)
            {
                var place = reader.ReadInt();
                if (place < 1 || place > 1 << _shift)
                    throw new InvalidDataException("The index of items names an event of another block.");
                var seq = begin + place;
                if (item == wanted && seq > after && found.Count < most)
                    found.Add(seq);
            }
            if (item >= wanted)
                return;
        }
    }

    /// <summary>
    /// Compares each block with the log, which is read from its start; the blocks that differ, by their first and last seq. Its
    /// own state is not used, so that a server may run meanwhile.
    /// </summary>
    /// <exception cref="JournalCorruptException">A batch of the log cannot be read.</exception>
    internal static IEnumerable<(long First, long Last)> DamagedBlocks(ReadConnections reads, JournalOptions options)
    {
        var indexed = IndexedIn(reads);
        var length = 1L << options.EventsPerBlockShift;
        var events = new Dictionary<int, List<long>>();
        var last = 0L;
        foreach (var stored in BatchRows.EventsAfter(reads, 0))
        {
            if (stored.Seq > indexed)
                yield break;
            last = stored.Seq;
            if (stored.Item != 0)
                (events.TryGetValue(stored.Item, out var seqs) ? seqs : events[stored.Item] = []).Add(stored.Seq);
            if (stored.Seq % length != 0)
                continue;
            var begin = stored.Seq - length;
            var expected = RowsOf(events.Select(e => (e.Key, e.Value.ToArray())), begin);
            if (!IsSame(expected, StoredRows(reads, begin >> options.EventsPerBlockShift)))
                yield return (begin + 1, stored.Seq);
            events.Clear();
        }
        // The mark says that events are indexed which the log does not have.
        if (last < indexed)
            yield return (last - (last % length) + 1, indexed);
    }

    private static bool IsSame(List<(int Item, byte[] Data)> expected, List<(int Item, byte[] Data)> found) =>
        expected.Count == found.Count
        && expected
            .Zip(found)
            .All(p => p.First.Item == p.Second.Item && p.First.Data.AsSpan().SequenceEqual(p.Second.Data));

    private static List<(int Item, byte[] Data)> StoredRows(ReadConnections reads, long block)
    {
        using var read = reads.Rent();
        return read.Connection.Rows(
            "select item, data from item_events where block = $block order by item",
            row => (row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
            ("$block", block)
        );
    }

    private static long IndexedIn(ReadConnections reads)
    {
        using var read = reads.Rent();
        return long.TryParse(
            read.Connection.Scalar($"select value from marks where name = '{IndexedMark}'"),
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var seq
        )
            ? seq
            : 0;
    }
}
