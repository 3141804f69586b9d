using ControlSurface.Content;
using CsCheck;

namespace Ui.Tests.Content;

public class A_merge_of_three_texts
{
    private const string Base = "Returns\n\n30 days.\n\nSend it back.\n\nWithin 10 days.\n";

    private static readonly Gen<string> Texts = The_difference_of_two_texts.Texts;

    [Fact]
    public void With_a_side_that_changed_nothing_it_is_the_other_side() =>
        Gen.Select(Texts, Texts)
            .Sample(
                (origin, other) =>
                    ThreeWay.Merge(origin, origin, other) is { IsClean: true } one
                    && one.Text == other
                    && ThreeWay.Merge(origin, other, origin) is { IsClean: true } two
                    && two.Text == other,
                iter: 5_000
            );

    [Fact]
    public void Changes_that_are_the_same_merge_cleanly() =>
        Gen.Select(Texts, Texts)
            .Sample(
                (origin, other) =>
                    ThreeWay.Merge(origin, other, other) is { IsClean: true } merge && merge.Text == other,
                iter: 5_000
            );

    [Fact]
    public void Neither_side_is_the_first() =>
        Gen.Select(Texts, Texts, Texts)
            .Sample(
                (origin, mine, theirs) =>
                {
                    var (one, two) = (ThreeWay.Merge(origin, mine, theirs), ThreeWay.Merge(origin, theirs, mine));
                    return one.Text == two.Text && one.ConflictCount == two.ConflictCount;
                },
                iter: 5_000
            );

    [Fact]
    public void A_clean_merge_has_all_that_either_side_added_and_nothing_that_either_took_out() =>
        Gen.Select(Edits, Edits)
            .Sample(
                (mine, theirs) =>
                {
                    var merge = ThreeWay.Merge(Numbered(), Apply(mine, "mine"), Apply(theirs, "theirs"));
                    if (!merge.IsClean)
                        return true;
                    var lines = TextLine.Split(merge.Text!).Select(line => line.Text).ToList();
                    return Has(lines, Apply(mine, "mine"), "mine")
                        && Has(lines, Apply(theirs, "theirs"), "theirs")
                        && mine.Concat(theirs)
                            .Where(edit => edit.Kind == 0)
                            .All(edit => !lines.Contains($"line {edit.At}"))
                        && lines.Count(line => line.StartsWith("line", StringComparison.Ordinal))
                            == 20
                                - mine.Concat(theirs).Where(edit => edit.Kind != 1).DistinctBy(edit => edit.At).Count();
                },
                iter: 5_000
            );

    [Fact]
    public void Its_stretches_are_all_three_texts() =>
        Gen.Select(Texts, Texts, Texts)
            .Sample(
                (origin, mine, theirs) =>
                {
                    var merge = ThreeWay.Merge(origin, mine, theirs);
                    return Covers(merge.Hunks.Select(hunk => hunk.Base), origin)
                        && Covers(merge.Hunks.Select(hunk => hunk.Current), mine)
                        && Covers(merge.Hunks.Select(hunk => hunk.Proposed), theirs)
                        && merge.ConflictCount == merge.Hunks.Count(hunk => hunk.Side == MergeSide.Conflict);
                },
                iter: 5_000
            );

    [Fact]
    public void Edits_of_different_sentences_go_together()
    {
        var merge = ThreeWay.Merge(
            Base,
            Base.Replace("Send it back.", "Keep the receipt. Send it back.", StringComparison.Ordinal),
            Base.Replace("30 days", "60 days", StringComparison.Ordinal)
                .Replace("10 days", "5 days", StringComparison.Ordinal)
        );

        Assert.True(merge.IsClean);
        Assert.Equal("Returns\n\n60 days.\n\nKeep the receipt. Send it back.\n\nWithin 5 days.\n", merge.Text);
    }

