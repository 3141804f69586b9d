using System.Buffers;
using System.Globalization;
using System.Text;

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

    /// <summary>Looks through a text of any length in time that grows with it.</summary>
    public static HiddenText Of(string text)
    {
        var hidden = new HiddenText();
        var lines = TextLine.Split(text);
        var (atHome, disguises) = (new HashSet<Script>(), new List<WordScan.Disguise>());
        for (var k = 0; k < lines.Count; k++)
            hidden.Line(lines[k].Text, k + 1, atHome, disguises);
        foreach (var (script, finding) in disguises)
        {
            if (!atHome.Contains(script))
                hidden._findings.Add(finding);
        }
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
        var known = new Dictionary<(FindingKind, int, string), int>();
        var (oldLines, newLines) = (TextLine.Split(before), TextLine.Split(version));
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

        static (FindingKind, int, string) Key(Finding finding, IReadOnlyList<TextLine> lines) =>
            (finding.Kind, finding.CodePoint, lines[finding.Line - 1].Text);
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

    private void Line(string line, int number, HashSet<Script> atHome, List<WordScan.Disguise> disguises)
    {
        if (line.Length >= LongLine)
            _findings.Add(new(FindingKind.LongLine, number, 0, line.Length, -1, null, MustBeSeen: false));
        Gaps(line, number);
        if (!line.AsSpan().ContainsAnyExcept(Plain))
            return;
        Characters(line, number);
        if (!Ascii.IsValid(line))
            WordScan.Line(line, number, _findings, atHome, disguises);
    }

    private void Gaps(string line, int number)
    {
        var end = line.AsSpan().TrimEnd(" \t").Length;
        if (end < line.Length)
            _findings.Add(new(FindingKind.Trailing, number, end, line.Length - end, -1, null, MustBeSeen: false));
        if (line.Length < GapBlanks)
            return;
        for (var at = 0; at < line.Length; )
        {
            var blanks = line.AsSpan(at).IndexOfAnyExcept(' ', '\t') is var run and >= 0 ? run : line.Length - at;
            if (blanks >= GapBlanks)
                _findings.Add(new(FindingKind.Gap, number, at, blanks, -1, null, MustBeSeen: true));
            at += blanks;
            at += line.AsSpan(at).IndexOfAny(' ', '\t') is var word and >= 0 ? word : line.Length - at;
        }
    }

    private void Characters(string line, int number)
    {
        for (var at = 0; at < line.Length; )
        {
            var status = Rune.DecodeFromUtf16(line.AsSpan(at), out var rune, out var length);
            if (status != OperationStatus.Done)
                _findings.Add(new(FindingKind.Unassigned, number, at, length, line[at], null, MustBeSeen: true));
            else if (KindOf(rune) is { } kind && !IsUsual(line, at, rune))
                _findings.Add(
                    new(kind, number, at, length, rune.Value, null, kind != FindingKind.Space && !Joins(line, at, rune))
                );
            at += length;
        }
    }

    /// <summary>What a character is found as by itself; null for one that shows what it is.</summary>
    internal static FindingKind? KindOf(Rune rune)
    {
        switch (rune.Value)
        {
            case >= ' ' and <= '~' or '\t':
                return null;
            case >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200E or 0x200F or 0x61C:
                return FindingKind.Direction;
            case 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x34F or 0x17B4 or 0x17B5 or 0x2800:
            case >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180F:
            case >= 0xE0000 and <= 0xE007F:
                return FindingKind.Invisible;
            case 0xFFFD:
                return FindingKind.Unassigned;
            default:
                return Rune.GetUnicodeCategory(rune) switch
                {
                    UnicodeCategory.Control => FindingKind.Control,
                    UnicodeCategory.Format => FindingKind.Invisible,
                    UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate =>
                        FindingKind.Unassigned,
                    UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator => FindingKind.Space,
                    _ => null,
                };
        }
    }

    // A joiner or selector of an emoji is part of what is seen.
    private static bool IsUsual(string line, int at, Rune rune) =>
        rune.Value switch
        {
            0xFE0F or 0xFE0E => Before(line, at) is { } emoji && IsPictured(emoji),
            0x200D => Before(line, at) is { } left
                && IsPictured(left)
                && After(line, at + 1) is { } right
                && IsPictured(right),
            _ => false,
        };

    // Persian and the scripts of India need the two joiners between their letters.
    private static bool Joins(string line, int at, Rune rune) =>
        rune.Value is 0x200C or 0x200D
        && Before(line, at) is { } left
        && After(line, at + 1) is { } right
        && IsJoined(left)
        && IsJoined(right);

    private static bool IsJoined(Rune rune) =>
        rune.Value is (>= 0x620 and <= 0x6FF) or (>= 0x750 and <= 0x77F) or (>= 0x8A0 and <= 0xDFF);

    private static bool IsPictured(Rune rune) =>
        rune.Value
            is '#'
                or '*'
                or (>= '0' and <= '9')
                or 0xA9
                or 0xAE
                or 0x203C
                or 0x2049
                or 0xFE0F
                or (>= 0x2100 and <= 0x2BFF)
                or (>= 0x3030 and <= 0x3299)
                or (>= 0x1F000 and <= 0x1FAFF);

    private static Rune? Before(string line, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(line.AsSpan(0, at), out var rune, out _) == OperationStatus.Done
            ? rune
            : null;

    private static Rune? After(string line, int at) =>
        Rune.DecodeFromUtf16(line.AsSpan(at), out var rune, out _) == OperationStatus.Done ? rune : null;

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
