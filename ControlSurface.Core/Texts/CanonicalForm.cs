using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ControlSurface.Core.Texts;

/// <summary>
/// Unicode normal form C (UAX #15), from a table of its own. <see cref="string.Normalize()"/> leaves text as it is where the
/// process has no ICU, and elsewhere depends on which one: what two targets are compared by may depend on neither.
/// </summary>
public static partial class CanonicalForm
{
    private const int SBase = 0xAC00;
    private const int LBase = 0x1100;
    private const int VBase = 0x1161;
    private const int TBase = 0x11A7;
    private const int LCount = 19;
    private const int VCount = 21;
    private const int TCount = 28;

    private static readonly FrozenDictionary<int, (int First, int Second)> Apart = ReadParts(out Together);
    private static readonly FrozenDictionary<(int, int), int> Together;
    private static readonly FrozenDictionary<int, byte> Class = ReadClasses();

    /// <summary>The one spelling of the text. It has to be well-formed: no half of a surrogate pair.</summary>
    public static string Of(string text)
    {
        // Below U+0300 everything is as it should be, and nearly every target is ASCII.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            TakeApart(rune.Value, points);
        Sort(points);
        PutTogether(points);
        var spelled = new StringBuilder(points.Count);
        foreach (var point in points)
            spelled.Append(new Rune(point).ToString());
        return spelled.ToString();
    }

    private static void TakeApart(int point, List<int> into)
    {
        var syllable = point - SBase;
        if (syllable is >= 0 and < LCount * VCount * TCount)
        {
            into.Add(LBase + (syllable / (VCount * TCount)));
            into.Add(VBase + (syllable % (VCount * TCount) / TCount));
            if (syllable % TCount != 0)
                into.Add(TBase + (syllable % TCount));
        }
        else if (Apart.TryGetValue(point, out var parts))
        {
            TakeApart(parts.First, into);
            if (parts.Second != 0)
                TakeApart(parts.Second, into);
        }
        else
        {
            into.Add(point);
        }
    }

    // Marks on one character in the order of their classes; those of one class keep theirs.
    private static void Sort(List<int> points)
    {
        for (var k = 1; k < points.Count; k++)
        {
            var mark = points[k];
            var order = ClassOf(mark);
            var at = k;
            while (order > 0 && at > 0 && ClassOf(points[at - 1]) > order)
            {
                points[at] = points[at - 1];
                at--;
            }
            points[at] = mark;
        }
    }

    private static void PutTogether(List<int> points)
    {
        var starter = -1;
        var kept = 0;
        var last = 0;
        foreach (var point in points.ToArray())
        {
            var order = ClassOf(point);
            var isNext = starter == kept - 1;
            if (starter >= 0 && (isNext || (last < order && last != 0)) && Pair(points[starter], point) is { } whole)
            {
                points[starter] = whole;
                continue;
            }
            if (order == 0)
                starter = kept;
            last = order;
            points[kept++] = point;
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LBase is >= 0 and < LCount && second - VBase is >= 0 and < VCount)
            return SBase + ((((first - LBase) * VCount) + (second - VBase)) * TCount);
        var syllable = first - SBase;
        if (
            syllable is >= 0 and < LCount * VCount * TCount
            && syllable % TCount == 0
            && second - TBase is > 0 and < TCount
        )
            return first + (second - TBase);
        return Together.TryGetValue((first, second), out var whole) ? whole : null;
    }

    /// <summary>Canonical combining class of a code point; 9 for the signs that take away a vowel.</summary>
    internal static byte ClassOf(int point) => Class.GetValueOrDefault(point);

    private static FrozenDictionary<int, (int, int)> ReadParts(out FrozenDictionary<(int, int), int> together)
    {
        var apart = new Dictionary<int, (int, int)>();
        var pairs = new Dictionary<(int, int), int>();
        foreach (var entry in Parts.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = entry.Split('=');
            var parts = sides[1].TrimEnd('!').Split('+');
            var (whole, first) = (Hex(sides[0]), Hex(parts[0]));
            var second = parts.Length == 2 ? Hex(parts[1]) : 0;
            apart[whole] = (first, second);
            if (second != 0 && !entry.EndsWith('!'))
                pairs[(first, second)] = whole;
        }
        together = pairs.ToFrozenDictionary();
        return apart.ToFrozenDictionary();
    }

    private static FrozenDictionary<int, byte> ReadClasses()
    {
        var classes = new Dictionary<int, byte>();
        foreach (var entry in Classes.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var run = entry.Split(':');
            var first = Hex(run[0]);
            for (var k = 0; k < int.Parse(run[1], CultureInfo.InvariantCulture); k++)
                classes[first + k] = byte.Parse(run[2], CultureInfo.InvariantCulture);
        }
        return classes.ToFrozenDictionary();
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
