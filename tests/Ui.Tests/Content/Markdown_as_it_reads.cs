using ControlSurface.Content;

namespace Ui.Tests.Content;

public class Markdown_as_it_reads
{
    [Fact]
    public void Raw_html_is_words()
    {
        var words = Words(
            MarkdownTree.Of("before <img src=x onerror=run()> after\n\n<script>run()</script>\n\n<!-- a secret -->\n")!
        );

        Assert.Contains("<img src=x onerror=run()>", words, StringComparison.Ordinal);
        Assert.Contains("<script>run()</script>", words, StringComparison.Ordinal);
        Assert.Contains("a secret", words, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_and_pictures_are_named_with_where_they_lead()
    {
        var all = All(
                MarkdownTree.Of(
                    "[here](javascript:run() \"a title\") ![a chart](https://example.org/c.png) <https://example.org>"
                )!
            )
            .ToList();

        Assert.Equal(
            [
                (MarkdownKind.Link, "javascript:run()", "a title"),
                (MarkdownKind.Image, "https://example.org/c.png", null),
                (MarkdownKind.Link, "https://example.org", null),
            ],
            all.Where(node => node.Address is not null).Select(node => (node.Kind, node.Address, node.Title))
        );
    }

    [Fact]
    public void An_address_that_is_written_elsewhere_is_not_lost()
    {
        var all = All(
                MarkdownTree.Of("[here][1]\n\n[1]: https://example.org \"words\"\n[unused]: https://example.net\n")!
            )
            .ToList();

        Assert.Equal(
            ["1", "unused"],
            all.Where(node => node.Kind == MarkdownKind.Definition).Select(node => node.Text)
        );
    }

    [Fact]
    public void Headings_lists_tables_tasks_and_code_are_what_they_are()
    {
        var all = All(
                MarkdownTree.Of(
                    "## Two\n\n3. three\n4. four\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```csharp\nvar x = 1;\n```\n\n> so ~~not~~ **this**\n\n---\n"
                )!
            )
            .ToList();

        Assert.Equal(2, all.Single(node => node.Kind == MarkdownKind.Heading).Level);
        Assert.Equal(3, all.Single(node => node.Kind == MarkdownKind.Numbers).Level);
        Assert.Equal(1, all.Single(node => node.Kind == MarkdownKind.Task).Level);
        Assert.Equal(4, all.Count(node => node.Kind == MarkdownKind.Cell));
        Assert.Equal(
            ("var x = 1;", "csharp"),
            all.Where(node => node.Kind == MarkdownKind.Code).Select(node => (node.Text!, node.Title!)).Single()
        );
        Assert.Contains(all, node => node.Kind == MarkdownKind.Struck);
        Assert.Contains(all, node => node.Kind == MarkdownKind.Strong);
        Assert.Contains(all, node => node.Kind == MarkdownKind.Rule);
    }

    [Fact]
    public void What_is_too_long_or_too_deep_is_left_to_its_source()
    {
        Assert.Null(MarkdownTree.Of(new string('x', MarkdownTree.MaxCharacters + 1)));
        Assert.Null(MarkdownTree.Of(new string('>', 5_000) + " deep"));
    }

    private static IEnumerable<MarkdownNode> All(MarkdownNode node) => node.Children.SelectMany(All).Prepend(node);

    private static string Words(MarkdownNode node) => string.Concat(All(node).Select(one => one.Text));
}
