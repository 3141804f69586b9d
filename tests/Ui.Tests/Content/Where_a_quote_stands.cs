using ControlSurface.Components;
using ControlSurface.Content;
using ControlSurface.Core.Reviews;
using ControlSurface.Pages.Parts;
using CsCheck;

namespace Ui.Tests.Content;

/// <summary>A comment stays on the words that were selected, through later versions, or says that it cannot.</summary>
public class Where_a_quote_stands
{
    private static Anchor On(string text, string quote, int nth = 1)
    {
        var at = -1;
        for (var k = 0; k < nth; k++)
            at = text.IndexOf(quote, at + 1, StringComparison.Ordinal);
        return new Anchor(quote, at, at + quote.Length);
    }

    private static string Accepted(string commented, Anchor anchor, string current, string suggestion)
    {
        var map = QuoteMap.Of(commented, current);
        var place = map.Find(anchor);
        Assert.Equal(QuoteStanding.Stands, place.Standing);
        return map.Replace(place, suggestion);
    }

    [Theory]
    [InlineData(1, "b\na\na\n")]
    [InlineData(2, "a\nb\na\n")]
    [InlineData(3, "a\na\nb\n")]
    public void Found_2_1_of_three_equal_lines_the_one_that_was_selected_is_changed(int nth, string after)
    {
        const string Text = "a\na\na\n";
        Assert.Equal(after, Accepted(Text, On(Text, "a", nth), Text, "b"));
        Assert.Equal("top\n" + after, Accepted(Text, On(Text, "a", nth), "top\n" + Text, "b"));
        Assert.Equal(after + "end\n", Accepted(Text, On(Text, "a", nth), Text + "end\n", "b"));
        Assert.Equal("x\ny\n" + after + "end\n", Accepted(Text, On(Text, "a", nth), "x\ny\n" + Text + "end\n", "b"));
    }

    [Theory]
    [InlineData("a\na\na\n", 2, "a\na\na\na\n")]
    [InlineData("a\na\na\n", 3, "a\na\n")]
    [InlineData("pay 42\nand 42\n", 1, "42 and 42 and 42\n")]
    public void Found_2_1_where_nothing_tells_which_was_meant_it_is_ambiguous_or_outdated(
        string text,
        int nth,
        string later
    )
    {
        var quote = text.StartsWith('a') ? "a" : "42";
        Assert.NotEqual(QuoteStanding.Stands, QuoteMap.Of(text, later).Find(On(text, quote, nth)).Standing);
    }

    [Theory]
    [InlineData(
        "Dear Ada,\nwe pay 42 euros.\n",
        "42",
        "Dear Ada,\nthis week we pay 42 euros.\n",
        "Dear Ada,\nthis week we pay 43 euros.\n"
    )]
    [InlineData("one 42 two\n42 three\n", "42", "one 42 two\n42 four\n", "one 43 two\n42 four\n")]
    [InlineData("a\nmove me\nb\nc\n", "move me", "a\nb\nc\nmove me\n", "a\nb\nc\n43\n")]
    [InlineData("first\r\nsecond 42\r\n", "42", "top\nfirst\nsecond 42\n", "top\nfirst\nsecond 43\n")]
    public void Found_2_1_words_are_followed_where_their_line_was_rewritten_or_moved(
        string text,
        string quote,
        string later,
        string after
    ) => Assert.Equal(after, Accepted(text, On(text, quote), later, "43"));

    [Theory]
    [InlineData("pay 42 euros\n", "42", "the answer 42 is wrong\n")]
    [InlineData("pay 42 euros\n", "42", "pay nothing\n")]
    [InlineData("pay 42 euros\n", "42", "")]
    public void Found_2_1_words_that_are_gone_are_outdated(string text, string quote, string later) =>
        Assert.Equal(QuoteStanding.Outdated, QuoteMap.Of(text, later).Find(On(text, quote)).Standing);

    [Fact]
    public void Found_2_1_offsets_may_be_counted_in_code_points_or_over_short_line_ends()
    {
        const string Emoji = "👍 a\na\na\n";
        Assert.Equal("👍 a\na\nb\n", Accepted(Emoji, new Anchor("a", 6, 7), Emoji, "b"));
        const string CrLf = "x\r\na\r\na\r\n";
        Assert.Equal("x\r\na\r\nb\r\n", Accepted(CrLf, new Anchor("a", 4, 5), CrLf, "b"));
        Assert.Equal(QuoteStanding.Ambiguous, QuoteMap.Of(CrLf, CrLf).Find(new Anchor("a", 99, 100)).Standing);
    }

    [Fact]
    public void Found_2_14_a_quote_over_two_lines_keeps_the_lines_ends()
    {
        const string Text = "one\r\ntwo\r\nthree\r\n";
        Assert.Equal("1\r\n2\r\nthree\r\n", Accepted(Text, new Anchor("one\ntwo", 0, 7), Text, "1\n2"));
        var selected = Quoting.Of(Text, new SelectedWords("one\ntwo", new TextPlace(1, 0), new TextPlace(2, 3)));
        Assert.Equal(new Anchor("one\r\ntwo", 0, 8), selected);
        Assert.Same(selected, Quoting.Anchor(Text, "one\ntwo", selected, out var fault));
        Assert.Null(fault);
    }

    [Fact]
    public void Found_2_1_a_quote_that_was_typed_and_stands_twice_asks_to_be_selected()
    {
        Assert.Null(Quoting.Anchor("a\na\n", "a", selected: null, out var fault));
        Assert.Contains("more than once", fault, StringComparison.Ordinal);
        Assert.Equal(
            new Anchor("a", 2, 3),
            Quoting.Of("a\na\n", new SelectedWords("a", new TextPlace(2, 0), new TextPlace(2, 1)))
        );
    }

    // Whatever lines come and go around them, words that are the only ones of their kind are found where they are.
    [Fact]
    public void Found_2_1_unique_words_are_never_lost_and_never_others()
    {
        var lines = Gen.Int[0, 4].Select(k => new[] { "a", "b", "", "}", "x y" }[k]).Array[0, 12];
        Gen.Select(lines, lines, lines, lines)
            .Sample(
                (top, bottom, newTop, newBottom) =>
                {
                    var text = string.Concat([
                        .. top.Select(l => l + "\n"),
                        "the words\n",
                        .. bottom.Select(l => l + "\n"),
                    ]);
                    var later = string.Concat([
                        .. newTop.Select(l => l + "\n"),
                        "the words\n",
                        .. newBottom.Select(l => l + "\n"),
                    ]);
                    var place = QuoteMap.Of(text, later).Find(On(text, "words"));
                    return place.Standing == QuoteStanding.Stands
                        && later.Substring(place.Start, place.Length) == "words";
                },
                iter: 2_000
            );
    }
}
