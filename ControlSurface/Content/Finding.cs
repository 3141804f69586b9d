using System.Globalization;
using ControlSurface.Core.Texts;

namespace ControlSurface.Content;

/// <summary>What a reader would not see, or would take for something else.</summary>
public enum FindingKind
{
    /// <summary>Turns the direction in which the characters after it are shown.</summary>
    Direction,

    /// <summary>Shows nothing.</summary>
    Invisible,

    /// <summary>A control character.</summary>
    Control,

    /// <summary>A code point that stands for no character, or for a private one, or half of a surrogate pair.</summary>
    Unassigned,

    /// <summary>A word or host whose letters look like those of another script.</summary>
    LookAlike,

    /// <summary>A link whose words name another host than it leads to.</summary>
    LinkHost,

    /// <summary>A space that is not the usual one, or a separator of lines that is none.</summary>
    Space,

    /// <summary>Many blanks in a row: what comes after them may be out of sight.</summary>
    Gap,

    /// <summary>Blanks at the end of the line.</summary>
    Trailing,

    /// <summary>A very long line.</summary>
    LongLine,
}

/// <summary>One thing found in a text.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Start">First UTF-16 unit in the line, from 0.</param>
/// <param name="Length">Number of UTF-16 units.</param>
/// <param name="CodePoint">The character; −1 where it is not about one.</param>
/// <param name="Detail">The rest of the sentence, where the kind and the character do not say it all.</param>
/// <param name="MustBeSeen">Nobody should approve it unseen. False for what is usual in honest texts.</param>
public readonly record struct Finding(
    FindingKind Kind,
    int Line,
    int Start,
    int Length,
    int CodePoint,
    string? Detail,
    bool MustBeSeen
)
{
    /// <summary>Column, from 1, counted in UTF-16 units as editors do.</summary>
    public int Column => Start + 1;

    /// <summary><c>U+202E</c>; null where it is not about one character.</summary>
    public string? Code => CodePoint < 0 ? null : CharacterNames.Code(CodePoint);

    /// <summary>What it is, in a few words, without where.</summary>
    public string Words =>
        Kind switch
        {
            FindingKind.LookAlike or FindingKind.LinkHost => Detail ?? "",
            FindingKind.Gap => Length == 1
                ? "a blank where none is seen"
                : string.Create(CultureInfo.InvariantCulture, $"{Length} blanks in a row"),
            FindingKind.Trailing => Length == 1
                ? "a blank at the end of the line"
                : string.Create(CultureInfo.InvariantCulture, $"{Length} blanks at the end of the line"),
            FindingKind.LongLine => string.Create(CultureInfo.InvariantCulture, $"a line of {Length:N0} characters"),
            FindingKind.Direction
            or FindingKind.Invisible
            or FindingKind.Control
            or FindingKind.Unassigned
            or FindingKind.Space => CharacterNames.Of(CodePoint),
        };

    /// <summary>What stands in its place in the text, for one that shows nothing by itself; null for the others.</summary>
    public string? Tag =>
        Kind switch
        {
            FindingKind.Direction or FindingKind.Invisible or FindingKind.Control or FindingKind.Unassigned => Code,
            FindingKind.Space => CodePoint is 0xA0 ? "NBSP" : Code,
            FindingKind.Gap => Length == 1 ? "blank" : string.Create(CultureInfo.InvariantCulture, $"{Length} blanks"),
            FindingKind.LookAlike or FindingKind.LinkHost or FindingKind.Trailing or FindingKind.LongLine => null,
        };
}
