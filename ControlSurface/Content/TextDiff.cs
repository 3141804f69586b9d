namespace ControlSurface.Content;

/// <summary>What became of a line, or of two that stand side by side.</summary>
public enum PairKind
{
    /// <summary>On both sides.</summary>
    Same,

    /// <summary>An old line and the new one in its place.</summary>
    Changed,

    /// <summary>On the old side alone.</summary>
    Removed,

    /// <summary>On the new side alone.</summary>
    Added,
}

/// <summary>One line of a difference, or two side by side.</summary>
/// <param name="OldNumber">Number of the old line, from 1; null where there is none.</param>
/// <param name="NewNumber">Number of the new line, from 1; null where there is none.</param>
/// <param name="OldMarks">What differs within the old line; empty where all of it does.</param>
/// <param name="NewMarks">What differs within the new line; empty where all of it does.</param>
/// <param name="MovedTo">The number that a removed line has on the new side now; null where it is gone.</param>
/// <param name="MovedFrom">The number that an added line had on the old side; null where it is new.</param>
/// <param name="Change">Which change it belongs to, from 0; −1 for a line that is the same.</param>
public sealed record DiffPair(
    PairKind Kind,
    int? OldNumber,
    int? NewNumber,
    TextLine Old,
    TextLine New,
    IReadOnlyList<Mark> OldMarks,
    IReadOnlyList<Mark> NewMarks,
    int? MovedTo = null,
    int? MovedFrom = null,
    int Change = -1
);

/// <summary>How to compare.</summary>
/// <param name="IgnoreWhitespace">
/// Lines that differ only in blanks and tabs, or in how they end, count as the same; the new one is shown.
/// </param>
public sealed record DiffOptions(bool IgnoreWhitespace = false)
{
    /// <summary>Every character counts.</summary>
    public static DiffOptions Exact { get; } = new();
}

/// <summary>
/// The difference of two texts, line by line. The old and the new text can be put together again from the pairs, to the
/// character, so nothing that differs is left out.
/// </summary>
/// <param name="Added">Lines of the new text that the old one has not, in this place.</param>
/// <param name="Removed">Lines of the old text that the new one has not, in this place.</param>
/// <param name="Moved">Of those added, how many were only moved.</param>
/// <param name="Changes">Number of changes: runs of lines that differ.</param>
/// <param name="InBlanksOnly">Lines that count as the same and differ in whitespace or in how they end.</param>
/// <param name="OldEnd">How most lines of the old text end; what differs from it is said.</param>
public sealed record TextDiff(
    IReadOnlyList<DiffPair> Pairs,
    int Added,
    int Removed,
    int Moved,
    int Changes,
    int InBlanksOnly,
    LineEnd OldEnd,
    DiffOptions Options
)
{
    private static readonly IReadOnlyList<Mark> NoMarks = [];

    /// <summary>Lines that are new, gone, or other than they were; two lines side by side count once.</summary>
    public int ChangedLines => Pairs.Count(pair => pair.Kind != PairKind.Same);

    /// <summary>The difference that turns <paramref name="old"/> into <paramref name="new"/>.</summary>
    public static TextDiff Of(string old, string @new, DiffOptions options)
    {
        var (before, after) = (TextLine.Split(old), TextLine.Split(@new));
        var matches = LineMatch.Of(Keys(before, options), Keys(after, options));
        var moved = MovedLines.Of(before, after, matches);
        var pairs = new List<DiffPair>(Math.Max(before.Count, after.Count));
        var (atOld, atNew, changes) = (0, 0, 0);
        var budget = new WorkBudget(WordMarks.Steps);
        foreach (var match in matches.Append(new Match(before.Count, after.Count, 0)))
        {
            if (match.Old > atOld || match.New > atNew)
                HunkPairs.Add(pairs, before, atOld, match.Old, after, atNew, match.New, moved, changes++, budget);
            for (var k = 0; k < match.Length; k++)
                pairs.Add(SameLine(before, match.Old + k, after, match.New + k));
            (atOld, atNew) = (match.Old + match.Length, match.New + match.Length);
        }
        return new TextDiff(
            pairs,
            pairs.Count(pair => pair.Kind is PairKind.Added or PairKind.Changed),
            pairs.Count(pair => pair.Kind is PairKind.Removed or PairKind.Changed),
            pairs.Count(pair => pair.MovedFrom is not null),
            changes,
            pairs.Count(pair => pair.Kind == PairKind.Same && pair.Old != pair.New),
            EndOfMost(before.Count > 0 ? before : after),
            options
        );
    }

    private static DiffPair SameLine(
        IReadOnlyList<TextLine> before,
        int old,
        IReadOnlyList<TextLine> after,
        int @new
    ) => new(PairKind.Same, old + 1, @new + 1, before[old], after[@new], NoMarks, NoMarks);

    private static IReadOnlyList<string> Keys(IReadOnlyList<TextLine> lines, DiffOptions options)
    {
        var keys = new string[lines.Count];
        for (var k = 0; k < keys.Length; k++)
            keys[k] = options.IgnoreWhitespace ? Blanks.Fold(lines[k].Text) : lines[k].Whole;
        return keys;
    }

    private static LineEnd EndOfMost(IReadOnlyList<TextLine> lines) =>
        lines.Count(line => line.End == LineEnd.CrLf) * 2 > lines.Count ? LineEnd.CrLf : LineEnd.Lf;
}

/// <summary>Blanks and tabs; other spaces are characters like any other, and are shown as hidden ones.</summary>
internal static class Blanks
{
    /// <summary>The line with one blank for each run, and none at either end.</summary>
    public static string Fold(string line)
    {
        var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }
}
