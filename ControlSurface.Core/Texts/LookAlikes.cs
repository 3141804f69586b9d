using System.Collections.Frozen;
using System.Text;

namespace ControlSurface.Core.Texts;

/// <summary>
/// Characters that are taken for ASCII ones, a short form of UTS 39: letters of other scripts, wide, mathematical and phonetic
/// letters and digits, and signs that look like those between the steps of a target.
/// </summary>
public static class LookAlikes
{
    // Character, and the one that it is taken for.
    private const string Letters =
        "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ѵv АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS ԌG ԚQ ԜW ҮY ҺH ӀI ѴV гr пn кk мm тt вb зe "
        + "οo αa νv ρp υu ιi κk χx ωw ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC "
        + "օo սu հh ոn զq յj ցg Օo ԼL ՍU Տs "
        + "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
        + "ⲟo ⲥc ⲣp Ⲟo ⲤC ⲢP ⲘM ⲎH ⲔK ⲦT ⲬX ⲀA ⲂB ⲈE ⲒI ⲚN";

    // What stands in no honest word of its own script beside Latin letters, and signs that separate.
    private const string Signs =
        "ɑa ɡg ɩi ıi ȷj ʀR ɪI ʟL ɴN ʏY ᴀA ᴄc ᴅD ᴇE ᴊJ ᴋK ᴍM ᴏo ᴘP ᴛT ᴜu ᴠv ᴡw ᴢz ꜰF ꜱs ǀl ǃ! ℓl "
        + "ⅰi ⅴv ⅹx ⅼl ⅽc ⅾd ⅿm ⅠI ⅤV ⅩX ⅬL ⅭC ⅮD ⅯM З3 Ʒ3 ʒ3 Ȝ3 ߀0 ०0 ০0 ੦0 ૦0 ௦0 ౦0 ೦0 ൦0 ๐0 ໐0 ၀0 "
        + "꞉: ː: ˸: ։: ׃: ∶: ︓: ︰: ⁄/ ∕/ ╱/ ⟋/ ⧸/ Ⳇ/ ‐- ‑- ‒- –- —- ―- −- ﹣- ⁃- ˗- ➖- ·. ․. ‧. ꓸ. ⁎* ∗* ⋕# ♯# ﹟# ‚, ؍, ٫, ˍ_ ＿_ ﹍_ ∼~ ˜~ ∣| ⏽| ꓲI ꓳO";

    private static readonly FrozenDictionary<int, char> LettersOf = Read(Letters);
    private static readonly FrozenDictionary<int, char> SignsOf = Read(Signs);

    /// <summary>The Latin letter that a letter of Greek, Cyrillic, Armenian, Cherokee or Coptic is taken for; null for none.</summary>
    public static char? LatinOf(int point) => LettersOf.TryGetValue(point, out var letter) ? letter : null;

    /// <summary>The ASCII character that this sign, digit or styled letter is taken for; null for none.</summary>
    public static char? SignOf(int point) =>
        point switch
        {
            <= '~' => null,
            >= 0xFF01 and <= 0xFF5E => (char)(point - 0xFF01 + '!'),
            >= 0x1D7CE and <= 0x1D7FF => (char)('0' + ((point - 0x1D7CE) % 10)),
            >= 0x1D400 and <= 0x1D6A3 when (point - 0x1D400) % 52 < 26 => (char)('A' + ((point - 0x1D400) % 52)),
            >= 0x1D400 and <= 0x1D6A3 => (char)('a' + ((point - 0x1D400) % 52) - 26),
            _ => SignsOf.TryGetValue(point, out var sign) ? sign : null,
        };

    /// <summary>
    /// What the eye keeps of a text: two texts with one skeleton look alike. Hidden characters are left out, look-alikes are the
    /// ASCII ones that they are taken for, and l, I, 1 and | are one, as 0 and O are.
    /// </summary>
    public static string Skeleton(string text)
    {
        var skeleton = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            if (Shape(text, ref at) is { } point)
                skeleton.Append(new Rune(point).ToString());
        }
        return skeleton.ToString();
    }

    /// <summary>Whether the skeleton of a text is this one; makes none.</summary>
    public static bool HasSkeleton(string text, string skeleton)
    {
        var from = 0;
        for (var at = 0; at < text.Length; )
        {
            if (Shape(text, ref at) is not { } point)
                continue;
            if (from == skeleton.Length || Rune.GetRuneAt(skeleton, from) is var rune && rune.Value != point)
                return false;
            from += rune.Utf16SequenceLength;
        }
        return from == skeleton.Length;
    }

    private static int? Shape(string text, ref int at)
    {
        var use = Characters.Of(text, at, out var point, out var length);
        at += length;
        if (use == CharacterUse.Space)
            return ' ';
        if (use != CharacterUse.Seen)
            return null;
        int shape = LatinOf(point) ?? SignOf(point) ?? point;
        return shape switch
        {
            'I' or '1' or '|' => 'l',
            '0' => 'O',
            _ => shape,
        };
    }

    private static FrozenDictionary<int, char> Read(string pairs) =>
        pairs
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => (Point: pair.EnumerateRunes().First().Value, Like: pair[^1]))
            .Where(pair => char.IsAscii(pair.Like))
            .DistinctBy(pair => pair.Point)
            .ToFrozenDictionary(pair => pair.Point, pair => pair.Like);
}
