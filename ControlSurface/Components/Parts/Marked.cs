using System.Buffers;
using System.Text;
using ControlSurface.Components.Review;
using ControlSurface.Content;
using ControlSurface.Wording;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ControlSurface.Components.Parts;

/// <summary>
/// The one way in which a page prints a text that others wrote, or a sentence that may hold one (law 14): what is hidden in it is
/// drawn by its code, what looks like another character is underlined, and right-to-left text turns nothing beside it.
/// </summary>
public static class Marked
{
    private static readonly SearchValues<char> TurningSigns = SearchValues.Create(
        "\u200F\u202B\u202E\u2067\uD802\uD803\uD83A\uD83B"
    );

    /// <summary>A name, a title, or a sentence with names and targets in it, on one line.</summary>
    /// <remarks>An instant in it (<see cref="Instants"/>) is drawn in the reader's zone.</remarks>
    public static RenderFragment Text(string? text) =>
        builder =>
        {
            var from = 0;
            foreach (var (start, length, at) in Instants.In(text ?? ""))
            {
                var before = text![from..start];
                builder.AddContent(0, (RenderFragment)(part => Draw(part, before, TextReading.Sentence)));
                builder.AddContent(1, RelativeTime.InSentence(at, text.Substring(start, length)));
                from = start + length;
            }
            var rest = from == 0 ? text : text![from..];
            builder.AddContent(2, (RenderFragment)(part => Draw(part, rest, TextReading.Sentence)));
        };

    /// <summary>What tells one thing from another to the character: a target, a label, a kind, a run, an id of the caller's.</summary>
    public static RenderFragment Id(string? text) => builder => Draw(builder, text, TextReading.Name);

    /// <summary>Prose of one or more lines: each line is a block that reads in its own direction.</summary>
    public static RenderFragment Prose(string? text) =>
        builder =>
        {
            if (string.IsNullOrEmpty(text))
                return;
            if (!text.Contains('\n', StringComparison.Ordinal))
            {
                Draw(builder, text, TextReading.Prose);
                return;
            }
            var (hidden, lines) = (HiddenText.Of(text), TextLine.Split(text));
            for (var k = 0; k < lines.Count; k++)
            {
                builder.OpenElement(0, "span");
                builder.AddAttribute(1, "class", "line-block");
                builder.AddAttribute(2, "dir", "auto");
                var line = lines[k].Text;
                builder.AddContent(3, PieceText.Draw(TextPiece.Of(line, 0, line.Length, [], hidden.OnLine(k + 1))));
                builder.AddContent(4, "\n");
                builder.CloseElement();
            }
        };

    /// <summary>The text where only characters can stand, as in a title, an option or a label for a screen reader: hidden ones by their code.</summary>
    public static string? Plain(string? text)
    {
        if (text is null || IsPlain(text))
            return text;
        var plain = new StringBuilder(text.Length);
        var (hidden, lines) = (HiddenText.OfSentence(text), TextLine.Split(text));
        for (var k = 0; k < lines.Count; k++)
        {
            if (k > 0)
                plain.Append('\n');
            foreach (var piece in TextPiece.Of(lines[k].Text, 0, lines[k].Text.Length, [], hidden.OnLine(k + 1)))
            {
                if (piece.Found is { Kind: FindingKind.Space } or not { Tag: not null })
                    plain.Append(piece.Text);
                else
                    plain.Append('[').Append(piece.Found!.Value.Tag).Append(']');
            }
        }
        return plain.ToString();
    }

    private static void Draw(RenderTreeBuilder builder, string? text, TextReading reading)
    {
        if (string.IsNullOrEmpty(text))
            return;
        if (IsPlain(text) && (reading != TextReading.Name || !HasLostBlanks(text)))
        {
            builder.AddContent(0, text);
            return;
        }
        var isTurned = IsTurned(text);
        if (isTurned)
        {
            builder.OpenElement(1, "bdi");
            if (reading == TextReading.Name)
                builder.AddAttribute(2, "dir", "ltr");
        }
        if (isTurned && reading != TextReading.Prose)
            Steps(builder, text, reading);
        else
            Lines(builder, text, reading);
        if (isTurned)
            builder.CloseElement();
    }

    private static void Lines(RenderTreeBuilder builder, string text, TextReading reading)
    {
        var (hidden, lines) = (HiddenText.Of(text, reading), TextLine.Split(text));
        for (var k = 0; k < lines.Count; k++)
        {
            if (k > 0)
                builder.AddContent(3, "\n");
            var line = lines[k].Text;
            builder.AddContent(4, PieceText.Draw(TextPiece.Of(line, 0, line.Length, [], hidden.OnLine(k + 1))));
        }
    }

    // The steps of a target stand from left to right whatever is written in them, or א/1 and 1/א would be drawn alike.
    private static void Steps(RenderTreeBuilder builder, string text, TextReading reading)
    {
        var from = 0;
        while (from < text.Length)
        {
            var blank = text.IndexOf(' ', from);
            var end = blank < 0 ? text.Length : blank;
            var token = text[from..end];
            if (reading == TextReading.Name || HiddenText.IsTarget(token))
            {
                builder.OpenElement(5, "bdi");
                builder.AddAttribute(6, "dir", "ltr");
                Segments(builder, token);
                builder.CloseElement();
                from = end;
            }
            else
            {
                // All words up to the next target: what they mean together depends on their neighbours.
                while (end < text.Length)
                {
                    var next = text.IndexOf(' ', end + 1);
                    var until = next < 0 ? text.Length : next;
                    if (HiddenText.IsTarget(text.AsSpan(end + 1, until - end - 1)))
                        break;
                    end = until;
                }
                Lines(builder, text[from..end], reading);
                from = end;
            }
            if (from < text.Length)
            {
                builder.AddContent(7, " ");
                from++;
            }
        }
    }

    private static void Segments(RenderTreeBuilder builder, string target)
    {
        for (var from = 0; from < target.Length; )
        {
            var at = target.AsSpan(from).IndexOfAny(':', '/', '#');
            var end = at < 0 ? target.Length : from + at;
            if (end > from)
            {
                builder.OpenElement(8, "bdi");
                Lines(builder, target[from..end], TextReading.Name);
                builder.CloseElement();
            }
            if (at >= 0)
                builder.AddContent(9, target[end..(end + 1)]);
            from = end + 1;
        }
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Whether a text has letters that are written from right to left, or what turns the direction.</summary>
    internal static bool IsTurned(string text) =>
        text.AsSpan().ContainsAnyInRange('\u0590', '\u08FF')
        || text.AsSpan().ContainsAny(TurningSigns)
        || text.AsSpan().ContainsAnyInRange('\uFB1D', '\uFDFF')
        || text.AsSpan().ContainsAnyInRange('\uFE70', '\uFEFC');

    // Of several blanks a browser draws one, of those at an end none.
    private static bool HasLostBlanks(string text) =>
        text[0] == ' ' || text[^1] == ' ' || text.Contains("  ", StringComparison.Ordinal);
}
