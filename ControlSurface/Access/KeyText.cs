using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Access;

/// <summary>
/// What a key looks like: <c>cs_agent_</c> or <c>cs_person_</c>, 30 random characters, and 6 that check the rest
/// (OPERATIONS.md, API keys). The check tells a mistyped or made-up key without looking anything up, and lets a scanner of
/// published sources tell a key from anything else: <c>cs_(agent|person)_[0-9A-Za-z]{36}</c>.
/// </summary>
internal static class KeyText
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private const int RandomLength = 30;
    private const int CheckLength = 6;

    // Nothing longer is looked at: a key comes from outside.
    private const int Longest = 64;

    /// <summary>A new key: 178 bits of chance.</summary>
    internal static string Make(PrincipalKind kind)
    {
        var text = $"cs_{WireNames.Of(kind)}_{RandomNumberGenerator.GetString(Alphabet, RandomLength)}";
        return text + Check(text);
    }

    /// <summary>Whether it could be a key at all.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (text.Length > Longest || !(text.StartsWith("cs_agent_") || text.StartsWith("cs_person_")))
            return false;
        var random = text[(text.LastIndexOf('_') + 1)..];
        return random.Length == RandomLength + CheckLength
            && random.IndexOfAnyExcept(Letters) < 0
            && text[^CheckLength..].SequenceEqual(Check(text[..^CheckLength]));
    }

    /// <summary>SHA-256 of the key.</summary>
    internal static KeyHash Hash(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Longest];
        var length = Encoding.ASCII.GetBytes(text, bytes);
        Span<byte> hash = stackalloc byte[KeyHash.Length];
        SHA256.HashData(bytes[..length], hash);
        CryptographicOperations.ZeroMemory(bytes);
        return new KeyHash(hash);
    }

    private static string Check(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
            crc = Crc32(crc, (byte)c);
        crc = ~crc;
        Span<char> digits = stackalloc char[CheckLength];
        for (var k = CheckLength - 1; k >= 0; k--)
        {
            digits[k] = Alphabet[(int)(crc % 62)];
            crc /= 62;
        }
        return new string(digits);
    }

    // CRC-32 as in ISO 3309, bit by bit: 40 characters are checked in well under a microsecond.
    private static uint Crc32(uint crc, byte next)
    {
        crc ^= next;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
        return crc;
    }
}

/// <summary>The SHA-256 of a key, as something to look up by.</summary>
internal readonly struct KeyHash : IEquatable<KeyHash>
{
    internal const int Length = 32;
    private readonly byte[] _bytes;

    internal KeyHash(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    internal byte[] Bytes => _bytes;

    // Whoever could aim at a hash by timing would still need a key that has it.
    public bool Equals(KeyHash other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public override bool Equals(object? obj) => obj is KeyHash other && Equals(other);

    public override int GetHashCode() => BitConverter.ToInt32(_bytes);
}
