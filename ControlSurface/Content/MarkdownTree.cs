using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ControlSurface.Content;

/// <summary>What a part of a Markdown text is; what is not in this list is shown as its source.</summary>
public enum MarkdownKind
{
    /// <summary>The whole text.</summary>
    Document,

    /// <summary>A heading of level 1 to 6.</summary>
    Heading,

    /// <summary>A paragraph.</summary>
    Paragraph,

    /// <summary>A quotation.</summary>
    Quote,

    /// <summary>A list without numbers.</summary>
    Bullets,

    /// <summary>A list with numbers.</summary>
    Numbers,

    /// <summary>One entry of a list.</summary>
    Item,

    /// <summary>A block of code.</summary>
    Code,

    /// <summary>A line across.</summary>
    Rule,

    /// <summary>A table.</summary>
    Table,

    /// <summary>The head row of a table.</summary>
    TableHead,

    /// <summary>Another row of a table.</summary>
    TableRow,

    /// <summary>One cell of a row.</summary>
    Cell,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Emphasized text.</summary>
    Emphasis,

    /// <summary>Strongly emphasized text.</summary>
    Strong,

    /// <summary>Text that is struck through.</summary>
    Struck,

    /// <summary>Code within a line.</summary>
    CodeSpan,

    /// <summary>A break that the author wrote.</summary>
    Break,

    /// <summary>The box of a task, done or not.</summary>
    Task,

    /// <summary>A link: shown, with where it leads; nothing to press.</summary>
    Link,

    /// <summary>A picture: named, with where it is; nothing is loaded.</summary>
    Image,

    /// <summary>A link's address that is written elsewhere in the text, and that a reader of the drawn text would not see.</summary>
    Definition,
}

/// <summary>A part of a Markdown text.</summary>
/// <param name="Level">Level of a heading, first number of a list; 1 for a task that is done.</param>
/// <param name="Text">The words of a text, a code, a definition's label.</param>
/// <param name="Address">Where a link leads or a picture is, as written.</param>
/// <param name="Title">Words that would only be seen under the pointer.</param>
public sealed record MarkdownNode(
    MarkdownKind Kind,
    IReadOnlyList<MarkdownNode> Children,
    int Level = 0,
    string? Text = null,
    string? Address = null,
    string? Title = null
)
{
    /// <summary>Where a block begins in the source, in UTF-16 units; −1 where it is no block.</summary>
    public int Start { get; init; } = -1;

    /// <summary>
    /// Where its text begins in the source, where each line of it stands there to the character: line from 1, UTF-16 units before it in
    /// that line. Null where the source writes it otherwise, as an entity or an escape.
    /// </summary>
    public (int Line, int Column)? Place { get; init; }

    internal static MarkdownNode Of(MarkdownKind kind, string text) => new(kind, [], Text: text);
}

/// <summary>
/// Markdown as a tree of what may be drawn. Raw HTML stays text. The tree is drawn by a component, element by element; there
/// is no HTML in between that could be wrong.
/// </summary>
public static class MarkdownTree
{
    /// <summary>A longer text is read as its source: drawing it would hold up the page.</summary>
    public const int MaxCharacters = 96 * 1024;

    /// <summary>Cells that the tables of a text may come to, with those that its short rows leave out: Markdig makes them all.</summary>
    public const int MaxCells = 40_000;

    /// <summary>Parts that are drawn, at most.</summary>
    public const int MaxNodes = 30_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePreciseSourceLocation()
        .UsePipeTables()
        .UseTaskLists()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .Build();

