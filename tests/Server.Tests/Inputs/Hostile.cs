using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Server.Tests.Inputs;

/// <summary>Values that somebody may send by mistake or on purpose, drawn from a seed.</summary>
internal sealed class Hostile(Random random)
{
    // JSON as it is sent, so that halves of surrogate pairs and numbers beyond every type can stand there too.
    private static readonly string[] Values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1",
        "1.0",
        "1.5",
        "-0.0",
        "1e0",
        "1e400",
        "-1e400",
        "0.1e-400",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999999999",
        "\"\"",
        "\" \"",
        "\"\\t\\n\"",
        "\"null\"",
        "\"0\"",
        "\"12\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"x\\udc00\\ud800\"",
        "\"\\u202e\"",
        "\"a\\u200bb\"",
        "\"\\u00ad\"",
        "\"\\u034f\"",
        "\"\\u2066x\\u2069\"",
        "\"\\ufeff\"",
        "\"\\uffff\"",
        "\"\\u2028\"",
        "\"\\u0085\"",
        "\"\\u3164\"",
        "\"\\ue000\"",
        "\"\\udb40\\udc41\"",
        "\"\\u0378\"",
        "\"e\\u0301\"",
        "\"سلام‌دنیا\"",
        "\"👩‍👩‍👧\"",
        "[]",
        "[null]",
        "[null,null]",
        "[[null]]",
        "[1,\"a\",null]",
        "[\"\"]",
        "[\"a\",\"a\"]",
        "[{}]",
        "[[]]",
        "{}",
        "{\"a\":null}",
        "{\"\":1}",
        "{\"a\":1,\"a\":2}",
        "\"W-1\"",
        "\"W-0\"",
        "\"W-99999999999999999999\"",
        "\"L-1\"",
        "\"A-1\"",
        "\"C-1\"",
        "\"U-1\"",
        "\"U-999999999999\"",
        "\"me\"",
        "\"all\"",
        "\"../../etc/passwd\"",
        "\"a/b%2Fc\"",
        "\"<script>alert(1)</script>\"",
        "\"'; drop table events; --\"",
        "\"crm:a//b\"",
        "\"crm:\"",
        "\"crm:a/../b#c#d\"",
        "\"0000-00-00T00:00:00Z\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59.999Z\"",
        "\"9999-12-31T23:59:59-14:00\"",
        "\"2030-02-30T09:30:00Z\"",
        "\"2030-01-31T09:30:00\"",
        "\"sha256:00\"",
        "\"text/plain\\r\\nX: y\"",
        "\"text/плаин\"",
    ];

    internal bool Chance(double of) => random.NextDouble() < of;

    internal T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    internal int Below(int most) => random.Next(most);

    /// <summary>One value, as JSON.</summary>
    /// <param name="member">Whose place it takes. A wait is never one that would be waited for.</param>
    internal string Value(string member)
    {
        if (member == "waitSeconds")
            return One(["0", "-1", "0.0", "56", "1e9", "\"x\"", "null", "[]", "\"-1\"", "55.001", "1e400", "{}"]);
        return random.Next(12) switch
        {
            0 => Text(),
            1 => Quoted(new string('a', One([101, 201, 501, 4_001, 20_000]))),
            2 => Nested('[', ']', One([5, 31, 40, 70])),
            3 => Below(4) == 0 ? "[" + string.Join(',', Enumerable.Repeat("null", 1_001)) + "]" : Text(),
            4 => Below(4) == 0
                ? "[" + string.Join(',', Enumerable.Range(0, 1_001).Select(k => Quoted("a" + k))) + "]"
                : Nested("{\"a\":", "}", One([5, 31, 40, 70])),
            5 => random.NextInt64().ToString(CultureInfo.InvariantCulture),
            _ => One(Values),
        };
    }

    /// <summary>The same as a piece of an address or a query: no JSON, and no half of a pair, which cannot be sent.</summary>
    internal string Piece(string member)
    {
        var value = Value(member);
        if (value.Length > 2_000)
            value = value[..2_000];
        var text = value;
        if (value.StartsWith('"'))
        {
            try
            {
                text = JsonElement.Parse(value).GetString()!;
            }
            catch (Exception half) when (half is InvalidOperationException or JsonException)
            {
                text = value.Trim('"');
            }
        }
        return Uri.EscapeDataString(text);
    }

    // A few characters of any class of Unicode.
    private string Text()
    {
        var text = new StringBuilder();
        for (var k = random.Next(1, 6); k > 0; k--)
        {
            var code = random.Next(3) switch
            {
                0 => random.Next(0x20, 0x3000),
                1 => random.Next(0x3000, 0xD800),
                _ => random.Next(0xE000, 0x110000),
            };
            text.Append(char.ConvertFromUtf32(code));
        }
        return Quoted(text.ToString());
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Nested(char open, char close, int depth) =>
        new string(open, depth) + new string(close, depth);

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
}
