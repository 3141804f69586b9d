using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlSurface.Wording;

namespace ControlSurface.Api;

/// <summary>
/// What makes two requests under one <c>Idempotency-Key</c> the same: method, path with query, and the body as canonical
/// JSON: members sorted, white space gone, whole numbers without a fraction (API.md, Refusals; Settled since, Numbers).
/// </summary>
internal static class CanonicalJson
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>SHA-256, 32 bytes. An empty body counts as one without members.</summary>
    internal static byte[] Fingerprint(string method, string pathAndQuery, ReadOnlySpan<byte> body)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        Encoding.UTF8.GetBytes(method, buffer);
        buffer.Write("\n"u8);
        Encoding.UTF8.GetBytes(pathAndQuery, buffer);
        buffer.Write("\n"u8);
        if (body.IsEmpty)
            buffer.Write("{}"u8);
        else
            WriteBody(buffer, body);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void WriteBody(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> body)
    {
        var writer = _writer ??= new Utf8JsonWriter(buffer, JsonBytes.Writing);
        writer.Reset(buffer);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        Write(writer, document.RootElement);
        writer.Flush();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var members = value.EnumerateObject().ToArray();
                Array.Sort(members, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                foreach (var member in members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Write(writer, element);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number when Numbers.TryReadWhole(value.GetRawText(), out var whole):
                writer.WriteNumberValue(whole);
                break;
            default:
                // Strings are unescaped and escaped again, in the one way; other numbers keep their digits.
                value.WriteTo(writer);
                break;
        }
    }
}
