using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ControlSurface.Storage.Journaling;

/// <summary>
/// The chain over the journal's events: each hash covers the one before and all of its own event, so that an event that was
/// changed, dropped, put in or moved is found and named. It covers the SHA-256 of the event's data and not the data: data that
/// must be erased one day leave their digest, and the chain still checks (decision 35).
/// </summary>
internal static class JournalChain
{
    /// <summary>Bytes of a hash.</summary>
    internal const int Length = 32;

    /// <summary>Bytes of an event's type at most.</summary>
    internal const int LongestType = 255;

    /// <summary>What the first event follows.</summary>
    internal static byte[] Start() => SHA256.HashData("controlsurface journal 2"u8);

    /// <summary>
    /// SHA-256 over the hash before, seq, instant, principal, the length and bytes of the type, and the SHA-256 of the data.
    /// </summary>
    /// <param name="hash">Gets the hash, 32 bytes; may be <paramref name="before"/> itself.</param>
    internal static void Next(
        ReadOnlySpan<byte> before,
        long seq,
        long atMs,
        int by,
        string type,
        ReadOnlySpan<byte> dataDigest,
        Span<byte> hash
    )
    {
        Span<byte> row = stackalloc byte[Length + 24 + LongestType + Length];
        before.CopyTo(row);
        var numbers = row[Length..];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, seq);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], atMs);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], by);
        var text = numbers[24..];
        var written = Encoding.UTF8.GetBytes(type, text);
        // The length keeps a letter from moving between the type and the digest unnoticed.
        BinaryPrimitives.WriteInt32LittleEndian(numbers[20..], written);
        dataDigest.CopyTo(text[written..]);
        SHA256.HashData(row[..(Length + 24 + written + Length)], hash);
    }
}
