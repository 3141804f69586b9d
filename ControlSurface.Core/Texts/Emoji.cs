using System.Collections.Frozen;
using System.Globalization;

namespace ControlSurface.Core.Texts;

/// <summary>Which characters are pictures (Unicode Technical Standard 51, emoji-data).</summary>
internal static class Emoji
{
    // Pictures that are drawn as text unless a selector follows.
    private const string TextByDefault =
        "A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 2328 23CF 23ED-23EF 23F1-23F2 23F8-23FA 24C2 25AA-25AB 25B6 25C0 "
        + "25FB-25FC 2600-2604 260E 2611 2618 261D 2620 2622-2623 2626 262A 262E-262F 2638-263A 2640 2642 265F-2660 2663 "
        + "2665-2666 2668 267B 267E 2692 2694-2697 2699 269B-269C 26A0 26A7 26B0-26B1 26C8 26CF 26D1 26D3 26E9 26F0-26F1 "
        + "26F4 26F7-26F9 2702 2708-2709 270C-270D 270F 2712 2714 2716 271D 2721 2733-2734 2744 2747 2763-2764 27A1 "
        + "2934-2935 2B05-2B07 3030 303D 3297 3299 1F170-1F171 1F17E-1F17F 1F202 1F237 1F321 1F324-1F32C 1F336 1F37D "
        + "1F396-1F397 1F399-1F39B 1F39E-1F39F 1F3CB-1F3CE 1F3D4-1F3DF 1F3F3 1F3F5 1F3F7 1F43F 1F441 1F4FD 1F549-1F54A "
        + "1F56F-1F570 1F573-1F579 1F587 1F58A-1F58D 1F590 1F595 1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 "
        + "1F5DC-1F5DE 1F5E1 1F5E3 1F5E8 1F5EF 1F5F3 1F5FA 1F6CB 1F6CD-1F6CF 1F6E0-1F6E5 1F6E9 1F6F0 1F6F3";

    private static readonly FrozenSet<int> Texts = Read();

    /// <summary>A picture that is drawn as text unless U+FE0F follows.</summary>
    internal static bool IsTextByDefault(int point) => Texts.Contains(point);

    /// <summary>Any picture, however it is drawn.</summary>
    internal static bool IsPicture(int point) =>
        Texts.Contains(point)
        || point
            is 0x231A
                or 0x231B
                or (>= 0x23E9 and <= 0x23F3)
                or 0x25FD
                or 0x25FE
                or (>= 0x2614 and <= 0x2615)
                or (>= 0x2648 and <= 0x2653)
                or 0x267F
                or 0x2693
                or 0x26A1
                or 0x26AA
                or 0x26AB
                or 0x26BD
                or 0x26BE
                or 0x26C4
                or 0x26C5
                or 0x26CE
                or 0x26D4
                or 0x26EA
                or (>= 0x26F2 and <= 0x26FD)
                or 0x2705
                or 0x270A
                or 0x270B
                or 0x2728
                or 0x274C
                or 0x274E
                or (>= 0x2753 and <= 0x2757)
                or (>= 0x2795 and <= 0x2797)
                or 0x27B0
                or 0x27BF
                or 0x2B1B
                or 0x2B1C
                or 0x2B50
                or 0x2B55
                or (>= 0x1F000 and <= 0x1F1E5)
                or (>= 0x1F200 and <= 0x1FAFF);

    private static FrozenSet<int> Read()
    {
        var points = new HashSet<int>();
        foreach (var run in TextByDefault.Split(' '))
        {
            var ends = run.Split('-');
            for (var point = Hex(ends[0]); point <= Hex(ends[^1]); point++)
                points.Add(point);
        }
        return points.ToFrozenSet();
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
