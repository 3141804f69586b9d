namespace ControlSurface.Content;

/// <summary>How the lines of a text end, and texts that are to stand in it: what somebody types in a browser ends its lines in LF.</summary>
public static class LineEnds
{
    /// <summary>The words with the line ends that most lines of the text have.</summary>
    public static string Like(string text, string words) =>
        words.Contains('\n', StringComparison.Ordinal) ? With(words, Of(text)) : words;

    /// <summary>How most lines of the text end: CR LF or LF.</summary>
    public static string Of(string text)
    {
        var (all, crLf) = (0, 0);
        for (var at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            all++;
            if (at > 0 && text[at - 1] == '\r')
                crLf++;
        }
        return crLf * 2 > all ? "\r\n" : "\n";
    }

    /// <summary>The text with other line ends; a carriage return that stands alone stays.</summary>
    public static string With(string text, string end)
    {
        var plain = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return end == "\n" ? plain : plain.Replace("\n", end, StringComparison.Ordinal);
    }

    /// <summary>Whether two texts are equal but for how their lines end.</summary>
    internal static bool AreAlike(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        one.SequenceEqual(other)
        || string.Equals(With(one.ToString(), "\n"), With(other.ToString(), "\n"), StringComparison.Ordinal);
}
