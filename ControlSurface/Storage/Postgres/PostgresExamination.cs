using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Storage.Journaling;
using Npgsql;

namespace ControlSurface.Storage.Postgres;

/// <summary>A workspace in PostgreSQL as <c>doctor</c> reads it.</summary>
internal sealed class PostgresExamination : IJournalExamination
{
    private readonly Guid _workspace;
    private readonly PostgresReads _reads;
    private readonly JournalHistory _history;

    internal PostgresExamination(NpgsqlDataSource source, Guid workspace)
    {
        _workspace = workspace;
        _reads = new PostgresReads(source, workspace);
        _history = new JournalHistory(_reads);
    }

    public int Format => PostgresStorage.Format;

    public void CheckFormat()
    {
        using var command = _reads.Command($"select format from {PostgresDb.Schema}.workspaces where id = $1");
        if (command.ExecuteScalar() is not int format)
            throw new DataFolderException("The database has no workspace of the id that the folder names.");
        if (format is not (PostgresStorage.Format or PostgresStorage.Moving))
            throw new DataFolderException($"The workspace is of format {format}; this version reads {Format}.");
    }

    public long LastSeq => _reads.End().Seq;

    public DateTimeOffset? LastAt =>
        LastSeq is > 0 and var last && _reads.From(last, events: 1) is [.., var batch]
            ? DateTimeOffset.FromUnixTimeMilliseconds(batch.Events()[^1].At)
            : null;

    public UpMark? Mark
    {
        get
        {
            using var command = _reads.Command(
                $"select up_at, last_seq, last_hash from {PostgresDb.Schema}.workspaces where id = $1 and up_at is not null"
            );
            using var row = command.ExecuteReader();
            return row.Read() ? UpMark.Of(row.GetInt64(0), (row.GetInt64(1), row.GetFieldValue<byte[]>(2))) : null;
        }
    }

    public string? HashAt(long seq)
    {
        try
        {
            return Convert.ToHexStringLower(_history.HashAt(seq));
        }
        catch (JournalCorruptException)
        {
            // Which event is wrong, and how, is found where the chain is gone through.
            return null;
        }
    }

    public IEnumerable<Recorded> Events() => _history.ReadAfter(0);

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => _reads.Snapshots(upTo);

    public IReadOnlyList<long> SnapshotSeqs() => [.. _reads.SnapshotLengths().Select(stored => stored.Seq)];

    public IEnumerable<BatchRow> Batches() => _reads.All();

    public IEnumerable<KeptContent> Contents() => _reads.Contents();

    public IEnumerable<StoredAnswer> Answers() =>
        _reads.Answers().Where(a => a.Answer is not null).Select(a => a.Answer!.Value);

    public IEnumerable<string> AnswerFaults() =>
        from stored in _reads.Answers()
        where
            stored.Answer is not { } answer
            || !System.Text.Encoding.UTF8.GetBytes(answer.Answer.Key).AsSpan().SequenceEqual(stored.Key)
        select $"The answer under the key {Convert.ToHexStringLower(stored.Key)} cannot be read, or is another key's";

    public string ItemsMend =>
        $"with the server stopped, run delete from {PostgresDb.Schema}.item_events where workspace = '{_workspace}'";

    public IEnumerable<(long First, long Last)> ItemFaults()
    {
        // A server may append meanwhile: what it adds from here on is not compared.
        var last = LastSeq;
        var rows = new HashSet<(int, long)>();
        using (
            var command = _reads.Command(
                $"select item, seq from {PostgresDb.Schema}.item_events where workspace = $1 and seq <= $2",
                last
            )
        )
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
                rows.Add((row.GetInt32(0), row.GetInt64(1)));
        }
        foreach (var recorded in Events().TakeWhile(e => e.Seq <= last))
        {
            if (recorded.Event.ItemId is { } item && !rows.Remove((item.Number, recorded.Seq)))
                yield return (recorded.Seq, recorded.Seq);
        }
        foreach (var (_, seq) in rows)
            yield return (seq, seq);
    }

    public IEnumerable<(int Number, Item? Item)> Archived() =>
        _reads.Archived().Select(row => (row.Number, TryRead(row.Data)));

    public void Dispose() { }

    private static Item? TryRead(byte[] data)
    {
        try
        {
            return ArchivedItem.Unpack(data);
        }
        catch (DamagedRecordException)
        {
            // Doctor reports the item by its number; what is wrong with its bytes helps nobody.
            return null;
        }
    }
}
