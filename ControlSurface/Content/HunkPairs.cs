namespace ControlSurface.Content;

/// <summary>Within a change: which old line stands beside which new one.</summary>
internal static class HunkPairs
{
    // From this likeness on two lines count as one changed line; below it their words are not compared.
    private const double Alike = 0.4;

    // The most comparisons of old with new lines. A larger change is shown as one rewritten part.
    private const int MaxComparisons = 1_600;

    private static readonly IReadOnlyList<Mark> NoMarks = [];

    public static void Add(
        List<DiffPair> pairs,
        IReadOnlyList<TextLine> old,
        int old0,
        int old1,
        IReadOnlyList<TextLine> @new,
        int new0,
        int new1,
        MovedLines moved,
        int change,
        WorkBudget budget
    )
    {
        var gone = Range(old0, old1, k => moved.To(k) is null);
        var come = Range(new0, new1, k => moved.From(k) is null);
        var beside = Beside(old, gone, @new, come, budget);
        var rows = new Rows(pairs, old, @new, moved, change);
        var (atOld, atNew) = (old0, new0);
        foreach (var (o, n) in beside)
        {
            rows.AddBetween(atOld, o, atNew, n);
            rows.AddChanged(o, n, WordMarks.Of(old[o].Text, @new[n].Text, budget));
            (atOld, atNew) = (o + 1, n + 1);
        }
        rows.AddBetween(atOld, old1, atNew, new1);
    }

    // The words of each line, read once and not for each pair; none where there are too many pairs to compare.
    private static List<List<string>> WordsOf(IReadOnlyList<TextLine> lines, List<int> places, int others) =>
        places.Count * (long)others > MaxComparisons ? [] : places.ConvertAll(k => WordMarks.FirstWords(lines[k].Text));

    private static List<int> Range(int from, int to, Func<int, bool> takes)
    {
        var range = new List<int>(to - from);
        for (var k = from; k < to; k++)
        {
            if (takes(k))
                range.Add(k);
        }
        return range;
    }

    // The pairs of lines, in order, whose likeness is the greatest in sum.
    private static List<(int Old, int New)> Beside(
        IReadOnlyList<TextLine> old,
        List<int> gone,
        IReadOnlyList<TextLine> @new,
        List<int> come,
        WorkBudget budget
    )
    {
        var beside = new List<(int, int)>();
        if (gone.Count == 0 || come.Count == 0)
            return beside;
        var (wordsOld, wordsNew) = (WordsOf(old, gone, come.Count), WordsOf(@new, come, gone.Count));
        if (
            gone.Count * (long)come.Count > MaxComparisons
            || !budget.TryTake(
                (wordsOld.Sum(w => (long)w.Count) * come.Count) + (wordsNew.Sum(w => (long)w.Count) * gone.Count)
            )
        )
        {
            for (var k = 0; k < Math.Min(gone.Count, come.Count); k++)
            {
                if (WordMarks.Likeness(old[gone[k]].Text, @new[come[k]].Text) >= Alike)
                    beside.Add((gone[k], come[k]));
            }
            return beside;
        }
        var like = new double[gone.Count, come.Count];
        var best = new double[gone.Count + 1, come.Count + 1];
        for (var o = gone.Count - 1; o >= 0; o--)
        {
            for (var n = come.Count - 1; n >= 0; n--)
            {
                var one = WordMarks.Likeness(wordsOld[o], old[gone[o]].Text, wordsNew[n], @new[come[n]].Text);
                like[o, n] = one >= Alike ? one : 0;
                var apart = Math.Max(best[o + 1, n], best[o, n + 1]);
                best[o, n] = like[o, n] > 0 ? Math.Max(apart, like[o, n] + best[o + 1, n + 1]) : apart;
            }
        }
        for (var (o, n) = (0, 0); o < gone.Count && n < come.Count; )
        {
            if (like[o, n] > 0 && best[o, n] <= like[o, n] + best[o + 1, n + 1])
                beside.Add((gone[o++], come[n++]));
            else if (best[o, n] <= best[o + 1, n])
                o++;
            else
                n++;
        }
        return beside;
    }

    /// <summary>Writes the rows of one change in the order in which they are read.</summary>
    private readonly record struct Rows(
        List<DiffPair> Pairs,
        IReadOnlyList<TextLine> Old,
        IReadOnlyList<TextLine> New,
        MovedLines Moved,
        int Change
    )
    {
        internal void AddChanged(int o, int n, (IReadOnlyList<Mark> Old, IReadOnlyList<Mark> New) marks) =>
            Pairs.Add(new(PairKind.Changed, o + 1, n + 1, Old[o], New[n], marks.Old, marks.New, Change: Change));

        // Lines that are not alike are still set side by side, so that the change is shorter; their words are not marked.
        internal void AddBetween(int o, int oEnd, int n, int nEnd)
        {
            while (o < oEnd || n < nEnd)
            {
                if (o < oEnd && Moved.To(o) is { } to)
                    AddRemoved(o++, to);
                else if (n < nEnd && Moved.From(n) is { } from)
                    AddAdded(n++, from);
                else if (o < oEnd && n < nEnd)
                    AddChanged(o++, n++, (NoMarks, NoMarks));
                else if (o < oEnd)
                    AddRemoved(o++, movedTo: null);
                else
                    AddAdded(n++, movedFrom: null);
            }
        }

        private void AddRemoved(int o, int? movedTo) =>
            Pairs.Add(
                new(
                    PairKind.Removed,
                    o + 1,
                    null,
                    Old[o],
                    default,
                    NoMarks,
                    NoMarks,
                    MovedTo: movedTo + 1,
                    Change: Change
                )
            );

        private void AddAdded(int n, int? movedFrom) =>
            Pairs.Add(
                new(
                    PairKind.Added,
                    null,
                    n + 1,
                    default,
                    New[n],
                    NoMarks,
                    NoMarks,
                    MovedFrom: movedFrom + 1,
                    Change: Change
                )
            );
    }
}
