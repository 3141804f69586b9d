using System.Globalization;

namespace ControlSurface.Content;

/// <summary>What a page lays out of a text; beyond it the reader is told, and reads the source (law 14).</summary>
public static class ContentBudget
{
    /// <summary>Lines of a text that are compared on a page, merged on a page, or drawn; the content limit allows half a million.</summary>
    public const int MaxLines = 100_000;

    /// <summary>Lines of a text: line feeds, and what stands after the last one.</summary>
    public static int LinesOf(string text) => text.AsSpan().Count('\n') + (text.Length > 0 && text[^1] != '\n' ? 1 : 0);

    /// <summary>What the reader is told of a text that has too many lines; null for any other.</summary>
    public static string? Why(string text) =>
        LinesOf(text) is var lines and > MaxLines
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"It has {lines:N0} lines, too many to be compared or laid out here. The first {MaxLines:N0} of its source are shown; download it for the rest."
            )
            : null;

    /// <summary>The lines that are drawn: all, or the first ones.</summary>
    public static string Head(string text)
    {
        if (LinesOf(text) <= MaxLines)
            return text;
        var end = -1;
        for (var line = 0; line < MaxLines; line++)
            end = text.IndexOf('\n', end + 1);
        return text[..(end + 1)];
    }
}
