using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Answers that were moved out of <c>recent</c> together.</summary>
/// <param name="UpTo">The last row of <c>recent</c> that it took in.</param>
/// <param name="FirstAt">Instant of its oldest answer, in milliseconds.</param>
/// <param name="LastAt">Instant of its newest answer.</param>
internal sealed record AnswerPortion(long Id, long UpTo, int Count, long FirstAt, long LastAt);

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

    // Whether recent has rows that a portion took in: a move was cut or refused before it deleted them.
    private bool _hasTakenRows;

    private AnswerIndex(ReadConnections reads, JournalOptions options)
    {
        _reads = reads;
        _options = options;
        using var read = reads.Rent();
        _portions =
        [
            .. read.Connection.Rows(
                "select id, up_to, count, first_at, last_at from portions order by id",
                row => new AnswerPortion(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetInt32(2),
                    row.GetInt64(3),
                    row.GetInt64(4)
                )
            ),
        ];
        var known = _portions.Select(p => p.Id).ToHashSet();
        _dropped = new Queue<long>(PortionsWithBlocks(read.Connection).Where(id => !known.Contains(id)));
        _prunedBefore = long.TryParse(
            read.Connection.Scalar($"select value from marks where name = '{PrunedMark}'"),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var before
        )
            ? before
            : long.MinValue;
        _lastRow = TakenUpTo;
        using var taken = read.Connection.Command(
            "select 1 from recent where id <= $taken limit 1",
            ("$taken", TakenUpTo)
        );
        _hasTakenRows = taken.ExecuteScalar() is not null;
        _lastPortion = known.Concat(_dropped).DefaultIfEmpty().Max();
    }

    /// <summary>Opens the index of a file; reads the answers that no portion has yet.</summary>
    /// <exception cref="JournalCorruptException">A row of them cannot be read: a repeated request could be carried out twice.</exception>
    internal static AnswerIndex Open(ReadConnections reads, JournalOptions options)
    {
        var index = new AnswerIndex(reads, options);
        foreach (var (row, answers) in index.ReadRecent(long.MaxValue))
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

    // So many answers wait that they are worth a portion. Within the lock.
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
        if (isRecent && FindIn(read.Connection, recent.Row, principal, key) is { } found)
            return Checked(found);
        // Looked at after the row: the portion that took it in counts before the row goes.
        AnswerPortion[] portions;
        long before;
        lock (_lock)
            (portions, before) = (_portions, _prunedBefore);
        var hash = AnswerCodec.HashOf(principal, key);
        for (var k = portions.Length - 1; k >= 0; k--)
        {
            if (FindIn(read.Connection, portions[k], hash, principal, key) is { } old)
                return old.Answer.At.ToUnixTimeMilliseconds() < before ? null : Checked(old);
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
        // A merge by hash: a key that was used again after a week is in two portions, side by side in this order.
        var next = new PriorityQueue<KeyCursor, (long Hash, long Newest)>();
        var cursors = portions.Select(portion => new KeyCursor(_reads, portion.Id)).ToList();
        foreach (var cursor in cursors)
            Put(next, cursor);
        var (hash, same) = (0L, new HashSet<(PrincipalId, string)>());
        while (next.TryDequeue(out var cursor, out var at))
        {
            if (at.Hash != hash)
                same.Clear();
            hash = at.Hash;
            var key = (cursor.Current.Principal, cursor.Current.Text);
            if (same.Add(key) && cursor.Current.At >= before && !recent.Contains(key))
                yield return key;
            Put(next, cursor);
        }
        if (cursors.Exists(cursor => cursor.HasSkipped))
            throw new DamagedRecordException(
                "Some keys of kept answers cannot be read: they were changed on disk. Every key is looked up instead. Run doctor."
            );
    }

    private static void Put(PriorityQueue<KeyCursor, (long Hash, long Newest)> next, KeyCursor cursor)
    {
        if (cursor.MoveNext())
            next.Enqueue(cursor, (cursor.Hash, -cursor.Portion));
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
            Add([.. ReadRecent(upTo).SelectMany(r => r.Answers)], upTo, transact);
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
        // Never a number that was used: what is left of that one is still being dropped.
        var id = ++_lastPortion;
        try
        {
            Add(id, waiting, upTo, transact);
        }
        catch
        {
            lock (_lock)
            {
                // The blocks that are on disk already belong to no portion. After the last step it counts, whatever failed then.
                if (!Array.Exists(_portions, p => p.Id == id))
                    _dropped.Enqueue(id);
            }
            throw;
        }
    }

    private void Add(long id, List<StoredAnswer> waiting, long upTo, Action<Func<JournalWriter, Action?>> transact)
    {
        // The newest of a key that was used twice is the one that counts.
        var sorted = waiting
            .GroupBy(a => (a.Answer.Principal, a.Answer.Key))
            .Select(g => (Hash: g.Last().Hash, Answer: g.Last()))
            .Where(a => a.Answer.Answer.At.ToUnixTimeMilliseconds() >= _prunedBefore)
            .OrderBy(a => a.Hash)
            .ToList();
        var blocks = Blocks(sorted);
        foreach (var some in blocks.Chunk(BlocksPerStep))
            transact(writer =>
            {
                foreach (var (hash, keys, data) in some)
                    writer.Run(
                        "insert into answer_blocks (portion, hash, keys, data) values ($portion, $hash, $keys, $data)",
                        ("$portion", id),
                        ("$hash", hash),
                        ("$keys", keys),
                        ("$data", data)
                    );
                return null;
            });
        // Where the process ends before this, the blocks belong to no portion, and the next start drops them.
        var portion = new AnswerPortion(
            id,
            upTo,
            sorted.Count,
            sorted.Count == 0 ? long.MinValue : sorted.Min(a => a.Answer.Answer.At.ToUnixTimeMilliseconds()),
            sorted.Count == 0 ? long.MinValue : sorted.Max(a => a.Answer.Answer.At.ToUnixTimeMilliseconds())
        );
        transact(writer =>
        {
            Insert(writer, portion);
            return () => Count(portion);
        });
    }

    private static void Insert(JournalWriter writer, AnswerPortion portion) =>
        writer.Run(
            "insert into portions (id, up_to, count, first_at, last_at) values ($id, $upTo, $count, $first, $last)",
            ("$id", portion.Id),
            ("$upTo", portion.UpTo),
            ("$count", portion.Count),
            ("$first", portion.FirstAt),
            ("$last", portion.LastAt)
        );

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

    private List<(long Hash, byte[] Keys, byte[] Data)> Blocks(List<(long Hash, StoredAnswer Answer)> sorted)
    {
        var blocks = new List<(long, byte[], byte[])>();
        for (var from = 0; from < sorted.Count; )
        {
            var to = Math.Min(from + _options.AnswersPerBlock, sorted.Count);
            // A block is found by its first hash: equal ones stay together.
            while (to < sorted.Count && sorted[to].Hash == sorted[to - 1].Hash)
                to++;
            var answers = sorted[from..to].Select(a => a.Answer).ToArray();
            blocks.Add((sorted[from].Hash, AnswerBlock.Keys(answers), AnswerBlock.Data(answers)));
            from = to;
        }
        return blocks;
    }

    private List<(long Row, List<StoredAnswer> Answers)> ReadRecent(long upTo)
    {
        using var read = _reads.Rent();
        return read.Connection.Rows(
            "select id, data from recent where id > $taken and id <= $upTo order by id",
            row => (row.GetInt64(0), ReadRecent(row.GetInt64(0), row.GetFieldValue<byte[]>(1))),
            ("$taken", TakenUpTo),
            ("$upTo", upTo)
        );
    }

    private static List<StoredAnswer> ReadRecent(long row, byte[] data)
    {
        try
        {
            return AnswerCodec.Read(data);
        }
        catch (InvalidDataException failure)
        {
            throw new JournalCorruptException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The answers that are kept in row {row} of recent cannot be read: {failure.Message} "
                ) + JournalHistory.Advice,
                failure
            );
        }
    }

    private static StoredAnswer? FindIn(
        System.Data.Common.DbConnection connection,
        long row,
        PrincipalId principal,
        string key
    )
    {
        using var command = connection.Command("select data from recent where id = $id", ("$id", row));
        if (command.ExecuteScalar() is not byte[] data)
            return null;
        try
        {
            return
                AnswerCodec.Read(data).FindLast(a => a.Answer.Principal == principal && a.Answer.Key == key)
                    is { Answer: not null } found
                ? found
                : throw Damaged();
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }
    }

    private static StoredAnswer? FindIn(
        System.Data.Common.DbConnection connection,
        AnswerPortion portion,
        long hash,
        PrincipalId principal,
        string key
    )
    {
        using var command = connection.Command(
            "select keys, rowid from answer_blocks where portion = $portion and hash <= $hash order by hash desc limit 1",
            ("$portion", portion.Id),
            ("$hash", hash)
        );
        long block;
        try
        {
            using var row = command.ExecuteReader();
            if (
                !row.Read()
                || !AnswerBlock
                    .ReadKeys(row.GetFieldValue<byte[]>(0))
                    .Exists(k => k.Principal == principal && k.Text == key)
            )
                return null;
            block = row.GetInt64(1);
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }
        using var whole = connection.Command("select data from answer_blocks where rowid = $block", ("$block", block));
        // Pruned in this moment.
        if (whole.ExecuteScalar() is not byte[] data)
            return null;
        try
        {
            return
                AnswerBlock.ReadData(data).Find(a => a.Answer.Principal == principal && a.Answer.Key == key)
                    is { Answer: not null } found
                ? found
                : throw Damaged();
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }
    }

    private static KeptAnswer Checked(StoredAnswer found) => found.IsIntact ? found.Answer : throw Damaged();

    private static DamagedRecordException Damaged(Exception? why = null)
    {
        const string Message =
            "The first answer to this Idempotency-Key was changed on disk and is not given again. Run doctor; "
            + "whether the request was done is in the journal (GET /events), and a new key does it anew.";
        return why is null ? new DamagedRecordException(Message) : new DamagedRecordException(Message, why);
    }

    // One look for each portion, not one for each block.
    private static IEnumerable<long> PortionsWithBlocks(System.Data.Common.DbConnection connection)
    {
        var ids = new List<long>();
        for (var after = 0L; ; after = ids[^1])
        {
            using var next = connection.Command(
                "select min(portion) from answer_blocks where portion > $after",
                ("$after", after)
            );
            if (next.ExecuteScalar() is not long id)
                return ids;
            ids.Add(id);
        }
    }

    /// <summary>Goes through the keys of a portion, in the order of their hashes, a block at a time.</summary>
    private sealed class KeyCursor(ReadConnections reads, long portion)
    {
        private List<AnswerBlock.Key> _keys = [];
        private int _at;
        private long? _last;

        internal long Portion => portion;

        /// <summary>Whether the keys of a block could not be read and were left out.</summary>
        internal bool HasSkipped { get; private set; }

        internal AnswerBlock.Key Current { get; private set; }

        internal long Hash => AnswerCodec.HashOf(Current.Principal, Current.Text);

        internal bool MoveNext()
        {
            while (_at == _keys.Count)
            {
                if (!NextBlock())
                    return false;
            }
            Current = _keys[_at++];
            return true;
        }

        private bool NextBlock()
        {
            using var read = reads.Rent();
            using var command = read.Connection.Command(
                _last is null
                    ? "select hash, keys from answer_blocks where portion = $portion order by hash limit 1"
                    : "select hash, keys from answer_blocks where portion = $portion and hash > $last order by hash limit 1",
                ("$portion", portion),
                ("$last", _last)
            );
            using var row = command.ExecuteReader();
            if (!row.Read())
                return false;
            _last = row.GetInt64(0);
            _at = 0;
            try
            {
                _keys = AnswerBlock.ReadKeys(row.GetFieldValue<byte[]>(1));
            }
            catch (InvalidDataException)
            {
                // The other blocks are read all the same. Whoever lists the keys is told at the end.
                _keys = [];
                HasSkipped = true;
            }
            return true;
        }
    }
}
