using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ControlSurface.Content;

/// <summary>Some characters of a line: those that differ from the line beside it.</summary>
/// <param name="Start">First UTF-16 unit, from 0.</param>
/// <param name="Length">Number of UTF-16 units.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Mark(int Start, int Length);

/// <summary>The words in which two lines differ, and how alike the lines are.</summary>
internal static class WordMarks
{
    /// <summary>Steps for the words of all lines of a difference: a step is a word of one line beside a word of the other.</summary>
    internal const long Steps = 20_000_000;

    // Beyond this a line is compared by what both begin and end with: nobody reads such a line word by word.
    private const int MaxWords = 600;

    /// <summary>What differs on each side of two lines by themselves.</summary>
    public static (IReadOnlyList<Mark> Old, IReadOnlyList<Mark> New) Of(string old, string @new) =>
        Of(old, @new, new WorkBudget(Steps));

    /// <summary>What differs on each side.</summary>
    /// <param name="budget">What all lines together may take; where it is used up, what both begin and end with stays unmarked.</param>
    public static (IReadOnlyList<Mark> Old, IReadOnlyList<Mark> New) Of(string old, string @new, WorkBudget budget)
    {
        var (wordsOld, wordsNew) = (Words(old, MaxWords + 1), Words(@new, MaxWords + 1));
        if (
            wordsOld.Count > MaxWords
            || wordsNew.Count > MaxWords
            || !budget.TryTake(wordsOld.Count * (long)wordsNew.Count)
        )
            return Ends(old, @new);
        var same = Pieces.Differ([.. wordsOld], [.. wordsNew]);
        return (
            Between(wordsOld, same.Select(match => (match.Old, match.Length))),
            Between(wordsNew, same.Select(match => (match.New, match.Length)))
        );
    }

    /// <summary>From 0, nothing in common, to 1, the same words in whatever order. Blanks and single signs do not count.</summary>
    public static double Likeness(string old, string @new) =>
        Likeness(Words(old, MaxWords), old, Words(@new, MaxWords), @new);

    /// <summary>The same of lines whose words are at hand.</summary>
    internal static double Likeness(List<string> wordsOld, string old, List<string> wordsNew, string @new)
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        var (total, common) = (0, 0);
        foreach (var word in wordsOld.Where(IsWord))
        {
            left[word] = left.GetValueOrDefault(word) + 1;
            total += word.Length;
        }
        foreach (var word in wordsNew.Where(IsWord))
        {
            total += word.Length;
            if (left.GetValueOrDefault(word) is var count && count > 0)
            {
                left[word] = count - 1;
                common += word.Length;
            }
        }
        return total == 0 ? (old.Trim() == @new.Trim() ? 1 : 0) : 2.0 * common / total;
    }

    private static bool IsWord(string piece) => char.IsLetterOrDigit(piece, 0);

    /// <summary>The first words of a line that is held against others.</summary>
    internal static List<string> FirstWords(string line) => Words(line, MaxWords);

    /// <summary>Words, runs of blanks, and single signs; together they are the line, or its beginning.</summary>
    /// <param name="most">No more than these are taken.</param>
    internal static List<string> Words(string line, int most = int.MaxValue)
    {
        var words = new List<string>();
        var start = 0;
        var kind = -1;
        for (var at = 0; at < line.Length && words.Count < most; )
        {
            _ = Rune.DecodeFromUtf16(line.AsSpan(at), out var rune, out var length);
            var next = KindOf(rune);
            if (at > start && (next == 2 || next != kind))
            {
                // A mark that combines belongs to what stands before it.
                if (next == 3)
                {
                    at += length;
                    continue;
                }
                words.Add(line[start..at]);
                start = at;
            }
            kind = next == 3 ? 2 : next;
            at += length;
        }
        if (start < line.Length && words.Count < most)
            words.Add(line[start..]);
        return words;
    }

    private static int KindOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.SpaceSeparator => 0,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark =>
                3,
            _ when rune.Value == '\t' => 0,
            _ when Rune.IsLetterOrDigit(rune) || rune.Value == '_' => 1,
            _ => 2,
        };

    private static List<Mark> Between(List<string> words, IEnumerable<(int At, int Length)> same)
    {
        var marks = new List<Mark>();
        var (word, place, blanks) = (0, 0, false);
        foreach (var (at, length) in same.Append((words.Count, 0)))
        {
            var start = place;
            for (; word < at; word++)
                place += words[word].Length;
            // Two words that differ with nothing but a blank between them are read as one mark.
            if (place > start && blanks)
                marks[^1] = marks[^1] with { Length = place - marks[^1].Start };
            else if (place > start)
                marks.Add(new Mark(start, place - start));
            blanks = place > start || blanks;
            for (; word < at + length; word++)
            {
                blanks = blanks && string.IsNullOrWhiteSpace(words[word]);
                place += words[word].Length;
            }
        }
        return marks;
    }

    private static (IReadOnlyList<Mark>, IReadOnlyList<Mark>) Ends(string old, string @new)
    {
        var shorter = Math.Min(old.Length, @new.Length);
        var head = old.AsSpan().CommonPrefixLength(@new);
        if (head > 0 && char.IsHighSurrogate(old[head - 1]))
            head--;
        var tail = 0;
        while (tail < shorter - head && old[^(tail + 1)] == @new[^(tail + 1)])
            tail++;
        if (tail > 0 && char.IsLowSurrogate(old[^tail]))
            tail--;
        return (Middle(old), Middle(@new));

        List<Mark> Middle(string line) => line.Length > head + tail ? [new Mark(head, line.Length - head - tail)] : [];
    }
}
