using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace ControlSurface.Storage.Journaling;

/// <summary>Bytes that are packed to be kept.</summary>
internal static class Packed
{
    /// <summary>Nothing that is kept is longer: a damaged length must not take the memory of the process.</summary>
    private const int Longest = 1 << 30;

    /// <summary>Deflate makes at most 1,032 bytes of one (RFC 1951: a length of 258 in two bits); a little more for the ends.</summary>
    private const long MostPerByte = 1_040;

    // A tenth of the time of 5, for a sixth more bytes (measured; decision 43).
    private const int BrotliQuality = 1;

    // 256 KiB, in which a block of answers lies whole.
    private const int BrotliWindow = 18;

    internal static byte[] Deflate(ReadOnlySpan<byte> bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream(bytes.Length / 2);
        Deflate(packed, bytes, level);
        return packed.ToArray();
    }

    internal static void Deflate(Stream to, ReadOnlySpan<byte> bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var deflate = new DeflateStream(to, level, leaveOpen: true);
        deflate.Write(bytes);
    }

    /// <param name="length">Bytes before they were packed, as the file says.</param>
    /// <exception cref="InvalidDataException">They are not what was packed.</exception>
    internal static byte[] Inflate(ReadOnlySpan<byte> packed, long length)
    {
        if (length < 0 || length > Longest || length > packed.Length * MostPerByte)
            throw new InvalidDataException("Packed bytes cannot have the length that they say.");
        return Inflated(packed.ToArray(), length);
    }

    private static byte[] Inflated(byte[] packed, long length)
    {
        var bytes = new byte[length];
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        if (
            inflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length
            || inflate.ReadByte() >= 0
        )
            throw new InvalidDataException("Packed bytes have another length than they say.");
        return bytes;
    }

    /// <summary>Deflates bytes as if they followed a text that whoever unpacks them knows too: what they have in common is left out.</summary>
    internal static void DeflateAfter(Stream to, ReadOnlySpan<byte> known, ReadOnlySpan<byte> bytes)
    {
        using var whole = new MemoryStream(known.Length);
        long begin;
        using (var deflate = new DeflateStream(whole, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(known);
            // Ends at a whole byte (RFC 1951, 3.2.4), where another beginning can be put in the place of this one.
            deflate.Flush();
            begin = whole.Length;
            deflate.Write(bytes);
        }
        to.Write(whole.GetBuffer().AsSpan((int)begin, (int)(whole.Length - begin)));
    }

    /// <param name="known">What they were deflated after; up to 65,535 bytes.</param>
    /// <param name="length">Bytes before they were packed, as the file says.</param>
    /// <exception cref="InvalidDataException">They are not what was packed.</exception>
    internal static byte[] InflateAfter(ReadOnlySpan<byte> known, ReadOnlySpan<byte> packed, long length)
    {
        if (length < 0 || length > Longest || length > packed.Length * MostPerByte)
            throw new InvalidDataException("Packed bytes cannot have the length that they say.");
        // The known text as a block that is stored and not the last (RFC 1951, 3.2.4), whatever zlib made of it when the rest was packed.
        var whole = new byte[5 + known.Length + packed.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(whole.AsSpan(1), checked((ushort)known.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(whole.AsSpan(3), (ushort)~known.Length);
        known.CopyTo(whole.AsSpan(5));
        packed.CopyTo(whole.AsSpan(5 + known.Length));
        return Inflated(whole, known.Length + length)[known.Length..];
    }

    /// <summary>Packs by Brotli (RFC 7932).</summary>
    internal static void Brotli(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        // Nearly all of the room that it asks for stays empty: rented, since arrays of this size are collected with all that is old.
        var room = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            if (!BrotliEncoder.TryCompress(bytes, room, out var written, BrotliQuality, BrotliWindow))
                throw new InvalidOperationException("Brotli needs more room than it says that it needs at most.");
            to.Write(room.AsSpan(0, written));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <exception cref="InvalidDataException">They are not what was packed.</exception>
    internal static ReadOnlySpan<byte> Unbrotli(ReadOnlySpan<byte> packed)
    {
        // Room is made as bytes come, and not by a length that may be damaged.
        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var status = decoder.Decompress(packed, bytes.GetSpan(16 * 1024), out var consumed, out var written);
            bytes.Advance(written);
            packed = packed[consumed..];
            if (status == OperationStatus.Done && packed.IsEmpty)
                return bytes.WrittenSpan;
            if (status != OperationStatus.DestinationTooSmall || bytes.WrittenCount > Longest)
                throw new InvalidDataException("Packed bytes are not what was packed.");
        }
    }
}
