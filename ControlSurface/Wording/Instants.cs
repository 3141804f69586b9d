using System.Globalization;
using System.Text.RegularExpressions;

namespace ControlSurface.Wording;

/// <summary>
/// How an instant stands in a sentence, of a page or of a refusal: with its day and its zone, so that nobody has to guess either. Pages
/// find it there and draw it as a <c>time</c> in the reader's zone.
/// </summary>
public static partial class Instants
{
    private const string Format = "HH:mm:ss 'UTC on' d MMM yyyy";

    // As the sentences of events have it (Phrases.Clock), which agents read too.
    private const string InEvents = "yyyy-MM-dd HH:mm:ss'Z'";

    /// <summary>As <c>21:05:12 UTC on 24 Nov 2026</c>.</summary>
    public static string Say(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The instants that stand in a sentence: their place, their length in characters, and when they are.</summary>
    public static IEnumerable<(int Start, int Length, DateTimeOffset At)> In(string sentence)
    {
        if (
            !sentence.Contains(" UTC on ", StringComparison.Ordinal)
            && !sentence.Contains('Z', StringComparison.Ordinal)
        )
            yield break;
        foreach (System.Text.RegularExpressions.Match found in Said().Matches(sentence))
        {
            if (
                DateTimeOffset.TryParseExact(
                    found.Value,
                    [Format, InEvents],
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var at
                )
            )
                yield return (found.Index, found.Length, at);
        }
    }

    [GeneratedRegex(
        @"\b(?:\d\d:\d\d:\d\d UTC on \d{1,2} [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ)\b",
        RegexOptions.CultureInvariant,
        100
    )]
    private static partial Regex Said();
}
