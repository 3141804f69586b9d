using System.Buffers;
using System.Security.Cryptography;

namespace ControlSurface.Core.Vocabulary;

/// <summary>Content hashes: <c>sha256:</c> and 64 lower-case hexadecimal digits (API.md, Contents and artifacts).</summary>
public static class ContentHash
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The content hash of these bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Prefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether the text is spelled like a content hash. It does not say that such a content is stored.</summary>
    public static bool IsOne(string? text) =>
        text is not null
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length == Prefix.Length + 64
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Digits) < 0;

    /// <summary>The first seven digits without the prefix, for people to compare; any other short text as it is.</summary>
    public static string Short(string hash) =>
        hash.Length > Prefix.Length + 7 ? hash.Substring(Prefix.Length, 7) : hash;
}

/// <summary>A content: bytes with their media type, stored once under their hash.</summary>
/// <param name="Hash">The content hash of <paramref name="Bytes"/>; nothing checks it again here.</param>
/// <param name="Type">The media type that the sender named. Nothing verified it: the content is served as an attachment.</param>
public sealed record ContentData(string Hash, string Type, byte[] Bytes)
{
    /// <summary>A content with the hash computed from its bytes.</summary>
    public static ContentData Of(byte[] bytes, string type) => new(ContentHash.Of(bytes), type, bytes);
}
