using ControlSurface.Components.Parts;
using ControlSurface.Content;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ControlSurface.Components.Review;

/// <summary>
/// Markdown as it reads. Each kind of <see cref="MarkdownNode"/> is drawn as one element of a closed list and each word goes
/// through Razor's encoding: nothing can run, load or be pressed.
/// </summary>
public sealed class MarkdownView : ComponentBase
{
    private (MarkdownNode, CommentSpots?) _drawn;
    private Dictionary<MarkdownNode, List<CommentSpot>> _marks = [];

    /// <summary>The text as it was read, whole.</summary>
    [Parameter, EditorRequired]
    public required MarkdownNode Tree { get; set; }

    /// <summary>The comments on it, each marked at the block where its words begin; null for a text that is not commented on.</summary>
    [Parameter]
    public CommentSpots? Spots { get; set; }

    /// <summary>The comments of a mark were asked for, by the first one's line.</summary>
    [Parameter]
    public EventCallback<int> OnComments { get; set; }

    /// <inheritdoc/>
    protected override bool ShouldRender() => !ReferenceEquals(_drawn.Item1, Tree) || _drawn.Item2 != Spots;

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        _drawn = (Tree, Spots);
        _marks = MarksOf(Tree, Spots ?? CommentSpots.None);
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", "markdown");
        Children(builder, Tree);
        builder.CloseElement();
    }

    // Each comment goes to the last block that begins before its words do.
    private static Dictionary<MarkdownNode, List<CommentSpot>> MarksOf(MarkdownNode tree, CommentSpots spots)
    {
        var marks = new Dictionary<MarkdownNode, List<CommentSpot>>(ReferenceEqualityComparer.Instance);
        if (spots.All.Count == 0)
            return marks;
        MarkdownNode[] blocks = [.. Leaves(tree).OrderBy(block => block.Start)];
        foreach (var spot in spots.All)
        {
            var at = Array.FindLastIndex(blocks, block => block.Start <= spot.Start);
            if (blocks.Length == 0)
                return marks;
            var block = blocks[Math.Max(at, 0)];
            if (!marks.TryGetValue(block, out var here))
                marks[block] = here = [];
            here.Add(spot);
        }
        return marks;
    }

    private static IEnumerable<MarkdownNode> Leaves(MarkdownNode node) =>
        node.Kind is MarkdownKind.Paragraph or MarkdownKind.Heading or MarkdownKind.Code && node.Start >= 0
            ? [node]
            : node.Children.SelectMany(Leaves);

    private void Mark(RenderTreeBuilder builder, MarkdownNode block)
    {
        if (!_marks.TryGetValue(block, out var spots))
            return;
        builder.AddContent(
            30,
            CommentMark.Draw(spots.Count, "here", this, () => OnComments.InvokeAsync(spots[0].Line))
        );
    }

    private void Children(RenderTreeBuilder builder, MarkdownNode node)
    {
        foreach (var child in node.Children)
        {
            builder.OpenRegion(3);
            Node(builder, child);
            builder.CloseRegion();
        }
    }

    private void Node(RenderTreeBuilder builder, MarkdownNode node)
    {
        switch (node.Kind)
        {
            case MarkdownKind.Text:
                Placed(builder, "span", node);
                break;
            case MarkdownKind.Code:
                Code(builder, node);
                break;
            case MarkdownKind.CodeSpan:
                Placed(builder, "code", node);
                break;
            case MarkdownKind.Break:
                Element(builder, "br");
                break;
            case MarkdownKind.Rule:
                Element(builder, "hr");
                break;
            case MarkdownKind.Task:
                Element(builder, "span", "tag", node.Level == 1 ? "done" : "to do");
                break;
            case MarkdownKind.Link:
            case MarkdownKind.Image:
                Link(builder, node);
                break;
            case MarkdownKind.Definition:
                Definition(builder, node);
                break;
            case MarkdownKind.TableHead:
            case MarkdownKind.TableRow:
                Row(builder, node);
                break;
            case MarkdownKind.Heading:
                Heading(builder, node);
                break;
            case MarkdownKind.Numbers:
                builder.OpenElement(0, "ol");
                builder.AddAttribute(1, "start", node.Level);
                builder.AddAttribute(2, "dir", "auto");
                Children(builder, node);
                builder.CloseElement();
                break;
            case MarkdownKind.Document:
            case MarkdownKind.Paragraph:
            case MarkdownKind.Quote:
            case MarkdownKind.Bullets:
            case MarkdownKind.Item:
            case MarkdownKind.Table:
            case MarkdownKind.Cell:
            case MarkdownKind.Emphasis:
            case MarkdownKind.Strong:
            case MarkdownKind.Struck:
                builder.OpenElement(0, Name(node.Kind));
                Direct(builder, node.Kind);
                Children(builder, node);
                Mark(builder, node);
                builder.CloseElement();
                break;
        }
    }

    // Each block reads in the direction of its own words; a list and a table in that of their first.
    private static void Direct(RenderTreeBuilder builder, MarkdownKind kind)
    {
        if (
            kind
            is MarkdownKind.Paragraph
                or MarkdownKind.Quote
                or MarkdownKind.Bullets
                or MarkdownKind.Item
                or MarkdownKind.Table
                or MarkdownKind.Cell
        )
            builder.AddAttribute(1, "dir", "auto");
    }

    private static string Name(MarkdownKind kind) =>
        kind switch
        {
            MarkdownKind.Paragraph => "p",
            MarkdownKind.Quote => "blockquote",
            MarkdownKind.Bullets => "ul",
            MarkdownKind.Item => "li",
            MarkdownKind.Table => "table",
            MarkdownKind.Cell => "td",
            MarkdownKind.Emphasis => "em",
            MarkdownKind.Strong => "strong",
            MarkdownKind.Struck => "s",
            _ => "div",
        };

    // A heading of the content is none of the page's: it looks like one and keeps out of the page's outline.
    private void Heading(RenderTreeBuilder builder, MarkdownNode node)
    {
        builder.OpenElement(0, "p");
        builder.AddAttribute(1, "class", $"markdown-heading markdown-heading-{node.Level}");
        builder.AddAttribute(2, "dir", "auto");
        Children(builder, node);
        Mark(builder, node);
        builder.CloseElement();
    }

    private void Row(RenderTreeBuilder builder, MarkdownNode node)
    {
        builder.OpenElement(0, "tr");
        builder.AddAttribute(1, "class", node.Kind == MarkdownKind.TableHead ? "markdown-head-row" : null);
        Children(builder, node);
        builder.CloseElement();
    }

    private void Code(RenderTreeBuilder builder, MarkdownNode node)
    {
        if (node.Title is { } info)
            Element(builder, "p", "tag", info);
        builder.OpenElement(10, "pre");
        builder.AddAttribute(11, "class", "code");
        builder.AddAttribute(15, "dir", "ltr");
        builder.AddAttribute(12, "tabindex", 0);
        builder.AddAttribute(13, "role", "region");
        builder.AddAttribute(14, "aria-label", "Code");
        if (Spots is not null && node.Place is { } place)
        {
            foreach (var (k, line) in node.Text!.Split('\n').Index())
            {
                if (k > 0)
                    builder.AddContent(16, "\n");
                builder.OpenRegion(17);
                Placed(
                    builder,
                    "span",
                    MarkdownNode.Of(MarkdownKind.Text, line) with
                    {
                        Place = (place.Line + k, place.Column),
                    }
                );
                builder.CloseRegion();
            }
        }
        else
            Words(builder, node.Text!);
        builder.CloseElement();
        Mark(builder, node);
    }

    // Words that may be commented on say where they stand in the source.
    private void Placed(RenderTreeBuilder builder, string element, MarkdownNode node)
    {
        var place = Spots is null ? null : node.Place;
        if (place is null && element == "span")
        {
            Words(builder, node.Text!);
            return;
        }
        builder.OpenElement(40, element);
        builder.AddAttribute(41, "data-line", place?.Line);
        builder.AddAttribute(42, "data-from", place?.Column);
        Words(builder, node.Text!);
        builder.CloseElement();
    }

    private void Link(RenderTreeBuilder builder, MarkdownNode node)
    {
        var isImage = node.Kind == MarkdownKind.Image;
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", isImage ? "markdown-image" : "markdown-link");
        if (isImage)
            builder.AddContent(2, "Picture, not loaded: ");
        Children(builder, node);
        builder.CloseElement();
        builder.AddContent(3, " ");
        Address(builder, node);
        if (node.Address is { } to && LinkScan.Mismatch(TextOf(node), to) is { } why)
        {
            builder.OpenElement(4, "strong");
            builder.AddAttribute(5, "class", "markdown-misleading");
            builder.AddContent(6, $" ({why})");
            builder.CloseElement();
        }
    }

    private static void Definition(RenderTreeBuilder builder, MarkdownNode node)
    {
        builder.OpenElement(0, "p");
        builder.AddAttribute(1, "class", "tertiary small-text");
        builder.AddContent(2, "Address of ");
        Words(builder, node.Text ?? "");
        builder.AddContent(4, ": ");
        Address(builder, node);
        builder.CloseElement();
    }

    // Where it leads is read without pressing anything: the host, or all of it where there is none.
    private static void Address(RenderTreeBuilder builder, MarkdownNode node)
    {
        builder.OpenElement(10, "span");
        builder.AddAttribute(11, "class", "markdown-target mono");
        builder.AddAttribute(17, "dir", "ltr");
        builder.AddAttribute(12, "title", Marked.Plain(node.Address));
        Words(builder, node.Address is { } address ? LinkScan.HostOf(address) ?? Short(address) : "no address");
        builder.CloseElement();
        if (node.Title is { } title)
        {
            builder.OpenElement(13, "span");
            builder.AddAttribute(14, "class", "tertiary");
            builder.AddContent(15, " titled “");
            Words(builder, title);
            builder.AddContent(16, "”");
            builder.CloseElement();
        }
    }

    private static string Short(string address) =>
        address.Length <= 120 ? address : $"{address[..120]}… ({address.Length:N0} characters)";

    private static IReadOnlyList<TextPiece> Pieces(string line, ReadOnlySpan<Finding> found)
    {
        Finding[] seen = [.. found.ToArray().Where(finding => finding.Kind != FindingKind.Trailing)];
        return TextPiece.Of(line, 0, line.Length, [], seen);
    }

    private static string TextOf(MarkdownNode node) => node.Text + string.Concat(node.Children.Select(TextOf));

    private static void Element(RenderTreeBuilder builder, string name, string? @class = null, string? text = null)
    {
        builder.OpenElement(0, name);
        if (@class is not null)
            builder.AddAttribute(1, "class", @class);
        if (text is not null)
            Words(builder, text);
        builder.CloseElement();
    }

    // Hidden characters are shown here as everywhere; each line by itself, as they are found.
    private static void Words(RenderTreeBuilder builder, string text)
    {
        var hidden = HiddenText.Of(text);
        // A part of a sentence may end in a blank: only the source says where a line does.
        if (hidden.Findings.All(finding => finding.Kind is FindingKind.Trailing or FindingKind.LongLine))
        {
            builder.AddContent(20, text);
            return;
        }
        var lines = TextLine.Split(text);
        for (var k = 0; k < lines.Count; k++)
        {
            var line = lines[k].Text;
            builder.AddContent(21, PieceText.Draw(Pieces(line, hidden.OnLine(k + 1))));
            if (lines[k].End != LineEnd.None)
                builder.AddContent(22, "\n");
        }
    }
}
