using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>The projections, which may lag behind the journal but never be ahead of it or of another one.</summary>
internal sealed class ProjectionChecks(ExaminedFolder at) : CheckGroup(at)
{
    private const int WorkspaceNumber = 1;

    internal void Projections(string name, string? file)
    {
        if (!File.Exists(file))
        {
            Good(name, file, "not there; made again from the journal when the server starts");
            return;
        }
        var wrong = At.Findings.Count;
        List<(long Seq, string Hash)> reached;
        using (var connection = Database.Open(file!, DatabaseAccess.ReadOnly, timeoutSeconds: 30))
            reached = connection.Rows(
                Invariant($"select seq, hash from progress where workspace = {WorkspaceNumber}"),
                row => (row.GetInt64(0), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1)))
            );
        var last = At.LastSeq();
        const string Mend = "Stop the server and delete the file, or just start it: it is made again from the journal.";
        foreach (var (seq, hash) in reached)
        {
            if (seq > last)
                Wrong(
                    name,
                    file,
                    Invariant($"It is ahead of the journal: it goes up to seq {seq}, and the journal ends at {last}."),
                    Mend
                );
            else if (seq > 0)
            {
                using var journal = At.OpenJournal();
                if (journal.HashAt(seq) != hash)
                    Wrong(name, file, Invariant($"It is of another journal: seq {seq} is not the same there."), Mend);
            }
        }
        if (At.Findings.Count == wrong)
            Good(
                name,
                file,
                reached is [var (upTo, _), ..] ? Invariant($"up to seq {upTo}") : "nothing was written there yet"
            );
    }
}
