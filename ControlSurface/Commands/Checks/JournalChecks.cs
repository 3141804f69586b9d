using System.Globalization;
using System.Text.Json;
using ControlSurface.Core.Engine;
using ControlSurface.Core.Workspaces;
using ControlSurface.Storage;

namespace ControlSurface.Commands.Checks;

/// <summary>The journal as a chain of events: its format, its end, and the state that all events lead to.</summary>
internal sealed class JournalChecks(ExaminedFolder at) : CheckGroup(at)
{
    private const string RestoreBackup =
        "The server does not start on it. Keep a copy of the folder as it is, and restore the newest backup.";

    // The clocks of two machines differ a little even where both are right.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    internal void Missing(string name, string? file) => Good(name, file, "There is no journal yet.");

    internal void Format(string name, string? file)
    {
        using var journal = At.OpenJournal();
        try
        {
            journal.CheckFormat();
            Good(name, file, Invariant($"{journal.Format}, which this version knows"));
        }
        catch (DataFolderException other)
        {
            Wrong(name, file, other.Message, "Nothing else of the journal can be trusted to be understood here.");
        }
    }

    // A missing tail breaks no chain. The mark that the server writes every second says how far the journal went.
    internal void Head(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var mark = journal.Mark;
        var last = journal.LastSeq;
        if (mark is null)
            Good(name, file, Invariant($"seq {last}; no server has marked yet how far it went"));
        else if (mark.Seq > last)
            Wrong(
                name,
                file,
                Invariant($"The end of the journal is missing: it went up to seq {mark.Seq}, and ends at {last}."),
                RestoreBackup
            );
        else if (mark.Seq > 0 && journal.HashAt(mark.Seq) != mark.Hash)
            Wrong(name, file, Invariant($"Seq {mark.Seq} is not the one that the server marked last."), RestoreBackup);
        else
            Good(name, file, Invariant($"seq {last}, marked at {mark.Seq}"));
    }

    // The whole journal is replayed, and each snapshot compared with the state that the replay passes through.
    internal void History(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var snapshots = journal.SnapshotSeqs().ToHashSet();
        var workspace = new Workspace();
        var wrong = new List<long>();
        foreach (var recorded in journal.Events())
        {
            if (!Fits(workspace, recorded))
                return;
            // One at a time: all of them together may be much longer than the state.
            if (
                snapshots.Contains(recorded.Seq)
                && !Matches(workspace, journal.Snapshots(recorded.Seq).FirstOrDefault())
            )
                wrong.Add(recorded.Seq);
        }
        At.Replayed = workspace;
        wrong.AddRange(snapshots.Where(seq => seq > workspace.Seq));
        var digest = Convert.ToHexStringLower(Digest.Of(workspace.ToState()))[..16];
        Good(name, file, Invariant($"{workspace.Seq:n0} events check, state {digest}"));
        if (wrong.Count == 0)
            Good("snapshots", file, Invariant($"{snapshots.Count} match the journal"));
        else
            Wrong(
                "snapshots",
                file,
                $"Not what the journal says: seq {string.Join(", ", wrong)}.",
                "The server passes them over and reads more of the journal; it makes new ones."
            );
    }

    // The chain can be intact and an event still impossible: somebody put the folder together by hand.
    private bool Fits(Workspace workspace, Recorded recorded)
    {
        try
        {
            workspace.Evolve(recorded);
            return true;
        }
        catch (Exception failure)
        {
            Wrong(
                "replay",
                At.Journal,
                Invariant(
                    $"Seq {recorded.Seq} ({recorded.Event.Type}) does not fit what came before it: {failure.Message}"
                ),
                RestoreBackup
            );
            return false;
        }
    }

    private static bool Matches(Workspace workspace, Snapshot? snapshot)
    {
        if (snapshot?.Seq != workspace.Seq)
            return false; // It does not unpack, and the one before it was read.
        var replayed = Digest.Of(workspace.ToState());
        try
        {
            return replayed.AsSpan().SequenceEqual(snapshot.Digest)
                && replayed.AsSpan().SequenceEqual(Digest.Of(StateJson.Read(snapshot.State)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal void Clock(string name, string? file)
    {
        using var journal = At.OpenJournal();
        var now = At.Clock.GetUtcNow();
        var newest = Math.Max(journal.LastAt?.ToUnixTimeMilliseconds() ?? 0, journal.Mark?.At ?? 0);
        var lastAt = DateTimeOffset.FromUnixTimeMilliseconds(newest);
        if (lastAt > now + ClockTolerance)
            Wrong(
                name,
                file,
                Invariant(
                    $"This machine's clock is behind the journal: it says {now:yyyy-MM-dd HH:mm:ss} UTC, and the last that happened was at {lastAt:yyyy-MM-dd HH:mm:ss} UTC."
                ),
                "Set the clock right. Where it is right and an earlier start had a wrong one, the server goes on from the journal's time and says so."
            );
        else
            Good(
                name,
                file,
                newest == 0
                    ? "nothing has happened yet"
                    : Invariant($"the last was at {lastAt:yyyy-MM-dd HH:mm:ss} UTC")
            );
    }
}
