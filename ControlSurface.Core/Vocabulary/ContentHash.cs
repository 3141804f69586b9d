using System.Buffers;
using System.Security.Cryptography;

namespace ControlSurface.Core.Vocabulary;

/// <summary>How contents are named: <c>sha256:</c> and lower-case hex of the bytes (API.md, Contents and artifacts).</summary>
public static class ContentHash
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The name of these bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Prefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether the text is the name of a content.</summary>
    public static bool IsOne(string? text) =>
        text is not null
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length == Prefix.Length + 64
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Digits) < 0;

    /// <summary>The first seven digits, as people compare them.</summary>
    public static string Short(string hash) =>
        hash.Length > Prefix.Length + 7 ? hash.Substring(Prefix.Length, 7) : hash;
}

/// <summary>Bytes with their type, kept once under their hash.</summary>
/// <param name="Type">The media type that its sender named; never trusted when it is shown.</param>
public sealed record ContentData(string Hash, string Type, byte[] Bytes)
{
    public static ContentData Of(byte[] bytes, string type) => new(ContentHash.Of(bytes), type, bytes);
}
