using ControlSurface.Content;

namespace Ui.Tests.Content;

/// <summary>How three texts are laid beside each other, and how the places between them are settled.</summary>
public class Three_texts_in_rows
{
    private static string Lines(params int[] numbers) => string.Concat(numbers.Select(n => $"line {n}\n"));

    private static IReadOnlyList<ThreeRow> Rows(string before, string current, string proposed) =>
        ThreeRows.Of(ThreeWay.Merge(before, current, proposed), before, current, proposed);

    [Fact]
    public void What_nobody_changed_is_folded_with_two_lines_around_what_was()
    {
        var before = Lines([.. Enumerable.Range(1, 40)]);
        var rows = Rows(before, before.Replace("line 20\n", "line twenty\n", StringComparison.Ordinal), before);

        Assert.Equal([17, 0, 0, 0, 0, 0, 18], rows.Select(row => row.Folded));
        Assert.Equal(
            (20, "line twenty", true),
            (rows[3].Current.Number, rows[3].Current.Text, rows[3].Current.IsChanged)
        );
        Assert.False(rows[3].Proposed.IsChanged);
        Assert.Equal(["twenty"], rows[3].Current.Marks.Select(m => rows[3].Current.Text.Substring(m.Start, m.Length)));
        Assert.Equal(["20"], rows[3].Base.Marks.Select(m => rows[3].Base.Text.Substring(m.Start, m.Length)));
    }

    [Fact]
    public void Every_line_of_each_text_stands_in_one_row_or_in_a_fold()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var before = Lines([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => random.Next(8))]);
            var current = Lines([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => random.Next(8))]);
            var proposed = Lines([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => random.Next(8))]);
            var rows = Rows(before, current, proposed);
            foreach (
                var (text, cell) in new (string, Func<ThreeRow, ThreeCell>)[]
                {
                    (before, row => row.Base),
                    (current, row => row.Current),
                    (proposed, row => row.Proposed),
                }
            )
            {
                var count = TextLine.Split(text).Count;
                Assert.Equal(count, rows.Sum(row => row.Folded) + rows.Count(row => cell(row).Number is not null));
                var numbers = rows.Select(row => cell(row).Number).OfType<int>().ToList();
                Assert.Equal(numbers.Order(), numbers);
            }
        }
    }

    [Theory]
    [InlineData(PlaceChoice.Current, "a\nmine\nz\n")]
    [InlineData(PlaceChoice.Proposed, "a\ntheirs\nz\n")]
    [InlineData(PlaceChoice.Both, "a\nmine\ntheirs\nz\n")]
    public void A_place_is_settled_by_one_side_the_other_or_both(PlaceChoice choice, string text)
    {
        var (before, mine, theirs) = ("a\nwas\nz\n", "a\nmine\nz\n", "a\ntheirs\nz\n");
        var choices = new MergeChoices(ThreeWay.Merge(before, mine, theirs), mine, theirs);
        Assert.Equal((1, null), (choices.Left, choices.Text));

        choices.Places.Single().Choose(choice);

        Assert.Equal((0, text), (choices.Left, choices.Text));
    }

    [Fact]
    public void What_is_written_at_a_place_goes_on_from_what_was_chosen_and_keeps_the_next_line_apart()
    {
        var (before, mine, theirs) = ("a\nwas\nz\n", "a\nmine\nz\n", "a\ntheirs\nz\n");
        var place = new MergeChoices(ThreeWay.Merge(before, mine, theirs), mine, theirs) is var choices
            ? choices.Places.Single()
            : null!;
        place.Choose(PlaceChoice.Proposed);
        place.Choose(PlaceChoice.Edited);
        Assert.Equal("theirs\n", place.Text);

        place.Write("ours");

        Assert.Equal("a\nours\nz\n", choices.Text);
        place.Write("");
        Assert.Equal("a\nz\n", choices.Text);
    }
}
