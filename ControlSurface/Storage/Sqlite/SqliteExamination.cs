using System.Globalization;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Items;
using ControlSurface.Core.Vocabulary;
using ControlSurface.Core.Workspaces;

namespace ControlSurface.Storage.Sqlite;

/// <summary><c>journal.db</c> as <c>doctor</c> reads it.</summary>
internal sealed class SqliteExamination : IJournalExamination
{
    private const int Workspace = 1;
    private readonly string _file;
    private readonly ReadConnections _reads;
    private readonly JournalHistory _history;

    private SqliteExamination(string file)
    {
        _file = file;
        _reads = new ReadConnections(file, timeoutSeconds: 30);
        _history = new JournalHistory(_reads, Workspace);
    }

    internal static SqliteExamination Open(string folder) => new(DataFolder.JournalFileIn(folder));

    public int Format => SqliteStorage.Format;

    public void CheckFormat() => SqliteStorage.RefuseNewer(_file);

    public long LastSeq => Number("select coalesce(max(seq), 0) from journal where workspace = $workspace") ?? 0;

    public DateTimeOffset? LastAt =>
        Number("select max(at) from journal where workspace = $workspace") is { } at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;

    public string? Mark
    {
        get
        {
            using var read = _reads.Rent();
            return read.Connection.Scalar(
                string.Create(CultureInfo.InvariantCulture, $"select value from marks where name = 'up.{Workspace}'")
            );
        }
    }

    public string? HashAt(long seq)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(
            "select hash from journal where workspace = $workspace and seq = $seq",
            ("$workspace", Workspace),
            ("$seq", seq)
        );
        return command.ExecuteScalar() is byte[] hash ? Convert.ToHexStringLower(hash) : null;
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
        using var read = _reads.Rent();
        var isSummed = SchemaPart.In(read.Connection).Any(part => part.Name == "answers.sum");
        using var select = read.Connection.Command(
            $"select principal, key, fingerprint, status, body, location, at, {(isSummed ? "sum" : "null")} from answers"
        );
        using var row = select.ExecuteReader();
        while (row.Read())
        {
            var answer = new KeptAnswer(
                new PrincipalId(row.GetInt32(0)),
                row.GetString(1),
                row.GetFieldValue<byte[]>(2),
                row.GetInt32(3),
                row.GetFieldValue<byte[]>(4),
                row.TextAt(5),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6))
            );
            yield return (
                answer,
                row.IsDBNull(7) || AnswerSum.Of(answer).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(7))
            );
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
            return StateJson.ReadItem(data);
        }
        catch (Exception)
        {
            // Doctor reports the item by its number; what is wrong with its bytes helps nobody.
            return null;
        }
    }

    private long? Number(string sql)
    {
        using var read = _reads.Rent();
        using var command = read.Connection.Command(sql, ("$workspace", Workspace));
        return command.ExecuteScalar() as long?;
    }
}
