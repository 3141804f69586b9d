namespace ControlSurface.Core.Engine;

/// <summary>
/// Which snapshots a journal keeps. The newest few are for the next start: one may be damaged. Older ones are rungs down into the past:
/// the board of any moment is made from the rung below it and few enough events, so that a year ago opens as quickly as yesterday.
/// </summary>
public static class SnapshotLadder
{
    /// <summary>The newest snapshots, which all are kept.</summary>
    public const int Newest = 3;

    /// <summary>The most events between two rungs, where snapshots are made as often and are not big.</summary>
    public const long Rung = 200_000;

    // Rungs of a big board lie further apart: all of them together cost so many bytes, before they are packed, for each event.
    private const long BytesPerEvent = 100;

    /// <summary>Those that are to go. What was kept once is kept for good, unless it was among the newest.</summary>
    /// <param name="stored">The seq of each, and the length of its state in bytes before it is packed; in any order.</param>
    public static IReadOnlyList<long> Dropped(IEnumerable<(long Seq, long Length)> stored)
    {
        var rungs = stored.OrderBy(snapshot => snapshot.Seq).ToArray();
        var dropped = new List<long>();
        var below = 0L;
        for (var k = 0; k < rungs.Length - Newest; k++)
        {
            var most = Math.Max(Rung, rungs[k].Length / BytesPerEvent);
            if (rungs[k + 1].Seq - below <= most)
                dropped.Add(rungs[k].Seq);
            else
                below = rungs[k].Seq;
        }
        return dropped;
    }
}
