using System.Text;

namespace ControlSurface.Content;

/// <summary>How a line ends. A carriage return that stands alone ends nothing: it is a hidden character in its line.</summary>
public enum LineEnd
{
    /// <summary>The text ends here, without a new line.</summary>
    None,

    /// <summary>U+000A.</summary>
    Lf,

    /// <summary>U+000D U+000A.</summary>
    CrLf,
}

/// <summary>One line of a text, with how it ends: put together again, lines are the text to the character.</summary>
/// <param name="Text">The line without its end.</param>
public readonly record struct TextLine(string Text, LineEnd End)
{
    /// <summary>The line with its end.</summary>
    public string Whole =>
        End switch
        {
            LineEnd.None => Text,
            LineEnd.Lf => Text + "\n",
            LineEnd.CrLf => Text + "\r\n",
        };

    /// <summary>The lines of a text. A text that ends in a new line has no empty line after it; the empty text has none.</summary>
    public static IReadOnlyList<TextLine> Split(string text)
    {
        var lines = new List<TextLine>();
        var start = 0;
        while (start < text.Length)
        {
            var feed = text.IndexOf('\n', start);
            if (feed < 0)
            {
                lines.Add(new TextLine(text[start..], LineEnd.None));
                break;
            }
            var isCrLf = feed > start && text[feed - 1] == '\r';
            lines.Add(new TextLine(text[start..(isCrLf ? feed - 1 : feed)], isCrLf ? LineEnd.CrLf : LineEnd.Lf));
            start = feed + 1;
        }
        return lines;
    }

    /// <summary>The text of the lines.</summary>
    public static string Join(IEnumerable<TextLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(line.Text)
                .Append(
                    line.End switch
                    {
                        LineEnd.None => "",
                        LineEnd.Lf => "\n",
                        LineEnd.CrLf => "\r\n",
                    }
                );
        return text.ToString();
    }
}
