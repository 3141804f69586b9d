using System.Buffers.Binary;

namespace ControlSurface.Content;

/// <summary>How a content can be shown. What it says of itself is not believed: its bytes decide.</summary>
public enum ContentKind
{
    /// <summary>Text, as it is. Also every format that could run or load something: SVG, HTML, scripts.</summary>
    Text,

    /// <summary>Text that can also be shown as it reads.</summary>
    Markdown,

    /// <summary>Text that can also be shown in order.</summary>
    Json,

    /// <summary>A picture in a format that only shows: PNG, JPEG, GIF, WebP.</summary>
    Image,

    /// <summary>A PDF: shown by the browser's own viewer, in a frame that nothing of this page is in.</summary>
    Pdf,

    /// <summary>Named, measured, and handed out; never shown.</summary>
    Other,
}

/// <summary>What a content is.</summary>
/// <param name="Text">The text of one that is text; null for the others.</param>
/// <param name="Type">The media type that the bytes have, for an image; otherwise the one that was said, in lower case.</param>
/// <param name="Width">Width of an image in px, where it could be read.</param>
/// <param name="Height">Height of an image in px, where it could be read.</param>
/// <param name="Why">Why it is not shown as what it says it is; null where it is.</param>
public sealed record ContentShape(
    ContentKind Kind,
    string? Text,
    string Type,
    int? Width = null,
    int? Height = null,
    string? Why = null
)
{
    /// <summary>The encoding that the text was read from, as <c>UTF-16</c>; null for UTF-8.</summary>
    public string? DecodedFrom { get; init; }

    private static ReadOnlySpan<byte> PngBytes => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegBytes => [0xFF, 0xD8, 0xFF];

    /// <summary>What these bytes are.</summary>
    /// <param name="contentType">What was said about them, with or without parameters.</param>
    public static ContentShape Of(string contentType, ReadOnlySpan<byte> bytes)
    {
        var said = contentType.Split(';')[0].Trim().ToLowerInvariant();
        if (ImageType(bytes) is { } type)
        {
            var (width, height) = Measure(type, bytes);
            var why = said == type ? null : $"It says it is {said}; its bytes are {type}.";
            return new ContentShape(ContentKind.Image, null, type, width, height, why);
        }
        if (IsPdf(bytes))
            return new ContentShape(
                ContentKind.Pdf,
                null,
                "application/pdf",
                Why: said == "application/pdf" ? null : $"It says it is {said}; its bytes are a PDF."
            );
        var isSaidImage = said.StartsWith("image/", StringComparison.Ordinal);
        if (ContentText.Read(contentType, bytes) is not { } text || text.Contains('\0', StringComparison.Ordinal))
        {
            var why =
                isSaidImage ? $"It says it is {said}, and its bytes are no picture that can be shown."
                : said.StartsWith("text/", StringComparison.Ordinal) || said == "application/json"
                    ? "It says it is text, and its bytes are not UTF-8."
                : null;
            return new ContentShape(ContentKind.Other, null, said, Why: why);
        }
        var shape = said switch
        {
            "text/markdown" or "text/x-markdown" => new ContentShape(ContentKind.Markdown, text, said),
            "application/json" => new ContentShape(ContentKind.Json, text, said),
            _ when said.EndsWith("+json", StringComparison.Ordinal) => new ContentShape(ContentKind.Json, text, said),
            _ when isSaidImage => new ContentShape(
                ContentKind.Text,
                text,
                said,
                Why: "Shown as its source: this format can run and load things."
            ),
            _ => new ContentShape(ContentKind.Text, text, said),
        };
        return shape with { DecodedFrom = ContentText.EncodingName(contentType, bytes) };
    }

    private static bool IsPdf(ReadOnlySpan<byte> bytes) => bytes.StartsWith("%PDF-"u8);

    private static string? ImageType(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(PngBytes) ? "image/png"
        : bytes.StartsWith(JpegBytes) ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : null;

    private static (int? Width, int? Height) Measure(string type, ReadOnlySpan<byte> bytes) =>
        type switch
        {
            "image/png" when bytes.Length >= 24 => (
                BinaryPrimitives.ReadInt32BigEndian(bytes[16..]),
                BinaryPrimitives.ReadInt32BigEndian(bytes[20..])
            ),
            "image/gif" when bytes.Length >= 10 => (
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            ),
            "image/jpeg" => MeasureJpeg(bytes),
            "image/webp" => MeasureWebp(bytes),
            _ => (null, null),
        };

    // The segments of a JPEG before its data: the frame header says how large it is.
    private static (int?, int?) MeasureJpeg(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 < bytes.Length && bytes[at] == 0xFF; )
        {
            var marker = bytes[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..])
                );
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }
        return (null, null);
    }

    private static (int?, int?) MeasureWebp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30)
            return (null, null);
        var chunk = bytes[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
            return (
                1 + (bytes[24] | (bytes[25] << 8) | (bytes[26] << 16)),
                1 + (bytes[27] | (bytes[28] << 8) | (bytes[29] << 16))
            );
        if (chunk.SequenceEqual("VP8 "u8))
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF
            );
        if (!chunk.SequenceEqual("VP8L"u8))
            return (null, null);
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
        return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
    }
}