    /// <summary>The tree; null where the text is too long, too wide or too deeply nested to be drawn.</summary>
    public static MarkdownNode? Of(string text)
    {
        if (text.Length > MaxCharacters || Cells(text) > MaxCells)
            return null;
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            return document.Descendants().Take(MaxNodes + 1).Count() > MaxNodes
                ? null
                : new MarkdownNode(MarkdownKind.Document, Blocks(document, new MarkdownSource(text)));
        }
        catch (ArgumentException)
        {
            // Markdig's own bound on nesting.
            return null;
        }
    }

    // The most that tables could come to: in each run of lines without a blank one, the widest line for each of them.
    private static long Cells(string text)
    {
        var (total, lines, widest) = (0L, 0L, 0L);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                total += lines * widest;
                (lines, widest) = (0, 0);
                continue;
            }
            lines++;
            widest = Math.Max(widest, line.Count('|'));
        }
        return total + (lines * widest);
    }

    private static List<MarkdownNode> Blocks(ContainerBlock blocks, MarkdownSource source) =>
        [.. blocks.SelectMany(block => Block(block, source).Select(node => node with { Start = block.Span.Start }))];

    private static IEnumerable<MarkdownNode> Block(Block block, MarkdownSource source) =>
        block switch
        {
            HeadingBlock heading => [new(MarkdownKind.Heading, Inlines(heading.Inline, source), heading.Level)],
            ParagraphBlock paragraph => [new(MarkdownKind.Paragraph, Inlines(paragraph.Inline, source))],
            QuoteBlock quote => [new(MarkdownKind.Quote, Blocks(quote, source))],
            ListBlock list => [List(list, source)],
            ListItemBlock item => [new(MarkdownKind.Item, Blocks(item, source))],
            FencedCodeBlock { Info.Length: > 0 } code =>
            [
                Code(code, source) with
                {
                    Title = $"{code.Info} {code.Arguments}".Trim(),
                },
            ],
            CodeBlock code => [Code(code, source)],
            ThematicBreakBlock => [new(MarkdownKind.Rule, [])],
            Table table => [new(MarkdownKind.Table, Blocks(table, source))],
            TableRow row => [new(row.IsHeader ? MarkdownKind.TableHead : MarkdownKind.TableRow, Blocks(row, source))],
            TableCell cell => [new(MarkdownKind.Cell, Blocks(cell, source))],
            LinkReferenceDefinitionGroup group => Blocks(group, source),
            LinkReferenceDefinition definition =>
            [
                new(
                    MarkdownKind.Definition,
                    [],
                    Text: definition.Label,
                    Address: definition.Url,
                    Title: Words(definition.Title)
                ),
            ],
            _ => [MarkdownNode.Of(MarkdownKind.Code, source.Of(block))],
        };

    private static MarkdownNode List(ListBlock list, MarkdownSource source)
    {
        var first = int.TryParse(list.OrderedStart, System.Globalization.CultureInfo.InvariantCulture, out var start)
            ? start
            : 1;
        return new(list.IsOrdered ? MarkdownKind.Numbers : MarkdownKind.Bullets, Blocks(list, source), first);
    }

    private static List<MarkdownNode> Inlines(ContainerInline? inlines, MarkdownSource source) =>
        inlines is null ? [] : [.. inlines.Select(inline => Inline(inline, source)).Zip(inlines, source.Placed)];

    private static MarkdownNode Inline(Inline inline, MarkdownSource source) =>
        inline switch
        {
            LiteralInline literal => MarkdownNode.Of(MarkdownKind.Text, literal.Content.ToString()),
            HtmlEntityInline entity => MarkdownNode.Of(MarkdownKind.Text, entity.Transcoded.ToString()),
            LineBreakInline { IsHard: true } => new(MarkdownKind.Break, []),
            LineBreakInline => MarkdownNode.Of(MarkdownKind.Text, "\n"),
            CodeInline code => MarkdownNode.Of(MarkdownKind.CodeSpan, code.Content),
            TaskList task => new(MarkdownKind.Task, [], task.Checked ? 1 : 0),
            EmphasisInline { DelimiterChar: '~' } struck => new(MarkdownKind.Struck, Inlines(struck, source)),
            EmphasisInline { DelimiterCount: 2 } strong => new(MarkdownKind.Strong, Inlines(strong, source)),
            EmphasisInline emphasis => new(MarkdownKind.Emphasis, Inlines(emphasis, source)),
            LinkInline { IsImage: true } image => new(
                MarkdownKind.Image,
                Inlines(image, source),
                Address: Words(image.Url),
                Title: Words(image.Title)
            ),
            LinkInline link => new(
                MarkdownKind.Link,
                Inlines(link, source),
                Address: Words(link.Url),
                Title: Words(link.Title)
            ),
            AutolinkInline auto => new(
                MarkdownKind.Link,
                [MarkdownNode.Of(MarkdownKind.Text, auto.Url)],
                Address: auto.Url
            ),
            ContainerInline other => new(MarkdownKind.Emphasis, Inlines(other, source)),
            _ => MarkdownNode.Of(MarkdownKind.Text, source.Of(inline)),
        };

    private static string? Words(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static MarkdownNode Code(CodeBlock code, MarkdownSource source) =>
        MarkdownNode.Of(MarkdownKind.Code, code.Lines.ToString()) with
        {
            Place = source.PlaceOf(code),
        };
}
