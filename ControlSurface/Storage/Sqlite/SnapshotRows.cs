using ControlSurface.Core.Engine;
using ControlSurface.Storage.Journaling;

namespace ControlSurface.Storage.Sqlite;

/// <summary>Reads the snapshots of <c>journal.db</c>.</summary>
internal sealed class SnapshotRows(ReadConnections reads)
{
    /// <inheritdoc cref="ISnapshots.Snapshots"/>
    internal IEnumerable<Snapshot> UpTo(long last)
    {
        foreach (var seq in Seqs().Where(seq => seq <= last))
        {
            if (ReadSnapshot(seq) is { } snapshot)
                yield return snapshot;
        }
    }

    /// <inheritdoc cref="IJournalExamination.SnapshotSeqs"/>
    internal List<long> Seqs()
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
