using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>The tables of kept answers, as <see cref="AnswerIndex"/> reads and writes them: <c>recent</c>, <c>portions</c> and <c>answer_blocks</c>.</summary>
internal static class AnswerTables
{
    internal static void Insert(JournalWriter writer, AnswerPortion portion) =>
        writer.Run(
            "insert into portions (id, up_to, count, first_at, last_at) values ($id, $upTo, $count, $first, $last)",
            ("$id", portion.Id),
            ("$upTo", portion.UpTo),
            ("$count", portion.Count),
            ("$first", portion.FirstAt),
            ("$last", portion.LastAt)
        );

    /// <summary>The answers of each row of <c>recent</c> that no portion took in, oldest row first.</summary>
    /// <param name="after">The last row that a portion took in; 0 for none.</param>
    /// <param name="upTo">The last row to read.</param>
    /// <exception cref="JournalCorruptException">A row cannot be read.</exception>
    internal static List<(long Row, List<StoredAnswer> Answers)> Recent(
        DbConnection connection,
        long after,
        long upTo
    ) =>
        connection.Rows(
            "select id, data from recent where id > $taken and id <= $upTo order by id",
            row => (row.GetInt64(0), ReadRecent(row.GetInt64(0), row.GetFieldValue<byte[]>(1))),
            ("$taken", after),
            ("$upTo", upTo)
        );

    /// <summary>The portions that count, in the order in which they were made.</summary>
    internal static IReadOnlyList<AnswerPortion> Portions(DbConnection connection) =>
        connection.Rows(
            "select id, up_to, count, first_at, last_at from portions order by id",
            row => new AnswerPortion(
                row.GetInt64(0),
                row.GetInt64(1),
                row.GetInt32(2),
                row.GetInt64(3),
                row.GetInt64(4)
            )
        );

    /// <summary>Whether <c>recent</c> has a row up to this one.</summary>
    internal static bool HasRowsUpTo(DbConnection connection, long row)
    {
        using var command = connection.Command("select 1 from recent where id <= $row limit 1", ("$row", row));
        return command.ExecuteScalar() is not null;
    }

    internal static void Insert(JournalWriter writer, long portion, AnswerRow block) =>
        writer.Run(
            "insert into answer_blocks (portion, hash, keys, data) values ($portion, $hash, $keys, $data)",
            ("$portion", portion),
            ("$hash", block.Hash),
            ("$keys", block.Keys),
            ("$data", block.Data)
        );

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

    /// <summary>The answer to a key in a row of <c>recent</c>; null where the row has gone into a portion.</summary>
    /// <exception cref="DamagedRecordException">The row is not what was kept.</exception>
    internal static StoredAnswer? FindInRow(DbConnection connection, long row, PrincipalId principal, string key)
    {
        using var command = connection.Command("select data from recent where id = $id", ("$id", row));
        if (command.ExecuteScalar() is not byte[] data)
            return null;
        // A row can have the key twice; the newest counts.
        return Found(() => AnswerCodec.Read(data).FindLast(a => IsFor(a, principal, key)));
    }

    /// <summary>The answer to a key in a portion; null where it has none.</summary>
    /// <exception cref="DamagedRecordException">The block is not what was kept.</exception>
    internal static StoredAnswer? FindInPortion(
        DbConnection connection,
        long portion,
        long hash,
        PrincipalId principal,
        string key
    )
    {
        if (BlockOf(connection, portion, hash, principal, key) is not { } block)
            return null;
        using var rest = connection.Command(
            "select data from answer_blocks where rowid = $block",
            ("$block", block.Id)
        );
        // A prune between the two statements removes the block.
        return rest.ExecuteScalar() is not byte[] data
            ? null
            : Found(() => AnswerBlock.Read(block.Keys, data).Find(a => IsFor(a, principal, key)));
    }

    private static (long Id, byte[] Keys)? BlockOf(
        DbConnection connection,
        long portion,
        long hash,
        PrincipalId principal,
        string key
    )
    {
        using var command = connection.Command(
            "select keys, rowid from answer_blocks where portion = $portion and hash <= $hash order by hash desc limit 1",
            ("$portion", portion),
            ("$hash", hash)
        );
        try
        {
            using var row = command.ExecuteReader();
            if (!row.Read())
                return null;
            var keys = row.GetFieldValue<byte[]>(0);
            return AnswerBlock.ReadKeys(keys).Exists(k => k.Principal == principal && k.Text == key)
                ? (row.GetInt64(1), keys)
                : null;
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }
    }

    private static bool IsFor(StoredAnswer answer, PrincipalId principal, string key) =>
        answer.Answer.Principal == principal && answer.Answer.Key == key;

    // Where the key is listed but its answer cannot be read, or is not there, the answer was changed on disk.
    private static StoredAnswer Found(Func<StoredAnswer> read)
    {
        try
        {
            return read() is { Answer: not null } found ? found : throw Damaged();
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(failure);
        }
    }

    /// <exception cref="DamagedRecordException">Its checksum is another than the one that was kept.</exception>
    internal static KeptAnswer Checked(StoredAnswer found) => found.IsIntact ? found.Answer : throw Damaged();

    private static DamagedRecordException Damaged(Exception? why = null)
    {
        const string Message =
            "The first answer to this Idempotency-Key was changed on disk and is not given again. Run doctor; "
            + "whether the request was done is in the journal (GET /events), and a new key does it anew.";
        return why is null ? new DamagedRecordException(Message) : new DamagedRecordException(Message, why);
    }

    // One query for each portion, not one for each block.
    internal static IEnumerable<long> PortionsWithBlocks(DbConnection connection)
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
}
