using System.Text;
using ControlSurface.Core.Texts;

namespace ControlSurface.Content;

/// <summary>Scripts whose letters are taken for Latin ones; all the others look like nothing else.</summary>
internal enum Script
{
    Other,
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    Coptic,

    /// <summary>Latin letters again, full width or in mathematical faces.</summary>
    Styled,
}

/// <summary>
/// The scripts that have look-alikes of Latin letters (<see cref="LookAlikes"/>). Japanese, Korean and Chinese stand beside Latin in honest words and are left alone.
/// </summary>
internal static class Scripts
{
    /// <summary>The script of a letter.</summary>
    public static Script Of(Rune rune) =>
        rune.Value switch
        {
            >= 'A' and <= 'Z' or >= 'a' and <= 'z' => Script.Latin,
            < 0xAA => Script.Other,
            0xB5 or 0xD7 or 0xF7 => Script.Other,
            <= 0x24F
            or >= 0x250
            and <= 0x2AF
            or >= 0x1E00
            and <= 0x1EFF
            or >= 0x2C60
            and <= 0x2C7F
            or >= 0xA720
            and <= 0xA7FF => Script.Latin,
            >= 0x370 and <= 0x3E1 or >= 0x1F00 and <= 0x1FFF => Script.Greek,
            >= 0x3E2 and <= 0x3EF or >= 0x2C80 and <= 0x2CFF => Script.Coptic,
            >= 0x400 and <= 0x52F or >= 0x1C80 and <= 0x1C8F or >= 0x2DE0 and <= 0x2DFF or >= 0xA640 and <= 0xA69F =>
                Script.Cyrillic,
            >= 0x531 and <= 0x58A => Script.Armenian,
            >= 0x13A0 and <= 0x13FF or >= 0xAB70 and <= 0xABBF => Script.Cherokee,
            >= 0xFF21 and <= 0xFF3A or >= 0xFF41 and <= 0xFF5A or >= 0x1D400 and <= 0x1D7FF => Script.Styled,
            _ => Script.Other,
        };

    /// <summary>The Latin letter that this one is taken for; null for none.</summary>
    public static char? LikeLatin(Rune rune) => Of(rune) == Script.Styled ? '?' : LookAlikes.LatinOf(rune.Value);

    /// <summary>The script's name in a sentence.</summary>
    public static string Name(this Script script) =>
        script switch
        {
            Script.Styled => "styled",
            Script.Other => "other",
            Script.Latin or Script.Greek or Script.Cyrillic or Script.Armenian or Script.Cherokee or Script.Coptic =>
                script.ToString(),
        };
}
