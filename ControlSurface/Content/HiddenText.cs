using System.Buffers;
using System.Globalization;
using System.Text;
using ControlSurface.Core.Texts;

namespace ControlSurface.Content;

/// <summary>
/// What a reader would not see in a text, or would take for something else (law 14): found once, marked in the text where it
/// is drawn, counted above it.
/// </summary>
public sealed class HiddenText
{
    /// <summary>From this many blanks in a row on, they are shown as a count.</summary>
    public const int GapBlanks = 40;

    /// <summary>From this many characters on, a line is very long.</summary>
    public const int LongLine = 1_000;

    private static readonly SearchValues<char> Plain = SearchValues.Create([
        .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c),
        '\t',
    ]);

    private readonly List<Finding> _findings = [];

    private HiddenText() { }

    /// <summary>Nothing was found.</summary>
    public static HiddenText None { get; } = new();

    /// <summary>What was found, from the beginning of the text to its end.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Looks through prose of any length in time that grows with it.</summary>
    public static HiddenText Of(string text) => Of(text, TextReading.Prose);

    /// <summary>Looks through a sentence that may have targets in it: those are read as names.</summary>
    public static HiddenText OfSentence(string text) => Of(text, TextReading.Sentence);

    /// <summary>Looks through a short text that tells one thing from another.</summary>
    public static HiddenText OfName(string text) => Of(text, TextReading.Name);

    /// <summary>Whether a word of a sentence is a target: <c>SYSTEM:path</c>.</summary>
    internal static bool IsTarget(ReadOnlySpan<char> word) =>
        word.IndexOf(':') is var colon && colon > 0 && colon < word.Length - 1;

    /// <summary>Looks through a text as it is read.</summary>
    public static HiddenText Of(string text, TextReading reading)
    {
        var hidden = new HiddenText();
        var lines = TextLine.Split(text);
        var (atHome, disguises) = (new HashSet<Script>(), new List<WordScan.Disguise>());
        for (var k = 0; k < lines.Count; k++)
            hidden.Line(lines[k].Text, k + 1, reading, atHome, disguises);
        foreach (var (script, finding) in disguises)
        {
            if (!atHome.Contains(script))
                hidden._findings.Add(finding);
        }
        if (reading == TextReading.Prose)
            hidden.Links(text);
        hidden._findings.Sort((a, b) => (a.Line, a.Start, a.Kind).CompareTo((b.Line, b.Start, b.Kind)));
        return hidden;
    }

    /// <summary>
    /// What <paramref name="version"/> has and <paramref name="before"/> has not. Found on an equal line before is found before;
    /// so one that moved to another line, or whose line changed, is new again.
    /// </summary>
    public static IReadOnlyList<Finding> Added(string before, HiddenText inBefore, string version, HiddenText inVersion)
    {
        if (inVersion._findings.Count == 0)
            return [];
        var known = new Dictionary<(FindingKind, int, int), int>();
        // A line can hold as many findings as it has characters: it is read once, not once for each.
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (oldLines, newLines) = (Number(before), Number(version));
        foreach (var finding in inBefore._findings)
        {
            var key = Key(finding, oldLines);
            known[key] = known.GetValueOrDefault(key) + 1;
        }
        var added = new List<Finding>();
        foreach (var finding in inVersion._findings)
        {
            var key = Key(finding, newLines);
            if (known.GetValueOrDefault(key) is var left && left > 0)
                known[key] = left - 1;
            else
                added.Add(finding);
        }
        return added;

        int[] Number(string text)
        {
            var lines = TextLine.Split(text);
            var ofLine = new int[lines.Count];
            for (var k = 0; k < ofLine.Length; k++)
            {
                if (!numbers.TryGetValue(lines[k].Text, out ofLine[k]))
                    numbers.Add(lines[k].Text, ofLine[k] = numbers.Count);
            }
            return ofLine;
        }

        static (FindingKind, int, int) Key(Finding finding, int[] lines) =>
            (finding.Kind, finding.CodePoint, lines[finding.Line - 1]);
    }

    /// <summary>What was found on one line, from 1.</summary>
    public ReadOnlySpan<Finding> OnLine(int line)
    {
        var (low, high) = (First(line), First(line + 1));
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_findings)[low..high];
    }

    private int First(int line)
    {
        var (low, high) = (0, _findings.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_findings[middle].Line < line)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Line(
        string line,
        int number,
        TextReading reading,
        HashSet<Script> atHome,
        List<WordScan.Disguise> disguises
    )
    {
        if (line.Length >= LongLine)
            _findings.Add(new(FindingKind.LongLine, number, 0, line.Length, -1, null, MustBeSeen: false));
        Gaps(line, number, reading == TextReading.Name ? 2 : GapBlanks);
        if (!line.AsSpan().ContainsAnyExcept(Plain))
            return;
        Characters(line, number, reading);
        if (!Ascii.IsValid(line))
            WordScan.Line(line, number, _findings, atHome, disguises);
    }

    private void Gaps(string line, int number, int least)
    {
        var end = line.AsSpan().TrimEnd(" \t").Length;
        if (end < line.Length)
            _findings.Add(new(FindingKind.Trailing, number, end, line.Length - end, -1, null, MustBeSeen: false));
        if (line.Length < least)
            return;
        for (var at = 0; at < line.Length; )
        {
            var blanks = line.AsSpan(at).IndexOfAnyExcept(' ', '\t') is var run and >= 0 ? run : line.Length - at;
            // Before a name a browser draws no blank at all.
            if (blanks >= least || (blanks > 0 && at == 0 && least < GapBlanks))
                _findings.Add(new(FindingKind.Gap, number, at, blanks, -1, null, MustBeSeen: true));
            at += blanks;
            at += line.AsSpan(at).IndexOfAny(' ', '\t') is var word and >= 0 ? word : line.Length - at;
        }
    }

    private void Characters(string line, int number, TextReading reading)
    {
        var isName = reading == TextReading.Name;
        var word = -1;
        for (var at = 0; at < line.Length; )
        {
            if (reading == TextReading.Sentence && at > word)
            {
                word = line.IndexOf(' ', at) is var blank and >= 0 ? blank : line.Length;
                isName = IsTarget(line.AsSpan(at, word - at));
            }
            if (line[at] == '\t' && !isName)
            {
                at++;
                continue;
            }
            var use = Core.Texts.Characters.Of(line, at, out var point, out var length);
            if (IsFound(use, point, isName))
            {
                var kind = KindOf(point) ?? FindingKind.Invisible;
                var isOrdinary = kind == FindingKind.Space || use == CharacterUse.Customary;
                _findings.Add(new(kind, number, at, length, point, null, MustBeSeen: !isOrdinary));
            }
            else if (isName && LookAlikes.SignOf(point) is { } sign && !IsInCapitals(point))
            {
                var words = $"“{line.Substring(at, length)}” ({CharacterNames.Code(point)}) looks like “{sign}”";
                _findings.Add(new(FindingKind.LookAlike, number, at, length, -1, words, MustBeSeen: true));
            }
            at += length;
        }
    }

    // In prose what a script needs or is written with is no finding; two names may differ by nothing else.
    private static bool IsFound(CharacterUse use, int point, bool isName) =>
        use switch
        {
            CharacterUse.Seen => point == 0xFFFD,
            CharacterUse.Shapes => false,
            CharacterUse.Customary => isName,
            CharacterUse.Space or CharacterUse.Hides or CharacterUse.Tricks => true,
        };

    // Words in wide or mathematical letters are found as words.
    private static bool IsInCapitals(int point) =>
        Rune.IsValid(point) && Scripts.Of(new Rune(point)) == Script.Styled && Rune.IsLetter(new Rune(point));

    /// <summary>What a character is found as; null for one that shows what it is.</summary>
    internal static FindingKind? KindOf(int point) =>
        point switch
        {
            >= ' ' and <= '~' or '\t' => null,
            >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200E or 0x200F or 0x61C => FindingKind.Direction,
            >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180F => FindingKind.Invisible,
            >= 0xE0000 and <= 0xE007F => FindingKind.Invisible,
            0xFFFD => FindingKind.Unassigned,
            _ when Core.Texts.Characters.IsFiller(point) => FindingKind.Invisible,
            _ => CharUnicodeInfo.GetUnicodeCategory(point) switch
            {
                UnicodeCategory.Control => FindingKind.Control,
                UnicodeCategory.Format => FindingKind.Invisible,
                UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate =>
                    FindingKind.Unassigned,
                UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator =>
                    FindingKind.Space,
                _ => null,
            },
        };

    private void Links(string text)
    {
        List<int>? starts = null;
        LinkScan.Text(
            text,
            (start, length, words, kind) =>
            {
                starts ??= Starts(text);
                var found = starts.BinarySearch(start);
                var line = found >= 0 ? found : ~found - 1;
                _findings.Add(new(kind, line + 1, start - starts[line], length, -1, words, MustBeSeen: true));
            }
        );
    }

    private static List<int> Starts(string text)
    {
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1))
            starts.Add(at + 1);
        return starts;
    }
}
