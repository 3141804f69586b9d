using System.Collections.Frozen;
using System.Globalization;

namespace ControlSurface.Core.Texts;

/// <summary>Names of characters that show nothing, for people. Source: the Unicode Character Database, in plainer words.</summary>
public static class CharacterNames
{
    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [0x00] = "null character",
        [0x07] = "bell",
        [0x08] = "backspace",
        [0x0B] = "vertical tab",
        [0x0C] = "form feed",
        [0x0D] = "carriage return inside the line",
        [0x1B] = "escape, begins terminal commands",
        [0x7F] = "delete",
        [0x85] = "next line",
        [0xA0] = "no-break space",
        [0xAD] = "soft hyphen",
        [0x34F] = "combining grapheme joiner",
        [0x61C] = "Arabic letter mark, turns the direction",
        [0x115F] = "Hangul filler, shows nothing",
        [0x1160] = "Hangul filler, shows nothing",
        [0x1680] = "Ogham space",
        [0x17B4] = "Khmer inherent vowel, shows nothing",
        [0x17B5] = "Khmer inherent vowel, shows nothing",
        [0x180E] = "Mongolian vowel separator, shows nothing",
        [0x200B] = "zero-width space",
        [0x200C] = "zero-width non-joiner",
        [0x200D] = "zero-width joiner",
        [0x200E] = "left-to-right mark",
        [0x200F] = "right-to-left mark",
        [0x2028] = "line separator",
        [0x2029] = "paragraph separator",
        [0x202A] = "left-to-right embedding",
        [0x202B] = "right-to-left embedding",
        [0x202C] = "end of a direction",
        [0x202D] = "left-to-right override",
        [0x202E] = "right-to-left override: what follows is shown backwards",
        [0x202F] = "narrow no-break space",
        [0x205F] = "mathematical space",
        [0x2060] = "word joiner",
        [0x2061] = "invisible function application",
        [0x2062] = "invisible times",
        [0x2063] = "invisible separator",
        [0x2064] = "invisible plus",
        [0x2066] = "left-to-right isolate",
        [0x2067] = "right-to-left isolate",
        [0x2068] = "first strong isolate",
        [0x2069] = "end of an isolate",
        [0x2800] = "Braille blank, shows nothing",
        [0x3000] = "ideographic space",
        [0xFFFC] = "object replacement character, shows nothing",
        [0x3164] = "Hangul filler, shows nothing",
        [0xFEFF] = "byte order mark, shows nothing",
        [0xFFA0] = "Hangul filler, shows nothing",
        [0xFFFD] = "replacement character: something was lost here before",
    }.ToFrozenDictionary();

    /// <summary>The character in a few words, as "right-to-left override".</summary>
    /// <param name="point">A code point, or half of a surrogate pair.</param>
    public static string Of(int point) =>
        Names.TryGetValue(point, out var name)
            ? name
            : point switch
            {
                >= 0xE0020 and <= 0xE007E => $"tag character, a hidden “{(char)(point - 0xE0000)}”",
                >= 0xE0000 and <= 0xE007F => "tag character, shows nothing",
                >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180F => "variation selector",
                >= 0x2000 and <= 0x200A => "space of another width",
                >= 0xD800 and <= 0xDFFF => "half of a surrogate pair",
                _ => CharUnicodeInfo.GetUnicodeCategory(point) switch
                {
                    UnicodeCategory.Control => "control character",
                    UnicodeCategory.PrivateUse => "private character",
                    UnicodeCategory.OtherNotAssigned => "no character has this code",
                    UnicodeCategory.SpaceSeparator => "unusual space",
                    _ => "shows nothing",
                },
            };

    /// <summary>The code point as <c>U+202E</c>.</summary>
    public static string Code(int point) => string.Create(CultureInfo.InvariantCulture, $"U+{point:X4}");
}
