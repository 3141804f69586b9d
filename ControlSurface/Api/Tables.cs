using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ControlSurface.Api;

/// <summary>A field of a row: text, which a spreadsheet has to show as it is, or a number, which it may count with.</summary>
internal readonly record struct TableField(string Text, bool IsNumber)
{
    public static implicit operator TableField(string text) => new(text, IsNumber: false);

    /// <summary>A number, which a spreadsheet may count with.</summary>
    internal static TableField Number(string text) => new(text, IsNumber: true);
}

/// <summary>
/// Rows that a spreadsheet opens safely and whole: UTF-8 that says so, RFC 4180, every field in quotes, nothing of anybody's that it would
/// take for a formula, and no text that it would turn into a number or a date.
/// </summary>
internal static partial class Tables
{
    /// <summary>What a file begins with: without it a spreadsheet takes UTF-8 for the old code page of its country.</summary>
    internal const char ByteOrderMark = '\uFEFF';

    // What a spreadsheet would take for a formula (OWASP, CSV injection); a tab or a line break before the sign saves nobody.
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r\n");

    /// <summary>Appends one row and its line end.</summary>
    internal static void AppendRow(StringBuilder lines, params ReadOnlySpan<TableField> fields)
    {
        for (var k = 0; k < fields.Length; k++)
        {
            var field = fields[k];
            var text = field.Text.Replace("\"", "\"\"", StringComparison.Ordinal);
            lines.Append(k == 0 ? "\"" : ",\"");
            if (field.IsNumber)
                lines.Append(text);
            else if (IsTakenForNumber(field.Text))
                // A formula whose value is the very text: of digits and separators alone, so that nothing else can be in it.
                lines.Append(CultureInfo.InvariantCulture, $"=\"\"{text}\"\"");
            else if (text.Length > 0 && BeginsFormula.Contains(text[0]))
                lines.Append('\'').Append(text);
            else
                lines.Append(text);
            lines.Append('"');
        }
        lines.Append("\r\n");
    }

    private static bool IsTakenForNumber(string text) =>
        text.Length is > 0 and <= 60
        && char.IsAsciiLetterOrDigit(text[0])
        && (Numeric().IsMatch(text) || Month().IsMatch(text));

    // 000123, 12345678901234567890, 1E5, 3/4, 1-2, 10:30, 1.10; no instant of RFC 3339, which stays text.
    [GeneratedRegex("^[0-9][0-9 .,:/eE-]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Numeric();

    // MAR1, 1-Sep, Dec 2024.
    [GeneratedRegex(
        "^([0-9]{1,4}[ -]?)?(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)([ -]?[0-9]{1,4})?$",
        RegexOptions.CultureInvariant
            | RegexOptions.NonBacktracking
            | RegexOptions.IgnoreCase
            | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Month();
}
