using System.Collections.Frozen;
using System.Text;

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
/// Letters that look like those of another script. A short form of UTS 39: the scripts that have look-alikes of Latin letters,
/// and which letters those are. Japanese, Korean and Chinese stand beside Latin in honest words and are left alone.
/// </summary>
internal static class Scripts
{
    // Letter, and the Latin one that it is taken for.
    private const string Pairs =
        "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ѵv АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS ԌG ԚQ ԜW ҮY ҺH ӀI ѴV гr пn кk мm тt вb зe "
        + "οo αa νv ρp υu ιi κk χx ωw ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC "
        + "օo սu հh ոn զq յj ցg Օo ԼL ՍU Տs "
        + "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
        + "ⲟo ⲥc ⲣp Ⲟo ⲤC ⲢP ⲘM ⲎH ⲔK ⲦT ⲬX ⲀA ⲂB ⲈE ⲒI ⲚN";

    private static readonly FrozenDictionary<int, char> LooksLike = Pairs
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => (pair.EnumerateRunes().First().Value, pair[^1]))
        .DistinctBy(pair => pair.Value)
        .ToFrozenDictionary(pair => pair.Value, pair => pair.Item2);

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
    public static char? LikeLatin(Rune rune) =>
        Of(rune) == Script.Styled ? '?'
        : LooksLike.TryGetValue(rune.Value, out var letter) ? letter
        : null;

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
