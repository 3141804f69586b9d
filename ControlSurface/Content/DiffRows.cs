namespace ControlSurface.Content;

/// <summary>How a difference is laid out.</summary>
public enum DiffLayout
{
    /// <summary>Old at the left, new at the right.</summary>
    Side,

    /// <summary>Old above new.</summary>
    Inline,

    /// <summary>The new text alone, with what is new in it marked.</summary>
    Result,
}

/// <summary>The sign before a line.</summary>
public enum LineSign
{
    /// <summary>Both texts have it.</summary>
    None,

    /// <summary>Only the old text has it.</summary>
    Removed,

    /// <summary>Only the new text has it.</summary>
    Added,
}

/// <summary>A line in a row, or the part of a long one that the row has room for.</summary>
/// <param name="OldNumber">Number on the old side; null where there is none, and after a long line's first part.</param>
/// <param name="NewNumber">Number on the new side; null where there is none, and after a long line's first part.</param>
/// <param name="OfOld">Its characters are those of the old text.</param>
/// <param name="Line">Number of the line that it is a part of, on the side it is of.</param>
/// <param name="Note">What is said behind it, as "moved to line 40"; null for nothing.</param>
public sealed record DiffCell(
    int? OldNumber,
    int? NewNumber,
    LineSign Sign,
    bool OfOld,
    int Line,
    string Text,
    int Start,
    int Length,
    IReadOnlyList<Mark> Marks,
    bool IsMoved,
    string? Note
);

/// <summary>Lines that are the same and not shown.</summary>
/// <param name="First">The first of them among the pairs, from 0.</param>
public sealed record DiffFold(int First, int Count);

/// <summary>One row of a difference; all rows are of one height where they are many.</summary>
/// <param name="Left">The old line, or the only one where lines stand below each other; null for a gap.</param>
/// <param name="Right">The new line; null for a gap, and where lines stand below each other.</param>
/// <param name="Fold">What is folded away here; null for a row of lines.</param>
/// <param name="Change">Number of the change that begins in this row, from 0; −1 for none.</param>
public sealed record DiffRow(DiffCell? Left, DiffCell? Right, DiffFold? Fold, int Change = -1);

/// <summary>From a difference to the rows that are drawn.</summary>
public static class DiffRows
{
    /// <summary>Same lines that stay beside a change.</summary>
    public const int Context = 3;

    // Columns that a note takes beside its words.
    private const int NoteRoom = 4;

    // To fold fewer lines than this saves no room.
    private const int MinFold = 4;

    /// <param name="unfolded">First pairs of the stretches that the reader unfolded.</param>
    /// <param name="columns">Columns that a row has room for; a longer line goes on in the next row.</param>
    public static IReadOnlyList<DiffRow> Of(TextDiff diff, DiffLayout layout, IReadOnlySet<int> unfolded, int columns)
    {
        var rows = new List<DiffRow>(diff.Pairs.Count);
        var change = -1;
        for (var at = 0; at < diff.Pairs.Count; )
        {
            var end = at;
            var isSame = diff.Pairs[at].Kind == PairKind.Same;
            while (end < diff.Pairs.Count && diff.Pairs[end].Kind == PairKind.Same == isSame)
                end++;
            if (isSame)
            {
                Same(rows, diff, layout, unfolded, columns, at, end);
            }
            else
            {
                var first = rows.Count;
                Changed(rows, diff, layout, columns, at, end);
                change++;
                if (rows.Count > first)
                    rows[first] = rows[first] with { Change = change };
            }
            at = end;
        }
        return rows;
    }

    /// <summary>The rows of one text by itself.</summary>
    /// <param name="isNew">Whether a line, from 0, is marked as new; null for none.</param>
    public static IReadOnlyList<DiffRow> Plain(string text, int columns, Func<int, bool>? isNew = null)
    {
        var lines = TextLine.Split(text);
        var rows = new List<DiffRow>(lines.Count);
        var alone = new TextDiff([], 0, 0, 0, 0, 0, LineEnd.Lf, DiffOptions.Exact);
        for (var k = 0; k < lines.Count; k++)
        {
            var pair = new DiffPair(PairKind.Same, null, k + 1, lines[k], lines[k], [], []);
            foreach (var cell in Cells(pair, old: false, LineSign.None, alone, columns))
                rows.Add(
                    new DiffRow(isNew?.Invoke(k) == true ? cell with { Sign = LineSign.Added } : cell, null, null)
                );
        }
        return rows;
    }

    private static void Same(
        List<DiffRow> rows,
        TextDiff diff,
        DiffLayout layout,
        IReadOnlySet<int> unfolded,
        int columns,
        int from,
        int to
    )
    {
        var head = from == 0 ? 0 : Context;
        var tail = to == diff.Pairs.Count ? 0 : Context;
        var folded = to - from - head - tail;
        // A text without a change is shown whole.
        var folds = diff.Changes > 0 && folded >= MinFold && !unfolded.Contains(from + head);
        for (var k = from; k < to; k++)
        {
            if (folds && k == from + head)
            {
                rows.Add(new DiffRow(null, null, new DiffFold(k, folded)));
                k += folded - 1;
                continue;
            }
            var pair = diff.Pairs[k];
            if (layout == DiffLayout.Side)
                Both(
                    rows,
                    Cells(pair, old: true, LineSign.None, diff, columns),
                    Cells(pair, old: false, LineSign.None, diff, columns)
                );
            else
                Both(rows, Cells(pair, old: false, LineSign.None, diff, columns, both: true), []);
        }
    }

