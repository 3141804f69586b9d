using ControlSurface.Components;
using ControlSurface.Content;
using ControlSurface.Core.Reviews;

namespace ControlSurface.Pages.Parts;

/// <summary>From what a person selected, or typed as a quote, to the words of the text that a comment stands on.</summary>
public static class Quoting
{
    private const int Longest = 4_000;

    /// <summary>The words that are selected in the text; null where they are no words of it, or too many.</summary>
    /// <param name="laid">The same JSON in order, where that may be what they were selected in; null for any other text.</param>
    public static Anchor? Of(string text, SelectedWords selected, string? laid = null)
    {
        var shown = selected.IsLaid ? laid : text;
        if (
            shown is not null
            && selected is { Start: { } first, End: { } last }
            && Place(shown, first) is { } start
            && Place(shown, last) is { } end
        )
        {
            if (selected.IsLaid)
                (start, end) = new SameTokens(text, shown).InSource(start, end) ?? (0, 0);
            return end > start && end - start <= Longest ? new Anchor(text[start..end], start, end) : null;
        }
        return selected.Text.Length is > 0 and <= Longest && Only(text, selected.Text) is { } only ? only : null;
    }

    /// <summary>The anchor of a quote as it stands in the field; null with a sentence where nobody can say which words are meant.</summary>
    /// <param name="quote">Lines end in LF, as in any field.</param>
    /// <param name="selected">What was selected before; it stands if the quote is still that.</param>
    public static Anchor? Anchor(string text, string quote, Anchor? selected, out string? fault)
    {
        fault = null;
        if (selected is not null && LineEnds.With(selected.Quote, "\n") == LineEnds.With(quote, "\n"))
            return selected;
        var words = LineEnds.Like(text, quote);
        var found = TextSearch.Places(text, 0, text.Length, words, most: 2);
        if (found.Count == 1)
            return new Anchor(words, found[0], found[0] + words.Length);
        fault =
            found.Count == 0
                ? "These words do not stand in the version, to the character."
                : "These words stand in the version more than once. Select the ones that you mean in the text, then press Comment.";
        return null;
    }

    private static Anchor? Only(string text, string words) => Anchor(text, words, selected: null, out _);

    private static int? Place(string text, TextPlace place)
    {
        var start = 0;
        for (var line = 1; line < place.Line; line++)
        {
            var feed = text.IndexOf('\n', start);
            if (feed < 0)
                return null;
            start = feed + 1;
        }
        return start + place.Column <= text.Length ? start + place.Column : null;
    }
}
