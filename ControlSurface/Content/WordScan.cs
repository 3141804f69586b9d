using System.Globalization;
using System.Text;

namespace ControlSurface.Content;

/// <summary>Words whose letters are taken for those of another script.</summary>
internal static class WordScan
{
    private const int LongestWord = 80;

    /// <summary>A word of one script, all of whose letters have a Latin look-alike: suspect if the text has no other word of that script.</summary>
    internal readonly record struct Disguise(Script Script, Finding Finding);

    /// <summary>Looks at the words of a line that has other letters than ASCII.</summary>
    /// <param name="atHome">Scripts that have a word of their own in the text so far; added to.</param>
    /// <param name="disguises">Words to decide on once all of the text was read; added to.</param>
    public static void Line(
        string line,
        int number,
        List<Finding> found,
        HashSet<Script> atHome,
        List<Disguise> disguises
    )
    {
        var start = -1;
        for (var at = 0; at < line.Length; )
        {
            _ = Rune.DecodeFromUtf16(line.AsSpan(at), out var rune, out var length);
            var inWord = Rune.IsLetterOrDigit(rune) || rune.Value == '_' || IsMark(rune);
            if (inWord && start < 0)
                start = at;
            if (!inWord && start >= 0)
            {
                Word(line, start, at, number, found, atHome, disguises);
                start = -1;
            }
            at += length;
        }
        if (start >= 0)
            Word(line, start, line.Length, number, found, atHome, disguises);
    }

    /// <summary>What is suspect about a host, or null: letters of several scripts, or none but look-alikes.</summary>
    public static string? Host(string host)
    {
        if (Ascii.IsValid(host))
            return host.Split('.').Any(label => label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
                ? $"the host {host} has letters that are written in code (xn--)"
                : null;
        foreach (var label in host.Split('.').Where(label => !Ascii.IsValid(label)))
        {
            var (scripts, likes, letters) = Look(label, 0, label.Length);
            var others = scripts.Where(script => script is not (Script.Latin or Script.Other)).ToList();
            if (others.Count > 0 && (likes == letters || scripts.Contains(Script.Latin)))
                return $"the host {host} has {others[0].Name()} letters that look like Latin ones";
        }
        return null;
    }

    private static void Word(
        string line,
        int start,
        int end,
        int number,
        List<Finding> found,
        HashSet<Script> atHome,
        List<Disguise> disguises
    )
    {
        if (Ascii.IsValid(line.AsSpan(start, end - start)))
            return;
        var (scripts, likes, letters) = Look(line, start, end);
        var others = scripts.Where(script => script is not (Script.Latin or Script.Other)).ToList();
        if (others.Count == 0)
            return;
        var isMixed = others.Count > 1 || scripts.Contains(Script.Latin);
        if (!isMixed && others[0] != Script.Styled && likes < letters)
        {
            atHome.Add(others[0]);
            return;
        }
        if (likes == 0)
            return;
        var words = isMixed
            ? $"“{Short(line, start, end)}” mixes {string.Join(" and ", scripts.Where(script => script != Script.Other).Select(script => script.Name()))} letters"
            : $"“{Short(line, start, end)}” is written in {others[0].Name()} letters that look like Latin ones";
        var finding = new Finding(FindingKind.LookAlike, number, start, end - start, -1, words, MustBeSeen: true);
        if (isMixed || others[0] == Script.Styled)
            found.Add(finding);
        else if (letters > 1)
            disguises.Add(new Disguise(others[0], finding));
    }

    private static (SortedSet<Script> Scripts, int Likes, int Letters) Look(string line, int start, int end)
    {
        var scripts = new SortedSet<Script>();
        var (likes, letters) = (0, 0);
        for (var at = start; at < end; )
        {
            _ = Rune.DecodeFromUtf16(line.AsSpan(at, end - at), out var rune, out var length);
            at += length;
            if (!Rune.IsLetter(rune) && Scripts.Of(rune) != Script.Styled)
                continue;
            var script = Scripts.Of(rune);
            scripts.Add(script);
            if (script == Script.Latin)
                continue;
            letters++;
            if (Scripts.LikeLatin(rune) is not null)
                likes++;
        }
        return (scripts, likes, letters);
    }

    // A word can be as long as its text.
    private static string Short(string line, int start, int end)
    {
        if (end - start <= LongestWord)
            return line[start..end];
        var cut = start + LongestWord;
        return line[start..(char.IsHighSurrogate(line[cut - 1]) ? cut - 1 : cut)] + "…";
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
