using System.Buffers;
using System.Text;

namespace ControlSurface.Api;

/// <summary>Rows that a spreadsheet opens safely: RFC 4180, every field in quotes, and nothing that it would take for a formula.</summary>
internal static class Tables
{
    // What a spreadsheet would take for a formula (OWASP, CSV injection); a tab or a line break before the sign saves nobody.
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r\n");

    internal static void AppendRow(StringBuilder lines, params ReadOnlySpan<string> fields)
    {
        for (var k = 0; k < fields.Length; k++)
        {
            var field = fields[k];
            lines.Append(k == 0 ? "\"" : ",\"");
            if (field.Length > 0 && BeginsFormula.Contains(field[0]))
                lines.Append('\'');
            lines.Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        lines.Append("\r\n");
    }
}
