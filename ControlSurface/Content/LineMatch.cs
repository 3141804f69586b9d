using System.Runtime.InteropServices;
using DiffPlex;

namespace ControlSurface.Content;

/// <summary>A stretch of lines that is the same on both sides.</summary>
/// <param name="Old">First line on the old side, from 0.</param>
/// <param name="New">First line on the new side, from 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Match(int Old, int New, int Length);

/// <summary>
/// Which lines two texts have in common, in order: what a difference shows and what a merge keeps. Lines that occur once on
/// each side are found first and divide the texts; DiffPlex finds the rest in between, where little is left to search. So the
/// time grows with the length of the texts and hardly with how much they differ.
/// </summary>
internal static class LineMatch
{
    // Above this many lines without a single one to hold on to, both sides are searched in windows of this size, or a smaller one
    // where there are so many lines that all windows together would take too long.
    private const int WindowLines = 1_500;
    private const int LeastWindow = 64;
    private const long WindowSteps = 60_000_000;

    // Looking for lines to hold on to reads a stretch once; a text can be made that has it read over and over.
    private const long AnchorSteps = 8_000_000;

    // A text can be made so that each division peels off one line; nothing that is not made so comes near.
    private const int MaxDepth = 48;

    /// <summary>The stretches in order, none touching the next on both sides.</summary>
    public static IReadOnlyList<Match> Of(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var (a, b) = Number(old, @new);
        var found = new List<Match>();
        var open = new Stack<(int A0, int A1, int B0, int B1, int Depth)>();
        open.Push((0, a.Length, 0, b.Length, 0));
        var budget = new WorkBudget(AnchorSteps);
        var window = (int)Math.Clamp(WindowSteps / Math.Max(1, a.Length + b.Length), LeastWindow, WindowLines);
        while (open.TryPop(out var at))
            Divide(a, b, at, open, found, budget, window);
        found.Sort((x, y) => x.Old.CompareTo(y.Old));
        return Joined(found);
    }

    // Lines become numbers: equal lines, equal numbers.
    private static (int[] Old, int[] New) Number(IReadOnlyList<string> old, IReadOnlyList<string> @new)
    {
        var numbers = new Dictionary<string, int>(old.Count, StringComparer.Ordinal);
        return (Numbers(old), Numbers(@new));

        int[] Numbers(IReadOnlyList<string> lines)
        {
            var side = new int[lines.Count];
            for (var k = 0; k < side.Length; k++)
            {
                if (!numbers.TryGetValue(lines[k], out side[k]))
                    numbers.Add(lines[k], side[k] = numbers.Count);
            }
            return side;
        }
    }

    private static void Divide(
        int[] a,
        int[] b,
        (int A0, int A1, int B0, int B1, int Depth) at,
        Stack<(int, int, int, int, int)> open,
        List<Match> found,
        WorkBudget budget,
        int window
    )
    {
        var (a0, a1, b0, b1, depth) = at;
        var head = 0;
        while (a0 + head < a1 && b0 + head < b1 && a[a0 + head] == b[b0 + head])
            head++;
        if (head > 0)
            found.Add(new Match(a0, b0, head));
        (a0, b0) = (a0 + head, b0 + head);
        var tail = 0;
        while (a0 < a1 - tail && b0 < b1 - tail && a[a1 - tail - 1] == b[b1 - tail - 1])
            tail++;
        if (tail > 0)
            found.Add(new Match(a1 - tail, b1 - tail, tail));
        (a1, b1) = (a1 - tail, b1 - tail);
        if (a0 == a1 || b0 == b1)
            return;
        var divides = depth < MaxDepth && budget.TryTake(a1 - a0 + (b1 - b0));
        var anchors = divides ? Anchors(a, a0, a1, b, b0, b1) : [];
        if (anchors.Count == 0)
        {
            Search(a, a0, a1, b, b0, b1, found, window);
            return;
        }
        foreach (var (atA, atB) in anchors)
        {
            found.Add(new Match(atA, atB, 1));
            open.Push((a0, atA, b0, atB, depth + 1));
            (a0, b0) = (atA + 1, atB + 1);
        }
        open.Push((a0, a1, b0, b1, depth + 1));
    }

    // Lines that occur once on each side, as many of them as keep their order.
    private static List<(int A, int B)> Anchors(int[] a, int a0, int a1, int[] b, int b0, int b1)
    {
        var seen = new Dictionary<int, (int CountA, int CountB, int AtB)>();
        for (var k = a0; k < a1; k++)
            seen[a[k]] = seen.TryGetValue(a[k], out var had) ? (had.CountA + 1, 0, 0) : (1, 0, 0);
        for (var k = b0; k < b1; k++)
        {
            if (seen.TryGetValue(b[k], out var had))
                seen[b[k]] = (had.CountA, had.CountB + 1, k);
        }
        var once = new List<(int A, int B)>();
        for (var k = a0; k < a1; k++)
        {
            if (seen[a[k]] is (1, 1, var atB))
                once.Add((k, atB));
        }
        return Rising(once);
    }

