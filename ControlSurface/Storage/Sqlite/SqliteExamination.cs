using System.Data.Common;
using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary><c>journal.db</c> as <c>doctor</c> reads it.</summary>
internal sealed class SqliteExamination : IJournalExamination
{
    private readonly string _file;
    private readonly JournalOptions _options;
    private readonly ReadConnections _reads;
    private readonly SqliteBatches _batches;
    private readonly JournalHistory _history;

    private SqliteExamination(string file, JournalOptions options)
    {
        _options = options;
        _file = file;
        _reads = new ReadConnections(file, timeoutSeconds: 30);
        _batches = new SqliteBatches(_reads);
        _history = new JournalHistory(_batches);
    }

    internal static SqliteExamination Open(string folder) => Open(folder, new JournalOptions());

    internal static SqliteExamination Open(string folder, JournalOptions options) =>
        new(DataFolder.JournalFileIn(folder), options);

    public string ItemsMend => "with the server stopped, run delete from marks where name = 'items.indexed'";

    public int Format => SqliteStorage.Format;

    public void CheckFormat() => SqliteStorage.RefuseOther(_file);

    public long LastSeq => _batches.Last();

    public DateTimeOffset? LastAt =>
        _batches.From(_batches.Last(), events: 1) is [.., var last]
            ? DateTimeOffset.FromUnixTimeMilliseconds(last.Events()[^1].At)
            : null;

    public UpMark? Mark
    {
        get
        {
            using var read = _reads.Rent();
            return JournalWriter.UpMarkIn(read.Connection);
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

    public IEnumerable<Snapshot> Snapshots(long upTo = long.MaxValue) => new SnapshotRows(_reads).UpTo(upTo);

    public IReadOnlyList<long> SnapshotSeqs() => new SnapshotRows(_reads).Seqs();

    public IEnumerable<BatchRow> Batches() => _batches.All();

    public IEnumerable<KeptContent> Contents()
    {
        using var read = _reads.Rent();
        using var select = read.Connection.Command("select hash, type, by, at, bytes from contents order by hash");
        using var row = select.ExecuteReader();
        while (row.Read())
            yield return new KeptContent(
                new ContentData(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(4)),
                new PrincipalId(row.GetInt32(2)),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))
            );
    }

    public IEnumerable<StoredAnswer> Answers()
    {
        foreach (var id in WaitingRows())
        {
            foreach (
                var stored in Unpacked(
                    "select data from recent where id = $id",
                    id,
                    row => AnswerCodec.Read(row.GetFieldValue<byte[]>(0))
                )
            )
                yield return stored;
        }
        foreach (var (_, block) in Blocks())
        {
            foreach (
                var stored in Unpacked(
                    "select keys, data from answer_blocks where rowid = $id",
                    block,
                    row => AnswerBlock.Read(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1))
                )
            )
                yield return stored;
        }
    }

    public IEnumerable<string> AnswerFaults()
    {
        foreach (var id in WaitingRows())
        {
            if (
                FaultOf(
                    "select data from recent where id = $id",
                    id,
                    row => AnswerCodec.Read(row.GetFieldValue<byte[]>(0))
                ) is
                { } fault
            )
                yield return string.Create(CultureInfo.InvariantCulture, $"Row {id} of recent {fault}.");
        }
        foreach (var (portion, block) in Blocks())
        {
            if (
                FaultOf("select keys, data, hash from answer_blocks where rowid = $id", block, CompareKeys) is { } fault
            )
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {block} of answer_blocks (portion {portion}) {fault}."
                );
        }
    }

    public IEnumerable<(long First, long Last)> ItemFaults() => ItemIndex.DamagedBlocks(_reads, _options);

    // An answer is found by the keys that stand beside it: they have to be its own.
    private static void CompareKeys(DbDataReader row)
    {
        var answers = AnswerBlock.Read(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1));
        var keys = AnswerBlock.ReadKeys(row.GetFieldValue<byte[]>(0));
        var own = answers.Select(a => new AnswerBlock.Key(
            a.Answer.Principal,
            a.Answer.Key,
            a.Answer.At.ToUnixTimeMilliseconds()
        ));
        if (!keys.SequenceEqual(own))
            throw new InvalidDataException("Its keys are not those of its answers.");
        if (keys.Count == 0 || keys.Min(k => AnswerCodec.HashOf(k.Principal, k.Text)) != row.GetInt64(2))
            throw new InvalidDataException("Its hash is not that of its first key.");
    }

    private string? FaultOf(string sql, long id, Action<DbDataReader> look)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, ("$id", id));
        using var row = command.ExecuteReader();
        try
        {
            // A server that runs meanwhile may have moved or dropped the row.
            if (row.Read())
                look(row);
            return null;
        }
        catch (InvalidDataException failure)
        {
            return "cannot be relied on: " + failure.Message.TrimEnd('.');
        }
    }

    public IEnumerable<(int Number, Item? Item)> Archived()
    {
        using var read = _reads.Rent();
        using var select = read.Connection.Command("select item, data from archive order by item");
        using var row = select.ExecuteReader();
        while (row.Read())
            yield return (row.GetInt32(0), TryRead(row.GetFieldValue<byte[]>(1)));
    }

    public void Dispose() => _reads.Dispose();

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

    // A server that runs meanwhile may have moved the row: what it moved is found in a portion.
    private List<StoredAnswer> Unpacked(string sql, long id, Func<DbDataReader, List<StoredAnswer>> unpack)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, ("$id", id));
        try
        {
            using var row = command.ExecuteReader();
            return row.Read() ? unpack(row) : [];
        }
        catch (InvalidDataException)
        {
            return []; // AnswerFaults reports it.
        }
    }

    private List<long> WaitingRows() =>
        Ids("select id from recent where id > coalesce((select max(up_to) from portions), 0)");

    private IEnumerable<(long Portion, long Block)> Blocks()
    {
        foreach (var portion in Ids("select id from portions"))
        {
            var sql = string.Create(
                CultureInfo.InvariantCulture,
                $"select rowid from answer_blocks where portion = {portion}"
            );
            foreach (var block in Ids(sql))
                yield return (portion, block);
        }
    }

    private List<long> Ids(string sql)
    {
        using var read = _reads.Rent();
        return read.Connection.Rows(sql, row => row.GetInt64(0));
    }
}
