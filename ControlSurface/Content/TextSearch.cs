namespace ControlSurface.Content;

/// <summary>Finds the places of a text in another in time that grows with both lengths, whatever they are made of (Knuth, Morris, Pratt).</summary>
internal static class TextSearch
{
    /// <summary>The first places of <paramref name="words"/> in a part of a text, overlapping ones too; at most <paramref name="most"/>.</summary>
    public static List<int> Places(string text, int start, int end, string words, int most)
    {
        var places = new List<int>();
        if (words.Length == 0 || end - start < words.Length)
            return places;
        var back = Borders(words);
        var matched = 0;
        for (var at = start; at < end && places.Count < most; at++)
        {
            while (matched > 0 && text[at] != words[matched])
                matched = back[matched - 1];
            if (text[at] == words[matched])
                matched++;
            if (matched < words.Length)
                continue;
            places.Add(at - words.Length + 1);
            matched = back[matched - 1];
        }
        return places;
    }

    // For each beginning of the words, how long the beginning is that it ends in.
    private static int[] Borders(string words)
    {
        var back = new int[words.Length];
        for (var (at, matched) = (1, 0); at < words.Length; at++)
        {
            while (matched > 0 && words[at] != words[matched])
                matched = back[matched - 1];
            if (words[at] == words[matched])
                matched++;
            back[at] = matched;
        }
        return back;
    }
}
