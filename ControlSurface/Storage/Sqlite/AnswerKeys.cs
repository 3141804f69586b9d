using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Lists the keys of portions, a block at a time.</summary>
internal static class AnswerKeys
{
    /// <summary>Every key with its principal once, in the order of the keys' hashes.</summary>
    /// <param name="before">Keys whose newest answer is older than this instant, in milliseconds, are left out.</param>
    /// <exception cref="DamagedRecordException">Thrown after the last key that can be read, where the keys of a block cannot.</exception>
    internal static IEnumerable<(PrincipalId Principal, string Key)> Of(
        ReadConnections reads,
        IEnumerable<AnswerPortion> portions,
        long before
    )
    {
        // A merge by hash: a key that was used again after a week is in two portions, side by side in this order.
        var next = new PriorityQueue<KeyCursor, (long Hash, long Newest)>();
        var cursors = portions.Select(portion => new KeyCursor(reads, portion.Id)).ToList();
        foreach (var cursor in cursors)
            Put(next, cursor);
        var (hash, same) = (0L, new HashSet<(PrincipalId, string)>());
        while (next.TryDequeue(out var cursor, out var at))
        {
            if (at.Hash != hash)
                same.Clear();
            hash = at.Hash;
            var key = (cursor.Current.Principal, cursor.Current.Text);
            if (same.Add(key) && cursor.Current.At >= before)
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
                // Read the other blocks all the same; the list ends with an exception.
                _keys = [];
                HasSkipped = true;
            }
            return true;
        }
    }
}
