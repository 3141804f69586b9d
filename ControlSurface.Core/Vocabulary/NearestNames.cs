namespace ControlSurface.Core.Vocabulary;

/// <summary>
/// Suggests known names for an unknown one. A refusal lists all names where there are few, and only the nearest where there are many:
/// a long list would not help somebody who made a typing error.
/// </summary>
public static class NearestNames
{
    /// <summary>Up to this many names a refusal lists all of them.</summary>
    public const int Few = 12;

    private const int Said = 3;
    private const int LongestShown = 60;

    /// <summary>The end of a sentence that begins with the member's name and tells which words it takes.</summary>
    /// <param name="word">The unknown word, as sent; shown cut to 60 characters.</param>
    /// <param name="known">All words that the member takes; not empty.</param>
    public static string Fault(string word, IReadOnlyList<string> known) =>
        known.Count <= Few
            ? "must be of " + string.Join(", ", known)
            : $"has no {ShownText.Short(word, LongestShown)}; the nearest are {InWords(Of(word, known))}";

    /// <summary>The three names with the smallest edit distance to the word, nearest first; fewer where fewer are known.</summary>
    public static IReadOnlyList<string> Of(string word, IReadOnlyList<string> known)
    {
        var asked = ShownText.Cut(word, LongestShown);
        return
        [
            .. known.OrderBy(name => Distance(asked, name)).ThenBy(name => name, StringComparer.Ordinal).Take(Said),
        ];
    }

    private static string InWords(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(names.Count - 1)) + " and " + names[^1];

    // How many letters have to be changed, added or left out (Levenshtein), with upper and lower case the same.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var k = 0; k <= b.Length; k++)
            row[k] = k;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var k = 1; k <= b.Length; k++)
            {
                var isSame = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[k - 1]);
                var changed = diagonal + (isSame ? 0 : 1);
                diagonal = row[k];
                row[k] = Math.Min(changed, Math.Min(row[k], row[k - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
