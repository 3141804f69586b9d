using ControlSurface.Content;
using CsCheck;

namespace Ui.Tests.Content;

/// <summary>What is read in a view that is not the source, Markdown as it reads or JSON in order, is found in the source to the character.</summary>
public class Where_the_words_of_a_view_stand
{
    private const string Letter = """
        # Delay of *order* 88190

        Dear **Mr Haverkamp**, we credit `two days` &amp; the postage.

        - first point
        - second \* point
          and more of it

        ```text
        code of
          two lines
        ```

        | What | Sum |
        |------|-----|
        | Postage | 4.90 |

        > quoted
        """;

    [Theory]
    [InlineData("Delay of ", 1, 2)]
    [InlineData("order", 1, 12)]
    [InlineData("Mr Haverkamp", 3, 7)]
    [InlineData("two days", 3, 34)]
    [InlineData("first point", 5, 2)]
    [InlineData("Postage", 16, 2)]
    [InlineData("quoted", 18, 2)]
    public void Words_of_markdown_know_their_line_and_column(string words, int line, int column) =>
        Assert.Contains(All(MarkdownTree.Of(Letter)!), node => node.Text == words && node.Place == (line, column));

    [Fact]
    public void Code_knows_where_its_first_line_begins() =>
        Assert.Equal((10, 0), All(MarkdownTree.Of(Letter)!).Single(node => node.Kind == MarkdownKind.Code).Place);

    [Fact]
    public void Whatever_has_a_place_stands_there()
    {
        var word = OneOf(
            "a",
            "*b*",
            "**c d**",
            "`e`",
            "&amp;",
            "\\*",
            "- ",
            "> ",
            "# ",
            "\n",
            "\n\n",
            "    ",
            "| x |",
            "~~f~~",
            "[g](h)",
            "```\n",
            "é",
            "\u200b",
            "\r\n",
            "\t"
        );
        word.List[0, 40]
            .Sample(
                words =>
                {
                    var text = string.Concat(words);
                    var lines = text.Split('\n');
                    foreach (var node in All(MarkdownTree.Of(text)!).Where(node => node.Place is not null))
                    {
                        foreach (var (k, line) in node.Text!.Split('\n').Index())
                            Assert.Equal(
                                line,
                                lines[node.Place!.Value.Line - 1 + k].Substring(node.Place.Value.Column, line.Length)
                            );
                    }
                },
                iter: 5_000
            );
    }

    [Fact]
    public void A_place_of_json_in_order_is_the_same_words_in_its_source()
    {
        var value = OneOf("1", "\"a b\"", "true", "null", "[ 1,2 ]", "{ \"x y\" :\t\"z\" }", "[]", "\"é\\n\"");
        Gen.Select(value.List[1, 8], OneOf(" ", "", "\r\n  ", "\t"))
            .Sample(
                (values, blank) =>
                {
                    var source =
                        $"{{{blank}{string.Join($",{blank}", values.Select((one, k) => $"\"n{k}\"{blank}:{one}"))}{blank}}}";
                    var laid = JsonLayout.Of(source).Text!;
                    var places = new SameTokens(source, laid);
                    for (var start = 0; start < laid.Length; start++)
                    {
                        if (char.IsWhiteSpace(laid[start]))
                            continue;
                        var found = places.InSource(start, start + 1)!.Value;
                        Assert.Equal(laid[start].ToString(), source[found.Start..found.End]);
                        Assert.Equal(1 + laid.AsSpan(0, start).Count('\n'), places.LineOf(found.Start));
                    }
                },
                iter: 2_000
            );
    }

    [Fact]
    public void What_goes_and_what_comes_are_together_the_old_words_and_the_new()
    {
        var words = OneOf("we ", "credit ", "two ", "three ", "days", "\n", "", ".", "你好", " ").List[0, 30];
        Gen.Select(words, words)
            .Sample(
                (old, @new) =>
                {
                    var changes = WordChanges.Of(string.Concat(old), string.Concat(@new));
                    Assert.Equal(string.Concat(old), Text(changes, LineSign.Added));
                    Assert.Equal(string.Concat(@new), Text(changes, LineSign.Removed));
                },
                iter: 5_000
            );
    }

    [Fact]
    public void One_word_that_is_suggested_is_one_word_that_changes() =>
        Assert.Equal(
            [
                new WordChange(LineSign.None, "We credit "),
                new WordChange(LineSign.Removed, "two"),
                new WordChange(LineSign.Added, "three"),
                new WordChange(LineSign.None, " days."),
            ],
            WordChanges.Of("We credit two days.", "We credit three days.")
        );

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(k => words[k]);

    private static string Text(IEnumerable<WordChange> changes, LineSign but) =>
        string.Concat(changes.Where(change => change.Sign != but).Select(change => change.Text));

    private static IEnumerable<MarkdownNode> All(MarkdownNode node) => node.Children.SelectMany(All).Prepend(node);
}