    [Fact]
    public void Edits_of_one_sentence_are_a_conflict_that_names_its_place_in_each_text()
    {
        var merge = ThreeWay.Merge(
            Base,
            "New\n" + Base.Replace("30 days", "45 days", StringComparison.Ordinal),
            Base.Replace("30 days", "60 days", StringComparison.Ordinal)
        );

        Assert.Equal(1, merge.ConflictCount);
        Assert.Null(merge.Text);
        var conflict = Assert.Single(merge.Hunks, hunk => hunk.Side == MergeSide.Conflict);
        Assert.Equal(
            (new LineRange(2, 1), new LineRange(3, 1), new LineRange(2, 1)),
            (conflict.Base, conflict.Current, conflict.Proposed)
        );
    }

    [Fact]
    public void Edits_of_neighbouring_lines_are_a_conflict() =>
        Assert.False(ThreeWay.Merge("a\nb\n", "A\nb\n", "a\nB\n").IsClean);

    [Fact]
    public void Two_lines_put_in_at_one_place_are_a_conflict() =>
        Assert.False(ThreeWay.Merge("a\nb\n", "a\nx\nb\n", "a\ny\nb\n").IsClean);

    [Fact]
    public void A_line_taken_out_that_the_other_side_changed_is_a_conflict() =>
        Assert.False(ThreeWay.Merge("a\nb\nc\n", "a\nc\n", "a\nB\nc\n").IsClean);

    [Theory]
    [InlineData("a\r\nb\r\nc\r\nd", "A\r\nb\r\nc\r\nd", "a\r\nb\r\nc\r\nD", "A\r\nb\r\nc\r\nD")]
    [InlineData("a\nb\nc", "A\nb\nc", "a\nb\nc\n", "A\nb\nc\n")]
    [InlineData("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc", "A\nb\nc")]
    public void Ends_of_lines_and_of_the_text_stay_as_they_were_made(
        string origin,
        string mine,
        string theirs,
        string merged
    ) => Assert.Equal(merged, ThreeWay.Merge(origin, mine, theirs).Text);

    [Fact]
    public void A_conflict_can_be_written_out_for_an_editor()
    {
        var (origin, mine, theirs) = ("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc");

        Assert.Equal(
            "a\n<<<<<<< v7\nmine\n=======\ntheirs\n>>>>>>> proposed\nc",
            ThreeWay.Marked(ThreeWay.Merge(origin, mine, theirs), mine, theirs, "v7", "proposed")
        );
    }

    // Kind 0 takes a line out, 1 puts one in before it, 2 changes it.
    private static readonly Gen<(int At, int Kind)[]> Edits = Gen.Select(Gen.Int[1, 20], Gen.Int[0, 2])
        .Array[0, 4]
        .Select(edits => edits.DistinctBy(edit => edit.Item1).OrderBy(edit => edit.Item1).ToArray());

    private static string Numbered() => string.Concat(Enumerable.Range(1, 20).Select(k => $"line {k}\n"));

    private static string Apply((int At, int Kind)[] edits, string by) =>
        string.Concat(
            Enumerable
                .Range(1, 20)
                .Select(k =>
                    edits.FirstOrDefault(edit => edit.At == k) switch
                    {
                        (0, _) => $"line {k}\n",
                        (_, 0) => "",
                        (_, 1) => $"{by} before {k}\nline {k}\n",
                        _ => $"{by} instead of {k}\n",
                    }
                )
        );

    private static bool Has(List<string> merged, string side, string by) =>
        TextLine
            .Split(side)
            .Select(line => line.Text)
            .Where(line => line.StartsWith(by, StringComparison.Ordinal))
            .All(merged.Contains);

    private static bool Covers(IEnumerable<LineRange> ranges, string text)
    {
        var at = 0;
        foreach (var range in ranges)
        {
            if (range.Start != at)
                return false;
            at += range.Count;
        }
        return at == TextLine.Split(text).Count;
    }
}
