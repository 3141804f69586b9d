using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Reads the snapshots of <c>journal.db</c>.</summary>
internal sealed class SnapshotRows(ReadConnections reads)
{
    /// <inheritdoc cref="ISnapshots.Snapshots"/>
    internal IEnumerable<Snapshot> All()
    {
        foreach (var seq in SnapshotSeqs())
        {
            if (ReadSnapshot(seq) is { } snapshot)
                yield return snapshot;
        }
    }

    private List<long> SnapshotSeqs()
    {
        using var read = reads.Rent();
        return read.Connection.Rows("select seq from snapshots order by seq desc", row => row.GetInt64(0));
    }

    private Snapshot? ReadSnapshot(long seq)
    {
        using var read = reads.Rent();
        using var command = read.Connection.Command(
            "select digest, length, state from snapshots where seq = $seq",
            ("$seq", seq)
        );
        return StoredSnapshot.Read(seq, command);
    }
}
