using System.Globalization;
using System.Text;

namespace ControlSurface.Core.Texts;

/// <summary>Which letters of the Arabic blocks join which side (Unicode Character Database, ArabicShaping).</summary>
internal static class Arabic
{
    /// <summary>A letter that can join what stands before it.</summary>
    internal static bool IsLetter(int point) =>
        point
            is (>= 0x620 and <= 0x74F)
                or (>= 0x750 and <= 0x77F)
                or (>= 0x7CA and <= 0x7EA)
                or (>= 0x870 and <= 0x8C9)
        && Rune.GetUnicodeCategory(new Rune(point)) == UnicodeCategory.OtherLetter
        && point is not (0x621 or 0x674 or 0x6D5);

    /// <summary>A letter that joins the next one too: all but those of the shapes of alef, dal, reh and waw, and the like.</summary>
    internal static bool JoinsOn(int point) =>
        IsLetter(point)
        && point
            is not (
                (>= 0x622 and <= 0x625)
                or 0x627
                or 0x629
                or (>= 0x62F and <= 0x632)
                or 0x648
                or (>= 0x671 and <= 0x673)
                or (>= 0x675 and <= 0x677)
                or (>= 0x688 and <= 0x699)
                or 0x6C0
                or (>= 0x6C3 and <= 0x6CB)
                or 0x6CD
                or 0x6CF
                or 0x6D2
                or 0x6D3
                or 0x6EE
                or 0x6EF
                or 0x710
                or (>= 0x715 and <= 0x719)
                or 0x71E
                or 0x728
                or 0x72A
                or 0x72C
                or 0x72F
                or 0x74D
                or (>= 0x759 and <= 0x75B)
                or 0x76B
                or 0x76C
                or 0x771
                or (>= 0x773 and <= 0x774)
                or (>= 0x778 and <= 0x779)
                or (>= 0x8AA and <= 0x8AC)
                or 0x8AE
                or 0x8B1
                or 0x8B2
                or 0x8B9
            );
}
