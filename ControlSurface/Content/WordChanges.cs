using System.Runtime.InteropServices;

namespace ControlSurface.Content;

/// <summary>A part of two texts: words that both have, that only the old has, or that only the new has.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WordChange(LineSign Sign, string Text);

/// <summary>Two short texts as one, with what goes and what comes.</summary>
public static class WordChanges
{
    // Beyond this all of the old goes and all of the new comes: nobody reads such a suggestion word by word.
    private const int MaxWords = 1_500;

    /// <summary>The parts in order: those of the old text together are the old, those of the new the new.</summary>
    public static IReadOnlyList<WordChange> Of(string old, string @new)
    {
        var (gone, come) = (WordMarks.Words(old, MaxWords + 1), WordMarks.Words(@new, MaxWords + 1));
        if (gone.Count > MaxWords || come.Count > MaxWords)
            return [new WordChange(LineSign.Removed, old), new WordChange(LineSign.Added, @new)];
        var changes = new List<WordChange>();
        var (i, j) = (0, 0);
        foreach (var same in Pieces.Differ([.. gone], [.. come]))
        {
            Add(LineSign.Removed, gone, i, same.Old);
            Add(LineSign.Added, come, j, same.New);
            (i, j) = (same.Old + same.Length, same.New + same.Length);
            Add(LineSign.None, gone, same.Old, i);
        }
        Add(LineSign.Removed, gone, i, gone.Count);
        Add(LineSign.Added, come, j, come.Count);
        return changes;

        void Add(LineSign sign, List<string> words, int from, int to)
        {
            if (to > from)
                changes.Add(new WordChange(sign, string.Concat(words[from..to])));
        }
    }
}
