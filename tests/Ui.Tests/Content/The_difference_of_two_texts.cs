using ControlSurface.Content;
using CsCheck;

namespace Ui.Tests.Content;

public class The_difference_of_two_texts
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    private static readonly string[] Words =
    [
        "",
        "a",
        "b",
        "c",
        "{",
        "}",
        "Dear Mr Haverkamp,",
        "we credit one day",
        "  we credit  one day ",
        "\u202Eab",
        "x\ry",
    ];

    // One line in four ends in CRLF, and half of the texts in no new line.
    internal static readonly Gen<string> Texts = Gen.Select(
        Gen.Select(
            Gen.Int[0, Words.Length - 1],
            Gen.Int[0, 3],
            (word, end) => Words[word] + (end == 0 ? "\r\n" : "\n")
        ).Array[0, 12],
        Gen.Bool,
        (lines, cut) => cut ? string.Concat(lines).TrimEnd('\r', '\n') : string.Concat(lines)
    );

    [Fact]
    public void Nothing_of_either_text_is_left_out_of_it() =>
        Gen.Select(Texts, Texts, Gen.Bool)
            .Sample(
                (old, @new, ignores) =>
                {
                    var diff = TextDiff.Of(old, @new, new DiffOptions(ignores));
                    return Old(diff) == old && New(diff) == @new;
                },
                iter: 5_000
            );

    [Fact]
    public void The_rows_of_every_layout_have_every_character_of_the_new_text() =>
        Gen.Select(Texts, Texts, Gen.Int[1, 9])
            .Sample(
                (old, @new, columns) =>
                    Enum.GetValues<DiffLayout>()
                        .All(layout =>
                        {
                            var diff = TextDiff.Of(old, @new, DiffOptions.Exact);
                            var everything = Enumerable.Range(0, diff.Pairs.Count).ToHashSet();
                            var cells = DiffRows
                                .Of(diff, layout, everything, columns)
                                .Select(row => row.Right ?? row.Left)
                                .OfType<DiffCell>()
                                .Where(cell => !cell.OfOld);
                            var shown = cells
                                .GroupBy(cell => cell.Line)
                                .Select(line => string.Concat(line.Select(Shown)));
                            return shown.SequenceEqual(TextLine.Split(@new).Select(line => line.Text));
                        }),
                iter: 2_000
            );

    [Fact]
    public void A_text_beside_itself_has_no_change_and_is_shown_whole()
    {
        var text = Lines(Enumerable.Range(1, 100).Select(k => $"line {k}"));
        var diff = TextDiff.Of(text, text, DiffOptions.Exact);

        Assert.Equal((0, 0, 0), (diff.Changes, diff.Added, diff.Removed));
        Assert.Equal(100, DiffRows.Of(diff, DiffLayout.Side, None, 80).Count);
    }

    [Fact]
    public void A_line_in_other_words_stands_beside_the_old_one_with_the_words_marked()
    {
        var diff = TextDiff.Of(
            "we are sorry about the interruption on 21 November.\n",
            "we are sorry about the outage on 21 November.\n",
            DiffOptions.Exact
        );

        var pair = Assert.Single(diff.Pairs);
        Assert.Equal(PairKind.Changed, pair.Kind);
        Assert.Equal(["interruption"], Marked(pair.Old.Text, pair.OldMarks));
        Assert.Equal(["outage"], Marked(pair.New.Text, pair.NewMarks));
    }

    [Fact]
    public void An_added_line_among_changed_ones_does_not_shift_them()
    {
        var diff = TextDiff.Of(
            "For consumer contracts we credit one day of the monthly fee.\n",
            "You do not need to do anything for this.\nFor business contracts we credit three days of the monthly fee.\n",
            DiffOptions.Exact
        );

        Assert.Equal([PairKind.Added, PairKind.Changed], diff.Pairs.Select(pair => pair.Kind));
        Assert.Equal((2, 1, 1), (diff.Added, diff.Removed, diff.Changes));
    }

    [Fact]
    public void Lines_that_have_nothing_in_common_stand_side_by_side_without_marked_words()
    {
        var diff = TextDiff.Of("With apologies\n", "EUR 8.70\n", DiffOptions.Exact);

        var pair = Assert.Single(diff.Pairs);
        Assert.Equal(PairKind.Changed, pair.Kind);
        Assert.Empty(pair.OldMarks);
    }

    [Fact]
    public void Lines_that_only_moved_say_where_to_and_where_from()
    {
        var diff = TextDiff.Of(
            "first chapter\nsecond chapter\n\nthird chapter\nfourth chapter\n",
            "third chapter\nfourth chapter\nfirst chapter\nsecond chapter\n\n",
            DiffOptions.Exact
        );

        Assert.Equal(diff.Moved, diff.Pairs.Count(pair => pair.MovedTo is not null));
        var rows = DiffRows.Of(diff, DiffLayout.Inline, None, 80);
        var notes = rows.Select(row => row.Left?.Note).OfType<string>().ToList();
        Assert.Contains("moved to line 1", notes);
        Assert.Contains("moved from line 4", notes);
        Assert.All(diff.Pairs, pair => Assert.NotEqual(PairKind.Changed, pair.Kind));
    }

    [Fact]
    public void Whitespace_can_be_ignored_and_is_still_said()
    {
        var (old, @new) = ("if (a)\n  go();\n", "if (a)\n    go(); \r\n");

        Assert.Equal(1, TextDiff.Of(old, @new, DiffOptions.Exact).Changes);
        var ignoring = TextDiff.Of(old, @new, new DiffOptions(IgnoreWhitespace: true));
        Assert.Equal((0, 1), (ignoring.Changes, ignoring.InBlanksOnly));
        Assert.Equal("blanks differ", DiffRows.Of(ignoring, DiffLayout.Inline, None, 80)[^1].Left!.Note);
    }

    [Fact]
    public void Words_that_grow_together_are_a_change_also_where_whitespace_is_ignored() =>
        Assert.Equal(1, TextDiff.Of("not able\n", "notable\n", new DiffOptions(IgnoreWhitespace: true)).Changes);

    [Theory]
    [InlineData("a\n", "a\r\n", "ends in CRLF")]
    [InlineData("a\r\n", "a\n", "ends in LF")]
    [InlineData("a\n", "a", "no new line at the end")]
    [InlineData("a", "a\n", "ends in LF")]
    public void A_line_that_only_ends_differently_says_so(string old, string @new, string note)
    {
        var row = Assert.Single(DiffRows.Of(TextDiff.Of(old, @new, DiffOptions.Exact), DiffLayout.Side, None, 80));

        Assert.Equal(note, row.Right!.Note);
    }

    [Fact]
    public void Far_from_a_change_lines_are_folded_and_can_be_unfolded()
    {
        var old = Enumerable.Range(1, 60).Select(k => $"line {k}").ToArray();
        string[] changed = [.. old[..29], "other", .. old[30..]];
        var diff = TextDiff.Of(Lines(old), Lines(changed), DiffOptions.Exact);

        var rows = DiffRows.Of(diff, DiffLayout.Side, None, 80);
        Assert.Equal([26, 27], rows.Select(row => row.Fold?.Count).OfType<int>());
        Assert.Equal(1 + 3 + 1 + 3 + 1, rows.Count);
        var unfolded = DiffRows.Of(diff, DiffLayout.Side, new HashSet<int> { rows[0].Fold!.First }, 80);
        Assert.Equal(rows.Count + 25, unfolded.Count);
        Assert.Equal("line 1", Shown(unfolded[0].Left!));
    }

    [Fact]
    public void A_line_of_a_million_characters_is_shown_in_parts_and_none_is_missing()
    {
        var line = string.Concat(Enumerable.Repeat("0123456789", 100_000));
        var diff = TextDiff.Of("", line + "\n", DiffOptions.Exact);

        var rows = DiffRows.Of(diff, DiffLayout.Inline, None, 100);
        Assert.Equal(10_000, rows.Count);
        Assert.Equal(line, string.Concat(rows.Select(row => Shown(row.Left!))));
        Assert.Equal([1], rows.Select(row => row.Left!.NewNumber).OfType<int>());
    }

    [Fact]
    public void A_long_line_goes_on_between_words_and_what_is_said_behind_it_is_not_cut_off()
    {
        var diff = TextDiff.Of("", "one two three four five six seven", DiffOptions.Exact);

        var rows = DiffRows.Of(diff, DiffLayout.Inline, None, 20);

        Assert.Equal(["one two three four ", "five six seven", ""], rows.Select(row => Shown(row.Left!)));
        Assert.Equal([null, null, "no new line at the end"], rows.Select(row => row.Left!.Note));
    }

    [Fact]
    public void A_part_never_ends_within_a_character()
    {
        var line = string.Concat(Enumerable.Repeat("😀", 40));

        var rows = DiffRows.Of(TextDiff.Of("", line, DiffOptions.Exact), DiffLayout.Inline, None, 7);

        Assert.All(rows, row => Assert.Equal(0, row.Left!.Length % 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fifty_thousand_lines_are_compared_whatever_became_of_them(int how)
    {
        var old = Enumerable.Range(0, 50_000).Select(k => $"line {k} of the file").ToArray();
        string[] @new = how switch
        {
            0 => [.. old.Select((line, k) => k % 10 == 0 ? line + "!" : line)],
            1 => [.. old.Select(line => "not " + line)],
            2 => [.. old.Reverse()],
            _ => [.. Enumerable.Range(0, 50_000).Select(k => $"{k * 7919 % 13}")],
        };
        var before = how == 3 ? Enumerable.Range(0, 50_000).Select(k => $"{k * 104_729 % 11}").ToArray() : old;

        var diff = TextDiff.Of(Lines(before), Lines(@new), DiffOptions.Exact);

        Assert.Equal(Lines(before), Old(diff));
        Assert.Equal(Lines(@new), New(diff));
        if (how == 0)
            Assert.Equal((5_000, 5_000), (diff.Changes, diff.Added));
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Old(TextDiff diff) =>
        TextLine.Join(
            diff.Pairs.Where(pair => pair.OldNumber is not null)
                .OrderBy(pair => pair.OldNumber)
                .Select(pair => pair.Old)
        );

    private static string New(TextDiff diff) =>
        TextLine.Join(
            diff.Pairs.Where(pair => pair.NewNumber is not null)
                .OrderBy(pair => pair.NewNumber)
                .Select(pair => pair.New)
        );

    private static string Shown(DiffCell cell) => cell.Text.Substring(cell.Start, cell.Length);

    private static IEnumerable<string> Marked(string line, IReadOnlyList<Mark> marks) =>
        marks.Select(mark => line.Substring(mark.Start, mark.Length));
}
