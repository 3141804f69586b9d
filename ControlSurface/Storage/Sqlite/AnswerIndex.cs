using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>
/// Finds kept answers. A commit writes its answers as one row of <c>recent</c>; a random key in a big index would cost a page
/// for each. Once there are many they are sorted by hash and moved into a portion, a step at a time, so that no write waits long.
/// Each step is one transaction, and between two of them everything is still found: a portion counts only with its row in
/// <c>portions</c>, and a row of <c>recent</c> only while no portion took it in. Safe from any thread; the steps are one thread's.
/// </summary>
internal sealed class AnswerIndex
{
    private const string PrunedMark = "answers.pruned";
    private const int BlocksPerStep = 32;
    private const int RowsPerStep = 256;
    private readonly ReadConnections _reads;
    private readonly JournalOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<(PrincipalId, string), (long Row, long At)> _recent = [];
    private AnswerPortion[] _portions;
    private readonly Queue<long> _dropped;
    private long _prunedBefore;
    private long _lastRow;
    private long _lastPortion;

    // Whether recent still has rows that a portion took in, because a move ended before it deleted them.
    private bool _hasTakenRows;

    private AnswerIndex(ReadConnections reads, JournalOptions options)
    {
        _reads = reads;
        _options = options;
        using var read = reads.Rent();
        _portions = [.. AnswerTables.Portions(read.Connection)];
        var known = _portions.Select(p => p.Id).ToHashSet();
        _dropped = new Queue<long>(AnswerTables.PortionsWithBlocks(read.Connection).Where(id => !known.Contains(id)));
        _prunedBefore = long.TryParse(
            read.Connection.Scalar($"select value from marks where name = '{PrunedMark}'"),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var before
        )
            ? before
            : long.MinValue;
        _lastRow = TakenUpTo;
        _hasTakenRows = AnswerTables.HasRowsUpTo(read.Connection, TakenUpTo);
        _lastPortion = known.Concat(_dropped).DefaultIfEmpty().Max();
    }

    /// <summary>Opens the index of a file; reads the answers that no portion has yet.</summary>
    /// <exception cref="JournalCorruptException">A row of them cannot be read: a repeated request could be carried out twice.</exception>
    internal static AnswerIndex Open(ReadConnections reads, JournalOptions options)
    {
        var index = new AnswerIndex(reads, options);
        foreach (var (row, answers) in index.Waiting(long.MaxValue))
            index.Note(row, answers.Select(a => a.Answer));
        return index;
    }

    private long TakenUpTo => _portions is [.., var last] ? last.UpTo : 0;

    /// <summary>The row of <c>recent</c> that the next write uses.</summary>
    internal long NextRow => _lastRow + 1;

    /// <summary>Whether a move has something to do.</summary>
    internal bool IsDue
    {
        get
        {
            lock (_lock)
                return IsPortionDue || _dropped.Count > 0 || _hasTakenRows;
        }
    }

    // Whether enough answers wait to make a portion. The caller holds the lock.
    private bool IsPortionDue => _recent.Count >= _options.AnswersPerPortion;

    /// <summary>Takes in answers that are on disk now.</summary>
    internal void Note(long row, IEnumerable<KeptAnswer> answers)
    {
        lock (_lock)
        {
            foreach (var answer in answers)
            {
                var at = answer.At.ToUnixTimeMilliseconds();
                if (at >= _prunedBefore)
                    _recent[(answer.Principal, answer.Key)] = (row, at);
            }
            _lastRow = row;
        }
    }

    /// <exception cref="DamagedRecordException">It is not what was kept.</exception>
    internal KeptAnswer? Find(PrincipalId principal, string key)
    {
        (long Row, long At) recent;
        bool isRecent;
        lock (_lock)
            isRecent = _recent.TryGetValue((principal, key), out recent);
        using var read = _reads.Rent();
        if (isRecent && AnswerTables.FindInRow(read.Connection, recent.Row, principal, key) is { } found)
            return AnswerTables.Checked(found);
        // Read the portions after the row: a portion counts before the rows that it took in are deleted.
        AnswerPortion[] portions;
        long before;
        lock (_lock)
            (portions, before) = (_portions, _prunedBefore);
        var hash = AnswerCodec.HashOf(principal, key);
        for (var k = portions.Length - 1; k >= 0; k--)
        {
            if (AnswerTables.FindInPortion(read.Connection, portions[k].Id, hash, principal, key) is { } old)
                return old.Answer.At.ToUnixTimeMilliseconds() < before ? null : AnswerTables.Checked(old);
        }
        return null;
    }

    /// <summary>Every key with its principal once, those of portions in the order of their hashes. Reads a block at a time.</summary>
    /// <exception cref="DamagedRecordException">Thrown after the last key that can be read, where the keys of a block cannot.</exception>
    internal IEnumerable<(PrincipalId Principal, string Key)> Keys()
    {
        HashSet<(PrincipalId, string)> recent;
        AnswerPortion[] portions;
        long before;
        lock (_lock)
            (recent, portions, before) = ([.. _recent.Keys], _portions, _prunedBefore);
        foreach (var key in recent)
            yield return key;
        foreach (var key in AnswerKeys.Of(_reads, portions, before))
        {
            if (!recent.Contains(key))
                yield return key;
        }
    }

