using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlSurface.Wording;

/// <summary>JSON into a buffer that each thread keeps: no allocation for what is sent at once.</summary>
internal static class JsonBytes
{
    private const int KeptCapacity = 256 * 1024;

    /// <summary>How JSON is written everywhere: nothing is escaped that JSON itself allows.</summary>
    internal static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Valid until this thread writes the next.</summary>
    internal static ReadOnlySpan<byte> Span(Action<Utf8JsonWriter> write)
    {
        var (buffer, writer) = Take();
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Valid until this thread writes the next.</summary>
    internal static ReadOnlySpan<byte> Span(object body, JsonTypeInfo type)
    {
        var (buffer, writer) = Take();
        JsonSerializer.Serialize(writer, body, type);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    internal static byte[] Of(Action<Utf8JsonWriter> write) => Span(write).ToArray();

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Take()
    {
        if (_buffer is null || _buffer.Capacity > KeptCapacity)
        {
            _buffer = new ArrayBufferWriter<byte>(4096);
            _writer = new Utf8JsonWriter(_buffer, Writing);
        }
        _buffer.ResetWrittenCount();
        _writer!.Reset(_buffer);
        return (_buffer, _writer);
    }
}
