using System.Globalization;

namespace ControlSurface.Core.Texts;

/// <summary>
/// The rule for every text that names something: names, titles, labels, ids, runs, progress steps, kinds, media types and targets
/// (API.md, Settled since: Text). Prose takes all of it and is drawn with what hides made visible.
/// </summary>
public static class NameText
{
    /// <summary>What is wrong with the text and where, as the rest of a sentence that begins with its name; null for nothing.</summary>
    public static string? Fault(string text)
    {
        var isSeen = false;
        var number = 0;
        for (var at = 0; at < text.Length; )
        {
            number++;
            var use = Characters.Of(text, at, out var point, out var length);
            if (use == CharacterUse.Tricks)
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"must not contain {CharacterNames.Code(point)} ({CharacterNames.Of(point)}), its character {number}: leave it out"
                );
            isSeen |= Characters.IsSeen(use, point);
            at += length;
        }
        return isSeen ? null : "must not be empty or blank to the eye";
    }

    /// <summary>Whether the text has more characters than that; a character of two UTF-16 units counts once.</summary>
    public static bool IsLonger(string text, int characters)
    {
        if (text.Length <= characters)
            return false;
        if (text.Length > 2 * characters)
            return true;
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count > characters;
    }
}