    // The longest run of pairs whose second numbers rise (patience sorting).
    private static List<(int A, int B)> Rising(List<(int A, int B)> pairs)
    {
        var ends = new List<int>(); // ends[n]: the pair that the best run of n + 1 ends in
        var before = new int[pairs.Count];
        for (var k = 0; k < pairs.Count; k++)
        {
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pairs[ends[middle]].B < pairs[k].B)
                    low = middle + 1;
                else
                    high = middle;
            }
            before[k] = low > 0 ? ends[low - 1] : -1;
            if (low == ends.Count)
                ends.Add(k);
            else
                ends[low] = k;
        }
        var run = new List<(int A, int B)>(ends.Count);
        for (var k = ends.Count > 0 ? ends[^1] : -1; k >= 0; k = before[k])
            run.Add(pairs[k]);
        run.Reverse();
        return run;
    }

    // Nothing to hold on to: the lines that the other side has at all are left to DiffPlex.
    private static void Search(int[] a, int a0, int a1, int[] b, int b0, int b1, List<Match> found, int window)
    {
        var keptA = Kept(a, a0, a1, [.. b.AsSpan(b0, b1 - b0)]);
        var keptB = Kept(b, b0, b1, [.. a.AsSpan(a0, a1 - a0)]);
        if (keptA.Count == 0 || keptB.Count == 0)
            return;
        var windows = (Math.Max(keptA.Count, keptB.Count) + window - 1) / window;
        for (var w = 0; w < windows; w++)
            SearchWindow(a, b, Window(keptA, w, windows), Window(keptB, w, windows), found);
    }

    private static List<int> Kept(int[] side, int from, int to, HashSet<int> other)
    {
        var kept = new List<int>();
        for (var k = from; k < to; k++)
        {
            if (other.Contains(side[k]))
                kept.Add(k);
        }
        return kept;
    }

    private static int[] Window(List<int> places, int window, int windows)
    {
        var from = (int)((long)places.Count * window / windows);
        var to = (int)((long)places.Count * (window + 1) / windows);
        return [.. places.GetRange(from, to - from)];
    }

    private static void SearchWindow(int[] a, int[] b, int[] placesA, int[] placesB, List<Match> found)
    {
        var blocks = Pieces.Differ(
            Array.ConvertAll(placesA, at => a[at].ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Array.ConvertAll(placesB, at => b[at].ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
        foreach (var (oldAt, newAt, length) in blocks)
        {
            for (var k = 0; k < length; k++)
                found.Add(new Match(placesA[oldAt + k], placesB[newAt + k], 1));
        }
    }

    private static List<Match> Joined(List<Match> sorted)
    {
        var joined = new List<Match>();
        foreach (var match in sorted)
        {
            if (
                joined.Count > 0
                && joined[^1] is var last
                && last.Old + last.Length == match.Old
                && last.New + last.Length == match.New
            )
                joined[^1] = last with { Length = last.Length + match.Length };
            else
                joined.Add(match);
        }
        return joined;
    }
}

/// <summary>DiffPlex over pieces that are at hand already: the text that it is given only says whose pieces it asks for.</summary>
internal sealed class Pieces : IChunker
{
    private const string OldSide = "old";
    private const string NewSide = "new";
    private readonly string[] _old;
    private readonly string[] _new;

    private Pieces(string[] old, string[] @new) => (_old, _new) = (old, @new);

    /// <summary>The stretches of pieces that both have, in order.</summary>
    public static IReadOnlyList<Match> Differ(string[] old, string[] @new)
    {
        var result = DiffPlex.Differ.Instance.CreateDiffs(OldSide, NewSide, false, false, new Pieces(old, @new));
        var same = new List<Match>();
        var (atOld, atNew) = (0, 0);
        foreach (var block in result.DiffBlocks)
        {
            Take(block.DeleteStartA - atOld);
            (atOld, atNew) = (block.DeleteStartA + block.DeleteCountA, block.InsertStartB + block.InsertCountB);
        }
        Take(old.Length - atOld);
        return same;

        void Take(int length)
        {
            if (length > 0)
                same.Add(new Match(atOld, atNew, length));
        }
    }

    public IReadOnlyList<string> Chunk(string text) => text == OldSide ? _old : _new;
}
