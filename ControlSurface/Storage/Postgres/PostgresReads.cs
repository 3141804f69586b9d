using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>Reads of one workspace in PostgreSQL. Safe from any thread; each call takes a connection of the pool and gives it back.</summary>
internal sealed class PostgresReads(NpgsqlDataSource source, Guid workspace) : IBatchSource, IItemEvents
{
    private const int BatchesPerRead = 500;
    private const int KeysPerRead = 10_000;
    private const string Schema = PostgresDb.Schema;

    private long _answersFrom = long.MinValue;

    /// <summary>Answers from before this instant, in milliseconds, are not found any more, whether or not they are deleted yet.</summary>
    internal long AnswersFrom
    {
        get => Interlocked.Read(ref _answersFrom);
        set => Interlocked.Exchange(ref _answersFrom, value);
    }

    public List<BatchRow> From(long seq, int events = IBatchSource.EventsPerRead) =>
        Ask(() =>
        {
            using var command = Command(
                $"select first, count, at, hash, data from {Schema}.batches where workspace = $1 and first >= coalesce("
                    + $"(select max(first) from {Schema}.batches where workspace = $1 and first <= $2), 0) order by first limit $3",
                seq,
                // Each batch has an event at least, and the first may end before the seq.
                Math.Min(BatchesPerRead, (long)events + 1)
            );
            using var row = command.ExecuteReader();
            var rows = new List<BatchRow>();
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
            return rows;
        });

    public long Last() =>
        Ask(() =>
        {
            using var command = Command($"select last_seq from {Schema}.workspaces where id = $1");
            return (long)command.ExecuteScalar()!;
        });

    // Events and their rows here are of one transaction.
    long IItemEvents.Last => Last();

    public List<long> Find(ItemId item, long after, int most = int.MaxValue) =>
        Ask(() =>
        {
            using var command = Command(
                $"select seq from {Schema}.item_events where workspace = $1 and item = $2 and seq > $3 order by seq limit $4",
                item.Number,
                after,
                most
            );
            using var row = command.ExecuteReader();
            var seqs = new List<long>();
            while (row.Read())
                seqs.Add(row.GetInt64(0));
            return seqs;
        });

    /// <summary>The end of the last batch; 0 and the chain's start for none.</summary>
    internal (long Seq, byte[] Hash) End() =>
        Ask(() =>
        {
            using var command = Command(
                $"select first + count - 1, hash from {Schema}.batches where workspace = $1 order by first desc limit 1"
            );
            using var row = command.ExecuteReader();
            return row.Read() ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : (0, JournalChain.Start());
        });

    /// <summary>Whether any event is in the index by item.</summary>
    internal bool HasItemEvents() =>
        Ask(() =>
        {
            using var command = Command($"select exists (select from {Schema}.item_events where workspace = $1)");
            return (bool)command.ExecuteScalar()!;
        });

