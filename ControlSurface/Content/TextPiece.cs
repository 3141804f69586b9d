namespace ControlSurface.Content;

/// <summary>A part of a line as it is drawn.</summary>
/// <param name="Text">The characters themselves; the pieces together are the line.</param>
/// <param name="IsMarked">It differs from the line beside it.</param>
/// <param name="Found">What is not what it looks like about it; null for plain text.</param>
public readonly record struct TextPiece(string Text, bool IsMarked, Finding? Found)
{
    /// <summary>The pieces of a line, or of the part of it that one row shows.</summary>
    /// <param name="marks">What differs, in order.</param>
    /// <param name="found">What was found on the line, in order.</param>
    public static IReadOnlyList<TextPiece> Of(
        string line,
        int start,
        int length,
        IReadOnlyList<Mark> marks,
        ReadOnlySpan<Finding> found
    )
    {
        var end = start + length;
        // A line can be made of nothing but hidden characters: only those of this part are looked at again.
        var here = new List<Finding>();
        foreach (var finding in found)
        {
            if (finding.Kind != FindingKind.LongLine && finding.Start < end && finding.Start + finding.Length > start)
                here.Add(finding);
        }
        if (marks.Count == 0 && here.Count == 0)
            return length == 0 ? [] : [new TextPiece(line.Substring(start, length), false, null)];
        var edges = new SortedSet<int> { start, end };
        foreach (var mark in marks)
            Edge(mark.Start, mark.Length);
        foreach (var finding in here)
            Edge(finding.Start, finding.Length);
        var pieces = new List<TextPiece>(edges.Count);
        var from = start;
        foreach (var edge in edges.Skip(1))
        {
            pieces.Add(new TextPiece(line[from..edge], IsIn(marks, from), FoundAt(here, from)));
            from = edge;
        }
        return pieces;

        void Edge(int at, int count)
        {
            if (at > start && at < end)
                edges.Add(at);
            if (at + count > start && at + count < end)
                edges.Add(at + count);
        }
    }

    private static bool IsIn(IReadOnlyList<Mark> marks, int at)
    {
        foreach (var mark in marks)
        {
            if (at >= mark.Start && at < mark.Start + mark.Length)
                return true;
        }
        return false;
    }

    // Where several meet, what replaces the character wins over what underlines the word around it.
    private static Finding? FoundAt(List<Finding> found, int at)
    {
        Finding? best = null;
        foreach (var finding in found)
        {
            if (at < finding.Start || at >= finding.Start + finding.Length)
                continue;
            if (best is null || (best.Value.Tag is null && finding.Tag is not null))
                best = finding;
        }
        return best;
    }
}
