using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Sqlite;

/// <summary><c>journal.db</c> as <c>doctor</c> reads it.</summary>
internal sealed class SqliteExamination : IJournalExamination
{
    private readonly string _file;
    private readonly ReadConnections _reads;
    private readonly JournalHistory _history;

    private SqliteExamination(string file)
    {
        _file = file;
        _reads = new ReadConnections(file, timeoutSeconds: 30);
        _history = new JournalHistory(_reads);
    }

    internal static SqliteExamination Open(string folder) => new(DataFolder.JournalFileIn(folder));

    public int Format => SqliteStorage.Format;

    public void CheckFormat() => SqliteStorage.RefuseOther(_file);

    public long LastSeq
    {
        get
        {
            using var read = _reads.Rent();
            return BatchRows.Last(read.Connection);
        }
    }

    public DateTimeOffset? LastAt
    {
        get
        {
            using var read = _reads.Rent();
            return BatchRows.From(read.Connection, BatchRows.Last(read.Connection), events: 1) is [.., var last]
                ? DateTimeOffset.FromUnixTimeMilliseconds(last.Events()[^1].At)
                : null;
        }
    }

    public string? Mark
    {
        get
        {
            using var read = _reads.Rent();
            return read.Connection.Scalar("select value from marks where name = 'up'");
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

    public IEnumerable<Snapshot> Snapshots() => _history.Snapshots();

    public IEnumerable<(string Hash, byte[] Bytes)> Contents()
    {
        using var read = _reads.Rent();
        using var select = read.Connection.Command("select hash, bytes from contents order by hash");
        using var row = select.ExecuteReader();
        while (row.Read())
            yield return (row.GetString(0), row.GetFieldValue<byte[]>(1));
    }

    public IEnumerable<(KeptAnswer Answer, bool IsIntact)> Answers()
    {
        var portions = Ids("select id from portions");
        foreach (var id in Ids("select id from recent where id > coalesce((select max(up_to) from portions), 0)"))
        {
            foreach (var stored in Unpacked("select data from recent where id = $id", id, AnswerCodec.Read))
                yield return (stored.Answer, stored.IsIntact);
        }
        foreach (var portion in portions)
        {
            foreach (
                var block in Ids(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"select rowid from answer_blocks where portion = {portion}"
                    )
                )
            )
            {
                foreach (
                    var stored in Unpacked(
                        "select data from answer_blocks where rowid = $id",
                        block,
                        AnswerBlock.ReadData
                    )
                )
                    yield return (stored.Answer, stored.IsIntact);
            }
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

    private delegate List<StoredAnswer> Unpacking(ReadOnlySpan<byte> data);

    // A server that runs meanwhile may have moved the row: what it moved is found in a portion.
    private List<StoredAnswer> Unpacked(string sql, long id, Unpacking unpack)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, ("$id", id));
        return command.ExecuteScalar() is byte[] data ? unpack(data) : [];
    }

    private List<long> Ids(string sql)
    {
        using var read = _reads.Rent();
        return read.Connection.Rows(sql, row => row.GetInt64(0));
    }
}
