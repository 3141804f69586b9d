namespace ControlSurface.Content;

/// <summary>One line of one of three texts that stand beside each other.</summary>
/// <param name="Number">Number of the line, from 1; null where the text has none here.</param>
/// <param name="Marks">The words in which it differs from the base, or for the base from the others.</param>
/// <param name="IsChanged">It is another line than in the base.</param>
public sealed record ThreeCell(int? Number, string Text, IReadOnlyList<Mark> Marks, bool IsChanged)
{
    internal static ThreeCell None { get; } = new(null, "", [], false);
}

/// <summary>One row of three texts beside each other; or some lines that are the same in all of them, folded.</summary>
/// <param name="Folded">How many lines it stands for; 0 for a row of lines.</param>
/// <param name="Place">Number of the place to settle that it belongs to, from 1; null where there is nothing to settle.</param>
public sealed record ThreeRow(ThreeCell Base, ThreeCell Current, ThreeCell Proposed, int Folded, int? Place);

/// <summary>Lays a merge out in rows: what goes together stands side by side, what nobody changed is folded.</summary>
public static class ThreeRows
{
    private const int Around = 2; // lines of context before and after what changed
    private const double Alike = 0.4; // below it two lines are not compared word by word, as in a difference of two

    /// <summary>The rows of a merge of these three texts.</summary>
    public static IReadOnlyList<ThreeRow> Of(MergeResult merge, string baseText, string current, string proposed)
    {
        var (origin, mine, theirs) = (TextLine.Split(baseText), TextLine.Split(current), TextLine.Split(proposed));
        var rows = new List<ThreeRow>();
        var budget = new WorkBudget(WordMarks.Steps);
        var place = 0;
        for (var at = 0; at < merge.Hunks.Count; at++)
        {
            var hunk = merge.Hunks[at];
            if (hunk.Side == MergeSide.Base)
            {
                var (head, tail) = (at == 0 ? 0 : Around, at == merge.Hunks.Count - 1 ? 0 : Around);
                Same(hunk, head, tail);
                continue;
            }
            var number = hunk.Side == MergeSide.Conflict ? ++place : (int?)null;
            var count = Math.Max(hunk.Base.Count, Math.Max(hunk.Current.Count, hunk.Proposed.Count));
            for (var k = 0; k < count; k++)
                rows.Add(Row(hunk, k, number));
        }
        return rows;

        void Same(MergeHunk hunk, int head, int tail)
        {
            var folded = hunk.Base.Count - head - tail;
            for (var k = 0; k < hunk.Base.Count; k++)
            {
                if (k == head && folded > 1)
                {
                    rows.Add(new ThreeRow(ThreeCell.None, ThreeCell.None, ThreeCell.None, folded, Place: null));
                    k += folded - 1;
                    continue;
                }
                rows.Add(Row(hunk, k, number: null));
            }
        }

        ThreeRow Row(MergeHunk hunk, int k, int? number)
        {
            var was = Line(origin, hunk.Base, k);
            var (left, gone) = Beside(was, Line(mine, hunk.Current, k), hunk.Current.Start + k + 1, budget);
            var (right, goneToo) = Beside(was, Line(theirs, hunk.Proposed, k), hunk.Proposed.Start + k + 1, budget);
            var before = was is { } text
                ? new ThreeCell(hunk.Base.Start + k + 1, text, [.. gone.Concat(goneToo).OrderBy(m => m.Start)], false)
                : ThreeCell.None;
            return new ThreeRow(before, left, right, Folded: 0, number);
        }
    }

    private static string? Line(IReadOnlyList<TextLine> lines, LineRange range, int k) =>
        k < range.Count ? lines[range.Start + k].Text : null;

    private static (ThreeCell Cell, IReadOnlyList<Mark> Gone) Beside(
        string? was,
        string? now,
        int number,
        WorkBudget budget
    )
    {
        if (now is null)
            return (ThreeCell.None, was is { Length: > 0 } ? [new Mark(0, was.Length)] : []);
        if (was == now)
            return (new ThreeCell(number, now, [], false), []);
        if (was is null || WordMarks.Likeness(was, now) < Alike)
            return (new ThreeCell(number, now, [], true), was is { Length: > 0 } ? [new Mark(0, was.Length)] : []);
        var (old, @new) = WordMarks.Of(was, now, budget);
        return (new ThreeCell(number, now, @new, true), old);
    }
}
