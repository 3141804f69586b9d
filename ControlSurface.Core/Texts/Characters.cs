using System.Buffers;
using System.Globalization;
using System.Text;

namespace ControlSurface.Core.Texts;

/// <summary>
/// What each character of a text does where it stands: one judgement for what a name may have (API.md, Settled since: Text) and
/// for what is marked where a text is drawn (law 14). Decision 0024 says which characters and why.
/// </summary>
public static class Characters
{
    private const int Blank = 0x20;
    private const int NonJoiner = 0x200C;
    private const int Joiner = 0x200D;
    private const int TextSelector = 0xFE0E;
    private const int EmojiSelector = 0xFE0F;
    private const int Keycap = 0x20E3;
    private const int BlackFlag = 0x1F3F4;
    private const int LastTag = 0xE007F;

    /// <summary>Judges the character at a place of a text.</summary>
    /// <param name="text">All of the line: what stands before and after decides too.</param>
    /// <param name="at">The place of its first UTF-16 unit.</param>
    /// <param name="point">Its code point, or the half of a surrogate pair that stands alone.</param>
    /// <param name="length">Its UTF-16 units: 1 or 2.</param>
    public static CharacterUse Of(ReadOnlySpan<char> text, int at, out int point, out int length)
    {
        if (text[at] is >= ' ' and <= '~')
        {
            (point, length) = (text[at], 1);
            return CharacterUse.Seen;
        }
        if (Rune.DecodeFromUtf16(text[at..], out var rune, out length) != OperationStatus.Done)
        {
            (point, length) = (text[at], 1);
            return CharacterUse.Tricks;
        }
        point = rune.Value;
        return Of(text, at, rune, length);
    }