    /// <inheritdoc cref="ISnapshots.Snapshots"/>
    internal IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue)
    {
        foreach (var (seq, _) in SnapshotLengths().Where(stored => stored.Seq <= upTo))
        {
            if (FindSnapshot(seq) is { } snapshot)
                yield return snapshot;
        }
    }

    /// <summary>Every answer that can be read, and whether it is the one that was kept; null for one that cannot be read.</summary>
    internal IEnumerable<(byte[] Key, StoredAnswer? Answer)> Answers()
    {
        using var command = Command($"select key, data from {Schema}.answers where workspace = $1 order by at");
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return (row.GetFieldValue<byte[]>(0), Read(row.GetFieldValue<byte[]>(1)));
    }

    /// <inheritdoc cref="IAnswers.FindAnswer"/>
    internal (bool IsThere, StoredAnswer? Answer) FindAnswer(PrincipalId principal, byte[] key) =>
        Ask(() =>
        {
            using var command = Command(
                $"select data from {Schema}.answers where workspace = $1 and principal = $2 and key = $3 and at >= $4",
                principal.Number,
                key,
                AnswersFrom
            );
            return command.ExecuteScalar() is byte[] data ? (true, Read(data)) : (false, null);
        });

    /// <inheritdoc cref="IAnswers.AnswerKeys"/>
    internal IEnumerable<(PrincipalId Principal, string Key)> AnswerKeys()
    {
        // In pages: a read of a week's keys would hold a connection, and a snapshot that keeps the database from cleaning up.
        var (principal, key) = (int.MinValue, Array.Empty<byte>());
        while (AnswerKeys(principal, key) is { Count: > 0 } page)
        {
            foreach (var (who, text) in page)
                yield return (new PrincipalId(who), System.Text.Encoding.UTF8.GetString(text));
            (principal, key) = page[^1];
        }
    }

    private List<(int Principal, byte[] Key)> AnswerKeys(int afterPrincipal, byte[] afterKey) =>
        Ask(() =>
        {
            using var command = Command(
                $"select principal, key from {Schema}.answers where workspace = $1 and (principal, key) > ($2, $3) and at >= $4 order by principal, key limit $5",
                afterPrincipal,
                afterKey,
                AnswersFrom,
                KeysPerRead
            );
            using var row = command.ExecuteReader();
            var keys = new List<(int, byte[])>();
            while (row.Read())
                keys.Add((row.GetInt32(0), row.GetFieldValue<byte[]>(1)));
            return keys;
        });

    /// <summary>A content, unchecked.</summary>
    internal KeptContent? FindContent(string hash) =>
        Ask(() =>
        {
            using var command = Command(
                $"select type, by, at, bytes from {Schema}.contents where workspace = $1 and hash = $2",
                hash
            );
            using var row = command.ExecuteReader();
            return row.Read()
                ? new KeptContent(
                    new ContentData(hash, row.GetString(0), row.GetFieldValue<byte[]>(3)),
                    new PrincipalId(row.GetInt32(1)),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))
                )
                : null;
        });

    /// <summary>All contents, unchecked.</summary>
    internal IEnumerable<KeptContent> Contents()
    {
        using var command = Command(
            $"select hash, type, by, at, bytes from {Schema}.contents where workspace = $1 order by hash"
        );
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return new KeptContent(
                new ContentData(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(4)),
                new PrincipalId(row.GetInt32(2)),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))
            );
    }

    internal IEnumerable<(int Number, byte[] Data)> Archived()
    {
        using var command = Command($"select item, data from {Schema}.archive where workspace = $1 order by item");
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return (row.GetInt32(0), row.GetFieldValue<byte[]>(1));
    }

    /// <summary>One archived item by a condition.</summary>
    /// <param name="where">On the columns of the archive, with parameters from <c>$2</c>.</param>
    internal Item? FindArchived(string where, params object[] values) =>
        Ask(() =>
        {
            using var command = Command(
                $"select data from {Schema}.archive where workspace = $1 and {where} order by item desc limit 1",
                values
            );
            return command.ExecuteScalar() is byte[] data ? ArchivedItem.Unpack(data) : null;
        });

    /// <inheritdoc cref="IArchive.FindArchived(ArchiveQuery)"/>
    internal ArchivePage FindArchived(ArchiveQuery query) =>
        Ask(() =>
        {
            // No settled item asks for attention.
            if (query.Attention is not null || query.States is { Count: 0 })
                return new ArchivePage([], 0);
            var (where, values) = ArchiveFilter.Where(query, "strpos");
            where = $" from {Schema}.archive" + where + " and workspace = @workspace";
            using var count = Named("select count(*)" + where, values);
            var total = (int)(long)count.ExecuteScalar()!;
            using var select = Named(
                "select data" + where + " and item > @after order by item limit @limit",
                [.. values, ("@after", query.After), ("@limit", query.Limit)]
            );
            using var row = select.ExecuteReader();
            var items = new List<Item>();
            while (row.Read())
                items.Add(ArchivedItem.Unpack(row.GetFieldValue<byte[]>(0)));
            return new ArchivePage(items, total);
        });

    // Somebody who reads while the database is away is told to come back, as somebody who writes is.
    private static T Ask<T>(Func<T> read)
    {
        try
        {
            try
            {
                return read();
            }
            catch (NpgsqlException lost) when (IsLost(lost))
            {
                // It was idle while the database restarted; the pool drops all such connections at the first of them.
                return read();
            }
        }
        catch (NpgsqlException failure)
        {
            throw new JournalRefusedException($"PostgreSQL does not answer: {failure.Message}", failure);
        }
    }

    private static bool IsLost(NpgsqlException failure) =>
        failure is { InnerException: IOException } or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown };

    /// <summary>A statement whose first parameter is the workspace.</summary>
    internal NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue(workspace);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }

    private NpgsqlCommand Named(string sql, IEnumerable<(string Name, object? Value)> values)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue("workspace", workspace);
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(
                name[1..],
                value is string text ? PostgresText.Of(text) : value ?? DBNull.Value
            );
        return command;
    }

    /// <summary>The seqs of all stored snapshots, damaged ones too, newest first, and the lengths of their states before they were packed.</summary>
    internal IReadOnlyList<(long Seq, long Length)> SnapshotLengths() =>
        Ask(() =>
        {
            using var command = Command(
                $"select seq, length from {Schema}.snapshots where workspace = $1 order by seq desc"
            );
            using var row = command.ExecuteReader();
            var stored = new List<(long, long)>();
            while (row.Read())
                stored.Add((row.GetInt64(0), row.GetInt64(1)));
            return stored;
        });

    private Snapshot? FindSnapshot(long seq) =>
        Ask(() =>
        {
            using var command = Command(
                $"select digest, length, state from {Schema}.snapshots where workspace = $1 and seq = $2",
                seq
            );
            return StoredSnapshot.Read(seq, command);
        });

    private static StoredAnswer? Read(byte[] data)
    {
        try
        {
            return AnswerCodec.Read(data) is [var only] ? only : null;
        }
        catch (InvalidDataException)
        {
            return null; // The caller reports it: the answer is given to nobody.
        }
    }
}

/// <summary>Texts as PostgreSQL can hold them: it knows no character 0, and no half of a surrogate pair.</summary>
internal static class PostgresText
{
    /// <summary>The text with U+FFFD in the place of each such character.</summary>
    internal static string Of(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
