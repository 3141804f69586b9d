using System.Runtime.InteropServices;
using System.Text;

namespace ControlSurface.Content;

/// <summary>Whose lines a stretch of a merge has.</summary>
public enum MergeSide
{
    /// <summary>Nobody changed it.</summary>
    Base,

    /// <summary>Only the current version changed it.</summary>
    Current,

    /// <summary>Only the proposed version changed it.</summary>
    Proposed,

    /// <summary>Both changed it, and to the same.</summary>
    Both,

    /// <summary>Both changed it, each in its own way: somebody has to settle it.</summary>
    Conflict,
}

/// <summary>Some lines of a text.</summary>
/// <param name="Start">First line, from 0; where <paramref name="Count"/> is 0, the line before which they would be.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LineRange(int Start, int Count);

/// <summary>One stretch of a merge and where it is in each of the three texts.</summary>
/// <param name="Lines">What the merge has there; for a conflict, nothing yet.</param>
public sealed record MergeHunk(
    MergeSide Side,
    LineRange Base,
    LineRange Current,
    LineRange Proposed,
    IReadOnlyList<TextLine> Lines
);

/// <summary>What a merge came to.</summary>
/// <param name="Text">The merged text; null while there are conflicts.</param>
/// <param name="ConflictCount">Places to settle.</param>
/// <param name="Hunks">All of it in order, also what nobody changed.</param>
public sealed record MergeResult(string? Text, int ConflictCount, IReadOnlyList<MergeHunk> Hunks)
{
    /// <summary>Both changes go together, and nothing has to be settled.</summary>
    public bool IsClean => ConflictCount == 0;
}

/// <summary>
/// A three-way merge by lines. A pure function: the same three texts give the same merge everywhere. What touches counts as the
/// same place, so two changes to neighbouring lines are a conflict: better settled once too often than merged wrongly.
/// </summary>
public static class ThreeWay
{
    /// <summary>Puts the changes that lead from the base to either side together.</summary>
    /// <param name="baseText">What both began from.</param>
    /// <param name="current">What it became in the meantime.</param>
    /// <param name="proposed">What someone made of the base, not knowing of <paramref name="current"/>.</param>
    public static MergeResult Merge(string baseText, string current, string proposed)
    {
        var (origin, mine, theirs) = (TextLine.Split(baseText), TextLine.Split(current), TextLine.Split(proposed));
        var (toMine, toTheirs) = (Places(origin, mine), Places(origin, theirs));
        var hunks = new List<MergeHunk>();
        var (o, m, t) = (0, 0, 0);
        while (o < origin.Count || m < mine.Count || t < theirs.Count)
        {
            var kept = 0;
            while (o + kept < origin.Count && toMine[o + kept] == m + kept && toTheirs[o + kept] == t + kept)
                kept++;
            if (kept > 0)
                Take(kept, kept, kept);
            // On to the next line of the base that both still have: what lies before it on the three sides is one place.
            var next = o;
            while (next < origin.Count && (toMine[next] < 0 || toTheirs[next] < 0))
                next++;
            var (mEnd, tEnd) = next < origin.Count ? (toMine[next], toTheirs[next]) : (mine.Count, theirs.Count);
            if (next > o || mEnd > m || tEnd > t)
                Take(next - o, mEnd - m, tEnd - t);
        }
        var conflicts = hunks.Count(hunk => hunk.Side == MergeSide.Conflict);
        var text = conflicts == 0 ? TextLine.Join(hunks.SelectMany(hunk => hunk.Lines)) : null;
        return new MergeResult(text, conflicts, hunks);

        void Take(int os, int ms, int ts)
        {
            var (side, lines) = Settle(Slice(origin, o, os), Slice(mine, m, ms), Slice(theirs, t, ts));
            hunks.Add(new MergeHunk(side, new(o, os), new(m, ms), new(t, ts), lines));
            (o, m, t) = (o + os, m + ms, t + ts);
        }
    }

    /// <summary>
    /// The merge as text to be edited, with both readings of each conflict between marks, each on a line of its own:
    /// <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; name</c>, <c>=======</c>, <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; name</c>.
    /// </summary>
    public static string Marked(
        MergeResult merge,
        string current,
        string proposed,
        string currentName,
        string proposedName
    )
    {
        var (mine, theirs) = (TextLine.Split(current), TextLine.Split(proposed));
        var text = new StringBuilder();
        foreach (var hunk in merge.Hunks)
        {
            if (hunk.Side != MergeSide.Conflict)
            {
                text.Append(TextLine.Join(hunk.Lines));
                continue;
            }
            OnOwnLine($"<<<<<<< {currentName}\n");
            text.Append(TextLine.Join(Slice(mine, hunk.Current.Start, hunk.Current.Count)));
            OnOwnLine("=======\n");
            text.Append(TextLine.Join(Slice(theirs, hunk.Proposed.Start, hunk.Proposed.Count)));
            OnOwnLine($">>>>>>> {proposedName}\n");
        }
        return text.ToString();

        void OnOwnLine(string mark)
        {
            if (text.Length > 0 && text[^1] != '\n')
                text.Append('\n');
            text.Append(mark);
        }
    }

    /// <summary>Whether a line of a clean merge, from 0, is another than in the base; of one that is not clean, none is.</summary>
    public static Func<int, bool> Changed(MergeResult merge)
    {
        var changed = new HashSet<int>();
        var at = 0;
        foreach (var hunk in merge.IsClean ? merge.Hunks : [])
        {
            for (var k = 0; k < hunk.Lines.Count; k++, at++)
            {
                if (hunk.Side != MergeSide.Base)
                    changed.Add(at);
            }
        }
        return changed.Contains;
    }

    private static (MergeSide, IReadOnlyList<TextLine>) Settle(
        IReadOnlyList<TextLine> origin,
        IReadOnlyList<TextLine> mine,
        IReadOnlyList<TextLine> theirs
    )
    {
        var (keptMine, keptTheirs) = (mine.SequenceEqual(origin), theirs.SequenceEqual(origin));
        return (keptMine, keptTheirs) switch
        {
            (true, true) => (MergeSide.Base, origin),
            (false, true) => (MergeSide.Current, mine),
            (true, false) => (MergeSide.Proposed, theirs),
            _ when mine.SequenceEqual(theirs) => (MergeSide.Both, mine),
            _ => (MergeSide.Conflict, []),
        };
    }

    // For each line of the base, its place on the side; −1 where it is gone.
    private static int[] Places(IReadOnlyList<TextLine> origin, IReadOnlyList<TextLine> side)
    {
        var places = new int[origin.Count];
        Array.Fill(places, -1);
        foreach (
            var match in LineMatch.Of([.. origin.Select(line => line.Whole)], [.. side.Select(line => line.Whole)])
        )
        {
            for (var k = 0; k < match.Length; k++)
                places[match.Old + k] = match.New + k;
        }
        return places;
    }

    private static IReadOnlyList<TextLine> Slice(IReadOnlyList<TextLine> lines, int start, int count)
    {
        var slice = new TextLine[count];
        for (var k = 0; k < count; k++)
            slice[k] = lines[start + k];
        return slice;
    }
}
