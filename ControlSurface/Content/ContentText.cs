using System.Buffers;
using System.Net.Http.Headers;
using System.Text;

namespace ControlSurface.Content;

/// <summary>
/// The text of a content: what its byte order mark says, else the charset of its media type, else UTF-8. The bytes stay what is kept,
/// hashed and approved.
/// </summary>
public static class ContentText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The marks, longest first: that of UTF-32 begins with that of UTF-16.
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        (
            [0xFF, 0xFE, 0x00, 0x00],
            new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true)
        ),
        (
            [0x00, 0x00, 0xFE, 0xFF],
            new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true)
        ),
        ([0xFF, 0xFE], new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true)),
        ([0xFE, 0xFF], new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)),
    ];

    /// <summary>The text; null where the bytes are none in what their mark or type names, or in UTF-8 where neither names one.</summary>
    public static string? Read(string contentType, ReadOnlySpan<byte> bytes)
    {
        var (encoding, mark) = EncodingOf(contentType, bytes);
        try
        {
            return encoding?.GetString(bytes[mark..]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>A text as bytes in the encoding, and with the mark, of the content whose place it takes.</summary>
    /// <param name="like">The bytes of that content.</param>
    public static byte[] Write(string text, string contentType, ReadOnlySpan<byte> like)
    {
        var (encoding, mark) = EncodingOf(contentType, like);
        try
        {
            return [.. like[..mark], .. (encoding ?? Utf8).GetBytes(text)];
        }
        catch (EncoderFallbackException)
        {
            // It has characters that the old encoding has not: the mark of UTF-8 stands above the type.
            return [0xEF, 0xBB, 0xBF, .. Utf8.GetBytes(text)];
        }
    }

    /// <summary>The name of the encoding where it is not UTF-8, as a reader is told; null for UTF-8.</summary>
    public static string? EncodingName(string contentType, ReadOnlySpan<byte> bytes) =>
        EncodingOf(contentType, bytes).Encoding is { } encoding && encoding is not UTF8Encoding
            ? encoding.WebName.ToUpperInvariant()
            : null;

    // The mark of UTF-8 stays in the text, where it is shown as the hidden character that it is.
    private static (Encoding? Encoding, int Mark) EncodingOf(string contentType, ReadOnlySpan<byte> bytes)
    {
        foreach (var (mark, encoding) in Marks)
        {
            if (bytes.StartsWith(mark))
                return (encoding, mark.Length);
        }
        if (bytes.StartsWith("\uFEFF"u8) || CharsetOf(contentType) is not { } charset)
            return (Utf8, 0);
        var named = Named(charset);
        // A text that was sent as JSON is UTF-8 whatever its type says; one in UTF-16 is no UTF-8 without a zero.
        var isWide = named is UnicodeEncoding or UTF32Encoding;
        return isWide && !bytes.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(bytes) ? (Utf8, 0) : (named, 0);
    }

    private static string? CharsetOf(string contentType) =>
        contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.CharSet is { Length: > 0 } charset
            ? charset.Trim('"')
            : null;

    private static Encoding? Named(string charset)
    {
        if (
            charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
        )
            return Utf8;
        // Without a mark the standard (RFC 2781) reads UTF-16 with the larger byte first; what is written today has the smaller first.
        if (charset.Equals("utf-16", StringComparison.OrdinalIgnoreCase))
            return Marks[2].Encoding;
        if (charset.Equals("utf-7", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(
                    charset,
                    EncoderFallback.ExceptionFallback,
                    DecoderFallback.ExceptionFallback
                )
                ?? Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            // A name that nobody knows: the bytes may still be UTF-8.
            return Utf8;
        }
    }
}
