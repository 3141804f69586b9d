using System.Text;
using System.Text.Json;

namespace ControlSurface.Content;

/// <summary>JSON, a value a line.</summary>
/// <param name="Text">The same tokens, each exactly as it was written, with other blanks between them; null where it is not JSON.</param>
/// <param name="Repeated">Names that an object has more than once, with their places: readers differ in which of them counts.</param>
/// <param name="Why">Why it is not JSON, with line and column; null where it is.</param>
public sealed record JsonLayout(string? Text, IReadOnlyList<string> Repeated, string? Why)
{
    private const int MaxDepth = 128;

    /// <summary>Characters that the ordered text may come to: deep values take more room in blanks than in themselves.</summary>
    public const int MaxCharacters = 3 * 1024 * 1024;

    private const int MaxRepeated = 50;

    /// <summary>Puts JSON in order. Strings and numbers stay as they are written, so that no escape becomes what it hides.</summary>
    public static JsonLayout Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.StartsWith('\uFEFF') ? text[1..] : text);
        try
        {
            return Lay(bytes);
        }
        catch (JsonException wrong)
        {
            return new JsonLayout(
                null,
                [],
                $"It says it is JSON, and is not: line {wrong.LineNumber + 1}, column {wrong.BytePositionInLine + 1}."
            );
        }
    }

    private static JsonLayout Lay(byte[] bytes)
    {
        var laid = new StringBuilder(bytes.Length * 2);
        var names = new Stack<HashSet<string>>();
        var repeated = new List<string>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        var (isFirst, afterName) = (true, false);
        while (reader.Read())
        {
            var closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var depth = reader.CurrentDepth;
            if (!afterName && laid.Length > 0 && !(closes && isFirst))
                laid.Append(closes || isFirst ? "\n" : ",\n").Append(' ', depth * 2);
            laid.Append(Raw(ref reader, bytes));
            if (laid.Length > MaxCharacters)
                return new JsonLayout(null, [], "In order it would be too long to be shown; this is its source.");
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                laid.Append(": ");
                if (!names.Peek().Add(reader.GetString()!) && repeated.Count < MaxRepeated)
                    repeated.Add(reader.GetString()!);
            }
            if (reader.TokenType == JsonTokenType.StartObject)
                names.Push(new HashSet<string>(StringComparer.Ordinal));
            if (reader.TokenType == JsonTokenType.EndObject)
                names.Pop();
            afterName = reader.TokenType == JsonTokenType.PropertyName;
            isFirst = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        }
        return new JsonLayout(laid.Append('\n').ToString(), repeated, null);
    }

    private static string Raw(ref Utf8JsonReader reader, byte[] bytes)
    {
        var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
        if (reader.TokenType != JsonTokenType.PropertyName)
            return Encoding.UTF8.GetString(bytes, start, end - start);
        // The reader has taken the colon along.
        return "\"" + Encoding.UTF8.GetString(reader.ValueSpan) + "\"";
    }
}