    private static void Changed(List<DiffRow> rows, TextDiff diff, DiffLayout layout, int columns, int from, int to)
    {
        if (layout == DiffLayout.Side)
        {
            for (var k = from; k < to; k++)
            {
                var pair = diff.Pairs[k];
                Both(
                    rows,
                    pair.OldNumber is null ? [] : Cells(pair, old: true, LineSign.Removed, diff, columns),
                    pair.NewNumber is null ? [] : Cells(pair, old: false, LineSign.Added, diff, columns)
                );
            }
            return;
        }
        for (var k = from; k < to && layout == DiffLayout.Inline; k++)
        {
            if (diff.Pairs[k].OldNumber is not null)
                Both(rows, Cells(diff.Pairs[k], old: true, LineSign.Removed, diff, columns), []);
        }
        for (var k = from; k < to; k++)
        {
            if (diff.Pairs[k].NewNumber is not null)
                Both(rows, Cells(diff.Pairs[k], old: false, LineSign.Added, diff, columns), []);
        }
    }

    private static void Both(List<DiffRow> rows, List<DiffCell> left, List<DiffCell> right)
    {
        for (var k = 0; k < Math.Max(left.Count, right.Count); k++)
            rows.Add(new DiffRow(k < left.Count ? left[k] : null, k < right.Count ? right[k] : null, null));
    }

    private static List<DiffCell> Cells(
        DiffPair pair,
        bool old,
        LineSign sign,
        TextDiff diff,
        int columns,
        bool both = false
    )
    {
        var line = old ? pair.Old : pair.New;
        var number = (old ? pair.OldNumber : pair.NewNumber)!.Value;
        var cells = new List<DiffCell>(1);
        for (var start = 0; start < line.Text.Length || start == 0; )
        {
            var end = Columns.End(line.Text, start, columns);
            var isLast = end >= line.Text.Length;
            cells.Add(
                new DiffCell(
                    start == 0 && (old || both) ? pair.OldNumber : null,
                    start == 0 && !old ? pair.NewNumber : null,
                    sign,
                    old,
                    number,
                    line.Text,
                    start,
                    end - start,
                    old ? pair.OldMarks : pair.NewMarks,
                    pair.MovedTo is not null || pair.MovedFrom is not null,
                    isLast ? Note(pair, line, sign, diff) : null
                )
            );
            if (isLast)
                break;
            start = end;
        }
        // What is said behind a line must not be cut off: where the row is full it has a row of its own.
        if (
            cells[^1] is { Note: { } note } last
            && Columns.Of(line.Text, last.Start, last.Length) + note.Length + NoteRoom > columns
            && last.Length > 0
        )
        {
            cells[^1] = last with { Note = null };
            cells.Add(last with { OldNumber = null, NewNumber = null, Start = line.Text.Length, Length = 0 });
        }
        return cells;
    }

    private static string? Note(DiffPair pair, TextLine line, LineSign sign, TextDiff diff)
    {
        if (sign == LineSign.None)
            return pair.Old != pair.New ? "blanks differ" : null;
        var move =
            pair.MovedTo is { } to ? $"moved to line {to}"
            : pair.MovedFrom is { } from ? $"moved from line {from}"
            : null;
        var differs = pair.Kind == PairKind.Changed && pair.Old.End != pair.New.End;
        if (!differs && line.End == diff.OldEnd)
            return move;
        var end = line.End switch
        {
            LineEnd.None => "no new line at the end",
            LineEnd.Lf => "ends in LF",
            LineEnd.CrLf => "ends in CRLF",
        };
        return move is null ? end : $"{move}, {end}";
    }
}

/// <summary>How much of a line a row has room for.</summary>
internal static class Columns
{
    /// <summary>Where the part that begins at <paramref name="start"/> ends: never within a character, and never at once.</summary>
    public static int End(string line, int start, int columns)
    {
        if (line.Length - start <= columns / 2)
            return line.Length;
        var (at, used, blank) = (start, 0, -1);
        while (at < line.Length)
        {
            _ = System.Text.Rune.DecodeFromUtf16(line.AsSpan(at), out var rune, out var length);
            var width = Width(rune);
            if (used + width > columns && at > start)
                return blank > 0 ? blank : at;
            used += width;
            at += length;
            // Between words, where one ends near the edge.
            if (rune.Value == ' ')
                blank = used * 4 > columns * 3 ? at : -1;
        }
        return at;
    }

    /// <summary>Columns that a part of a line takes.</summary>
    public static int Of(string line, int start, int length)
    {
        var used = 0;
        foreach (var rune in line.AsSpan(start, length).EnumerateRunes())
            used += Width(rune);
        return used;
    }

    // A tag in place of a hidden character is wider than a character; East Asian characters are two columns wide.
    private static int Width(System.Text.Rune rune) =>
        rune.Value is >= ' ' and <= '~' ? 1
        : rune.Value == '\t' ? 4
        : HiddenText.KindOf(rune.Value) is not null ? 8
        : rune.Value
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0x1F000 and <= 0x3FFFD)
            ? 2
        : 1;
}