    /// <summary>
    /// Hides answers from before an instant, drops portions of which nothing is left, and deletes rows of <c>recent</c> of which
    /// nothing is left. Reads no answer. Within a transaction; call the returned action once that is on disk.
    /// </summary>
    internal Action Prune(JournalWriter writer, long before)
    {
        before = Math.Max(before, _prunedBefore);
        writer.Mark(PrunedMark, before.ToString(CultureInfo.InvariantCulture));
        var old = _portions.Where(p => p.LastAt < before).ToList();
        foreach (var portion in old)
            writer.Run("delete from portions where id = $id", ("$id", portion.Id));
        // A workspace that never has enough answers for a portion would otherwise keep every row.
        writer.Run(
            "delete from recent where id in (select id from recent where id < $live order by id limit $most)",
            ("$live", FirstRowFrom(before)),
            ("$most", RowsPerStep)
        );
        return () =>
        {
            lock (_lock)
            {
                _prunedBefore = before;
                foreach (var key in _recent.Where(r => r.Value.At < before).Select(r => r.Key).ToList())
                    _recent.Remove(key);
                _portions = [.. _portions.Except(old)];
                foreach (var portion in old)
                    _dropped.Enqueue(portion.Id);
            }
        };
    }

    // The first row of recent with an answer of that instant or later; the next row to be written where there is none.
    private long FirstRowFrom(long at)
    {
        lock (_lock)
            return _recent.Values.Where(r => r.At >= at).Select(r => r.Row).DefaultIfEmpty(NextRow).Min();
    }

    /// <summary>
    /// Moves what waits into a portion once it is enough for one, and removes what portions left behind. Each step is a
    /// transaction of its own; where one is refused or the process ends, the next call goes on.
    /// </summary>
    /// <param name="transact">Runs one transaction, and then what it returned.</param>
    /// <exception cref="JournalCorruptException">A row that waits cannot be read. It stays, and what comes after it too.</exception>
    internal void Move(Action<Func<JournalWriter, Action?>> transact)
    {
        while (NextDropped() is { } dropped)
            Drop(dropped, transact);
        if (WaitingUpTo() is { } upTo)
            Add([.. Waiting(upTo).SelectMany(r => r.Answers)], upTo, transact);
        while (HasTakenRows())
            DeleteTakenRows(transact);
    }

    private long? NextDropped()
    {
        lock (_lock)
            return _dropped.TryPeek(out var portion) ? portion : null;
    }

    // The last row that waits; null where too few answers wait for a portion.
    private long? WaitingUpTo()
    {
        lock (_lock)
            return IsPortionDue ? _lastRow : null;
    }

    private bool HasTakenRows()
    {
        lock (_lock)
            return _hasTakenRows;
    }

    private void DeleteTakenRows(Action<Func<JournalWriter, Action?>> transact)
    {
        var taken = TakenUpTo;
        transact(writer =>
        {
            var deleted = writer.Run(
                "delete from recent where id in (select id from recent where id <= $taken order by id limit $most)",
                ("$taken", taken),
                ("$most", RowsPerStep)
            );
            return () =>
            {
                lock (_lock)
                    _hasTakenRows = deleted == RowsPerStep;
            };
        });
    }

    private void Add(List<StoredAnswer> waiting, long upTo, Action<Func<JournalWriter, Action?>> transact)
    {
        // Never use a number again: blocks of the old portion may still be there.
        var id = ++_lastPortion;
        try
        {
            Add(id, waiting, upTo, transact);
        }
        catch
        {
            lock (_lock)
            {
                // Blocks that are on disk belong to no portion yet. After the last step the portion counts, whatever failed then.
                if (!Array.Exists(_portions, p => p.Id == id))
                    _dropped.Enqueue(id);
            }
            throw;
        }
    }

    private void Add(long id, List<StoredAnswer> waiting, long upTo, Action<Func<JournalWriter, Action?>> transact)
    {
        // Of a key that was used twice the newest answer counts.
        var sorted = waiting
            .GroupBy(a => (a.Answer.Principal, a.Answer.Key))
            .Select(g => g.Last())
            .Where(a => a.Answer.At.ToUnixTimeMilliseconds() >= _prunedBefore)
            .OrderBy(a => a.Hash)
            .ToList();
        foreach (var some in AnswerPortion.Blocks(sorted, _options.AnswersPerBlock).Chunk(BlocksPerStep))
            transact(writer =>
            {
                foreach (var block in some)
                    AnswerTables.Insert(writer, id, block);
                return null;
            });
        // Where the process ends before this, the blocks belong to no portion, and the next start drops them.
        var portion = AnswerPortion.Of(id, upTo, sorted);
        transact(writer =>
        {
            AnswerTables.Insert(writer, portion);
            return () => Count(portion);
        });
    }

    private void Count(AnswerPortion portion)
    {
        lock (_lock)
        {
            _portions = [.. _portions, portion];
            _hasTakenRows = true;
            foreach (var key in _recent.Where(r => r.Value.Row <= portion.UpTo).Select(r => r.Key).ToList())
                _recent.Remove(key);
        }
    }

    private void Drop(long portion, Action<Func<JournalWriter, Action?>> transact)
    {
        for (var more = true; more; )
            transact(writer =>
            {
                more =
                    writer.Run(
                        "delete from answer_blocks where rowid in (select rowid from answer_blocks where portion = $portion limit $most)",
                        ("$portion", portion),
                        ("$most", BlocksPerStep)
                    ) == BlocksPerStep;
                return null;
            });
        lock (_lock)
        {
            if (_dropped.TryPeek(out var first) && first == portion)
                _dropped.Dequeue();
        }
    }

    private List<(long Row, List<StoredAnswer> Answers)> Waiting(long upTo)
    {
        using var read = _reads.Rent();
        return AnswerTables.Recent(read.Connection, TakenUpTo, upTo);
    }
}