    private static CharacterUse Of(ReadOnlySpan<char> text, int at, Rune rune, int length)
    {
        switch (rune.Value)
        {
            case NonJoiner or Joiner:
                return JoinerAt(text, at, rune.Value);
            case TextSelector or EmojiSelector:
                return SelectorAt(text, at);
            case >= 0xE0000 and <= LastTag:
                return TagAt(text, at);
            case >= 0x180B and <= 0x180F:
                return Before(text, at) is >= 0x1800 and <= 0x18AF ? CharacterUse.Shapes : CharacterUse.Tricks;
            case >= 0xFE00 and <= 0xFE0D or >= 0xE0100 and <= 0xE01EF:
                return CharacterUse.Tricks;
            case 0x200B:
                return IsWrittenWithoutBlanks(Before(text, at)) && IsWrittenWithoutBlanks(After(text, at + length))
                    ? CharacterUse.Customary
                    : CharacterUse.Hides;
            case 0x200E or 0x200F or 0x61C:
                return MarkAt(text, at, length, rune.Value);
            case 0xAD or 0x2060:
                return CharacterUse.Hides;
            case >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069:
                return CharacterUse.Tricks;
            default:
                if (IsFiller(rune.Value))
                    return CharacterUse.Tricks;
                break;
        }
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.Surrogate => CharacterUse.Tricks,
            UnicodeCategory.Format => IsSeenFormat(rune.Value) ? CharacterUse.Seen : CharacterUse.Tricks,
            UnicodeCategory.SpaceSeparator => rune.Value == Blank ? CharacterUse.Seen : CharacterUse.Space,
            _ => CharacterUse.Seen,
        };
    }

    /// <summary>Whether the character leaves ink on the page: no space, filler or format character.</summary>
    public static bool IsSeen(CharacterUse use, int point) => use == CharacterUse.Seen && point != Blank;

    /// <summary>A character that stands for a letter or a sign and shows nothing.</summary>
    public static bool IsFiller(int point) =>
        point is 0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or 0xFFFC or 0x1D159;

    // Signs of numbers and of verses, and the joiners of hieroglyphs: of category Format, and drawn.
    private static bool IsSeenFormat(int point) =>
        point
            is (>= 0x600 and <= 0x605)
                or 0x6DD
                or 0x70F
                or 0x890
                or 0x891
                or 0x8E2
                or 0x110BD
                or 0x110CD
                or (>= 0x13430 and <= 0x1345F);

    private static CharacterUse JoinerAt(ReadOnlySpan<char> text, int at, int joiner)
    {
        var (left, right) = (Before(text, at), After(text, at + 1));
        if (joiner == Joiner && IsPictureEnd(left) && Emoji.IsPicture(right))
            return CharacterUse.Shapes;
        var (isLeft, isRight) = (IsJoined(left), IsJoined(right));
        if (!isLeft && !isRight)
            return CharacterUse.Hides;
        // Beside the sign that takes a letter's vowel a joiner decides how both are drawn (Unicode, 12.1; UAX #31, A2 and B).
        if (IsVirama(left) || IsVirama(right))
            return CharacterUse.Shapes;
        var letter = IsMark(left) ? LetterBefore(text, at) : left;
        var isCursive = Arabic.JoinsOn(letter);
        var meets = Arabic.IsLetter(right);
        // Between letters that would join, the non-joiner keeps them apart; where nothing would join, the joiner bends the letter.
        var isDrawn =
            joiner == NonJoiner ? isCursive && meets : (isCursive && !meets) || (!Arabic.IsLetter(letter) && meets);
        return isDrawn ? CharacterUse.Shapes : CharacterUse.Customary;
    }

    // A mark of direction beside a letter of that direction does what is done without it; after the letter's punctuation it keeps that in place.
    private static CharacterUse MarkAt(ReadOnlySpan<char> text, int at, int length, int mark)
    {
        if (mark == 0x200E)
            return CharacterUse.Hides;
        if (IsRightToLeft(After(text, at + length)))
            return CharacterUse.Customary;
        for (var before = at; before > 0; )
        {
            if (
                Rune.DecodeLastFromUtf16(text[..before], out var rune, out var back) != OperationStatus.Done
                || rune.Value is >= 0x200B and <= 0x206F
            )
                return CharacterUse.Hides;
            if (IsRightToLeft(rune.Value))
                return CharacterUse.Customary;
            if (!Rune.IsPunctuation(rune))
                return CharacterUse.Hides;
            before -= back;
        }
        return CharacterUse.Hides;
    }

    private static CharacterUse SelectorAt(ReadOnlySpan<char> text, int at)
    {
        var before = Before(text, at);
        if (before is '#' or '*' or (>= '0' and <= '9'))
            return After(text, at + 1) == Keycap ? CharacterUse.Shapes : CharacterUse.Tricks;
        return Emoji.IsTextByDefault(before) ? CharacterUse.Shapes
            : Emoji.IsPicture(before) ? CharacterUse.Customary
            : CharacterUse.Tricks;
    }

    // A flag of a part of a country: a black flag, two letters of the country, one to three of the part, the last tag.
    private static CharacterUse TagAt(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        // A flag has at most seven tags: whatever stands after more is none, and is not worth the walk.
        while (at - start <= 2 * 6 && start >= 2 && Before(text, start) is >= 0xE0020 and < LastTag)
            start -= 2;
        if (Before(text, start) != BlackFlag || at - start > 2 * 6)
            return CharacterUse.Tricks;
        Span<char> name = stackalloc char[8];
        var count = 0;
        var end = start;
        while (After(text, end) is int tag and >= 0xE0020 and < LastTag && count < name.Length)
        {
            name[count++] = (char)(tag - 0xE0000);
            end += 2;
        }
        var part = name[..count];
        if (After(text, end) != LastTag || at > end || count is < 3 or > 6 || !IsPart(part))
            return CharacterUse.Tricks;
        // Fonts draw these three; all others look like the black flag alone.
        return part is "gbeng" or "gbsct" or "gbwls" ? CharacterUse.Shapes : CharacterUse.Hides;
    }

    private static bool IsPart(ReadOnlySpan<char> name) =>
        char.IsAsciiLetterLower(name[0])
        && char.IsAsciiLetterLower(name[1])
        && !name.ContainsAnyExcept(SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"));

    private static bool IsPictureEnd(int point) =>
        point == EmojiSelector || point is >= 0x1F3FB and <= 0x1F3FF || Emoji.IsPicture(point);

    // Letters and marks of scripts that are written with joiners: from Arabic to Mongolian, and their extensions.
    private static bool IsJoined(int point) =>
        point
            is (>= 0x620 and <= 0x109F)
                or (>= 0x1780 and <= 0x18AF)
                or (>= 0x1900 and <= 0x1CFF)
                or (>= 0xA800 and <= 0xA82F)
                or (>= 0xA840 and <= 0xA8FF)
                or (>= 0xA930 and <= 0xA9FF)
                or (>= 0xAA00 and <= 0xAAFF)
                or (>= 0xABC0 and <= 0xABFF)
                or (>= 0xFB50 and <= 0xFDFF)
                or (>= 0xFE70 and <= 0xFEFC)
                or (>= 0x11000 and <= 0x11FFF)
                or (>= 0x1E900 and <= 0x1E95F);

    private static bool IsWrittenWithoutBlanks(int point) =>
        point
            is (>= 0xE00 and <= 0x109F)
                or (>= 0x1780 and <= 0x17FF)
                or (>= 0x1950 and <= 0x1AAF)
                or (>= 0x1B00 and <= 0x1BFF)
                or (>= 0x3041 and <= 0x30FF)
                or (>= 0x3400 and <= 0x9FFF)
                or (>= 0xA980 and <= 0xA9DF)
                or (>= 0xA9E0 and <= 0xA9FF)
                or (>= 0xAA60 and <= 0xAADF);

    private static bool IsRightToLeft(int point) =>
        point
            is (>= 0x590 and <= 0x5FF and not 0x5BE)
                or (>= 0x620 and <= 0x65F)
                or (>= 0x66E and <= 0x6EF)
                or (>= 0x6FA and <= 0x8FF)
                or (>= 0xFB1D and <= 0xFDFF)
                or (>= 0xFE70 and <= 0xFEFC)
                or (>= 0x10800 and <= 0x10FFF)
                or (>= 0x1E800 and <= 0x1EFFF);

    private static bool IsVirama(int point) => point >= 0x900 && CanonicalForm.ClassOf(point) == 9;

    private static bool IsMark(int point) =>
        point > 0
        && CharUnicodeInfo.GetUnicodeCategory(point)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark;

    // A letter has few marks; a text that piles up more is not worth the walk.
    private static int LetterBefore(ReadOnlySpan<char> text, int at)
    {
        for (var marks = 0; at > 0 && marks < 8; marks++)
        {
            if (Rune.DecodeLastFromUtf16(text[..at], out var rune, out var length) != OperationStatus.Done)
                return -1;
            if (!IsMark(rune.Value))
                return rune.Value;
            at -= length;
        }
        return -1;
    }

    private static int Before(ReadOnlySpan<char> text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text[..at], out var rune, out _) == OperationStatus.Done ? rune.Value : -1;

    private static int After(ReadOnlySpan<char> text, int at) =>
        at < text.Length && Rune.DecodeFromUtf16(text[at..], out var rune, out _) == OperationStatus.Done
            ? rune.Value
            : -1;
}
