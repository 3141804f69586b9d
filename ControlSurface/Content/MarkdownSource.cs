using Markdig.Helpers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ControlSurface.Content;

/// <summary>A Markdown text, and where in it the parts of its tree stand.</summary>
internal sealed class MarkdownSource(string text)
{
    private readonly int[] _starts = [0, .. Ends(text)];

    /// <summary>The characters of a part; empty where it has none.</summary>
    public string Of(MarkdownObject part) =>
        part.Span.Start >= 0 && part.Span.End < text.Length && part.Span.Length > 0
            ? text.Substring(part.Span.Start, part.Span.Length)
            : "";

    /// <summary>The node with the place of its words, where the source has them to the character.</summary>
    public MarkdownNode Placed(MarkdownNode node, Inline inline)
    {
        if (
            node is not { Kind: MarkdownKind.Text or MarkdownKind.CodeSpan, Text: { Length: > 0 } words }
            || words is "\n"
        )
            return node;
        var part = inline.Span;
        if (part.Start < 0 || part.End >= text.Length || part.Length < words.Length)
            return node;
        var at = text.IndexOf(words, part.Start, part.Length, StringComparison.Ordinal);
        return at < 0 ? node : node with { Place = PlaceOf(at) };
    }

    /// <summary>The place of a block of code, where all its lines begin at one column; null where they do not.</summary>
    public (int Line, int Column)? PlaceOf(CodeBlock code)
    {
        (int Line, int Column)? first = null;
        for (var k = 0; k < code.Lines.Count; k++)
        {
            var line = code.Lines.Lines[k];
            if (!Stands(line))
                return null;
            var place = PlaceOf(line.Position);
            first ??= place;
            if (place != (first.Value.Line + k, first.Value.Column))
                return null;
        }
        return first;
    }

    private bool Stands(StringLine line) =>
        line.Position >= 0
        && line.Position + line.Slice.Length <= text.Length
        && text.AsSpan(line.Position, line.Slice.Length).SequenceEqual(line.Slice.AsSpan());

    private (int Line, int Column) PlaceOf(int at)
    {
        var found = Array.BinarySearch(_starts, at);
        var line = found >= 0 ? found : ~found - 1;
        return (line + 1, at - _starts[line]);
    }

    private static IEnumerable<int> Ends(string text)
    {
        for (var k = text.IndexOf('\n', StringComparison.Ordinal); k >= 0; k = text.IndexOf('\n', k + 1))
            yield return k + 1;
    }
}
