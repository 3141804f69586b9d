using System.Globalization;

namespace ControlSurface.Wording;

/// <summary>
/// Numbers as callers write them (API.md, Settled since, Numbers): <c>1.0</c> and <c>1e0</c> are the whole number 1, wherever
/// they stand.
/// </summary>
internal static class Numbers
{
    /// <summary>
    /// Reads the text of a JSON number as a whole number. The digits decide, not a rounded value: 1.00…01 is none.
    /// </summary>
    internal static bool TryReadWhole(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        if (isNegative)
            text = text[1..];
        var exponent = 0;
        if (text.IndexOfAny('e', 'E') is >= 0 and var at)
        {
            if (
                !int.TryParse(
                    text[(at + 1)..],
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out exponent
                )
            )
                return false;
            text = text[..at];
        }
        var whole = text;
        var fraction = default(ReadOnlySpan<char>);
        if (text.IndexOf('.') is >= 0 and var point)
        {
            whole = text[..point];
            fraction = text[(point + 1)..];
            if (fraction.IsEmpty)
                return false;
        }
        if (whole.IsEmpty || !IsDigits(whole) || !IsDigits(fraction))
            return false;
        return TryScale(
            string.Concat(whole, fraction).TrimStart('0'),
            (long)exponent - fraction.Length,
            isNegative,
            out value
        );
    }

    /// <summary>Reads a JSON number or the text of one; null where it is none.</summary>
    internal static decimal? ReadDecimal(string text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;

    // The digits times a power of ten; whole only where nothing but zeros stands behind the point. The power is summed in 64
    // bits: callers may write one at the end of 32.
    private static bool TryScale(string digits, long power, bool isNegative, out long value)
    {
        value = 0;
        var kept = digits.TrimEnd('0');
        if (kept.Length == 0)
            return true;
        var zeros = power + (digits.Length - kept.Length);
        if (zeros < 0 || zeros > 19 - kept.Length)
            return false;
        var text = (isNegative ? "-" : "") + kept + new string('0', (int)zeros);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }
        return true;
    }
}
