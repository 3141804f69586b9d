using System.Buffers;
using System.Text;

namespace ControlSurface.Storage.Projections;

/// <summary>What can be found. The numbers are in the file: new ones go to the end.</summary>
public enum FoundKind
{
    /// <summary>An item, by its id, title, body or labels.</summary>
    Item = 1,

    /// <summary>An artifact, by its name.</summary>
    Artifact = 2,

    /// <summary>A conflict, by its id and what it is about.</summary>
    Conflict = 3,

    /// <summary>A target of actions, such as <c>mail:customer/88213</c>.</summary>
    Target = 4,

    /// <summary>A person or an agent, by name.</summary>
    Principal = 5,

    /// <summary>A run of an agent.</summary>
    Run = 6,
}

/// <summary>How words are written into the full-text table and asked of it: one rule for both.</summary>
internal static class SearchWords
{
    // Words that are looked for beyond this many narrow nothing that anybody reads on.
    private const int MostWords = 16;

    // Scripts that are written without spaces: each character is a word of its own, and a run of them a phrase.
    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"\0");

    /// <summary>The text as it is indexed.</summary>
    internal static string Spaced(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\u2E80', '\uFFFF');
        if (first < 0)
            return text;
        var spaced = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsWithoutSpaces(rune))
                spaced.Append(' ').Append(rune).Append(' ');
            else
                spaced.Append(rune);
        }
        return spaced.ToString();
    }

    /// <summary>
    /// The question for the full-text table: every word has to be there, or a longer one that begins with it. Null where nothing
    /// that was typed is a word.
    /// </summary>
    /// <param name="scope">What narrows it, in the table's own language; null for nothing.</param>
    internal static string? Question(string typed, string? scope)
    {
        var question = new StringBuilder();
        var words = 0;
        foreach (var word in typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = Plain(word);
            if (!plain.EnumerateRunes().Any(Rune.IsLetterOrDigit) || ++words > MostWords)
                continue;
            if (question.Length > 0)
                question.Append(" AND ");
            // A single letter begins half of all words: alone it is looked for as it stands.
            question.Append('"').Append(Spaced(plain)).Append('"').Append(plain.Length > 1 ? "*" : "");
        }
        if (question.Length == 0)
            return null;
        return scope is null
            ? $"{{title text}} : ({question})"
            : $"scope : ({scope}) AND {{title text}} : ({question})";
    }

    internal static string ScopeOf(FoundKind kind) =>
        "k" + ((int)kind).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A queue's name as one word, whatever is in it.</summary>
    internal static string ScopeOf(string? queue) =>
        queue is null ? "n" : "q" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(queue));

    private static string Plain(string word) =>
        word.AsSpan().ContainsAny(Quotes) ? word.Replace('"', ' ').Replace('\0', ' ') : word;

    private static bool IsWithoutSpaces(Rune rune) =>
        rune.Value
            is (>= 0x2E80 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF66 and <= 0xFF9F)
                or (>= 0x20000 and <= 0x3FFFF);
}
