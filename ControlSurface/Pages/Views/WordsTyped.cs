namespace ControlSurface.Pages.Views;

/// <summary>Words that somebody types above a list: a row stays while each of them is in what it says, whatever their case.</summary>
public static class WordsTyped
{
    /// <summary>Whether each word is in one of the texts.</summary>
    public static bool AreIn(string words, params ReadOnlySpan<string?> texts)
    {
        foreach (var word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var isThere = false;
            foreach (var text in texts)
                isThere |= text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
            if (!isThere)
                return false;
        }
        return true;
    }
}
